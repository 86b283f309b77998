"""A card as Discord's message: Components V2, or content and an embed where somebody is called.

https://discord.com/developers/docs/components/reference
"""

import re
from collections.abc import Iterable, Sequence

from adapters.discord.controls import BUTTON, button, packed, prepared, rows
from adapters.discord.embeds import called
from adapters.discord.files import Files, described
from adapters.discord.ids import Ids
from adapters.discord.markup import markdown, shortened
from adapters.discord.native import COMPONENTS_V2, Json, Native
from adapters.discord.paragraphs import above, below, said, within
from peerbot.chat.addresses import Person
from peerbot.chat.cards import (
    Attachment,
    Button,
    Card,
    Chart,
    Divider,
    Image,
    LinkButton,
    Node,
    Ping,
    Row,
    Tone,
)

# https://discord.com/developers/docs/components/reference#component-object-component-types
SECTION = 9
TEXT_DISPLAY = 10
MEDIA_GALLERY = 12
FILE = 13
SEPARATOR = 14
CONTAINER = 17

MAX_COMPONENTS = 40
"""Nested ones and the container count: https://discord.com/developers/docs/components/overview"""
MAX_CHARACTERS = 4000
"""Of all text displays together."""
MAX_PINGED = 100
"""https://discord.com/developers/docs/resources/message#allowed-mentions-object"""
FOLDING_ROOM = 400
"""Characters that numbers and line breaks may add when a card is folded."""

# Seen beside dark and light alike (3:1, https://www.w3.org/TR/WCAG22/#non-text-contrast), and apart
# for colour blind people (https://jfly.uni-koeln.de/color/). Never the only carrier of a meaning.
COLOURS = {Tone.CALM: 0x3F8FC4, Tone.GOOD: 0x2E9E78, Tone.CARE: 0xB97BB0, Tone.URGENT: 0xD9622B}

_ID = re.compile(r"[0-9]{1,20}")


def message_of(card: Card, *, stays_v2: bool = False) -> Native:
    """Return the card, all of it in one language, as the body of a message and its files.

    `stays_v2` is for the edit of a message that is Components V2 already, which it stays for ever;
    an edit notifies nobody, so nothing is lost. What is too much for Discord is cut as
    `paragraphs.within` says, then joined; buttons stay. Draws charts, so call it off the event
    loop where a card may have one.
    """
    files = Files()
    if (card.tone is Tone.URGENT or card.pings) and not stays_v2:
        payload = called(card, COLOURS[card.tone], files)
    else:
        inside, files = _inside(card)
        whole = {"type": CONTAINER, "accent_color": COLOURS[card.tone], "components": inside}
        payload = {"flags": COMPONENTS_V2, "content": None, "embeds": [], "components": [whole]}
    return Native({**payload, "allowed_mentions": _allowed(card.pings)}, files.all())


def counted(components: Iterable[Json]) -> int:
    """Return how many components there are, those inside others included."""
    return sum(1 + counted(one.get("components", ())) + ("accessory" in one) for one in components)


def _inside(card: Card) -> tuple[list[Json], Files]:
    """Return what the container holds. Each step to make it fit is taken only if it has to be."""
    nodes = prepared(card.children)
    drawn, files = _drawn(within(nodes, MAX_CHARACTERS))
    if not _fits(drawn):
        nodes = within(nodes, MAX_CHARACTERS - FOLDING_ROOM - len(nodes))
        drawn, files = _drawn(nodes)
        drawn = _joined(drawn)
    if not _fits(drawn):
        drawn, files = _drawn(packed(nodes))
        drawn = _without_spare(_joined(drawn))
    summary = markdown(shortened(card.summary, MAX_CHARACTERS)).strip()
    return drawn or [_text(summary or card.key)], files


def _drawn(nodes: Iterable[Node]) -> tuple[list[Json], Files]:
    ids, files = Ids(), Files()
    return [one for node in nodes for one in _node(node, ids, files)], files


def _node(node: Node, ids: Ids, files: Files) -> list[Json]:
    match node:
        case Divider():
            return [{"type": SEPARATOR, "divider": True, "spacing": 1}]
        case Row(_, Button() | LinkButton() as one):
            texts = [_text(said(node))]
            return [{"type": SECTION, "components": texts, "accessory": button(one, ids)}]
        case Image():
            return _gallery(node, files)
        case Chart():
            return [*_texts(above(node)), *_gallery(node, files), *_texts(below(node))]
        case Attachment():
            address = files.attachment(node)
            kept = [{"type": FILE, "file": {"url": address}}] if address else []
            return [*_texts(said(node)), *kept]
        case _:
            return [*_texts(said(node)), *rows(node, ids)]


def _gallery(node: Image | Chart, files: Files) -> list[Json]:
    address, alt = files.picture(node), described(node.alt)
    if address is None:
        return _texts(markdown(node.alt)) if isinstance(node, Image) else []
    item: Json = {"media": {"url": address}}
    return [{"type": MEDIA_GALLERY, "items": [{**item, "description": alt} if alt else item]}]


def _text(content: str) -> Json:
    return {"type": TEXT_DISPLAY, "content": content}


def _texts(content: str) -> list[Json]:
    return [_text(content)] if content.strip() else []


def _fits(inside: Iterable[Json]) -> bool:
    return 1 + counted(inside) <= MAX_COMPONENTS


def _joined(drawn: Iterable[Json]) -> list[Json]:
    """Return the components with neighbouring texts as one."""
    joined: list[Json] = []
    for one in drawn:
        if joined and one["type"] == joined[-1]["type"] == TEXT_DISPLAY:
            joined[-1] = _text(f"{joined[-1]['content']}\n{one['content']}")
        else:
            joined.append(one)
    return joined


def _without_spare(drawn: list[Json]) -> list[Json]:
    """Return what fits: lists, pictures and files go first, then rows of buttons but the last.

    Thirty buttons always fit, and all texts stay.
    """
    kept = list(drawn)
    while not _fits(kept):
        pressed = [spot for spot, one in enumerate(kept) if _has_buttons(one)]
        read = [spot for spot, one in enumerate(kept) if one["type"] == TEXT_DISPLAY]
        spare = [spot for spot in range(len(kept)) if spot not in (*pressed, *read)]
        del kept[(spare or pressed[:-1])[-1]]
        kept = _joined(kept)
    return kept


def _has_buttons(row: Json) -> bool:
    return any(one["type"] == BUTTON for one in row.get("components", ()))


def _allowed(pings: Sequence[Ping]) -> Json:
    users = [one.id for one in pings if isinstance(one, Person)]
    roles = [one for one in pings if isinstance(one, str)]
    return {"parse": [], "users": _ids(users), "roles": _ids(roles)}


def _ids(several: Iterable[str]) -> list[str]:
    return [one for one in dict.fromkeys(several) if _ID.fullmatch(one)][:MAX_PINGED]
