"""A form that was not taken: people read why, and nothing that they typed or chose is lost."""

import json
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.forms import MAX_TEXT, modal_of
from adapters.discord.lengths import units
from adapters.discord.native import Json, Native
from adapters.discord.refused import MOST_LISTS, Phrases, kept_in, refused_of
from discord.components import _component_factory
from peerbot.chat.actions import action
from peerbot.chat.cards import Option
from peerbot.chat.forms import Choice, Form, Surface, TextIn, Toggle, Values
from peerbot.chat.text import Words

ASK = action("conform", "ask")
PHRASES = Phrases(
    again="Open the form again",
    kept="All of it is kept here",
    shown_in_part="Not all of it is shown; it is kept all the same",
    cut="Your words were so long that their end is not kept",
    colon=":",
)
FORM = Form(
    title="A few questions",
    submit="Send",
    fields=(
        TextIn(key="short", label="In a word", surface=Surface.PRIVATE),
        TextIn(key="long", label="In full", surface=Surface.PRIVATE, long=True, most=3000),
        Choice(key="one", label="One", options=(Option("a", "Apples"), Option("b", "Bread"))),
        Toggle(key="yes", label="Tell me more"),
    ),
)
FILLED: Values = {"short": "rain", "long": "first\nsecond", "one": "b", "yes": True}
WET: dict[str, Words] = {"short": "That is too wet."}


def a_refusal(
    values: Values = FILLED,
    reasons: dict[str, Words] = WET,
    *,
    form: Form | None = FORM,
    again: str | None = ASK.encoded,
) -> Native:
    return refused_of(form, values, reasons, again, PHRASES)


def as_sent(refusal: Native) -> Json:
    """Return the message as JSON, as Discord takes it and gives it back."""
    whole: Json = json.loads(json.dumps(refusal.payload))
    return whole


def through_the_library(message: Json) -> Json:
    """Return the message as discord.py gives it back."""
    parts = [_component_factory(part) for part in message["components"]]
    return {"components": [part.to_dict() for part in parts if part is not None]}


def texts(refusal: Native) -> list[str]:
    return [one["content"] for one in as_sent(refusal)["components"] if one["type"] == 10]


def pressable(refusal: Native) -> list[Json]:
    rows = [one["components"] for one in as_sent(refusal)["components"] if one["type"] == 1]
    return list(chain.from_iterable(rows))


def too_much(refusal: Native) -> list[str]:
    """Return what the API would refuse in the message."""
    parts, inside = as_sent(refusal)["components"], pressable(refusal)
    found = ["an empty text" for text in texts(refusal) if not text]
    if sum(map(units, texts(refusal))) > 4000:
        found.append("more than 4,000 characters")
    if len(parts) + len(inside) > 40:
        found.append("more than 40 components")
    ids = [one["custom_id"] for one in inside]
    values = [[each["value"] for each in one["options"]] for one in inside if one["type"] == 3]
    if any(len(set(several)) != len(several) for several in (ids, *values)):
        found.append("two of the same name")
    found += [f"{len(several)} options" for several in values if not 1 <= len(several) <= 25]
    return found + [one for one in chain(ids, *values) if not 1 <= len(one) <= 100]


# -- what is read ------------------------------------------------------------------------------


def test_people_read_why_and_what_they_typed() -> None:
    assert texts(a_refusal()) == [
        "**In a word**: That is too wet.",
        "**In a word**\n```\nrain\n```",
        "**In full**\n```\nfirst\nsecond\n```",
    ]


def test_a_button_opens_the_form_again() -> None:
    *_lists, button = pressable(a_refusal())
    assert button == {
        "type": 2,
        "style": 1,
        "label": "Open the form again",
        "custom_id": ASK.encoded,
    }


def test_what_is_kept_cannot_be_opened_and_says_what_it_is() -> None:
    held, _button = pressable(a_refusal())
    assert (held["disabled"], held["placeholder"]) == (True, "All of it is kept here")
    assert not held["custom_id"].startswith("pb1|")


def test_a_reason_for_the_whole_form_stands_alone() -> None:
    said = texts(a_refusal({}, {"": "We cannot save *this* just now.", "gone": "No such field."}))
    assert said == ["We cannot save \\*this\\* just now.\nNo such field."]


def test_words_can_be_copied_even_if_the_form_is_gone() -> None:
    refusal = a_refusal({"k": "my words", "yes": True}, {"": "It is gone."}, form=None, again=None)
    assert texts(refusal) == ["It is gone.", "```\nmy words\n```"]
    assert [one["type"] for one in pressable(refusal)] == [3]


def test_nothing_that_was_typed_gets_out_of_its_block_or_calls_anybody() -> None:
    refusal = a_refusal({"short": "```\n@everyone # big\n```"})
    _why, block = texts(refusal)
    assert block.count("```") == 2
    assert as_sent(refusal)["allowed_mentions"] == {"parse": []}


def test_words_that_are_too_long_to_show_are_kept_whole_and_say_so() -> None:
    values: Values = {"short": "s" * 200, "long": "word " * 800}
    refusal = a_refusal(values)
    assert too_much(refusal) == []
    assert "s" * 200 in texts(refusal)[1]
    assert texts(refusal)[2].endswith("…\n```")
    assert texts(refusal)[3:] == ["-# Not all of it is shown; it is kept all the same"]
    assert kept_in(as_sent(refusal)) == values


def test_what_a_short_answer_leaves_is_the_long_ones() -> None:
    native = a_refusal({"short": "rain", "long": "y" * 3000}, {"": "w" * 5000})
    shown = sum(map(units, texts(native)))
    assert MAX_TEXT - 200 < shown <= MAX_TEXT


def test_reasons_without_end_leave_room_for_the_words() -> None:
    refusal = a_refusal(FILLED, {"short": "why " * 2000})
    assert too_much(refusal) == []
    assert "rain" in texts(refusal)[1]


# -- what is kept ------------------------------------------------------------------------------


def test_the_form_opens_filled_in_as_it_was_left() -> None:
    again = FORM.keeping(kept_in(as_sent(a_refusal())))
    short, long, one, yes = (label["component"] for label in modal_of(again, ASK)["components"])
    assert (short["value"], long["value"], yes["default"]) == ("rain", "first\nsecond", True)
    assert [each["default"] for each in one["options"]] == [False, True]


# Halves of surrogate pairs as well: JSON can carry them.
WORDS = st.text(st.characters(), max_size=80) | st.sampled_from(
    [
        "@everyone <@1> <#2> <:e:3>",
        "\u202eesrever\u202c",
        "```py\nx\n```",
        " \n\t ",
        "\x00",
        "🌻" * 9,
    ]
)
VALUES = st.dictionaries(
    st.sampled_from(["short", "long", "one", "yes", "other"]),
    WORDS | st.booleans() | st.lists(WORDS, max_size=10).map(tuple),
)


@given(VALUES, st.dictionaries(st.sampled_from(["", "short", "x"]), WORDS, min_size=1))
def test_whatever_was_filled_in_comes_back_exactly(
    values: Values, reasons: dict[str, Words]
) -> None:
    refusal = a_refusal(values, reasons)
    assert too_much(refusal) == []
    assert kept_in(as_sent(refusal)) == values
    assert kept_in(through_the_library(as_sent(refusal))) == values


def scattered(count: int, seed: int = 1) -> str:
    """Return characters of four bytes that nothing can be packed smaller than."""
    found, state = [], seed
    for _number in range(count):
        # https://en.wikipedia.org/wiki/Linear_congruential_generator
        state = (1_664_525 * state + 1_013_904_223) % 2**32
        found.append(chr(0x1_0000 + state // 7 % 0x10_0000))
    return "".join(found)


@given(st.integers(0, 2**32))
def test_any_three_thousand_characters_come_back_exactly(seed: int) -> None:
    values: Values = {"long": scattered(3000, seed)}
    refusal = a_refusal(values)
    assert too_much(refusal) == []
    assert kept_in(as_sent(refusal)) == values


@given(st.text(min_size=1, max_size=40))
def test_three_thousand_characters_of_one_kind_come_back_exactly(words: str) -> None:
    values: Values = {"long": (words * 3000)[:3000], "one": "b"}
    refusal = a_refusal(values)
    assert too_much(refusal) == []
    assert kept_in(as_sent(refusal)) == values


def test_words_beyond_all_measure_lose_the_end_of_the_longest_and_say_so() -> None:
    long = scattered(9000)
    refusal = a_refusal({**FILLED, "long": long})
    kept = kept_in(as_sent(refusal))
    assert too_much(refusal) == []
    assert {**kept, "long": ""} == {**FILLED, "long": ""}
    assert isinstance(kept["long"], str)
    assert long.startswith(kept["long"])
    assert len(kept["long"]) > 3000
    assert texts(refusal)[-1] == "-# Your words were so long that their end is not kept"
    assert len(pressable(refusal)) == MOST_LISTS + 1


def test_most_forms_need_one_list() -> None:
    said = "I do not know how to say this, but since last week nothing feels right any more. "
    assert len(pressable(a_refusal({"long": (said * 40)[:3000]}))) == 2


def test_the_lists_are_found_inside_a_container_and_in_any_order() -> None:
    values: Values = {"long": scattered(1000)}
    parts = as_sent(a_refusal(values))["components"]
    assert len(parts) > 4
    assert kept_in({"components": [{"type": 17, "components": parts[::-1]}]}) == values


def a_list(*values: object, id_: object = "kept|0", kind: object = 3) -> Json:
    options = [{"label": "1", "value": value} for value in values]
    select = {"type": kind, "custom_id": id_, "options": options}
    return {"components": [{"type": 1, "components": [select]}]}


def packed(values: object) -> str:
    """Return the one value of the list that keeps `values`, whatever they are."""
    held = pressable(a_refusal({"k": values}))[0]  # type: ignore[dict-item]
    found: str = held["options"][0]["value"]
    return found


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {},
        {"components": None},
        {"components": [None, 1, {"type": 1, "components": "x"}]},
        a_list(),
        a_list(None),
        a_list("000"),
        a_list("000not packed"),
        a_list("000====", "001===="),
        a_list("00\u0660eJw"),
        a_list(packed("x"), packed("x")),
        a_list(packed("x").replace("000", "001", 1)),
        a_list(packed("x")[:-8]),
        a_list(packed("x"), id_=7),
        a_list(packed("x"), id_="pb1|a|b"),
        a_list(packed("x"), kind=True),
        a_list(packed(7)),
        a_list(packed(None)),
        a_list(packed({"a": 1})),
        a_list(packed([["x"]])),
    ],
)
def test_a_message_that_keeps_nothing_of_ours_gives_nothing(message: object) -> None:
    assert kept_in(message) == {}


def test_one_list_that_was_not_tampered_with_is_read() -> None:
    assert kept_in(a_list(packed("x"))) == {"k": "x"}
