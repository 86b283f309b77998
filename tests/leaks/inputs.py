"""Every input for words that is declared, and what is taken in it."""

from collections.abc import Iterator
from typing import Any

from adapters.console.asking import values_of
from adapters.console.world import OpenForm
from peerbot.chat.forms import ChannelPick, Choice, Field, MemberPick, MultiChoice, TextIn, Toggle
from tests.leaks.town import Town


def in_order(opened: OpenForm) -> dict[str, Any]:
    """Return what the form holds, and something that it takes where it holds nothing."""
    held: dict[str, Any] = dict(values_of(opened.form))
    return {one.key: held[one.key] or valid(one) for one in opened.form.fields}


def valid(one: Field) -> object:
    """Return a value that a field takes."""
    match one:
        case TextIn():
            return "word" if one.required else ""
        case Choice():
            return one.options[0].value
        case MultiChoice():
            return (one.options[0].value,)
        case ChannelPick():
            return "check-ins"
        case MemberPick():
            return "sam" if one.required else ""
        case Toggle():
            return False


def declared_inputs(town: Town) -> Iterator[str]:
    """Yield every input for words that any feature has declared, by the names of `Story`."""
    for command in town.house.router.commands:
        for parameter in command.parameters:
            yield f"command {command.name} {parameter.name}"
    shown = [opened for _who, opened in town.forms_shown]
    for feature, verb in town.house.router._forms:
        named = f"{feature}.{verb}"
        forms = [opened.form for opened in shown if opened.action.name == named]
        if not forms:
            yield f"form {named}: nobody was shown a button for it"
        for form in forms:
            yield from (f"form {named} {one.key}" for one in form.fields if isinstance(one, TextIn))
