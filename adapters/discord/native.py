"""A message or modal as Discord's API takes it: plain JSON, and the files beside it."""

from dataclasses import dataclass
from typing import Any

PLATFORM = "discord"

Json = dict[str, Any]

EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
"""Irreversible on a message: https://discord.com/developers/docs/components/reference"""


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message; components name it as `attachment://name`."""

    name: str
    data: bytes
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Native:
    """The body of Create Message or Edit Message, without nonce and without the ephemeral flag.

    It is whole: an edit with it takes away whatever it does not hold (`content`, `embeds` and
    `components` are always there, null or empty in the kind that does not use them).
    https://discord.com/developers/docs/resources/message#create-message
    """

    payload: Json
    files: tuple[File, ...] = ()

    @property
    def is_v2(self) -> bool:
        return bool(self.payload.get("flags", 0) & COMPONENTS_V2)
