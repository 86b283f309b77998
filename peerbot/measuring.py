"""Prints how good the crisis rules are on a file of labelled messages."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection.evaluation import Measures, Report, Row, RowError, evaluate, read_rows
from peerbot.errors import PeerbotError

COLUMNS = {
    "n": "n",
    "severe_flagged": "severe flagged",
    "severe_urgent": "severe urgent+",
    "emergency_exact": "emerg. exact",
    "concern_flagged": "concern flagged",
    "false_any": "false alarms",
    "false_urgent": "false urgent+",
    "exact": "exact",
    "us_per_message": "us each",
}
OF_ONE_MESSAGE = {"id", "note", "expect"}
"""What stands beside a message without naming a group of them."""


class CannotMeasure(PeerbotError):
    """The file cannot be read as labelled messages; the text says why."""


def measured(file: Path, *, as_json: bool, by: str | None, errors: bool) -> str:
    """Return the measures as text, or as one JSON object. Raises `CannotMeasure`."""
    try:
        rows = read_rows(file.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError, RowError) as error:
        raise CannotMeasure(f"{file}: {error}") from error
    _must_be_there(by, rows, file)
    detector, _broken = crisis_detector()
    report = evaluate(detector, rows, seconds=time.process_time, by=by)
    if as_json:
        return json.dumps(report.as_json())
    text = _table(report)
    return f"{text}\n{_misses(report)}" if errors else text


def _must_be_there(by: str | None, rows: Sequence[Row], file: Path) -> None:
    """Raise `CannotMeasure` if no message is labelled with a group of this name."""
    names = {name for row in rows for name in row.groups}
    if by is not None and by not in names:
        offered = ", ".join(sorted(names - OF_ONE_MESSAGE)) or "none: its lines have no groups"
        raise CannotMeasure(f"{file}: there is no group {by!r}. There are: {offered}.")


def _table(report: Report) -> str:
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("", overflow="fold")
    for title in COLUMNS.values():
        # As wide as its longest word: in a narrow terminal nothing is cut off.
        table.add_column(title, overflow="fold", max_width=max(5, *map(len, title.split())))
    groups = {"all": report.all, **report.by}
    if report.debatable.n:
        groups["debatable"] = report.debatable
    for name, measures in groups.items():
        table.add_row(name, *(_cell(measures, column) for column in COLUMNS))
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get().rstrip()


def _cell(measures: Measures, column: str) -> str:
    value = getattr(measures, column)
    if value is None:
        return "-"
    if column == "us_per_message":
        return f"{value:.0f}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _misses(report: Report) -> str:
    return "\n".join(
        f"\n{miss.row.id}: expected {miss.row.expect.label}, got {miss.got.label}: {miss.row.text}"
        f"\n{miss.explanation}"
        for miss in report.misses
    )
