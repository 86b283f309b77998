"""SQL for check-ins; rows stay here. Read in this order: `rows`, `schedule`, `answers`."""

from peerbot.checkins.store.answers import AnswerStore
from peerbot.checkins.store.schedule import (
    NEXT_CLOSING,
    NEXT_OPENING,
    NEXT_REMINDING,
    CheckinStore,
)

__all__ = ["NEXT_CLOSING", "NEXT_OPENING", "NEXT_REMINDING", "AnswerStore", "CheckinStore"]
