"""Hears itself: once an hour a test message goes the whole way, and one card says that it did."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.gateway import DeliveryError, Undeliverable
from peerbot.chat.text import Words
from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import hearing_cards
from peerbot.crisis.ears import AS_IF_FOUND, Ears
from peerbot.crisis.heard import EVERY, Fault, Hearing, Step, ready
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.reach import Voice
from peerbot.crisis.record import NotAnswered, Record
from peerbot.crisis.store import HearingStore
from peerbot.db import Session

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Communities that are tried at the same time; the next pulse takes the next ones."""
NOBODY = "nobody"
"""About whom the test message is: no platform has such an id."""


class HearingOneself:
    """Tries the way from words to a human in every community whose alerts have a place.

    Everything is real: the rules, the row of an alert (taken away before anybody can see it), the
    room. It runs beside the pulse that began it, so that it delays nobody in danger, and goes on
    from memory while the database is away.
    """

    def __init__(
        self,
        *,
        ears: Ears,
        noticing: Noticing,
        record: Record,
        voice: Voice,
        communities: CommunityService,
        clock: Clock,
        on_failure: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._ears = ears
        self._noticing = noticing
        self._record = record
        self._voice = voice
        self._communities = communities
        self._clock = clock
        self._on_failure = on_failure
        self.every = EVERY
        """How often; a rehearsal of weeks may want it more seldom."""
        self._known: dict[str, Hearing] = {}
        self._changed: set[str] = set()
        self._unwritten: set[str] = set()
        self._left_behind: dict[str, MessageRef] = {}
        self._tried_all = False
        self._trying: asyncio.Task[None] | None = None
        self._began = clock()

    # -- knowing -----------------------------------------------------------------------------

    async def load(self) -> None:
        """Read how it stood. What failed then, or would fail now, is tried at once.

        Raises `NotAnswered`.
        """
        now = self._clock()
        rows = await self._record.reading(lambda session: HearingStore(session).all())
        wrong_now = bool(await self._lost())
        hurried = [one.community_id for one in rows if one.faults or wrong_now]
        if hurried:
            await self._record.writing(lambda session: HearingStore(session).hurry(hurried, now))
        self._known = {
            one.community_id: replace(one, due_at=now) if one.community_id in hurried else one
            for one in rows
        }
        for community in self._communities.all:
            await self.after_publishing(community.id)

    async def after_publishing(self, community_id: str) -> None:
        """Look at a community soon if the place for its alerts is another one than before."""
        room, known = self._settings(community_id).alert_room, self._known.get(community_id)
        is_there = known is not None and known.card is not None and _lies_in(known.card, room)
        if (room is None) != (known is None) or (room is not None and not is_there):
            self._changed.add(community_id)

    async def all(self) -> tuple[Hearing, ...]:
        """Return how it stands everywhere: as the database says, else as this process knows."""
        try:
            return tuple(await self._record.reading(lambda session: HearingStore(session).all()))
        except NotAnswered:
            return tuple((self._never_tried() | self._known).values())

    async def ready(self) -> dict[str, object]:
        """Return what an outside monitor is told, as plain values (`heard.ready`)."""
        return ready(await self.all(), self._clock())

    async def in_the_way(self, community_id: str) -> tuple[Words, ...]:
        """Return what keeps words from reaching a human here, a sentence each."""
        known = next((one for one in await self.all() if one.community_id == community_id), None)
        if known is None:
            return ()
        zone = self._settings(community_id).zone_info
        return hearing_cards.in_the_way(known, self._clock(), zone, len(self._ears.files))

    # -- the beat ----------------------------------------------------------------------------

    async def run(self) -> int:
        """Begin to try whatever is due; return 1 if that began."""
        if self._trying is not None and not self._trying.done():
            return 0
        self._trying = asyncio.create_task(self._try_due())
        return 1

    def due_in_memory(self) -> datetime | None:
        """Return now if a place for alerts is new, a try is not written, or the clock went back."""
        now = self._clock()
        misplaced = any(one.is_misplaced(now, self.every) for one in self._known.values())
        return now if misplaced or self._changed or self._unwritten else None

    async def settled(self) -> None:
        """Return when no try is under way."""
        if self._trying is not None:
            await asyncio.wait({self._trying})

    async def _try_due(self) -> None:
        try:
            due = await self._due()
        except Exception as error:  # noqa: BLE001 - nobody is above a task of its own
            self._report(error)
            return
        if not due:
            return
        lost = await self._lost()
        done = await asyncio.gather(*(self._try(one, lost) for one in due), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, Exception):
                self._report(outcome)

    async def _due(self) -> Sequence[str]:
        now = self._clock()
        changed = sorted(self._changed)[:AT_ONCE]
        misplaced = [
            one.community_id for one in self._known.values() if one.is_misplaced(now, self.every)
        ]
        try:
            rows = await self._record.reading(
                lambda session: HearingStore(session).due(now, AT_ONCE)
            )
        except NotAnswered:
            rows = [one for one in self._known.values() if one.due_at <= now]
        found = (*changed, *misplaced, *self._unwritten, *(one.community_id for one in rows))
        return tuple(dict.fromkeys(found))[:AT_ONCE]

    # -- one try -----------------------------------------------------------------------------

    async def _try(self, community_id: str, lost: Sequence[str]) -> None:
        """Try one community, unless another process does; `lost` are the rule files it misses."""
        settings, now = self._settings(community_id), self._clock()
        taken = await self._taken(community_id, now)
        self._changed.discard(community_id)
        if taken is None:
            return
        room = settings.alert_room
        if self._communities.is_cut_off(community_id):
            # The card cannot be changed meanwhile, and is to go on once we are added again.
            if taken.card is not None:
                self._left_behind[community_id] = taken.card
            await self._forget(community_id)
            return
        if taken.card is None:
            taken = replace(taken, card=self._left_behind.pop(community_id, None))
        if taken.card is not None and not _lies_in(taken.card, room):
            await self._leave(taken.card)
            taken = replace(taken, card=None)
        if room is None:
            await self._forget(community_id)
            return
        faults = await self._faults(community_id, room, settings, lost)
        hearing = await self._said_aloud(taken.tried(faults, now, self.every), room, settings)
        try:
            hearing = replace(hearing, card=await self._shown(hearing, room, settings))
        except DeliveryError as error:
            log.critical("the room for alerts cannot be reached: %s", error.in_short)
            told = replace(taken, told=hearing.told)
            hearing = told.tried((*faults, Fault(Step.ROOM)), now, self.every)
        await self._keep(hearing)

    async def _taken(self, community_id: str, now: datetime) -> Hearing | None:
        """Return how it stood, reserved for us; None if it is not due or somebody else has it."""
        known = self._known.get(community_id)
        fresh = known or Hearing(community_id=community_id, since=now, due_at=now)
        unwritten = known is None or community_id in self._unwritten
        at_once = community_id in self._changed or fresh.is_misplaced(now, self.every)

        async def take(session: Session) -> Hearing | None:
            store = HearingStore(session)
            if unwritten:
                await store.begin(replace(fresh, due_at=now))
            elif at_once:
                await store.hurry([community_id], now)
            return await store.take(community_id, now)

        try:
            row = await self._record.writing(take)
        except NotAnswered:
            return fresh if at_once or fresh.due_at <= now else None
        if row is None:
            self._unwritten.discard(community_id)
        # What could not be written while the database was away is newer than what is there.
        return fresh if row is not None and unwritten else row

    async def _faults(
        self, community_id: str, room: Room, settings: Settings, lost: Sequence[str]
    ) -> list[Fault]:
        """Return what fails before anything is shown: noticing, deciding, writing down."""
        faults = [Fault(Step.RULES, file) for file in lost]
        sentence = self._ears.sentence_in(settings.language)
        found = None if sentence is None or "" in lost else self._ears.detector.find(sentence.text)
        alert = self._noticing.rehearsal(
            self._communities.get(community_id),
            Person(room.platform, NOBODY),
            found or AS_IF_FOUND,
            settings,
        )
        if alert is None:
            return [*faults, Fault(Step.DECIDE)]
        try:
            is_kept = await self._record.would_keep(alert)
        except NotAnswered:
            is_kept = False
        return faults if is_kept else [*faults, Fault(Step.WRITE)]

    async def _lost(self) -> tuple[str, ...]:
        """Return the rule files that notice nothing; one without a name stands for all.

        In a thread: each rule that is met for the first time takes a while, and nobody waits.
        """
        try:
            turn = int(self._clock().timestamp() // 3600) if self._tried_all else None
            lost = await asyncio.to_thread(self._ears.lost, turn)
        except Exception as error:  # noqa: BLE001 - said to responders, and reported
            self._report(error)
            return ("",)
        self._tried_all = True
        return lost

    async def _said_aloud(self, hearing: Hearing, room: Room, settings: Settings) -> Hearing:
        """Tell responders what they do not know yet; return the hearing with what arrived."""
        if not hearing.is_news:
            return hearing
        log.critical("peerbot does not hear everything: %s", " ".join(map(str, hearing.sayable)))
        card = hearing_cards.deaf(hearing, settings.alert_pings[:1], len(self._ears.files))
        try:
            await self._voice.send(room, card, nonce=self._nonce("deaf", hearing))
        except DeliveryError as error:
            log.critical("responders could not be told that: %s", error.in_short)
            return hearing
        return replace(hearing, told=frozenset(hearing.faults))

    async def _shown(self, hearing: Hearing, room: Room, settings: Settings) -> MessageRef | None:
        """Bring the standing card up to date, posting it anew if it is gone; return where it is.

        Raises `DeliveryError` if the room cannot be reached.
        """
        card = hearing_cards.standing(hearing, settings.zone_info, len(self._ears.files))
        if hearing.card is not None:
            try:
                await self._voice.edit(hearing.card, card, reader=room)
            except Undeliverable as error:
                log.warning("the card about listening cannot be changed: %s", error.in_short)
            else:
                return hearing.card
        return (await self._voice.send(room, card, nonce=self._nonce("heard", hearing))).ref

    async def _leave(self, card: MessageRef) -> None:
        """Say on the card in a room where alerts arrive no longer that it is old."""
        try:
            await self._voice.edit(card, hearing_cards.moved())
        except DeliveryError as error:
            log.warning("an old card about listening cannot be changed: %s", error.in_short)

    async def _keep(self, hearing: Hearing) -> None:
        self._known[hearing.community_id] = hearing
        try:
            await self._record.writing(lambda session: HearingStore(session).save(hearing))
        except NotAnswered:
            self._unwritten.add(hearing.community_id)
        else:
            self._unwritten.discard(hearing.community_id)

    async def _forget(self, community_id: str) -> None:
        """Let go of a community whose alerts have no place any more."""
        try:
            await self._record.writing(lambda session: HearingStore(session).forget(community_id))
        except NotAnswered:
            self._changed.add(community_id)
            return
        self._known.pop(community_id, None)

    def _settings(self, community_id: str) -> Settings:
        return self._communities.settings(community_id)

    def _never_tried(self) -> dict[str, Hearing]:
        """Return how it stands where nobody could look since we began: deaf two hours later."""
        return {
            one.id: Hearing(community_id=one.id, since=self._began, due_at=self._began)
            for one in self._communities.all
            if self._settings(one.id).alert_room is not None
        }

    def _nonce(self, what: str, hearing: Hearing) -> str:
        """Return a name for this minute's message, so that one sent again is shown once."""
        minute = int(self._clock().timestamp()) // 60
        return f"{what}{minute}{hearing.community_id}"[:25]

    def _report(self, error: Exception) -> None:
        log.critical("hearing oneself broke: %s", type(error).__name__)
        self._on_failure(error)


def _lies_in(card: MessageRef, room: Room | None) -> bool:
    return room is not None and (card.platform, card.room) == (room.platform, room.id)
