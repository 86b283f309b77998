"""Reads files of voices: how one kind of person says something, and what only sounds like it.

They prove the rules (each runs as a test) and are the traps that a community's own phrases have
to pass. Nobody real is quoted. The format is explained in `docs/rules-format.md`.
"""

from dataclasses import dataclass, replace

from peerbot.crisis.detection.entry import CATEGORIES, TIERS, WHOSE, Entry, Example, read
from peerbot.crisis.detection.finding import Category, Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A family of expressions: who speaks, about what, and what they would write."""

    id: str
    category: Category
    examples: tuple[Example, ...]
    counter_examples: tuple[Example, ...]
    file: str = ""


def parse_voices(toml_text: str, *, file: str = "voices") -> tuple[Voice, ...]:
    """Return the voices of a file; raises `RuleError` with the entry and the remedy."""
    top = read(toml_text, file)
    found = tuple(_voice(Entry(file, "", each)) for each in top.tables("voice"))
    top.nothing_else()
    return found


def _voice(entry: Entry) -> Voice:
    name = entry.named("voice")
    category = entry.one_of("category", CATEGORIES)
    tier = entry.one_of("tier", TIERS)
    whose = entry.one_of("whose", WHOSE, Whose.AUTHOR.value)
    expected = Example(text="", tier=tier, category=category, whose=whose)
    nothing = replace(expected, tier=TIERS["none"], whose=None)
    voice = Voice(
        id=name,
        category=category,
        examples=entry.examples("examples", expected),
        counter_examples=entry.examples("counter_examples", nothing),
        file=entry.file,
    )
    entry.nothing_else()
    return voice
