"""What each node of a card says, as markdown, and how it is said in fewer characters."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.discord.markup import ELLIPSIS, markdown, shortened, size
from peerbot.chat.cards import (
    Attachment,
    Chart,
    Fields,
    Heading,
    Node,
    Note,
    Quote,
    Row,
    Select,
    Text,
)
from peerbot.chat.plain import plain
from peerbot.chat.text import Bold, Words

_Lines = Text | Quote | Note | Row | Heading

SHORT = 240
"""A paragraph of this many characters is not cut while there is a longer one."""
SHORTEST = 40


def said(node: Node) -> str:
    """Return what a person reads of the node, controls excepted; empty if there is nothing."""
    match node:
        case Heading():
            return f"## {title(node)}" if title(node) else ""
        case Text(words) | Row(words, _):
            return _read(words)
        case Quote(words):
            return "\n".join(f"> {line}" for line in _read(words).splitlines())
        case Note(words):
            return "\n".join(f"-# {line}" for line in _read(words).splitlines() if line.strip())
        case Fields(pairs, colon):
            return "\n".join(_pair(name, plain(colon), value) for name, value in pairs)
        case Attachment(label=words):
            return _read(words)
        case Select() if any(one.chosen for one in node.options):
            # What is chosen takes the place of the placeholder, and nothing would say what it is.
            return markdown(Bold(node.label))
        case Chart():
            return "\n".join(filter(None, (above(node), below(node))))
        case _:
            return ""


def title(node: Heading) -> str:
    """Return a heading on one line."""
    return " ".join(markdown(node.words).split())


def above(chart: Chart) -> str:
    """Return the title that stands over a chart."""
    return markdown(Bold(chart.title))


def below(chart: Chart) -> str:
    """Return the numbers of a chart, a line for each row: wide tables break apart on a phone."""
    if not chart.table:
        return ""
    header, *rows = chart.table
    return "\n".join(_row(header, plain(chart.colon), row) for row in rows)


def within(nodes: Sequence[Node], most: int) -> tuple[Node, ...]:
    """Return the nodes so that together they say at most `most` characters.

    The longest paragraph is cut first, with an ellipsis. The last one, which says where to find
    help, and names with their values are cut only when nothing else is left to cut.
    """
    kept = list(nodes)
    if _length(kept) <= most:
        return tuple(kept)
    last = max((spot for spot, node in enumerate(kept) if said(node)), default=0)
    paragraphs = [n for n, one in enumerate(kept) if isinstance(one, Text | Quote | Note | Row)]
    first = [spot for spot in paragraphs if spot != last]
    rest = [spot for spot in range(len(kept)) if spot != last]
    for spots, least in ((first, SHORT), (rest, SHORTEST), ([last], SHORT), (rest, 1)):
        _cut(kept, spots, least, most)
    return tuple(kept)


def _cut(kept: list[Node], spots: Sequence[int], least: int, most: int) -> None:
    """Cut the nodes at `spots`, longest first, none of them below `least`, until all fit."""
    left = set(spots)
    while left and (excess := _length(kept) - most) > 0:
        spot = max(sorted(left), key=lambda one: size(said(kept[one])))
        length = size(said(kept[spot]))
        if length > least:
            kept[spot] = _shorter(kept[spot], max(least, length - excess))
        if size(said(kept[spot])) >= length:
            left.discard(spot)


def _length(nodes: Sequence[Node]) -> int:
    return sum(size(said(one)) for one in nodes)


def _shorter(node: Node, most: int) -> Node:
    """Return the node saying at most `most` characters, if it can be said in so few."""
    match node:
        case Text(words) | Quote(words) | Note(words) | Row(words, _) | Heading(words):
            signs = size(said(node)) - size(_read(words))
            fewer = shortened(words, max(1, most - max(0, signs)))
            return _of_words(node, fewer)
        case Fields():
            return _fewer(node, size(said(node)) - most)
        case Chart(table=table) if len(table) > 1:
            return replace(node, table=table[:-1])
        case _:
            return node


def _of_words(node: _Lines, words: Words) -> Node:
    return Row(words, node.button) if isinstance(node, Row) else type(node)(words)


def _fewer(fields: Fields, excess: int) -> Fields:
    """Return the fields with the longest name or value shorter, by `excess` or to an ellipsis."""
    cells = [cell for pair in fields.pairs for cell in pair]
    lengths = [size(markdown(one)) for one in cells]
    spot = lengths.index(max(lengths))
    cells[spot] = shortened(cells[spot], max(1, lengths[spot] - excess))
    return replace(fields, pairs=tuple(zip(cells[::2], cells[1::2], strict=True)))


def _read(words: Words) -> str:
    text = markdown(words)
    return text if text.strip() else ""


def _pair(name: Words, colon: str, value: Words) -> str:
    bold = markdown(Bold(name)).removesuffix("**")
    return f"{bold}{colon}** {markdown(value)}" if bold else markdown(value)


def _row(header: Sequence[Words], colon: str, row: Sequence[Words]) -> str:
    first, *others = row
    cells = [markdown(one) for one in others]
    if len(cells) > 1:
        names = [*map(markdown, header[1:]), *[ELLIPSIS] * len(cells)]
        cells = [f"{name} {cell}" for name, cell in zip(names, cells, strict=False)]
    return f"{markdown(first)}{colon} {', '.join(cells)}" if cells else markdown(first)
