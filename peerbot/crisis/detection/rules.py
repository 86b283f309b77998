"""Reads rule files: what a moderator or counsellor writes, checked, as plain values.

The format is explained to its writers in `docs/rules-format.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from peerbot.crisis.detection.entry import CATEGORIES, TIERS, WHOSE, Entry, Example, read
from peerbot.crisis.detection.finding import Category, Tier, Whose

_EFFECTS = ("drop", "lower", "raise")
_REACHES = {each: each for each in ("near", "clause", "sentence", "message")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way of being in danger, and how people say it."""

    id: str
    category: Category
    tier: Tier
    whose: Whose | None
    """None means: whoever the nearest subject is."""
    phrases: tuple[str, ...]
    tier_other: Tier
    """The tier when the nearest subject is somebody else."""
    plan: bool = False
    """Whether a time, means or place beside it makes it an emergency."""
    firm: bool = False
    """Whether a context that would drop it only lowers it."""
    covers: bool = False
    """Whether it stands in place of other rules that match the same words."""
    ignores: frozenset[str] = frozenset()
    """Checks and contexts that do not touch this rule."""
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    reach: str = "sentence"
    """How far around the words `needs` are looked for; never farther than 40 words."""
    unless_reach: str = "sentence"
    """How far around the words `unless` are looked for, whatever `reach` says."""
    counts_itself: bool = False
    """Whether words inside the match count for `needs` as those beside it do."""
    examples: tuple[Example, ...] = ()
    counter_examples: tuple[Example, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Words around a match that drop it, lower it by a tier, or make it an emergency."""

    id: str
    effect: str
    phrases: tuple[str, ...]
    reach: str = "sentence"
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    categories: frozenset[Category] = frozenset()
    """Empty means every category."""
    hard: bool = False
    """Whether it drops even a rule that stands firm."""
    shared: bool = False
    """Whether it counts for the rules of every language."""
    says: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation:
    """How a language denies: words, how far they reach, and what only looks like it."""

    words: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    reach: int = 5
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Who can be spoken of: the author, somebody else, the reader, or people in general."""

    author: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    you: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    listeners: tuple[str, ...] = ()
    """Words after which a person is spoken to, not spoken of ("i told my mum")."""
    reporting: tuple[str, ...] = ()
    """Words after which "i" is the one who is quoted ("she says i want to die")."""
    media: tuple[str, ...] = ()
    """Words for things that speak without being in danger (a song, a poster)."""
    agreeing: tuple[str, ...] = ()
    """Whole messages that make quoted lines one's own ("same", "me too")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What the files of one language say, together."""

    locale: str = ""
    rules: tuple[Rule, ...] = ()
    contexts: tuple[Context, ...] = ()
    masks: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    """Phrases that mean nothing here; they never silence an emergency."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    respelled: Mapping[str, str] = field(default_factory=dict)
    misspelt: tuple[str, ...] = ()
    never_misspelt: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    negation: Negation = field(default_factory=Negation)
    subjects: Subjects = field(default_factory=Subjects)
    language: tuple[str, ...] = ()
    """Words that tell this language from the others."""

    def with_(self, other: "RuleSet") -> "RuleSet":
        """Return both together; lists of the same name are joined."""
        return replace(
            self,
            rules=self.rules + other.rules,
            contexts=self.contexts + other.contexts,
            masks=self.masks + other.masks,
            denied=self.denied + other.denied,
            lists=_merged(self.lists, other.lists),
            families=_merged(self.families, other.families),
            respelled={**self.respelled, **other.respelled},
            misspelt=self.misspelt + other.misspelt,
            never_misspelt=self.never_misspelt + other.never_misspelt,
            masked=self.masked + other.masked,
            negation=other.negation if other.negation.words else self.negation,
            subjects=other.subjects if other.subjects.author else self.subjects,
            language=self.language + other.language,
        )


def parse(toml_text: str, *, file: str = "rules", locale: str = "") -> RuleSet:
    """Return what `toml_text` says; raises `RuleError` with the file, the entry and the remedy."""
    top = read(toml_text, file)
    found = RuleSet(
        locale=locale,
        rules=tuple(_rule(Entry(file, "", each)) for each in top.tables("rule")),
        contexts=tuple(_context(Entry(file, "", each)) for each in top.tables("context")),
        masks=top.section("masks").texts("phrases"),
        denied=top.section("denied").texts("phrases"),
        lists=top.section("lists").all_texts(),
        families=top.section("families").all_texts(),
        respelled=top.section("respell").all_text(),
        **_spelling(top),
        negation=_negation(top.section("negation")),
        subjects=_subjects(top.section("subjects")),
        language=top.section("language").texts("words"),
    )
    top.nothing_else()
    return found


_NEAREST: dict[str, Whose | None] = {**WHOSE, "nearest": None}


def _rule(entry: Entry) -> Rule:
    name = entry.named("rule")
    category = entry.one_of("category", CATEGORIES)
    tier = entry.one_of("tier", TIERS)
    whose = entry.one_of("whose", _NEAREST, "nearest")
    reach = entry.one_of("reach", _REACHES, "sentence")
    # "Another person's stated wish to die is urgent even when passive" (safety.md).
    usual = Tier.URGENT if category is Category.SUICIDE and tier is Tier.CONCERN else tier
    expected = Example(text="", tier=tier, category=category, whose=whose or Whose.AUTHOR)
    nothing = replace(expected, tier=Tier.NONE, whose=None)
    rule = Rule(
        id=name,
        category=category,
        tier=tier,
        whose=whose,
        phrases=entry.texts("phrases", least=1),
        tier_other=entry.one_of("tier_other", TIERS, usual.label),
        plan=entry.flag("plan"),
        firm=entry.flag("firm"),
        covers=entry.flag("covers"),
        ignores=frozenset(entry.texts("ignores")),
        unless=entry.texts("unless"),
        needs=entry.texts("needs"),
        reach=reach,
        unless_reach=entry.one_of("unless_reach", _REACHES, "sentence"),
        counts_itself=entry.flag("counts_itself"),
        examples=entry.examples("examples", expected),
        counter_examples=entry.examples("counter_examples", nothing),
        file=entry.file,
    )
    entry.nothing_else()
    return rule


def _context(entry: Entry) -> Context:
    name = entry.named("context")
    categories = [(CATEGORIES.get(each), each) for each in entry.texts("categories")]
    for category, written in categories:
        if category is None:
            raise entry.error(f"{written!r} is no category; use {', '.join(CATEGORIES)}")
    context = Context(
        id=name,
        effect=entry.one_of("effect", {each: each for each in _EFFECTS}),
        phrases=entry.texts("phrases", least=1),
        reach=entry.one_of("reach", _REACHES, "sentence"),
        also=entry.texts("also"),
        unless=entry.texts("unless"),
        categories=frozenset(category for category, _ in categories if category is not None),
        hard=entry.flag("hard"),
        shared=entry.flag("shared"),
        says=entry.text("says", ""),
        file=entry.file,
    )
    entry.nothing_else()
    return context


def _spelling(top: Entry) -> dict[str, Any]:
    typos, masked = top.section("typos"), top.section("masked")
    found = {
        "misspelt": typos.texts("words"),
        "never_misspelt": typos.texts("never"),
        "masked": masked.texts("words"),
    }
    typos.nothing_else()
    masked.nothing_else()
    return found


def _negation(entry: Entry) -> Negation:
    found = Negation(
        words=entry.texts("words"),
        exceptions=entry.texts("exceptions"),
        boundaries=entry.texts("boundaries"),
        carriers=entry.texts("carriers"),
        reach=entry.number("reach", 5),
        after=entry.number("after", 0),
    )
    entry.nothing_else()
    return found


def _subjects(entry: Entry) -> Subjects:
    names: tuple[str, ...] = (
        "author", "other", "you", "generic", "listeners", "reporting", "media", "agreeing",
    )  # fmt: skip
    found = Subjects(**{name: entry.texts(name) for name in names})
    entry.nothing_else()
    return found


def _merged(
    one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {name: one.get(name, ()) + other.get(name, ()) for name in {**one, **other}}
