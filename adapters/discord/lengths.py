"""Plain words as Discord takes them: counted as it counts, cut where they must be, and inert."""

import re

_MARKS = re.compile(r"[\\*_~`|<>#\[\]()-]")


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, which Discord's limits are met in.

    No other count of characters is greater, so what fits by this one always fits.
    https://github.com/NousResearch/hermes-agent/pull/60113
    """
    return len(text) + sum(character > "\uffff" for character in text)


def shortened(text: str, most: int) -> str:
    """Return `text`, or its beginning and an ellipsis if it is longer than `most` units."""
    return text if units(text) <= most else f"{_beginning(text, most - 1).rstrip()}…"


def escaped(text: str) -> str:
    """Return `text` so that Discord's markdown shows it as it is written.

    A backslash before any sign that is no letter, digit or blank is taken out by the client.
    https://support.discord.com/hc/en-us/articles/210298617
    """
    return _MARKS.sub(r"\\\g<0>", text)


def _beginning(text: str, most: int) -> str:
    kept = text[:most]
    while units(kept) > most:
        kept = kept[: len(kept) - max(1, (units(kept) - most) // 2)]
    return kept
