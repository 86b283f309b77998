"""The directory in the database: what ships, what staff change, and what is remembered of them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerbot.community.model import Feature
from peerbot.db import Database
from peerbot.errors import Gone, StorageAway
from peerbot.resources.model import Service, Shipped, Status
from peerbot.resources.search import Filters
from peerbot.resources.service import ChangedMeanwhile, ResourceData
from peerbot.resources.store import ResourceStore
from peerbot.testing import ROBIN, SAM, an_actor
from tests.resources.conftest import House
from tests.resources.samples import a_service, hours, longest

STAFF = an_actor(SAM, "staff")
OTHER_STAFF = an_actor(ROBIN, "staff")
EVERYTHING = Filters(everywhere=True)


async def _entry(house: House, name: str) -> Service:
    return next(
        one for one in await house.resources.kept(house.home.id) if one.name.startswith(name)
    )


async def _ids(house: House, words: str = "", filters: Filters = EVERYTHING) -> list[str]:
    found = await house.resources.search(house.home, words, filters)
    return [one.id for one in found.services]


def _renamed(name: str) -> object:
    return lambda service: replace(service, name=name)


# -- The store -----------------------------------------------------------------------------------


async def test_a_service_comes_back_as_it_was_stored(database: Database) -> None:
    service = longest()
    whole = replace(
        service,
        schedules=(hours("09:00", "00:00"), hours("22:00", "02:00", days="56")),
        verified_at=datetime(2026, 9, 12, tzinfo=UTC),
        verified_by="m1",
        pinned=True,
    )
    async with database.begin() as session:
        store = ResourceStore(session)
        assert await store.add(replace(whole, number=0))
        stored = await store.by_id(whole.id)
        assert not await store.add(replace(whole, number=0))
    assert stored is not None
    assert replace(stored, number=whole.number) == whole


async def test_a_number_is_never_given_twice(database: Database) -> None:
    async with database.begin() as session:
        store = ResourceStore(session)
        await store.add(a_service("first"))
        first = await store.by_id("first")
        assert first is not None
        await store.remove(first.number)
        await store.add(a_service("second"))
        second = await store.by_id("second")
    assert second is not None
    assert second.number > first.number


async def test_a_change_from_an_old_version_is_not_stored(database: Database) -> None:
    async with database.begin() as session:
        store = ResourceStore(session)
        await store.add(a_service("one"))
        one = await store.by_id("one")
        assert one is not None
        assert await store.change(replace(one, name="New", version=2), 1)
        assert not await store.change(replace(one, name="Late", version=2), 1)
        stored = await store.by_id("one")
    assert stored is not None
    assert stored.name == "New"


# -- What ships ----------------------------------------------------------------------------------


async def test_the_shipped_directory_is_loaded_once(house: House, shipped: Shipped) -> None:
    assert len(await _ids(house)) == len(shipped.services)
    assert await house.resources.load_shipped(shipped) == 0


async def test_a_new_pack_changes_what_changed_and_takes_out_what_is_gone(
    house: House, shipped: Shipped
) -> None:
    first, second, *rest = shipped.services
    pack = Shipped((replace(first, name="Renamed"), *rest), "another")
    assert await house.resources.load_shipped(pack) == 2
    ids = await _ids(house)
    assert first.id in ids
    assert second.id not in ids
    assert await _ids(house, "renamed") == [first.id]


async def test_a_damaged_pack_takes_nothing_out(house: House, shipped: Shipped) -> None:
    damaged = Shipped((), "damaged", is_whole=False)
    assert await house.resources.load_shipped(damaged) == 0
    assert len(await _ids(house)) == len(shipped.services)


async def test_two_processes_that_start_at_once_load_it_once(
    empty_house: House, database: Database, shipped: Shipped
) -> None:
    other = await House(database, seed=9).open()
    loaded = await asyncio.gather(
        empty_house.resources.load_shipped(shipped), other.resources.load_shipped(shipped)
    )
    assert sorted(loaded) == [0, len(shipped.services)]


async def test_a_changed_shipped_service_takes_back_the_checks_of_its_copies(
    house: House, shipped: Shipped
) -> None:
    entry = await _entry(house, "9-8-8")
    copy = await house.resources.verify(house.home.id, STAFF, entry.number, entry.version)
    assert copy.verified_at is not None
    changed = tuple(
        replace(one, name="Other name") if one.id == entry.id else one for one in shipped.services
    )
    await house.resources.load_shipped(Shipped(changed, "another"))
    again = await house.resources.entry(house.home.id, copy.number)
    assert (again.name, again.verified_at) == (entry.name, None)


# -- Search and its index ------------------------------------------------------------------------


async def test_a_change_in_one_process_is_found_in_the_other(
    house: House, other_process: House
) -> None:
    assert await _ids(other_process, "lighthouse") == []
    entry = await _entry(house, "Shout")
    edit = _renamed("Lighthouse line")
    await house.resources.edit(house.home.id, STAFF, entry.number, entry.version, edit)  # type: ignore[arg-type]
    assert len(await _ids(other_process, "lighthouse")) == 1
    assert await _ids(other_process, "shout line") == await _ids(house, "shout line")


async def test_a_community_with_a_country_sees_what_serves_it_unless_it_asks(house: House) -> None:
    await house.communities.set_now(
        house.home.id, STAFF, "settings.country", lambda one: replace(one, country="CA")
    )
    near = await _ids(house, "", Filters())
    assert near
    assert all(one.startswith("ca-") or one == "find-a-helpline" for one in near)
    assert len(await _ids(house)) > len(near)


async def test_the_directory_is_still_found_while_the_database_is_away(
    house: House, database: Database
) -> None:
    class Away:
        def read(self) -> object:
            raise StorageAway("away")

    before = await _ids(house, "samaritans")
    house.resources._db = Away()  # type: ignore[assignment]
    assert await _ids(house, "samaritans") == before


async def test_offers_are_of_the_kind_asked_for_and_open_first(house: House) -> None:
    rows = await house.resources.resources_for(house.home.id, "fr", "company")
    assert len(rows) == 2
    assert await house.resources.resources_for(house.home.id, "en", "nonsense") == ()
    await house.communities.switch(house.home.id, STAFF, Feature.RESOURCES, on=False)
    assert await house.resources.resources_for(house.home.id, "en", "company") == ()


# -- Staff ---------------------------------------------------------------------------------------


async def test_touching_a_shipped_service_changes_it_for_ones_own_community_alone(
    house: House,
) -> None:
    entry = await _entry(house, "Shout")
    edit = _renamed("Our Shout")
    ours = await house.resources.edit(house.home.id, STAFF, entry.number, entry.version, edit)  # type: ignore[arg-type]
    assert (ours.community_id, ours.copy_of) == (house.home.id, entry.id)
    assert "Our Shout" in [one.name for one in await house.resources.kept(house.home.id)]
    elsewhere = await house.resources.search(None, "shout", EVERYTHING)
    assert "Our Shout" not in [one.name for one in elsewhere.services]
    # An old button with the shipped number leads to the copy.
    assert (await house.resources.entry(house.home.id, entry.number)).id == ours.id


async def test_of_two_who_edit_at_once_the_second_hears_of_it_and_nothing_is_lost(
    house: House,
) -> None:
    entry = await _entry(house, "Shout")
    first, second = _renamed("First"), _renamed("Second")
    await house.resources.edit(house.home.id, STAFF, entry.number, entry.version, first)  # type: ignore[arg-type]
    with pytest.raises(ChangedMeanwhile) as caught:
        await house.resources.edit(  # type: ignore[call-overload]
            house.home.id, OTHER_STAFF, entry.number, entry.version, second
        )
    assert caught.value.now.name == "First"


async def test_the_same_edit_sent_twice_is_stored_once(house: House) -> None:
    entry = await _entry(house, "Shout")
    edit = _renamed("Once")
    several = [
        await house.resources.edit(house.home.id, STAFF, entry.number, entry.version, edit)  # type: ignore[arg-type]
        for _ in range(2)
    ]
    assert several[0] == several[1]
    trail = await house.communities.trail(house.home.id)
    assert [one.what for one in trail] == ["resources.edit"]


async def test_checking_pressed_twice_counts_once_and_names_no_person(house: House) -> None:
    entry = await _entry(house, "Shout")
    once = await house.resources.verify(house.home.id, STAFF, entry.number, entry.version)
    house.clock.move(timedelta(seconds=3))
    twice = await house.resources.verify(house.home.id, STAFF, entry.number, entry.version)
    assert once == twice
    assert once.verified_at == house.clock() - timedelta(seconds=3)


async def test_a_check_of_what_somebody_changed_since_does_not_count(house: House) -> None:
    entry = await _entry(house, "Shout")
    edit = _renamed("Changed")
    await house.resources.edit(house.home.id, STAFF, entry.number, entry.version, edit)  # type: ignore[arg-type]
    with pytest.raises(ChangedMeanwhile):
        await house.resources.verify(house.home.id, OTHER_STAFF, entry.number, entry.version)


async def test_a_retired_service_is_hidden_until_it_is_brought_back_and_checked(
    house: House,
) -> None:
    entry = await _entry(house, "Shout")
    assert await _ids(house, "shout") == ["gb-shout"]
    gone = await house.resources.retire(house.home.id, STAFF, entry.number)
    assert (gone.status, await _ids(house, "shout")) == (Status.DEFUNCT, [])
    back = await house.resources.bring_back(house.home.id, STAFF, gone.number)
    assert await _ids(house, "shout") == []
    await house.resources.verify(house.home.id, STAFF, back.number, back.version)
    assert await _ids(house, "shout") == [back.id]


async def test_nobody_reaches_another_communitys_entry(house: House) -> None:
    entry = await _entry(house, "Shout")
    edit = _renamed("Ours")
    ours = await house.resources.edit(house.home.id, STAFF, entry.number, entry.version, edit)  # type: ignore[arg-type]
    for attempt in (
        house.resources.entry("elsewhere", ours.number),
        house.resources.retire("elsewhere", STAFF, ours.number),
        house.resources.shown(None, ours.number),
        house.resources.shown(house.home, entry.number),
    ):
        with pytest.raises(Gone):
            await attempt


async def test_what_is_kept_of_a_member_is_shown_and_forgotten(
    house: House, database: Database
) -> None:
    entry = await _entry(house, "Shout")
    checked = await house.resources.verify(house.home.id, STAFF, entry.number, entry.version)
    assert checked.verified_by is not None
    data = ResourceData(database)
    exported = await data.export(checked.verified_by)
    assert exported == {
        "resources_checked": [{"resource": checked.id, "at": house.clock().isoformat()}]
    }
    await data.erase(checked.verified_by)
    assert await data.export(checked.verified_by) == {"resources_checked": []}
    again = await house.resources.entry(house.home.id, checked.number)
    assert (again.verified_by, again.verified_at) == (None, checked.verified_at)


async def test_who_gives_up_waiting_leaves_what_is_being_built_to_the_next(house: House) -> None:
    resources = house.resources
    waits = asyncio.create_task(resources.search(house.home, "line", Filters()))
    while resources._build is None and not waits.done():
        await asyncio.wait({waits}, timeout=0.001)
    assert resources._build is not None
    _version, build = resources._build
    waits.cancel()
    await asyncio.wait({waits})
    assert (await resources.search(house.home, "line", Filters())).total
    assert resources._index is build.result()
    assert resources._build is None
