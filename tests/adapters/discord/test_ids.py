"""Custom ids: an action comes back to the letter, twins both work, nothing forged is taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.ids import Ids, decoded
from peerbot.chat.actions import MAX_ID, Action, BadAction, action

names = st.from_regex(r"[a-z][a-z0-9-]{0,11}", fullmatch=True)
args = st.lists(st.from_regex(r"[A-Za-z0-9_.:@+-]{1,20}", fullmatch=True), max_size=3).map(tuple)


@settings(deadline=None)
@given(names, names, args, st.booleans(), st.integers(min_value=1, max_value=40))
def test_every_twin_comes_back_as_the_same_action(
    feature: str, verb: str, several: tuple[str, ...], asks: bool, twins: int
) -> None:
    meant, ids = Action(feature, verb, several), Ids()
    given_ids = [ids.of(meant, asks_first=asks) for _n in range(twins)]
    assert len(set(given_ids)) == twins
    assert {decoded(one) for one in given_ids} == {(meant, asks)}
    assert all(len(one) == len(meant.encoded) for one in given_ids)


def test_the_first_id_is_the_core_s_own() -> None:
    assert Ids().of(action("crisis", "help")) == action("crisis", "help").encoded


def test_a_button_that_asks_first_says_so_in_its_prefix() -> None:
    ids = Ids()
    assert ids.of(action("privacy", "erase"), asks_first=True) == "pbc|privacy|erase"
    assert ids.of(action("privacy", "erase")) == "pb1|privacy|erase"
    assert ids.of(action("privacy", "erase"), asks_first=True) == "p2c|privacy|erase"


def test_the_longest_id_has_room_for_twins() -> None:
    long = action("a", "b", "x" * 60, "y" * (MAX_ID - len("pb1|a|b|") - 61))
    ids = Ids()
    assert [len(ids.of(long, asks_first=True)) for _n in range(3)] == [MAX_ID] * 3


@pytest.mark.parametrize(
    "forged",
    [
        *("", "pb1", "pb1|", "pb1|x", "pb2|a|b", "pb|a|b", "p1c|a|b", "p01|a|b", "xb1|a|b"),
        *("PB1|a|b", " pb1|a|b", "pb1|a|b|", "pb1|a|b|é", "pb1|A|b", "pb1|a|b\n", "pb1|a|b~2"),
        *("pbc|a|b|c d", "pbc|pb1|a|b|" + "x" * 90, "pb1|a|b|" + "x" * 61, "pbb1|a|b", "pb1c|a|b"),
    ],
)
def test_what_we_cannot_have_made_is_refused(forged: str) -> None:
    with pytest.raises(BadAction):
        decoded(forged)


@settings(deadline=None)
@given(st.text(max_size=120))
def test_anything_else_is_refused_or_ours(text: str) -> None:
    try:
        meant, asks = decoded(text)
    except BadAction:
        return
    assert text[4:] == meant.encoded[4:]
    assert text[2] == ("c" if asks else "1")
