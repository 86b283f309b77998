"""A member's own data: every part is asked, erasing is thorough and survives a restore."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from peerbot.chat.addresses import Space
from peerbot.chat.plain import plain_card
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Community, Purpose, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis.data import CrisisData
from peerbot.crisis.model import State
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.privacy import cards
from peerbot.privacy.service import PrivacyService
from peerbot.privacy.taken import TakenData
from peerbot.testing import ANA, NOW, ROBIN, SAM, a_message
from peerbot.vault import AppKey, MemberKeyRow, Vault
from tests.crisis.conftest import InMemory
from tests.crisis.samples import alert


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
        parts={"part": part},
        by_person={"crisis": CrisisData(database), "taken": TakenData(database)},
        remember_erased=lambda hashed, day: erased.append((hashed, day)),
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
    assert erased == [
        (vault.keyed_hash("person:test:sam"), NOW.date()),
        (vault.keyed_hash(sam.id), NOW.date()),
    ]
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
    assert await privacy.erase_again({vault.keyed_hash(sam.id): NOW.date()}) == 1
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


# -- people who are no members -------------------------------------------------------------------


async def alerts_about(database: Database, person=SAM) -> list[str]:
    async with database.read() as session:
        return [one.id for one in await AlertStore(session).of_person(person)]


async def raise_alert(home, alert_id: str = "first", **changes: object) -> None:
    _privacy, _communities, community, *_rest, database = home
    raised = alert(id=alert_id, community_id=community.id, about=SAM, raised_at=NOW, **changes)
    async with database.begin() as session:
        await AlertStore(session).add(raised)


async def test_an_alert_about_somebody_who_is_no_member_was_called_nothing_at_all(home) -> None:
    privacy, communities, community, *_rest, database = home
    await raise_alert(home, state=State.RESOLVED)
    shown = plain_card(cards.mine(await privacy.kept(SAM, community)))
    assert "Nothing at all." not in shown
    assert "alerts about you: 1" in shown
    assert "[Erase everything]" in shown
    exported = json.loads(await privacy.export(SAM, community))
    assert [one["state"] for one in exported["crisis"]["alerts"]] == ["resolved"]
    assert await privacy.erase(SAM, community)
    assert await alerts_about(database) == []
    assert not await privacy.erase(SAM, community)
    assert await communities.known_member(SAM, community.id) is None


async def test_a_responder_reads_which_alerts_they_took(home) -> None:
    privacy, _communities, community, *_rest, database = home
    await raise_alert(home, state=State.CLAIMED, claimed_by=ROBIN, claimed_at=NOW)
    assert "alerts that you took: 1" in plain_card(cards.mine(await privacy.kept(ROBIN, community)))
    assert await privacy.erase(ROBIN, community)
    assert not (await privacy.kept(ROBIN, community)).is_anything
    assert await alerts_about(database) == ["first"]


async def test_an_open_alert_stays_until_it_is_closed_and_goes_then(home) -> None:
    privacy, _communities, community, _part, _vault, erased, database = home
    await raise_alert(home)
    assert await privacy.erase(SAM, community)
    left = await privacy.kept(SAM, community)
    said = plain_card(cards.erased(anything=True, alert_left=left.is_anything))
    assert "An alert about you is still open." in said
    assert await privacy.erase_again(dict(erased)) == 0
    async with database.begin() as session:
        store = AlertStore(session)
        open_ = await store.get("first")
        assert open_ is not None
        await store.save(replace(open_, state=State.RESOLVED))
    assert await privacy.erase_again(dict(erased)) == 1
    assert await alerts_about(database) == []


async def test_a_restored_backup_brought_back_alerts_about_who_was_erased(home) -> None:
    privacy, _communities, community, _part, _vault, erased, database = home
    await raise_alert(home, state=State.RESOLVED, claimed_by=ROBIN, claimed_at=NOW)
    assert await privacy.erase(SAM, community)
    await raise_alert(home, state=State.RESOLVED, claimed_by=ROBIN, claimed_at=NOW)
    assert await privacy.erase_again(dict(erased)) == 1
    assert await alerts_about(database) == []


async def test_what_came_after_the_erasing_is_not_erased(home) -> None:
    privacy, _communities, community, _part, _vault, erased, database = home
    await raise_alert(home, state=State.RESOLVED)
    assert await privacy.erase(SAM, community)
    long_before = {hashed: day - timedelta(days=3) for hashed, day in erased}
    await raise_alert(home, "later", state=State.RESOLVED)
    assert await privacy.erase_again(long_before) == 0
    assert await alerts_about(database) == ["later"]


async def test_a_country_taken_back_came_first_all_the_same(home) -> None:
    privacy, communities, community, *_rest, database = home
    sam = await communities.member(SAM, community.id)
    await communities.choose_country(sam, "FR")
    await communities.choose_language(await communities.member(SAM, community.id), "fr")
    assert communities.country_of(SAM) == "FR"
    await privacy.withdraw(SAM, community, Purpose.COUNTRY)
    assert communities.country_of(SAM) == ""
    again = CommunityService(database, MovableClock(NOW), Chance(2), Settings(), InMemory())
    await again.start()
    assert again.country_of(SAM) == ""
    assert (await again.member(SAM, community.id)).country is None
    assert again.reader_of(SAM).language == "fr"
    assert (await privacy.kept(SAM, community)).consents == ()


async def test_a_country_is_taken_back_in_every_community(home) -> None:
    privacy, communities, community, *_rest = home
    elsewhere = await communities.of(replace(a_message("hi"), space=Space("test", "other")))
    for where in (community, elsewhere):
        await communities.choose_country(await communities.member(SAM, where.id), "FR")
    await privacy.withdraw(SAM, community, Purpose.COUNTRY)
    await communities.start()
    assert communities.country_of(SAM) == ""
