"""A form that was not taken: says why, shows what was typed, and opens again filled in.

Discord has no errors beside fields, and a modal cannot answer a modal. So the answer is a private
message whose button opens the form again. Nothing is remembered here: everything that was typed and
chosen is in the message itself, in lists that nobody can open, and comes back with the press. A
list's values come back exactly as they were sent; a text does not (blanks around it go, and so do
characters that turn the direction of writing).
https://github.com/discord/discord-api-docs/issues/1193
"""

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.discord.forms import MAX_OPTIONS, MAX_ROWS, MAX_TEXT, Kind, kind_of, parts_of
from adapters.discord.lengths import escaped, shortened, units
from adapters.discord.native import COMPONENTS_V2, Json, Native
from peerbot.chat.forms import Form, TextIn, Values, clean
from peerbot.chat.plain import plain
from peerbot.chat.text import Words

# https://discord.com/developers/docs/components/reference#string-select
MAX_VALUE = 100
MAX_PLACEHOLDER = 150
# https://discord.com/developers/docs/components/reference#button
MAX_BUTTON = 80
MOST_LISTS = 8
"""They hold 14,550 bytes: any 3,000 characters fit, and most forms need one list.

With them a message has at most 26 of its 40 components.
"""
_LIST = "kept|"
_DIGITS = 3
_CHUNK = MAX_VALUE - _DIGITS
_STORED = re.compile(rf"([0-9]{{{_DIGITS}}})([A-Za-z0-9_=-]{{1,{_CHUNK}}})")
_ROOM = MOST_LISTS * MAX_OPTIONS * _CHUNK
_PRIMARY = 1

Reasons = Mapping[str, Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What the message says besides the reasons, in the reader's language."""

    again: Words
    """On the button that opens the form again."""
    kept: Words
    """On the list that holds everything; it cannot be opened."""
    shown_in_part: Words
    """Long words are shown up to a point, and kept whole."""
    cut: Words
    """Words were so long that their end is not kept."""
    colon: Words
    """After the name of a field, before why it was not taken."""


def refused_of(
    form: Form | None, values: Values, reasons: Reasons, again: str | None, phrases: Phrases
) -> Native:
    """Return the private answer to a form that was not taken.

    `form` is in the reader's language; without it (it is gone) fields have no names. `again` is the
    custom id of the button that opens the form; None leaves it out. The reasons are by field, ""
    being the form as a whole.
    """
    packed, kept_all = _packed(values)
    why = shortened(_why(form, reasons, plain(phrases.colon)), MAX_TEXT // 2)
    blocks, shown_all = _shown(form, values, room=MAX_TEXT - units(why) - _room_for_notes(phrases))
    notes = [] if shown_all else [_note(phrases.shown_in_part)]
    notes += [] if kept_all else [_note(phrases.cut)]
    components = [
        *({"type": Kind.TEXT_DISPLAY, "content": text} for text in (why, *blocks, *notes) if text),
        *_lists(packed, phrases),
        *([] if again is None else [_button(again, phrases)]),
    ]
    return Native(
        {
            "content": None,
            "embeds": [],
            "components": components,
            "allowed_mentions": {"parse": []},
            "flags": COMPONENTS_V2,
        }
    )


def kept_in(message: object) -> Values:
    """Return the values that `refused_of` put into a message, as Discord gives it back.

    It never raises: a message that holds none, or not whole, gives none.
    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
    """
    chunks: dict[int, str] = {}
    for one in _options_in(message):
        stored = _STORED.fullmatch(one) if isinstance(one, str) else None
        if stored is None or int(stored[1]) in chunks:
            return {}
        chunks[int(stored[1])] = stored[2]
    if sorted(chunks) != list(range(len(chunks))):
        return {}
    return _unpacked("".join(chunks[number] for number in range(len(chunks))))


# -- what is read ----------------------------------------------------------------------------------


def _note(words: Words) -> str:
    return f"-# {escaped(plain(words))}"


def _room_for_notes(phrases: Phrases) -> int:
    return units(_note(phrases.shown_in_part)) + units(_note(phrases.cut))


def _why(form: Form | None, reasons: Reasons, colon: str) -> str:
    fields = () if form is None else form.fields
    names = {field.key: f"{_name(field.label)}{colon} " for field in fields}
    return "\n".join(
        f"{names.get(key, '')}{escaped(plain(words))}" for key, words in reasons.items()
    )


def _name(label: Words) -> str:
    return f"**{escaped(plain(label))}**"


def _shown(form: Form | None, values: Values, room: int) -> tuple[list[str], bool]:
    """Return what was typed, each as a block to copy from, and whether all of it is shown."""
    typed = list(_typed(form, values))
    frames = sum(units(_block(name, "")) for name, _words in typed)
    longest = _level([units(words) for _name, words in typed], room - frames)
    shown_all = all(units(words) <= longest for _name, words in typed)
    return [_block(name, shortened(words, longest)) for name, words in typed], shown_all


def _typed(form: Form | None, values: Values) -> Iterator[tuple[str, str]]:
    """Yield name and words of every field of words that is not empty."""
    names = (
        dict.fromkeys(list(values)[:MAX_ROWS], "")
        if form is None
        else {one.key: _name(one.label) for one in form.fields if isinstance(one, TextIn)}
    )
    for key, name in names.items():
        value = values.get(key)
        words = _inert(value) if isinstance(value, str) else ""
        if words:
            yield name, words


def _inert(words: str) -> str:
    """Return words that cannot end the block that they stand in."""
    return clean(words).replace("``", "`\u200b`")


def _block(name: str, words: str) -> str:
    return f"{name}\n```\n{words}\n```".lstrip()


def _level(lengths: Sequence[int], room: int) -> int:
    """Return the length to cut the longest to, so that all together take `room` at most."""
    for number, length in enumerate(sorted(lengths)):
        share = room // (len(lengths) - number)
        if length > share:
            return max(share, 1)
        room -= length
    return max(lengths, default=0)


def _button(again: str, phrases: Phrases) -> Json:
    label = shortened(plain(phrases.again), MAX_BUTTON)
    button = {"type": Kind.BUTTON, "style": _PRIMARY, "label": label, "custom_id": again}
    return {"type": Kind.ACTION_ROW, "components": [button]}


# -- what is kept ----------------------------------------------------------------------------------


def _lists(packed: str, phrases: Phrases) -> Iterator[Json]:
    """Yield the lists that hold `packed`; the number before each value also tells equal ones apart.

    Discord takes no list in which two values are the same.
    """
    chunks = [packed[start : start + _CHUNK] for start in range(0, len(packed), _CHUNK)]
    for first in range(0, len(chunks), MAX_OPTIONS):
        options = [
            {"label": str(number + 1), "value": f"{number:0{_DIGITS}}{chunk}"}
            for number, chunk in enumerate(chunks[first : first + MAX_OPTIONS], first)
        ]
        held = {
            "type": Kind.STRING_SELECT,
            "custom_id": f"{_LIST}{first // MAX_OPTIONS}",
            "placeholder": shortened(plain(phrases.kept), MAX_PLACEHOLDER),
            "disabled": True,
            "min_values": 1,
            "max_values": 1,
            "options": options,
        }
        yield {"type": Kind.ACTION_ROW, "components": [held]}


def _options_in(message: object) -> Iterator[object]:
    """Yield the values of our lists anywhere in a message."""
    left = parts_of(message)
    while left:
        one = left.pop()
        left += parts_of(one)
        id_ = one.get("custom_id")
        if kind_of(one) == Kind.STRING_SELECT and isinstance(id_, str) and id_.startswith(_LIST):
            yield from (option.get("value") for option in parts_of(one, "options"))


def _packed(values: Values) -> tuple[str, bool]:
    """Return `values` as text for lists, and whether it is all of them.

    What has no room loses the end of its longest words, and nothing else.
    """
    whole = _pack(values)
    if len(whole) <= _ROOM:
        return whole, True
    lengths = [len(value) for value in values.values() if isinstance(value, str)]
    most, too_many = 0, max(lengths, default=0)
    while too_many - most > 1:
        middle = (most + too_many) // 2
        if len(_pack(_cut(values, middle))) <= _ROOM:
            most = middle
        else:
            too_many = middle
    return _pack(_cut(values, most)), False


def _cut(values: Values, most: int) -> Values:
    return {key: value[:most] if isinstance(value, str) else value for key, value in values.items()}


def _pack(values: Values) -> str:
    """Return `values` in letters, digits and a few signs."""
    if not values:
        return ""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    # Half of a surrogate pair may come in, and goes out as it came.
    raw = text.encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(zlib.compress(raw, 9)).decode("ascii")


def _unpacked(packed: str) -> Values:
    try:
        raw = zlib.decompress(urlsafe_b64decode(packed))
        values = json.loads(raw.decode("utf-8", "surrogatepass"))
    except (ValueError, zlib.error, RecursionError):
        return {}
    if not isinstance(values, dict) or not all(map(_is_value, values.values())):
        return {}
    return {key: tuple(one) if isinstance(one, list) else one for key, one in values.items()}


def _is_value(one: object) -> bool:
    if isinstance(one, list):
        return all(isinstance(each, str) for each in one)
    return isinstance(one, str | bool)
