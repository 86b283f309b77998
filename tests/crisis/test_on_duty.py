"""Whom an alert calls by day and by night, and what the person in danger is told about it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from peerbot.chat.addresses import Person
from peerbot.chat.plain import plain, plain_card
from peerbot.crisis import duty_cards
from peerbot.crisis.duty import ALL_DAYS, Shift, Who, Word
from peerbot.crisis.model import State
from peerbot.crisis.roster import MOST_SHIFTS, Roster
from peerbot.testing import ANA, ROBIN, SAM, an_actor
from tests.crisis.alerts import MODERATOR, alert_of
from tests.crisis.conftest import ALERTS, Crisis

NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


async def plan(crisis: Crisis, who: Who, begins: int, ends: int) -> Shift:
    shift = Shift(
        id=f"{who if isinstance(who, str) else who.id}-{begins}-{ends}",
        who=who,
        weekdays=ALL_DAYS,
        begins=time(begins),
        ends=time(ends),
    )
    assert await crisis.roster.plan(crisis.community.id, shift)
    return shift


async def say(crisis: Crisis, person: Person, hours: float, *, on_duty: bool) -> None:
    until = crisis.clock() + timedelta(hours=hours)
    await crisis.roster.say(crisis.community.id, Word(person, on_duty, until))


def pinged(crisis: Crisis) -> list[tuple[Who, ...]]:
    return [card.pings for card in crisis.voice.cards_to(ALERTS)]


async def test_without_duty_times_the_first_role_is_called_at_any_hour(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    assert pinged(crisis) == [("on-duty",)]
    assert "asking the responders here" in crisis.voice.texts_to(SAM)[0]


async def test_those_on_duty_are_called_by_name_and_nobody_else(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 8, 12)
    await plan(crisis, ANA, 12, 22)
    await crisis.hears("this is urgent")
    assert pinged(crisis) == [(ROBIN,)]
    crisis.clock.move(timedelta(minutes=15))
    await crisis.ladder.climb()
    assert pinged(crisis)[1:] == [("backup",)]


async def test_who_says_that_they_are_on_duty_is_called(crisis: Crisis) -> None:
    await say(crisis, ANA, 2, on_duty=True)
    await crisis.hears("this is urgent")
    assert pinged(crisis) == [(ANA,)]


async def test_who_is_off_duty_is_left_alone(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 8, 12)
    await say(crisis, ROBIN, 2, on_duty=False)
    await crisis.hears("an emergency")
    assert pinged(crisis) == [("backup",)]
    crisis.clock.move(timedelta(hours=2))
    await crisis.hears("an emergency", author=ANA)
    assert pinged(crisis)[-1] == (ROBIN,)


async def test_a_quiet_note_calls_nobody(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 8, 12)
    await crisis.hears("a concern")
    crisis.clock.move(timedelta(hours=1))
    await crisis.ladder.climb()
    assert pinged(crisis) == [()]


async def test_who_is_in_danger_is_not_called_about_themselves(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 8, 12)
    await crisis.hears("an emergency", author=an_actor(ROBIN, "mods"))
    assert pinged(crisis) == [("backup",)]
    assert "Nobody is on duty here" in crisis.voice.texts_to(ROBIN)[0]


async def test_somebody_on_duty_on_another_platform_cannot_be_called_in_this_room(
    crisis: Crisis,
) -> None:
    await plan(crisis, Person("elsewhere", "lee"), 8, 12)
    await crisis.hears("an emergency")
    assert pinged(crisis) == [("backup",)]


async def test_at_night_the_backup_is_called_at_once_and_the_person_hears_the_truth(
    crisis: Crisis,
) -> None:
    crisis.clock.move_to(NIGHT)
    await plan(crisis, ROBIN, 8, 22)
    await crisis.hears("this is urgent")
    assert pinged(crisis) == [("backup",)]
    said = crisis.voice.texts_to(SAM)[0]
    assert "Nobody is on duty here before 08:00, so I am asking the others." in said
    assert "If nobody has written to you by 03:30, nobody was free" in said

    alert = await alert_of(crisis)
    asked = await crisis.service.anyone_there(alert.id, an_actor(SAM), crisis.community)
    assert "Nobody is on duty just now; I asked the others" in plain_card(asked)

    for _rung in range(2):
        crisis.clock.move(timedelta(minutes=15))
        await crisis.ladder.climb()
    assert pinged(crisis) == [("backup",), ("backup",)]
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_what_nobody_took_at_night_is_told_to_those_who_begin_in_the_morning(
    crisis: Crisis,
) -> None:
    crisis.clock.move_to(NIGHT)
    await plan(crisis, ROBIN, 8, 22)
    await crisis.hears("an emergency")
    for _rung in range(2):
        crisis.clock.move(timedelta(minutes=5))
        await crisis.ladder.climb()
    assert (await alert_of(crisis)).state is State.UNANSWERED
    crisis.clock.move_to(NIGHT.replace(hour=7, minute=59))
    assert await crisis.ladder.climb() == 0
    crisis.clock.move_to(NIGHT.replace(hour=8))
    assert await crisis.ladder.climb() == 1
    assert pinged(crisis) == [("backup",), ("backup",), (ROBIN,)]
    assert "Nobody took this in time" in crisis.voice.texts_to(ALERTS)[-1]
    crisis.clock.move(timedelta(hours=20))
    assert await crisis.ladder.climb() == 0


async def test_after_a_claim_nobody_is_called_in_the_morning(crisis: Crisis) -> None:
    crisis.clock.move_to(NIGHT)
    await plan(crisis, ROBIN, 8, 22)
    await crisis.hears("an emergency")
    for _rung in range(2):
        crisis.clock.move(timedelta(minutes=5))
        await crisis.ladder.climb()
    await crisis.service.claim((await alert_of(crisis)).id, MODERATOR, crisis.community)
    crisis.clock.move_to(NIGHT.replace(hour=9))
    await crisis.ladder.climb()
    assert len(pinged(crisis)) == 2


async def test_a_start_on_another_day_is_said_with_its_day(crisis: Crisis) -> None:
    shift = Shift(id="friday", who=ROBIN, weekdays=frozenset({4}), begins=time(8), ends=time(22))
    await crisis.roster.plan(crisis.community.id, shift)
    await crisis.hears("this is urgent")
    assert "before 2026-03-06 08:00" in crisis.voice.texts_to(SAM)[0]


async def test_with_nobody_planned_ahead_no_hour_is_named(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 8, 12)
    await say(crisis, ROBIN, 24 * 30, on_duty=False)
    await crisis.hears("this is urgent")
    assert "Nobody is on duty here now, so I am asking the others." in crisis.voice.texts_to(SAM)[0]


async def test_duty_times_are_known_while_the_database_is_away(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 8, 12)
    crisis.db.away = True
    await crisis.hears("an emergency")
    assert pinged(crisis) == [(ROBIN,)]


async def test_the_panel_says_who_is_on_duty_who_is_next_and_when_nobody_is(
    crisis: Crisis,
) -> None:
    await plan(crisis, ROBIN, 8, 12)
    await plan(crisis, "mods", 18, 8)
    duty = crisis.roster.duty(crisis.community.id)
    settings = crisis.communities.settings(crisis.community.id)
    on_now, gaps = duty_cards.panel_lines(duty, settings, crisis.clock())
    assert plain(on_now) == "On duty now: @robin. Next: @mods, Monday 18:00."
    assert plain(gaps) == (
        "Nobody on duty: Monday 12:00 to Monday 18:00. Then the backup is called at once. "
        "And 6 more times in seven days."
    )


# -- what is kept ------------------------------------------------------------------------------


async def test_duty_times_survive_a_restart(anywhere: Crisis) -> None:
    shift = await plan(anywhere, ROBIN, 22, 8)
    role = await plan(anywhere, "mods", 8, 22)
    await say(anywhere, ANA, 2, on_duty=True)
    await say(anywhere, ANA, 3, on_duty=False)
    await say(anywhere, ROBIN, 3, on_duty=True)
    again = Roster(anywhere.db, anywhere.clock, anywhere.communities)
    await again.load()
    duty = again.duty(anywhere.community.id)
    assert set(duty.shifts) == {shift, role}
    until = anywhere.clock() + timedelta(hours=3)
    assert duty.words == (Word(ANA, False, until), Word(ROBIN, True, until))


async def test_duty_times_can_be_taken_back_once_and_only_in_their_community(
    anywhere: Crisis,
) -> None:
    shift = await plan(anywhere, ROBIN, 22, 8)
    assert not await anywhere.roster.unplan("another", shift.id)
    assert await anywhere.roster.unplan(anywhere.community.id, shift.id)
    assert not await anywhere.roster.unplan(anywhere.community.id, shift.id)
    await say(anywhere, ROBIN, 3, on_duty=True)
    await anywhere.roster.unsay(anywhere.community.id, ROBIN)
    assert not anywhere.roster.duty(anywhere.community.id).is_kept(anywhere.clock())


async def test_duty_times_of_one_person_are_exported_and_erased(anywhere: Crisis) -> None:
    await plan(anywhere, ROBIN, 22, 8)
    kept = await plan(anywhere, ANA, 8, 22)
    await say(anywhere, ROBIN, 3, on_duty=False)
    exported = await anywhere.roster.export(ROBIN)
    assert exported["duty_times"] == [
        {"weekdays": list(range(7)), "begins": "22:00", "ends": "08:00"}
    ]
    assert exported["duty_words"] == [{"on_duty": False, "until": "2026-03-02T12:00:00+00:00"}]
    await anywhere.roster.erase(ROBIN)
    assert await anywhere.roster.export(ROBIN) == {"duty_times": [], "duty_words": []}
    assert anywhere.roster.duty(anywhere.community.id).shifts == (kept,)


async def test_what_somebody_said_is_forgotten_once_it_has_run_out(anywhere: Crisis) -> None:
    await say(anywhere, ROBIN, 3, on_duty=False)
    assert await anywhere.roster.forget_past() == 0
    anywhere.clock.move(timedelta(hours=3))
    assert await anywhere.roster.forget_past() == 1


async def test_there_is_an_end_to_weekly_times(crisis: Crisis) -> None:
    for number in range(MOST_SHIFTS):
        shift = Shift(id=str(number), who=ROBIN, weekdays=ALL_DAYS, begins=time(8), ends=time(9))
        assert await crisis.roster.plan(crisis.community.id, shift)
    assert not await crisis.roster.plan(crisis.community.id, replace(shift, id="more"))


async def test_what_another_process_changed_is_known_at_the_next_rung(
    two: tuple[Crisis, Crisis],
) -> None:
    one, other = two
    await plan(other, ROBIN, 8, 22)
    await one.hears("this is urgent")
    assert pinged(one) == [("on-duty",)]
    one.clock.move(timedelta(minutes=15))
    await one.ladder.climb()
    assert one.roster.duty(one.community.id).shifts != ()
