"""Declared commands in a terminal: what was typed after a slash, and the text of `/help`."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from peerbot.chat.cards import Card, Divider, Fields, Heading, Node, Note, card
from peerbot.chat.commands import Command, Parameter, Role
from peerbot.chat.plain import plain
from peerbot.chat.text import Code, Words
from peerbot.i18n import Msg, _

Said = Callable[[Words], str]
"""Returns words in the language of the person who types."""

MORE = "more"
"""The option under which words go along that nobody asked for; peerbot looks at them as well."""

_TOKEN = re.compile(r'(?:(?P<name>[a-z][\w-]*)=)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')

_TOKEN_BEGUN = re.compile(r"(?:^|(?<=\s))(?P<name>[a-z][\w-]*)=\"?")


@dataclass(frozen=True, slots=True)
class Typed:
    """A known command with its options, as the platform would send them."""

    command: Command
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mistyped:
    """A sentence for whoever typed it; nothing is sent."""

    why: Msg


def parse(text: str, commands: tuple[Command, ...], said: Said = plain) -> Typed | Mistyped:
    """Return the command that `text` (without its slash) uses, with its options by name.

    Options come in order or as name=value; the last one of free words takes all that is left.
    """
    words = text.split()
    for length in (2, 1):
        name = " ".join(words[:length]).lower()
        known = next((one for one in commands if one.name == name), None)
        if known is not None:
            return _with_options(known, text.split(maxsplit=length)[length:], said)
    return Mistyped(_unknown(words, commands))


def being_typed(
    text: str, commands: tuple[Command, ...]
) -> tuple[Command, str, str, Mapping[str, str]] | None:
    """Return the command, the option that is being typed, what it is so far, and the others.

    None if no command is whole yet, or nothing more can be typed.
    """
    for length in (2, 1):
        words = text.split(maxsplit=length)
        name = " ".join(words[:length]).lower()
        known = next((one for one in commands if one.name == name), None)
        is_whole = len(words) > length or (len(words) == length and text[-1].isspace())
        if known is None or not is_whole:
            continue
        rest = words[length] if len(words) > length else ""
        options = [one.name for one in known.parameters]
        named = [one for one in _TOKEN_BEGUN.finditer(rest) if one["name"] in options]
        if named:
            others = _given(known, rest[: named[-1].start()], plain)
            return known, named[-1]["name"], rest[named[-1].end() :], others
        return (known, options[0], rest, {}) if options else None
    return None


def help_card(commands: tuple[Command, ...], colon_help: Iterable[tuple[str, Msg]]) -> Card:
    """Return what can be typed: each role's commands, then the console's own words."""
    nodes: list[Node] = []
    for role, title in _TITLES.items():
        lines = [one for one in sorted(commands, key=lambda one: one.name) if one.role is role]
        if lines:
            nodes += [Heading(title), Fields(tuple((_typed(one), one.summary) for one in lines))]
    nodes += [Divider(), Fields(tuple((Code(word), what) for word, what in colon_help))]
    nodes.append(Note(_("Options come in order or as name=value.")))
    return card("console.help", *nodes, summary=_("What can be typed here"))


_TITLES = {
    Role.MEMBER: _("Everyone"),
    Role.MODERATOR: _("Moderators"),
    Role.STAFF: _("Counselling staff"),
    Role.ADMIN: _("Admins"),
}


def _typed(command: Command) -> Words:
    options = "".join(
        f" {one.name}" if one.required else f" [{one.name}]" for one in command.parameters
    )
    return Code(f"/{command.name}{options}")


def _with_options(command: Command, rest: list[str], said: Said) -> Typed | Mistyped:
    given = _given(command, rest[0] if rest else "", said)
    options: dict[str, str] = {}
    for parameter in command.parameters:
        value = given.get(parameter.name, "")
        problem = _problem(parameter, value)
        if problem is not None:
            return Mistyped(problem)
        if value and parameter.picks:
            picked = _picked(parameter, value, said)
            if picked is None:
                return Mistyped(_not_offered(parameter, value))
            value = picked
        if value:
            options[parameter.name] = value
    more = given.get("", "")
    if more and not _may_say_more(command):
        return Mistyped(_("/{name} takes no more words.", name=command.name))
    return Typed(command, {**options, MORE: more} if more else options)


def _may_say_more(command: Command) -> bool:
    """Whether words behind the command go along with it: they may be a cry for help.

    Two words are one of the team's, where a word too many is a mistake that changes something.
    """
    return command.always or (" " not in command.name and not command.parameters)


def _given(command: Command, rest: str, said: Said) -> dict[str, str]:
    """Return the typed values by option; what has no option left is under ""."""
    names = {one.name: one for one in command.parameters}
    given: dict[str, str] = {}
    position = 0
    while token := _TOKEN.search(rest, position):
        if token["name"] in names and token["name"] not in given:
            position = token.end()
            given[token["name"]] = _value(token)
            continue
        free = _takes(command, given, _value(token), said)
        if free is None:
            given[""] = rest[token.start() :]
            break
        if not free.picks and token["quoted"] is None:
            # Free words need no quotes: they go on to the end, or to the next name=value.
            end = _next_named(rest, token.end(), names)
            given[free.name] = rest[token.start() : end].strip()
            position = end
            continue
        given[free.name] = token.group(0) if token["name"] else _value(token)
        position = token.end()
    return given


def _next_named(rest: str, position: int, names: Mapping[str, Parameter]) -> int:
    """Return where the next name=value begins; the end if there is none."""
    for token in _TOKEN.finditer(rest, position):
        if token["name"] in names:
            return token.start()
    return len(rest)


def _takes(command: Command, given: dict[str, str], value: str, said: Said) -> Parameter | None:
    """Return the next option; words that are none of its picks go to one of free words after it."""
    left = [one for one in command.parameters if one.name not in given]
    if not left or not left[0].picks or _picked(left[0], value, said) is not None:
        return next(iter(left), None)
    return next((one for one in left if not one.picks), left[0])


def _value(token: re.Match[str]) -> str:
    quoted: str | None = token["quoted"]
    return token["bare"] if quoted is None else quoted


def _problem(parameter: Parameter, value: str) -> Msg | None:
    if parameter.required and not value:
        return _("{name} is missing: {what}", name=parameter.name, what=parameter.summary)
    if len(value) > parameter.most:
        return _(
            "{name} takes at most {most} characters.", name=parameter.name, most=parameter.most
        )
    return None


def _picked(parameter: Parameter, value: str, said: Said) -> str | None:
    wanted = value.casefold()
    for pick in parameter.picks:
        if wanted in {
            pick.value.casefold(),
            plain(pick.label).casefold(),
            said(pick.label).casefold(),
        }:
            return pick.value
    return None


def _not_offered(parameter: Parameter, value: str) -> Msg:
    offered = ", ".join(pick.value for pick in parameter.picks)
    return _(
        '"{value}" is not offered for {name}. There are: {offered}',
        value=value,
        name=parameter.name,
        offered=offered,
    )


def _unknown(words: list[str], commands: tuple[Command, ...]) -> Msg:
    group = [
        f"/{one.name}" for one in commands if words and one.name.split()[0] == words[0].lower()
    ]
    if group:
        return _("This one goes on: {several}", several=", ".join(group))
    near = _nearest(words, [one.name for one in commands])
    if near:
        return _("There is no such command. Did you mean /{name}?", name=near)
    return _("There is no such command. /help lists all.")


def _nearest(words: list[str], names: list[str]) -> str | None:
    for typed in (" ".join(words[:2]).lower(), " ".join(words[:1]).lower()):
        begun = [name for name in names if typed and name.startswith(typed)]
        near = begun or difflib.get_close_matches(typed, names, 1)
        if near:
            return near[0]
    return None
