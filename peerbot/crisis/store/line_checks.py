"""SQL for what staff found out about help lines; the rows stay here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.db import Base


class LineCheckRow(Base):
    """What staff of a community said of a help line last; who said it is in the audit trail."""

    __tablename__ = "helpline_check"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    line_id: Mapped[str] = mapped_column(primary_key=True)
    works: Mapped[bool]
    at: Mapped[datetime]


class LineCheckStore:
    """What was said of lines, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Sequence[tuple[str, str, bool, datetime]]:
        """Return community, line, whether it works, and when that was said."""
        rows = await self._session.scalars(select(LineCheckRow))
        return tuple((one.community_id, one.line_id, one.works, one.at) for one in rows)

    async def say(self, community_id: str, line_id: str, at: datetime, *, works: bool) -> None:
        row = LineCheckRow(community_id=community_id, line_id=line_id, works=works, at=at)
        await self._session.merge(row)
