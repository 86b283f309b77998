"""What the lab keeps and counts: own phrases, findings in silence, verdicts on rules; pure."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from peerbot.chat.text import Moment, When
from peerbot.crisis.detection import Category, OwnPhrase, Tier

MOST_PHRASES = 100
"""A community's own phrases; each message is looked at with all of them."""
LEAST_VERDICTS = 5
"""From so many verdicts on, the share of false alarms of a rule says something."""
TRIAL_DAYS = (7, 14, 28)
"""For how many days a community may listen silently; the first of them if none is said."""


class Judged(StrEnum):
    """What somebody thought of an alert in the end."""

    RIGHT = "right"
    """A responder closed it with an outcome."""
    MISREAD = "misread"
    """A responder closed it as a misreading."""
    MEMBER_MISREAD = "member-misread"
    """The member said so; counted apart, since they may have reasons to."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One kind of verdict on one rule."""

    community_id: str
    rule: str
    kind: Judged


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind of finding on one day, by the community's calendar."""

    community_id: str
    day: date
    tier: Tier
    category: Category
    rule: str
    """Empty where messages are counted; else a rule that had a part in them."""

    @classmethod
    def of(cls, community_id: str, day: date, tier: int, category: str, rule: str) -> "Counted":
        return cls(community_id, day, Tier(tier), Category(category), rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A community listens silently: since which day, and when its counts are shown."""

    community_id: str
    began_on: date
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found while a community listened silently. No words, nobody's name."""

    began_on: Moment
    ends_at: Moment
    is_over: bool
    """Whether it has lasted long enough for moderators to decide."""
    tiers: Mapping[Tier, int]
    categories: Mapping[Category, int]
    rules: Mapping[str, int]
    days: Mapping[date, int]

    @classmethod
    def of(
        cls, trial: Trial, found: Mapping[Counted, int], zone: ZoneInfo, now: datetime
    ) -> "Report":
        tiers: Counter[Tier] = Counter()
        categories: Counter[Category] = Counter()
        rules: Counter[str] = Counter()
        days: Counter[date] = Counter()
        for one, n in found.items():
            if one.rule:
                rules[one.rule] += n
                continue
            tiers[one.tier] += n
            categories[one.category] += n
            days[one.day] += n
        return cls(
            began_on=Moment(datetime.combine(trial.began_on, time(12), zone), zone, When.DAY),
            ends_at=Moment(trial.ends_at, zone, When.DAY),
            is_over=trial.ends_at <= now,
            tiers=tiers,
            categories=dict(categories.most_common()),
            rules=dict(rules.most_common()),
            days=days,
        )

    @property
    def messages(self) -> int:
        return sum(self.tiers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What responders and members thought of the alerts that a rule had a part in."""

    rule: str
    right: int = 0
    misread: int = 0
    member_misread: int = 0

    @classmethod
    def of(cls, rule: str, counts: Mapping[str, int]) -> "Score":
        return cls(
            rule=rule,
            right=counts.get(Judged.RIGHT, 0),
            misread=counts.get(Judged.MISREAD, 0),
            member_misread=counts.get(Judged.MEMBER_MISREAD, 0),
        )

    @property
    def verdicts(self) -> int:
        """How many alerts responders have judged."""
        return self.right + self.misread

    @property
    def false_alarms(self) -> float | None:
        """The share of misreadings among the verdicts; None below five."""
        return self.misread / self.verdicts if self.verdicts >= LEAST_VERDICTS else None


def trial_end(now: datetime, days: int = TRIAL_DAYS[0]) -> datetime:
    """Return when a trial that begins (or goes on) now shows its counts."""
    return now + timedelta(days=days)


def phrase_to_json(phrase: OwnPhrase) -> str:
    """Return a phrase without its id, for sealing."""
    return json.dumps([phrase.text, phrase.tier.label, phrase.category])


def phrase_from_json(phrase_id: str, stored: str) -> OwnPhrase:
    """Return a phrase that was sealed. Raises ValueError for anything else."""
    text, tier, category = json.loads(stored)
    return OwnPhrase(
        id=phrase_id, text=text, tier=Tier.from_label(tier), category=Category(category)
    )
