"""`make chaos` would notice: a defect that is planted makes it fail."""

import random

import pytest

from tests.chaos.killing import Killing, Result
from tests.chaos.scenarios import Round


@pytest.mark.slow
def test_without_the_owner_check_more_is_repeated_than_was_in_flight() -> None:
    said: list[str] = []
    killing = Killing(Round(size=150), random.Random(4), said.append, careless=True)
    result = killing.run(1)
    assert result.lost == 0
    assert result.repeated > result.in_flight
    assert not result.is_good
    assert len(said) == 1


@pytest.mark.parametrize(
    ("lost", "repeated", "may_repeat", "is_good"),
    [
        (0, 3, True, True),
        (0, 4, True, False),
        (1, 0, True, False),
        (0, 1, False, False),
        (0, 0, False, True),
    ],
)
def test_what_counts_as_good(lost: int, repeated: int, may_repeat: bool, is_good: bool) -> None:
    result = Result(lost=lost, repeated=repeated, in_flight=3, may_repeat=may_repeat)
    assert result.is_good is is_good
