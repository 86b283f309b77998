"""Every table, by importing every module that has some: for migrations and tests."""

from peerbot import vault
from peerbot.checkins.store import rows as checkins
from peerbot.community import store as community
from peerbot.crisis import store as crisis
from peerbot.crisis.store import duty, lab, line_checks
from peerbot.db import Base
from peerbot.delivery import store as delivery
from peerbot.resources import store as resources
from peerbot.tips import store as tips

__all__ = [
    "Base",
    "checkins",
    "community",
    "crisis",
    "delivery",
    "duty",
    "lab",
    "line_checks",
    "resources",
    "tips",
    "vault",
]
