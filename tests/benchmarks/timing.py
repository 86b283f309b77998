"""Measures two variants in turn: only their ratio means anything on a shared machine."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

RUNS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of one benchmark."""

    name: str
    ours: str
    baseline: str
    ratio: float
    """Ours divided by the baseline."""
    reach: float
    """What the ratio should be at most."""

    @property
    def is_reached(self) -> bool:
        return self.ratio <= self.reach


Benchmark = Callable[[], Measured]


def in_turn(ours: Callable[[], float], baseline: Callable[[], float]) -> tuple[float, float, float]:
    """Return the medians of both in seconds, and the median of the ratios of neighbouring runs.

    Each function does its work once and returns how long the part of interest took.
    """
    pairs = [(ours(), baseline()) for _ in range(RUNS)]
    return (
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
        median(one / other for one, other in pairs),
    )


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compared(
    name: str, ours: Callable[[], float], baseline: Callable[[], float], *, reach: float
) -> Measured:
    """Return both variants measured in turn."""
    one, other, ratio = in_turn(ours, baseline)
    return Measured(
        name=name, ours=duration(one), baseline=duration(other), ratio=ratio, reach=reach
    )


def duration(in_seconds: float) -> str:
    """Return a duration as people read it, such as `1.2 ms`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if in_seconds >= size:
            return f"{in_seconds / size:.3g} {unit}"
    return f"{in_seconds * 1e6:.3g} us"
