"""Declared commands become Discord's, and a used one comes back under its declared name.

Limits: https://discord.com/developers/docs/interactions/application-commands
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum

from adapters.discord.forms import kind_of, parts_of
from adapters.discord.lengths import shortened, units
from adapters.discord.native import Json
from peerbot.chat.commands import Command, Parameter, Role
from peerbot.chat.plain import plain
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import Words
from peerbot.i18n import LANGUAGES, SOURCE_LANGUAGE, _

MAX_NAME = 32
MAX_DESCRIPTION = 100
MAX_OPTIONS = 25
"""Of a command, and of the commands in a group."""
MAX_PICKS = 25
MAX_PICK = 100
MAX_TYPED = 6000
MAX_COMMANDS = 100
MAX_CHARACTERS = 8000
"""Of one command: names, descriptions and values, each in its longest language."""

# fmt: off
LOCALES = (
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no",
    "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
)
# fmt: on
"""https://discord.com/developers/docs/reference#locales"""

FLAG = _("Flag for moderators")
"""In the menu of a message: works without reading any message before."""

_GUILD_INSTALL = 0
_GUILD, _BOT_DM = 0, 1

_MANAGE_GUILD = 1 << 5
"""Whom Discord takes for an admin here, the core does as well.
https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags"""


class Kind(IntEnum):
    """What a command is."""

    TYPED = 1
    OF_MESSAGES = 3


class OptionKind(IntEnum):
    """What an option is; we have words alone."""

    COMMAND = 1
    WORDS = 3


def payload_of(
    commands: Sequence[Command],
    languages: Iterable[str] = LANGUAGES,
    *,
    flag: Words = FLAG,
) -> list[Json]:
    """Return the body that sets all application commands at once.

    Two words make a subcommand of a group. Names stay English: they are what people tell each
    other and what our texts say. Raises ValueError for what Discord has no place for: three words,
    a name that is a command as well as a group, too many commands.
    https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
    """
    others = tuple(one for one in languages if one != SOURCE_LANGUAGE)
    typed = [_typed(name, several, others) for name, several in _by_first_word(commands).items()]
    if len(typed) > MAX_COMMANDS:
        raise ValueError(f"{len(typed)} commands; Discord takes {MAX_COMMANDS}")
    return [*typed, _of_messages(flag, others)]


def hash_of(payload: Sequence[Json]) -> str:
    """Return what stays the same as long as the commands do, in whatever order they stand.

    So they are sent only when they changed: Discord takes 200 new ones a day.
    """
    ordered = sorted(payload, key=lambda command: (command["type"], command["name"]))
    text = json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def typed_in(data: object) -> tuple[str, str, dict[str, str]]:
    """Return the declared name, the option that is being typed, and all options so far.

    Both names are "" where there is none. It never raises.
    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-application-command-interaction-data-option-structure
    """
    name, options = used_in(data)
    for option in _options_in(data):
        if option.get("focused") is True and option.get("name") in options:
            return name, str(option["name"]), options
    return "", "", {}


def choices_of(several: Iterable[Suggestion]) -> list[Json]:
    """Return what Discord may show under a field: 25 at most, none too long."""
    fitting = [one for one in several if units(one.value) <= MAX_PICK]
    return [
        {"name": shortened(plain(one.label), MAX_PICK), "value": one.value}
        for one in fitting[:MAX_PICKS]
    ]


def used_in(data: object) -> tuple[str, dict[str, str]]:
    """Return the declared name of a used command and its options, from the interaction's `data`.

    The name is "" for anything but a typed command of one or two words. It never raises: options
    that are no words are left out.
    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-application-command-data-structure
    """
    if not isinstance(data, dict) or kind_of(data) != Kind.TYPED:
        return "", {}
    names = [data.get("name")]
    inner = parts_of(data, "options")
    if len(inner) == 1 and kind_of(inner[0]) == OptionKind.COMMAND:
        names.append(inner[0].get("name"))
    if not all(isinstance(name, str) and name for name in names):
        return "", {}
    return " ".join(map(str, names)), dict(_given(_options_in(data)))


def characters_of(command: Json) -> int:
    """Return how many characters Discord counts for one command, its options included."""
    own = sum(_longest(command, name) for name in ("name", "description"))
    value = command.get("value")
    inner = [*command.get("options", ()), *command.get("choices", ())]
    return own + (units(value) if value else 0) + sum(map(characters_of, inner))


# -- inside ----------------------------------------------------------------------------------------


def _options_in(data: object) -> list[Json]:
    """Return the options of a command of one word, or of two."""
    if not isinstance(data, dict):
        return []
    inner = list(parts_of(data, "options"))
    if len(inner) == 1 and kind_of(inner[0]) == OptionKind.COMMAND:
        return list(parts_of(inner[0], "options"))
    return inner


def _by_first_word(commands: Sequence[Command]) -> dict[str, list[Command]]:
    found: dict[str, list[Command]] = {}
    for command in commands:
        first, *rest = command.name.split(" ")
        if len(rest) > 1:
            raise ValueError(f"{command.name!r} has more than two words")
        found.setdefault(first, []).append(command)
    return found


def _typed(name: str, several: Sequence[Command], languages: Sequence[str]) -> Json:
    return {
        "type": Kind.TYPED,
        "name": name,
        **_body(name, several, languages),
        "default_member_permissions": _permissions(several),
        "integration_types": [_GUILD_INSTALL],
        "contexts": [_GUILD, _BOT_DM],
    }


def _body(name: str, several: Sequence[Command], languages: Sequence[str]) -> Json:
    """Return description and options of a command of one word, or of a group."""
    if all(" " in command.name for command in several):
        return _group(several, languages)
    if len(several) > 1:
        raise ValueError(f"{name!r} is declared twice, or is a group: it cannot be a command too")
    return _described(several[0], languages)


def _group(several: Sequence[Command], languages: Sequence[str]) -> Json:
    """Return a group; its description is seen in a server's settings only, so it lists what is in.

    https://discord.com/developers/docs/interactions/application-commands#subcommands-and-subcommand-groups
    """
    names = [command.name.split(" ")[1] for command in several]
    if len(names) > MAX_OPTIONS or len(set(names)) < len(names):
        raise ValueError(f"{names} are too many for one group, or two are the same")
    inner = [
        {"type": OptionKind.COMMAND, "name": name, **_described(command, languages)}
        for name, command in zip(names, several, strict=True)
    ]
    return {"description": shortened(", ".join(names), MAX_DESCRIPTION), "options": inner}


def _described(command: Command, languages: Sequence[str]) -> Json:
    required_first = sorted(command.parameters, key=lambda one: not one.required)
    return {
        **_said("description", command.summary, languages, MAX_DESCRIPTION),
        "options": [_option(one, languages) for one in required_first[:MAX_OPTIONS]],
    }


def _option(parameter: Parameter, languages: Sequence[str]) -> Json:
    picks = [
        {**_said("name", pick.label, languages, MAX_PICK), "value": pick.value}
        for pick in parameter.picks[:MAX_PICKS]
    ]
    typed: Json = {"max_length": min(parameter.most, MAX_TYPED)}
    if parameter.suggested:
        typed["autocomplete"] = True
    return {
        "type": OptionKind.WORDS,
        "name": parameter.name,
        **_said("description", parameter.summary, languages, MAX_DESCRIPTION),
        "required": parameter.required,
        **({"choices": picks} if picks else typed),
    }


def _of_messages(flag: Words, languages: Sequence[str]) -> Json:
    """Return the command in a message's menu; its description has to be empty."""
    return {
        "type": Kind.OF_MESSAGES,
        **_said("name", flag, languages, MAX_NAME),
        "default_member_permissions": None,
        "integration_types": [_GUILD_INSTALL],
        "contexts": [_GUILD],
    }


def _said(name: str, words: Words, languages: Sequence[str], most: int) -> Json:
    """Return words under `name`, and in the other languages where they differ.

    English needs no locale of its own: whoever has no translation reads it.
    """
    ours = shortened(plain(words), most)
    theirs = {
        locale: said
        for language in languages
        for locale in LOCALES
        if locale.split("-")[0] == language
        and (said := shortened(plain(words, language), most)) != ours
    }
    return {name: ours, **({f"{name}_localizations": theirs} if theirs else {})}


def _permissions(several: Sequence[Command]) -> str | None:
    """Return who sees it until an admin says otherwise (Server Settings, Integrations).

    What only admins may use, only they see. Everybody sees the rest, and the core says who may use
    it: who is a moderator, staff or responder is a choice of the community that Discord does not
    know. No permission of Discord's says the same, and whoever is on duty must find `/peerbot`.
    """
    only_admins = all(one.role is Role.ADMIN and one.grant is None for one in several)
    return str(_MANAGE_GUILD) if only_admins else None


def _given(options: Sequence[Json]) -> Iterator[tuple[str, str]]:
    for option in options:
        name, value = option.get("name"), option.get("value")
        if isinstance(name, str) and isinstance(value, str):
            yield name, value


def _longest(command: Mapping[str, object], name: str) -> int:
    others = command.get(f"{name}_localizations")
    several = [command.get(name, ""), *(others.values() if isinstance(others, dict) else ())]
    return max(units(str(one)) for one in several)
