"""What a check-in, a round of it and an answer are: types and rules, pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol
from unicodedata import category
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Person, Room
from peerbot.chat.cards import Row
from peerbot.chat.forms import Surface
from peerbot.delivery.recurrence import MINIMUM_GAP, Recurrence, Slot, next_after

MAX_CHECKINS = 10
"""Of one community: they fit on one card, and more would wear people out."""
MAX_NAME = 40
MAX_QUESTION = 150
MAX_WORDS = 500
"""Of an answer, in characters: six of them fit on one card."""
LONGEST_WINDOW = timedelta(days=14)
UNDO_WITHIN = timedelta(minutes=10)
EARLY = timedelta(days=1)
"""How long before it opens a round can be answered."""


class Step(IntEnum):
    """How connected somebody felt, in five steps."""

    VERY_ALONE = 1
    RATHER_ALONE = 2
    IN_BETWEEN = 3
    RATHER_CONNECTED = 4
    VERY_CONNECTED = 5

    @property
    def is_low(self) -> bool:
        return self <= Step.RATHER_ALONE


class Help(StrEnum):
    """What would help, as people feel the need."""

    EMOTIONAL = "emotional"
    TANGIBLE = "tangible"
    INFORMATIONAL = "informational"
    COMPANY = "company"
    SHARING = "sharing"
    """Nothing has to follow."""


class Audience(StrEnum):
    """Who may see an answer, chosen for each one."""

    ME = "me"
    STAFF = "staff"
    BY_NAME = "by-name"
    """The channel, with their name."""
    ANONYMOUS = "anonymous"
    """The channel, without a name, together with others at the end of the round."""

    @property
    def surface(self) -> Surface:
        """Where words for this audience are written, for the screen (`safety.md`)."""
        return Surface.PRIVATE if self is Audience.ME else Surface.TO_STAFF


class State(StrEnum):
    """How far a check-in is. A deleted one keeps its state, for the undo."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """A question that a community asks its members again and again."""

    id: str
    community_id: str
    template: str
    """Key of the template whose words are used where `name` or `question` is empty."""
    name: str = ""
    question: str = ""
    room: Room | None
    recurrence: Recurrence
    own_zone: bool = False
    """Whether its zone was chosen for it alone; otherwise it follows the community's."""
    window: timedelta
    """How long a round takes answers."""
    state: State = State.DRAFT
    paused_until: datetime | None = None
    """When a pause ends by itself; None for one without an end."""
    created_by: str | None = None
    """The member who made it; None if setup did, or once that member is erased."""
    created_at: datetime
    deleted_at: datetime | None = None
    next_at: datetime | None = None
    """When the next round opens; None while nothing is planned."""
    next_wall: str | None = None
    """The local wall slot of the next round (`Slot.key`)."""
    last_opened_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.recurrence.zone

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def can_be_undone(self, now: datetime) -> bool:
        return self.deleted_at is not None and now - self.deleted_at <= UNDO_WITHIN

    @property
    def due(self) -> Slot | None:
        """Return the slot of the next round; None while nothing is planned."""
        if self.next_at is None or self.next_wall is None:
            return None
        return Slot(datetime.fromisoformat(self.next_wall), self.next_at)

    def slot_after(self, moment: datetime) -> Slot | None:
        """Return the slot of the next round after `moment`; None if none ever comes.

        Never less than 20 hours after the round before, whatever was edited since, and never
        while a pause lasts.
        """
        return next_after(self.recurrence, moment, not_before=self._earliest)

    def coming(self, now: datetime, count: int = 5) -> tuple[Slot, ...]:
        """Return the next slots as they would be if the check-in were published now."""
        slots: list[Slot] = []
        while len(slots) < count:
            after = slots[-1].moment if slots else now
            slot = self.slot_after(after)
            if slot is None:
                break
            slots.append(slot)
        return tuple(slots)

    @property
    def _earliest(self) -> datetime | None:
        gap = [self.last_opened_at + MINIMUM_GAP] if self.last_opened_at else []
        pause = [self.paused_until] if self.paused_until else []
        return max(gap + pause, default=None)

    def planned(self, slot: Slot | None) -> "Checkin":
        """Return the check-in with `slot` as its next round."""
        return replace(
            self, next_at=slot.moment if slot else None, next_wall=slot.key if slot else None
        )

    def replanned(self, now: datetime) -> "Checkin":
        """Return the check-in with its next round as its state and rhythm want it."""
        waits = self.state is State.PAUSED and self.paused_until is None
        if self.state is State.DRAFT or self.is_deleted or waits:
            return self.planned(None)
        return self.planned(self.slot_after(now))

    def closing_of(self, slot: Slot) -> datetime:
        """Return when a round opened at `slot` closes: before the next one opens."""
        closes = slot.moment + self.window
        following = next_after(self.recurrence, slot.moment)
        return closes if following is None else min(closes, following.moment)


class RoundState(StrEnum):
    WAITING = "waiting"
    """Somebody answered early; the prompt is not posted yet."""
    OPEN = "open"
    CLOSED = "closed"
    MISSED = "missed"
    """Nobody was asked: it was too late when peerbot came to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One time that a check-in was asked, with the question as it was then."""

    id: str
    checkin_id: str
    community_id: str
    slot: str
    state: RoundState
    template: str
    name: str
    question: str
    room: Room
    zone: ZoneInfo
    opens_at: datetime
    closes_at: datetime
    remind_at: datetime
    closed_at: datetime | None = None
    tally: "Tally | None" = None
    """Counted once, when it closed."""

    def is_open(self, now: datetime) -> bool:
        return self.state in {RoundState.WAITING, RoundState.OPEN} and now < self.closes_at


def round_of(checkin: Checkin, slot: Slot, round_id: str, state: RoundState) -> Round:
    """Return the round of `checkin` at `slot`. It must have a room."""
    assert checkin.room is not None, "published without a room"
    closes = checkin.closing_of(slot)
    return Round(
        id=round_id,
        checkin_id=checkin.id,
        community_id=checkin.community_id,
        slot=slot.key,
        state=state,
        template=checkin.template,
        name=checkin.name,
        question=checkin.question,
        room=checkin.room,
        zone=checkin.zone,
        opens_at=slot.moment,
        closes_at=closes,
        remind_at=reminder_before(slot.moment, closes),
    )


def reminder_before(opens: datetime, closes: datetime) -> datetime:
    """Return when to remind: a day before closing, or in the last quarter of a short window."""
    return closes - min(timedelta(days=1), (closes - opens) / 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one member said in one round, as far as they have come."""

    id: str
    round_id: str
    member_id: str
    step: Step | None = None
    skipped: bool = False
    help: tuple[Help, ...] = ()
    audience: Audience = Audience.ME
    sealed: bytes | None = None
    """Their words, sealed with their own key."""
    words_for: Audience | None = None
    """Whom the form that took the words said they were for; they never go elsewhere."""
    voice_card: int | None = None
    """On which card its anonymous words stand with others; drawn when the round closes."""
    answered_at: datetime

    @property
    def is_counted(self) -> bool:
        return self.step is not None and not self.skipped

    @property
    def shows_words_to(self) -> Audience:
        """Return who may read the words: only those whom both the form and the choice named."""
        return self.audience if self.words_for is self.audience else Audience.ME

    @property
    def words_wait(self) -> bool:
        """Whether there are words that their writer has not yet released to the new audience."""
        return self.sealed is not None and self.audience not in {Audience.ME, self.words_for}


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted when a round closed. Kept when the answers are gone."""

    steps: tuple[int, int, int, int, int]
    """How many chose each step, the lowest first. Who skipped is nowhere in here."""
    help: tuple[tuple[Help, int], ...] = ()

    @property
    def people(self) -> int:
        return sum(self.steps)


def readable(words: str) -> str:
    """Return `words` without what turns the text around them; empty if nothing can be seen.

    Marks that right-to-left languages need stay (https://www.unicode.org/reports/tr9/#X1).
    """
    straight = "".join(char for char in words if char not in _TURNING).strip()
    visible = any(category(char) not in {"Cf", "Cc", "Zs", "Mn"} for char in straight)
    return straight if visible else ""


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tally(answers: tuple[Answer, ...]) -> Tally:
    """Return the counts of `answers`; skipped and unfinished ones do not count."""
    counted = [one for one in answers if one.is_counted]

    def at(step: Step) -> int:
        return sum(1 for one in counted if one.step is step)

    wished = tuple((kind, sum(1 for one in counted if kind in one.help)) for kind in Help)
    low, rather_low, middle, rather_high, high = (at(step) for step in Step)
    return Tally((low, rather_low, middle, rather_high, high), wished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A member's wish to be reminded in private before a round closes."""

    member_id: str
    community_id: str
    paused_until: datetime | None = None

    def is_quiet(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer whose words are open to be shown, with its writer where that is wanted."""

    answer: Answer
    words: str | None
    person: Person | None


class Offers(Protocol):
    """Where tips and resources come from; `app.py` joins it to the features that have them.

    A row says what it is, with a button that shows the whole of it.
    """

    async def tips_for(self, community_id: str, language: str, kind: str) -> tuple[Row, ...]: ...

    async def resources_for(
        self, community_id: str, language: str, kind: str
    ) -> tuple[Row, ...]: ...
