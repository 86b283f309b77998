"""A form asked field by field: what each line typed means, and what an untouched form holds."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from rich.console import Group, RenderableType
from rich.text import Text as Line

from adapters.console.render import button_label, inert, line
from adapters.console.world import OpenForm, folded
from peerbot.chat.cards import Option
from peerbot.chat.forms import ChannelPick, Choice, Field, Form, MultiChoice, TextIn, Toggle, Values
from peerbot.chat.plain import plain
from peerbot.chat.text import Words
from peerbot.errors import PeerbotError
from peerbot.i18n import Msg, _

Value = str | tuple[str, ...] | bool
Said = Callable[[Words], str]

LEAVE = ":cancel"
EMPTY = "-"
"""Takes away what is there; an empty line keeps it."""


class Left(Exception):
    """The person left the form; nothing is sent."""


class NotOffered(PeerbotError):
    """A label is not among those of a field; the text says which there are."""


class Screen(Protocol):
    """Where one person looks and types."""

    def draw(self, what: RenderableType) -> None: ...

    async def ask(self, prompt: str, *, default: str = "") -> str:
        """Return one typed line. Raises EOFError (Ctrl-D) and KeyboardInterrupt (Ctrl-C)."""
        ...


def values_of(form: Form) -> dict[str, Value]:
    """Return what the form holds before anybody touches it, as a platform would send it."""
    return {field.key: _held(field) for field in form.fields}


def answered(field: Field, text: str, held: Value, rooms: Sequence[str]) -> Value | Msg:
    """Return the field's value after `text` was typed, or what to say if it cannot be read."""
    words = text.strip()
    if not words:
        return held
    match field:
        case TextIn():
            return "" if words == EMPTY else text.replace("\\n", "\n")
        case Toggle():
            return _yes_or_no(words)
        case ChannelPick():
            picked = _one_of(words, [(room, room) for room in rooms])
            return picked if picked is not None else _out_of(len(rooms))
        case Choice():
            picked = "" if words == EMPTY else _one_of(words, _pairs(field.options))
            return picked if picked is not None else _out_of(len(field.options))
        case MultiChoice():
            if words == EMPTY:
                return ()
            several = [_one_of(one.strip(), _pairs(field.options)) for one in words.split(",")]
            chosen = tuple(one for one in several if one is not None)
            return chosen if len(chosen) == len(several) else _out_of(len(field.options))


def labelled(field: Field, words: str, options: Sequence[str]) -> Value:
    """Return the field's value for words or labels of a script. Raises `NotOffered`."""
    match field:
        case TextIn():
            return words
        case Toggle():
            return _yes_or_no(words) is True
        case ChannelPick():
            return words.lstrip("#")
        case Choice() | MultiChoice():
            offered = {folded(plain(one.label)): one.value for one in field.options}
            missing = [one for one in options if folded(one) not in offered]
            if missing:
                names = ", ".join(f'"{plain(one.label)}"' for one in field.options)
                raise NotOffered(f'"{missing[0]}" is not offered; there is {names}')
            values = tuple(offered[folded(one)] for one in options)
            return values if isinstance(field, MultiChoice) else "".join(values[:1])


async def fill_in(
    opened: OpenForm,
    screen: Screen,
    said: Said,
    rooms: Sequence[str],
    submit: Callable[[OpenForm, Values], Awaitable[OpenForm | None]],
) -> None:
    """Ask every field, send the form, and ask again only for what was not taken.

    Raises `Left` if the person leaves.
    """
    screen.draw(_heading(opened.form, said))
    values = values_of(opened.form)
    asked = list(opened.form.fields)
    while True:
        for field in asked:
            values[field.key] = await _ask(field, opened, screen, said, rooms)
        again = await submit(opened, values)
        if again is None:
            return
        opened = again
        values = values_of(opened.form)
        asked = [field for field in opened.form.fields if field.key in opened.reasons]
        if not asked:
            await _ask_to_send_again(opened, screen, said)


async def _ask(
    field: Field, opened: OpenForm, screen: Screen, said: Said, rooms: Sequence[str]
) -> Value:
    held = _held(field)
    screen.draw(_question(field, held, said, rooms))
    if field.key in opened.reasons:
        screen.draw(line(_sign(opened.reasons[field.key]), "bold red"))
    typed_before = inert(held).replace("\n", "\\n") if isinstance(held, str) else ""
    default = typed_before if isinstance(field, TextIn) else ""
    while True:
        text = await screen.ask("  > ", default=default)
        if text.strip() == LEAVE:
            raise Left
        value = answered(field, text, held, rooms)
        if not isinstance(value, Msg):
            return value
        screen.draw(line(said(value), "red"))


async def _ask_to_send_again(opened: OpenForm, screen: Screen, said: Said) -> None:
    for reason in opened.reasons.values():
        screen.draw(line(_sign(reason), "bold red"))
    screen.draw(line(said(_("Enter sends it again, :cancel leaves.")), "dim"))
    if (await screen.ask("  > ")).strip() == LEAVE:
        raise Left


def _heading(form: Form, said: Said) -> RenderableType:
    head = [line(form.title, "bold underline")]
    if form.intro is not None:
        head.append(line(form.intro))
    how = _("Enter keeps what is there or skips, - empties, :cancel leaves.")
    return Group(Line(), *head, line(said(how), "dim"))


def _question(field: Field, held: Value, said: Said, rooms: Sequence[str]) -> RenderableType:
    head = line(field.label, "bold")
    if _is_optional(field):
        head.append(f" ({said(_('optional'))})", "dim")
    if isinstance(field, TextIn):
        head.append(f"  {said(_('up to {most} characters', most=field.most))}", "dim")
    if isinstance(field, MultiChoice):
        head.append(f"  {said(_('several, for example 1,3'))}", "dim")
    hint = [line(field.hint, "dim")] if field.hint is not None else []
    return Group(Line(), head, *hint, *_offered(field, held, said, rooms))


def _offered(field: Field, held: Value, said: Said, rooms: Sequence[str]) -> list[Line]:
    match field:
        case Choice() | MultiChoice():
            pairs: list[tuple[Words, bool]] = [(one.label, one.chosen) for one in field.options]
        case ChannelPick():
            pairs = [(f"#{room}", room == held) for room in rooms]
        case Toggle():
            pairs = [(said(_("yes")), held is True), (said(_("no")), held is False)]
        case TextIn():
            pairs = []
    rows = []
    for number, (label, chosen) in enumerate(pairs, 1):
        row = Line("  ").append_text(button_label(number, label))
        rows.append(row.append(f" ({said(_('chosen'))})", "green") if chosen else row)
    return rows


def _sign(reason: Words) -> Words:
    return f"! {inert(plain(reason))}"


def _held(field: Field) -> Value:
    match field:
        case TextIn() | ChannelPick() | Toggle():
            return field.initial
        case Choice():
            return next((one.value for one in field.options if one.chosen), "")
        case MultiChoice():
            return tuple(one.value for one in field.options if one.chosen)


def _is_optional(field: Field) -> bool:
    return not isinstance(field, Toggle) and not field.required


def _pairs(options: Sequence[Option]) -> list[tuple[str, str]]:
    return [(one.value, plain(one.label)) for one in options]


def _one_of(words: str, offered: Sequence[tuple[str, str]]) -> str | None:
    """Return the value for a number counted from 1, or for a label; None if it is neither."""
    if words.isdecimal() and len(words) < 5:
        number = int(words)
        return offered[number - 1][0] if 1 <= number <= len(offered) else None
    wanted = folded(words.lstrip("#"))
    return next((value for value, label in offered if folded(label) == wanted), None)


def _yes_or_no(words: str) -> bool | Msg:
    if words.lower() in {"1", "y", "yes", "o", "oui"}:
        return True
    if words.lower() in {"2", "n", "no", "non"}:
        return False
    return _("Please type 1 for yes or 2 for no.")


def _out_of(count: int) -> Msg:
    return _("Please type a number from 1 to {count}.", count=count)
