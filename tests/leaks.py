"""Looks for what people wrote wherever it could have ended up, whatever it was packed into.

Every input gets a secret sentence of its own (`Ledger.secret`), so that what is found says by
which way it came. `search` looks at decoded values; `Exception_`s say what may be where, and why.
"""

import base64
import binascii
import gzip
import itertools
import json
import logging
import pickletools
import re
import sqlite3
import tarfile
import tempfile
import traceback
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import psycopg
from sqlalchemy import make_url
from tantivy import Query

from adapters.console.world import World
from peerbot.app import House
from peerbot.backup import backup
from peerbot.chat.addresses import Address, Person, Room, person_of
from peerbot.chat.router import Failure
from peerbot.db import Database
from peerbot.resources.search import DirectoryIndex
from peerbot.vault import MemberKeyRow, SealBroken, Vault
from tests.town import Forms, Town

_NEEDLE = re.compile(r"zq(\d{3})wk", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{10,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){7,}")
_DEEP = 6
"""So many layers are unpacked: JSON in base64 in a pickle in a column, and two to spare."""

# -- what people wrote -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A sentence that somebody wrote into one input."""

    number: int
    input: str
    """Such as "message in a room" or "form tips.search words"."""
    writer: str
    danger: bool = False

    @property
    def needle(self) -> str:
        """Return the part that is in no other sentence: 7 letters, all that a short field takes."""
        return f"zq{self.number:03}wk"

    @property
    def words(self) -> str:
        if self.danger:
            return f"i want to kill myself, {self.needle} is all i have"
        return f"my grandmother called me {self.needle} when i was small"


@dataclass
class Ledger:
    """Every secret that was planted."""

    secrets: list[Secret] = field(default_factory=list)

    def secret(self, input: str, writer: str, *, danger: bool = False) -> Secret:
        planted = Secret(number=len(self.secrets), input=input, writer=writer, danger=danger)
        self.secrets.append(planted)
        return planted

    def words(self, input: str, writer: str, *, danger: bool = False) -> str:
        return self.secret(input, writer, danger=danger).words

    def within(self, value: object) -> set[Secret]:
        """Return every secret that `value` holds, unpacked."""
        numbers = {int(hit[1]) for text in texts(value) for hit in _NEEDLE.finditer(text)}
        return {self.secrets[number] for number in numbers if number < len(self.secrets)}


@dataclass(frozen=True, slots=True)
class Found:
    """A secret, and where it was: "table public.audit.subject", "log peerbot.chat.router"."""

    secret: Secret
    place: str

    def __str__(self) -> str:
        return f"{self.secret.input} (by {self.secret.writer}) in {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exception_:
    """What may be found where, with the reason. Patterns as file names have them (`*`, `[ab]`)."""

    inputs: str
    places: Sequence[str]
    because: str

    def covers(self, found: Found) -> bool:
        return fnmatchcase(found.secret.input, self.inputs) and any(
            fnmatchcase(found.place, place) for place in self.places
        )


def unexplained(found: Iterable[Found], exceptions: Sequence[Exception_]) -> list[str]:
    """Return what no exception covers, as sentences."""
    return sorted({str(one) for one in found if not any(each.covers(one) for each in exceptions)})


# -- unpacking ---------------------------------------------------------------------------------


def texts(value: object, depth: int = 0) -> Iterator[str]:
    """Yield every text in `value`: out of JSON, base64, hex, URLs, gzip, pickles and objects."""
    if depth > _DEEP:
        return
    match value:
        case None | bool() | int() | float():
            return
        case str():
            yield value
            for inner in _in_text(value):
                yield from texts(inner, depth + 1)
        case bytes() | bytearray() | memoryview():
            raw = bytes(value)
            yield raw.decode("utf-8", "replace")
            if b"\0" in raw:
                yield raw.decode("utf-16-le", "replace")
                yield raw[1:].decode("utf-16-le", "replace")
            for inner in _in_bytes(raw):
                yield from texts(inner, depth + 1)
        case BaseException():
            yield from (str(value), repr(value))
            for inner in (value.args, value.__cause__, value.__context__, vars(value)):
                yield from texts(inner, depth + 1)
        case Mapping():
            for key, inner in value.items():
                yield from texts(key, depth + 1)
                yield from texts(inner, depth + 1)
        case Sequence() | Set():
            for inner in value:
                yield from texts(inner, depth + 1)
        case _ if is_dataclass(value):
            for one in fields(value):
                yield from texts(getattr(value, one.name), depth + 1)
        case _:
            yield repr(value)


def _in_text(text: str) -> Iterator[object]:
    if text[:1] in '{["':
        try:
            yield json.loads(text)
        except ValueError:
            pass
    if "%" in text:
        yield unquote_plus(text)
    for run in _BASE64.finditer(text):
        # A blob may begin anywhere in a longer run of such letters.
        for start in range(4):
            piece = run[0][start:]
            yield _unpacked(piece[: len(piece) // 4 * 4])
    for run in _HEX.finditer(text):
        yield bytes.fromhex(run[0])


def _unpacked(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return None


def _in_bytes(raw: bytes) -> Iterator[object]:
    if raw[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            pass
    if raw[:1] == b"x":
        try:
            yield zlib.decompress(raw)
        except zlib.error:
            pass
    if raw[:1] == b"\x80" or raw[-1:] == b".":
        yield _in_pickle(raw)
    try:
        # What is all text may hold base64 or JSON.
        yield from _in_text(raw.decode("utf-8"))
    except UnicodeDecodeError:
        for run in re.finditer(rb"[A-Za-z0-9+/_-]{10,}={0,2}", raw):
            yield from _in_text(run[0].decode("ascii"))


def _in_pickle(raw: bytes) -> list[object]:
    """Return what a pickle carries, without running it."""
    carried: list[object] = []
    try:
        carried.extend(argument for _code, argument, _at in pickletools.genops(raw))
    except (ValueError, KeyError, IndexError, UnicodeDecodeError, OverflowError):
        pass
    return [one for one in carried if isinstance(one, str | bytes)]


# -- where to look -----------------------------------------------------------------------------


class Ear(logging.Handler):
    """Keeps every log record, from debug on."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def listening() -> Iterator[Ear]:
    """Yield an ear at every logger there is, however quiet others have made it."""
    ear = Ear()
    for name in ("peerbot", "dbos", "sqlalchemy", "aiosqlite"):
        logging.getLogger(name)
    known = logging.Logger.manager.loggerDict.values()
    loggers = {logging.getLogger(), *(one for one in known if isinstance(one, logging.Logger))}
    before = {one: (one.level, one.disabled) for one in loggers}
    deaf = [one for one in loggers if one.parent is None or not one.propagate]
    # Whoever else listens (pytest) would print a hundred thousand lines of debugging.
    others = {handler: handler.level for one in deaf for handler in one.handlers}
    for handler in others:
        handler.setLevel(logging.CRITICAL + 1)
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    for one in deaf:
        one.addHandler(ear)
    try:
        yield ear
    finally:
        for one in deaf:
            one.removeHandler(ear)
        for handler, usual in others.items():
            handler.setLevel(usual)
        for one, (level, disabled) in before.items():
            one.setLevel(level)
            one.disabled = disabled


async def search(town: Town, ledger: Ledger, ear: Ear, scratch: Path) -> list[Found]:
    """Return every secret found anywhere but with its own writer.

    `scratch` is an empty folder, for a backup.
    """
    looked = itertools.chain(
        in_tables(town.stage.url),
        in_files(town.settings.data_folder),
        in_logs(ear.records),
        in_errors(town.failures),
        in_cards(town.world),
        in_index(town.house, ledger),
    )
    found = [Found(one, place) for place, value in looked for one in ledger.within(value)]
    async for place, value in in_exports(town):
        found += [Found(one, place) for one in ledger.within(value)]
    async for place, value in under_the_key(town.stage.db, town.stage.vault, town.settings):
        found += [Found(one, place) for one in ledger.within(value)]
    if town.settings.is_embedded:
        taken = await backup(town.settings, scratch / "backup.tar", town.clock)
        found += [
            Found(one, place) for place, value in in_backup(taken) for one in ledger.within(value)
        ]
    return [one for one in found if not _is_the_writers_own(one)]


def _is_the_writers_own(found: Found) -> bool:
    """Whether they only see their own words: in a private card, a form, or their export."""
    return found.place.endswith(f" for {found.secret.writer}")


Place = tuple[str, object]


def in_tables(url: str) -> Iterator[Place]:
    """Yield every value of every column: ours and the engine's."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        ours = Path(address.database or "")
        for file in (ours, ours.with_name("engine.sqlite")):
            yield from in_sqlite(file, file.stem)
        return
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND table_schema NOT LIKE 'pg_%' "
            "AND table_schema <> 'information_schema'"
        ).fetchall()
        assert {"public", "dbos"} <= {schema for schema, _table in tables}
        for schema, table in tables:
            rows = connection.execute(f'SELECT * FROM "{schema}"."{table}"')  # type: ignore[arg-type]
            yield from _cells(f"{schema}.{table}", rows)


def in_sqlite(file: Path, name: str) -> Iterator[Place]:
    if not file.exists():
        return
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in tables.fetchall():
            yield from _cells(f"{name}.{table}", connection.execute(f'SELECT * FROM "{table}"'))


def _cells(table: str, rows: Any) -> Iterator[Place]:
    columns = [one[0] for one in rows.description]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            yield f"table {table}.{column}", value


def in_files(folder: Path) -> Iterator[Place]:
    """Yield the raw bytes of every file, and its name."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            name = str(file.relative_to(folder))
            yield f"file {name}", name
            yield f"file {name}", file.read_bytes()


def in_backup(tar: Path) -> Iterator[Place]:
    """Yield what lies in a backup: raw, and every column of its databases."""
    with tarfile.open(tar) as opened, tempfile.TemporaryDirectory() as folder:
        for member in opened.getmembers():
            content = opened.extractfile(member)
            assert content is not None
            raw = content.read()
            yield f"backup {member.name}", raw
            if raw.startswith(b"SQLite format 3"):
                file = Path(folder) / member.name
                file.write_bytes(raw)
                for place, value in in_sqlite(file, file.stem):
                    yield f"backup {place}", value


def in_logs(records: Iterable[logging.LogRecord]) -> Iterator[Place]:
    standing = {"name", "levelname", "pathname", "filename", "module", "funcName", "threadName"}
    for record in records:
        place = f"log {record.name}"
        yield place, record.getMessage()
        # Arguments and extras go to whoever formats records as JSON.
        yield place, {key: value for key, value in vars(record).items() if key not in standing}
        if record.exc_info and record.exc_info[1]:
            yield place, "".join(traceback.format_exception(record.exc_info[1]))


def in_errors(failures: Iterable[Failure]) -> Iterator[Place]:
    """Yield what reached `on_failure`: the step, the exception and all that led to it."""
    for failure in failures:
        yield f"error {type(failure.error).__name__}", failure.step
        yield f"error {type(failure.error).__name__}", failure.error
        shown = "".join(traceback.format_exception(failure.error))
        yield f"error {type(failure.error).__name__}", shown


def in_cards(world: World) -> Iterator[Place]:
    """Yield every card that was ever shown, by its reader, and every form with what it held."""
    for shown in world.log:
        yield f"card {shown.card.key} {_reader(shown.to)}", shown.card
    assert isinstance(world.forms, Forms)
    for name, opened in world.forms.shown:
        yield f"form {opened.action.name} for {name}", opened.form
        yield f"form {opened.action.name} for {name}", opened.reasons


def _reader(to: Address) -> str:
    person = person_of(to)
    if person is not None:
        return f"for {person.id}"
    assert isinstance(to, Room)
    return f"in #{to.id}"


def in_index(house: House, ledger: Ledger) -> Iterator[Place]:
    """Yield what the indexes in memory find for the secrets, and everything that they hold."""
    directory = house.resources._index
    if directory is not None:
        yield "index resources", directory.services
        yield "index resources", _found_in(directory, ledger)
    yield "index tips", house.tips._index._words
    yield "index tips", house.tips._library


def _found_in(directory: DirectoryIndex, ledger: Ledger) -> list[str]:
    searcher, schema = directory._searcher, directory._schema
    fields_of_words = ("id", "reach", "kind", "place", "name", "plain", "en", "fr")
    hits = []
    for secret in ledger.secrets:
        asked = [Query.term_query(schema, one, secret.needle) for one in fields_of_words]
        if any(searcher.search(one, limit=1).hits for one in asked):
            hits.append(secret.needle)
    return hits


async def in_exports(town: Town) -> Any:
    """Yield what each person is given when they export everything."""
    for name in town.world.people:
        person = Person("console", name)
        yield f"export for {name}", await town.house.privacy.export(person, town.community)


async def under_the_key(database: Database, vault: Vault, settings: Any) -> Any:
    """Yield what opens with the app key and every member's key that there is.

    This is what a thief of database, files and key could read; of erased members nothing.
    """
    from sqlalchemy import select

    from peerbot.tables import Base

    async with database.read() as session:
        keys = list(await session.scalars(select(MemberKeyRow.member_id)))
        for table in Base.metadata.sorted_tables:
            for row in (await session.execute(select(table))).mappings():
                for column, value in row.items():
                    if isinstance(value, bytes):
                        place = f"opened {table.name}.{column}"
                        yield place, _opened_for_app(vault, value)
                        yield place, [await _opened(vault, session, one, value) for one in keys]
    for file in settings.data_folder.rglob("*.sealed"):
        kind = "spool" if file.parent.name == "spool" else file.name
        yield f"opened {kind}", _opened_for_app(vault, file.read_bytes())


async def _opened(vault: Vault, session: Any, member_id: str, value: bytes) -> str | None:
    try:
        return await vault.open(session, member_id, value)
    except SealBroken:
        return None


def _opened_for_app(vault: Vault, value: bytes) -> list[bytes]:
    opened = []
    for purpose in ("last-known", "crisis.spool", "draft", "check", "member key"):
        try:
            opened.append(vault.open_for_app(value, purpose))
        except SealBroken:
            continue
    return opened
