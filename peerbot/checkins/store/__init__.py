"""SQL for check-ins; rows stay here. Read in this order: `rows`, `schedule`, `answers`."""

from peerbot.checkins.store.answers import AnswerStore
from peerbot.checkins.store.schedule import CheckinStore

__all__ = ["AnswerStore", "CheckinStore"]
