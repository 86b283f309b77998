"""What time does to check-ins: rounds open, people who asked for it are reminded, rounds close."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from peerbot.chat.addresses import NewInbox, person_of
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Why
from peerbot.checkins import cards
from peerbot.checkins.model import (
    Answer,
    Audience,
    Checkin,
    Round,
    RoundState,
    State,
    round_of,
    tally,
)
from peerbot.checkins.store import AnswerStore, CheckinStore
from peerbot.checkins.summary import SHOWN_FROM, VOICES_TOGETHER, released, voices
from peerbot.clock import Chance, Clock
from peerbot.community.model import Feature, Purpose
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.model import Done, NewSend, Send
from peerbot.delivery.recurrence import LATENESS, Slot, is_late, next_after
from peerbot.delivery.service import Delivery
from peerbot.vault import Vault

log = logging.getLogger(__name__)

PROMPT = "checkins.prompt"
REMINDER = "checkins.reminder"
SUMMARY = "checkins.summary"
VOICES = "checkins.voices"
SHARED = "checkins.shared"
CLOSE = "checkins.close"

EARLIER_SHOWN = 3
QUIET_AFTER_CLOSED = timedelta(days=30)
"""So long nobody is reminded whose inbox is closed: a platform takes more tries for spam.

https://discord.com/developers/docs/topics/opcodes-and-status-codes (50007)
"""


class Rounds:
    """Opens, reminds and closes what is due. Safe to run at any time, in any process."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        delivery: Delivery,
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._delivery = delivery

    # -- opening -----------------------------------------------------------------------------

    async def open_due(self) -> int:
        """Open every round whose time has come; return how many check-ins were looked at.

        A round is unique by its local wall slot, and its schedule moves on in the same
        transaction, so it does not matter who runs this, how often or how late.
        """
        now = self._clock()
        async with self._db.begin() as session:
            store = CheckinStore(session)
            due = await store.take_due(now)
            for checkin in due:
                opened = await self._open(store, checkin, now)
                if opened is not None:
                    prompt = NewSend(kind=PROMPT, subject=opened.id, to=opened.room)
                    await self._delivery.plan_sends(session, [prompt])
        if due:
            await self._delivery.go()
        return len(due)

    async def prompt(self, send: Send) -> Card | None:
        """Return the card that asks; None if the round is over or switched off meanwhile."""
        async with self._db.read() as session:
            round_ = await CheckinStore(session).round(send.subject)
        if round_ is None or not round_.is_open(self._clock()):
            return None
        return cards.prompt(round_) if self._is_on(round_) else None

    async def _open(self, store: CheckinStore, checkin: Checkin, now: datetime) -> Round | None:
        """Open the slot of `checkin` that is due and move it on; None if nobody is to be asked."""
        slot = checkin.due
        assert slot is not None, "taken because it is due"
        early = await store.waiting_round(checkin.id)
        skips = not self._is_on(checkin)
        if is_late(slot.moment, now) or skips:
            log.info("check-in %s: slot %s is dropped", checkin.id, slot.key)
            if early is None:
                missed = round_of(checkin, slot, self._chance.new_id(), RoundState.MISSED)
                await store.add_round(missed)
            slot = next_after(checkin.recurrence, slot.moment, not_before=now - LATENESS)
        opened: Round | None = None
        if slot is not None and slot.moment <= now and not skips:
            opened = await self._opened(store, checkin, slot, early)
            checkin = replace(
                checkin, state=State.LIVE, paused_until=None, last_opened_at=slot.moment
            )
        checkin = checkin.planned(checkin.slot_after(now))
        await store.save(checkin)
        if early is not None and opened is None:
            await store.keep_early(checkin, early)
        return opened

    async def _opened(
        self, store: CheckinStore, checkin: Checkin, slot: Slot, early: Round | None
    ) -> Round | None:
        """Return the round that is open now; None if its slot had one already."""
        if early is None:
            new = round_of(checkin, slot, self._chance.new_id(), RoundState.OPEN)
            return new if await store.add_round(new) else None
        if early.slot != slot.key and await store.slot_is_taken(checkin.id, slot.key):
            return None
        opened = round_of(checkin, slot, early.id, RoundState.OPEN)
        await store.move_round(opened)
        return opened

    def _is_on(self, asked: Checkin | Round) -> bool:
        """Whether it is asked at all: not where check-ins are off, or where we are no more."""
        home = asked.community_id
        return self._communities.settings(home).has(Feature.CHECKINS) and not self._has_left(asked)

    def _has_left(self, asked: Checkin | Round) -> bool:
        return self._communities.has_left(asked.community_id, asked.room)

    # -- reminding ---------------------------------------------------------------------------

    async def remind_due(self) -> int:
        """Remind, once a round, those who asked for it; return how many rounds were looked at."""
        now = self._clock()
        async with self._db.begin() as session:
            due = await CheckinStore(session).rounds_to_remind(now)
            for round_ in due:
                if is_late(round_.remind_at, now) or not self._is_on(round_):
                    continue
                people = await AnswerStore(session).to_remind(round_, now)
                await self._delivery.plan_sends(
                    session,
                    [NewSend(kind=REMINDER, subject=round_.id, to=NewInbox(one)) for one in people],
                )
        if due:
            await self._delivery.go()
        return len(due)

    async def reminder(self, send: Send) -> Card | None:
        """Return the reminder; None if it is no longer wanted at the moment of sending."""
        now = self._clock()
        async with self._db.read() as session:
            round_ = await CheckinStore(session).round(send.subject)
        person = person_of(send.to)
        if round_ is None or person is None or not round_.is_open(now):
            return None
        if self._has_left(round_):
            return None
        member = await self._communities.known_member(person, round_.community_id)
        if member is None or not await self._communities.has_agreed(
            member, Purpose.DIRECT_MESSAGES
        ):
            return None
        async with self._db.read() as session:
            store = AnswerStore(session)
            answer = await store.of_member(round_.id, member.id)
            wish = await store.reminder(member.id)
        if answer is not None or wish is None or wish.is_quiet(now):
            return None
        return cards.reminder(round_)

    async def reminded(self, send: Send) -> None:
        """Let reminders be quiet for a while for somebody whose inbox is closed."""
        person = person_of(send.to)
        if send.why != Why.CLOSED or person is None:
            return
        async with self._db.read() as session:
            round_ = await CheckinStore(session).round(send.subject)
        if round_ is None:
            return
        member = await self._communities.known_member(person, round_.community_id)
        if member is None:
            return
        until = self._clock() + QUIET_AFTER_CLOSED
        async with self._db.begin() as session:
            store = AnswerStore(session)
            wish = await store.reminder(member.id)
            if wish is not None and not wish.is_quiet(until):
                await store.set_reminder(replace(wish, paused_until=until))

    # -- closing -----------------------------------------------------------------------------

    async def close_due(self) -> int:
        """Have every round closed whose time is over, however late; return how many."""
        async with self._db.begin() as session:
            due = await CheckinStore(session).rounds_to_close(self._clock())
            for round_id in due:
                await self._delivery.plan_work(session, CLOSE, round_id)
        if due:
            await self._delivery.go()
        return len(due)

    async def close(self, round_id: str) -> Done:
        """Count the answers of a round once and plan its summary."""
        now = self._clock()
        async with self._db.begin() as session:
            store = CheckinStore(session)
            round_ = await store.lock_round(round_id, alone=True)
            if round_ is None or round_.state in {RoundState.CLOSED, RoundState.MISSED}:
                return Done.DONE
            if now < round_.closes_at:
                return Done.AGAIN
            if round_.state is RoundState.WAITING:
                await store.move_round(replace(round_, state=RoundState.MISSED, closed_at=now))
                return Done.DONE
            answers = await AnswerStore(session).in_round(round_.id)
            counted = tally(answers)
            await store.move_round(
                replace(round_, state=RoundState.CLOSED, closed_at=now, tally=counted)
            )
            spoken = self._spoken(answers) if counted.people >= SHOWN_FROM else ()
            for answer in spoken:
                await AnswerStore(session).save(answer)
            await self._delivery.plan_sends(session, _closing_sends(round_, spoken))
        await self._delivery.go()
        return Done.DONE

    def _spoken(self, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
        """Return those with anonymous words, dealt onto cards; none for fewer than three."""
        speaking = [
            one
            for one in answers
            if one.is_counted and one.sealed and one.shows_words_to is Audience.ANONYMOUS
        ]
        cards_of_words = voices(self._chance.shuffled(speaking))
        return tuple(
            replace(one, voice_card=number)
            for number, together in enumerate(cards_of_words)
            for one in together
        )

    async def summary(self, send: Send) -> Card | None:
        """Return what everybody may know of a closed round, with earlier ones beside it."""
        async with self._db.read() as session:
            store = CheckinStore(session)
            round_ = await store.round(send.subject)
            earlier = await store.earlier(round_, EARLIER_SHOWN) if round_ else ()
        if round_ is None or round_.tally is None or self._has_left(round_):
            return None
        beside = [(one, released(one.tally)) for one in earlier if one.tally]
        return cards.summary(
            round_,
            released(round_.tally),
            tuple((one, shown) for one, shown in beside if shown is not None),
        )

    async def voices(self, send: Send) -> Card | None:
        """Return one card of anonymous words; None once fewer than three can be shown together."""
        round_id, _dot, number = send.subject.partition(".")
        async with self._db.read() as session:
            round_ = await CheckinStore(session).round(round_id)
            answers = await AnswerStore(session).on_voice_card(round_id, int(number))
            opened = [
                await self._vault.open(session, one.member_id, one.sealed)
                for one in answers
                if one.sealed is not None
            ]
        words = tuple(one for one in opened if one)
        if round_ is None or len(words) < VOICES_TOGETHER or self._has_left(round_):
            return None
        return cards.voices(round_, words)


def _closing_sends(round_: Round, spoken: tuple[Answer, ...]) -> list[NewSend]:
    several = sorted({one.voice_card for one in spoken if one.voice_card is not None})
    return [
        NewSend(kind=SUMMARY, subject=round_.id, to=round_.room),
        *(NewSend(kind=VOICES, subject=f"{round_.id}.{one}", to=round_.room) for one in several),
    ]
