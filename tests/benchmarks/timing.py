"""Measures two variants in turn: on a shared machine only their ratio means anything."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

PAIRS = 7
"""How often each variant runs; for a claim below 1.10 a benchmark asks for 50 and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of one benchmark, as it is printed."""

    name: str
    ours: str
    baseline: str = ""
    ratio: float | None = None
    """Ours divided by the baseline, which ran in turn with it."""
    goal: str = ""
    """What is to be reached; empty if the number is only told."""
    is_reached: bool = True


Benchmark = Callable[[], Measured | tuple[Measured, ...]]
Variant = Callable[[], float]
"""Does its work once and returns how many seconds the part of interest took, or each of many."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Both variants, in the order in which they ran."""

    seconds: tuple[tuple[float, float], ...]

    @property
    def ours(self) -> float:
        return median(one for one, _ in self.seconds)

    @property
    def baseline(self) -> float:
        return median(other for _, other in self.seconds)

    @property
    def ratio(self) -> float:
        """The median of the ratios of neighbouring runs."""
        return median(one / other for one, other in self.seconds)

    @property
    def ratio_of_the_quickest(self) -> float:
        """The tenth percentile of ours divided by that of the baseline: when nobody disturbs."""
        ours, baseline = zip(*self.seconds, strict=True)
        return quantiles(ours, n=10)[0] / quantiles(baseline, n=10)[0]


def in_turn(ours: Variant, baseline: Variant, pairs: int = PAIRS) -> Pairs:
    """Return both measured in turn, after a first run of each that does not count."""
    ours(), baseline()
    return Pairs(tuple((ours(), baseline()) for _ in range(pairs)))


def compared(
    name: str, ours: Variant, baseline: Variant, *, at_most: float, pairs: int = PAIRS
) -> Measured:
    """Return how many times as long as the baseline ours takes; `at_most` times is the goal."""
    found = in_turn(ours, baseline, pairs)
    return Measured(
        name=name,
        ours=duration(found.ours),
        baseline=duration(found.baseline),
        ratio=found.ratio,
        goal=f"<= {at_most:g} x",
        is_reached=found.ratio <= at_most,
    )


def within(name: str, ours: Variant, baseline: Variant, *, at_most: float) -> Measured:
    """Return how long ours takes; `at_most` seconds is the goal, and the baseline says on what."""
    found = in_turn(ours, baseline)
    return Measured(
        name=name,
        ours=duration(found.ours),
        baseline=duration(found.baseline),
        ratio=found.ratio,
        goal=f"<= {duration(at_most)}",
        is_reached=found.ours <= at_most,
    )


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def of_processor(work: Callable[[], object], times: int = 1) -> float:
    """Return how many seconds of the processor `work` takes, divided by `times`."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / times


def duration(in_seconds: float) -> str:
    """Return a duration as people read it, such as `1.2 ms`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if in_seconds >= size:
            return f"{in_seconds / size:.3g} {unit}"
    return f"{in_seconds * 1e6:.3g} us"
