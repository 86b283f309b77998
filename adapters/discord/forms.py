"""A form becomes a modal, and what comes back from one becomes values.

Every limit is at https://discord.com/developers/docs/components/reference
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from itertools import count

from adapters.discord.lengths import escaped, shortened, units
from adapters.discord.native import Json
from peerbot.chat.actions import Action
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


class Kind(IntEnum):
    """What a component is.

    https://discord.com/developers/docs/components/reference#component-object-component-types
    """

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    CHANNEL_SELECT = 8
    TEXT_DISPLAY = 10
    LABEL = 18
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


MAX_ROWS = 5
"""Labels and texts of one modal; the API's own schema says 40, its documents and clients say 5.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal
"""
MAX_TITLE = 45
MAX_LABEL = 45
MAX_HINT = 100
"""Of a label's description, and of an option's."""
MAX_OPTION = 100
MAX_OPTIONS = 25
MAX_TICKS = 10
"""Options of a radio group and of a checkbox group."""
MIN_RADIOS = 2
MAX_INPUT = 4000
MAX_TEXT = 4000

_SHORT, _PARAGRAPH = 1, 2
_TEXT_CHANNEL = 0
"""https://discord.com/developers/docs/resources/channel#channel-object-channel-types"""

# Only blanks that may break a line: a French question mark stays with its word.
_SENTENCES = re.compile(r"(?<=[.!?…])[ \n]+")
_CLAUSES = re.compile(r"(?<=[.!?…;:])[ \n]+")
_WORDS = re.compile(r"[ \n]+")


def modal_of(form: Form, action: Action) -> Json:
    """Return the `data` of an interaction callback of type 9 that opens `form`.

    `form` is in one language already (`form_in_language`). Discord has its own word on the button
    that sends a modal, so `form.submit` is not shown. An introduction that would be the sixth part
    of a modal stands in the descriptions of the fields instead.
    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type
    """
    shown = form if len(form.fields) < MAX_ROWS else _introduced_by_hints(form)
    intro = [] if shown.intro is None else [_text(shown.intro)]
    return {
        "custom_id": action.encoded,
        "title": shortened(plain(shown.title), MAX_TITLE),
        "components": [*intro, *(_label(field) for field in shown.fields)],
    }


def values_of(data: Json) -> Values:
    """Return what was filled in, by field, from the `data` of a modal's submission.

    Takes a modal of labels and the older one of action rows. It never raises: whatever has not
    exactly the shape that the API promises is left out. A picked member or channel is its id, ""
    if none was picked.
    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
    """
    found: dict[str, str | tuple[str, ...] | bool] = {}
    for answer in _answers(data):
        key, value = answer.get("custom_id"), _value(answer)
        if isinstance(key, str) and key and value is not None:
            found.setdefault(key, value)
    return found


def kind_of(component: Json) -> int | None:
    """Return the type of a component; None if it has none. (`True` is no 1.)"""
    kind = component.get("type")
    return kind if isinstance(kind, int) and not isinstance(kind, bool) else None


def parts_of(whole: object, name: str = "components") -> list[Json]:
    """Return the JSON objects in a list of `whole`; empty for any other shape."""
    several = whole.get(name) if isinstance(whole, dict) else None
    return [one for one in several if isinstance(one, dict)] if isinstance(several, list) else []


# -- the introduction ------------------------------------------------------------------------------


def _text(words: Words) -> Json:
    return {"type": Kind.TEXT_DISPLAY, "content": shortened(escaped(plain(words)), MAX_TEXT)}


def _introduced_by_hints(form: Form) -> Form:
    """Return `form` with its introduction before the hints of its fields, from the first one on."""
    if form.intro is None:
        return form
    hints = ["" if field.hint is None else plain(field.hint) for field in form.fields]
    lines = _shared_out(plain(form.intro), hints)
    told = (
        replace(field, hint=line or None) for field, line in zip(form.fields, lines, strict=True)
    )
    return replace(form, intro=None, fields=tuple(told))


def _shared_out(words: str, hints: Sequence[str]) -> Sequence[str]:
    """Return the hints with `words` before them, cut between sentences if that is possible.

    Cut else between clauses, else between words; what has no room even then is left out.
    """
    lines: Sequence[str] = hints
    for cut in (_SENTENCES, _CLAUSES, _WORDS):
        lines, left = _laid(cut.split(words), hints)
        if not left:
            break
    return lines


def _laid(pieces: Sequence[str], hints: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the hints with as many pieces before each as it has room for, and those left over."""
    lines, left = [], list(pieces)
    for hint in hints:
        said = ""
        while left and units(_joined(said, left[0], hint)) <= MAX_HINT:
            said = _joined(said, left.pop(0))
        lines.append(_joined(said, hint))
    return lines, left


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


# -- fields ----------------------------------------------------------------------------------------


def _label(field: Field) -> Json:
    label = {"type": Kind.LABEL, "label": shortened(plain(field.label), MAX_LABEL)}
    if field.hint is not None:
        label["description"] = shortened(plain(field.hint), MAX_HINT)
    return {**label, "component": {"custom_id": field.key, **_component(field)}}


def _component(field: Field) -> Json:
    match field:
        case TextIn():
            return _input(field)
        case Choice():
            return _choice(field)
        case MultiChoice():
            options = _options(field.options, most=MAX_TICKS, chosen=MAX_TICKS)
            least = {"required": field.required, "min_values": int(field.required)}
            most = {"max_values": len(options)}
            return {"type": Kind.CHECKBOX_GROUP, **least, **most, "options": options}
        case Toggle():
            return {"type": Kind.CHECKBOX, "default": field.initial}
        case ChannelPick():
            kinds = {"channel_types": [_TEXT_CHANNEL]}
            picked = _picked("channel", field.initial)
            return {"type": Kind.CHANNEL_SELECT, **_one(required=field.required), **kinds, **picked}
        case MemberPick():
            picked = _picked("user", field.initial)
            return {"type": Kind.USER_SELECT, **_one(required=field.required), **picked}


def _choice(field: Choice) -> Json:
    """Return buttons that are all in sight, or a list to open if those would be too many (or one).

    A radio group has no numbers of values; it takes one, or none if it is not required.
    """
    options = _options(field.options, most=MAX_OPTIONS, chosen=1)
    if MIN_RADIOS <= len(options) <= MAX_TICKS:
        return {"type": Kind.RADIO_GROUP, "required": field.required, "options": options}
    return {"type": Kind.STRING_SELECT, **_one(required=field.required), "options": options}


def _input(field: TextIn) -> Json:
    """Return the input; one that holds more than it takes stays as long, so that nothing is lost.

    The core says kindly that it is too long.
    """
    initial = shortened(field.initial, MAX_INPUT)
    lines = field.long or "\n" in initial
    return {
        "type": Kind.TEXT_INPUT,
        "style": _PARAGRAPH if lines else _SHORT,
        "required": field.required,
        "min_length": int(field.required),
        "max_length": min(max(field.most, units(initial)), MAX_INPUT),
        # An empty value would be shorter than `min_length`.
        **({"value": initial} if initial else {}),
    }


def _one(*, required: bool) -> Json:
    """Return both ends always: with `required` alone, selects are refused or cannot be left empty.

    https://github.com/Rapptz/discord.py/issues/10291
    https://github.com/discord/discord-api-docs/issues/8272
    """
    return {"required": required, "min_values": int(required), "max_values": 1}


def _options(options: Sequence[Option], *, most: int, chosen: int) -> list[Json]:
    """Return `most` options, each value once, and the first `chosen` of the chosen ones ticked."""
    different: dict[str, Option] = {}
    for one in options:
        different.setdefault(one.value, one)
    ticked = count()
    return [
        {
            "label": shortened(plain(one.label), MAX_OPTION),
            "value": one.value,
            **({} if one.hint is None else {"description": shortened(plain(one.hint), MAX_HINT)}),
            "default": one.chosen and next(ticked) < chosen,
        }
        for one in list(different.values())[:most]
    ]


def _picked(kind: str, id_: str) -> Json:
    """Return what is picked already; nothing for an id that could be none of Discord's."""
    is_id = id_.isascii() and id_.isdecimal()
    return {"default_values": [{"id": id_, "type": kind}]} if is_id else {}


# -- what comes back -------------------------------------------------------------------------------


def _answers(data: object) -> Iterator[Json]:
    for row in parts_of(data):
        match kind_of(row), row.get("component"):
            case Kind.LABEL, dict() as component:
                yield component
            case Kind.ACTION_ROW, _:
                yield from parts_of(row)
            case _:
                pass


def _value(answer: Json) -> str | tuple[str, ...] | bool | None:
    """Return what stands in one component; None if it has not the shape of its type."""
    one, several = answer.get("value"), answer.get("values")
    match kind_of(answer):
        case Kind.TEXT_INPUT:
            return one if isinstance(one, str) else None
        case Kind.RADIO_GROUP:
            return "" if one is None else one if isinstance(one, str) else None
        case Kind.CHECKBOX:
            return one if isinstance(one, bool) else None
        case Kind.STRING_SELECT | Kind.CHECKBOX_GROUP:
            return _strings(several)
        case Kind.USER_SELECT | Kind.CHANNEL_SELECT:
            picked = _strings(several)
            return None if picked is None else next(iter(picked), "")
        case _:
            return None


def _strings(several: object) -> tuple[str, ...] | None:
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        return None
    return tuple(several)
