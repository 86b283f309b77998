"""A community's own phrases: a few words, no pattern language, looked for beside the rules.

word      the word itself, in any spelling that the normaliser knows
*         a gap of up to four words
~word     any form of the word: by the families of every language, else all that begin like it

They belong to no language: a denial, a subject or a context of any language counts for them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from peerbot.crisis.detection.compiled import Compiled
from peerbot.crisis.detection.context import weigh
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.detection.index import Index, Place
from peerbot.crisis.detection.nodes import is_common
from peerbot.crisis.detection.patterns import Phrase, Vocabulary
from peerbot.crisis.detection.rules import Rule
from peerbot.crisis.detection.signs import STOP
from peerbot.crisis.detection.surroundings import Group, Match, Surroundings, Verdict, words_of

LONGEST = 100
"""Characters of a phrase."""
MOST_WORDS = 12
OWN = "own."
"""How the id of a community's own rule begins."""

_GAP = "*"
_FORMS = "~"
_SHORTEST_BEGINNING = 4
_FEW_COMMON_WORDS = 3
_SYNTAX = frozenset("()[]|<>~*#")  # what means something to `Vocabulary`
_FIRST_IDEOGRAPH = "\u2e80"  # from here on one sign is a word
_DENIED: Group = ("denied",)
_COURTESIES = (
    "hello hi hey yes yeah yep okay ok thanks thank please sorry good morning night evening "
    "day today tomorrow bye welcome everyone people friend friends guys lol bonjour bonsoir "
    "salut oui merci bonne nuit journee demain aujourd hui hola gracias buenos buenas dias "
    "noches tardes hoy manana hallo danke bitte guten morgen abend tag gute nacht heute ola "
    "oi obrigado obrigada bom boa dia noite tarde hoje amanha"
)
"""What everybody says: of these alone a phrase would ring all day."""
_SAID_BY_EVERYBODY = frozenset(_COURTESIES.split())


class Wrong(StrEnum):
    """Why a phrase cannot be looked for."""

    EMPTY = "empty"
    ONE_LETTER = "one-letter"
    ONLY_GAPS = "only-gaps"
    TOO_LONG = "too-long"
    TOO_COMMON = "too-common"
    SIGN_IN_A_WORD = "sign-in-a-word"
    """A `*` or `~` stands inside a word."""
    NO_SUCH_FAMILY = "no-such-family"
    """A word after `~` of which no other form is known, and too short to stand for a beginning."""


class OwnPhraseError(ValueError):
    """A phrase cannot be looked for, and why; carries no words."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(f"an own phrase is not usable: {wrong}")
        self.wrong = wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPhrase:
    """What a community wants noticed, or, with tier none, what means nothing there."""

    id: str
    text: str
    tier: Tier
    category: Category = Category.NONE

    @property
    def rule_id(self) -> str:
        """Its name among the rules that found something."""
        return f"{OWN}{self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a line holds of a community's own phrases."""

    phrases: tuple[tuple[Rule, Place[str]], ...] = ()
    denied: tuple[Place[Group], ...] = ()

    def weighed(self, around: Surroundings, compiled: Compiled) -> Iterator[Verdict]:
        """Yield what becomes of each: the mildest that the surroundings of any language make."""
        for rule, place in self.phrases:
            first, end = words_of(around.reading, place.start, place.end)
            verdicts = [
                weigh(
                    Match(rule, locale, first, end, compiled.denies(locale, place.phrase)),
                    around,
                    compiled.grammars,
                )
                for locale in compiled.grammars
            ]
            yield min(verdicts, key=lambda one: (one.tier, one.whose is Whose.AUTHOR))


class OwnRules:
    """A community's own phrases made ready: once for each change, read by every message."""

    def __init__(self, phrases: Iterable[OwnPhrase], compiled: Compiled) -> None:
        """Raises `OwnPhraseError` for one that cannot be looked for."""
        reader = _Reader(compiled)
        self._rules: dict[str, Rule] = {}
        keyed: list[tuple[str, Phrase]] = []
        for each in phrases:
            phrase = reader.phrase(each.text)
            if each.tier is Tier.NONE:
                keyed.append(("", phrase))
                continue
            self._rules[each.id] = _rule(each)
            keyed.append((each.id, phrase))
        self._index: Index[str] = Index(keyed)

    def are_in(self, line: str) -> bool:
        """Whether `line` holds any of them."""
        return bool(self._index.places(line))

    def found(self, line: str) -> Found:
        """Return which of them `line` holds, and where."""
        places = self._index.places(line)
        return Found(
            phrases=tuple((self._rules[one.key], one) for one in places if one.key),
            denied=tuple(
                Place(_DENIED, one.phrase, one.start, one.end) for one in places if not one.key
            ),
        )


def _rule(phrase: OwnPhrase) -> Rule:
    return Rule(
        id=phrase.rule_id,
        category=phrase.category,
        tier=phrase.tier,
        whose=None,
        phrases=(phrase.text,),
        tier_other=phrase.tier,
        # Whoever writes down a fixed expression, or a word of games, means it.
        ignores=frozenset({"mask", "within"}),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads phrases into what an index looks for."""

    compiled: Compiled
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({}, {}, lambda word: (word,)))

    def phrase(self, text: str) -> Phrase:
        tokens = text.split()
        if not tokens:
            raise OwnPhraseError(Wrong.EMPTY)
        if len(text) > LONGEST or len(tokens) > MOST_WORDS:
            raise OwnPhraseError(Wrong.TOO_LONG)
        pieces = list(self._pieces(tokens))
        self._refuse_what_says_nothing([said for said, _source in pieces if said != _GAP])
        while pieces[0][0] == _GAP:
            del pieces[0]
        while pieces[-1][0] == _GAP:
            del pieces[-1]
        return self.vocabulary.phrase(" ".join(source for _said, source in pieces))

    def _pieces(self, tokens: list[str]) -> Iterator[tuple[str, str]]:
        """Yield each word as it is read, and as the phrase language writes it."""
        words: list[str] = []
        for token in tokens:
            if not token.strip(_GAP):
                yield from self._literal(words)
                words = []
                yield _GAP, _GAP
            elif token.startswith(_FORMS):
                yield from self._literal(words)
                words = []
                yield self._forms(token[1:])
            elif _GAP in token or _FORMS in token:
                raise OwnPhraseError(Wrong.SIGN_IN_A_WORD)
            else:
                words.append(token)
        yield from self._literal(words)

    def _literal(self, words: list[str]) -> Iterator[tuple[str, str]]:
        for word in self._read(" ".join(words)):
            yield word, word

    def _forms(self, written: str) -> tuple[str, str]:
        words = self._read(written)
        if len(words) != 1 or _GAP in written or _FORMS in written:
            raise OwnPhraseError(Wrong.SIGN_IN_A_WORD if written else Wrong.ONLY_GAPS)
        word = words[0]
        if forms := [one for one in self.compiled.forms_of(word) if _SYNTAX.isdisjoint(one)]:
            return word, f"({'|'.join(dict.fromkeys((word, *forms)))})"
        if len(word) < _SHORTEST_BEGINNING:
            raise OwnPhraseError(Wrong.NO_SUCH_FAMILY)
        return word, f"{word}*"

    def _read(self, text: str) -> list[str]:
        words = self.compiled.normaliser.read(text).words
        return [word for word in words if word != STOP and _SYNTAX.isdisjoint(word)]

    def _refuse_what_says_nothing(self, words: list[str]) -> None:
        if not words:
            raise OwnPhraseError(Wrong.ONLY_GAPS)
        if len(words) == 1 and _is_a_letter(words[0]):
            raise OwnPhraseError(Wrong.ONE_LETTER)
        if len(words) > _FEW_COMMON_WORDS or not all(map(_says_nothing, words)):
            return
        # "want to die": a common word of one language is none of another.
        if not self.compiled.rules.places(f" {' '.join(words)} "):
            raise OwnPhraseError(Wrong.TOO_COMMON)


def _is_a_letter(word: str) -> bool:
    return len(word) == 1 and word.isalnum() and word < _FIRST_IDEOGRAPH


def _says_nothing(word: str) -> bool:
    return is_common(word) or word in _SAID_BY_EVERYBODY or _is_a_letter(word)
