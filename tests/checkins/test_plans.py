"""What moderators do with check-ins, through the real router and door."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.forms import Form
from peerbot.checkins.model import MAX_CHECKINS, Checkin, State
from peerbot.community.model import Settings
from peerbot.testing import SAM, an_actor
from tests.checkins.conftest import LOUNGE, MODERATOR, MONDAY_AT_SIX, STAFF, Town, said

WORDS = {"name": "Evenings", "question": "How was your evening?", "room": "garden", "hours": "12"}
DAYS = {"rhythm": "week", "weekdays": ("0",), "month_day": "", "at": "18:00", "zone": "UTC"}


async def only(town: Town) -> Checkin:
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    return checkin


async def test_three_presses_make_a_checkin(town: Town) -> None:
    assert "None yet" in said(await town.command("peerbot checkins", MODERATOR))
    await town.press("new", by=MODERATOR)
    draft = await town.press("make", "weekly", by=MODERATOR)
    assert "a draft, nobody is asked" in said(draft)
    live = await town.press("publish", (await only(town)).id, by=MODERATOR)
    assert "people are asked from now on" in said(live)
    await town.at(MONDAY_AT_SIX)
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_members_cannot_plan(town: Town) -> None:
    live = await town.a_checkin()
    for verb in ("open", "publish", "delete", "duplicate", "preview", "undo", "answers"):
        assert (await town.press(verb, live.id, by=an_actor(SAM))).key == "community.needs-role"
    assert (await town.command("peerbot checkins")).key == "community.needs-role"
    await town.submit("edit-words", live.id, by=an_actor(SAM), **WORDS)
    assert (await only(town)).name == ""


async def test_a_draft_asks_nobody(town: Town) -> None:
    await town.press("make", "weekly", by=MODERATOR)
    await town.at(MONDAY_AT_SIX)
    assert town.in_the_room() == []


async def test_a_checkin_from_scratch_has_its_own_question(town: Town) -> None:
    assert await town.submit("edit-words", "new", by=MODERATOR, **WORDS) == {}
    made = await only(town)
    assert (made.name, made.question, made.window) == (
        "Evenings",
        "How was your evening?",
        timedelta(hours=12),
    )
    assert made.room is not None
    assert made.room.id == "garden"


async def test_the_next_five_rounds_are_shown_and_skipped_months_too(town: Town) -> None:
    await town.press("make", "monthly", by=MODERATOR)
    made = await only(town)
    await town.submit("edit-days", made.id, by=MODERATOR, **DAYS | {"rhythm": "nth-5"})
    shown = said(await town.press("open", made.id, by=MODERATOR))
    assert shown.count("18:00") >= 6
    assert "No fifth such day, so skipped: April, May, July" in shown


async def test_a_preview_goes_to_its_maker_alone_and_keeps_nothing(town: Town) -> None:
    live = await town.a_checkin()
    shown = await town.press("preview", live.id, by=MODERATOR)
    assert shown.key == "checkins.prompt"
    assert town.in_the_room() == []
    await town.member("robin")
    assert (await town.press("begin", "preview", by=MODERATOR)).key == "checkins.preview"
    assert (await town.press("skip", "preview", by=MODERATOR)).key == "checkins.preview"


async def test_a_change_counts_from_the_next_round_on(town: Town) -> None:
    round_id = await town.an_open_round()
    live = await only(town)
    await town.submit("edit-words", live.id, by=MODERATOR, **WORDS | {"room": "lounge"})
    assert "HOW CONNECTED HAVE YOU FELT" in said(await town.press("begin", round_id))
    await town.at(MONDAY_AT_SIX + timedelta(days=7))
    assert any("HOW WAS YOUR EVENING?" in text for text in town.in_the_room())


async def test_another_time_on_the_same_evening_does_not_ask_again(town: Town) -> None:
    await town.an_open_round()
    live = await only(town)
    await town.submit("edit-days", live.id, by=MODERATOR, **DAYS | {"at": "20:00"})
    await town.at(MONDAY_AT_SIX + timedelta(hours=2))
    assert town.keys_in_the_room() == ["checkins.prompt"]
    assert (await only(town)).next_wall == "2026-03-09T20:00"


async def test_a_pause_is_ended_by_hand_or_by_a_date(town: Town) -> None:
    live = await town.a_checkin()
    assert await town.submit("pause", live.id, by=MODERATOR, until="") == {}
    assert (await only(town)).next_at is None
    await town.press("publish", live.id, by=MODERATOR)
    assert (await only(town)).state is State.LIVE
    assert await town.submit("pause", live.id, by=MODERATOR, until="2026-03-20") == {}
    assert (await only(town)).next_wall == "2026-03-23T18:00"


@pytest.mark.parametrize("day", ["2026-02-31", "soon", "2020-01-01", "0001-01-01"])
async def test_a_pause_until_no_day_to_come_is_answered_clearly(town: Town, day: str) -> None:
    live = await town.a_checkin()
    assert "2026-05-31" in (await town.submit("pause", live.id, by=MODERATOR, until=day))["until"]


async def test_a_duplicate_is_a_draft_of_its_own(town: Town) -> None:
    live = await town.a_checkin()
    town.clock.move(timedelta(minutes=1))
    await town.press("duplicate", live.id, by=MODERATOR)
    first, copy = await town.checkins.plans.of_community(town.community_id)
    assert (first.state, copy.state) == (State.LIVE, State.DRAFT)
    assert copy.name == "Weekly check-in (2)"
    assert copy.recurrence == first.recurrence


async def test_deleting_can_be_undone_for_ten_minutes(town: Town) -> None:
    live = await town.a_checkin()
    await town.press("delete", live.id, by=MODERATOR)
    assert await town.checkins.plans.of_community(town.community_id) == ()
    town.clock.move(timedelta(minutes=10))
    await town.press("undo", live.id, by=MODERATOR)
    assert await only(town) == live
    await town.press("delete", live.id, by=MODERATOR)
    town.clock.move(timedelta(minutes=10, seconds=1))
    assert (await town.press("undo", live.id, by=MODERATOR)).key == "chat.gone"
    await town.at(MONDAY_AT_SIX)
    assert town.in_the_room() == []


async def test_the_first_publishing_of_a_community_makes_its_first_checkin(town: Town) -> None:
    await town.communities.publish(town.community_id, STAFF)
    for _again in range(2):
        await town.checkins.after_publishing(town.community_id)
    first = await only(town)
    assert (first.state, first.room, first.template) == (State.LIVE, LOUNGE, "weekly")


async def test_a_deleted_first_checkin_is_not_made_again(town: Town) -> None:
    await town.communities.publish(town.community_id, STAFF)
    await town.checkins.after_publishing(town.community_id)
    await town.press("delete", (await only(town)).id, by=MODERATOR)
    await town.checkins.after_publishing(town.community_id)
    assert await town.checkins.plans.of_community(town.community_id) == ()


async def test_who_wants_no_checkins_gets_none(town: Town) -> None:
    def none(one: Settings) -> Settings:
        return replace(one, checkin_rhythm="none")

    await town.communities.set_now(town.community_id, STAFF, "x", none)
    await town.checkins.after_publishing(town.community_id)
    assert await town.checkins.plans.of_community(town.community_id) == ()


async def test_every_change_is_in_the_trail(town: Town) -> None:
    live = await town.a_checkin()
    await town.press("delete", live.id, by=MODERATOR)
    await town.press("undo", live.id, by=MODERATOR)
    await town.press("answers", live.id, by=STAFF)
    trail = [one.what for one in await town.communities.trail(town.community_id)]
    assert trail[:4] == ["checkin.undo", "checkin.delete", "checkin.publish", "checkin.make"]
    await town.at(MONDAY_AT_SIX)
    await town.press("answers", live.id, by=STAFF)
    newest, *_rest = await town.communities.trail(town.community_id)
    assert newest.what == "checkin.answers-read"


# -- What cannot be taken ----------------------------------------------------------------------


async def test_without_a_room_nothing_is_published(town: Town) -> None:
    def roomless(one: Settings) -> Settings:
        return replace(one, checkin_room=None)

    await town.communities.set_now(town.community_id, STAFF, "x", roomless)
    await town.press("make", "weekly", by=MODERATOR)
    assert "choose a room" in said(await town.press("publish", (await only(town)).id, by=MODERATOR))
    assert (await only(town)).state is State.DRAFT


async def test_a_room_of_another_space_is_refused(town: Town) -> None:
    reasons = await town.submit("edit-words", "new", by=MODERATOR, **WORDS | {"room": "elsewhere"})
    assert "room of this space" in reasons["room"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"zone": "Europe/Pariss"}, "zone"),
        ({"at": "half past"}, "at"),
        ({"weekdays": ()}, "weekdays"),
        ({"rhythm": "month-day", "month_day": "40"}, "month_day"),
        ({"rhythm": "hourly"}, "rhythm"),
    ],
)
async def test_days_without_sense_are_refused_beside_their_field(
    town: Town, changes: dict[str, str], field: str
) -> None:
    live = await town.a_checkin()
    reasons = await town.submit("edit-days", live.id, by=MODERATOR, **DAYS | changes)
    assert list(reasons) == [field]
    assert await only(town) == live


@pytest.mark.parametrize(
    ("span", "field"),
    [
        ({"interval": "0", "first_day": "2026-03-02", "until": ""}, "interval"),
        ({"interval": "1", "first_day": "2026-02-30", "until": ""}, "first_day"),
        ({"interval": "1", "first_day": "9999-01-01", "until": ""}, "first_day"),
        ({"interval": "1", "first_day": "2026-03-03", "until": "2026-03-05"}, "until"),
        ({"interval": "1", "first_day": "2026-01-05", "until": "2026-02-01"}, "until"),
    ],
)
async def test_a_rhythm_that_never_comes_is_refused(
    town: Town, span: dict[str, str], field: str
) -> None:
    live = await town.a_checkin()
    reasons = await town.submit("edit-span", live.id, by=MODERATOR, **span)
    assert list(reasons) == [field]
    assert await only(town) == live


@pytest.mark.parametrize("hours", ["0", "337", "-1", "²", "abc"])
async def test_a_window_without_sense_is_refused(town: Town, hours: str) -> None:
    reasons = await town.submit("edit-words", "new", by=MODERATOR, **WORDS | {"hours": hours})
    assert "1 to 336" in reasons["hours"]


async def test_ten_checkins_are_enough(town: Town) -> None:
    for _more in range(MAX_CHECKINS):
        await town.press("make", "daily", by=MODERATOR)
    assert "ten check-ins already" in said(await town.press("make", "daily", by=MODERATOR))
    reasons = await town.submit("edit-words", "new", by=MODERATOR, **WORDS)
    assert "ten check-ins already" in reasons["name"]


async def test_forms_come_filled_in(town: Town) -> None:
    live = await town.a_checkin()
    for verb in ("edit-words", "edit-days", "edit-span", "pause"):
        form = await town.form(verb, live.id, by=MODERATOR)
        assert isinstance(form, Form)
