"""Rule sets made ready: one automaton over the rules and one over the words around them."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from peerbot.crisis.detection.context import Grammar
from peerbot.crisis.detection.entry import RuleError
from peerbot.crisis.detection.index import Index, Place
from peerbot.crisis.detection.normalise import Normaliser
from peerbot.crisis.detection.patterns import Phrase, PhraseError, Vocabulary, one_of_these
from peerbot.crisis.detection.rules import Context, Rule, RuleSet
from peerbot.crisis.detection.signs import PAUSE, STOP, folded
from peerbot.crisis.detection.surroundings import Group

_ENOUGH_WORDS = 2
_NOWHERE: AbstractSet[int] = frozenset()
_EVERYBODY = "*"
_ORDER = ("drop", "lower", "raise")


class Compiled:
    """Everything that the detector looks things up in; made once, read by many."""

    def __init__(self, rulesets: Iterable[RuleSet]) -> None:
        sets = tuple(rulesets)
        respelled = {_plain(key): value for each in sets for key, value in each.respelled.items()}
        speller = Normaliser(respelled=respelled)
        self._spelt = _Speller(speller)
        self._words = {
            each.locale: Vocabulary(each.lists, each.families, self._spelt) for each in sets
        }
        self._rules = [(rule, each.locale) for each in sets for rule in each.rules]
        _no_id_twice(self._rules)
        phrases = [pair for each in sets for pair in self._rule_phrases(each)]
        context = [pair for each in sets for pair in self._context_phrases(each)]
        known = {word for vocabulary in self._words.values() for word in vocabulary.words()}
        self.normaliser = Normaliser(
            respelled=respelled,
            vocabulary=known,
            misspelt=_all(sets, "misspelt"),
            never_misspelt=_all(sets, "never_misspelt"),
            masked=_all(sets, "masked"),
        )
        self.rules: Index[str] = Index(phrases, beside=self._beside(sets))
        self._shared = frozenset(
            (kind, each.locale, context.id)
            for each in sets
            for context in each.contexts
            if context.shared
            for kind in ("context", "also", "not context")
        )
        self.context: Index[Group] = Index(context, owner=self._owner)
        self.agreeing = frozenset(
            " ".join(self._spelt(text)) for each in sets for text in each.subjects.agreeing
        )
        self.grammars = {each.locale: _grammar(each, sets) for each in sets}
        self._by_id = {rule.id: (rule, locale) for rule, locale in self._rules}
        self._languages = {
            each.locale: frozenset(word for text in each.language for word in self._spelt(text))
            for each in sets
            if each.language
        }
        self._denying = {
            each.locale: frozenset(
                word for text in each.negation.words for word in self._spelt(text)
            )
            for each in sets
        }

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule, _locale in self._rules)

    def forms_of(self, word: str) -> tuple[str, ...]:
        """Return the forms of a plain word by the families of every language; none if unknown."""
        found = (words.family_with(word) for words in self._words.values())
        return tuple(dict.fromkeys(form for forms in found for form in forms))

    def rule_of(self, rule_id: str) -> tuple[Rule, str]:
        """Return the rule of that id and its language."""
        return self._by_id[rule_id]

    def context_of(
        self, rules: set[str], line: str, *, every_language: bool = False
    ) -> list[Place[Group]]:
        """Return where the words stand that these rules have to be weighed with."""
        locales = {self._by_id[rule][1] for rule in rules}
        if every_language:
            locales = set(self.grammars)
        return self.context.places(line, owners={_EVERYBODY, *locales, *rules})

    def own_words_of(self, rules: set[str], line: str) -> list[Place[Group]]:
        """Return where the words stand that these rules need beside them, or exclude."""
        return self.context.places(line, owners=rules)

    def comes_to_nothing(
        self, rule_id: str, sentence: int, beside: Mapping[Group, AbstractSet[int]]
    ) -> bool:
        """Whether a match of a rule in a sentence is excluded, by the sentences of its own words.

        False if that cannot be told: "near" and "clause" are told by a whole reading.
        """
        rule, locale = self._by_id[rule_id]
        excluded = beside.get(("unless", locale, rule_id), _NOWHERE)
        needed = beside.get(("needs", locale, rule_id), _NOWHERE)
        if rule.unless and _reaches(rule.unless_reach, sentence, excluded):
            return True
        return bool(rule.needs) and not (needed if rule.reach == "message" else sentence in needed)

    def _owner(self, group: Group) -> str:
        """Return whose words these are: a rule's, a language's, or everybody's."""
        if group[0] in {"unless", "needs"}:
            return group[2]
        return _EVERYBODY if len(group) == 1 or group in self._shared else group[1]

    def denies(self, locale: str, phrase: Phrase) -> bool:
        """Whether `phrase` has a denial of its own."""
        return not self._denying[locale].isdisjoint(phrase.words)

    def foreign(self, words: Iterable[str]) -> frozenset[str]:
        """Return the languages that these words are not in: none of theirs, and two of another's.

        A message may mix languages: one word of a language is enough for its rules to count.
        """
        said = frozenset(words)
        counts = {one: len(said & known) for one, known in self._languages.items()}
        if max(counts.values(), default=0) < _ENOUGH_WORDS:
            return frozenset()
        return frozenset(one for one, count in counts.items() if count == 0)

    def _rule_phrases(self, rules: RuleSet) -> Iterator[tuple[str, Phrase]]:
        words = self._words[rules.locale]
        for rule in rules.rules:
            for source in rule.phrases:
                for phrase in _phrases(words, source, rule.file, f"rule {rule.id!r}"):
                    yield rule.id, phrase

    def _beside(self, sets: tuple[RuleSet, ...]) -> dict[str, tuple[str, ...]]:
        """Return, for each rule that needs words beside it, the anchors one of which it needs."""
        return {
            rule.id: anchors
            for each in sets
            for rule in each.rules
            if rule.needs and (anchors := one_of_these(self._needs(each.locale, rule)))
        }

    def _needs(self, locale: str, rule: Rule) -> list[Phrase]:
        entry = f"rule {rule.id!r}"
        return [
            phrase
            for source in rule.needs
            for phrase in _phrases(self._words[locale], source, rule.file, entry)
        ]

    def _context_phrases(self, rules: RuleSet) -> Iterator[tuple[Group, Phrase]]:
        words, locale = self._words[rules.locale], rules.locale
        for group, sources, file, entry in _groups(rules):
            for source in sources:
                for phrase in _phrases(words, source, file or f"{locale}/context.toml", entry):
                    yield group, phrase


def _groups(rules: RuleSet) -> Iterator[tuple[Group, tuple[str, ...], str, str]]:
    locale, negation, subjects = rules.locale, rules.negation, rules.subjects
    yield ("mask",), rules.masks, "", "[masks]"
    yield ("denied",), rules.denied, "", "[denied]"
    for group, sources in (
        ("denies", negation.words),
        ("no denial", negation.exceptions),
        ("boundary", negation.boundaries),
        ("carrier", negation.carriers),
    ):
        yield (group, locale), sources, "", "[negation]"
    for group, sources in (
        ("author", subjects.author),
        ("other", subjects.other),
        ("you", subjects.you),
        ("generic", subjects.generic),
        ("listener", subjects.listeners),
        ("reporting", subjects.reporting),
        ("media", subjects.media),
    ):
        yield (group, locale), sources, "", "[subjects]"
    for rule in rules.rules:
        yield ("unless", locale, rule.id), rule.unless, rule.file, f"rule {rule.id!r}"
        yield ("needs", locale, rule.id), rule.needs, rule.file, f"rule {rule.id!r}"
    for each in rules.contexts:
        entry = f"context {each.id!r}"
        yield ("context", locale, each.id), each.phrases, each.file, entry
        yield ("also", locale, each.id), each.also, each.file, entry
        yield ("not context", locale, each.id), each.unless, each.file, entry


def _grammar(rules: RuleSet, sets: tuple[RuleSet, ...]) -> Grammar:
    contexts: list[tuple[Group, Context]] = [
        (("context", each.locale, context.id), context)
        for each in sets
        for context in each.contexts
        if context.shared or each.locale == rules.locale
    ]
    contexts.sort(key=lambda pair: _ORDER.index(pair[1].effect))
    return Grammar(rules.negation, tuple(contexts))


def _phrases(words: Vocabulary, source: str, file: str, entry: str) -> list[Phrase]:
    try:
        return words.phrases(source)
    except PhraseError as wrong:
        raise RuleError(file, entry, str(wrong)) from wrong


def _reaches(reach: str, sentence: int, at: AbstractSet[int]) -> bool:
    """Whether one of the sentences `at` is surely within the reach of `sentence`."""
    return bool(at) if reach == "message" else reach == "sentence" and sentence in at


class _Speller:
    """Spells a text of a rule file as it stands in a line; remembers what it has spelt."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> tuple[str, ...]:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._spelt(text)
        return known

    def _spelt(self, text: str) -> tuple[str, ...]:
        if text.isalpha():
            plain = text.lower() if text.isascii() else "".join(sign for sign, _ in folded(text, 0))
            if plain.isascii() and plain.isalpha():
                return self._normaliser.word(plain)
        words = self._normaliser.read(text).words
        return tuple(word for word in words if word not in {STOP, PAUSE})


def _no_id_twice(rules: list[tuple[Rule, str]]) -> None:
    seen: dict[str, Rule] = {}
    for rule, _ in rules:
        if rule.id in seen:
            raise RuleError(
                rule.file, f"rule {rule.id!r}", f"{seen[rule.id].file} has this id too; change one"
            )
        seen[rule.id] = rule


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in letters if sign.isalnum() or sign == "'")


def _all(sets: Iterable[RuleSet], name: str) -> list[str]:
    return [_plain(word) for each in sets for word in getattr(each, name)]
