"""What a summary shows, and that nobody can learn from it about one or two people."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.checkins.model import Help, Tally
from peerbot.checkins.summary import (
    SHOWN_FROM,
    SMALLEST_GROUP,
    VOICES_ON_A_CARD,
    VOICES_TOGETHER,
    Released,
    released,
    voices,
)

Counts = tuple[int, int, int, int, int]
people = st.integers(0, 40)
counts = st.tuples(people, people, people, people, people)


def shown(*steps: int) -> list[tuple[int, int, int]]:
    table = released(Tally(steps))  # type: ignore[arg-type]
    assert table is not None
    return [(one.first, one.last, one.people) for one in table.groups]


def test_nothing_is_shown_under_five_people() -> None:
    assert released(Tally((1, 1, 1, 1, 0))) is None
    assert released(Tally((0, 0, 4, 0, 0))) is None


def test_under_ten_people_the_steps_are_three_groups() -> None:
    assert shown(2, 1, 3, 2, 1) == [(1, 2, 3), (3, 3, 3), (4, 5, 3)]


def test_from_ten_people_on_every_step_is_shown() -> None:
    assert shown(3, 3, 3, 4, 5) == [(1, 1, 3), (2, 2, 3), (3, 3, 3), (4, 4, 4), (5, 5, 5)]


def test_one_or_two_people_are_joined_with_their_neighbours() -> None:
    assert shown(1, 2, 4, 5, 2) == [(1, 2, 3), (3, 3, 4), (4, 5, 7)]


def test_if_all_are_of_one_mind_their_number_alone_is_shown() -> None:
    assert shown(0, 0, 0, 0, 12) == []


def test_wishes_of_one_or_two_are_not_shown() -> None:
    table = released(Tally((3, 3, 3, 3, 3), ((Help.EMOTIONAL, 3), (Help.COMPANY, 2))))
    assert table is not None
    assert table.wished == (Help.EMOTIONAL,)


@given(counts)
def test_no_group_of_one_or_two_is_ever_shown(steps: Counts) -> None:
    table = released(Tally(steps))
    if table is None:
        assert sum(steps) < SHOWN_FROM
        return
    assert all(group.people >= SMALLEST_GROUP for group in table.groups)
    assert sum(group.people for group in table.groups) in {0, table.people}
    assert len(table.groups) != 1


@given(counts)
def test_groups_cover_all_steps_in_order(steps: Counts) -> None:
    table = released(Tally(steps))
    if table is not None and table.groups:
        covered = [step for one in table.groups for step in range(one.first, one.last + 1)]
        assert covered == [1, 2, 3, 4, 5]


@given(counts)
def test_the_same_counts_are_always_shown_alike(steps: Counts) -> None:
    assert released(Tally(steps)) == released(Tally(steps))


@pytest.mark.parametrize("total", range(SHOWN_FROM, 16))
def test_nobody_can_infer_a_group_of_one_or_two(total: int) -> None:
    """Whoever knows this code and sees a table never knows that a range of steps is so few.

    All answers that so many people can give are sorted by what would be shown of them: for every
    range of steps, one of those that look alike has nobody in it, or three or more.
    """
    alike: dict[Released | None, list[Counts]] = defaultdict(list)
    for first, second, third, fourth in product(range(total + 1), repeat=4):
        last = total - first - second - third - fourth
        if last >= 0:
            steps = (first, second, third, fourth, last)
            alike[released(Tally(steps))].append(steps)
    for several in alike.values():
        for start in range(5):
            for end in range(start + 1, 6):
                assert not {sum(steps[start:end]) for steps in several} <= {1, 2}


@given(st.lists(st.integers(), max_size=60))
def test_anonymous_words_stand_three_or_more_together(words: list[int]) -> None:
    dealt = voices(words)
    if len(words) < VOICES_TOGETHER:
        assert dealt == ()
    else:
        assert [one for card in dealt for one in card] == words
        assert all(VOICES_TOGETHER <= len(card) <= VOICES_ON_A_CARD for card in dealt)
