"""Phrases that a platform's own word filter looks for, and what each means by itself."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A phrase that is danger in itself, whatever stands around it."""

    text: str
    """In lower case, with accents and straight apostrophes."""
    language: str
    tier: Tier
    category: Category
    whose: Whose = Whose.AUTHOR

    @property
    def finding(self) -> Finding:
        """Return what it means where nothing but the phrase is known."""
        return Finding(
            tier=self.tier, category=self.category, whose=self.whose, evidence=(), modifiers=()
        )


class WatchList:
    """Every phrase that is watched for; a platform may write it a little otherwise."""

    def __init__(self, phrases: Iterable[Watched] = ()) -> None:
        self.phrases = tuple(phrases)
        self._by_key = {key_of(one.text): one for one in self.phrases}

    def find(self, phrase: str) -> Watched | None:
        return self._by_key.get(key_of(phrase))

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(one.text for one in self.phrases)


def key_of(phrase: str) -> str:
    """Return a phrase without case, accents, apostrophes, and what is no letter at its ends."""
    letters = unicodedata.normalize("NFKD", phrase.casefold().replace("ß", "ss"))
    kept = (one for one in letters if one.isalnum() or one.isspace() or one == "-")
    return " ".join("".join(kept).split()).strip("-")
