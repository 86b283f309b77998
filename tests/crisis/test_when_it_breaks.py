"""Help goes on when something breaks: the database, a platform, a process, an event cut off."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.cards import buttons_of
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.model import Outcome, Owed, State, Way
from peerbot.crisis.record import MOST_REFUSALS
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore
from peerbot.failures import DatabaseAway
from peerbot.testing import ALEX, GENERAL, ROBIN, SAM, a_reply, an_actor
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_service import MODERATOR, a_flag, alert_of

BUSY = TryLater("busy", timedelta(seconds=1))
CLOSED = Undeliverable(Why.CLOSED)
ALL_WAYS = (SAM, NewInbox(SAM), PrivateThread(GENERAL, SAM))


def close_every_way(crisis: Crisis, error: Exception) -> None:
    crisis.voice.broken |= dict.fromkeys(ALL_WAYS, error)


def hanging(crisis: Crisis) -> asyncio.Event:
    """Let the database take every question and answer none until the event is set."""
    released = asyncio.Event()

    @asynccontextmanager
    async def hangs():
        await released.wait()
        raise DatabaseAway("a test held it back")
        yield

    crisis.db.begin = crisis.db.read = hangs
    return released


async def climb_after(crisis: Crisis, **time: int) -> None:
    crisis.clock.move(timedelta(**time))
    await crisis.ladder.climb()


# -- the database ------------------------------------------------------------------------------


async def test_nobody_waits_for_a_database_that_hangs(crisis: Crisis) -> None:
    released = hanging(crisis)
    crisis.record._patience_seconds = 600.0
    crisis.record._moment_seconds = 0.01
    first = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(2)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    second = asyncio.ensure_future(crisis.hears("my friend is an emergency"))
    await crisis.voice.has_sent(4)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]
    assert not first.done()
    released.set()
    await asyncio.gather(first, second)
    assert [one.tier for one in crisis.spool] == [Tier.EMERGENCY, Tier.EMERGENCY]


async def test_a_database_that_hangs_is_left_behind_after_a_moment(crisis: Crisis) -> None:
    released = hanging(crisis)
    crisis.record._patience_seconds = 0.01
    await crisis.hears("an emergency")
    await crisis.ladder.climb()
    assert [one.tier for one in crisis.spool] == [Tier.EMERGENCY]
    released.set()
    await crisis.noticing.settled()


def noting_what_is_kept(crisis: Crisis) -> list[list[tuple[Tier, str]]]:
    """Return a list that tells of each card to responders what would outlive us as it leaves."""
    send, kept = crisis.voice.send, []

    async def sends(to, card, *, nonce=None):
        if to == ALERTS:
            rows = Spool(crisis.spool_folder, crisis.vault).read_in()
            if not rows:
                async with crisis.db.read() as session:
                    rows = await AlertStore(session).all_open()
            kept.append([(one.tier, one.state) for one in rows])
        return await send(to, card, nonce=nonce)

    crisis.voice.send = sends
    return kept


async def test_a_card_left_before_its_alert_was_written(crisis: Crisis) -> None:
    kept = noting_what_is_kept(crisis)
    await crisis.hears("a concern")
    await crisis.hears("an emergency")
    assert kept == [[(Tier.CONCERN, State.OPEN)], [(Tier.EMERGENCY, State.OPEN)]]
    assert len(crisis.spool) == 0


async def test_while_the_database_hangs_a_card_leaves_once_its_alert_is_sealed(
    crisis: Crisis,
) -> None:
    released, kept = hanging(crisis), noting_what_is_kept(crisis)
    crisis.record._patience_seconds, crisis.record._moment_seconds = 600.0, 0.01
    help_ = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(2)
    assert kept == [[(Tier.EMERGENCY, State.OPEN)]]
    released.set()
    await help_


async def test_what_was_sealed_for_a_slow_database_is_unsealed_once_it_is_written(
    crisis: Crisis,
) -> None:
    crisis.record._moment_seconds = 0.0
    await crisis.hears("a concern")
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).tier is Tier.EMERGENCY
    assert len(crisis.spool) == 0
    assert list(crisis.spool_folder.iterdir()) == []


async def test_the_answer_does_not_wait_until_the_alert_is_safe(crisis: Crisis) -> None:
    released = hanging(crisis)
    crisis.record._patience_seconds, crisis.record._moment_seconds = 600.0, 600.0
    help_ = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(1)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == []
    released.set()
    await help_
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_before_the_first_migration_people_are_helped(crisis: Crisis) -> None:
    async with crisis.db.begin() as session:
        await session.execute(text("ALTER TABLE alert RENAME TO gone"))
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert len(crisis.spool) == 1


async def test_a_community_that_the_database_does_not_know_is_served(crisis: Crisis) -> None:
    async with crisis.db.begin() as session:
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in ("settings_version", "audit", "space", "member"):
            await session.execute(text(f"DROP TABLE IF EXISTS {table}"))
        await session.execute(text("DELETE FROM community"))
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_the_ladder_climbs_while_the_database_is_away(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on"]
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]
    crisis.db.away = False
    await crisis.ladder.climb()
    assert (await alert_of(crisis)).state is State.UNANSWERED


async def test_an_alert_that_can_never_be_written_holds_up_no_other(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    (alert,) = crisis.spool
    crisis.spool.keep(replace(alert, id="bad", community_id="nowhere"))
    crisis.db.away = False
    await crisis.ladder.climb()
    assert (await alert_of(crisis)).id == alert.id
    for _climb in range(MOST_REFUSALS):
        await crisis.ladder.climb()
    assert len(crisis.spool) == 0
    assert [file.name for file in crisis.spool_folder.iterdir()] == ["bad.damaged"]


async def test_a_damaged_file_does_not_keep_the_others_from_being_read(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    (crisis.spool_folder / "empty.sealed").write_bytes(b"")
    again = Spool(crisis.spool_folder, crisis.vault)
    assert [one.about for one in again.read_in()] == [SAM]
    assert (crisis.spool_folder / "empty.damaged").is_file()


async def test_a_file_that_was_left_behind_does_not_open_a_closed_alert_again(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    crisis.spool.keep(alert)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    crisis.spool.keep(alert)
    await climb_after(crisis, hours=3)
    assert (await alert_of(crisis)).state is State.RESOLVED
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)


async def test_a_claim_made_while_the_spool_is_emptied_stays(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    (alert,) = crisis.spool
    crisis.db.away = False
    await asyncio.gather(
        crisis.record.empty_spool(),
        crisis.service.claim(alert.id, MODERATOR, crisis.community),
    )
    await climb_after(crisis, hours=1)
    now = await alert_of(crisis)
    assert (now.state, now.claimed_by) == (State.CLAIMED, ROBIN)
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)


# -- a platform --------------------------------------------------------------------------------


async def test_a_defect_while_answering_does_not_keep_responders_from_hearing(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {SAM: RuntimeError("a defect")}
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert [type(one) for one in crisis.failures] == [RuntimeError]


async def test_a_defect_while_alerting_does_not_keep_the_member_from_hearing(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: RuntimeError("a defect")}
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert (await alert_of(crisis)).way is Way.INBOX
    crisis.voice.broken = {}
    await climb_after(crisis, seconds=30)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_one_alert_that_fails_does_not_stop_the_others(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await crisis.hears("an emergency", author=ALEX)
    pass_on = crisis.ladder._responders.pass_on

    async def fails_for_sam(alert, settings):
        if alert.about == SAM:
            raise RuntimeError("a defect")
        return await pass_on(alert, settings)

    crisis.ladder._responders.pass_on = fails_for_sam
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(ALERTS).count("crisis.passed-on") == 1
    assert [type(one) for one in crisis.failures] == [RuntimeError]


async def test_an_answer_that_a_busy_platform_did_not_take_is_sent_a_moment_later(
    crisis: Crisis,
) -> None:
    close_every_way(crisis, BUSY)
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).owed is Owed.ANSWER
    assert "being reached now" in plain_card(crisis.voice.edited[-1][1])
    crisis.voice.broken = {}
    await climb_after(crisis, seconds=2)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert "answered in their inbox" in plain_card(crisis.voice.edited[-1][1])


async def test_where_nobody_is_told_a_busy_platform_is_tried_again_too(crisis: Crisis) -> None:
    close_every_way(crisis, BUSY)
    await crisis.hears("it is urgent", surface=Surface.PRIVATE)
    assert crisis.voice.keys_to(SAM) == []
    crisis.voice.broken = {}
    crisis.clock.move(timedelta(seconds=1))
    assert await crisis.answer.send_all_late() == 1
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.answer.next_late_at() is None


async def test_a_first_answer_that_failed_does_not_silence_the_next_one(crisis: Crisis) -> None:
    close_every_way(crisis, CLOSED)
    await crisis.hears("it is urgent", surface=Surface.TO_STAFF)
    crisis.voice.broken = {}
    await crisis.hears("it is urgent", surface=Surface.TO_STAFF)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_an_answer_is_sent_even_if_the_process_died_after_the_card(crisis: Crisis) -> None:
    close_every_way(crisis, BUSY)
    await crisis.hears("an emergency")
    crisis.voice.broken = {}
    crisis.record.book.drop((await alert_of(crisis)).id)
    await climb_after(crisis, seconds=30)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_help_goes_on_when_its_event_is_cut_off(crisis: Crisis) -> None:
    hearing = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(1)
    hearing.cancel()
    await crisis.noticing.settled()
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert (await alert_of(crisis)).way is Way.INBOX


# -- the truth about it ------------------------------------------------------------------------


async def test_a_responder_is_not_told_that_somebody_heard_who_could_not(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    close_every_way(crisis, CLOSED)
    shown = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert "I could not tell them that you will write" in plain_card(shown)
    assert "They were told" not in plain_card(shown)


async def test_news_that_a_busy_platform_did_not_take_is_brought_later(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    close_every_way(crisis, BUSY)
    shown = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert "I am still trying to tell them" in plain_card(shown)
    crisis.voice.broken = {}
    await climb_after(crisis, seconds=2)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.taken"]


async def test_the_card_says_when_the_honest_end_could_not_be_told(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    close_every_way(crisis, CLOSED)
    await climb_after(crisis, minutes=5)
    alert = await alert_of(crisis)
    last = {ref: plain_card(card) for ref, card in crisis.voice.edited}
    assert "I could not tell them so" in last[alert.card]
    assert alert.untold


async def test_the_honest_end_is_told_where_the_answer_was(crisis: Crisis) -> None:
    crisis.voice.broken = dict.fromkeys((SAM, NewInbox(SAM)), CLOSED)
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    await climb_after(crisis, minutes=5)
    thread = PrivateThread(GENERAL, SAM)
    assert crisis.voice.keys_to(thread)[-1] == "crisis.nobody-free"


async def test_an_honest_end_that_a_busy_platform_did_not_take_is_told_later(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    close_every_way(crisis, BUSY)
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    crisis.voice.broken = {}
    await climb_after(crisis, minutes=15)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]


async def test_the_honest_end_comes_at_its_minute_however_late_the_backup_was_called(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=8)
    assert (await alert_of(crisis)).next_step_at == crisis.clock() + timedelta(minutes=2)
    await climb_after(crisis, minutes=2)
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_the_minute_that_was_told_stays_when_timers_are_changed(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await crisis.set(lambda one: replace(one, claim_emergency=timedelta(hours=1)))
    await climb_after(crisis, minutes=5)
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_responders_who_could_not_be_told_in_time_are_told_all_the_same(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=10)
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"
    crisis.voice.broken = {}
    await climb_after(crisis, minutes=15)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_a_quiet_note_is_tried_again_ever_more_seldom(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    await crisis.hears("a concern")
    tries = 0
    for _minute in range(60):
        crisis.clock.move(timedelta(minutes=1))
        tries += await crisis.ladder.climb()
    assert 3 <= tries <= 10


async def test_keeping_it_private_is_said_to_be_shown_only_if_it_was(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    shown = await crisis.service.keep_private(alert.id, an_actor(SAM))
    assert "I have told the responders" in plain_card(shown)

    async def refused(*_args: object, **_named: object):
        raise Undeliverable(Why.GONE)

    crisis.voice.edit = refused
    shown = await crisis.service.keep_private(alert.id, an_actor(SAM))
    assert "could not show it to the responders" in plain_card(shown)


async def test_a_flag_where_nobody_can_be_told_says_so_and_helps_all_the_same(
    crisis: Crisis,
) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    shown = await crisis.noticing.flagged(a_flag("an emergency"))
    assert "nobody in this community yet whom I can tell" in plain_card(shown)
    assert "I keep trying" not in plain_card(shown)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_asking_for_a_person_says_when_responders_could_not_be_reached(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    shown = await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.NONE)
    assert "I have not been able to reach the responders yet" in plain_card(shown)
    assert "I am asking" not in str(shown.summary)


async def test_words_for_oneself_open_no_thread_and_cause_no_card_in_the_room(
    crisis: Crisis,
) -> None:
    close_every_way(crisis, CLOSED)
    crisis.voice.broken.pop(PrivateThread(GENERAL, SAM))
    reply = a_reply(SAM)
    crisis.voice.broken[reply] = Undeliverable(Why.GONE)
    await crisis.hears("an emergency", surface=Surface.PRIVATE, reply=reply)
    assert crisis.voice.cards_to(PrivateThread(GENERAL, SAM)) == []
    crisis.clock.move(timedelta(minutes=2))
    assert await crisis.answer.post_offers() == 0


async def test_an_offer_that_a_busy_platform_did_not_take_is_posted_later(crisis: Crisis) -> None:
    close_every_way(crisis, CLOSED)
    await crisis.hears("an emergency")
    crisis.voice.broken[GENERAL] = BUSY
    crisis.clock.move(timedelta(minutes=2))
    assert await crisis.answer.post_offers() == 0
    crisis.voice.broken.pop(GENERAL)
    crisis.clock.move(timedelta(seconds=30))
    assert await crisis.answer.post_offers() == 1
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.answer.post_offers() == 0


async def test_after_a_month_the_card_in_the_room_forgets_who_it_was(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(days=31))
    assert await crisis.ladder.forget_people() == 1
    last = plain_card(crisis.voice.edited[-1][1])
    assert "sam" not in last
    assert "no longer kept" in last


@pytest.mark.parametrize("close", ["resolve", "misread"])
async def test_every_card_about_a_closed_alert_forgets_who_it_was(
    crisis: Crisis, close: str
) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await climb_after(crisis, minutes=5)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.call_backup(alert.id, MODERATOR, crisis.community)
    crisis.voice.edited.clear()
    if close == "resolve":
        await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    else:
        await crisis.service.verdict_misread(alert.id, MODERATOR, crisis.community)
    shown = {ref: plain_card(card) for ref, card in crisis.voice.edited}
    assert len(shown) == 3
    assert not [text for text in shown.values() if "sam" in text or "[" in text]
    late = await crisis.service.call_backup(alert.id, MODERATOR, crisis.community)
    assert late.key == "crisis.over"
    assert buttons_of(late) == ()
