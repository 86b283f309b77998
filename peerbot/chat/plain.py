"""Any card as plain text: for terminals, fallbacks and people who read with their ears."""

from datetime import datetime
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Person, Room
from peerbot.chat.cards import (
    Actions,
    Attachment,
    Button,
    Card,
    Chart,
    Divider,
    Fields,
    Heading,
    Image,
    LinkButton,
    Node,
    Note,
    Pager,
    Quote,
    Row,
    Select,
    Text,
)
from peerbot.chat.text import Bold, Code, Link, Mention, Moment, When, Words, resolve
from peerbot.i18n import SOURCE_LANGUAGE

_FORMATS = {
    When.TIME: "%H:%M",
    When.DAY: "%Y-%m-%d",
    When.DAY_AND_TIME: "%Y-%m-%d %H:%M",
}


def plain(words: Words, language: str = SOURCE_LANGUAGE) -> str:
    """Return `words` as a string in one language."""
    return "".join(_span(span, language) for span in resolve(words, language).spans)


def plain_card(card: Card, language: str = SOURCE_LANGUAGE) -> str:
    """Return the whole card as lines of text, buttons in square brackets."""
    return "\n".join(line for child in card.children for line in _lines(child, language))


def plain_moment(at: datetime, zone: ZoneInfo, style: When) -> str:
    """Return a moment on the wall clock of `zone`, 24 hours, ISO order."""
    return at.astimezone(zone).strftime(_FORMATS[style])


def _span(span: object, language: str) -> str:
    match span:
        case Bold(inner):
            return plain(inner, language)
        case Code(text):
            return text
        case Link(label, url):
            return f"{plain(label, language)} ({url})"
        case Mention(Room(id=name)):
            return f"#{name}"
        case Mention(Person(id=name)):
            return f"@{name}"
        case Mention(who):
            return f"@{who}"
        case Moment(at, zone, style):
            return plain_moment(at, zone, style)
        case _:
            return str(span)


def _lines(node: Node, language: str) -> list[str]:
    def said(words: Words) -> str:
        return plain(words, language)

    match node:
        case Heading(words):
            return [said(words).upper()]
        case Text(words):
            return said(words).split("\n")
        case Quote(words):
            return [f"> {line}" for line in said(words).split("\n")]
        case Note(words):
            return [f"({said(words)})"]
        case Fields(pairs, colon):
            return [f"{said(name)}{said(colon)} {said(value)}" for name, value in pairs]
        case Row(words, button):
            return [said(words), *([_button(button, language)] if button else [])]
        case Actions(several):
            return [" ".join(_button(one, language) for one in several)]
        case Select():
            options = (f"{'* ' if one.chosen else ''}{said(one.label)}" for one in node.options)
            return [f"{said(node.label)}{said(node.colon)} {' / '.join(options)}"]
        case Image(_, alt):
            return [f"[{said(alt)}]"]
        case Attachment(name, _, label, colon):
            return [f"[{said(label)}{said(colon)} {name}]"]
        case Chart():
            return [said(node.title), *(" | ".join(map(said, line)) for line in node.table)]
        case Pager(page, pages, _):
            return [f"< {page}/{pages} >"]
        case Divider():
            return ["-" * 8]


def _button(button: Button | LinkButton, language: str) -> str:
    if isinstance(button, LinkButton):
        return f"[{plain(button.label, language)} ({button.url})]"
    return f"[{plain(button.label, language)}]"
