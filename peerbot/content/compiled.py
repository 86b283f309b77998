"""Keeps what takes long to make where Python keeps its compiled modules, for the next start.

It is as trustworthy as those: whoever can write there can change what runs anyway. Where nobody can
write (an image that is read-only), everything is made anew.
"""

import contextlib
import gc
import hashlib
import importlib.util
import logging
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

log = logging.getLogger(__name__)

_MOST_KEPT = 4
"""Of one name: what was there before an update or a change may come back."""

Made = TypeVar("Made")


class _Damaged(Exception):
    """The file is not whole."""


def kept(
    name: str, sources: Iterable[Path], make: Callable[[], Made], folder: Path | None = None
) -> Made:
    """Return what `make` makes of `sources`, or what it made of the very same ones before.

    It is kept in `folder`: by default beside our own compiled modules, and nowhere if Python is
    told to keep none (`PYTHONDONTWRITEBYTECODE`).
    """
    if folder is None and sys.dont_write_bytecode:
        return make()
    file = _file(folder or Path(importlib.util.cache_from_source(__file__)).parent, name, sources)
    if file is None:
        return make()
    with contextlib.suppress(OSError, _Damaged):
        found: Made = _read(file)
        return found
    made = make()
    try:
        _write(file, made)
    except OSError as error:
        log.debug("%s is not kept for the next start: %s", name, type(error).__name__)
    return made


def _file(folder: Path, name: str, sources: Iterable[Path]) -> Path | None:
    """Return where it would be; None if a source cannot be read."""
    key = hashlib.sha256(sys.version.encode())
    try:
        for source in sources:
            key.update(f"\0{source.parent.name}/{source.name}\0".encode())
            key.update(source.read_bytes())
    except OSError:
        return None
    return folder / f"{name}.{key.hexdigest()[:16]}.pickle"


def _read(file: Path) -> Any:
    """Return what is kept in `file`; raises `_Damaged` if it is not what was written."""
    content = file.read_bytes()
    digest, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() != digest:
        raise _Damaged
    was_on = gc.isenabled()
    gc.disable()
    try:
        return pickle.loads(body)  # noqa: S301 - said above
    finally:
        if was_on:
            gc.enable()


def _write(file: Path, made: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as unfinished:
        body = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
        unfinished.write(hashlib.sha256(body).digest() + body)
    Path(unfinished.name).replace(file)
    several = file.parent.glob(f"{file.name.partition('.')[0]}.*.pickle")
    for old in sorted(several, key=_age)[_MOST_KEPT:]:
        old.unlink(missing_ok=True)


def _age(file: Path) -> float:
    """Return a number that is the higher, the longer ago a file was written."""
    return -file.stat().st_mtime
