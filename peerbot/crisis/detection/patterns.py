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
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import ClassVar

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

    endings: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """Every line piece that this can be: just one, with a space at each closed end."""

    def __post_init__(self) -> None:
        start, end = "" if self.open_start else " ", "" if self.open_end else " "
        object.__setattr__(self, "endings", (start + self.text + end,))


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` words of any kind, within a sentence."""

    most: int
    endings: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A number in figures."""

    endings: ClassVar[None] = None


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
        return "(?:" + "|".join(dict.fromkeys(map(_expression, longest_first))) + ")"


Node = Word | Gap | Figures | Either
Sequence = tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Phrase:
    """A phrase that can be looked for in a line.

    Of thousands few are ever met, so only what finds them is kept; the rest is read again.
    """

    source: str
    witnesses: tuple[tuple[str, ...], ...]
    """Sets of pieces of a line, rarest first: the phrase is only where one of each set is."""
    vocabulary: "Vocabulary"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The phrase as an expression over a line; every word is written with its space."""
        return re.compile(_expression(self._nodes) + "(?= )")

    @cached_property
    def is_fixed(self) -> bool:
        """Whether its only witnesses are the whole phrase, so that finding one is finding it."""
        whole = _expanded(self._nodes)
        return (
            whole is not None
            and all(_is_closed(each) for each in whole)
            and self.witnesses == (whole,)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Every fixed word that occurs in the phrase."""
        return frozenset(_words_of(self._nodes))

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

    def phrase(self, source: str) -> Phrase:
        """Return `source` as a phrase, the same one for the same source; raises `PhraseError`."""
        if source not in self._phrases:
            self._phrases[source] = Phrase(source, _witnesses(source, self.nodes(source)), self)
        return self._phrases[source]

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
    return anchors if _frequency(anchors) < _TOO_OFTEN else ()


def _hanging(word: str, source: str) -> PhraseError:
    return PhraseError(
        f"{source!r}: nothing follows {word!r}, so it would never be found; write it together "
        f"with what follows: {word}(a|b) or {word}<list>, in an alternative of its own, as in "
        f"(de (a|b)|d'(c|d))"
    )


def _witnesses(source: str, nodes: Sequence) -> tuple[tuple[str, ...], ...]:
    """Return the `Phrase.witnesses` of `nodes`; raises `PhraseError` if there are none."""
    found: list[_Stretch] = []
    for stretch in _rarest_first(nodes):
        apart = all(stretch.end <= each.first or each.end <= stretch.first for each in found)
        if not found or (apart and stretch.frequency < _TOO_OFTEN):
            found.append(stretch)
    if not found:
        raise PhraseError(f"{source!r} has no fixed words to look for; put a word outside the gaps")
    return tuple(stretch.anchors for stretch in found[:_MOST_WITNESSES])


def _expression(nodes: Sequence) -> str:
    return "".join(_one_expression(node) for node in nodes)


def _one_expression(node: Node) -> str:
    match node:
        case Word():
            start = r"[^ |]*" if node.open_start else ""
            end = r"[^ |]*" if node.open_end else ""
            return f" {start}{re.escape(node.text)}{end}" + ("" if node.open_end else "(?= )")
        case Gap():
            return rf"((?: [^ |]+){{0,{node.most}}}?)"  # a group, to know what it passed over
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

    @property
    def frequency(self) -> float:
        return _frequency(self.anchors)


def _rarest(nodes: Sequence) -> tuple[str, ...]:
    """Return the rarest anchors of `nodes`; none if there is nothing fixed in them."""
    found = _rarest_first(nodes)
    return found[0].anchors if found else ()


def _rarest_first(nodes: Sequence) -> list[_Stretch]:
    found = list(_stretches(nodes))
    return found if len(found) < 2 else sorted(found, key=lambda each: each.frequency)


def _stretches(nodes: Sequence) -> Iterator[_Stretch]:
    """Yield the longest stretches of `nodes` that can be written out, none inside another."""
    reached, written = 0, [node.endings for node in nodes]
    for first, node in enumerate(nodes):
        if reached == len(nodes):
            return
        end, anchors = first, _NOTHING_YET
        while end < len(nodes) and (longer := _extended(anchors, written[end])) is not None:
            end, anchors = end + 1, longer
        if end > reached and " " not in anchors:
            yield _Stretch(first, end, anchors)
            reached = end
        elif end == first and isinstance(node, Either) and node.anchors:
            yield _Stretch(first, first + 1, node.anchors)


def _expanded(nodes: Sequence) -> tuple[str, ...] | None:
    """Return every line piece that `nodes` can be, or None if there are too many or any."""
    if len(nodes) == 1:
        return nodes[0].endings
    lines: tuple[str, ...] | None = _NOTHING_YET
    for node in nodes:
        if lines is not None:
            lines = _extended(lines, node.endings)
    return lines


def _extended(lines: tuple[str, ...], endings: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return `lines` each continued by all of `endings`; None if these are too many or any."""
    if endings is None or (len(lines) > 1 and len(lines) * len(endings) > _MOST_ANCHORS):
        return None
    if lines == _NOTHING_YET:
        return endings
    glued: dict[str, None] = {}
    for line in lines:
        for ending in endings:
            if ending == " ":
                glued[line] = None
            elif line == " ":
                glued[ending] = None
            elif line[-1] != " " or ending[0] != " ":  # an open word stands in the middle
                return None
            else:
                glued[line + ending[1:]] = None
    return tuple(glued)


def _is_closed(anchor: str) -> bool:
    return anchor.startswith(" ") and anchor.endswith(" ")


def is_common(word: str) -> bool:
    """Whether a plain word stands in so many messages that it says nothing by itself."""
    return word in _COMMON


@lru_cache(maxsize=1_000)  # a list is asked about by each phrase that it occurs in
def _frequency(anchors: tuple[str, ...]) -> float:
    """How often one of `anchors` may be expected in ordinary lines, roughly."""
    expected = 0.0
    for anchor in anchors:
        share = 1.0
        for word in anchor.split():
            share *= _OFTEN if word in _COMMON else _SELDOM
        expected += share
    return expected


def _words_of(nodes: Sequence) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Word):
            found.append(node.text)
        elif isinstance(node, Either):
            for choice in node.choices:
                found += _words_of(choice)
    return found
