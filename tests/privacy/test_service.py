"""A member's own data: every part is asked, erasing is thorough and survives a restore."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from peerbot.chat.plain import plain_card
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Community, Purpose, Settings
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.privacy import cards
from peerbot.privacy.service import PrivacyService
from peerbot.testing import ANA, NOW, SAM, a_message
from peerbot.vault import AppKey, MemberKeyRow, Vault
from tests.crisis.conftest import InMemory


class Part:
    """A feature that keeps a list of things by member."""

    def __init__(self) -> None:
        self.kept: dict[str, list[str]] = {}

    async def export(self, member_id: str) -> dict[str, object]:
        return {"things": self.kept.get(member_id, [])}

    async def erase(self, member_id: str) -> None:
        self.kept.pop(member_id, None)


@pytest.fixture
async def home(database: Database, tmp_path):
    return await a_home(database, tmp_path)


async def a_home(database: Database, tmp_path):
    clock = MovableClock(NOW)
    vault = Vault(AppKey.load_or_make(tmp_path / "key")[0], clock)
    communities = CommunityService(database, clock, Chance(1), Settings(), InMemory())
    await communities.start()
    community = await communities.of(a_message("hello"))
    assert community is not None
    erased: list[tuple[str, date]] = []
    part = Part()
    privacy = PrivacyService(
        database,
        vault,
        clock,
        communities,
        {"part": part},
        lambda hashed, day: erased.append((hashed, day)),
    )
    return privacy, communities, community, part, vault, erased, database


async def test_nothing_is_kept_about_somebody_who_only_looked(home) -> None:
    privacy, communities, community, *_rest = home
    kept = await privacy.kept(SAM, community)
    assert "Nothing at all." in plain_card(cards.mine(kept))
    assert await communities.known_member(SAM, community.id) is None


async def test_an_export_holds_every_part_and_nobody_else(home) -> None:
    privacy, communities, community, part, *_rest = home
    sam = await communities.member(SAM, community.id)
    ana = await communities.member(ANA, community.id)
    part.kept = {sam.id: ["a heron"], ana.id: ["a fox"]}
    await communities.agree(sam, Purpose.CHECKINS, old_enough=True)
    exported = json.loads(await privacy.export(SAM, community))
    assert exported["part"] == {"things": ["a heron"]}
    assert exported["member"]["id"] == "sam"
    assert set(exported["consents"]) == {"checkins"}
    assert "fox" not in json.dumps(exported)


async def test_erasing_reaches_key_parts_consents_and_the_member(home) -> None:
    privacy, communities, community, part, vault, erased, database = home
    sam = await communities.member(SAM, community.id)
    part.kept = {sam.id: ["a heron"]}
    await communities.agree(sam, Purpose.CHECKINS)
    async with database.begin() as session:
        sealed = await vault.seal(session, sam.id, "a heron")
    assert await privacy.erase(SAM, community)
    async with database.begin() as session:
        assert await vault.open(session, sam.id, sealed) is None
    assert part.kept == {}
    assert await communities.known_member(SAM, community.id) is None
    assert erased == [(vault.keyed_hash(sam.id), NOW.date())]
    assert not await privacy.erase(SAM, community)


async def test_an_erased_key_lies_in_no_file_any_more(sqlite_database: Database, tmp_path) -> None:
    privacy, communities, community, _part, vault, *_rest = await a_home(sqlite_database, tmp_path)
    sam = await communities.member(SAM, community.id)
    async with sqlite_database.begin() as session:
        await vault.seal(session, sam.id, "a heron")
        key = await session.scalar(select(MemberKeyRow.wrapped))
    assert any(key in file.read_bytes() for file in tmp_path.iterdir())
    await privacy.erase(SAM, community)
    assert not any(key in file.read_bytes() for file in tmp_path.iterdir())


async def test_who_comes_back_with_a_backup_is_erased_again(home) -> None:
    privacy, communities, community, part, vault, _erased, _database = home
    sam = await communities.member(SAM, community.id)
    ana = await communities.member(ANA, community.id)
    part.kept = {sam.id: ["a heron"], ana.id: ["a fox"]}
    assert await privacy.erase_again(frozenset({vault.keyed_hash(sam.id)})) == 1
    assert part.kept == {ana.id: ["a fox"]}
    assert await communities.known_member(SAM, community.id) is None


async def test_a_language_of_ones_own_is_used_and_can_be_given_back(home) -> None:
    privacy, communities, community, *_rest = home
    await privacy.choose_language(SAM, community, "fr")
    assert communities.reader_of(SAM).language == "fr"
    await privacy.choose_language(SAM, community, None)
    assert communities.reader_of(SAM).language == "en"


async def test_a_consent_can_be_given_and_taken_back(home) -> None:
    privacy, _communities, community, *_rest = home
    assert isinstance(community, Community)
    await privacy.agree(SAM, community, Purpose.HISTORY)
    assert [one for one, _at in (await privacy.kept(SAM, community)).consents] == [Purpose.HISTORY]
    await privacy.withdraw(SAM, community, Purpose.HISTORY)
    assert (await privacy.kept(SAM, community)).consents == ()
