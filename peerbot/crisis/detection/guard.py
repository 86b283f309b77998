"""Cuts a message into windows of bounded length and blanks what nobody wrote as words.

Blanked text keeps its length, so every offset into a window is an offset into the message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WINDOW = 4_000
"""Characters read at a time."""
OVERLAP = 200
"""Characters read twice, so that no sentence is lost between two windows."""
MOST = 40_000
"""Characters of a message that are read at all: Slack's longest message."""

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_NOT_WORDS = re.compile(
    r"\bhttps?://[^\s<>|)]+|\bwww\.\S+"  # links
    r"|<a?:\w+:\d+>|<[@#!][^>\s]*>|<(?:https?|mailto)[^>\s]*>"  # what platforms put in <...>
    r"|(?<!\w)@[\w.]*\w|\b[\w.+-]+@[\w-]+\.[\w.]+\b"  # names and addresses
)
_MARKUP = re.compile(r"(\*\*\*|\*\*|__|~~|\|\|)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_QUOTED = re.compile(r"^[ \t]*(?:>|&gt;)+[ \t]?.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a message: `text` begins at `start` of the original."""

    text: str
    start: int
    quoted: bool = False
    """Whether these are lines that the author quotes (`> ...`)."""


def is_one_window(text: str) -> bool:
    """Return whether `windows` gives the text back as it is: most messages are so."""
    return len(text) <= WINDOW and not _is_special(text)


def windows(text: str) -> Iterator[tuple[Window, ...]]:
    """Yield, for each stretch of the message, its own words and then its quoted lines.

    There are at most `ceil(len(text) / WINDOW) + 1` stretches.
    """
    text = text[:MOST]
    special = _is_special(text)
    if not special and len(text) <= WINDOW:
        yield (Window(text, 0),)
        return
    for start in range(0, max(len(text), 1), WINDOW):
        first = max(start - OVERLAP, 0)
        piece = text[first : start + WINDOW]
        yield _parts(piece, first) if special else (Window(piece, first),)


def _is_special(text: str) -> bool:
    """Return whether there may be something in it that nobody wrote as words."""
    return (
        "`" in text or "<" in text or ">" in text or "@" in text
        or "http" in text or "www." in text or "&gt;" in text
        or "**" in text or "__" in text or "~~" in text or "||" in text
    )  # fmt: skip


def _parts(piece: str, start: int) -> tuple[Window, ...]:
    piece = _MARKUP.sub(_bare, _CODE.sub(_blank, piece))
    quoted = "\n".join(_QUOTED.findall(piece))
    if not quoted.strip():
        return (Window(_NOT_WORDS.sub(_blank, piece), start),)
    own = _NOT_WORDS.sub(_blank, _QUOTED.sub(_blank, piece))
    return Window(own, start), Window(_only_quoted(piece), start, quoted=True)


def _only_quoted(piece: str) -> str:
    kept = list("".join("\n" if sign == "\n" else " " for sign in piece))
    for line in _QUOTED.finditer(piece):
        words = line.group().lstrip(" \t")
        bare = words.lstrip(">").removeprefix("&gt;")
        kept[line.end() - len(bare) : line.end()] = bare
    return _NOT_WORDS.sub(_blank, "".join(kept))


def _bare(found: re.Match[str]) -> str:
    """Return what stands between marks of bold, struck or hidden text, which is read as it is."""
    mark, inside = found.groups()
    return " " * len(mark) + inside + " " * len(mark)


def _blank(found: re.Match[str]) -> str:
    return "".join("\n" if sign == "\n" else " " for sign in found.group())
