"""Backups of the embedded database: taken while peerbot runs, checked before they come back.

A backup never holds the key, and what it holds cannot be read without it. Members who were
erased since stay erased after a restore: the list of them lies outside the backups.
"""

import asyncio
import hashlib
import json
import os
import shlex
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from sqlalchemy import URL

from peerbot import __version__, migrate
from peerbot.clock import Clock
from peerbot.db import Database, with_driver
from peerbot.erased import ErasedList
from peerbot.errors import PeerbotError
from peerbot.failures import failures_understood
from peerbot.hold import hold_exclusively
from peerbot.settings import Settings
from peerbot.vault import AppKey, KeyMissing, KeyWrong, Vault

EraseAgain = Callable[[Database, frozenset[str]], Awaitable[int]]
"""Erases the members with these keyed hashes from the restored database; returns how many."""

_MANIFEST = "manifest.json"
_OURS = "peerbot.sqlite"
_ENGINE = "engine.sqlite"
_COMPANIONS = ("", "-wal", "-shm")
_CHUNK = 1 << 20


class BackupElsewhere(PeerbotError):
    """The database is PostgreSQL, which has better tools of its own; `command` is the one."""

    def __init__(self, what: str, command: str) -> None:
        super().__init__(
            f"peerbot does not {what} PostgreSQL itself. Nothing was done; run this instead:\n"
            f"  {command}\n"
            "The key file and the list of erased members are not part of it: keep copies of them."
        )
        self.command = command


class BackupBroken(PeerbotError):
    """The file is not a backup of peerbot's, or was altered or cut off."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"The backup {file} cannot be used: {why}. Nothing was changed.")


class BackupNotWritten(PeerbotError):
    """The backup could not be written to where it should go."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"The backup {file} was not written: {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says about itself."""

    peerbot: str
    """The release that made it."""
    schema: str | None
    created_at: str
    """In UTC, ISO 8601."""
    sha256: Mapping[str, str]
    """Of each file in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    backup: Manifest
    kept_in: Path | None
    """Where the files are that were replaced; None if there were none."""
    erased_again: int
    """Members who were in the backup and had been erased since."""


async def backup(settings: Settings, to: Path, clock: Clock) -> Path:
    """Write a backup to `to` (a file, or a folder to put it in) and return the file.

    peerbot may run meanwhile: the backup is the state of one moment. Raises BackupElsewhere for
    PostgreSQL, BackupNotWritten or DatabaseAway.
    """
    source = _embedded_file(settings, "back up", "pg_dump --format=custom --file=peerbot.dump")
    now = clock()
    target = to / f"peerbot-{now:%Y-%m-%d-%H%M%S}.tar" if to.is_dir() else to
    if target.exists():
        raise BackupNotWritten(target, "there is such a file already; choose another name")
    try:
        await asyncio.to_thread(_write, source, settings.engine_file, target, now)
    except OSError as error:
        raise BackupNotWritten(target, error.strerror or str(error)) from error
    return target


async def restore(
    settings: Settings, source: Path, clock: Clock, erase_again: EraseAgain | None = None
) -> Restored:
    """Put the backup `source` in the place of the embedded database; return what was done.

    All of it is checked and prepared beside the database first: checksums, schema, key, and the
    members who were erased since are erased again (their keys always; `erase_again` does the
    rest). Raises AlreadyRunning, BackupElsewhere, BackupBroken, NewerDatabase, KeyMissing or
    KeyWrong; then nothing was changed.
    """
    target = _embedded_file(
        settings, "restore", "pg_restore --clean --if-exists --dbname", last=" peerbot.dump"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        hold_exclusively(target),
        tempfile.TemporaryDirectory(prefix="restore-", dir=target.parent) as beside,
    ):
        folder = Path(beside)
        manifest = await asyncio.to_thread(_unpack, source, folder)
        version = await migrate.current(f"sqlite:///{folder / _OURS}")
        if version is not None and not migrate.is_known(version):
            raise migrate.NewerDatabase(version)
        erased = await _prepare(settings, folder / _OURS, clock, erase_again)
        kept_in = target.parent / f"replaced-{clock():%Y-%m-%d-%H%M%S}"
        replaced = _swap(folder, {_OURS: target, _ENGINE: settings.engine_file}, kept_in)
    return Restored(backup=manifest, kept_in=kept_in if replaced else None, erased_again=erased)


def _embedded_file(settings: Settings, what: str, command: str, last: str = "") -> Path:
    address = with_driver(settings.database, blocking=True)
    if address.get_backend_name() != "sqlite":
        # libpq's own form, and no password where others can read it (~/.pgpass holds it).
        shown = URL.create(
            "postgresql",
            username=address.username,
            host=address.host,
            port=address.port,
            database=address.database,
        )
        url = shlex.quote(shown.render_as_string())
        raise BackupElsewhere(what, f"{command} {url}{last}")
    return Path(str(address.database))


def _write(ours: Path, engine: Path, target: Path, now: datetime) -> None:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as beside:
        folder = Path(beside)
        sources = {_OURS: ours} | ({_ENGINE: engine} if engine.exists() else {})
        with failures_understood():
            _copy_same_moment({source: folder / name for name, source in sources.items()})
        manifest = Manifest(
            peerbot=__version__,
            schema=migrate.current_now(f"sqlite:///{folder / _OURS}"),
            created_at=now.isoformat(),
            sha256={name: _checksum(folder / name) for name in sources},
        )
        unfinished = folder / "backup.tar"
        with tarfile.open(unfinished, "w") as tar:
            about = json.dumps(asdict(manifest), indent=2).encode()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size, entry.mode, entry.mtime = len(about), 0o600, int(now.timestamp())
            tar.addfile(entry, BytesIO(about))
            for name in sources:
                tar.add(folder / name, name, filter=_private)
        unfinished.chmod(0o600)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(target)


def _private(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return `entry` without the names of who made it, readable by its owner only."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _copy_same_moment(copies: Mapping[Path, Path]) -> None:
    """Copy each database to its new file; all copies show the same moment.

    Writers wait only until every source has a reader that keeps its state, not for the copying.
    """
    with _each_open(copies) as readers:
        with _each_open(copies) as writers:
            for writer in writers.values():
                writer.execute("BEGIN IMMEDIATE")
            for reader in readers.values():
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        for source, reader in readers.items():
            with closing(sqlite3.connect(copies[source])) as copy:
                reader.backup(copy)


@contextmanager
def _each_open(files: Mapping[Path, Path]) -> Iterator[dict[Path, sqlite3.Connection]]:
    opened = {
        file: sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=10
        )
        for file in files
    }
    try:
        yield opened
    finally:
        for connection in opened.values():
            connection.close()


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _unpack(source: Path, folder: Path) -> Manifest:
    """Write the databases in `source` to `folder`, checked; return what it says about itself."""
    try:
        with tarfile.open(source) as tar:
            manifest = Manifest(**json.loads(_content(tar, _MANIFEST).read()))
            for name in (_OURS, *(name for name in manifest.sha256 if name == _ENGINE)):
                with (folder / name).open("xb") as out:
                    shutil.copyfileobj(_content(tar, name), out, _CHUNK)
    except FileNotFoundError:
        raise BackupBroken(source, "there is no such file") from None
    except (tarfile.TarError, EOFError, KeyError, ValueError, TypeError) as error:
        raise BackupBroken(source, "it is no backup of peerbot's, or was cut off") from error
    for name in (_OURS, *(name for name in manifest.sha256 if name == _ENGINE)):
        if _checksum(folder / name) != manifest.sha256.get(name) or not _is_sound(folder / name):
            raise BackupBroken(source, f"{name} in it was damaged")
    return manifest


def _content(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    content = tar.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content


def _is_sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as connection:
            found: tuple[str] = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return found[0] == "ok"


async def _prepare(
    settings: Settings, file: Path, clock: Clock, erase_again: EraseAgain | None
) -> int:
    """Bring the copy in `file` up to date and erase again; return how many members."""
    if not settings.key_path.exists():
        raise KeyMissing(settings.key_path)
    vault = Vault(AppKey.load(settings.key_path), clock)
    await migrate.upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    try:
        async with database.begin() as session:
            if not await vault.fits(session):
                raise KeyWrong(f"The key in {settings.key_path} does not open this backup.")
            hashes = ErasedList(settings.erased_list).hashes()
            erased = await vault.erase_hashed(session, hashes)
        if erase_again is not None:
            erased = max(erased, await erase_again(database, hashes))
    finally:
        await database.close()
    return erased


def _swap(folder: Path, places: Mapping[str, Path], kept_in: Path) -> bool:
    """Move what is in `places` to `kept_in` and what is in `folder` there; True if it kept any."""
    old = [
        file
        for place in places.values()
        for end in _COMPANIONS
        if (file := place.with_name(place.name + end)).exists()
    ]
    if old:
        kept_in.mkdir(mode=0o700)
    for file in old:
        file.rename(kept_in / file.name)
    for name, place in places.items():
        if (folder / name).exists():
            (folder / name).rename(place)
    return bool(old)
