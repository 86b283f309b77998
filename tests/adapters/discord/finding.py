"""Buttons, lists and fields in a message or modal as Discord holds it; what is missing is told."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from adapters.discord.forms import Kind, modal_of
from adapters.discord.ids import decoded
from adapters.discord.markup import plain_label
from peerbot.chat.actions import Action, BadAction
from peerbot.chat.cards import Card, Chart
from peerbot.chat.forms import Form, Values
from peerbot.chat.plain import plain
from peerbot.chat.text import Words, resolve
from peerbot.i18n import Msg
from tests.adapters.discord.parts import parts_in
from tests.adapters.discord.reader import read

Json = dict[str, Any]
ARROWS = {"<": "\N{BLACK LEFT-POINTING TRIANGLE}", ">": "\N{BLACK RIGHT-POINTING TRIANGLE}"}


class Missing(AssertionError):
    """Discord shows a person less than the card has; says what they would look for."""


def button(message: Any, action: Action, label: Words, *, asks_first: bool = False) -> str:
    """Return the custom id of the button that means `action` and is called `label`."""
    for one in _meaning(message, Kind.BUTTON, action, asks_first=asks_first):
        shown = str(one.get("label") or "")
        said = plain(label)
        # Where buttons were packed below the text, each has its paragraph's number.
        if shown in {plain_label(label, 80), ARROWS.get(said)} or shown.endswith(f". {said}"):
            assert not one.get("disabled"), f"{said!r} cannot be pressed on Discord"
            return str(one["custom_id"])
    raise Missing(f"Discord shows no button {plain(label)!r} for {action.encoded}")


def listed(message: Any, action: Action, values: Sequence[str]) -> str:
    """Return the custom id of the list that means `action` and offers `values`."""
    for one in _meaning(message, Kind.STRING_SELECT, action, asks_first=False):
        offered = {option["value"] for option in one["options"]}
        if set(values) <= offered:
            return str(one["custom_id"])
    raise Missing(f"Discord shows no list with {values} for {action.encoded}")


def words_of(message: Any) -> str:
    """Return all that is read in a message."""
    texts = [message.content or ""]
    for embed in message.embeds:
        texts += [embed.get("title") or "", embed.get("description") or ""]
        texts += [one[key] for one in embed.get("fields") or [] for key in ("name", "value")]
    texts += [one["content"] for one in parts_in(message.components) if "content" in one]
    return "\n".join(read(text)[0] for text in texts)


def must_show(message: Any, card: Card) -> None:
    """Raise `Missing` unless every word of the card can be read in the message.

    Signs are not compared, only letters and digits; mentions and moments are Discord's to draw.
    """
    shown = _bare([message.content, message.embeds, message.components, _alts(message)])
    for words in _strings_in(card.children):
        if _bare(words) not in shown:
            raise Missing(f"Discord does not show {words!r} of {card.key}")


def _alts(message: Any) -> list[str]:
    return [one.get("description") or "" for one in message.attachments]


def _bare(value: object) -> str:
    return re.sub(r"\\[nrt]|[\W_]+", "", json.dumps(value, ensure_ascii=False))


_UNSEEN = {"key", "action", "url", "value", "data", "name", "confirm", "who", "at"}


def _strings_in(value: object) -> Iterator[str]:
    match value:
        case Enum() | type():
            pass
        case str():
            yield value
        case Msg():
            yield from _strings_in(resolve(value, "en").spans)
        case tuple():
            for one in value:
                yield from _strings_in(one)
        case Chart(title=title, alt=alt):
            # Its bars and their numbers are in the picture.
            yield from _strings_in((title, alt))
        case _ if is_dataclass(value):
            for part in fields(value):
                if part.name not in _UNSEEN:
                    yield from _strings_in(getattr(value, part.name))
        case _:
            pass


def has_buttons(message: Any) -> list[Json]:
    """Return the buttons that can be pressed."""
    return [
        one
        for one in parts_in(message.components)
        if one.get("type") == Kind.BUTTON and "custom_id" in one and not one.get("disabled")
    ]


def must_be(modal: Json, form: Form, action: Action) -> None:
    """Raise `Missing` unless the modal asks what the form asks and holds what the form holds."""
    wanted = modal_of(form, action)
    if _asked(modal) != _asked(wanted):
        raise Missing(f"the modal asks {_asked(modal)}, and the form {_asked(wanted)}")


def held_in(modal: Json) -> Values:
    """Return what stands in the fields of a modal, as it would be sent untouched."""
    found: dict[str, str | tuple[str, ...] | bool] = {}
    for one in _fields(modal):
        found[one["custom_id"]] = _held(one)
    return found


def _held(one: Json) -> str | tuple[str, ...] | bool:
    match one["type"]:
        case Kind.TEXT_INPUT:
            return str(one.get("value") or "")
        case Kind.CHECKBOX:
            return bool(one.get("default"))
        case Kind.USER_SELECT | Kind.CHANNEL_SELECT:
            return "".join(str(each["id"]) for each in one.get("default_values") or [])
        case kind:
            chosen = tuple(each["value"] for each in one["options"] if each.get("default"))
            return chosen if kind == Kind.CHECKBOX_GROUP else "".join(chosen[:1])


def kinds_of(modal: Json) -> dict[str, int]:
    """Return what each field of a modal is, by its custom id."""
    return {one["custom_id"]: one["type"] for one in _fields(modal)}


def _fields(modal: Json) -> Iterator[Json]:
    yield from (one["component"] for one in modal["components"] if "component" in one)


def _asked(modal: Json) -> list[object]:
    labels = [
        (one["label"], one.get("description"), one["component"]["custom_id"])
        for one in modal["components"]
        if "component" in one
    ]
    return [modal["title"], *labels]


def _meaning(message: Any, kind: int, action: Action, *, asks_first: bool) -> Iterator[Json]:
    for one in parts_in(message.components):
        if one.get("type") != kind or "custom_id" not in one:
            continue
        try:
            meant = decoded(one["custom_id"])
        except BadAction:
            continue
        if meant == (action, asks_first):
            yield one
