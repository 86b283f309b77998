"""Single signs: folds any of them to plain letters, and cuts text into chunks and raw words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from peerbot.crisis.detection.lookalikes import LOOKALIKES

STOP = "|"
"""The word that stands for the end of a sentence."""
PAUSE = ","
"""A piece that stands for a comma, dash, bracket or dots; never a word of the line."""

_NEWLINE = "\ue000"  # private use: stands for a line break among chunks
APOSTROPHES = frozenset("'’‘‛ʼʹ`´＇")
_STOPS = frozenset(".!?;。！？¿¡\ue000")
_DOTS = re.compile("\\.(?:[\u00ad\u200b-\u200f\u2060\ufeff]*\\.)+|…")


def chunks(text: str) -> Iterator[tuple[str, int]]:
    """Yield the runs without spaces and their places; a line break is a chunk of its own.

    A break after at most two words is no break: people write one word a line.
    """
    at, open_words = 0, 0
    for line in re.split(r"([\r\n]+)", text):
        if line[:1] in {"\r", "\n"}:
            if open_words > 2:
                yield _NEWLINE, at
            at += len(line)
            continue
        place, runs = 0, line.split()
        for chunk in runs:
            place = line.index(chunk, place)
            yield chunk, at + place
            place += len(chunk)
        open_words = len(runs)
        at += len(line)


def folded(chunk: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the plain signs of `chunk` with their places; marks, controls and formats vanish."""
    for place, sign in enumerate(chunk, start):
        if sign < "\x80":
            if sign.isprintable():
                yield sign.lower(), place
        else:
            for plain in _fold(sign):
                yield plain, place


def _dashes(dots: re.Match[str]) -> str:
    return "—" * len(dots.group())


def _fold(sign: str) -> str:
    if sign in LOOKALIKES:
        return LOOKALIKES[sign]
    folded = []
    for part in unicodedata.normalize("NFKD", sign):
        kind = unicodedata.category(part)
        if kind[0] == "M" or kind in {"Cf", "Cc", "Cn", "Cs"} or part == "\u3164":
            continue
        folded.append(LOOKALIKES.get(part, part).casefold())
    return "".join(folded)


def dashed(chunk: str) -> str:
    """Return `chunk` with dashes for several dots in a row: "..." is a pause, not an end."""
    return _DOTS.sub(_dashes, chunk)


def words(signs: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
    word, first, end = "", 0, 0
    for sign, place in signs:
        if sign in APOSTROPHES:
            word += "'" if word else ""
            continue
        if sign.isalnum():
            if not word:
                first = place
            word, end = word + sign, place + 1
            continue
        if word:
            yield word, first, end
            word = ""
        if (mark := _mark(sign)) is not None:
            yield mark, place, place + 1
    if word:
        yield word, first, end


def _mark(sign: str) -> str | None:
    if sign in _STOPS:
        return STOP
    if sign in ",:()[]{}…–—/\\|":
        return PAUSE
    kind = unicodedata.category(sign)
    return sign if kind in {"So", "Lo"} and sign > "\u2000" else None
