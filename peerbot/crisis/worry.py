"""A worry about somebody else, as an alert carries it: about whom, who hears of it; no words."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from peerbot.chat.addresses import Person
from peerbot.crisis.detection.finding import Finding, Tier, Whose

COUNTED_FOR = timedelta(days=30)
"""As long as alerts say who it was, staff see how many worries somebody told them of."""
QUIET_AFTER = 3
"""Worries of one person within `QUIET_WITHIN`; a further one waits for a quiet moment."""
QUIET_WITHIN = timedelta(days=1)


class Whom(StrEnum):
    """Who is worried about, as far as it decides who may hear of it."""

    MEMBER = "member"
    TEAM = "team"
    """A moderator or responder: chosen people hear of it, and nobody else."""
    OUTSIDE = "outside"


class Urgency(StrEnum):
    """How urgent it feels to the one who worries."""

    NOW = "now"
    SOON = "soon"
    QUIET = "quiet"


_TIERS = {Urgency.NOW: Tier.EMERGENCY, Urgency.SOON: Tier.URGENT, Urgency.QUIET: Tier.CONCERN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worry:
    """What somebody reported about another person."""

    about: Person | None = None
    """The member that was picked; None if it was nobody of here, or is not said."""
    hearers: tuple[Person, ...] = ()
    """The chosen people who alone hear of it; empty if the responders do."""
    words: tuple[str, ...] = ()
    """The ids of the sealed words that hearers may read, the oldest first."""
    speaks_of_self: bool = False
    """Whether the words sound as if the one who worries were in danger too."""
    earlier_by: int = 0
    """Worries that the same person told of in the last thirty days."""
    earlier_about: int = 0
    """Worries about the same member in the last thirty days."""

    def collapsed(self) -> "Worry":
        """Return what stays once it is over: about whom, so that repeats can be counted."""
        return replace(self, hearers=(), words=(), speaks_of_self=False)

    def after(self, earlier: "Worry | None") -> "Worry":
        """Return this one with what an `earlier` report on the same card said."""
        if earlier is None:
            return self
        return replace(
            self,
            about=self.about or earlier.about,
            words=(*earlier.words, *self.words),
            speaks_of_self=self.speaks_of_self or earlier.speaks_of_self,
        )

    def fits(self, other: "Worry | None") -> bool:
        """Whether both may stand on one card: the same people hear of it, about the same person.

        `other` is None for an alert that words raised: nobody knows about whom.
        """
        if other is None:
            return not self.hearers
        return (self.about, self.hearers) == (other.about, other.hearers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A worry as the form brings it."""

    by: Person
    whom: Whom
    about: Person | None
    urgency: Urgency
    text: str
    """Free words; read by the rules, and by people only if `may_be_read`."""
    may_be_read: bool


def tier_of(urgency: Urgency, finding: Finding | None, lately: int) -> Tier:
    """Return how serious a worry counts: as it feels, or as the words sound if that is more.

    Words in which their writer is in danger call as loudly: whoever hears of it looks after both.

    After `lately` others within a day it becomes a quiet note, except in an emergency.
    """
    is_said = finding is not None and (finding.whose is Whose.OTHER or speaks_of_self(finding))
    found = finding.tier if finding is not None and is_said else Tier.NONE
    tier = max(_TIERS[urgency], found)
    is_much = lately >= QUIET_AFTER and tier < Tier.EMERGENCY
    return min(tier, Tier.CONCERN) if is_much else tier


def speaks_of_self(finding: Finding | None) -> bool:
    """Whether words about somebody else sound as if their writer were in danger."""
    return finding is not None and finding.whose is Whose.AUTHOR and finding.tier >= Tier.URGENT


def may_hear(people: Collection[Person], report: Report) -> tuple[Person, ...]:
    """Return whom of `people` a worry may go to: never the one it is about, nor who tells it."""
    return tuple(one for one in people if one not in {report.about, report.by})
