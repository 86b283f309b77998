"""A form asked field by field: what each line typed means, and what an untouched form holds."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from rich.console import Group, RenderableType
from rich.text import Text as Line

from adapters.console.deeds import CannotDo
from adapters.console.inbound import is_for_another, read_deed, read_for, words_for
from adapters.console.render import CHOSEN, button_label, inert, line
from adapters.console.typed import Cancel, Choose, Fill, Say, Send
from adapters.console.world import OpenForm, folded
from peerbot.chat.cards import Option
from peerbot.chat.forms import (
    ChannelPick,
    Choice,
    Field,
    Form,
    MemberPick,
    MultiChoice,
    TextIn,
    Toggle,
    Values,
)
from peerbot.chat.plain import plain
from peerbot.chat.text import Words
from peerbot.i18n import Msg, _

Value = str | tuple[str, ...] | bool
Said = Callable[[Words], str]

LEAVE = ":cancel"
EMPTY = "-"
"""Takes away what is there; an empty line keeps it."""

# Not inside f-strings: there the catalogue would not find them.
OPTIONAL = _("(optional)")
SEVERAL = _("several, for example 1,3")


class Left(Exception):
    """The person left the form; nothing is sent."""


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
        case MemberPick():
            return "" if words == EMPTY else _member(words)
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
    """Return the field's value for words or labels; `CannotDo` says what is offered."""
    match field:
        case TextIn():
            return words
        case Toggle():
            wanted = _yes_or_no(words)
            if isinstance(wanted, Msg):
                raise _not_offered(words, ("yes", "no"))
            return wanted
        case ChannelPick():
            return words.lstrip("#")
        case MemberPick():
            return _member(words)
        case Choice() | MultiChoice():
            offered = {folded(plain(one.label)): one.value for one in field.options}
            missing = [one for one in options if folded(one) not in offered]
            if missing:
                raise _not_offered(missing[0], [plain(one.label) for one in field.options])
            values = tuple(offered[folded(one)] for one in options)
            return values if isinstance(field, MultiChoice) else "".join(values[:1])


def filled(form: Form, label: str, words: str, several: Sequence[str]) -> tuple[Field, Value]:
    """Return the field with this label, and its value for words or options.

    Raises `CannotDo`, saying which fields or which options there are.
    """
    fields = form.fields
    field = next((one for one in fields if folded(plain(one.label)) == folded(label)), None)
    if field is None:
        labels = ", ".join(f'"{plain(one.label)}"' for one in fields)
        raise CannotDo(
            _('the form has no field "{label}"; it has {offered}', label=label, offered=labels)
        )
    return field, labelled(field, words, several)


def _not_offered(words: str, there: Sequence[str]) -> CannotDo:
    names = ", ".join(f'"{one}"' for one in there)
    return CannotDo(_('"{words}" is not offered; there is {offered}', words=words, offered=names))


async def fill_in(
    opened: OpenForm,
    name: str,
    screen: Screen,
    said: Said,
    rooms: Sequence[str],
    submit: Callable[[OpenForm, Values], Awaitable[OpenForm | None]],
) -> None:
    """Ask `name` every field, send the form, and ask again only for what was not taken.

    Fields may also be filled by their labels, in any order; then the form waits to be sent.
    Raises `Left` if the person leaves.
    """
    screen.draw(_heading(opened.form, said))
    filling = _Filling(opened, name, screen, said, rooms)
    asked = list(opened.form.fields)
    while True:
        try:
            for field in asked:
                await filling.ask(field)
            await filling.wait_to_be_sent()
        except _SentNow:
            pass
        again = await submit(opened, filling.values)
        if again is None:
            return
        opened = again
        filling = _Filling(opened, name, screen, said, rooms)
        asked = [field for field in opened.form.fields if field.key in opened.reasons]
        if not asked:
            await _ask_to_send_again(opened, screen, said)


class _SentNow(Exception):
    """The person sends the form as it is."""


class _Filling:
    """One form between two attempts to send it."""

    def __init__(
        self, opened: OpenForm, name: str, screen: Screen, said: Said, rooms: Sequence[str]
    ) -> None:
        self.values = values_of(opened.form)
        self._opened = opened
        self._name = name
        self._screen = screen
        self._said = said
        self._rooms = rooms
        self._by_label: set[str] = set()

    async def ask(self, field: Field) -> None:
        """Ask until the field has a value; not at all if it was filled by its label already."""
        if field.key in self._by_label:
            return
        held = _held(field)
        reason = self._opened.reasons.get(field.key)
        self._screen.draw(_question(field, held, self._said, self._rooms))
        if reason is not None:
            self._screen.draw(line(_sign(reason), "bold red"))
        default = _typed_before(field, held)
        if reason is not None and default:
            # Not in the line itself: what is typed next would be added to the mistake.
            self._draw(_("You wrote: {words}", words=default))
            default = ""
        while field.key not in self._by_label:
            text = await self._screen.ask("  > ", default=default)
            if self._is_for_the_form(text, default):
                continue
            words = _said_plainly(words_for(self._name, text))
            value = answered(field, words, held, self._rooms)
            if not isinstance(value, Msg):
                self.values[field.key] = value
                return
            self._screen.draw(line(self._said(value), "red"))

    async def wait_to_be_sent(self) -> None:
        """Wait for `send` if fields were filled by their labels, as a script fills them."""
        while self._by_label:
            self._draw(_("send sends it, :cancel leaves."))
            text = await self._screen.ask("  > ")
            if not text.strip():
                return
            self._is_for_the_form(text)

    def _is_for_the_form(self, typed: str, before: str = "") -> bool:
        """Do what a line does to the whole form; return False if it answers the question.

        What stood there `before` is still at the beginning of what was typed behind it.
        """
        behind = typed.removeprefix(before).strip()
        if behind == LEAVE:
            raise Left
        whole = behind if behind.lower().startswith(self._name) else typed.strip()
        if is_for_another(self._name, whole):
            busy = _("{name} is asked first: answer, or leave with :cancel.", name=self._name)
            self._draw(busy)
            return True
        try:
            match read_for(self._name, whole):
                case Cancel():
                    raise Left
                case Send():
                    raise _SentNow
                case Fill(label, words):
                    self._fill(label, words, (words,))
                case Choose(label, options):
                    self._fill(label, ", ".join(options), options)
                case _:
                    return False
        except CannotDo as cannot:
            self._draw(cannot.why)
        return True

    def _fill(self, label: str, words: str, several: Sequence[str]) -> None:
        field, value = filled(self._opened.form, label, words, several)
        self.values[field.key] = value
        self._by_label.add(field.key)
        self._draw(_("{field}: {words}", field=field.label, words=words))

    def _draw(self, words: Words) -> None:
        self._screen.draw(line(self._said(words), "dim"))


def _typed_before(field: Field, held: Value) -> str:
    """Return the words that a field of words holds, as one line."""
    if not isinstance(field, TextIn) or not isinstance(held, str):
        return ""
    return inert(held).replace("\n", "\\n")


def _said_plainly(text: str) -> str:
    """Return words without the backslash that keeps them from meaning something to the form."""
    bare = text.lstrip().removeprefix("\\")
    is_plain = isinstance(read_deed(bare), Say) and not is_for_another("", bare)
    return text if is_plain else bare


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
    how = _("Enter keeps what is there or skips, - empties, send sends it at once, :cancel leaves.")
    return Group(Line(), *head, line(said(how), "dim"))


def _question(field: Field, held: Value, said: Said, rooms: Sequence[str]) -> RenderableType:
    head = line(field.label, "bold")
    if _is_optional(field):
        head.append(f" {said(OPTIONAL)}", "dim")
    if isinstance(field, TextIn):
        most = _("up to {most} characters", most=field.most)
        head.append(f"  {said(most)}", "dim")
    if isinstance(field, MultiChoice):
        head.append(f"  {said(SEVERAL)}", "dim")
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
        case TextIn() | MemberPick():
            pairs = []
    rows = []
    for number, (label, chosen) in enumerate(pairs, 1):
        row = Line("  ").append_text(button_label(number, label))
        rows.append(row.append(f" {said(CHOSEN)}", "green") if chosen else row)
    return rows


def _member(words: str) -> str:
    """Return the id of the member with this name: on the console they are the same."""
    return folded(words.lstrip("@"))


def _sign(reason: Words) -> Words:
    return f"! {inert(plain(reason))}"


def _held(field: Field) -> Value:
    match field:
        case TextIn() | ChannelPick() | MemberPick() | Toggle():
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
