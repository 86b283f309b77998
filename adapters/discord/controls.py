"""Buttons, lists and pagers, as rows of a message."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from urllib.parse import quote, urlsplit

from adapters.discord.ids import Ids
from adapters.discord.markup import clean, markdown, plain_label
from adapters.discord.native import Json
from peerbot.chat.actions import Action, BadAction
from peerbot.chat.cards import (
    Actions,
    Button,
    Divider,
    LinkButton,
    Node,
    Option,
    Pager,
    Row,
    Select,
    Style,
    Text,
)
from peerbot.chat.plain import plain
from peerbot.chat.text import Bold, Link, Rich, Words, resolve
from peerbot.i18n import SOURCE_LANGUAGE

# https://discord.com/developers/docs/components/reference#component-object-component-types
ACTION_ROW = 1
BUTTON = 2
STRING_SELECT = 3
# https://discord.com/developers/docs/components/reference#button
_STYLES = {Style.PLAIN: 2, Style.PRIMARY: 1, Style.DANGER: 4}
_LINK = 5
MAX_LABEL = 80
MAX_IN_ROW = 5
MAX_URL = 512
# https://discord.com/developers/docs/components/reference#string-select
MAX_OPTIONS = 25
MAX_OPTION = 100
MAX_PLACEHOLDER = 150

BLANK = "…"
"""Stands where Discord wants a label and we have none."""

_SPACE = re.compile(r"\s")


def rows(node: Node, ids: Ids) -> list[Json]:
    """Return the rows of controls that a node has; none for what is only read."""
    match node:
        case Actions(several):
            return [_row(*(button(one, ids) for one in five)) for five in _fives(several)]
        case Select():
            return [_row(_select(node, ids))]
        case Pager():
            return [_row(*_pager(node, ids))]
        case _:
            return []


def button(one: Button | LinkButton, ids: Ids) -> Json:
    """Return the button; one that asks first carries that in its id."""
    label = plain_label(one.label, MAX_LABEL) or BLANK
    if isinstance(one, LinkButton):
        return {"type": BUTTON, "style": _LINK, "label": label, "url": _address(one.url)}
    return _button(ids.of(one.action, asks_first=one.confirm is not None), label, one.style)


def prepared(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return the nodes without what Discord would refuse: each such part is said in words."""
    return tuple(one for node in nodes for one in _prepared(node))


def packed(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the same with all buttons below, in as few rows as can be, and without dividers.

    A button that stood beside a paragraph gets the paragraph's number.
    """
    several_rows = sum(isinstance(one, Row) for one in nodes) > 1
    numbers = count(1)
    read: list[Node] = []
    pressed: list[Button | LinkButton] = []
    for node in nodes:
        match node:
            case Row(words, Button() | LinkButton() as one) if several_rows:
                number = next(numbers)
                read.append(Text(_numbered(number, words)))
                pressed.append(replace(one, label=f"{number}. {plain(one.label)}"))
            case Row(words, one):
                read.append(Text(words))
                pressed.extend([one] if one else [])
            case Actions(several):
                pressed.extend(several)
            case Divider():
                pass
            case _:
                read.append(node)
    return (*read, *(Actions(five) for five in _fives(pressed)))


def _prepared(node: Node) -> Iterator[Node]:
    match node:
        case Actions(several):
            pressed = tuple(one for one in several if _works(one))
            yield from (Actions(five) for five in _fives(pressed))
            for one in several:
                if isinstance(one, LinkButton) and one not in pressed:
                    yield Text(Link(one.label, one.url))
        case Row(words, LinkButton(url, label) as one) if not _works(one):
            yield from (Text(words), Text(Link(label, url)))
        case Row(words, None):
            yield Text(words)
        case Row(words, Button() | LinkButton() as one) if not markdown(words).strip():
            yield Actions((one,))
        case Select(options=()):
            yield Text(node.label)
        case _:
            yield node


def _select(node: Select, ids: Ids) -> Json:
    options = _offered(node.options)
    most = max(1, min(node.most, len(options)))
    # One of one is always chosen; of several, none at all is an answer too.
    least = 1 if node.most <= 1 else 0
    chosen = [one.value for one in options if one.chosen][:most]
    return {
        "type": STRING_SELECT,
        "custom_id": ids.of(node.action),
        "placeholder": plain_label(node.label, MAX_PLACEHOLDER),
        "min_values": least,
        "max_values": most,
        "required": least > 0,
        "options": [_option(one, chosen=one.value in chosen) for one in options],
    }


def _offered(options: tuple[Option, ...]) -> list[Option]:
    """Return the options that fit, each value once; what is chosen stays before what is not."""
    once = list({one.value[:MAX_OPTION]: one for one in reversed(options)}.values())[::-1]
    if len(once) <= MAX_OPTIONS:
        return once
    kept = sorted(once, key=lambda one: not one.chosen)[:MAX_OPTIONS]
    return [one for one in once if one in kept]


def _option(one: Option, *, chosen: bool) -> Json:
    hint = {"description": plain_label(one.hint, MAX_OPTION)} if one.hint else {}
    return {
        "label": plain_label(one.label, MAX_OPTION) or BLANK,
        "value": one.value[:MAX_OPTION],
        "default": chosen,
        **{key: said for key, said in hint.items() if said},
    }


def _pager(node: Pager, ids: Ids) -> Iterator[Json]:
    yield _leaf(node, node.page - 1, "◀", ids)
    yield _button(ids.of(node.action), f"{node.page} / {node.pages}", disabled=True)
    yield _leaf(node, node.page + 1, "▶", ids)


def _leaf(node: Pager, page: int, label: str, ids: Ids) -> Json:
    """Return the button to another page; at either end it stands still, in its place."""
    there = 1 <= page <= node.pages
    try:
        args = (*node.action.args, str(page)) if there else node.action.args
        return _button(
            ids.of(Action(node.action.feature, node.action.verb, args)), label, disabled=not there
        )
    except BadAction:  # an id so long that no page fits into it
        return _button(ids.of(node.action), label, disabled=True)


def _button(
    custom_id: str, label: str, style: Style = Style.PLAIN, *, disabled: bool = False
) -> Json:
    resting = {"disabled": True} if disabled else {}
    shown = {"type": BUTTON, "style": _STYLES[style], "label": label, "custom_id": custom_id}
    return {**shown, **resting}


def _row(*inside: Json) -> Json:
    return {"type": ACTION_ROW, "components": list(inside)}


def _fives(several: Sequence[Button | LinkButton]) -> Iterator[tuple[Button | LinkButton, ...]]:
    for start in range(0, len(several), MAX_IN_ROW):
        yield tuple(several[start : start + MAX_IN_ROW])


def _numbered(number: int, words: Words) -> Rich:
    return Rich((Bold(f"{number}."), " ", *resolve(words, SOURCE_LANGUAGE).spans))


def _works(one: Button | LinkButton) -> bool:
    """Whether Discord takes the button: a link must be a web address it can read."""
    if isinstance(one, Button):
        return True
    try:
        parts = urlsplit(one.url)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
    whole = clean(one.url) == one.url and not _SPACE.search(one.url)
    return named and whole and parts.netloc.isascii() and len(_address(one.url)) <= MAX_URL


def _address(url: str) -> str:
    """Return the address in ASCII, as a URI has to be: https://www.rfc-editor.org/rfc/rfc3986"""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")
