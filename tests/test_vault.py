"""Words are sealed so that nobody reads them without the key, and nobody at all once erased."""

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from peerbot.clock import MovableClock
from peerbot.db import Database
from peerbot.vault import (
    AppKey,
    KeyMissing,
    KeyWrong,
    MemberKeyRow,
    SealBroken,
    Vault,
    unlock,
)

CLOCK = MovableClock(datetime(2026, 1, 1, tzinfo=UTC))
SECRET = "i have told nobody about the lighthouse, é ✓"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "peerbot.key"


@pytest.fixture
async def vault(database: Database, key_file: Path) -> Vault:
    vault, _ = await unlock(database, key_file, CLOCK)
    return vault


async def test_words_come_back(vault: Vault, database: Database) -> None:
    async with database.begin() as session:
        sealed = await vault.seal(session, "sam", SECRET)
    async with database.read() as session:
        assert await vault.open(session, "sam", sealed) == SECRET


async def test_sealed_words_do_not_show_and_never_look_alike(
    vault: Vault, database: Database
) -> None:
    async with database.begin() as session:
        one, two = [await vault.seal(session, "sam", SECRET) for _ in range(2)]
        (wrapped,) = await session.scalars(select(MemberKeyRow.wrapped))
    assert one != two
    assert b"lighthouse" not in one + two + wrapped


async def test_nobody_elses_key_opens_them(vault: Vault, database: Database) -> None:
    async with database.begin() as session:
        sealed = await vault.seal(session, "sam", SECRET)
        await vault.seal(session, "kim", "hello")
        assert await vault.open(session, "kim", sealed) is None


async def test_once_erased_words_are_gone_for_good(vault: Vault, database: Database) -> None:
    async with database.begin() as session:
        sealed = await vault.seal(session, "sam", SECRET)
        await vault.erase(session, "sam")
        assert await vault.open(session, "sam", sealed) is None
    async with database.begin() as session:
        again = await vault.seal(session, "sam", "a new beginning")
        assert await vault.open(session, "sam", sealed) is None
        assert await vault.open(session, "sam", again) == "a new beginning"


async def test_erasing_one_member_leaves_the_others(vault: Vault, database: Database) -> None:
    async with database.begin() as session:
        kims = await vault.seal(session, "kim", SECRET)
        await vault.seal(session, "sam", SECRET)
        await vault.erase(session, "sam")
        await vault.erase(session, "nobody")
        assert await vault.open(session, "kim", kims) == SECRET


async def test_altered_words_are_noticed(vault: Vault, database: Database) -> None:
    async with database.begin() as session:
        sealed = await vault.seal(session, "sam", SECRET)
        with pytest.raises(SealBroken):
            await vault.open(session, "sam", sealed[:-1] + bytes([sealed[-1] ^ 1]))


async def test_two_who_make_a_members_key_make_the_same(vault: Vault, database: Database) -> None:
    async def seal() -> bytes:
        async with database.begin() as session:
            return await vault.seal(session, "sam", SECRET)

    both = await asyncio.gather(*(seal() for _ in range(8)))
    async with database.read() as session:
        assert {await vault.open(session, "sam", sealed) for sealed in both} == {SECRET}


async def test_those_erased_since_are_erased_again(vault: Vault, database: Database) -> None:
    async with database.begin() as session:
        for member in ("sam", "kim", "lou"):
            await vault.seal(session, member, SECRET)
        hashes = frozenset({vault.keyed_hash("sam"), vault.keyed_hash("lou"), "other"})
        assert await vault.erase_hashed(session, hashes) == 2
        assert list(await session.scalars(select(MemberKeyRow.member_id))) == ["kim"]


def test_the_key_file_is_made_once_and_for_its_owner_only(key_file: Path) -> None:
    _, made = AppKey.load_or_make(key_file)
    assert made
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700
    content = key_file.read_text()
    _, made = AppKey.load_or_make(key_file)
    assert not made
    assert key_file.read_text() == content
    assert list(key_file.parent.iterdir()) == [key_file]


async def test_the_first_start_makes_a_key_and_says_so(database: Database, key_file: Path) -> None:
    _, made = await unlock(database, key_file, CLOCK)
    assert made
    _, made = await unlock(database, key_file, CLOCK)
    assert not made


async def test_a_lost_key_is_never_replaced_by_a_new_one(
    vault: Vault, database: Database, key_file: Path
) -> None:
    key_file.unlink()
    with pytest.raises(KeyMissing, match=r"Put back the copy.*Nothing was changed"):
        await unlock(database, key_file, CLOCK)
    assert not key_file.exists()


async def test_another_key_is_noticed_at_the_start(
    vault: Vault, database: Database, tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    AppKey.load_or_make(other)
    with pytest.raises(KeyWrong, match=r"does not open this database.*Nothing was changed"):
        await unlock(database, other, CLOCK)


@pytest.mark.parametrize(
    "content", [b"", b"# only a comment\n", b"hello\n", b"aGVsbG8=\n", b"\xff"]
)
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "peerbot.key"
    file.write_bytes(content)
    with pytest.raises(KeyWrong, match=r"peerbot\.key"):
        AppKey.load_or_make(file)
    assert file.read_bytes() == content


async def test_an_earlier_key_still_opens_after_a_new_one_is_put_first(
    vault: Vault, database: Database, key_file: Path, tmp_path: Path
) -> None:
    async with database.begin() as session:
        sealed = await vault.seal(session, "sam", SECRET)
    draft = vault.seal_for_app(b"draft", "draft")
    newer = tmp_path / "newer.key"
    AppKey.load_or_make(newer)
    key_file.write_text(newer.read_text() + key_file.read_text())
    rotated, _ = await unlock(database, key_file, CLOCK)
    async with database.read() as session:
        assert await rotated.open(session, "sam", sealed) == SECRET
    assert rotated.open_for_app(draft, "draft") == b"draft"
    assert rotated.keyed_hash("sam") == vault.keyed_hash("sam")


def test_what_is_sealed_for_one_purpose_opens_for_no_other(key_file: Path) -> None:
    vault = Vault(AppKey.load_or_make(key_file)[0], CLOCK)
    sealed = vault.seal_for_app(b"words", "draft")
    assert b"words" not in sealed
    assert vault.open_for_app(sealed, "draft") == b"words"
    with pytest.raises(SealBroken):
        vault.open_for_app(sealed, "spool")
    with pytest.raises(SealBroken):
        vault.open_for_app(b"short", "draft")


def test_a_keyed_hash_is_stable_and_needs_the_key(key_file: Path, tmp_path: Path) -> None:
    vault = Vault(AppKey.load_or_make(key_file)[0], CLOCK)
    other = Vault(AppKey.load_or_make(tmp_path / "other")[0], CLOCK)
    assert vault.keyed_hash("sam") == Vault(AppKey.load(key_file), CLOCK).keyed_hash("sam")
    assert len({vault.keyed_hash("sam"), vault.keyed_hash("kim"), other.keyed_hash("sam")}) == 3
