"""A backup is one moment of a running bot; what comes back is whole, ours, and still forgotten."""

import asyncio
import hashlib
import io
import json
import sqlite3
import stat
import tarfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from peerbot import migrate
from peerbot.backup import BackupBroken, BackupElsewhere, BackupNotWritten, backup, restore
from peerbot.clock import MovableClock
from peerbot.db import Database, insert_new
from peerbot.erased import ErasedList
from peerbot.hold import AlreadyRunning, hold_exclusively
from peerbot.settings import Settings
from peerbot.vault import AppKey, KeyMissing, KeyWrong, MemberKeyRow, Vault, unlock

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CLOCK = MovableClock(NOW)
WORDS = "the lighthouse"


@pytest.fixture
async def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """An installation in which Sam and Kim wrote something, and the engine has a file."""
    settings = Settings(data_folder=tmp_path)
    database = Database(settings.database)
    vault, _ = await unlock(database, settings.key_path, CLOCK)
    async with database.begin() as session:
        for member in ("sam", "kim"):
            (tmp_path / f"{member}.sealed").write_bytes(await vault.seal(session, member, WORDS))
    await database.close()
    with closing(sqlite3.connect(settings.engine_file)) as engine:
        engine.execute("PRAGMA journal_mode=WAL")
        engine.execute("CREATE TABLE work (id)")
        engine.execute("INSERT INTO work VALUES ('round:1:open')")
        engine.commit()
    return settings


async def words_of(settings: Settings, member: str) -> str | None:
    database = Database(settings.database)
    vault = Vault(AppKey.load(settings.key_path), CLOCK)
    sealed = (settings.data_folder / f"{member}.sealed").read_bytes()
    async with database.read() as session:
        words = await vault.open(session, member, sealed)
    await database.close()
    return words


async def lose_everything(settings: Settings) -> None:
    database = Database(settings.database)
    async with database.begin() as session:
        await session.execute(MemberKeyRow.__table__.delete())
    await database.close()


def contents(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]


def rewritten(archive: Path, changed: dict[str, bytes]) -> Path:
    files = contents(archive) | changed
    other = archive.with_name("other.tar")
    with tarfile.open(other, "w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return other


async def test_what_was_backed_up_comes_back(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    await lose_everything(settings)
    assert await words_of(settings, "sam") is None
    settings.engine_file.unlink()
    done = await restore(settings, archive, CLOCK)
    assert await words_of(settings, "sam") == WORDS
    assert done.backup.created_at == NOW.isoformat()
    with closing(sqlite3.connect(settings.engine_file)) as engine:
        assert engine.execute("SELECT id FROM work").fetchall() == [("round:1:open",)]


async def test_what_a_restore_replaces_is_kept(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    await lose_everything(settings)
    done = await restore(settings, archive, CLOCK)
    assert done.kept_in is not None
    assert {"peerbot.sqlite", "engine.sqlite"} <= {file.name for file in done.kept_in.iterdir()}
    assert not list(tmp_path.glob("restore-*"))


async def test_a_backup_comes_back_into_an_empty_folder(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    fresh = Settings(data_folder=tmp_path / "fresh", key_file=str(settings.key_path))
    done = await restore(fresh, archive, CLOCK)
    assert done.kept_in is None
    (fresh.data_folder / "sam.sealed").write_bytes((tmp_path / "sam.sealed").read_bytes())
    assert await words_of(fresh, "sam") == WORDS


async def test_a_backup_has_a_name_a_manifest_and_one_reader(
    settings: Settings, tmp_path: Path
) -> None:
    archive = await backup(settings, tmp_path, CLOCK)
    assert archive == tmp_path / "peerbot-2026-03-01-120000.tar"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    files = contents(archive)
    assert set(files) == {"manifest.json", "peerbot.sqlite", "engine.sqlite"}
    manifest = json.loads(files["manifest.json"])
    assert manifest["schema"] == migrate.head()
    assert (
        manifest["sha256"]["peerbot.sqlite"] == hashlib.sha256(files["peerbot.sqlite"]).hexdigest()
    )


async def test_the_key_is_never_in_a_backup(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    key = settings.key_path.read_text().splitlines()[-1]
    assert key.encode() not in archive.read_bytes()
    assert WORDS.encode() not in archive.read_bytes()


async def test_a_backup_while_others_write_is_one_moment_of_both_files(
    settings: Settings, tmp_path: Path
) -> None:
    database = Database(settings.database)
    stop = asyncio.Event()

    async def write() -> int:
        written = 0
        while not stop.is_set():
            async with database.begin() as session:
                row = {"member_id": f"m{written}", "wrapped": bytes(5_000), "created_at": NOW}
                await insert_new(session, MemberKeyRow, [row])
            with closing(sqlite3.connect(settings.engine_file, timeout=10)) as engine:
                engine.execute("INSERT INTO work VALUES (?)", (f"m{written}",))
                engine.commit()
            written += 1
        return written

    writing = asyncio.create_task(write())
    archives = [await backup(settings, tmp_path / f"{n}.tar", CLOCK) for n in range(5)]
    stop.set()
    assert await writing > 0
    await database.close()
    for archive in archives:
        rows = rows_in(archive, tmp_path / "look")
        # We write to ours first, the engine a moment later.
        assert rows["peerbot.sqlite"] - rows["engine.sqlite"] in {0, 1}


def rows_in(archive: Path, folder: Path) -> dict[str, int]:
    folder.mkdir(exist_ok=True)
    counts = {}
    for name, query in (
        ("peerbot.sqlite", "SELECT count(*) FROM member_key WHERE member_id LIKE 'm%'"),
        ("engine.sqlite", "SELECT count(*) FROM work WHERE id LIKE 'm%'"),
    ):
        (folder / name).write_bytes(contents(archive)[name])
        with closing(sqlite3.connect(folder / name)) as copy:
            (counts[name],) = copy.execute(query).fetchone()
    return counts


async def test_an_erased_member_stays_erased_after_a_restore(
    settings: Settings, tmp_path: Path
) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    vault = Vault(AppKey.load(settings.key_path), CLOCK)
    ErasedList(settings.erased_list).add(vault.keyed_hash("sam"), date(2026, 3, 2))
    told: list[frozenset[str]] = []

    async def erase_again(database: Database, hashes: frozenset[str]) -> int:
        told.append(hashes)
        async with database.read() as session:
            return await session.scalar(select(func.count()).select_from(MemberKeyRow)) or 0

    done = await restore(settings, archive, CLOCK, erase_again)
    assert await words_of(settings, "sam") is None
    assert await words_of(settings, "kim") == WORDS
    assert told == [frozenset({vault.keyed_hash("sam")})]
    assert done.erased_again == 1


async def test_nothing_is_restored_while_peerbot_runs(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    with hold_exclusively(settings.database_file), pytest.raises(AlreadyRunning):
        await restore(settings, archive, CLOCK)


async def test_a_backup_of_a_newer_release_is_refused(settings: Settings, tmp_path: Path) -> None:
    with closing(sqlite3.connect(settings.database_file)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num)")
        database.execute("DELETE FROM alembic_version")
        database.execute("INSERT INTO alembic_version VALUES ('of_next_year')")
        database.commit()
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    before = settings.database_file.read_bytes()
    with pytest.raises(migrate.NewerDatabase):
        await restore(settings, archive, CLOCK)
    assert settings.database_file.read_bytes() == before


async def test_a_damaged_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    whole = archive.read_bytes()
    ours = contents(archive)["peerbot.sqlite"]
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole[: len(whole) // 2])
    text = tmp_path / "text.tar"
    text.write_text("hello")
    flipped = rewritten(archive, {"peerbot.sqlite": ours[:5_000] + b"!" + ours[5_001:]})
    for broken in (
        cut,
        text,
        flipped,
        rewritten(archive, {"manifest.json": b"{}"}),
        tmp_path / "no",
    ):
        with pytest.raises(BackupBroken, match="Nothing was changed"):
            await restore(settings, broken, CLOCK)
    assert await words_of(settings, "sam") == WORDS


async def test_a_backup_cannot_write_outside_its_place(settings: Settings, tmp_path: Path) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    manifest = json.loads(contents(archive)["manifest.json"])
    manifest["sha256"]["../../evil"] = hashlib.sha256(b"evil").hexdigest()
    forged = rewritten(
        archive, {"manifest.json": json.dumps(manifest).encode(), "../../evil": b"evil"}
    )
    await restore(settings, forged, CLOCK)
    assert not list(tmp_path.parent.parent.glob("evil"))
    assert not list(tmp_path.parent.glob("evil"))


async def test_nothing_is_restored_without_the_right_key(
    settings: Settings, tmp_path: Path
) -> None:
    archive = await backup(settings, tmp_path / "b.tar", CLOCK)
    AppKey.load_or_make(tmp_path / "other.key")
    wrong = Settings(data_folder=tmp_path, key_file=str(tmp_path / "other.key"))
    missing = Settings(data_folder=tmp_path, key_file=str(tmp_path / "nowhere.key"))
    with pytest.raises(KeyWrong):
        await restore(wrong, archive, CLOCK)
    with pytest.raises(KeyMissing):
        await restore(missing, archive, CLOCK)
    assert await words_of(settings, "sam") == WORDS


async def test_a_backup_overwrites_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("dear")
    with pytest.raises(BackupNotWritten, match="choose another name"):
        await backup(settings, tmp_path / "b.tar", CLOCK)
    assert (tmp_path / "b.tar").read_text() == "dear"
    with pytest.raises(BackupNotWritten, match="No such file"):
        await backup(settings, tmp_path / "nowhere" / "b.tar", CLOCK)


async def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    settings = Settings(
        database_url="postgresql://bot:hunter2@db.example/peerbot", data_folder=tmp_path
    )
    with pytest.raises(BackupElsewhere) as error:
        await backup(settings, tmp_path / "b.tar", CLOCK)
    assert "pg_dump --format=custom --file=peerbot.dump" in str(error.value)
    assert "db.example" in str(error.value)
    assert "hunter2" not in str(error.value)
    with pytest.raises(BackupElsewhere, match="pg_restore"):
        await restore(settings, tmp_path / "b.tar", CLOCK)
    assert not list(tmp_path.iterdir())


def test_the_list_of_the_erased_is_kept_and_private(tmp_path: Path) -> None:
    erased = ErasedList(tmp_path / "made" / "erased.list")
    assert erased.hashes() == frozenset()
    erased.add("abc", date(2026, 3, 2))
    erased.add("def", date(2026, 3, 3))
    erased.add("abc", date(2026, 3, 4))
    file = tmp_path / "made" / "erased.list"
    assert erased.hashes() == {"abc", "def"}
    assert erased.days() == {"abc": date(2026, 3, 4), "def": date(2026, 3, 3)}
    assert file.read_text() == "abc 2026-03-02\ndef 2026-03-03\nabc 2026-03-04\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
