"""Who was erased, as keyed hashes in a file outside every backup: a restore erases them again."""

import os
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
        if not self._file.exists():
            return frozenset()
        lines = self._file.read_text(encoding="ascii", errors="replace").splitlines()
        return frozenset(line.split()[0] for line in lines if line.strip())
