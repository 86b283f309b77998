"""Forms: what comes back from a platform is not to be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.chat.cards import Option
from peerbot.chat.forms import (
    ChannelPick,
    Choice,
    Form,
    MemberPick,
    MultiChoice,
    Surface,
    TextIn,
    Toggle,
    clean,
)
from peerbot.chat.plain import plain

OPTIONS = (Option("a", "Apples"), Option("b", "Bread"))
FORM = Form(
    title="Form",
    submit="Send",
    fields=(
        TextIn(key="words", label="Words", surface=Surface.PRIVATE, most=10),
        Choice(key="one", label="One", options=OPTIONS),
        MultiChoice(key="some", label="Some", options=OPTIONS),
        Toggle(key="yes", label="Yes"),
        ChannelPick(key="room", label="Room"),
    ),
)
GOOD = {"words": "fine", "one": "a", "some": ("b",), "yes": True, "room": "r1"}
WHO = Form(title="Form", submit="Send", fields=(MemberPick(key="who", label="Who"),))

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.tuples(st.text(), st.text()),
    st.lists(st.text()),
)


def reasons(**changed: object) -> dict[str, str]:
    _taken, refused = FORM.read({**GOOD, **changed})  # type: ignore[dict-item]
    return {key: plain(words) for key, words in refused.items()}


def test_good_values_are_taken() -> None:
    assert FORM.read(GOOD) == (GOOD, {})


@given(st.dictionaries(st.sampled_from([*GOOD, "other", ""]), ANYTHING))
def test_whatever_comes_back_never_raises_and_never_smuggles(values: dict[str, object]) -> None:
    taken, refused = FORM.read(values)  # type: ignore[arg-type]
    assert set(taken) | set(refused) == set(GOOD)
    assert set(taken) & set(refused) == set()
    assert taken.get("one", "a") in {"a", "b"}
    assert set(taken.get("some", ())) <= {"a", "b"}  # type: ignore[arg-type]
    assert isinstance(taken["yes"], bool)
    assert len(str(taken.get("words", ""))) <= 10


def test_an_option_that_was_not_offered_is_refused() -> None:
    assert "not offered" in reasons(one="c")["one"]
    assert "not offered" in reasons(some=("a", "c"))["some"]


def test_words_that_are_too_long_are_refused_with_how_much() -> None:
    assert "3 characters too long (at most 10)" in reasons(words="x" * 13)["words"]


@pytest.mark.parametrize("empty", ["", "   ", "\x00\x1b", None, ("x",), True])
def test_a_required_field_that_is_empty_is_refused(empty: object) -> None:
    assert set(reasons(words=empty)) == {"words"}


def test_control_characters_are_taken_out_and_line_breaks_stay() -> None:
    assert clean(" a\x00b\x1b[2J\nc\td\x7f\x9b\ud800 ") == "ab[2J\nc\td"


def test_several_choices_come_in_the_order_offered_and_once() -> None:
    taken, _refused = FORM.read({**GOOD, "some": ("b", "a", "b")})
    assert taken["some"] == ("a", "b")


def test_unknown_fields_are_dropped() -> None:
    taken, refused = FORM.read({**GOOD, "admin": "yes"})
    assert "admin" not in taken
    assert refused == {}


def test_a_form_keeps_what_was_typed() -> None:
    kept = FORM.keeping({"words": "so far", "one": "b", "some": ("a",), "yes": True, "room": "r2"})
    words, one, some, yes, room = kept.fields
    assert isinstance(words, TextIn)
    assert words.initial == "so far"
    assert isinstance(one, Choice)
    assert [option.chosen for option in one.options] == [False, True]
    assert isinstance(some, MultiChoice)
    assert [option.chosen for option in some.options] == [True, False]
    assert isinstance(yes, Toggle)
    assert yes.initial
    assert isinstance(room, ChannelPick)
    assert room.initial == "r2"


@pytest.mark.parametrize("count", [0, 6])
def test_a_form_has_one_to_five_fields(count: int) -> None:
    field = Toggle(key="k", label="L")
    with pytest.raises(ValueError, match="1 to 5 fields"):
        Form(title="t", submit="s", fields=(field,) * count)


@pytest.mark.parametrize("member", ["U012AB3CD", "123456789012345678", "sam"])
def test_a_member_is_taken_by_their_id(member: str) -> None:
    assert WHO.read({"who": member}) == ({"who": member}, {})
    (kept,) = WHO.keeping({"who": member}).fields
    assert isinstance(kept, MemberPick)
    assert kept.initial == member


@pytest.mark.parametrize("member", ["<@&1>", "a b", "@everyone", "x" * 65, "sam\n", None, 5, ""])
def test_what_is_no_members_id_is_not_taken(member: object) -> None:
    taken, refused = WHO.read({"who": member})  # type: ignore[dict-item]
    assert (taken, list(refused)) == ({}, ["who"])


def test_nobody_need_be_picked_where_it_is_not_required() -> None:
    form = Form(title="t", submit="s", fields=(MemberPick(key="who", label="Who", required=False),))
    assert form.read({}) == ({"who": ""}, {})
