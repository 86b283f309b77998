"""Everywhere that words can end up: each place has a name and what lies there."""

import re
import sqlite3
import tarfile
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import LargeBinary, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.console.world import SPACE
from peerbot.app import House
from peerbot.backup import backup
from peerbot.chat.addresses import Address, Person, person_of
from peerbot.chat.router import Failure
from peerbot.tables import Base
from peerbot.vault import MemberKeyRow, SealBroken, Vault
from tests.leaks.ledger import ITS_WRITER, Found, Ledger
from tests.leaks.town import Town
from tests.leaks.unpacking import texts

Place = tuple[str, object]

TEAM = {"alex": "an admin", "ada": "an admin", "robin": "a moderator", "dana": "staff"}


async def search(town: Town, ledger: Ledger, printed: object) -> list[Found]:
    """Return every secret and where it is, each place once. `printed` is what went to the terminal.

    A reader is named by what they are ("staff", "a member"), or as the secret's own writer.
    """
    found = [
        Found(secret, place)
        for place, value in [
            *in_tables(town.stage.url),
            *in_files(town.settings.data_folder),
            *[(f"log {name}", said) for name, said in town.ear.said.items()],
            *in_errors(town.stage.failures),
            *in_cards(town),
            *in_indexes(town.house),
            *[each async for each in in_exports(town)],
            *[each async for each in under_the_key(town)],
            *await in_a_backup(town),
            ("printed", printed),
        ]
        for secret in ledger.within(value)
    ]
    return list(dict.fromkeys(Found(one.secret, _read_by(one)) for one in found))


def _read_by(found: Found) -> str:
    place, shown_to, reader = found.place.partition(" for ")
    if not shown_to:
        return found.place
    who = ITS_WRITER if reader == found.secret.writer else TEAM.get(reader, "a member")
    return f"{place} for {who}"


_RANDOM_ID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


def people_named(town: Town, printed: str) -> list[str]:
    """Return where somebody's id is said that must know nobody: log, terminal, engine."""
    anybody = re.compile(rf"\b({'|'.join(map(re.escape, town.world.people))})\b")
    wordless: list[tuple[str, Iterable[object]]] = [("printed", [printed])]
    wordless += [(f"log {name}", said) for name, said in town.ear.said.items()]
    wordless += [
        (place, [value])
        for place, value in in_tables(town.stage.url)
        # A random id, unpacked as if it were base64, says any three letters now and then.
        if place.startswith("engine") and not _RANDOM_ID.fullmatch(str(value))
    ]
    return [
        f"{hit[0]} in: {place}"
        for place, said in wordless
        for text in texts(list(said))
        for hit in anybody.finditer(text)
    ]


# -- what is stored ------------------------------------------------------------------------------


def in_tables(url: str) -> Iterator[Place]:
    """Yield the values of every column: "table member.id" for ours, "engine ..." for DBOS'."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        ours = Path(address.database or "")
        yield from in_sqlite(ours, "table")
        yield from in_sqlite(ours.with_name("engine.sqlite"), "engine")
        return
    known = {"public": "table ", "dbos": "engine "}
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND table_schema NOT LIKE 'pg_%' "
            "AND table_schema <> 'information_schema'"
        ).fetchall()
        assert known.keys() <= {schema for schema, _table in tables}
        for schema, table in tables:
            rows = connection.execute(f'SELECT * FROM "{schema}"."{table}"')  # type: ignore[arg-type]
            yield from _columns(f"{known.get(schema, f'schema {schema} ')}{table}", rows)


def in_sqlite(file: Path, name: str) -> Iterator[Place]:
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in tables.fetchall():
            rows = connection.execute(f'SELECT * FROM "{table}"')
            yield from _columns(f"{name} {table}", rows)


def _columns(table: str, rows: Any) -> Iterator[Place]:
    names = [one[0] for one in rows.description]
    everything = rows.fetchall()
    for number, name in enumerate(names):
        yield f"{table}.{name}", [row[number] for row in everything]


def in_files(folder: Path) -> Iterator[Place]:
    """Yield the raw bytes of every file: databases, write-ahead logs, spool, and what else."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            name = file.relative_to(folder)
            yield f"file {name}", [str(name), file.read_bytes()]


async def in_a_backup(town: Town) -> list[Place]:
    """Return what lies in a backup taken now; nothing where the database makes its own."""
    if not town.settings.is_embedded:
        return []
    with tempfile.TemporaryDirectory() as folder:
        return list(in_backup(await backup(town.settings, Path(folder) / "b.tar", town.clock)))


def in_backup(tar: Path) -> Iterator[Place]:
    with tarfile.open(tar) as opened, tempfile.TemporaryDirectory() as folder:
        yield "backup", opened.getnames()
        for member in opened.getmembers():
            content = opened.extractfile(member)
            assert content is not None, "a backup holds files only"
            raw = content.read()
            yield f"backup {member.name}", raw
            if raw.startswith(b"SQLite format 3"):
                file = Path(folder) / member.name
                file.write_bytes(raw)
                yield from in_sqlite(file, f"backup of {file.stem}:")


async def under_the_key(town: Town) -> AsyncIterator[Place]:
    """Yield what opens with the app key and the members' own: what a thief of all could read."""
    async with town.stage.db.read() as session:
        members = list(await session.scalars(select(MemberKeyRow.member_id)))
        for table in Base.metadata.sorted_tables:
            for column in (one for one in table.columns if isinstance(one.type, LargeBinary)):
                sealed = [one for one in await session.scalars(select(column)) if one]
                opened = [await _opened(town.vault, session, members, one) for one in sealed]
                yield f"opened {table.name}.{column.name}", opened
    for file in sorted(town.settings.data_folder.rglob("*.sealed")):
        where = "spool" if file.parent.name == "spool" else file.name
        yield f"opened {where}", _opened_for_app(town.vault, file.read_bytes())


async def _opened(
    vault: Vault, session: AsyncSession, members: list[str], sealed: bytes
) -> list[object]:
    opened: list[object] = [_opened_for_app(vault, sealed)]
    for member in members:
        try:
            opened.append(await vault.open(session, member, sealed))
        except SealBroken:
            continue
    return opened


def _opened_for_app(vault: Vault, sealed: bytes) -> list[bytes]:
    opened = []
    for purpose in ("last-known", "crisis.spool", "crisis.own-phrase", "check", "member key"):
        try:
            opened.append(vault.open_for_app(sealed, purpose))
        except SealBroken:
            continue
    return opened


# -- what is said --------------------------------------------------------------------------------


def in_errors(failures: Iterable[Failure]) -> Iterator[Place]:
    """Yield what reached `on_failure`: the step, the exception and all that led to it."""
    for failure in failures:
        yield "step of a failure", failure.step
        yield f"error {type(failure.error).__name__}", failure.error


def in_cards(town: Town) -> Iterator[Place]:
    """Yield every card that was ever shown, by its reader, and every form with what it held."""
    for shown in town.world.log:
        yield f"card {shown.card.key} {_reader(shown.to)}", shown.card
    for name, opened in town.forms_shown:
        yield f"form {opened.action.name} for {name}", [opened.form, opened.reasons]


def _reader(to: Address) -> str:
    person = person_of(to)
    return f"in #{to.id}" if person is None else f"for {person.id}"  # type: ignore[union-attr]


def in_indexes(house: House) -> Iterator[Place]:
    """Yield what the indexes hold: the services that were put in, each word of the tips.

    The directory's index is made of its services alone, and once: what is not in them is not in it.
    """
    directory = house.resources._index
    yield "index resources", list(directory.services.values()) if directory else None
    yield "index tips", [house.tips._index._words, house.tips._library]


async def in_exports(town: Town) -> AsyncIterator[Place]:
    """Yield what each person is given when they export everything."""
    for name in town.world.people:
        person = Person(SPACE.platform, name)
        yield f"export for {name}", await town.house.privacy.export(person, town.community)
