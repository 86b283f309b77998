"""Staff look after the help lines of their country, in chat; what they find holds at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from peerbot.chat.actions import action
from peerbot.chat.cards import buttons_of
from peerbot.chat.commands import Role
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.router import Router
from peerbot.content.crisis import helplines
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.helplines import Confidence
from peerbot.crisis.line_checks import WORKS, WRONG, LineChecks
from peerbot.crisis.lines import LineWords
from peerbot.crisis.routes import add_routes
from peerbot.crisis.store.line_checks import LineCheckStore
from peerbot.db import Database
from peerbot.errors import Gone
from peerbot.testing import ALEX, NOW, SAM, OpenDoor, SilentScreen, a_press, a_reply
from tests.crisis.conftest import Crisis

SHIPPED = helplines()
WORDS = LineWords(SHIPPED)

COUNTRIES_WITH_A_LINE = {
    *("AU", "BR", "CA", "CL", "CN", "DE", "ES", "FR", "GB", "IE", "IN", "JP", "KE", "KR"),
    *("MX", "NG", "NL", "NZ", "PH", "PT", "SG", "US", "ZA"),
}
"""Every country with an active row of high confidence in the research table of 2026-11."""


def seen_by(crisis: Crisis) -> str:
    shown = crisis.answer.few_lines(SAM, crisis.community.id, Category.SUICIDE, Tier.URGENT)
    return "\n".join(plain(one) for one in shown)


async def test_a_line_reported_wrong_is_no_longer_shown_here(crisis: Crisis) -> None:
    assert "988" in seen_by(crisis)
    await crisis.checks.say("ca-988", crisis.community, ALEX, works=False)
    assert "988" not in seen_by(crisis)
    assert "call 911" in seen_by(crisis)
    everywhere = plain_card(crisis.service.lines_of("CA", Category.SUICIDE, crisis.community))
    assert "988" not in everywhere
    elsewhere = plain_card(crisis.service.lines_of("CA", Category.SUICIDE, None))
    assert "988" in elsewhere


async def test_it_is_shown_again_when_staff_say_that_it_works(crisis: Crisis) -> None:
    for works in (False, True):
        await crisis.checks.say("ca-988", crisis.community, ALEX, works=works)
    assert "988" in seen_by(crisis)


async def test_a_person_in_danger_is_answered_without_the_wrong_line(crisis: Crisis) -> None:
    await crisis.checks.say("ca-988", crisis.community, ALEX, works=False)
    await crisis.hears("an emergency", reply=a_reply(SAM))
    (answer,) = crisis.voice.cards_to(a_reply(SAM))
    assert "988" not in plain_card(answer)


async def test_a_line_that_is_not_sure_is_shown_once_staff_have_called_it(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, country="AT"))
    assert "142" not in seen_by(crisis)
    line = next(one for one in SHIPPED.lines if one.country == "AT" and one.call == "142")
    assert line in crisis.checks.due(crisis.community)
    await crisis.checks.say(line.id, crisis.community, ALEX, works=True)
    assert "call 142" in seen_by(crisis)
    assert line not in crisis.checks.due(crisis.community)


async def test_no_country_is_left_empty_whatever_staff_say(crisis: Crisis) -> None:
    for line in SHIPPED.lines:
        if line.country == "CA":
            await crisis.checks.say(line.id, crisis.community, ALEX, works=False)
    assert "call 911" in seen_by(crisis)
    assert "findahelpline.com" in seen_by(crisis)


async def test_who_said_what_and_when_is_in_the_trail(crisis: Crisis) -> None:
    await crisis.checks.say("ca-988", crisis.community, ALEX, works=False)
    await crisis.checks.say("ca-988", crisis.community, SAM, works=True)
    newest, before = (await crisis.communities.trail(crisis.community.id))[:2]
    assert (newest.what, newest.who, newest.subject) == (WORKS, SAM, "ca-988")
    assert (before.what, before.who, before.at) == (WRONG, ALEX, crisis.clock())


async def test_what_staff_said_is_known_after_a_restart(crisis: Crisis) -> None:
    await crisis.checks.say("ca-988", crisis.community, ALEX, works=False)
    again = LineChecks(crisis.db, crisis.clock, crisis.communities, SHIPPED)
    await again.load()
    assert again.of(crisis.community.id) == {"ca-988": False}


async def test_old_lines_come_up_again_after_a_year(crisis: Crisis) -> None:
    await crisis.checks.say("ca-988", crisis.community, ALEX, works=True)
    crisis.clock.move(timedelta(days=300))
    assert "ca-988" not in [one.id for one in crisis.checks.due(crisis.community)]
    crisis.clock.move(timedelta(days=80))
    assert "ca-988" in [one.id for one in crisis.checks.due(crisis.community)]


async def test_reported_lines_stand_on_top_until_staff_decide(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, country="US"))
    line = [one for one in SHIPPED.lines if one.country == "US"][-1]
    await crisis.checks.say(line.id, crisis.community, ALEX, works=False)
    assert crisis.checks.due(crisis.community)[0] == line
    assert "Reported wrong" in plain_card(crisis.checks.card(crisis.community))


@pytest.mark.parametrize("line_id", ["gb-samaritans", "nothing", ""])
async def test_only_lines_of_the_own_country_can_be_judged(crisis: Crisis, line_id: str) -> None:
    with pytest.raises(Gone):
        await crisis.checks.say(line_id, crisis.community, ALEX, works=False)


async def test_without_a_country_that_is_said(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, country=""))
    assert "no country yet" in plain_card(crisis.checks.card(crisis.community))
    await crisis.set(lambda one: replace(one, country="AL"))
    assert "Nothing to do" in plain_card(crisis.checks.card(crisis.community))


async def test_lines_are_judged_by_buttons_page_by_page(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, country="GB"))
    crisis.clock.move(timedelta(days=500))
    router = Router(crisis.voice, SilentScreen(), OpenDoor())
    add_routes(router, crisis.routes)
    await router.dispatch(a_press(action("crisis", "helplines", 2)))
    card = crisis.voice.sent[-1].card
    wrong = next(one for one in buttons_of(card) if one.action.verb == "line-wrong")
    await router.dispatch(a_press(wrong.action))
    assert "not shown it any more" in plain_card(crisis.voice.sent[-1].card)
    assert crisis.checks.of(crisis.community.id) == {wrong.action.args[0]: False}


def test_looking_after_lines_is_for_staff(crisis: Crisis) -> None:
    router = Router(crisis.voice, SilentScreen(), OpenDoor())
    add_routes(router, crisis.routes)
    command = next(one for one in router.commands if one.name == "peerbot helplines")
    assert command.role is Role.STAFF


async def test_what_was_said_of_a_line_is_stored_once(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(
            text(
                "INSERT INTO community (id, name, created_at, setup_step) "
                "VALUES ('c', 'C', :now, 0)"
            ),
            {"now": NOW.isoformat(sep=" ") if database.is_sqlite else NOW},
        )
    later = NOW + timedelta(days=1)
    for at, works in ((NOW, False), (later, True)):
        async with database.begin() as session:
            await LineCheckStore(session).say("c", "ca-988", at, works=works)
    async with database.read() as session:
        assert await LineCheckStore(session).all() == (("c", "ca-988", True, later),)


# -- the shipped file ------------------------------------------------------------------------------


def test_every_country_with_a_good_row_has_a_line() -> None:
    trusted = {one.country for one in SHIPPED.lines if one.is_trusted}
    assert trusted >= COUNTRIES_WITH_A_LINE


def all_shown(now: datetime) -> dict[str, str]:
    """Return all that could ever be shown in each country, had staff found every line to work."""
    checks = {one.id: True for one in SHIPPED.lines}
    return {
        code: "\n".join(
            plain(one) for category in Category for one in WORDS.all(code, category, now, checks)
        )
        for code in SHIPPED.countries
    }


@pytest.mark.parametrize(
    ("code", "now_dialled", "no_longer"),
    [
        ("CA", "988", ("1-833-456-4566", "45645")),
        ("US", "988", ("1-800-273-8255", "PRIDE", "press 3")),
        ("PT", "1411", ()),
        ("KR", "109", ("1393",)),
        ("CN", "12356", ()),
        ("SG", "1767", ("1800-221 4444", "1800-221-4444")),
        ("IN", "14416", ("1800-599-0019",)),
        ("CL", "*4141", ()),
        ("JP", "0800-300-8355", ("03-5774-0992",)),
    ],
)
def test_what_older_lists_get_wrong_is_right_here(
    code: str, now_dialled: str, no_longer: tuple[str, ...]
) -> None:
    """The changes that safety.md names."""
    shown = all_shown(datetime(2026, 11, 26, 12, tzinfo=UTC))[code]
    assert now_dialled in shown
    for number in no_longer:
        assert number not in shown
        retired = [one.number for one in SHIPPED.retired if one.country == code]
        assert not number[0].isdigit() or any(_same(number, one) for one in retired), number


def _same(one: str, other: str) -> bool:
    return [c for c in one if c.isdigit()] == [c for c in other if c.isdigit()]


def test_staff_cannot_bring_an_expired_line_back() -> None:
    line = replace(SHIPPED.lines[0], valid_to=date(2026, 1, 1), confidence=Confidence.LOW)
    assert not line.is_shown(date(2026, 1, 2), works=True)
    assert line.is_shown(date(2026, 1, 1), works=True)
