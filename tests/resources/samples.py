"""Every card and form of resources with the longest data that can be, for budgets and pictures."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from peerbot.chat.cards import Card
from peerbot.chat.forms import Form
from peerbot.resources import cards as words
from peerbot.resources import staff_cards, staff_forms
from peerbot.resources.model import (
    MAX_ADDRESS,
    MAX_COST,
    MAX_DESCRIPTION,
    MAX_ELIGIBILITY,
    MAX_EMAIL,
    MAX_LANGUAGES,
    MAX_NAME,
    MAX_NEXT_STEP,
    MAX_NUMBER,
    MAX_PHONE_NOTE,
    MAX_PHONES,
    MAX_SCHEDULES,
    MAX_SOURCE,
    MAX_URL,
    Location,
    LocationType,
    Organization,
    Phone,
    PhoneType,
    Schedule,
    Service,
    Status,
    Support,
)
from peerbot.resources.place import MOST_FOUND, Place
from peerbot.resources.search import Filters

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")


def a_service(service_id: str = "a-service", **changed: object) -> Service:
    given: dict[str, object] = {
        "number": 1,
        "community_id": None,
        "organization": Organization(
            id="a-house", community_id=None, name="A House", description={}
        ),
        "name": "A warm line",
        "description": {"en": "Someone to talk to.", "fr": "Quelqu'un à qui parler."},
        "support": (Support.EMOTIONAL,),
        "status": Status.ACTIVE,
        "application_process": {"en": "Call 555 0100.", "fr": "Appeler le 555 0100."},
        "eligibility_description": {"en": "Everyone.", "fr": "Tout le monde."},
        "languages": ("en", "fr"),
        "cost_option": {"en": "Free", "fr": "Gratuit"},
        "always_open": True,
        "phones": (Phone("555 0100", PhoneType.VOICE),),
        "location": Location(LocationType.VIRTUAL),
        "country": "CA",
        "source": "example.org",
        "source_read": "2026-03",
    }
    return Service(id=service_id, **(given | changed))  # type: ignore[arg-type]


def hours(opens: str, closes: str, zone: str = "Europe/Paris", days: str = "0123456") -> Schedule:
    return Schedule(
        frozenset(int(day) for day in days),
        time.fromisoformat(opens),
        time.fromisoformat(closes),
        ZoneInfo(zone),
    )


def longest(number: int = 999_999_999) -> Service:
    def both(text: str) -> dict[str, str]:
        return {"en": text, "fr": text}

    zone = "America/Argentina/ComodRivadavia"
    return a_service(
        "i" * 60,
        number=number,
        organization=Organization(
            id="o" * 60, community_id=None, name="O" * MAX_NAME, description={}
        ),
        name="N" * MAX_NAME,
        description=both("d" * MAX_DESCRIPTION),
        support=tuple(Support),
        application_process=both("p" * MAX_NEXT_STEP),
        eligibility_description=both("e" * MAX_ELIGIBILITY),
        minimum_age=12,
        maximum_age=120,
        url="https://" + "u" * (MAX_URL - 12) + ".org",
        email="m" * (MAX_EMAIL - 6) + "@e.org",
        languages=("cnr", "mas", "szl", "nds", "chr", "fil", "haw", "yue")[:MAX_LANGUAGES],
        cost_option=both("c" * MAX_COST),
        always_open=False,
        schedules=tuple(hours("08:00", "09:30", zone, "012345") for _ in range(MAX_SCHEDULES)),
        phones=(Phone("8" * MAX_NUMBER, PhoneType.SMS, "W" * MAX_PHONE_NOTE),) * MAX_PHONES,
        location=Location(LocationType.PHYSICAL, "a" * MAX_ADDRESS),
        country="GS",
        source="s" * MAX_SOURCE,
        version=999_999,
    )


def cards() -> tuple[Card, ...]:
    service = longest()
    narrow = Filters(kind=Support.INFORMATIONAL, open_now=True, online=True)
    place = Place(narrow, tuple(range(200_000, 200_000 + MOST_FOUND)))
    plain = Place(Filters())

    def page(at: Place, shown: int) -> Card:
        return words.results(
            [service] * shown, at, "fr", NOW, ZONE, page=3, pages=4, total=9_999, country="GS"
        )

    entries = [a_service(status=status, number=7) for status in Status]
    return (
        page(place, 5),
        page(plain, 5),
        page(place, 0),
        page(plain, 0),
        words.one(service, "fr", NOW, ZONE),
        *(words.one(one, "en", NOW, ZONE) for one in entries),
        words.one(a_service(always_open=False, url="https://example.org"), "fr", NOW, ZONE),
        words.one(a_service(verified_at=NOW), "fr", NOW, ZONE),
        staff_cards.panel([], ZONE, page=1, pages=1, total=0, waiting=0, new_id="0" * 12),
        staff_cards.panel(
            [service] * 5, ZONE, page=1, pages=9, total=45, waiting=45, new_id="0" * 12
        ),
        staff_cards.found([], "0" * 12, ZONE),
        staff_cards.found([service] * 9, "0" * 12, ZONE),
        staff_cards.entry(service, "fr", NOW, ZONE),
        *(staff_cards.entry(one, "en", NOW, ZONE) for one in entries),
        staff_cards.changed_meanwhile(
            service, ["d" * MAX_DESCRIPTION, "N" * MAX_NAME, "p" * MAX_NEXT_STEP], "words", 0
        ),
        staff_cards.changed_meanwhile(service, [], "words", 0),
    )


def forms() -> tuple[Form, ...]:
    service = longest()
    return (
        words.search_form(),
        staff_forms.add_form(),
        staff_forms.words_form(service, "fr"),
        staff_forms.contact_form(service, "1" * 30, "2" * 30, "w" * 40),
        staff_forms.hours_form(service, 0, "Europe/Paris"),
        staff_forms.hours_form(a_service(), 0, "Europe/Paris"),
        staff_forms.who_form(service, "fr"),
        staff_forms.place_form(service),
        staff_forms.find_form(),
    )
