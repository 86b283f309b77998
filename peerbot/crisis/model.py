"""What an alert is, who hears of what, and when the next step is due: types and rules, pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.addresses import Address, MessageRef, Person, PrivateThread, Reply, Room
from peerbot.chat.forms import Surface
from peerbot.community.model import Level, Settings
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    MISREAD = "misread"
    UNANSWERED = "unanswered"
    """Nobody claimed it in time and the member was told so honestly; it can still be claimed."""


class Outcome(StrEnum):
    """What a responder says at the end."""

    SAFE = "safe"
    HANDED_ON = "handed-on"
    NOT_REACHED = "not-reached"


class Way(StrEnum):
    """How the person in danger was reached."""

    REPLY = "reply"
    INBOX = "inbox"
    NEW_INBOX = "new-inbox"
    THREAD = "thread"
    OFFER = "offer"
    """A card addressed to nobody, in the room where they wrote."""
    NOT_REACHED = "not-reached"
    NOT_TRIED = "not-tried"
    """Nobody could try yet, or the process died before it knew."""
    BEFORE = "before"
    """Answered a little earlier, for the same thing."""
    NOT_WRITTEN = "not-written"
    """No rule found anything in what somebody flagged, so they were not written to."""


class Owed(StrEnum):
    """What the person in danger still has to hear from us."""

    ANSWER = "answer"
    TAKEN = "taken"
    """Somebody took the alert and will write."""
    END = "end"
    """Nobody was free in time."""


class Reason(StrEnum):
    """Why there is an alert."""

    WORDS = "words"
    FLAGGED = "flagged"
    """Somebody flagged a message for moderators."""
    ASKED = "asked"
    """The person asked for somebody."""
    DRILL = "drill"
    """A test; nobody is in danger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One person about whom responders were told. Holds no words of theirs."""

    id: str
    community_id: str
    about: Person
    tier: Tier
    category: Category
    whose: Whose
    reason: Reason
    surface: Surface
    rules: tuple[str, ...]
    raised_at: datetime
    state: State = State.OPEN
    count: int = 1
    """How many messages it stands for."""
    step: int = 0
    """Steps of the ladder done: 1 told those on duty, 2 told the backup, 3 the honest end."""
    next_step_at: datetime | None = None
    room: Room | None = None
    permalink: str | None = None
    source: MessageRef | None = None
    """The message itself; gone when its author deletes it."""
    way: Way = Way.NOT_TRIED
    owed: Owed | None = None
    owed_at: datetime | None = None
    """When to try (again) to tell them; None if nothing is owed."""
    untold: bool = False
    """Whether what was owed last could not be told to them."""
    until: datetime | None = None
    """The minute at which they were told that nobody was free, if nobody has written by then."""
    called_at: datetime | None = None
    """When responders were called last; None means when it was raised."""
    card: MessageRef | None = None
    """The responders' live card."""
    more_cards: tuple[MessageRef, ...] = ()
    """Other cards about it in the responders' room, which change along with it."""
    claimed_by: Person | None = None
    claimed_at: datetime | None = None
    outcome: Outcome | None = None
    wants_privacy: bool = False
    says_misread: bool = False
    needs_backup: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.state in {State.OPEN, State.UNANSWERED}

    @property
    def is_over(self) -> bool:
        return self.state in {State.RESOLVED, State.MISREAD}

    @property
    def is_known_to_responders(self) -> bool:
        """Whether a card about it ever arrived in their room."""
        return self.card is not None or bool(self.more_cards)

    def claim(self, responder: Person, now: datetime) -> "Alert":
        """Return the alert as taken, or unchanged if somebody was faster or it is over."""
        if not self.is_waiting:
            return self
        taken = replace(
            self, state=State.CLAIMED, claimed_by=responder, claimed_at=now, next_step_at=None
        )
        # Who never got the first answer hears in it that somebody comes.
        if self.reason is Reason.DRILL or self.owed is Owed.ANSWER:
            return taken
        return replace(taken, owed=Owed.TAKEN, owed_at=now, untold=False)

    def release(self, now: datetime, within: timedelta | None) -> "Alert":
        """Return the alert as waiting for the next: whoever took it could not reach the person."""
        if self.state is not State.CLAIMED:
            return self
        until = None if within is None else now + within
        return replace(
            self,
            state=State.OPEN,
            claimed_by=None,
            claimed_at=None,
            called_at=now,
            step=1,
            until=until,
            next_step_at=until,
        )

    def end(self, now: datetime) -> "Alert":
        """Return the alert as nobody took it in time, or unchanged if somebody did."""
        if self.state is not State.OPEN:
            return self
        ended = replace(self, state=State.UNANSWERED, owed=Owed.END, owed_at=now, untold=False)
        # Responders who could not be told in time are told all the same.
        again = None if self.is_known_to_responders else now + RETRY
        return replace(ended, step=LAST_STEP, next_step_at=again)

    def raised_again(self, now: datetime) -> "Alert":
        """Return the alert as if raised now, after the clock was set back: all as far ahead."""
        back = self.raised_at - now

        def moved(at: datetime | None) -> datetime | None:
            return None if at is None else at - back

        return replace(
            self,
            raised_at=now,
            next_step_at=moved(self.next_step_at),
            owed_at=moved(self.owed_at),
            until=moved(self.until),
            called_at=moved(self.called_at),
        )

    def resolve(self, outcome: Outcome) -> "Alert":
        """Return the alert closed, without what leads to the person."""
        if self.is_over:
            return self
        return replace(self._collapsed(), state=State.RESOLVED, outcome=outcome)

    def misread(self) -> "Alert":
        return self if self.is_over else replace(self._collapsed(), state=State.MISREAD)

    def without_source(self) -> "Alert":
        """Return the alert after its author deleted the message."""
        return replace(self, permalink=None, source=None)

    def with_card(self, card: MessageRef | None, now: datetime, due: datetime | None) -> "Alert":
        """Return the alert as responders heard of it now; `due` is when it goes to the next."""
        others = tuple(one for one in self.all_cards if one != card)
        heard = replace(self, card=card, more_cards=others, step=max(self.step, 1), called_at=now)
        return replace(heard, next_step_at=due if self.state is State.OPEN else None)

    def told(self, way: Way | None = None) -> "Alert":
        """Return the alert as the person has heard what was owed, by `way` if it was an answer."""
        return replace(self, owed=None, owed_at=None, untold=False, way=way or self.way)

    def not_told(self, way: Way | None = None) -> "Alert":
        """Return the alert as the person could not be told, however often one would try."""
        return replace(self, owed=None, owed_at=None, untold=True, way=way or self.way)

    def once_more(self, newer: "Alert", settings: Settings) -> "Alert":
        """Return the alert after another message of the same kind, with responders called anew.

        `newer` is what the message alone would have raised. A claim stays with who made it.
        """
        tier = max(self.tier, newer.tier)
        risen = replace(
            self,
            tier=tier,
            category=newer.category if newer.tier >= self.tier else self.category,
            rules=tuple(dict.fromkeys((*newer.rules, *self.rules))),
            count=self.count + 1,
            called_at=newer.raised_at,
            room=self.room or newer.room,
            permalink=self.permalink or newer.permalink,
            source=self.source or newer.source,
            card=None,
            more_cards=self.all_cards,
        )
        if self.state is State.CLAIMED:
            return risen
        return replace(
            risen,
            state=State.OPEN,
            step=0,
            next_step_at=newer.next_step_at,
            until=honest_end(newer.raised_at, tier, settings),
        )

    @property
    def all_cards(self) -> tuple[MessageRef, ...]:
        return tuple(dict.fromkeys((*((self.card,) if self.card else ()), *self.more_cards)))

    def merged_with(self, other: "Alert") -> "Alert":
        """Return one alert from two copies of it that were changed apart: nothing goes back.

        What is over stays over, what is claimed stays claimed, and no card is forgotten. Of two
        that came equally far, this one is the newer.
        """
        ahead, behind = sorted((self, other), key=_progress, reverse=True)
        cards = (*ahead.all_cards, *behind.all_cards)
        card = ahead.card or behind.card
        answered = ahead.owed is Owed.ANSWER and behind.was_tried
        return replace(
            ahead,
            tier=max(self.tier, other.tier),
            count=max(self.count, other.count),
            card=card,
            more_cards=tuple(one for one in dict.fromkeys(cards) if one != card),
            way=ahead.way if ahead.way is not Way.NOT_TRIED else behind.way,
            owed=None if answered else ahead.owed,
            owed_at=None if answered else ahead.owed_at,
            untold=ahead.untold or (answered and behind.untold),
            wants_privacy=self.wants_privacy or other.wants_privacy,
            says_misread=self.says_misread or other.says_misread,
            needs_backup=self.needs_backup or other.needs_backup,
        )

    @property
    def was_tried(self) -> bool:
        """Whether it is known how they could be reached, or that they could not."""
        return self.way is not Way.NOT_TRIED

    def _collapsed(self) -> "Alert":
        return replace(
            self,
            permalink=None,
            source=None,
            rules=(),
            next_step_at=None,
            owed=None,
            owed_at=None,
        )


def _progress(alert: Alert) -> tuple[bool, bool, datetime, bool, int]:
    """How far an alert came: over, taken, or called for last; then how far it climbed."""
    return (
        alert.is_over,
        alert.state is State.CLAIMED,
        alert.called_at or alert.raised_at,
        alert.state is State.UNANSWERED,
        alert.step,
    )


LAST_STEP = 3
LEASE = timedelta(seconds=30)
"""How long a process may take over one step before another one does it."""
RETRY = timedelta(seconds=20)
"""How soon a step is tried again when a platform was busy and did not say for how long."""
LONGEST_RETRY = timedelta(hours=6)


def claim_within(tier: Tier, settings: Settings) -> timedelta | None:
    """Return how long an alert waits before it goes to the next; None for a quiet note."""
    match tier:
        case Tier.EMERGENCY:
            return settings.claim_emergency
        case Tier.URGENT:
            return settings.claim_urgent
        case _:
            return None


def honest_end(raised_at: datetime, tier: Tier, settings: Settings) -> datetime | None:
    """Return when a member is told that nobody was free: after those on duty and the backup."""
    within = claim_within(tier, settings)
    return None if within is None else raised_at + 2 * within


def due_after(alert: Alert, now: datetime, settings: Settings) -> datetime | None:
    """Return when the step after one done `now` is due; None for a quiet note.

    Never later than the minute that the person was told.
    """
    within = claim_within(alert.tier, settings)
    if within is None or alert.until is None:
        return None
    return min(now + within, alert.until)


def retry_at(alert: Alert, now: datetime, wait: timedelta = RETRY) -> datetime:
    """Return when to try again what a platform did not take: as it asks, then ever more seldom.

    Never later than the minute that the person was told, as long as that lies ahead.
    """
    if alert.until is not None and now < alert.until:
        return min(now + wait, alert.until)
    age = now - (alert.called_at or alert.raised_at)
    return now + max(wait, min(age, LONGEST_RETRY))


def calls_again(known: Alert, tier: Tier, now: datetime, settings: Settings) -> bool:
    """Whether another message calls responders anew, rather than counting on the card they have.

    "One alert per member per quiet period unless the tier rises"; an emergency is never
    rate-limited away, and after an honest end nobody is at work on the alert any more.
    """
    # Both ways: a clock that was set back by days must not silence us for days.
    since = abs(now - (known.called_at or known.raised_at))
    if tier > known.tier:
        return True
    match known.state:
        case State.UNANSWERED:
            return tier >= Tier.URGENT or since >= settings.quiet_for
        case State.CLAIMED:
            quiet = settings.claim_emergency if tier is Tier.EMERGENCY else settings.quiet_for
            return since >= quiet
        case _:
            return known.until is None and since >= settings.quiet_for


_LEAST: dict[Level | None, Tier] = {
    None: Tier.CONCERN,
    Level.URGENT: Tier.URGENT,
    Level.EMERGENCY: Tier.EMERGENCY,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a finding, by the table of `safety.md`."""

    answer: bool
    alert: bool
    counts: bool = False
    """Whether it is counted, because the community listens silently."""


def decide(
    finding: Finding, surface: Surface, settings: Settings, room: Room | None = None
) -> Decision:
    """Return whether the person is answered and whether responders are told.

    `room` is where a message was written, since moderators may want less noticed there.
    """
    if finding.tier is Tier.NONE:
        return Decision(answer=False, alert=False)
    match surface:
        case Surface.PUBLIC:
            return _decide_in_a_room(finding, settings, room)
        case Surface.FLAGGED:
            return Decision(answer=True, alert=True)
        case Surface.TO_STAFF:
            return Decision(answer=True, alert=finding.tier >= Tier.URGENT)
        case Surface.PRIVATE:
            told = settings.private_emergencies and finding.tier is Tier.EMERGENCY
            return Decision(answer=True, alert=told)
        case Surface.SAMPLE:
            return Decision(answer=False, alert=False)


def _decide_in_a_room(finding: Finding, settings: Settings, room: Room | None) -> Decision:
    least = _LEAST.get(settings.level_in(room))
    if least is None or finding.tier < least:
        return Decision(answer=False, alert=False)
    if settings.is_silent and finding.tier < Tier.EMERGENCY:
        return Decision(answer=False, alert=False, counts=True)
    # In words that mean nothing here an emergency is lowered to telling responders, no further.
    answer = not finding.is_denied or settings.alert_room is None
    return Decision(answer=answer, alert=True, counts=settings.is_silent)


def way_of(address: Address) -> Way:
    """Return the name of a way of reaching somebody, for the responders' card."""
    match address:
        case Reply():
            return Way.REPLY
        case Person():
            return Way.INBOX
        case PrivateThread():
            return Way.THREAD
        case Room():
            return Way.OFFER
        case _:
            return Way.NEW_INBOX
