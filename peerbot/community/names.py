"""What the names of rooms and roles tell about them, in English and French, for suggestions."""

import re
import unicodedata
from collections.abc import Sequence

MODERATORS = ("mod", "mods", "modo*", "moderat*", "modteam")
STAFF = ("staff*", "counsel*", "conseil*", "equipe*")
ALERT_ROOMS: tuple[tuple[str, ...], ...] = (
    ("alert*", "crisis", "crise*", "urgence*"),
    ("care", "safety", "soin", "soins", "veille", "respond*", "intervenant*"),
    (*MODERATORS, *STAFF, "team", "teams", "careteam", "ecoutant*"),
)
"""Words that tell a room where alerts may go, the clearest first; a `*` stands for any ending."""

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return `text` without accents and regard to case, for comparing names that people type."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()


def tells(name: str, wanted: Sequence[str]) -> bool:
    """Whether a whole word of `name` is one of `wanted`: "mods-only" tells mods, "modern" nothing.

    Guessing wrongly would send alerts to the wrong people, so that parts of words tell nothing.
    """
    words = _WORD.findall(folded(_HUMP.sub(" ", name)))
    return any(
        word.startswith(one[:-1]) if one.endswith("*") else word == one
        for word in words
        for one in wanted
    )
