"""What a summary may show without telling about one or two people: floors and groups, pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TypeVar

from peerbot.checkins.model import Help, Step, Tally

T = TypeVar("T")

SHOWN_FROM = 5
"""People in all; with fewer nothing is shown (CK4)."""
STEPS_FROM = 10
"""People in all; with fewer the steps are three groups (CK4)."""
SMALLEST_GROUP = 3
VOICES_TOGETHER = 3
"""Anonymous words are shown only this many together, or more."""
VOICES_ON_A_CARD = 6

_THREE = ((1, 2), (3, 3), (4, 5))
_FIVE = tuple((step, step) for step in range(1, 6))


@dataclass(frozen=True, slots=True)
class Group:
    """How many people chose a step from `first` to `last`."""

    first: Step
    last: Step
    people: int


@dataclass(frozen=True, slots=True)
class Released:
    """What everybody may know of a round."""

    people: int
    groups: tuple[Group, ...]
    """From the lowest step to the highest; empty if they cannot be told apart."""
    wished: tuple[Help, ...]
    """What at least three people wished for; without numbers, which would tell about the rest."""


def released(counted: Tally) -> Released | None:
    """Return what may be shown of a round; None if it was too few people.

    Steps are joined with their neighbours until every group has three people or more. Empty steps
    are joined too: were they shown, a group of three out of two steps could only be one and two.
    The same counts give the same groups for ever, so that nothing is learned by looking twice.
    """
    if counted.people < SHOWN_FROM:
        return None
    bounds = _FIVE if counted.people >= STEPS_FROM else _THREE
    groups = _joined(
        [(first, last, sum(counted.steps[first - 1 : last])) for first, last in bounds]
    )
    wished = tuple(kind for kind, people in counted.help if people >= SMALLEST_GROUP)
    shown = tuple(Group(Step(first), Step(last), people) for first, last, people in groups)
    return Released(counted.people, shown if len(shown) > 1 else (), wished)


def _joined(parts: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    groups: list[tuple[int, int, int]] = []
    for first, last, people in parts:
        if groups and groups[-1][2] < SMALLEST_GROUP:
            first_of_group, _last, before = groups.pop()
            groups.append((first_of_group, last, before + people))
        else:
            groups.append((first, last, people))
    if len(groups) > 1 and groups[-1][2] < SMALLEST_GROUP:
        _first, last, few = groups.pop()
        first, _last, before = groups.pop()
        groups.append((first, last, before + few))
    return groups


def voices(words: Sequence[T]) -> tuple[tuple[T, ...], ...]:
    """Return anonymous words card by card, three to six on each; nothing for fewer than three."""
    if len(words) < VOICES_TOGETHER:
        return ()
    several = ceil(len(words) / VOICES_ON_A_CARD)
    size, more = divmod(len(words), several)
    bounds = [number * size + min(number, more) for number in range(several + 1)]
    return tuple(tuple(words[start:end]) for start, end in pairwise(bounds))
