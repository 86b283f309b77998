"""Forms as Discord's modals: nothing is lost on the way out or back, and nothing is too long."""

import json
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.forms import modal_of, values_of
from adapters.discord.lengths import escaped, shortened, units
from adapters.discord.native import Json
from peerbot.chat.actions import action
from peerbot.chat.cards import Option
from peerbot.chat.forms import (
    ChannelPick,
    Choice,
    Field,
    Form,
    MemberPick,
    MultiChoice,
    Surface,
    TextIn,
    Toggle,
    form_in_language,
)
from peerbot.chat.plain import plain
from peerbot.i18n import LANGUAGES
from tests.test_words import FORMS

ASK = action("crisis", "worry", "a1")
SHOWN = [
    pytest.param(form_in_language(form, language), id=f"{slice_}-{number}-{language}")
    for language in LANGUAGES
    for slice_, forms in FORMS.items()
    for number, form in enumerate(dict.fromkeys(forms()))
]


def a_form(*fields: Field, intro: str | None = None) -> Form:
    return Form(title="A few questions", submit="Send", fields=fields, intro=intro)


def some_words(key: str = "words", *, hint: str | None = None, initial: str = "") -> TextIn:
    return TextIn(
        key=key, label="In your words", surface=Surface.PRIVATE, hint=hint, initial=initial
    )


def some_options(count: int, *chosen: int) -> tuple[Option, ...]:
    return tuple(Option(f"v{n}", f"Option {n}", chosen=n in chosen) for n in range(count))


def component(field: Field) -> Json:
    """Return the one component of a modal with this field, without its key."""
    (label,) = modal_of(a_form(field), ASK)["components"]
    found: Json = json.loads(json.dumps(label["component"]))
    assert found.pop("custom_id") == field.key
    return found


def all_read(modal: Json) -> str:
    """Return every word of a modal, top to bottom, with escapes undone and blanks made one."""
    return " ".join(" ".join(_read(modal["components"])).replace("\\", "").split())


def _read(parts: list[Json]) -> Iterator[str]:
    for part in parts:
        yield from (part[name] for name in ("content", "label", "description") if part.get(name))
        yield from _read([part["component"]] if "component" in part else [])
        yield from _read(part.get("options", []))


def too_long(modal: Json) -> list[str]:
    """Return what the API would refuse in a modal."""
    labels = [one for one in modal["components"] if one["type"] == 18]
    inside = [one["component"] for one in labels]
    options = list(chain.from_iterable(one.get("options", []) for one in inside))
    within = [
        (1, modal["title"], 45),
        (1, modal["custom_id"], 100),
        *((1, one["label"], 45) for one in labels),
        *((1, one["description"], 100) for one in labels if "description" in one),
        *((1, one["custom_id"], 100) for one in inside),
        *((1, one[name], 100) for one in options for name in ("label", "value")),
        *((1, one["description"], 100) for one in options if "description" in one),
        *(
            (0, one["value"], one["max_length"])
            for one in inside
            if one["type"] == 4 and "value" in one
        ),
    ]
    found = [text for least, text, most in within if not least <= units(text) <= most]
    for one in inside:
        values = [each["value"] for each in one.get("options", [])]
        found += [value for value in set(values) if values.count(value) > 1]
    counts = {3: (1, 25), 21: (2, 10), 22: (1, 10)}
    for one in inside:
        least, most = counts.get(one["type"], (0, 0))
        if not least <= len(one.get("options", [])) <= most:
            found.append(f"{len(one['options'])} options in {one['custom_id']}")
    if not 1 <= len(modal["components"]) <= 5:
        found.append(f"{len(modal['components'])} parts")
    return found


# -- what opens --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", SHOWN)
def test_every_form_of_ours_opens_whole(form: Form) -> None:
    modal = modal_of(form, ASK)
    assert too_long(modal) == []
    read = all_read(modal)
    assert plain(form.title) == modal["title"]
    for field in form.fields:
        told = [field.label, field.hint, *(one.label for one in getattr(field, "options", ()))]
        for words in told:
            assert words is None or " ".join(plain(words).split()) in read
    assert read.count("…") == all_words(form).count("…")


def all_words(form: Form) -> str:
    told = chain.from_iterable((field.label, field.hint or "") for field in form.fields)
    return " ".join(plain(words) for words in (form.title, form.intro or "", *told))


@pytest.mark.parametrize("form", [one for one in SHOWN if one.values[0].intro is not None])  # type: ignore[union-attr]
def test_every_introduction_is_read_whole_and_in_order(form: Form) -> None:
    assert form.intro is not None
    words = plain(form.intro).split()
    left = iter(all_read(modal_of(form, ASK)).split())
    assert [word for word in words if word not in left] == []


def test_an_introduction_stands_above_the_fields() -> None:
    first, label = modal_of(a_form(some_words(), intro="Only *you* see it."), ASK)["components"]
    assert first == {"type": 10, "content": "Only \\*you\\* see it."}
    assert label["type"] == 18


def test_with_five_fields_the_introduction_stands_sentence_by_sentence_in_their_hints() -> None:
    fields = [some_words(f"f{n}", hint="Whom?" if n == 0 else None) for n in range(5)]
    intro = f"In danger? Ring first. {'What you send goes to them. ' * 3}"
    labels = modal_of(a_form(*fields, intro=intro.strip()), ASK)["components"]
    assert [one.get("description") for one in labels] == [
        "In danger? Ring first. What you send goes to them. What you send goes to them. Whom?",
        "What you send goes to them.",
        None,
        None,
        None,
    ]


def test_an_introduction_without_room_anywhere_leaves_the_hints_whole() -> None:
    fields = [some_words(f"f{n}", hint="h" * 100) for n in range(5)]
    modal = modal_of(a_form(*fields, intro="No room."), ASK)
    assert too_long(modal) == []
    assert {one["description"] for one in modal["components"]} == {"h" * 100}


def test_words_that_are_too_long_are_cut_and_show_that_they_are() -> None:
    form = Form(
        title="t" * 60,
        submit="Send",
        fields=(TextIn(key="k", label="\U0001f33b" * 60, hint="h" * 200, surface=Surface.PRIVATE),),
    )
    modal = modal_of(form, ASK)
    assert too_long(modal) == []
    assert modal["components"][0]["label"] == "\U0001f33b" * 22 + "…"


def test_the_modal_carries_its_action() -> None:
    assert modal_of(a_form(some_words()), ASK)["custom_id"] == "pb1|crisis|worry|a1"


def test_words_are_typed_into_an_input_with_both_ends_set() -> None:
    field = TextIn(key="k", label="L", surface=Surface.PRIVATE, most=500, initial="as before")
    expected = {"type": 4, "style": 1, "min_length": 1, "max_length": 500, "required": True}
    assert component(field) == {**expected, "value": "as before"}


def test_long_words_have_a_high_input_and_may_be_left_out() -> None:
    field = TextIn(key="k", label="L", surface=Surface.PRIVATE, long=True, required=False)
    expected = {"type": 4, "style": 2, "min_length": 0, "max_length": 200, "required": False}
    assert component(field) == expected


def test_an_input_takes_what_was_typed_even_if_that_is_too_long_by_now() -> None:
    field = some_words(initial="\U0001f33b\n" * 100)
    shown = component(field)
    assert (shown["value"], shown["max_length"], shown["style"]) == (field.initial, 300, 2)


@pytest.mark.parametrize(("count", "kind"), [(1, 3), (2, 21), (10, 21), (11, 3), (25, 3)])
def test_a_choice_shows_its_options_at_once_if_they_are_few(count: int, kind: int) -> None:
    shown = component(Choice(key="k", label="L", options=some_options(count)))
    assert (shown["type"], len(shown["options"])) == (kind, count)


@pytest.mark.parametrize("required", [True, False])
def test_every_choice_says_how_many_are_needed(required: bool) -> None:
    ends = {"required": required, "min_values": int(required), "max_values": 1}
    few, many = some_options(3), some_options(12)
    radios = component(Choice(key="k", label="L", options=few, required=required))
    listed = component(Choice(key="k", label="L", options=many, required=required))
    ticks = component(MultiChoice(key="k", label="L", options=few, required=required))
    room = component(ChannelPick(key="k", label="L", required=required))
    member = component(MemberPick(key="k", label="L", required=required))
    assert radios["required"] is required
    assert {**ticks, "options": ()} == {"type": 22, **ends, "max_values": 3, "options": ()}
    assert {**listed, "options": ()} == {"type": 3, **ends, "options": ()}
    assert room == {"type": 8, **ends, "channel_types": [0]}
    assert member == {"type": 5, **ends}


def test_what_was_chosen_is_ticked_already() -> None:
    one = component(Choice(key="k", label="L", options=some_options(3, 1, 2)))
    some = component(MultiChoice(key="k", label="L", options=some_options(3, 1, 2)))
    assert [each["default"] for each in one["options"]] == [False, True, False]
    assert [each["default"] for each in some["options"]] == [False, True, True]


def test_of_two_options_with_one_value_the_first_is_offered() -> None:
    options = (Option("a", "Apples"), Option("b", "Bread"), Option("a", "Again"))
    shown = component(Choice(key="k", label="L", options=options))
    assert [each["label"] for each in shown["options"]] == ["Apples", "Bread"]


def test_an_option_shows_its_hint() -> None:
    options = (Option("a", "Apples", "red"), Option("b", "Bread"))
    first, second = component(Choice(key="k", label="L", options=options))["options"]
    assert first == {"value": "a", "label": "Apples", "description": "red", "default": False}
    assert second == {"value": "b", "label": "Bread", "default": False}


def test_yes_and_no_is_a_box_to_tick() -> None:
    assert component(Toggle(key="k", label="L", initial=True)) == {"type": 23, "default": True}


def test_what_was_picked_is_picked_already() -> None:
    room = component(ChannelPick(key="k", label="L", initial="81"))
    member = component(MemberPick(key="k", label="L", initial="82"))
    assert room["default_values"] == [{"id": "81", "type": "channel"}]
    assert member["default_values"] == [{"id": "82", "type": "user"}]
    assert "default_values" not in component(ChannelPick(key="k", label="L", initial="lobby"))


# -- what comes back ---------------------------------------------------------------------------

FILLED: Json = {
    "custom_id": "pb1|conform|ask",
    "components": [
        {"type": 10, "id": 1},
        {"type": 18, "id": 2, "component": {"type": 4, "custom_id": "short", "value": " rain\n"}},
        {"type": 18, "component": {"type": 21, "custom_id": "one", "value": "b", "id": 5}},
        {"type": 18, "component": {"type": 21, "custom_id": "none", "value": None, "id": 6}},
        {"type": 18, "component": {"type": 22, "custom_id": "some", "values": ["x", "z"]}},
        {"type": 18, "component": {"type": 3, "custom_id": "listed", "values": ["l"]}},
        {"type": 18, "component": {"type": 23, "custom_id": "yes", "value": True}},
        {"type": 18, "component": {"type": 8, "custom_id": "room", "values": ["81"]}},
        {"type": 18, "component": {"type": 5, "custom_id": "member", "values": []}},
        {"type": 1, "components": [{"type": 4, "custom_id": "older", "value": "shape"}]},
    ],
}


def test_what_was_filled_in_comes_back_by_field() -> None:
    assert values_of(FILLED) == {
        "short": " rain\n",
        "one": "b",
        "none": "",
        "some": ("x", "z"),
        "listed": ("l",),
        "yes": True,
        "room": "81",
        "member": "",
        "older": "shape",
    }


def test_a_form_reads_what_its_own_modal_sends() -> None:
    form = a_form(
        some_words("words"),
        Choice(key="one", label="L", options=some_options(12)),
        MultiChoice(key="some", label="L", options=some_options(3)),
        Toggle(key="yes", label="L"),
        MemberPick(key="member", label="L", required=False),
    )
    filled: dict[str, Json] = {
        "words": {"value": "hello"},
        "one": {"values": ["v11"]},
        "some": {"values": ["v0", "v2"]},
        "yes": {"value": False},
        "member": {"values": ["82"]},
    }
    sent = [
        {"type": 18, "component": {"type": one["type"], "custom_id": key, **filled[key]}}
        for one in (label["component"] for label in modal_of(form, ASK)["components"])
        if (key := one["custom_id"])
    ]
    taken, refused = form.read(values_of({"components": sent}))
    assert refused == {}
    assert taken == {
        "words": "hello",
        "one": "v11",
        "some": ("v0", "v2"),
        "yes": False,
        "member": "82",
    }


@pytest.mark.parametrize(
    "answer",
    [
        {"type": 4, "custom_id": "k", "value": 7},
        {"type": 4, "custom_id": "k"},
        {"type": 4, "custom_id": "", "value": "x"},
        {"type": 4, "custom_id": ["k"], "value": "x"},
        {"type": "4", "custom_id": "k", "value": "x"},
        {"type": 21, "custom_id": "k", "value": ["x"]},
        {"type": 22, "custom_id": "k", "values": "x"},
        {"type": 22, "custom_id": "k", "values": ["x", 7]},
        {"type": 3, "custom_id": "k", "values": {"x": 1}},
        {"type": 5, "custom_id": "k", "values": [None]},
        {"type": 23, "custom_id": "k", "value": "true"},
        {"type": 23, "custom_id": "k", "value": 1},
        {"type": 19, "custom_id": "k", "values": ["a file"]},
        {"type": 18, "component": {"type": 4, "custom_id": "k", "value": "x"}},
        None,
    ],
)
def test_an_answer_of_another_shape_is_left_out(answer: object) -> None:
    rows = [{"type": 18, "component": answer}, {"type": 1, "components": answer}]
    assert values_of({"components": rows}) == {}


def test_a_yes_is_no_type() -> None:
    older = {"type": True, "components": [{"type": 4, "custom_id": "k", "value": "x"}]}
    assert values_of({"components": [older]}) == {}


def test_of_two_answers_with_one_key_the_first_counts() -> None:
    rows = [
        {"type": 18, "component": {"type": 4, "custom_id": "k", "value": value}}
        for value in ("first", "second")
    ]
    assert values_of({"components": rows}) == {"k": "first"}


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([1, 4, 18, 22, 23])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "component", "components", "custom_id", "value", "values"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JUNK)
def test_no_shape_at_all_breaks_it(junk: object) -> None:
    for value in values_of(junk).values():  # type: ignore[arg-type]
        assert isinstance(value, str | bool | tuple)


# -- lengths -----------------------------------------------------------------------------------


@given(st.text(max_size=60), st.integers(1, 40))
def test_shortened_words_are_their_beginning_and_never_too_long(text: str, most: int) -> None:
    short = shortened(text, most)
    assert units(short) <= most
    assert short == text or text.startswith(short.removesuffix("…"))


def test_markdown_is_shown_as_it_was_written() -> None:
    assert escaped("**a** <@1> [b](c) - `d`") == (
        "\\*\\*a\\*\\* \\<@1\\> \\[b\\]\\(c\\) \\- \\`d\\`"
    )
