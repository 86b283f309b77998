"""Cards as plain data: a small closed set of nodes that every platform draws in its own way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from peerbot.chat.actions import Action
from peerbot.chat.addresses import Person
from peerbot.chat.text import Rich, Words, resolve
from peerbot.i18n import _

Ping = Person | str
"""Whom a card notifies: a person, or a role by the platform's own id."""

COLON = _(":")
"""Ends a name before what belongs to it. French sets it apart, by a blank that does not break."""


class Tone(StrEnum):
    """How a card feels. Never the only carrier of a meaning: colour blind people read the words."""

    CALM = "calm"
    GOOD = "good"
    CARE = "care"
    URGENT = "urgent"
    """For responders: shown so that a phone's push preview carries the summary."""


class Style(StrEnum):
    """How a button looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Heading:
    words: Words


@dataclass(frozen=True, slots=True)
class Text:
    words: Words


@dataclass(frozen=True, slots=True)
class Quote:
    """Words to copy, or somebody's own words: set apart from ours."""

    words: Words


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    words: Words


@dataclass(frozen=True, slots=True)
class Fields:
    """Pairs of a name and a value."""

    pairs: tuple[tuple[Words, Words], ...]
    colon: Words = COLON


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Asked before a press counts, for what cannot be undone."""

    question: Words
    yes: Words
    no: Words


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. If its action has a form, the platform opens that form."""

    action: Action
    label: Words
    style: Style = Style.PLAIN
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class LinkButton:
    url: str
    label: Words


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph with one button beside it."""

    words: Words
    button: Button | LinkButton | None = None


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons side by side; at most five."""

    buttons: tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; `value` is an id and comes back as it is."""

    value: str
    label: Words
    hint: Words | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose from; the chosen values come back with its action."""

    action: Action
    label: Words
    options: tuple[Option, ...]
    most: int = 1
    """How many may be chosen."""
    colon: Words = COLON


@dataclass(frozen=True, slots=True)
class Image:
    data: bytes
    """A PNG."""
    alt: Words


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to keep, such as an export."""

    name: str
    data: bytes
    label: Words
    colon: Words = COLON


@dataclass(frozen=True, slots=True)
class Bar:
    label: Words
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with their numbers; platforms without charts show `table`, and everyone gets `alt`."""

    title: Words
    bars: tuple[Bar, ...]
    alt: Words
    table: tuple[tuple[Words, ...], ...]
    """Rows of cells, the first row being the header."""
    colon: Words = COLON


def page_of(total: int, wanted: int, per_page: int) -> tuple[int, int]:
    """Return the page to show, as near as there is to the one that is wanted, and how many are."""
    pages = max(1, -(-total // per_page))
    return max(1, min(wanted, pages)), pages


@dataclass(frozen=True, slots=True)
class Pager:
    """Leafing; `page` counts from 1. The page wanted is appended to the action's args."""

    page: int
    pages: int
    action: Action


Node = (
    Heading
    | Text
    | Quote
    | Note
    | Fields
    | Row
    | Divider
    | Actions
    | Select
    | Image
    | Attachment
    | Chart
    | Pager
)


@dataclass(frozen=True, slots=True)
class Card:
    """One message of ours. `key` names it in tests, pictures and transcripts: "checkins.prompt"."""

    key: str
    children: tuple[Node, ...]
    summary: Words
    """What a notification shows, a screen reader says, and every fallback falls back to."""
    tone: Tone = Tone.CALM
    pings: tuple[Ping, ...] = ()
    """Whom to notify; nobody else is ever notified by a card."""
    pinned: bool = False
    """Whether it is to stay in sight of everybody in its room, where the platform can do that."""

    def below(self, other: "Card") -> "Card":
        """Return one card that shows `other` first and then this one."""
        return replace(self, children=(*other.children, Divider(), *self.children))


def card(
    key: str,
    *children: Node | None,
    summary: Words,
    tone: Tone = Tone.CALM,
    pings: tuple[Ping, ...] = (),
    pinned: bool = False,
) -> Card:
    """Return a card of the children that are not None."""
    there = tuple(child for child in children if child is not None)
    return Card(key, there, summary, tone, pings, pinned)


def buttons(*several: Button | LinkButton | None) -> Actions:
    """Return the buttons that are not None, side by side."""
    return Actions(tuple(one for one in several if one is not None))


def in_language(whole: Card, language: str) -> Card:
    """Return the card with every `Words` in it resolved to `Rich` text of one language."""

    def rich(words: Words) -> Rich:
        return resolve(words, language)

    return with_words(whole, rich, rich)


def with_words(
    whole: Card, text: Callable[[Words], Words], label: Callable[[Words], Words]
) -> Card:
    """Return the card with other words: `label` changes those that are shown without markup."""

    def button(one: Button | LinkButton) -> Button | LinkButton:
        if isinstance(one, LinkButton):
            return LinkButton(one.url, label(one.label))
        asked = one.confirm and Confirm(
            question=text(one.confirm.question),
            yes=label(one.confirm.yes),
            no=label(one.confirm.no),
        )
        return Button(one.action, label(one.label), one.style, asked)

    def node(one: Node) -> Node:
        match one:
            case Heading(words):
                return Heading(label(words))
            case Text(words):
                return Text(text(words))
            case Quote(words):
                return Quote(text(words))
            case Note(words):
                return Note(text(words))
            case Fields(pairs, colon):
                said = tuple((text(name), text(value)) for name, value in pairs)
                return Fields(said, label(colon))
            case Row(words, beside):
                return Row(text(words), beside and button(beside))
            case Actions(several):
                return Actions(tuple(button(each) for each in several))
            case Select():
                return replace(
                    one,
                    label=label(one.label),
                    colon=label(one.colon),
                    options=tuple(
                        replace(each, label=label(each.label), hint=each.hint and label(each.hint))
                        for each in one.options
                    ),
                )
            case Image(data, alt):
                return Image(data, label(alt))
            case Attachment(name, data, called, colon):
                return Attachment(name, data, label(called), label(colon))
            case Chart():
                return Chart(
                    title=label(one.title),
                    bars=tuple(Bar(label(bar.label), bar.value) for bar in one.bars),
                    alt=label(one.alt),
                    table=tuple(tuple(label(cell) for cell in line) for line in one.table),
                    colon=label(one.colon),
                )
            case Divider() | Pager():
                return one

    return replace(
        whole, children=tuple(node(child) for child in whole.children), summary=label(whole.summary)
    )


def buttons_of(whole: Card) -> tuple[Button | LinkButton, ...]:
    """Return every button of a card in reading order, a pager's excepted."""
    found: list[Button | LinkButton] = []
    for child in whole.children:
        if isinstance(child, Actions):
            found.extend(child.buttons)
        elif isinstance(child, Row) and child.button is not None:
            found.append(child.button)
    return tuple(found)
