"""A moment in a file: a clock for whoever reads it, in this process or in another one."""

from datetime import datetime, timedelta
from pathlib import Path


class TimeFile:
    """Implements `Clock`. It stands still until somebody moves it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self._file.read_text())

    def move_to(self, moment: datetime) -> None:
        draft = self._file.with_suffix(".part")
        draft.write_text(moment.isoformat())
        draft.replace(self._file)

    def move(self, by: timedelta) -> None:
        self.move_to(self() + by)
