"""What is pressed about duty times, through the router and its door; ids are untrusted."""

from datetime import timedelta

import pytest

from peerbot.chat.actions import action
from peerbot.chat.adapters import RoleFact, SpaceFacts
from peerbot.chat.addresses import Space
from peerbot.chat.forms import Form
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Router
from peerbot.clock import Chance
from peerbot.community.door import Door
from peerbot.crisis.duty_cards import OFF_FOR
from peerbot.crisis.duty_routes import DutyRoutes, add_routes
from peerbot.crisis.roster import MOST_SHIFTS
from peerbot.testing import (
    ALEX,
    ANA,
    ROBIN,
    SAM,
    SilentScreen,
    a_command,
    a_press,
    a_submission,
    an_actor,
)
from tests.crisis.conftest import Crisis
from tests.crisis.test_on_duty import plan

MODERATOR = an_actor(ROBIN, "mods")
ADMIN = an_actor(ALEX, owns_space=True)
ROLES = ("backup", "mods", "others")


class Desk:
    """Somebody's presses about duty times, and the card that they see then."""

    def __init__(self, crisis: Crisis) -> None:
        self.crisis = crisis
        self.away = False
        self.router = Router(crisis.voice, SilentScreen(), Door(crisis.communities))
        add_routes(
            self.router,
            DutyRoutes(crisis.roster, crisis.communities, crisis.clock, Chance(3), self.facts),
        )

    async def facts(self, _space: Space) -> SpaceFacts:
        if self.away:
            raise Undeliverable(Why.GONE)
        roles = tuple(RoleFact(id=one, name=one.title()) for one in ROLES)
        return SpaceFacts(name="Home", rooms=(), roles=roles)

    async def opens(self, by=MODERATOR) -> str:
        await self.router.dispatch(a_command("peerbot duty", by=by))
        return self.seen

    async def presses(self, verb: str, *args: object, by=MODERATOR, values=()) -> str:
        await self.router.dispatch(a_press(action("crisis", verb, *args), by=by, values=values))
        return self.seen

    async def sends(self, by=MODERATOR, **values: object) -> str:
        wanted = action("crisis", "duty-add")
        await self.router.open_form(a_press(wanted, by=by))
        given = {"who": "me", "days": ("5", "6"), "begins": "22", "ends": "8"} | values
        refused = await self.router.dispatch(a_submission(wanted, given, by=by))
        return " ".join(map(str, refused.values())) or self.seen

    @property
    def seen(self) -> str:
        return plain_card(self.crisis.voice.sent[-1].card)

    @property
    def duty(self):
        return self.crisis.roster.duty(self.crisis.community.id)


@pytest.fixture
def desk(crisis: Crisis) -> Desk:
    return Desk(crisis)


async def test_members_have_no_duty_times(desk: Desk) -> None:
    assert "On duty" not in await desk.opens(by=SAM)
    await desk.presses("duty-on", by=SAM, values=("1772445600",))
    await desk.presses("duty-suggest", "by-day", by=MODERATOR)
    assert (desk.duty.shifts, desk.duty.words) == ((), ())


async def test_a_responder_plans_their_own_nights(desk: Desk) -> None:
    shown = await desk.sends()
    assert "These times are in force now." in shown
    assert "@robin: Saturday, Sunday, 22:00 to 08:00\n[Remove]" in shown
    (shift,) = desk.duty.shifts
    assert (shift.who, shift.weekdays) == (ROBIN, frozenset({5, 6}))


async def test_a_responder_can_plan_no_role_and_nobody_else(desk: Desk) -> None:
    await desk.sends(who="mods")
    await desk.sends(who="ana")
    assert desk.duty.shifts == ()


async def test_an_admin_plans_roles_those_that_alerts_notify_first(desk: Desk) -> None:
    form = await desk.router.open_form(a_press(action("crisis", "duty-add"), by=ADMIN))
    assert isinstance(form, Form)
    assert [one.value for one in form.fields[0].options] == ["me", "backup", "mods", "others"]
    await desk.sends(by=ADMIN, who="others")
    await desk.sends(by=ADMIN, who="forged")
    assert [one.who for one in desk.duty.shifts] == ["others"]


async def test_a_platform_that_says_nothing_leaves_ones_own_times(desk: Desk) -> None:
    desk.away = True
    await desk.sends(by=ADMIN)
    assert [one.who for one in desk.duty.shifts] == [ALEX]


async def test_one_takes_back_ones_own_times_and_an_admin_anybodys(desk: Desk) -> None:
    mine = await plan(desk.crisis, ROBIN, 8, 12)
    hers = await plan(desk.crisis, ANA, 8, 12)
    third = await plan(desk.crisis, ANA, 12, 18)
    await desk.presses("duty-remove", hers.id)
    assert hers in desk.duty.shifts
    assert "These times are gone." in await desk.presses("duty-remove", mine.id)
    await desk.presses("duty-remove", hers.id, by=ADMIN)
    assert desk.duty.shifts == (third,)
    for forged in ((), ("forged",), (mine.id,)):
        await desk.presses("duty-remove", *forged, by=ADMIN)
    assert desk.duty.shifts == (third,)


async def test_who_changed_the_times_of_others_is_in_the_trail_and_never_whose(
    desk: Desk,
) -> None:
    await desk.sends()
    await desk.presses("duty-suggest", "evenings", by=ADMIN)
    hers = await plan(desk.crisis, ANA, 8, 12)
    await desk.presses("duty-remove", hers.id, by=ADMIN)
    trail = await desk.crisis.communities.trail(desk.crisis.community.id)
    found = [(one.who, one.what, one.subject) for one in trail if one.what.startswith("duty.")]
    assert found == [(ALEX, "duty.remove", ""), (ALEX, "duty.add", "on-duty")]


async def test_one_press_plans_the_role_that_alerts_notify(desk: Desk) -> None:
    assert "Every day, 8:00 to 22:00" in await desk.opens(by=ADMIN)
    shown = await desk.presses("duty-suggest", "by-day", by=ADMIN)
    assert "@on-duty: every day, 08:00 to 22:00" in shown
    assert "[Every day, 8:00 to 22:00]" not in shown
    await desk.presses("duty-suggest", "forged", by=ADMIN)
    assert len(desk.duty.shifts) == 1


async def test_one_says_until_when_one_is_on_duty(desk: Desk) -> None:
    hour = desk.crisis.clock() + timedelta(hours=2)
    shown = await desk.presses("duty-on", values=(str(int(hour.timestamp())),))
    assert "You are on duty until 2026-03-02 11:00." in shown
    assert "On duty now: @robin." in shown
    assert "Nobody is on duty" not in shown


@pytest.mark.parametrize("forged", [(), ("",), ("x",), ("0",), ("9999999999",), ("1772442001",)])
async def test_an_hour_that_was_not_offered_is_not_taken(
    desk: Desk, forged: tuple[str, ...]
) -> None:
    await desk.presses("duty-on", values=forged)
    await desk.presses("duty-off", values=forged)
    assert desk.duty.words == ()


@pytest.mark.parametrize("length", OFF_FOR)
async def test_one_says_for_how_long_one_is_off_duty_and_takes_it_back(
    desk: Desk, length: str
) -> None:
    await plan(desk.crisis, ROBIN, 8, 12)
    shown = await desk.presses("duty-off", values=(length,))
    assert "Nobody is on duty now." in shown
    assert "@robin is off duty until" in shown
    (word,) = desk.duty.words
    assert word.until == desk.crisis.clock() + OFF_FOR[length][0]
    shown = await desk.presses("duty-as-planned")
    assert "On duty now: @robin." in shown
    assert "[As planned for me again]" not in shown


async def test_whoever_says_so_is_a_member_who_can_be_forgotten(desk: Desk) -> None:
    await desk.presses("duty-off", values=("day",))
    await desk.sends(by=an_actor(ANA, "mods"))
    for person in (ROBIN, ANA):
        assert await desk.crisis.communities.known_member(person, desk.crisis.community.id)


async def test_many_times_are_leafed_through(desk: Desk) -> None:
    for hour in range(12):
        await plan(desk.crisis, "mods", hour, hour + 1)
    assert "< 1/3 >" in await desk.opens()
    assert "< 3/3 >" in await desk.presses("duty-page", 3)
    assert "< 3/3 >" in await desk.presses("duty-page", 99)
    assert "< 1/3 >" in await desk.presses("duty-page", "x")


async def test_too_many_times_are_refused_kindly(desk: Desk) -> None:
    for number in range(MOST_SHIFTS):
        await plan(desk.crisis, f"role-{number}", 8, 12)
    assert "Please remove some first" in await desk.sends()
