"""Cards that must be seen on a locked phone: content, an embed, and the controls below.

Components V2 have an empty push notification, so what calls somebody has a content:
https://github.com/discord/discord-api-docs/issues/7854
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from adapters.discord.controls import BLANK, packed, prepared, rows
from adapters.discord.files import Files
from adapters.discord.ids import Ids
from adapters.discord.markup import markdown, plain_label, shortened, size
from adapters.discord.native import Json
from adapters.discord.paragraphs import said, within
from peerbot.chat.cards import (
    Actions,
    Attachment,
    Card,
    Chart,
    Fields,
    Heading,
    Image,
    Node,
    Note,
    Row,
)
from peerbot.chat.text import Mention, Rich, Words

# https://discord.com/developers/docs/resources/message#create-message-jsonform-params
MAX_CONTENT = 2000
MAX_EMBEDS = 10
# https://discord.com/developers/docs/components/reference#action-row ; five rows in a message
# without the flag of Components V2
MAX_ROWS = 5
# https://discord.com/developers/docs/resources/message#embed-object-embed-limits
MAX_TITLE = 256
MAX_DESCRIPTION = 4096
MAX_FIELDS = 25
MAX_FIELD_NAME = 256
MAX_FIELD_VALUE = 1024
MAX_FOOTER = 2048
MAX_TOGETHER = 6000


def called(card: Card, colour: int, files: Files) -> Json:
    """Return content, embeds and components of a card that calls somebody."""
    nodes = prepared(card.children)
    if any(isinstance(one, Row) for one in nodes):
        nodes = packed(nodes)
    return {
        "content": content(card),
        "embeds": _embeds(nodes, colour, files),
        "components": _below(nodes),
    }


def content(card: Card) -> str:
    """Return the summary, which a push notification shows first, and then whom the card calls."""
    pings = ""
    for one in card.pings:
        more = f"{pings} {markdown(Mention(one))}".strip()
        pings = more if size(more) <= MAX_CONTENT // 2 else pings
    summary = markdown(shortened(card.summary, MAX_CONTENT - size(pings) - 1))
    return "\n".join(filter(None, (summary.strip(), pings))) or BLANK


def measured(embeds: Iterable[Json]) -> int:
    """Return the characters of all embeds as Discord adds them up."""
    return sum(size(one) for embed in embeds for one in _texts(embed))


def _embeds(nodes: Sequence[Node], colour: int, files: Files) -> list[Json]:
    body = list(nodes)
    embed: Json = {"color": colour}
    match body:
        case [Heading(words), *rest]:
            embed["title"], body = _line(words, MAX_TITLE), rest
        case _:
            pass
    small, body = _small_print(body)
    if small:
        embed["footer"] = {"text": small}
    fields = _last_fields(body)
    if fields is not None:
        body.remove(fields)
        embed["fields"] = [_field(name, value) for name, value in fields.pairs]
    most = min(MAX_DESCRIPTION, MAX_TOGETHER - measured([embed]))
    description = _spaced(within(body, most - len("\n\n") * len(body)))
    if description:
        embed["description"] = description
    return _with_pictures(embed, nodes, files)


def _small_print(body: Sequence[Node]) -> tuple[str, list[Node]]:
    """Return the notes at the end, as the footer shows them, and what stands above.

    A footer is small and knows no markup; Discord draws `-#` small in messages, and nowhere says
    that it does in an embed.
    """
    read = [one for one in body if said(one)]
    small: list[Note] = []
    while len(read) > 1 and isinstance(note := read[-1], Note) and _is_bare(note.words):
        small.insert(0, note)
        read.pop()
    text = "\n".join(plain_label(one.words, MAX_FOOTER) for one in small)
    if size(text) > MAX_FOOTER:
        return "", list(body)
    return text, [one for one in body if one not in small]


def _is_bare(words: Words) -> bool:
    spans = words.spans if isinstance(words, Rich) else (words,)
    return all(isinstance(one, str) for one in spans)


def _last_fields(body: Sequence[Node]) -> Fields | None:
    """Return the names and values that may stand as fields of the embed; None if none may.

    An embed shows its fields under everything else, so they are fields only where nothing to read
    comes after them; elsewhere they stay lines in their place.
    """
    read = [one for one in body if said(one)]
    if not read or not isinstance(read[-1], Fields):
        return None
    fields = read[-1]
    fit = all(
        0 < size(markdown(name)) <= MAX_FIELD_NAME and 0 < size(markdown(value)) <= MAX_FIELD_VALUE
        for name, value in fields.pairs
    )
    short = size(said(fields)) <= MAX_TOGETHER // 2
    return fields if fit and short and len(fields.pairs) <= MAX_FIELDS else None


def _field(name: Words, value: Words) -> Json:
    return {"name": markdown(name), "value": markdown(value), "inline": False}


def _line(words: Words, most: int) -> str:
    return " ".join(markdown(shortened(words, most)).split()) or BLANK


def _spaced(nodes: Iterable[Node]) -> str:
    """Return what the nodes say, with air between what is not of one kind."""
    read = [one for one in nodes if said(one)]
    text = "".join(map(said, read[:1]))
    for before, node in pairwise(read):
        together = isinstance(before, Note) and isinstance(node, Note)
        text += ("\n" if together else "\n\n") + said(node)
    return text


def _with_pictures(embed: Json, nodes: Iterable[Node], files: Files) -> list[Json]:
    embeds = [embed] if len(embed) > 1 else []
    for node in nodes:
        if isinstance(node, Attachment):
            files.attachment(node)
        if not isinstance(node, Image | Chart) or (address := files.picture(node)) is None:
            continue
        if embeds and "image" not in embeds[-1]:
            embeds[-1]["image"] = {"url": address}
        elif len(embeds) < MAX_EMBEDS:
            embeds.append({"color": embed["color"], "image": {"url": address}})
    return embeds


def _below(nodes: Sequence[Node]) -> list[Json]:
    """Return the rows of controls. Of too many the buttons stay, and the lists go."""
    ids = Ids()
    natural = [row for node in nodes for row in rows(node, ids)]
    if len(natural) <= MAX_ROWS:
        return natural
    again = Ids()
    ordered = sorted(packed(nodes), key=lambda one: not isinstance(one, Actions))
    return [row for node in ordered for row in rows(node, again)][:MAX_ROWS]


def _texts(embed: Json) -> Iterator[str]:
    yield embed.get("title", "")
    yield embed.get("description", "")
    yield embed.get("footer", {}).get("text", "")
    for field in embed.get("fields", []):
        yield from (field["name"], field["value"])
