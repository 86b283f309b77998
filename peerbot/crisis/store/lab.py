"""SQL for the rule lab: a community's own phrases, sealed; counts that know nobody; the trial."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.crisis.lab.model import Counted, Score, Trial, Verdict
from peerbot.db import Base, earliest, insert_new, rows_of


class OwnPhraseRow(Base):
    """A phrase of a community, sealed with the app key: moderators may have heard it somewhere."""

    __tablename__ = "own_phrase"

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]


class SilentCountRow(Base):
    """How many messages of a day were found while a community listened silently.

    With an empty `rule` it counts messages; else how often a rule had a part in one.
    """

    __tablename__ = "silent_count"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tier: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class RuleVerdictRow(Base):
    """How often an alert that a rule had a part in ended with which verdict; nobody is named."""

    __tablename__ = "rule_verdict"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class SilentTrialRow(Base):
    """Since when a community listens silently, and when its counts are to be shown."""

    __tablename__ = "silent_trial"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    began_on: Mapped[date]
    """By the community's calendar."""
    ends_at: Mapped[datetime]
    tell_at: Mapped[datetime | None] = mapped_column(index=True)
    """When to show what was counted; None once that was done."""


NEXT_TRIAL_END = (earliest(SilentTrialRow.tell_at),)


class LabStore:
    """What the rule lab keeps, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # -- own phrases -------------------------------------------------------------------------

    async def phrases(self) -> Sequence[tuple[str, str, bytes]]:
        """Return the id, the community and the sealed words of every phrase, oldest first."""
        rows = await self._session.scalars(
            select(OwnPhraseRow).order_by(OwnPhraseRow.added_at, OwnPhraseRow.id)
        )
        return tuple((row.id, row.community_id, row.sealed) for row in rows)

    async def put_phrase(
        self, phrase_id: str, community_id: str, sealed: bytes, now: datetime
    ) -> None:
        """Add a phrase, or change the words of the one that is there."""
        row = {"id": phrase_id, "community_id": community_id, "sealed": sealed, "added_at": now}
        if not await insert_new(self._session, OwnPhraseRow, [row]):
            await self._session.execute(
                update(OwnPhraseRow)
                .where(OwnPhraseRow.id == phrase_id, OwnPhraseRow.community_id == community_id)
                .values(sealed=sealed)
            )

    async def remove_phrase(self, phrase_id: str, community_id: str) -> None:
        await self._session.execute(
            delete(OwnPhraseRow).where(
                OwnPhraseRow.id == phrase_id, OwnPhraseRow.community_id == community_id
            )
        )

    # -- counts ------------------------------------------------------------------------------

    async def count_found(self, found: Mapping[Counted, int]) -> None:
        """Add to the counts of silent listening."""
        for one, more in found.items():
            key = {
                "community_id": one.community_id,
                "day": one.day,
                "tier": int(one.tier),
                "category": one.category,
                "rule": one.rule,
            }
            await self._add(SilentCountRow, key, more)

    async def count_verdicts(self, given: Mapping[Verdict, int]) -> None:
        """Add to the verdicts on rules."""
        for one, more in given.items():
            key = {"community_id": one.community_id, "rule": one.rule, "verdict": one.kind}
            await self._add(RuleVerdictRow, key, more)

    async def found(self, community_id: str, since: date) -> Mapping[Counted, int]:
        """Return what was counted in silence from that day on."""
        rows = await self._session.scalars(
            select(SilentCountRow)
            .where(SilentCountRow.community_id == community_id, SilentCountRow.day >= since)
            .order_by(SilentCountRow.day)
        )
        return {Counted.of(row.community_id, row.day, row.tier, row.category, row.rule): row.n
                for row in rows}  # fmt: skip

    async def scores(self, community_id: str) -> tuple[Score, ...]:
        """Return the verdicts on every rule that has some."""
        rows = await self._session.execute(
            select(RuleVerdictRow.rule, RuleVerdictRow.verdict, func.sum(RuleVerdictRow.n))
            .where(RuleVerdictRow.community_id == community_id)
            .group_by(RuleVerdictRow.rule, RuleVerdictRow.verdict)
            .order_by(RuleVerdictRow.rule)
        )
        counts: dict[str, dict[str, int]] = {}
        for rule, verdict, n in rows:
            counts.setdefault(rule, {})[verdict] = int(n)
        return tuple(Score.of(rule, each) for rule, each in counts.items())

    # -- the trial ---------------------------------------------------------------------------

    async def trial(self, community_id: str) -> Trial | None:
        row = await self._session.get(SilentTrialRow, community_id)
        return None if row is None else _trial(row)

    async def begin_trial(self, trial: Trial) -> None:
        """Begin a trial, or move the end of the one that runs. A new one counts from nothing."""
        row = await self._session.get(SilentTrialRow, trial.community_id)
        if row is not None:
            if row.ends_at != trial.ends_at:
                row.ends_at = row.tell_at = trial.ends_at
            return
        await self._session.execute(
            delete(SilentCountRow).where(SilentCountRow.community_id == trial.community_id)
        )
        values = {
            "community_id": trial.community_id,
            "began_on": trial.began_on,
            "ends_at": trial.ends_at,
            "tell_at": trial.ends_at,
        }
        await insert_new(self._session, SilentTrialRow, [values])

    async def end_trial(self, community_id: str) -> None:
        await self._session.execute(
            delete(SilentTrialRow).where(SilentTrialRow.community_id == community_id)
        )

    async def take_ended(self, now: datetime, lease: timedelta) -> tuple[Trial, ...]:
        """Return the trials whose end is to be told, reserving each for `lease`."""
        rows = await self._session.scalars(
            select(SilentTrialRow).where(SilentTrialRow.tell_at <= now)
        )
        due = [(_trial(row), row.tell_at) for row in rows]
        found = []
        for trial, tell_at in due:
            taken = await self._session.execute(
                update(SilentTrialRow)
                .where(
                    SilentTrialRow.community_id == trial.community_id,
                    SilentTrialRow.tell_at == tell_at,
                )
                .values(tell_at=now + lease)
                .execution_options(synchronize_session=False)
            )
            if rows_of(taken):
                found.append(trial)
        return tuple(found)

    async def told(self, community_id: str) -> None:
        """Note that the end of a trial was told."""
        await self._session.execute(
            update(SilentTrialRow)
            .where(SilentTrialRow.community_id == community_id)
            .values(tell_at=None)
        )

    # -- inside ------------------------------------------------------------------------------

    async def _add(
        self, table: type[SilentCountRow | RuleVerdictRow], key: Mapping[str, object], more: int
    ) -> None:
        """Add to a count that may not be there yet, however many processes do."""
        same = [getattr(table, name) == value for name, value in key.items()]
        raised = update(table).where(*same).values(n=table.n + more)
        if rows_of(await self._session.execute(raised)):
            return
        if not await insert_new(self._session, table, [{**key, "n": more}]):
            await self._session.execute(raised)


def _trial(row: SilentTrialRow) -> Trial:
    return Trial(community_id=row.community_id, began_on=row.began_on, ends_at=row.ends_at)
