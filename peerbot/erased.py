"""Who was erased, as keyed hashes in a file outside every backup: a restore erases them again."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path


class ErasedList:
    """The list in `file`: a line per member, their keyed hash (`Vault.keyed_hash`) and the day."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, keyed_hash: str, day: date) -> None:
        """Add a member; the line is on the disk when this returns. Adding twice does no harm."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{keyed_hash} {day.isoformat()}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def hashes(self) -> frozenset[str]:
        """Return the keyed hashes of everybody who was erased."""
        return frozenset(self.days())

    def days(self) -> Mapping[str, date]:
        """Return the keyed hashes of everybody who was erased, each with the latest day."""
        if not self._file.exists():
            return {}
        lines = self._file.read_text(encoding="ascii", errors="replace").splitlines()
        found: dict[str, date] = {}
        for keyed_hash, *rest in (line.split() for line in lines if line.strip()):
            day = _day(rest)
            found[keyed_hash] = max(day, found.get(keyed_hash, day))
        return found


def _day(words: list[str]) -> date:
    """Return the day on a line; for one that was cut off, a day before all others."""
    try:
        return date.fromisoformat(words[0])
    except (IndexError, ValueError):
        return date(1970, 1, 1)
