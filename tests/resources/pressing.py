"""What members and staff press and send, and the card that they then have."""

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import Button, Card, Pager, Row, buttons_of
from peerbot.chat.forms import Values
from peerbot.chat.plain import plain
from peerbot.resources.model import Service
from peerbot.testing import SAM, a_press, a_submission, an_actor
from tests.resources.conftest import House

STAFF = an_actor(SAM, "staff")
NEW = {
    "name": "Soup kitchen",
    "organization": "The Corner",
    "support": ("tangible", "company"),
    "next_step": "Come to the side door at noon.",
    "phone": "555 0100",
}


def names_on(card: Card) -> list[str]:
    rows = [node for node in card.children if isinstance(node, Row)]
    return [plain(row.words).split("\n")[0] for row in rows]


def pager_of(card: Card) -> Pager | None:
    return next((node for node in card.children if isinstance(node, Pager)), None)


def button_on(card: Card, label: str) -> Button:
    for button in buttons_of(card):
        if plain(button.label) == label:
            assert isinstance(button, Button)
            return button
    raise AssertionError(f"no button {label!r}")


async def press(house: House, pressed: Action, by: object = SAM, **more: object) -> Card:
    await house.router.dispatch(a_press(pressed, by=by, **more))  # type: ignore[arg-type]
    assert not house.failures
    person = by.person if hasattr(by, "person") else by
    return house.gateway.cards_to(person)[-1]  # type: ignore[arg-type]


async def submit(house: House, form: Action, values: Values, by: object = STAFF) -> Card:
    reasons = await house.router.dispatch(a_submission(form, values, by=by))  # type: ignore[arg-type]
    assert not reasons, reasons
    assert not house.failures
    return house.gateway.cards_to(by.person)[-1]  # type: ignore[attr-defined]


async def an_added(house: House, new_id: str = "new1", **changed: object) -> Service:
    await submit(house, action("resources", "add", new_id), NEW | changed)
    name = str((NEW | changed)["name"])
    (found, *_more) = await house.resources.kept_with(house.home.id, name)
    return found


def filled_in(house: House, service: Service, section: str, **changed: object) -> Values:
    whole: dict[str, dict[str, object]] = {
        "words": {
            "name": service.name,
            "organization": service.organization.name,
            "description": "Hot soup for everyone.",
            "next_step": "Come to the side door at noon.",
        },
        "contact": {
            "phone": "555 0100",
            "sms": "55501",
            "sms_word": "SOUP",
            "url": "soup.example.org",
            "email": "hello@soup.example.org",
        },
        "hours": {
            "always_open": False,
            "days": ("0", "1"),
            "opens_at": "9:00",
            "closes_at": "24:00",
            "timezone": "Europe/Paris",
        },
        "who": {
            "eligibility": "Everyone.",
            "minimum_age": "",
            "maximum_age": "",
            "cost": "Free",
            "languages": "en, FR",
        },
        "place": {
            "location_type": "physical",
            "address": "1 Main Street",
            "country": "ca",
            "support": ("tangible",),
            "pinned": True,
        },
    }
    return whole[section] | changed  # type: ignore[return-value]


def section_of(service: Service, section: str, line: int = 0) -> Action:
    return action("resources", section, service.number, service.version, line)
