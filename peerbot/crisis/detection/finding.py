"""What the detector says about a message: how serious, what kind, whose risk, which words."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

DENIED = "denied by the community"
"""The modifier of an emergency in words that a community says mean nothing."""


class Tier(IntEnum):
    """How serious a finding is; a higher tier is a greater number."""

    NONE = 0
    CONCERN = 1
    URGENT = 2
    EMERGENCY = 3

    @property
    def label(self) -> str:
        """The word for this tier in rule files, tables and settings."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "Tier":
        """Return the tier called `label`; raises ValueError for any other word."""
        try:
            return cls[label.upper()]
        except KeyError:
            raise ValueError(f"{label!r} is no tier") from None

    def lowered(self) -> "Tier":
        """Return the tier below this one; below `NONE` there is nothing lower."""
        return Tier(max(self - 1, 0))


class Category(StrEnum):
    """What kind of danger it is."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    OVERDOSE = "overdose"
    ABUSE = "abuse"
    THREAT_RECEIVED = "threat_received"
    THREAT_MADE = "threat_made"
    EATING = "eating"
    THIRD_PARTY = "third_party"
    BEREAVEMENT = "bereavement"
    NONE = "none"
    """Distress that belongs to none of the nine; rule files call it "distress"."""


class Whose(StrEnum):
    """Whose risk it is."""

    AUTHOR = "author"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a rule found its words: `text[start:end]` of the original message."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found in one message: the highest tier, and everything that supports it."""

    tier: Tier
    category: Category
    whose: Whose
    evidence: tuple[Evidence, ...]
    """The deciding words first. Never show them to the person who wrote them."""
    modifiers: tuple[str, ...]
    """What in the context moved the tier, as short names ("time", "game", "laughter")."""

    @property
    def is_denied(self) -> bool:
        """Whether it is in words that the community says mean nothing, and nothing else."""
        return DENIED in self.modifiers
