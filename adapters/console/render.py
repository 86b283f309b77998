"""Cards for a terminal: as rich panels for people, as plain lines and JSON for transcripts."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

from adapters.console.world import STAFF_ROOM, Pressable, Shown, pages_beside
from peerbot.chat.addresses import Person, PrivateThread, Reply, Room, person_of
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
    Style,
    Text,
    Tone,
    buttons_of,
)
from peerbot.chat.plain import plain, plain_card, plain_moment
from peerbot.chat.text import Bold, Code, Link, Mention, Moment, When, Words, resolve
from peerbot.i18n import SOURCE_LANGUAGE, _

WIDEST = 88
BAR = 24
"""Characters of the longest bar in a chart."""
FILE_LINES = 12
"""Lines of a file that are drawn."""

Said = Callable[[Words], str]
"""Returns words in the language of whoever looks on."""

TONES = {Tone.CALM: "cyan", Tone.GOOD: "green", Tone.CARE: "magenta", Tone.URGENT: "bold red"}
TONE_WORDS = {Tone.GOOD: _("good news"), Tone.CARE: _("with care"), Tone.URGENT: _("urgent")}
PINNED = _("pinned")
# Not inside f-strings: there the catalogue would not find them.
EDITED = _("edited")
CHOSEN = _("(chosen)")
BACK = _("back")
NEXT = _("next")
_STYLES = {Style.PLAIN: "", Style.PRIMARY: "bold", Style.DANGER: "bold red"}

_APART = (Heading, Actions, Select, Chart, Pager, Note)

# Overrides and isolates can make a line read backwards and hide what was written:
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("\r\n|[\u2028\u2029]")


def inert(text: str) -> str:
    """Return `text` so that a terminal shows it and does nothing else.

    Line breaks stay; other control characters, escapes and what turns the direction of writing
    become visible signs.
    """
    lines = _BREAKS.sub("\n", text).replace("\t", "    ")
    return _TURNING.sub(_visible, "".join(_safe(character) for character in lines))


def panel(shown: Shown, numbers: Iterable[int], zone: ZoneInfo, said: Said) -> RenderableType:
    """Return the card in a frame that says who sees it; `numbers` are those of its buttons."""
    words = [TONE_WORDS[shown.card.tone]] if shown.card.tone in TONE_WORDS else []
    if shown.pinned:
        words.append(PINNED)
    tone = TONES[shown.card.tone]
    when = plain_moment(shown.at, zone, When.DAY_AND_TIME)
    edited = f", {said(EDITED)}" if shown.edited else ""
    if shown.card.pings:
        words.append(_("notifies {roles}", roles=_pinged(shown.card)))
    return Panel(
        body(shown.card, numbers, said),
        title=Line(
            f" {inert(said(title(shown)))} ", style="reverse" if shown.is_private else "bold"
        ),
        title_align="left",
        subtitle=Line(" · ".join([*(said(one) for one in words), when + edited])),
        subtitle_align="right",
        border_style=tone,
        box=box.ROUNDED if shown.is_private else box.HEAVY,
        padding=(1, 2),
    )


def title(shown: Shown) -> Words:
    """Return who sees the card, in words."""
    person = person_of(shown.to)
    if person is None and shown.ref.room == STAFF_ROOM:
        return _("# {room}, moderators and staff see this", room=shown.ref.room)
    if person is None:
        return _("# {room}, everyone sees this", room=shown.ref.room)
    match shown.to:
        case PrivateThread():
            return _(
                "🔒 a thread in #{room}, only {name} sees this", room=shown.ref.room, name=person.id
            )
        case Reply():
            return _("🔒 only {name} sees this", name=person.id)
        case _:
            return _("🔒 inbox of {name}, only {name} sees this", name=person.id)


def body(card: Card, numbers: Iterable[int], said: Said = plain) -> RenderableType:
    """Return the card's nodes below each other, with air before what begins something new."""
    counting = iter(numbers)
    drawn: list[RenderableType] = []
    for child in card.children:
        if drawn and isinstance(child, _APART):
            drawn.append(Line())
        drawn.append(_node(child, counting, said))
    return Group(*drawn)


def line(words: Words, style: str = "") -> Line:
    """Return words as styled text; members' strings are never read as markup."""
    drawn = Line(style=style)
    for span in resolve(words, SOURCE_LANGUAGE).spans:
        match span:
            case Bold(inner):
                drawn.append_text(line(inner, "bold"))
            case Code(text):
                drawn.append(inert(text), "bold cyan")
            case Link(label, url):
                drawn.append_text(line(label))
                drawn.append(f" ({inert(url)})", "dim underline")
            case Mention(Room(id=room)):
                drawn.append(f"#{inert(room)}", "cyan")
            case Mention():
                drawn.append(inert(plain(span)), "cyan")
            case Moment(at, zone, style_of):
                drawn.append(plain_moment(at, zone, style_of))
            case _:
                drawn.append(inert(str(span)))
    return drawn


def button_label(number: int, label: Words, style: str = "") -> Line:
    return Line.assemble((f"[{number}]", "bold yellow"), " ", line(label, style))


def transcript(shown: Shown, zone: ZoneInfo) -> tuple[str, ...]:
    """Return the delivery as lines of text, the same for the same delivery."""
    when = plain_moment(shown.at, zone, When.DAY_AND_TIME)
    whom = f"to {shown.place}, {'private' if shown.is_private else 'public'}"
    edited = ", edited" if shown.edited else ""
    edited += ", pinned" if shown.pinned else ""
    edited += f", notifies {_pinged(shown.card)}" if shown.card.pings else ""
    buttons = " ".join(f"[{label}]" for label in labels_of(shown.card))
    head = f"  [{shown.number}] {when} {whom}{edited}: {shown.card.key}"
    return (
        inert(head),
        f"      = {_one_line(shown.card.summary)}",
        *(f"      | {text}".rstrip() for text in text_of(shown.card)),
        *([f"      > {buttons}"] if buttons else []),
    )


def facts(shown: Shown) -> dict[str, object]:
    """Return the delivery as plain values for one line of JSON."""
    return {
        "at": shown.at.isoformat().replace("+00:00", "Z"),
        "to": shown.place,
        "private": shown.is_private,
        "key": shown.card.key,
        "summary": _one_line(shown.card.summary),
        "lines": list(text_of(shown.card)),
        "buttons": list(labels_of(shown.card)),
        "edited": shown.edited,
        "pinned": shown.pinned,
    }


def text_of(card: Card) -> tuple[str, ...]:
    """Return the card's words, charts and pictures as lines, without its buttons."""
    bare = Card(card.key, tuple(_without_buttons(one) for one in card.children), card.summary)
    return tuple(text for text in inert(plain_card(bare)).split("\n") if text)


def labels_of(card: Card) -> tuple[str, ...]:
    return tuple(_one_line(one.label) for one in buttons_of(card))


def alts_of(card: Card) -> tuple[str, ...]:
    """Return what stands for each picture and chart."""
    return tuple(_one_line(one.alt) for one in card.children if isinstance(one, Image | Chart))


def contents_of(file: Attachment) -> str:
    """Return the text of a file, safe to show; empty if it is no text."""
    try:
        return inert(file.data.decode())
    except UnicodeDecodeError:
        return ""


def named(thing: Pressable) -> str:
    """Return the label of a button or option, safe to show."""
    return _one_line(thing.label)


def _pinged(card: Card) -> str:
    return " ".join(f"@{one.id if isinstance(one, Person) else one}" for one in card.pings)


def _without_buttons(node: Node) -> Node:
    match node:
        case Row(words, _):
            return Row(words)
        case Actions():
            return Text("")
        case _:
            return node


def _one_line(words: Words) -> str:
    return " ".join(inert(plain(words)).split())


def _node(node: Node, numbers: Iterator[int], said: Said) -> RenderableType:
    match node:
        case Heading(words):
            return line(words, "bold underline")
        case Text(words):
            return line(words)
        case Quote(words):
            return Group(*(Line("▏ ", "cyan").append_text(one) for one in line(words).split()))
        case Note(words):
            return line(words, "dim italic")
        case Fields(pairs):
            return _grid((line(name, "bold"), line(value)) for name, value in pairs)
        case Divider():
            return Rule(style="dim")
        case Row(words, beside):
            below = [Padding(_button(beside, numbers), (0, 0, 0, 2))] if beside else []
            return Group(line(words), *below)
        case Actions(several):
            return _side_by_side(_button(one, numbers) for one in several)
        case Select():
            return _select(node, numbers, said)
        case Image(_, alt):
            return Line.assemble(("[", "dim"), line(alt), ("]", "dim"))
        case Attachment():
            return _file(node)
        case Chart():
            return _chart(node)
        case Pager():
            return _pager(node, numbers, said)


def _button(button: Button | LinkButton, numbers: Iterator[int]) -> Line:
    if isinstance(button, LinkButton):
        return Line.assemble(("-> ", "bold yellow"), line(Link(button.label, button.url)))
    return button_label(next(numbers), button.label, _STYLES[button.style])


def _side_by_side(several: Iterable[Line]) -> Line:
    return Line("   ").join(several)


def _select(select: Select, numbers: Iterator[int], said: Said) -> RenderableType:
    several = said(_("(up to {most}, for example 1,3)", most=select.most))
    rows = []
    for option in select.options:
        row = button_label(next(numbers), option.label)
        if option.chosen:
            row.append(f" {said(CHOSEN)}", "green")
        if option.hint is not None:
            row.append("  ").append_text(line(option.hint, "dim"))
        rows.append(row)
    head = line(select.label, "bold").append(f" {several}" if select.most > 1 else "", "dim")
    return Group(head, *rows)


def _file(file: Attachment) -> RenderableType:
    size = f"{len(file.data)} bytes"
    head = line(file.label, "bold").append(f"  [{inert(file.name)}, {size}]", "dim")
    shown = contents_of(file).splitlines()
    more = ["..."] if len(shown) > FILE_LINES else []
    return Group(head, *(Line(f"  {one}", "dim") for one in [*shown[:FILE_LINES], *more]))


def _chart(chart: Chart) -> RenderableType:
    most = max((bar.value for bar in chart.bars), default=0) or 1
    bars = _grid(
        (line(bar.label), Line("█" * round(bar.value / most * BAR), "cyan"), Line(f"{bar.value:g}"))
        for bar in chart.bars
    )
    return Group(line(chart.title, "bold"), bars, line(chart.alt, "dim italic"))


def _pager(pager: Pager, numbers: Iterator[int], said: Said) -> Line:
    where = said(_("page {page} of {pages}", page=pager.page, pages=pager.pages))
    parts = [Line(where, "dim")]
    for page in pages_beside(pager):
        if page < pager.page:
            parts.insert(0, button_label(next(numbers), f"< {said(BACK)}"))
        else:
            parts.append(button_label(next(numbers), f"{said(NEXT)} >"))
    return _side_by_side(parts)


def _grid(rows: Iterable[tuple[Line, ...]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    return table


def _safe(character: str) -> str:
    if character == "\n":
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    # Lone surrogates cannot be written at all; C1 controls steer some terminals.
    return "\ufffd" if unicodedata.category(character) in {"Cc", "Cs"} else character


def _visible(found: re.Match[str]) -> str:
    return f"<U+{ord(found.group(0)):04X}>"
