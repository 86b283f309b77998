"""The phrase language of rule files: reads a phrase, and finds it in a normalised line.

word            the word itself, in any spelling that the normaliser knows
word*  *word    words that begin (end) with these letters
*  *5           a gap of up to four (five) words
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
from functools import cache, cached_property
from math import prod

from peerbot.crisis.detection.signs import APOSTROPHES

_TOKEN = re.compile(r"[()\[\]|]|<[^<>\s]*>|~?[^\s()\[\]|<>~]+|[<>~]")
_FIGURES = "#"
# "d'" and "qu'" belong to the next word; "goin'" and "friends'" are words of their own.
_ELIDED = re.compile(rf"(?:[^\W\d_]{{1,2}}|\w*qu)[{''.join(APOSTROPHES)}]\Z")
_REPEATS = ("?", "+")  # what other pattern languages write after a group
_GAP = 4
_MOST_ANCHORS = 40  # written out for one phrase; a list may be longer, since phrases share it
_LONGEST_LIST = 10_000
_DEEPEST = 12
_MOST_WITNESSES = 3
_NOTHING_YET: tuple[str, ...] = (" ",)
_TOO_OFTEN = 0.05  # words that are in every twentieth line are no witnesses
_OFTEN, _SELDOM = 0.02, 0.0005  # shares of ordinary lines that hold a word: only the order matters
_COMMON_WORDS = (
    "i you he she it we they me my your his her their a an the this that to of in on at for "
    "with and or but so if as do not no is am are was were be been have has had will would "
    "can could should just like know think feel want need going go get got all one out up "
    "about what how when there here now more really never always him them us our je tu il "
    "elle nous vous ils te se le la les un une des de du ne pas et ou mais que qui ce ca "
    "est suis ai ont fait plus tout bien moi toi mon ma mes ton ta yo el ella ellos lo los "
    "las del en con por para y o pero como es esta estoy soy ha muy mas mi mis su si ya "
    "todo nada ser ich er sie wir ihr mich mir dich dir der die das ein eine und oder aber "
    "nicht ist bin hab habe hat war mit auf zu im mal noch auch wie wenn ja nein nur mein "
    "meine sein kann eu voce ele ela nos os uma em com pra e nao sim meu minha estou tem "
)
_COMMON = frozenset(_COMMON_WORDS.split())


class PhraseError(ValueError):
    """A phrase cannot be read; the text says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A fixed word, or the fixed beginning or end of one."""

    text: str
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` words of any kind, within a sentence."""

    most: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A number in figures."""


@dataclass(frozen=True, eq=False)
class Either:
    """One of several sequences; an empty one makes it optional. The same list is the same value."""

    choices: tuple["Sequence", ...]

    @cached_property
    def endings(self) -> tuple[str, ...] | None:
        """Every line piece that this can be, or None if there are too many or any."""
        endings: dict[str, None] = {}
        for choice in self.choices:
            expanded = _expanded(choice) if choice else (" ",)
            if expanded is None or len(endings) > _LONGEST_LIST:
                return None
            endings.update(dict.fromkeys(expanded))
        return tuple(endings)

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """The rarest anchors of every choice together; none if a choice has none."""
        of_choices = [_rarest(choice) for choice in self.choices]
        if not all(of_choices):
            return ()
        return tuple(dict.fromkeys(anchor for each in of_choices for anchor in each))

    @cached_property
    def expression(self) -> str:
        """This as an expression over a line."""
        longest_first = sorted(self.choices, key=len, reverse=True)
        return "(?:" + "|".join(_expression(each) for each in longest_first) + ")"


Node = Word | Gap | Figures | Either
Sequence = tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Phrase:
    """A phrase that can be looked for in a line."""

    source: str
    nodes: Sequence

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The phrase as an expression over a line; every word is written with its space."""
        return re.compile(_expression(self.nodes) + "(?= )")

    @cached_property
    def witnesses(self) -> tuple[tuple[str, ...], ...]:
        """Sets of pieces of a line, rarest first: the phrase is only where one of each set is."""
        found: list[_Stretch] = []
        for stretch in sorted(_stretches(self.nodes), key=lambda each: each.frequency):
            apart = all(stretch.end <= each.first or each.end <= stretch.first for each in found)
            if not found or (apart and stretch.frequency < _TOO_OFTEN):
                found.append(stretch)
        if not found:
            raise PhraseError(
                f"{self.source!r} has no fixed words to look for; put a word outside the gaps"
            )
        return tuple(stretch.anchors for stretch in found[:_MOST_WITNESSES])

    @cached_property
    def is_fixed(self) -> bool:
        """Whether its only witnesses are the whole phrase, so that finding one is finding it."""
        whole = _expanded(self.nodes)
        return (
            whole is not None
            and all(_is_closed(each) for each in whole)
            and self.witnesses == (whole,)
        )

    def words(self) -> frozenset[str]:
        """Return every fixed word that occurs in the phrase."""
        return frozenset(_words_of(self.nodes))


class Vocabulary:
    """The named lists and word families of one language, and how a word is spelt in a line."""

    def __init__(
        self,
        lists: Mapping[str, tuple[str, ...]],
        families: Mapping[str, tuple[str, ...]],
        spelt: Callable[[str], list[str]],
    ) -> None:
        self._lists = lists
        self._families = families
        self._spelt = spelt
        self._read: dict[str, Node] = {}
        self._phrases: dict[str, Phrase] = {}
        self._tokens: dict[str, tuple[Node, ...]] = {}

    def phrase(self, source: str) -> Phrase:
        """Return `source` as a phrase, the same one for the same source; raises `PhraseError`."""
        if source not in self._phrases:
            self._phrases[source] = Phrase(source, self._sequence(source, 0))
        return self._phrases[source]

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
        while at < len(tokens) and tokens[at] not in {")", "]", "|"}:
            token = tokens[at]
            if token in {"(", "["}:
                node, at = self._choice(tokens, at, source, depth, glue)
                nodes.append(node)
                if at < len(tokens) and tokens[at].startswith(_REPEATS):
                    raise PhraseError(
                        f"{source!r}: {tokens[at]!r} means nothing; "
                        "write [x] for what may be left out"
                    )
            elif _ELIDED.match(token):
                glue, at = glue + token, at + 1
                if at == len(tokens) or tokens[at][0] not in "(<~":
                    raise _hanging(token, source)
                continue
            else:
                nodes += self._single(glue + token, glue, source, depth)
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
            if at >= len(tokens) or tokens[at] in {")", "]"} - {closing}:
                raise PhraseError(f"{source!r}: a {closing!r} is missing")
            if tokens[at] == closing:
                return Either(tuple(dict.fromkeys(choices))), at + 1

    def _single(self, token: str, glue: str, source: str, depth: int) -> Iterable[Node]:
        bare = token.removeprefix(glue)
        if bare.startswith("~") and len(bare) > 1:
            return [self._named("~", bare[1:], self._families, source, depth, glue)]
        if bare.startswith("<"):
            return [self._named("<", bare.strip("<>"), self._lists, source, depth, glue)]
        if glue and bare[0] in "*#":
            raise _hanging(glue, source)
        if re.fullmatch(r"\*\d*", bare):
            return [Gap(min(int(bare[1:] or _GAP), 12))]
        if bare == _FIGURES:
            return [Figures()]
        return self._fixed(token, source)

    def _fixed(self, token: str, source: str) -> tuple[Node, ...]:
        if token not in self._tokens:
            self._tokens[token] = self._words_of(token, source)
        return self._tokens[token]

    def _words_of(self, token: str, source: str) -> tuple[Node, ...]:
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
        key = glue + mark + name
        if key not in self._read:
            choices = tuple(self._sequence(each, depth + 1, glue) for each in known[name])
            self._read[key] = Either(tuple(dict.fromkeys(choices)))
        return self._read[key]


def _hanging(word: str, source: str) -> PhraseError:
    return PhraseError(
        f"{source!r}: nothing follows {word!r}, so it would never be found; write it together "
        f"with what follows: {word}(a|b) or {word}<list>, in an alternative of its own, as in "
        f"(de (a|b)|d'(c|d))"
    )


def _expression(nodes: Sequence) -> str:
    return "".join(_one_expression(node) for node in nodes)


def _one_expression(node: Node) -> str:
    match node:
        case Word():
            start = r"[^ |]*" if node.open_start else ""
            end = r"[^ |]*" if node.open_end else ""
            return f" {start}{re.escape(node.text)}{end}" + ("" if node.open_end else "(?= )")
        case Gap():
            return rf"(?: [^ |]+){{0,{node.most}}}?"
        case Figures():
            return r" \d+[a-z]{0,2}(?= )"
        case Either():
            return node.expression


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The anchors of `nodes[first:end]`."""

    first: int
    end: int
    anchors: tuple[str, ...]
    frequency: float


def _rarest(nodes: Sequence) -> tuple[str, ...]:
    """Return the rarest anchors of `nodes`; none if there is nothing fixed in them."""
    found = min(_stretches(nodes), key=lambda each: each.frequency, default=None)
    return found.anchors if found else ()


def _stretches(nodes: Sequence) -> Iterator[_Stretch]:
    """Yield the longest stretches of `nodes` that can be written out, none inside another."""
    reached = 0
    for first, node in enumerate(nodes):
        end, anchors = first, _NOTHING_YET
        while end < len(nodes) and (longer := _extended(anchors, nodes[end])) is not None:
            end, anchors = end + 1, longer
        if end > reached and all(each != " " for each in anchors):
            yield _Stretch(first, end, anchors, _frequency(anchors))
            reached = end
        elif end == first and isinstance(node, Either) and node.anchors:
            yield _Stretch(first, first + 1, node.anchors, _frequency(node.anchors))


def _expanded(nodes: Sequence) -> tuple[str, ...] | None:
    """Return every line piece that `nodes` can be, or None if there are too many or any."""
    lines = _NOTHING_YET
    for node in nodes:
        longer = _extended(lines, node)
        if longer is None:
            return None
        lines = longer
    return lines


def _extended(lines: tuple[str, ...], node: Node) -> tuple[str, ...] | None:
    """Return `lines` each continued by all that `node` can be; None if too many or any."""
    endings = _endings(node)
    if endings is None or (len(lines) > 1 and len(lines) * len(endings) > _MOST_ANCHORS):
        return None
    if lines == _NOTHING_YET:
        return endings
    glued = [_glued(line, ending) for line in lines for ending in endings]
    if None in glued:
        return None
    return tuple(dict.fromkeys(line for line in glued if line is not None))


def _glued(line: str, ending: str) -> str | None:
    """Return `line` continued by `ending`, or None where an open word stands in the middle."""
    if ending == " ":
        return line
    if line == " ":
        return ending
    if not line.endswith(" ") or not ending.startswith(" "):
        return None
    return line + ending[1:]


def _endings(node: Node) -> tuple[str, ...] | None:
    if isinstance(node, Word):
        return (("" if node.open_start else " ") + node.text + ("" if node.open_end else " "),)
    return node.endings if isinstance(node, Either) else None


def _is_closed(anchor: str) -> bool:
    return anchor.startswith(" ") and anchor.endswith(" ")


def _frequency(anchors: tuple[str, ...]) -> float:
    """How often one of `anchors` may be expected in ordinary lines, roughly."""
    return sum(map(_frequency_of, anchors))


@cache
def _frequency_of(anchor: str) -> float:
    return prod(_OFTEN if word in _COMMON else _SELDOM for word in anchor.split())


def _words_of(nodes: Sequence) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Word):
            found.append(node.text)
        elif isinstance(node, Either):
            for choice in node.choices:
                found += _words_of(choice)
    return found
