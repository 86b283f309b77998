"""SQL for what is sent and done durably; rows stay here.

Read in this order: `rows`, `work`, `sends`; `engine_database` is about the engine's own tables.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.delivery.store.rows import SendRow, WorkRow
from peerbot.delivery.store.sends import SendStore
from peerbot.delivery.store.work import NEXT_TRY, WorkStore

Session = AsyncSession
"""A transaction as `Database.begin` gives it: for services that hand theirs to `Delivery`."""

__all__ = ["NEXT_TRY", "SendRow", "SendStore", "Session", "WorkRow", "WorkStore"]
