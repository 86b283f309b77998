"""What a phrase is made of, and the rarest pieces of a line by which it is met."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import ClassVar

_MOST_ANCHORS = 40  # written out for one phrase; a list may be longer, since phrases share it
_LONGEST_LIST = 10_000
_MOST_WITNESSES = 3
_NOTHING_YET: tuple[str, ...] = (" ",)
TOO_OFTEN = 0.05  # words that are in every twentieth line are no witnesses
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
            pieces = expanded(choice) if choice else (" ",)
            if pieces is None or len(endings) > _LONGEST_LIST:
                return None
            endings.update(dict.fromkeys(pieces))
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
        return "(?:" + "|".join(dict.fromkeys(map(expression_of, longest_first))) + ")"


Node = Word | Gap | Figures | Either
Sequence = tuple[Node, ...]


def witnesses_of(nodes: Sequence) -> tuple[tuple[str, ...], ...]:
    """Return sets of pieces of a line, rarest first: `nodes` are only where one of each set is.

    There are none if nothing in `nodes` is fixed.
    """
    found: list[_Stretch] = []
    for stretch in _rarest_first(nodes):
        apart = all(stretch.end <= each.first or each.end <= stretch.first for each in found)
        if not found or (apart and stretch.frequency < TOO_OFTEN):
            found.append(stretch)
    return tuple(stretch.anchors for stretch in found[:_MOST_WITNESSES])


def expression_of(nodes: Sequence) -> str:
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
        return frequency_of(self.anchors)


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


def expanded(nodes: Sequence) -> tuple[str, ...] | None:
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


def is_closed(anchor: str) -> bool:
    return anchor.startswith(" ") and anchor.endswith(" ")


def is_common(word: str) -> bool:
    """Whether a plain word stands in so many messages that it says nothing by itself."""
    return word in _COMMON


@lru_cache(maxsize=1_000)  # a list is asked about by each phrase that it occurs in
def frequency_of(anchors: tuple[str, ...]) -> float:
    """How often one of `anchors` may be expected in ordinary lines, roughly."""
    expected = 0.0
    for anchor in anchors:
        share = 1.0
        for word in anchor.split():
            share *= _OFTEN if word in _COMMON else _SELDOM
        expected += share
    return expected


def words_in(nodes: Sequence) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Word):
            found.append(node.text)
        elif isinstance(node, Either):
            for choice in node.choices:
                found += words_in(choice)
    return found
