"""What members do: answer in small steps, each kept at once, skip, share, be reminded or not."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from peerbot.chat.cards import Card, Row
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.checkins import cards
from peerbot.checkins.model import (
    EARLY,
    Answer,
    Audience,
    Checkin,
    Help,
    Offers,
    Reminder,
    Round,
    RoundState,
    Step,
    readable,
    round_of,
)
from peerbot.checkins.rounds import SHARED
from peerbot.checkins.store import AnswerStore, CheckinStore
from peerbot.clock import Chance, Clock
from peerbot.community.model import Member, Purpose
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.model import NewSend, Send
from peerbot.delivery.service import Delivery
from peerbot.errors import Gone, NotYours
from peerbot.vault import Vault

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Given:
    """A round and what one member has answered in it so far."""

    round: Round
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What a member finds when they ask for check-ins."""

    open: tuple[Given, ...]
    coming: Checkin | None
    """What is asked next, if anything is planned."""
    can_be_early: bool
    """Whether `coming` can be answered now already."""
    reminder: Reminder | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What may help somebody who feels alone."""

    tips: tuple[Row, ...]
    resources: tuple[Row, ...]


class Answers:
    """Members' own side. Every method looks again at whose round it is and whether it is open."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        delivery: Delivery,
        gateway: Gateway,
        offers: Offers,
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._delivery = delivery
        self._gateway = gateway
        self._offers = offers

    # -- finding -----------------------------------------------------------------------------

    async def present(self, member: Member) -> Present:
        """Return what `member` can answer now, and what comes next."""
        now = self._clock()
        async with self._db.read() as session:
            store, answers = CheckinStore(session), AnswerStore(session)
            rounds = await store.open_rounds(member.community_id, now)
            given = [Given(one, await answers.of_member(one.id, member.id)) for one in rounds]
            planned = [
                one
                for one in await store.of_community(member.community_id)
                if one.next_at is not None
            ]
            reminder = await answers.reminder(member.id)
        if reminder is not None and not reminder.is_quiet(now):
            reminder = replace(reminder, paused_until=None)
        coming = min(planned, key=lambda one: one.next_at or now, default=None)
        return Present(
            open=tuple(given),
            coming=coming,
            can_be_early=coming is not None
            and coming.next_at is not None
            and coming.next_at - now <= EARLY,
            reminder=reminder,
        )

    async def given(self, member: Member, round_id: str) -> Given:
        """Return the round and the member's answer. Raises `Gone` if it is closed."""
        async with self._db.read() as session:
            round_ = _answerable(await CheckinStore(session).round(round_id), member, self._clock())
            return Given(round_, await AnswerStore(session).of_member(round_id, member.id))

    async def own_words(self, member: Member, answer: Answer) -> str:
        """Return what the member wrote; empty if nothing."""
        if answer.member_id != member.id:
            raise NotYours("another member's words")
        if answer.sealed is None:
            return ""
        async with self._db.read() as session:
            return await self._vault.open(session, member.id, answer.sealed) or ""

    async def early(self, member: Member, checkin_id: str) -> Given:
        """Let a member answer before the next round opens. Raises `Gone` if it is too early."""
        now = self._clock()
        async with self._db.begin() as session:
            store = CheckinStore(session)
            checkin = await store.checkin(checkin_id, lock=True)
            if checkin is None or checkin.is_deleted or checkin.due is None:
                raise Gone("nothing is planned")
            if checkin.community_id != member.community_id:
                raise NotYours("another community's check-in")
            if checkin.due.moment - now > EARLY or checkin.room is None:
                raise Gone("it is too early")
            round_ = await store.waiting_round(checkin.id)
            if round_ is None:
                new_id = self._chance.new_id()
                round_ = round_of(checkin, checkin.due, new_id, RoundState.WAITING)
                if not await store.add_round(round_):
                    raise Gone("that round has been already")
            return Given(round_, await AnswerStore(session).of_member(round_.id, member.id))

    # -- answering ---------------------------------------------------------------------------

    async def choose_step(self, member: Member, round_id: str, step: Step) -> Given:
        return await self._save(
            member, round_id, lambda one: replace(one, step=step, skipped=False)
        )

    async def choose_help(self, member: Member, round_id: str, kinds: tuple[Help, ...]) -> Given:
        return await self._save(member, round_id, lambda one: replace(one, help=kinds))

    async def choose_audience(self, member: Member, round_id: str, audience: Audience) -> Given:
        """Choose who may see the answer; words stay with whom they were written for."""
        return await self._save(member, round_id, lambda one: replace(one, audience=audience))

    async def write(self, member: Member, round_id: str, audience: Audience, words: str) -> Given:
        """Keep words for `audience`, as the form said; empty ones take earlier words out.

        By name they are posted in the room at once; written again, the posted message changes.
        """
        seen = readable(words)
        async with self._db.begin() as session:
            round_, before = await self._take(
                CheckinStore(session), AnswerStore(session), member, round_id
            )
            after = replace(
                before,
                audience=audience,
                sealed=await self._vault.seal(session, member.id, seen) if seen else None,
                words_for=audience if seen else None,
                skipped=False,
                answered_at=self._clock(),
            )
            await AnswerStore(session).save(after)
            if _is_posted(after):
                post = NewSend(kind=SHARED, subject=after.id, to=round_.room)
                await self._delivery.plan_sends(session, [post])
        await self._keep_post_true(before, after)
        await self._delivery.go()
        return Given(round_, after)

    async def skip(self, member: Member, round_id: str) -> Given:
        """Leave this round out; what was answered before no longer counts."""
        return await self._save(member, round_id, lambda one: replace(one, skipped=True))

    async def offers(self, member: Member, answer: Answer) -> Offered:
        """Return what may help with what was wished for, two of each kind at most."""
        language = self._communities.reader_of(member.person).language
        kinds = [kind for kind in answer.help if kind is not Help.SHARING]
        if not answer.help:
            kinds = [Help.EMOTIONAL]
        tips: list[Row] = []
        resources: list[Row] = []
        try:
            for kind in kinds:
                home = member.community_id
                tips += await self._offers.tips_for(home, language, kind)
                resources += await self._offers.resources_for(home, language, kind)
        except Exception as error:  # noqa: BLE001 - the way to a person matters more than tips
            log.warning("check-ins: no offers, %s", type(error).__name__)
        return Offered(tuple(tips[:2]), tuple(resources[:2]))

    async def shared(self, send: Send) -> Card | None:
        """Return what a member posts by name; None if they took it back before it went out."""
        async with self._db.read() as session:
            answer = await AnswerStore(session).by_id(send.subject)
            round_ = await CheckinStore(session).round(answer.round_id) if answer else None
            if answer is None or round_ is None or answer.sealed is None or not _is_posted(answer):
                return None
            words = await self._vault.open(session, answer.member_id, answer.sealed)
        member = await self._communities.member_by_id(answer.member_id)
        if member is None or words is None:
            return None
        return cards.shared(round_, member.person, words)

    # -- reminders ---------------------------------------------------------------------------

    async def remind(self, member: Member) -> None:
        """Remind the member in private from now on: they agree to direct messages by asking."""
        await self._communities.agree(member, Purpose.DIRECT_MESSAGES)
        await self._set_reminder(member, None)

    async def stop_reminding(self, member: Member) -> None:
        async with self._db.begin() as session:
            await AnswerStore(session).drop_reminder(member.id)

    async def pause_reminders(self, member: Member, until: date) -> datetime:
        """Be quiet until the beginning of that day; return that moment. Raises `ValueError`."""
        zone = self._communities.settings(member.community_id).zone_info
        moment = datetime.combine(until, time(), tzinfo=zone).astimezone(UTC)
        if not self._clock() < moment <= self._clock() + LONGEST_PAUSE:
            raise ValueError("a day in the coming year is needed")
        await self._set_reminder(member, moment)
        return moment

    async def _set_reminder(self, member: Member, paused_until: datetime | None) -> None:
        async with self._db.begin() as session:
            await AnswerStore(session).set_reminder(
                Reminder(
                    member_id=member.id,
                    community_id=member.community_id,
                    paused_until=paused_until,
                )
            )

    # -- inside ------------------------------------------------------------------------------

    async def _save(
        self, member: Member, round_id: str, change: Callable[[Answer], Answer]
    ) -> Given:
        """Keep one small change at once, so that nothing is lost by leaving."""
        async with self._db.begin() as session:
            answers = AnswerStore(session)
            round_, before = await self._take(CheckinStore(session), answers, member, round_id)
            after = replace(change(before), answered_at=self._clock())
            await answers.save(after)
        await self._keep_post_true(before, after)
        return Given(round_, after)

    async def _take(
        self, store: CheckinStore, answers: AnswerStore, member: Member, round_id: str
    ) -> tuple[Round, Answer]:
        """Return the open round, which cannot close meanwhile, and the member's answer in it."""
        now = self._clock()
        round_ = _answerable(await store.lock_round(round_id), member, now)
        known = await answers.of_member(round_id, member.id)
        if known is None:
            new = Answer(
                id=self._chance.new_id(), round_id=round_id, member_id=member.id, answered_at=now
            )
            await answers.add(new)
            known = await answers.of_member(round_id, member.id)
        assert known is not None, "added just now, by us or by a second press"
        return round_, known

    async def _keep_post_true(self, before: Answer, after: Answer) -> None:
        """Change what was posted by name to what its writer wants to be there now."""
        if not _is_posted(before):
            return
        for send in await self._delivery.sends_about(SHARED, after.id):
            if send.ref is None:
                continue
            card = await self.shared(send) or cards.taken_back()
            try:
                await self._gateway.edit(send.ref, card)
            except DeliveryError as error:
                log.warning("a shared answer could not be changed: %s", type(error).__name__)


def _is_posted(answer: Answer) -> bool:
    """Whether its words stand in the room with a name."""
    return (
        answer.shows_words_to is Audience.BY_NAME
        and answer.sealed is not None
        and not answer.skipped
    )


def _answerable(round_: Round | None, member: Member, now: datetime) -> Round:
    if round_ is None:
        raise Gone("no such round")
    if round_.community_id != member.community_id:
        raise NotYours("another community's round")
    if not round_.is_open(now):
        raise Gone("the round is closed")
    return round_
