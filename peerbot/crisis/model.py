"""What an alert is, who hears of what, and when the next step is due: types and rules, pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.addresses import Address, MessageRef, Person, PrivateThread, Reply, Room
from peerbot.chat.forms import Surface
from peerbot.community.model import Settings
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
    """Nobody tried yet, or the process died before it knew."""


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
    card: MessageRef | None = None
    """The responders' live card."""
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

    def is_due(self, now: datetime) -> bool:
        """Whether the ladder has to do its next step."""
        return (
            self.state is State.OPEN and self.next_step_at is not None and self.next_step_at <= now
        )

    def claim(self, responder: Person, now: datetime) -> "Alert":
        return replace(
            self, state=State.CLAIMED, claimed_by=responder, claimed_at=now, next_step_at=None
        )

    def advanced_to(self, done: "Alert") -> "Alert":
        """Return the alert with what the ladder did in `done`; somebody's claim meanwhile stays."""
        shown = replace(self, card=done.card)
        if self.state is not State.OPEN:
            return shown
        return replace(
            shown,
            step=done.step,
            next_step_at=done.next_step_at,
            way=done.way,
            state=done.state,
        )

    def raised_again(self, now: datetime) -> "Alert":
        """Return the alert as if raised now, its next step as far ahead as it was planned."""
        planned = self.next_step_at
        ahead = planned - self.raised_at if planned is not None else timedelta()
        return replace(self, raised_at=now, next_step_at=None if planned is None else now + ahead)

    def resolve(self, outcome: Outcome) -> "Alert":
        """Return the alert closed, without what leads to the person."""
        return replace(self._collapsed(), state=State.RESOLVED, outcome=outcome)

    def misread(self) -> "Alert":
        return replace(self._collapsed(), state=State.MISREAD)

    def without_source(self) -> "Alert":
        """Return the alert after its author deleted the message."""
        return replace(self, permalink=None, source=None)

    def _collapsed(self) -> "Alert":
        return replace(self, permalink=None, source=None, rules=(), next_step_at=None)


LAST_STEP = 3
LEASE = timedelta(seconds=30)
"""How long a process may take over one step before another one does it."""
RETRY = timedelta(seconds=20)
"""How soon a step is tried again when a platform was busy."""


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


def due_after(step: int, tier: Tier, now: datetime, settings: Settings) -> datetime | None:
    """Return when the step after `step` is due; None if there is none, as for a quiet note."""
    within = claim_within(tier, settings)
    if within is None or step >= LAST_STEP:
        return None
    return now + within


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a finding, by the table of `safety.md`."""

    answer: bool
    alert: bool


def decide(finding: Finding, surface: Surface, settings: Settings) -> Decision:
    """Return whether the person is answered and whether responders are told."""
    if finding.tier is Tier.NONE:
        return Decision(answer=False, alert=False)
    match surface:
        case Surface.PUBLIC | Surface.FLAGGED:
            return Decision(answer=True, alert=True)
        case Surface.TO_STAFF:
            return Decision(answer=True, alert=finding.tier >= Tier.URGENT)
        case Surface.PRIVATE:
            told = settings.private_emergencies and finding.tier is Tier.EMERGENCY
            return Decision(answer=True, alert=told)
        case Surface.SAMPLE:
            return Decision(answer=False, alert=False)


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
