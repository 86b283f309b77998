"""One process at a time: a hold on a file that two must not work on."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from peerbot.errors import PeerbotError
from peerbot.failures import CANNOT_BE_OPENED, DatabaseAway


class AlreadyRunning(PeerbotError):
    """Another process works on the same data."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        who = "another process" if pid is None else f"process {pid}"
        super().__init__(f"peerbot already runs on {folder} ({who}). Stop that one first.")
        self.folder = folder
        self.pid = pid


class Hold:
    """A file that no other process may hold meanwhile; given back by `release` or its end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def hold_exclusively(file: Path) -> Hold:
    """Return a hold on the SQLite `file`, which must not be worked on by two processes.

    The lock is a file beside it, with our process id; it ends with the process however that
    ends. Raises AlreadyRunning if another one has it, DatabaseAway if there is no place for it.
    """
    beside = file.with_name(file.name + ".lock")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseAway(CANNOT_BE_OPENED) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.read(descriptor, 20)
        os.close(descriptor)
        raise AlreadyRunning(file.parent, int(written) if written.isdigit() else None) from None
    # On a full disk it is held all the same, only without saying by whom.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return Hold(descriptor)
