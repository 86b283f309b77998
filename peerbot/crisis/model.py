"""What an alert is, and how it changes: types and rules, pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.forms import Surface
from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.worry import Worry


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
    WORRIED = "worried"
    """Somebody worries about another person, and reported that."""
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
    thread: str | None = None
    """The platform's id of the private thread under `room` in which they are answered."""
    answered: Tier | None = None
    """How serious the last answer took it to be; None if none arrived."""
    answered_at: datetime | None = None
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
    keepers_know: bool = False
    """Whether those who look after the space were told that no room takes its card."""
    more_cards: tuple[MessageRef, ...] = ()
    """Other cards about it in the responders' room, which change along with it."""
    claimed_by: Person | None = None
    claimed_at: datetime | None = None
    outcome: Outcome | None = None
    wants_privacy: bool = False
    says_misread: bool = False
    needs_backup: bool = False
    alike: int = 0
    """How many others wrote the very same words shortly before; each has an alert of their own."""
    follow_up_at: datetime | None = None
    """When whoever took it is reminded that a short hello may be welcome; None if never."""
    worry: Worry | None = None
    """What a report about somebody else says beyond this; `about` is who reported it."""

    def is_about(self, person: Person) -> bool:
        """Whether `person` is the one it is about, or the one who is worried about."""
        return person == self.about or (self.worry is not None and person == self.worry.about)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.state in {State.OPEN, State.UNANSWERED}

    @property
    def is_over(self) -> bool:
        return self.state in {State.RESOLVED, State.MISREAD}

    @property
    def hearers(self) -> tuple[Person, ...]:
        """The chosen people who alone hear of it; empty if the responders do."""
        return self.worry.hearers if self.worry is not None else ()

    @property
    def is_in_a_room(self) -> bool:
        """Whether its message stands where responders can read it."""
        return self.permalink is not None and self.surface in {Surface.PUBLIC, Surface.FLAGGED}

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

    def end(self, now: datetime, staffed_from: datetime | None = None) -> "Alert":
        """Return the alert as nobody took it in time, or unchanged if somebody did.

        `staffed_from` is when the next ones are on duty: they are called then.
        """
        if self.state is not State.OPEN:
            return self
        # Who never got the first answer hears in it that nobody was free.
        owed = self.owed if self.owed is Owed.ANSWER else Owed.END
        ended = replace(self, state=State.UNANSWERED, owed=owed, owed_at=now, untold=False)
        # Responders who could not be told in time are told all the same.
        again = staffed_from if self.is_known_to_responders else now + RETRY
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
            answered_at=moved(self.answered_at),
            called_at=moved(self.called_at),
        )

    def resolve(self, outcome: Outcome, follow_up_at: datetime | None = None) -> "Alert":
        """Return the alert closed, without what leads to the person.

        Whoever took it and helped is reminded at `follow_up_at`.
        """
        if self.is_over:
            return self
        helped = self.claimed_by is not None and outcome is not Outcome.NOT_REACHED
        reminded = helped and self.reason is not Reason.DRILL
        return replace(
            self._collapsed(),
            state=State.RESOLVED,
            outcome=outcome,
            follow_up_at=follow_up_at if reminded else None,
        )

    def misread(self) -> "Alert":
        return self if self.is_over else replace(self._collapsed(), state=State.MISREAD)

    def without_source(self) -> "Alert":
        """Return the alert after its author deleted the message."""
        return replace(self, permalink=None, source=None)

    def without_cards_in(self, room: Room | None) -> "Alert":
        """Return the alert after the room of its cards was lost: it has to be told again."""
        gone = None if room is None else (room.platform, room.id)
        left = tuple(one for one in self.all_cards if (one.platform, one.room) != gone)
        return replace(self, card=None, more_cards=left)

    def with_card(self, card: MessageRef | None, now: datetime, due: datetime | None) -> "Alert":
        """Return the alert as responders heard of it now; `due` is when it goes to the next."""
        others = tuple(one for one in self.all_cards if one != card)
        heard = replace(self, card=card, more_cards=others, step=max(self.step, 1), called_at=now)
        return replace(heard, next_step_at=due if self.state is State.OPEN else None)

    def told(self, way: Way | None = None) -> "Alert":
        """Return the alert as the person has heard what was owed, by `way` if it was an answer."""
        return replace(self, owed=None, owed_at=None, untold=False, way=way or self.way)

    def answered_as(self, tier: Tier, now: datetime, quiet_for: timedelta) -> "Alert":
        """Return the alert after an answer to words of that tier arrived.

        Within the quiet time the most serious one counts: it still stands above.
        """
        earlier, at = self.answered, self.answered_at
        stands = earlier is not None and at is not None and abs(now - at) < quiet_for
        most = max(tier, earlier) if stands and earlier is not None else tier
        return replace(self, answered=most, answered_at=now)

    def not_told(self, way: Way | None = None) -> "Alert":
        """Return the alert as the person could not be told, however often one would try."""
        return replace(self, owed=None, owed_at=None, untold=True, way=way or self.way)

    def once_more(self, newer: "Alert", settings: Settings) -> "Alert":
        """Return the alert after another message of the same kind, with responders called anew.

        `newer` is what the message alone would have raised. A claim stays with who made it.
        """
        tier = max(self.tier, newer.tier)
        said = newer.tier >= self.tier and bool(newer.rules)
        is_worse = newer.tier > self.tier and newer.is_in_a_room
        known = self.source is not None or self.permalink is not None
        where = self if known and not is_worse else newer
        risen = replace(
            self,
            tier=tier,
            category=newer.category if said else self.category,
            reason=newer.reason if said else self.reason,
            rules=tuple(dict.fromkeys((*newer.rules, *self.rules))),
            count=self.count + 1,
            alike=newer.alike,
            called_at=newer.raised_at,
            room=self.room or newer.room,
            permalink=where.permalink,
            source=where.source,
            card=None,
            more_cards=self.all_cards,
        ).worried_by(newer)
        if self.state is State.CLAIMED:
            return risen
        return replace(
            risen,
            state=State.OPEN,
            step=0,
            next_step_at=newer.next_step_at,
            until=honest_end(newer.raised_at, tier, settings),
        )

    def counting(self, newer: "Alert") -> "Alert":
        """Return the alert with one message more, of which nobody is told anew."""
        return replace(self, count=self.count + 1).worried_by(newer).known_from(newer)

    def counted_as(self, counted: "Alert") -> "Alert":
        """Return the alert as `counted`, a copy in memory to which a message was added."""
        seen = replace(
            self,
            count=max(self.count, counted.count),
            reason=counted.reason,
            worry=counted.worry,
        )
        return seen if self.rules else seen.known_from(counted)

    def known_from(self, newer: "Alert") -> "Alert":
        """Return the alert with what rules found in a message, if only people had spoken so far.

        Whoever reads that no rule found anything must not go on reading so.
        """
        milder = self.reason is Reason.ASKED and newer.tier < self.tier
        if self.rules or not newer.rules or milder:
            return self
        seen = newer if newer.is_in_a_room else self
        return replace(
            self,
            reason=newer.reason,
            category=newer.category,
            rules=newer.rules,
            permalink=seen.permalink,
            source=seen.source,
        )

    def worried_by(self, newer: "Alert") -> "Alert":
        """Return the alert with what a `newer` report says of the person; unchanged without."""
        if newer.worry is None:
            return self
        return replace(self, reason=newer.reason, worry=newer.worry.after(self.worry))

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
        later = max(self, other, key=lambda one: one.answered_at or one.raised_at)
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
            thread=ahead.thread or behind.thread,
            answered=later.answered,
            answered_at=later.answered_at,
            keepers_know=self.keepers_know or other.keepers_know,
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
            worry=self.worry.collapsed() if self.worry is not None else None,
        )


def _progress(alert: Alert) -> tuple[bool, bool, datetime, Tier, bool, int]:
    """How far an alert came: over, taken, or called for last; then how far it climbed.

    Of two calls in the same instant the more serious one is the later: a rise calls anew.
    """
    return (
        alert.is_over,
        alert.state is State.CLAIMED,
        alert.called_at or alert.raised_at,
        alert.tier,
        alert.state is State.UNANSWERED,
        alert.step,
    )


LAST_STEP = 3
LEASE = timedelta(seconds=30)
"""How long a process may take over one step before another one does it."""
RETRY = timedelta(seconds=20)
"""How soon a step is tried again when a platform was busy and did not say for how long."""


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
