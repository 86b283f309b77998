"""The files that go with a message, under names that its components can point to."""

import re

from adapters.discord.chart import png_of
from adapters.discord.markup import cut, plain_label
from adapters.discord.native import File
from peerbot.chat.cards import Attachment, Chart, Image
from peerbot.chat.text import Words

MAX_ALT = 1024
"""https://discord.com/developers/docs/resources/message#attachment-object"""
MAX_FILES = 10
"""https://support-dev.discord.com/hc/en-us/articles/6206561971607"""
MAX_NAME = 60
"""Ours: a phone shows no more of a name."""

# What Discord leaves as it is in a name; else `attachment://` would point at nothing.
# https://discord.com/developers/docs/reference#editing-message-attachments-using-attachments-within-embeds
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


class Files:
    """Collects the files of one message."""

    def __init__(self) -> None:
        self._files: list[File] = []

    def all(self) -> tuple[File, ...]:
        return tuple(self._files)

    def picture(self, node: Image | Chart) -> str | None:
        """Return the address of the node's picture; None if there is none or no more can go."""
        if isinstance(node, Image):
            return self._add("picture.png", node.data, node.alt) if node.data else None
        if not node.bars or self._is_full:
            return None
        return self._add("chart.png", png_of(node), node.alt)

    def attachment(self, node: Attachment) -> str | None:
        """Return the address of the file; None if no more can go with a message."""
        return self._add(node.name, node.data, None)

    @property
    def _is_full(self) -> bool:
        return len(self._files) >= MAX_FILES

    def _add(self, name: str, data: bytes, alt: Words | None) -> str | None:
        if self._is_full:
            return None
        free = self._free(name)
        said = None if alt is None else described(alt)
        self._files.append(File(free, data, said))
        return f"attachment://{free}"

    def _free(self, name: str) -> str:
        before, dot, after = name.rpartition(".")
        stem, ending = (_kept(before), dot + _kept(after)) if dot else (_kept(name), "")
        taken = {one.name for one in self._files}
        tries = (f"{stem}{number}{ending}" for number in ("", *range(2, MAX_FILES + 2)))
        return next(one for one in tries if one not in taken)


def _kept(name: str) -> str:
    return _ODD.sub("_", name)[:MAX_NAME].strip("._") or "file"


def described(alt: Words) -> str | None:
    """Return the text for people who cannot see a picture; None rather than an empty one."""
    return cut(plain_label(alt, MAX_ALT), MAX_ALT) or None
