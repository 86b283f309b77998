"""Button ids: ours come back exactly, forged ones are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.chat.actions import MAX_ID, Action, BadAction, action, decode

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
ARGS = st.lists(st.from_regex(r"[A-Za-z0-9_.:@+-]{1,12}", fullmatch=True), max_size=4)


@given(NAMES, NAMES, ARGS)
def test_every_action_comes_back_as_it_was(feature: str, verb: str, args: list[str]) -> None:
    sent = action(feature, verb, *args)
    assert decode(sent.encoded) == sent
    assert len(sent.encoded) <= MAX_ID


@given(st.text())
def test_what_is_not_ours_is_refused_and_nothing_else_raised(text: str) -> None:
    try:
        assert decode(text).encoded == text
    except BadAction:
        return


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "pb1",
        "pb1|tips",
        "pb2|tips|show",
        "pb1|tips|show|",
        "pb1|Tips|show",
        "pb1|tips|show|a b",
        "pb1|tips|show|é",
        "pb1|tips|show|'; DROP TABLE x",
        "pb1|tips|show\n",
        "pb1|tips|show|a\n",
        "pb1|tips|show|" + "x" * 61,
        "pb1|tips|show|" + "|".join(["x" * 50] * 3),
    ],
)
def test_forged_ids_are_refused(forged: str) -> None:
    with pytest.raises(BadAction):
        decode(forged)


def test_an_id_that_is_too_long_cannot_be_made() -> None:
    with pytest.raises(BadAction, match="at most 100"):
        action("tips", "show", "x" * 50, "y" * 50)


def test_words_cannot_be_put_into_an_id() -> None:
    with pytest.raises(BadAction):
        Action("tips", "show", ("I feel alone",))


def test_a_number_is_one_that_we_offered() -> None:
    assert action("tips", "show", "2").count(2) == 2
    for forged in ("3", "-1", "1.0", "", "1234567", "two"):
        with pytest.raises(BadAction):
            action("tips", "show", *([forged] if forged else [])).count(2)
