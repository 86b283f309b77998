"""Every table, by importing every module that has some: for migrations and tests."""

from peerbot import vault
from peerbot.db import Base

__all__ = ["Base", "vault"]
