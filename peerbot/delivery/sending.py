"""Takes sends to their platform, one after the other: in hand, sent, on record, told."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Delivered, TryLater, Undeliverable
from peerbot.clock import Chance, Clock
from peerbot.db import Database
from peerbot.delivery.model import (
    AWAY_FOR_AT_MOST,
    FIRST_WAIT,
    LONGEST_DELAY,
    LONGEST_PAUSE,
    LONGEST_WAIT,
    LONGEST_WAIT_IN_DANGER,
    MAX_ATTEMPTS,
    AfterCrash,
    Arrived,
    Compose,
    Held,
    OnFailure,
    Outcome,
    Send,
    Status,
    may_repeat,
    not_told,
    wait_before,
)
from peerbot.delivery.pace import Pace
from peerbot.delivery.store import SendStore

log = logging.getLogger(__name__)

MOST_REFUSALS = 3
"""So often may a platform say "later" in one chunk; then the chunk is continued later."""


class Platforms(Protocol):
    """What delivery needs of the switchboard."""

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered: ...

    def domain(self, to: Address) -> str: ...

    def capabilities(self, platform: str) -> Capabilities: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How the sends of one kind are made and looked after."""

    compose: Compose
    after_crash: AfterCrash
    arrived: Arrived | None
    late_after: timedelta | None


_GIVEN_UP = Outcome(status=Status.UNREACHABLE, why="gave-up")


class Sending:
    """Sends of every kind, at the pace of their platforms.

    At most what is in hand when the process dies can arrive twice, or not be known to have arrived.
    """

    def __init__(
        self,
        db: Database,
        gateway: Platforms,
        clock: Clock,
        chance: Chance,
        pace: Pace,
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._chance = chance
        self._pace = pace
        self._owner = chance.new_id()
        self._kinds: dict[str, Kind] = {}
        self._in_hand: set[str] = set()
        self._not_noted: dict[str, tuple[Held, Outcome]] = {}
        self._stopping = False
        self.on_failure: OnFailure = not_told

    def add_kind(self, name: str, kind: Kind) -> None:
        self._kinds[name] = kind

    def is_urgent(self, kind: str) -> bool:
        """Whether it goes before what waits already."""
        known = self._kinds.get(kind)
        return known is not None and known.after_crash is AfterCrash.AGAIN

    def stop(self) -> None:
        """Take nothing more in hand; what is in hand is brought to its end."""
        self._stopping = True

    def go_on(self) -> None:
        self._stopping = False

    def per_second(self, to: Address) -> float:
        return self._pace.per_second(self._limit(to.platform))

    async def chunk(self, domain: str, platform: str, send_ids: Sequence[str]) -> None:
        """Send these, as far as they are pending; put off the rest if the platform is busy.

        Raises DatabaseAway; nothing is lost then, and doing it again repeats nothing.
        """
        refusals = 0
        for position, send_id in enumerate(send_ids):
            if self._stopping:
                # Not an end: the engine resumes this chunk at the next start.
                raise asyncio.CancelledError
            wait = self._pace.wait(domain)
            if wait > LONGEST_PAUSE or refusals == MOST_REFUSALS:
                await self._put_off(send_ids[position:], max(wait, FIRST_WAIT))
                return
            # Before it is in hand: whoever is interrupted here has nothing in hand.
            await self._pace.turn(domain, self._limit(platform))
            refused_for = await self._one(send_id)
            if refused_for is not None:
                self._pace.hold(domain, refused_for)
                refusals += 1

    async def mend(self) -> set[tuple[str, str]]:
        """Bring to an end what was in hand when something broke; return the kinds and subjects.

        That is: what this process could not put on record, and what an earlier one left.
        """
        for held, outcome in list(self._not_noted.values()):
            await self._note(held, outcome)
        # Before and after: what was in hand then may have ended while we read, and the other way.
        in_hand = set(self._in_hand)
        async with self._db.read() as session:
            all_held = await SendStore(session).held()
        in_hand |= self._in_hand
        left = [one for one in all_held if one.send.id not in in_hand]
        for one in left:
            await self._mend(one)
        return {(one.send.kind, one.send.subject) for one in left}

    # -- inside ------------------------------------------------------------------------------

    def _limit(self, platform: str) -> float:
        return self._gateway.capabilities(platform).sends_per_second

    async def _claim(self, send_id: str) -> Held | None:
        async with self._db.begin() as session:
            return await SendStore(session).claim(send_id, self._owner, self._clock())

    async def _one(self, send_id: str) -> timedelta | None:
        """Send one; return how long the platform wants to be left alone, None if it does not."""
        self._in_hand.add(send_id)
        try:
            held = await self._claim(send_id)
            if held is None:
                return None
            outcome, refused_for = await self._handed_over(held)
            await self._note(held, outcome)
        finally:
            self._in_hand.discard(send_id)
        return refused_for

    async def _handed_over(self, held: Held) -> tuple[Outcome, timedelta | None]:
        """Return what came of it, and how long the platform wants to be left alone."""
        send, kind = held.send, self._kinds.get(held.send.kind)
        if kind is None:
            log.error("nobody composes %s", send.kind)
            return self._again(send, "no-kind"), None
        late = self._clock() - held.planned_at
        if kind.late_after is not None and late > kind.late_after:
            log.warning("%s was dropped: it is %s late", send.kind, late)
            return Outcome(status=Status.DROPPED, why="late"), None
        try:
            card = await kind.compose(send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other sends go on
            log.error("%s cannot be composed: %s", send.kind, type(error).__name__)
            self.on_failure(send.kind, error)
            return self._again(send, "compose"), None
        if card is None:
            return Outcome(status=Status.DROPPED, why="not-wanted"), None
        try:
            delivered = await self._gateway.send(send.to, card, nonce=send.nonce)
        except Undeliverable as error:
            return Outcome(status=Status.UNREACHABLE, why=error.why.value), None
        except TryLater as error:
            return self._later(held, error.wait), error.wait
        except Exception as error:  # noqa: BLE001 - an adapter's defect, and nobody above knows more
            log.error("%s broke while sending: %s", send.kind, type(error).__name__)
            self.on_failure(send.kind, error)
            return self._after_crash(held), None
        return Outcome(status=Status.SENT, ref=delivered.ref), None

    def _later(self, held: Held, wait: timedelta) -> Outcome:
        """Return when to ask a platform again that is busy or away, for a day at most."""
        if self._clock() - held.planned_at > AWAY_FOR_AT_MOST:
            return _GIVEN_UP
        return self._at(held.send, "busy", wait)

    def _again(self, send: Send, why: str) -> Outcome:
        """Return when to try again what failed on our side, a few times at most."""
        return self._at(send, why) if send.attempts < MAX_ATTEMPTS else _GIVEN_UP

    def _at(self, send: Send, why: str, wait: timedelta = timedelta(0)) -> Outcome:
        longest = LONGEST_WAIT_IN_DANGER if self.is_urgent(send.kind) else LONGEST_WAIT
        backoff = wait_before(send.attempts + 1, self._chance.between(0, 1), longest)
        next_try_at = self._clock() + min(max(wait, backoff), LONGEST_DELAY)
        return Outcome(status=Status.PENDING, why=why, next_try_at=next_try_at)

    def _after_crash(self, held: Held) -> Outcome:
        """Return what is to become of a send of which nobody knows whether it arrived."""
        kind = self._kinds.get(held.send.kind)
        repeat = may_repeat(
            kind.after_crash if kind else AfterCrash.ONCE,
            idempotent=self._gateway.capabilities(held.send.to.platform).idempotent_sends,
            since=abs(self._clock() - held.since),
        )
        return (
            self._again(held.send, "crash")
            if repeat
            else Outcome(status=Status.UNKNOWN, why="crash")
        )

    async def _note(self, held: Held, outcome: Outcome) -> None:
        """Put on record what came of a send, and tell whoever waits for its end."""
        kind = self._kinds.get(held.send.kind)
        still_to_tell = kind is not None and kind.arrived is not None
        self._not_noted[held.send.id] = held, outcome
        async with self._db.begin() as session:
            send = await SendStore(session).note(
                held, outcome, self._clock(), still_to_tell=still_to_tell
            )
        self._not_noted.pop(held.send.id, None)
        if still_to_tell and send is not None and outcome.status is not Status.PENDING:
            await self._tell(send)

    async def _tell(self, send: Send) -> None:
        kind = self._kinds.get(send.kind)
        if kind is not None and kind.arrived is not None:
            try:
                await kind.arrived(send)
            except Exception as error:  # noqa: BLE001 - the other sends go on; `mend` tells it again
                log.error("%s: telling its end failed: %s", send.kind, type(error).__name__)
                self.on_failure(send.kind, error)
                return
        async with self._db.begin() as session:
            await SendStore(session).let_go(send.id)

    async def _mend(self, held: Held) -> None:
        if held.send.status is not Status.SENDING:
            await self._tell(held.send)
            return
        outcome = self._after_crash(held)
        if outcome.status is Status.PENDING:
            # It was our crash, not the platform's wish.
            outcome = replace(outcome, next_try_at=self._clock())
        await self._note(held, outcome)

    async def _put_off(self, send_ids: Sequence[str], wait: timedelta) -> None:
        async with self._db.begin() as session:
            until = self._clock() + min(wait, LONGEST_DELAY)
            await SendStore(session).postpone(send_ids, until)
