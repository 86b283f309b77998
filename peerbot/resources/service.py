"""Use cases of the directory: finding, offering, loading what ships, and staff's upkeep."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Actor, Address
from peerbot.chat.cards import Row
from peerbot.chat.events import Event
from peerbot.clock import Chance, Clock
from peerbot.community.model import Community, Feature
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.errors import Gone, PeerbotError, StorageAway
from peerbot.resources import cards
from peerbot.resources.model import (
    Location,
    LocationType,
    Organization,
    Service,
    Shipped,
    Status,
    Support,
    in_order,
    oldest_first,
)
from peerbot.resources.search import DirectoryIndex, Filters, Found, folded, has_all
from peerbot.resources.store import ResourceStore

log = logging.getLogger(__name__)

Change = Callable[[Service], Service]
"""Returns a service with what somebody filled in."""


class ChangedMeanwhile(PeerbotError):
    """Somebody else changed the service since it was shown; nothing was stored."""

    def __init__(self, now: Service) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.now = now


class ResourceService:
    """Knows the directory: from an index in memory, as fresh as the database's version counter."""

    def __init__(
        self, db: Database, clock: Clock, chance: Chance, communities: CommunityService
    ) -> None:
        self._db = db
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._index: DirectoryIndex | None = None
        self._build: tuple[int, asyncio.Task[DirectoryIndex]] | None = None
        """The index that is being built, and of which version."""
        self._building = asyncio.Lock()

    # -- for members -------------------------------------------------------------------------

    async def search(self, community: Community | None, words: str, filters: Filters) -> Found:
        """Return what fits `words` (everything, if there are none) and passes the filters.

        A community that has told its country sees what serves it, unless it asks for everywhere.
        """
        index = await self._fresh()
        home, country = self._place(community)
        if not words.strip():
            return index.listed(home, country, filters, self._clock())
        return index.find(words, home, country, filters, self._clock())

    async def among(
        self, community: Community | None, numbers: Sequence[int], filters: Filters
    ) -> Found:
        """Return those of `numbers`, in their order, that this community sees and that pass.

        The numbers come back from a button, so they may be anything.
        """
        index = await self._fresh()
        home, country = self._place(community)
        seen = {one.number: one for one in index.of(home)}
        now = self._clock()
        there = [seen[number] for number in dict.fromkeys(numbers) if number in seen]
        fitting = tuple(one for one in there if filters.passes(one, country, now))
        return Found(fitting, len(fitting))

    async def suggested(
        self, community: Community | None, typed: str, filters: Filters
    ) -> tuple[Service, ...]:
        """Return what may be meant by what is typed so far: what a search would show, no more."""
        index = await self._fresh()
        return index.begun(typed, *self._place(community), filters, self._clock())

    async def called(
        self, community: Community | None, words: str, filters: Filters
    ) -> Service | None:
        """Return the one service of exactly this name; None if there is none, or several."""
        index = await self._fresh()
        found = index.called(words, *self._place(community), filters, self._clock())
        return found[0] if len(found) == 1 else None

    async def shown(self, community: Community | None, number: int) -> Service:
        """Return a service that members of the community see. Raises `Gone` for any other."""
        index = await self._fresh()
        for one in index.of(community.id if community else None):
            if one.number == number:
                return one
        raise Gone("no such service here")

    async def resources_for(
        self, community_id: str, language: str, kind: str, count: int = 2
    ) -> tuple[Row, ...]:
        """Return rows with services of a kind of support, to stand in another feature's card.

        Open ones first, then as they are listed. None if the community has switched them off.
        """
        settings = self._communities.settings(community_id)
        if kind not in set(Support) or not settings.has(Feature.RESOURCES):
            return ()
        index, now = await self._fresh(), self._clock()
        fitting = index.listed(community_id, settings.country, Filters(kind=Support(kind)), now)
        open_first = sorted(fitting.services, key=lambda one: not one.is_open(now))
        zone = settings.zone_info
        return tuple(cards.offer(one, language, now, zone) for one in open_first[:count])

    def now(self) -> datetime:
        return self._clock()

    def language_for(self, address: Address) -> str:
        return self._communities.reader_of(address).language

    async def home_of(self, event: Event) -> Community | None:
        """Return the community of an event; None in an inbox that belongs to none."""
        return await self._communities.of(event)

    def country_of(self, community: Community | None) -> str:
        return self._place(community)[1]

    def zone_of(self, community: Community | None) -> ZoneInfo:
        return self._communities.settings(community.id if community else "").zone_info

    # -- for staff ---------------------------------------------------------------------------

    async def kept(self, community_id: str) -> tuple[Service, ...]:
        """Return everything that staff may look at, what needs a look first."""
        return oldest_first((await self._fresh()).all_of(community_id))

    async def kept_with(self, community_id: str, words: str) -> tuple[Service, ...]:
        """Return what staff look for by parts of its name or organization, whatever its status."""
        wanted = folded(words[:200])
        return tuple(
            one
            for one in in_order((await self._fresh()).all_of(community_id))
            if wanted and has_all(wanted, folded(f"{one.name} {one.organization.name}"))
        )

    async def entry(self, community_id: str, number: int) -> Service:
        """Return a service as staff of this community see it; its copy, if they have one.

        Raises `Gone` for another community's.
        """
        async with self._db.read() as session:
            return await self._entry(ResourceStore(session), community_id, number)

    def new_id(self) -> str:
        """Return an id for what a form may add."""
        return self._chance.new_id()

    async def add(self, community_id: str, by: Actor, new_id: str, change: Change) -> Service:
        """Add a service, not shown to members yet. The same form sent twice adds one.

        `new_id` comes from the button that opened the form; if it was used for something else,
        another is taken.
        """
        blank = _blank(new_id, community_id)
        async with self._db.begin() as session:
            store = ResourceStore(session)
            wanted = await self._named(store, change(blank))
            known = await store.by_id(new_id)
            if known is not None and known.community_id == community_id and _same(known, wanted):
                return known
            if known is not None:
                wanted = replace(wanted, id=self._chance.new_id())
            await store.add(wanted)
            await store.moved()
            added = await store.by_id(wanted.id)
        assert added is not None, "added just now"
        await self._communities.note(community_id, by.person, "resources.add", added.id)
        return added

    async def edit(
        self, community_id: str, by: Actor, number: int, seen: int, change: Change
    ) -> Service:
        """Change a service; a shipped one becomes the community's own copy first.

        `seen` is the version that the person had before them. Raises `ChangedMeanwhile` if it is
        another by now, unless what they want is what it says already.
        """
        return await self._changed(community_id, by, "resources.edit", number, seen, change)

    async def verify(self, community_id: str, by: Actor, number: int, seen: int) -> Service:
        """Record that staff checked what they had before them, and show it to members."""
        member = await self._communities.member(by.person, community_id)
        before = await self.entry(community_id, number)
        if before.verified_by == member.id and before.version == seen + 1:
            return before  # pressed twice
        now = self._clock()
        return await self._changed(
            community_id,
            by,
            "resources.verify",
            number,
            seen,
            lambda service: service.verified(now, member.id),
        )

    async def retire(self, community_id: str, by: Actor, number: int) -> Service:
        """Hide a service from members; it can be brought back."""
        return await self._set_status(community_id, by, "resources.retire", number, Status.DEFUNCT)

    async def bring_back(self, community_id: str, by: Actor, number: int) -> Service:
        """Take up a retired service again; members see it once it is checked."""
        return await self._set_status(
            community_id, by, "resources.bring-back", number, Status.INACTIVE
        )

    # -- what ships --------------------------------------------------------------------------

    async def load_shipped(self, shipped: Shipped) -> int:
        """Bring the directory that ships into the database; return how many services changed.

        Costs one statement if the pack is the one that was loaded last. A changed service takes
        back the checks of its copies. One that ships no more goes, unless the pack is damaged.
        """
        async with self._db.begin() as session:
            store = ResourceStore(session)
            if await store.pack() == shipped.digest:
                return 0
            there = {one.id: one for one in await store.all() if one.community_id is None}
            new = [one for one in shipped.services if one.id not in there]
            changed = await store.add(*new)
            for service in shipped.services:
                known = there.pop(service.id, None)
                changed += await self._update(store, known, service) if known else 0
            for left in there.values() if shipped.is_whole else ():
                await store.remove(left.number)
                changed += 1
            await store.loaded(shipped.digest)
            await store.moved()
        log.info("%d shipped services were brought up to date", changed)
        return changed

    # -- inside ------------------------------------------------------------------------------

    async def _fresh(self) -> DirectoryIndex:
        """Return an index of the directory as it is now; the last one while storage is away."""
        async with self._building:
            try:
                async with self._db.read() as session:
                    store = ResourceStore(session)
                    version = await store.version()
                    if self._index is not None and self._index.version == version:
                        return self._index
                    if self._build is None or self._build[0] != version:
                        # In a thread: a large directory takes seconds, others want to be answered.
                        made = asyncio.to_thread(DirectoryIndex, await store.all(), version)
                        self._build = version, asyncio.create_task(made)
            except StorageAway:
                if self._index is None:
                    raise
                return self._index
            return await self._built(self._build[1])

    async def _built(self, build: asyncio.Task[DirectoryIndex]) -> DirectoryIndex:
        """Return the index once it is built; whoever waits no longer leaves it to the next."""
        try:
            self._index = await asyncio.shield(build)
        finally:
            if build.done():
                self._build = None
        return self._index

    def _place(self, community: Community | None) -> tuple[str | None, str]:
        if community is None:
            return None, ""
        return community.id, self._communities.settings(community.id).country

    async def _entry(self, store: ResourceStore, community_id: str, number: int) -> Service:
        found = await store.service(number)
        if found is not None and found.community_id is None:
            found = await store.copy_of(found.id, community_id) or found
        if found is None or found.community_id not in {None, community_id}:
            raise Gone("no such service here")
        return found

    async def _changed(
        self, community_id: str, by: Actor, what: str, number: int, seen: int, change: Change
    ) -> Service:
        async with self._db.begin() as session:
            store = ResourceStore(session)
            before = await self._entry(store, community_id, number)
            wanted = change(before)
            if wanted == before:
                return before
            if before.version != seen:
                raise ChangedMeanwhile(before)
            wanted = replace(wanted, version=before.version + 1)
            if before.community_id is None:
                wanted = replace(
                    wanted,
                    id=self._chance.new_id(),
                    number=0,
                    community_id=community_id,
                    copy_of=before.id,
                )
            wanted = await self._named(store, wanted)
            is_new = before.community_id is None
            done = await (store.add(wanted) if is_new else store.change(wanted, seen))
            if not done:
                raise ChangedMeanwhile(await self._entry(store, community_id, number))
            await store.moved()
            after = await store.by_id(wanted.id)
        assert after is not None, "stored just now"
        await self._communities.note(
            community_id, by.person, what, after.id, f"version {after.version}"
        )
        return after

    async def _set_status(
        self, community_id: str, by: Actor, what: str, number: int, status: Status
    ) -> Service:
        seen = (await self.entry(community_id, number)).version
        return await self._changed(
            community_id, by, what, number, seen, lambda service: replace(service, status=status)
        )

    async def _named(self, store: ResourceStore, wanted: Service) -> Service:
        """Return `wanted` with the organization of that name, a new one of ours if needed."""
        name = wanted.organization.name
        known = await store.organization_named(name, wanted.community_id)
        new = Organization(
            id=self._chance.new_id(), community_id=wanted.community_id, name=name, description={}
        )
        return replace(wanted, organization=known or new)

    async def _update(self, store: ResourceStore, there: Service, service: Service) -> int:
        if there.same_words(service):
            return 0
        wanted = replace(service, number=there.number, version=there.version + 1)
        await store.change(wanted, there.version)
        await store.doubt_copies(service.id)
        return 1


class ResourceData:
    """What the directory keeps of a member: only which entries they checked, as staff."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def export(self, member_id: str) -> dict[str, object]:
        async with self._db.read() as session:
            checks = await ResourceStore(session).verified_by(member_id)
        return {
            "resources_checked": [
                {"resource": service_id, "at": at.isoformat() if at else None}
                for service_id, at in checks
            ]
        }

    async def erase(self, member_id: str) -> None:
        """Forget who checked; that it was checked stays."""
        async with self._db.begin() as session:
            await ResourceStore(session).forget(member_id)


def _blank(service_id: str, community_id: str) -> Service:
    return Service(
        id=service_id,
        community_id=community_id,
        organization=Organization(id="", community_id=community_id, name="", description={}),
        name="",
        description={},
        support=(),
        status=Status.INACTIVE,
        application_process={},
        eligibility_description={},
        cost_option={},
        location=Location(LocationType.VIRTUAL),
    )


def _same(known: Service, wanted: Service) -> bool:
    return known.same_words(replace(wanted, organization=known.organization)) and (
        known.organization.name == wanted.organization.name
    )
