"""The phrase language of rule files: reads a phrase, and finds it in a normalised line.

word            the word itself, in any spelling that the normaliser knows
word*  *word    words that begin (end) with these letters
*  *5           a gap of up to four (five) words; twelve at most
#               a number in figures
~word           any form of the word, from [families]
<list>          anything from the list of that name, from [lists]
(a|b c|d)       one of these
[a|b]           one of these or nothing
d'(a|b)         d'a or d'b: an elided word belongs to the one that follows it
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from peerbot.crisis.detection.nodes import (
    TOO_OFTEN,
    Either,
    Figures,
    Gap,
    Node,
    Sequence,
    Word,
    expanded,
    expression_of,
    frequency_of,
    is_closed,
    witnesses_of,
    words_in,
)
from peerbot.crisis.detection.signs import APOSTROPHES

_TOKEN = re.compile(r"[()\[\]|]|<[^<>\s]*>|~?[^\s()\[\]|<>~]+|[<>~]")
_LIST = re.compile(r"<[^<>\s]*>")
_GAP_OF = re.compile(r"\*\d*")
_OPENING, _CLOSING = frozenset("(["), frozenset(")]|")
_FIGURES = "#"
# "d'" and "qu'" belong to the next word; "goin'" and "friends'" are words of their own.
_ELIDED = re.compile(rf"(?:[^\W\d_]{{1,2}}|\w*qu)[{''.join(APOSTROPHES)}]\Z")
_REPEATS = ("?", "+")  # what other pattern languages write after a group
_GAP, _LONGEST_GAP = 4, 12
_DEEPEST = 12


class PhraseError(ValueError):
    """A phrase cannot be read; the text says what is wrong and how to mend it."""


@dataclass(frozen=True, eq=False)
class Phrase:
    """A phrase that can be looked for in a line.

    Of thousands few are ever met, so only what finds them is kept; the rest is read again.
    """

    source: str
    witnesses: tuple[tuple[str, ...], ...]
    """As `witnesses_of` returns them."""
    vocabulary: "Vocabulary"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The phrase as an expression over a line; every word is written with its space."""
        return re.compile(expression_of(self._nodes) + "(?= )")

    @cached_property
    def is_fixed(self) -> bool:
        """Whether its only witnesses are the whole phrase, so that finding one is finding it."""
        whole = expanded(self._nodes)
        return (
            whole is not None
            and all(is_closed(each) for each in whole)
            and self.witnesses == (whole,)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Every fixed word that occurs in the phrase."""
        return frozenset(words_in(self._nodes))

    @property
    def _nodes(self) -> Sequence:
        return self.vocabulary.nodes(self.source)


class Vocabulary:
    """The named lists and word families of one language, and how a word is spelt in a line."""

    def __init__(
        self,
        lists: Mapping[str, tuple[str, ...]],
        families: Mapping[str, tuple[str, ...]],
        spelt: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._lists = lists
        self._families = families
        self._spelt = spelt
        self._phrases: dict[str, Phrase] = {}
        self._spread: dict[str, list[Phrase]] = {}
        self._tokens: dict[str, tuple[Node, ...]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what only saves work while thousands of phrases are read."""
        return {**vars(self), "_phrases": {}, "_spread": {}, "_tokens": {}}

    def phrase(self, source: str) -> Phrase:
        """Return `source` as a phrase, the same one for the same source; raises `PhraseError`."""
        known = self._phrases.get(source)
        if known is None:
            witnesses = witnesses_of(self.nodes(source))
            if not witnesses:
                raise PhraseError(
                    f"{source!r} has no fixed words to look for; put a word outside the gaps"
                )
            known = self._phrases[source] = Phrase(source, witnesses, self)
        return known

    def phrases(self, source: str) -> list[Phrase]:
        """Return `source` as phrases: those of its list if it is nothing but a list.

        Each of many is met by its own witnesses, which costs far less than one look for all.
        Raises `PhraseError`.
        """
        if source in self._spread:
            return self._spread[source]
        name = source[1:-1] if _LIST.fullmatch(source) else ""
        if name not in self._lists:
            return [self.phrase(source)]
        self.nodes(source)  # raises if lists go round in a circle
        found = [phrase for each in self._lists[name] for phrase in self.phrases(each)]
        return self._spread.setdefault(source, found)

    def nodes(self, source: str) -> Sequence:
        """Return what `source` is made of; raises `PhraseError`."""
        return self._sequence(source, 0)

    def words(self) -> Iterator[str]:
        """Yield every fixed word of the phrases read so far, and of their lists."""
        for nodes in self._tokens.values():
            yield from (node.text for node in nodes if isinstance(node, Word))

    def family_with(self, word: str) -> tuple[str, ...]:
        """Return the forms of the families that are called `word` or hold it, one word each."""
        families = {
            name: [" ".join(self._spelt(form)) for form in forms]
            for name, forms in self._families.items()
        }
        found = [forms for name, forms in families.items() if word == name or word in forms]
        return tuple(form for forms in found for form in forms if form and " " not in form)

    def _sequence(self, source: str, depth: int, glue: str = "") -> Sequence:
        if depth > _DEEPEST:
            raise PhraseError(f"{source!r}: lists refer to each other in a circle; break it")
        tokens = _TOKEN.findall(source)
        nodes, rest = self._until(tokens, 0, source, depth, glue)
        if rest != len(tokens):
            raise PhraseError(f"{source!r}: {tokens[rest]!r} closes nothing; remove it")
        if not nodes:
            raise PhraseError(f"{source!r} is empty; write at least one word")
        return nodes

    def _until(
        self, tokens: list[str], at: int, source: str, depth: int, glue: str
    ) -> tuple[Sequence, int]:
        """Return the nodes up to the end of an alternative; `glue` is put before its first word."""
        nodes: list[Node] = []
        while at < len(tokens) and (token := tokens[at]) not in _CLOSING:
            if token in _OPENING:
                node, at = self._choice(tokens, at, source, depth, glue)
                nodes.append(node)
                if at < len(tokens) and tokens[at].startswith(_REPEATS):
                    raise PhraseError(
                        f"{source!r}: {tokens[at]!r} means nothing; "
                        "write [x] for what may be left out"
                    )
            elif (known := self._tokens.get(glue + token)) is not None:
                nodes += known
                at += 1
            elif _ELIDED.match(token):
                glue, at = glue + token, at + 1
                if at == len(tokens) or tokens[at][0] not in "(<~":
                    raise _hanging(token, source)
                continue
            else:
                single = self._single(token, glue, source, depth)
                nodes += self._tokens.setdefault(glue + token, single)
                at += 1
            glue = ""
        return tuple(nodes), at

    def _choice(
        self, tokens: list[str], at: int, source: str, depth: int, glue: str
    ) -> tuple[Node, int]:
        closing = ")" if tokens[at] == "(" else "]"
        if glue and closing == "]":
            raise _hanging(glue, source)
        choices: list[Sequence] = [()] if closing == "]" else []
        while True:
            nodes, at = self._until(tokens, at + 1, source, depth, glue)
            if glue and not nodes:
                raise _hanging(glue, source)
            choices.append(nodes)
            if at >= len(tokens) or tokens[at] not in {closing, "|"}:
                raise PhraseError(f"{source!r}: a {closing!r} is missing")
            if tokens[at] == closing:
                return Either(tuple(choices)), at + 1

    def _single(self, token: str, glue: str, source: str, depth: int) -> tuple[Node, ...]:
        if token.startswith("~") and len(token) > 1:
            return (self._named("~", token[1:], self._families, source, depth, glue),)
        if token.startswith("<"):
            return (self._named("<", token.strip("<>"), self._lists, source, depth, glue),)
        if glue and token[0] in "*#":
            raise _hanging(glue, source)
        if _GAP_OF.fullmatch(token):
            most = int(token[1:] or _GAP)
            if most > _LONGEST_GAP:
                raise PhraseError(f"{source!r}: a gap is at most {_LONGEST_GAP} words long")
            return (Gap(most),)
        if token == _FIGURES:
            return (Figures(),)
        return self._fixed(glue + token, source)

    def _fixed(self, token: str, source: str) -> tuple[Node, ...]:
        open_start, open_end = token.startswith("*"), token.endswith("*")
        words = self._spelt(token.strip("*"))
        if not words:
            return ()
        if "*" in token.strip("*"):
            raise PhraseError(f"{source!r}: put the * of {token!r} at the start or the end")
        last = len(words) - 1
        return tuple(
            Word(word, open_start and n == 0, open_end and n == last)
            for n, word in enumerate(words)
        )

    def _named(
        self,
        mark: str,
        name: str,
        known: Mapping[str, tuple[str, ...]],
        source: str,
        depth: int,
        glue: str,
    ) -> Node:
        if name not in known:
            where = "[families]" if mark == "~" else "[lists]"
            raise PhraseError(f"{source!r}: there is no {name!r} in {where} of context.toml")
        return Either(tuple(self._sequence(each, depth + 1, glue) for each in known[name]))


def one_of_these(phrases: Iterable[Phrase]) -> tuple[str, ...]:
    """Return anchors one of which is wherever one of `phrases` is; none if they are too common."""
    anchors = tuple(dict.fromkeys(each for phrase in phrases for each in phrase.witnesses[0]))
    return anchors if frequency_of(anchors) < TOO_OFTEN else ()


def _hanging(word: str, source: str) -> PhraseError:
    return PhraseError(
        f"{source!r}: nothing follows {word!r}, so it would never be found; write it together "
        f"with what follows: {word}(a|b) or {word}<list>, in an alternative of its own, as in "
        f"(de (a|b)|d'(c|d))"
    )
