"""What Discord gets for the first sample of every card, in every language, kept in files.

`python -m tests.adapters.discord.golden` writes them anew; look at the difference before you
commit it.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from adapters.discord.render import message_of
from peerbot.chat.cards import Card, in_language
from peerbot.i18n import LANGUAGES

HERE = Path(__file__).parent


def first_of_each(cards: Iterable[Card]) -> dict[str, Card]:
    """Return the first card of every key."""
    found: dict[str, Card] = {}
    for one in cards:
        found.setdefault(one.key, one)
    return found


def drawn(cards: Iterable[Card]) -> str:
    """Return JSON of what Discord gets, a line for each card and language."""
    lines = (
        f"{json.dumps(f'{key} {language}')}: {_line(one, language)}"
        for key, one in sorted(first_of_each(cards).items())
        for language in LANGUAGES
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(card: Card, language: str) -> str:
    native = message_of(in_language(card, language))
    files: list[Any] = [[file.name, file.alt] for file in native.files]
    whole = {**native.payload, "files": files} if files else native.payload
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)
