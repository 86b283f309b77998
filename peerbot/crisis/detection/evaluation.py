"""Measures a detector on labelled messages, exactly as the safety page of the design defines it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from peerbot.crisis.detection.detector import Detector
from peerbot.crisis.detection.finding import Tier


class RowError(ValueError):
    """A line of the file is no labelled message; says which line and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message and the tier that people expect of it."""

    text: str
    expect: Tier
    id: str = ""
    debatable: bool = False
    groups: dict[str, str] = field(default_factory=dict)
    """Its functionality, lang, category: whatever else the line says in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Shares from 0 to 1; None where there was nothing to take a share of."""

    n: int
    severe_flagged: float | None
    """Of urgent and emergency: found as concern or above."""
    severe_urgent: float | None
    """Of urgent and emergency: found as urgent or above."""
    emergency_exact: float | None
    concern_flagged: float | None
    false_any: float | None
    """Of none: found as anything."""
    false_urgent: float | None
    """Of none: found as urgent or above."""
    exact: float | None
    us_per_message: float | None
    """Of the processor, and with rules that were met before, as they are in a bot that runs."""

    def as_json(self) -> dict[str, float | int | None]:
        """Return the measures by their names, shares with four digits."""
        names = self.__slots__
        values = {name: getattr(self, name) for name in names}
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A message that was found otherwise than expected."""

    row: Row
    got: Tier
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that an evaluation says; debatable rows count only in `debatable`."""

    all: Measures
    by: dict[str, Measures]
    debatable: Measures
    misses: tuple[Miss, ...]
    """Of both kinds of rows; each says of its row whether it is debatable."""

    def as_json(self) -> dict[str, object]:
        """Return one object: the measures, and under `by` and `debatable` the same again."""
        return {
            **self.all.as_json(),
            "by": {name: measures.as_json() for name, measures in self.by.items()},
            "debatable": self.debatable.as_json(),
        }


@dataclass(frozen=True, slots=True)
class _Seen:
    row: Row
    got: Tier
    seconds: float


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Return the rows of a jsonl file, blank lines left out; raises `RowError`."""
    return [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def evaluate(
    detector: Detector,
    rows: Iterable[Row],
    *,
    seconds: Callable[[], float],
    by: str | None = None,
) -> Report:
    """Run `detector` over `rows`; `seconds` is a clock, `by` the name of a group to split by."""
    seen = [_look(detector, row, seconds) for row in rows]
    clear = [each for each in seen if not each.row.debatable]
    groups: dict[str, list[_Seen]] = {}
    if by is not None:
        for each in clear:
            groups.setdefault(each.row.groups.get(by, "(none)"), []).append(each)
    return Report(
        all=_measures(clear),
        by={name: _measures(groups[name]) for name in sorted(groups)},
        debatable=_measures([each for each in seen if each.row.debatable]),
        misses=tuple(
            Miss(row=each.row, got=each.got, explanation=detector.explain(each.row.text).told())
            for each in seen
            if each.got is not each.row.expect
        ),
    )


def _look(detector: Detector, row: Row, seconds: Callable[[], float]) -> _Seen:
    detector.find(row.text)  # makes the expressions of the rules that it meets, once for good
    before = seconds()
    finding = detector.find(row.text)
    return _Seen(row, finding.tier if finding else Tier.NONE, seconds() - before)


def _measures(seen: list[_Seen]) -> Measures:
    severe = [each.got for each in seen if each.row.expect >= Tier.URGENT]
    harmless = [each.got for each in seen if each.row.expect is Tier.NONE]
    return Measures(
        n=len(seen),
        severe_flagged=_share(got >= Tier.CONCERN for got in severe),
        severe_urgent=_share(got >= Tier.URGENT for got in severe),
        emergency_exact=_share(
            each.got is Tier.EMERGENCY for each in seen if each.row.expect is Tier.EMERGENCY
        ),
        concern_flagged=_share(
            each.got >= Tier.CONCERN for each in seen if each.row.expect is Tier.CONCERN
        ),
        false_any=_share(got >= Tier.CONCERN for got in harmless),
        false_urgent=_share(got >= Tier.URGENT for got in harmless),
        exact=_share(each.got is each.row.expect for each in seen),
        us_per_message=sum(each.seconds for each in seen) / len(seen) * 1e6 if seen else None,
    )


def _share(outcomes: Iterable[bool]) -> float | None:
    listed = list(outcomes)
    return sum(listed) / len(listed) if listed else None


def _row(number: int, line: str) -> Row:
    try:
        raw = json.loads(line)
        return Row(
            text=raw["text"],
            expect=Tier.from_label(raw["expect"]),
            id=str(raw.get("id", number)),
            debatable=bool(raw.get("debatable", False)),
            groups={k: v for k, v in raw.items() if isinstance(v, str) and k != "text"},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise RowError(
            f'line {number} is no labelled message ({broken}); write {{"text": "...", "expect": '
            '"none"} with none, concern, urgent or emergency'
        ) from broken
