"""Use cases of a community: finding it, its settings and people, changing them with a trail."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from peerbot.chat.addresses import Actor, Person, Space
from peerbot.chat.events import Answerable, Event, Installed
from peerbot.clock import Chance, Clock
from peerbot.community.known import Known
from peerbot.community.last_known import LastKnown, document_of, read_document
from peerbot.community.model import (
    CONSENT_VERSION,
    AuditEntry,
    Community,
    Feature,
    Left,
    Member,
    Purpose,
    Settings,
    Version,
)
from peerbot.community.store import CommunityStore
from peerbot.community.stored_settings import noted
from peerbot.db import Database
from peerbot.errors import Gone, StorageAway

PRESSES_ARRIVE_WITHIN = timedelta(minutes=1)
"""What somebody pressed before we were taken out has been handled after this."""


class CommunityService(Known):
    """Knows every community, from a cache: an ordinary message costs no statement.

    While the database is away it goes on with what it knew last, for the sake of help in danger.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        chance: Chance,
        defaults: Settings,
        last_known: LastKnown,
    ) -> None:
        super().__init__(defaults)
        self._db = db
        self._clock = clock
        self._chance = chance
        self._last_known = last_known
        self._listeners: list[Callable[[str], Awaitable[None]]] = []
        self._left_listeners: list[Callable[[str], Awaitable[None]]] = []
        self._back_listeners: list[Callable[[str], Awaitable[None]]] = []

    # -- knowing -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Read everything once; from the last-known-good file if the database is away."""
        try:
            await self.reload()
        except StorageAway:
            self.recall()

    def when_published(self, listener: Callable[[str], Awaitable[None]]) -> None:
        """Call `listener` with the community's id after each change of its published settings."""
        self._listeners.append(listener)

    def when_left(self, listener: Callable[[str], Awaitable[None]]) -> None:
        """Call `listener` with the community's id after a space of it took us out."""
        self._left_listeners.append(listener)

    def when_back(self, listener: Callable[[str], Awaitable[None]]) -> None:
        """Call `listener` with the community's id after we were added again to a space of it."""
        self._back_listeners.append(listener)

    async def of(self, event: Event) -> Community | None:
        """Return the community of an event, made on first sight; None in an unknown inbox."""
        if event.space is None:
            return await self._home_of_person(event.person)
        known = self.in_space(event.space)
        if known is None:
            name = event.name if isinstance(event, Installed) else event.space.id
            known = await self._found(event.space, name)
        elif isinstance(event, Answerable) and self._left_before(known, event.space):
            # Whoever presses something there shows that we were added again, unheard.
            known = await self.come_back(event.space, known.name) or known
        self._homes[event.person] = known.id
        return known

    async def home_of(self, event: Event) -> Community:
        """Return the community of an event. Raises `Gone` in an inbox that belongs to none."""
        community = await self.of(event)
        if community is None:
            raise Gone("no community here")
        return community

    # -- coming and going --------------------------------------------------------------------

    async def leave(self, space: Space) -> Community | None:
        """Remember that a space took us out; return whose it is, None if that is nothing new.

        What is stored stays. Nothing is posted there any more, also while the database is away.
        """
        known = self.in_space(space)
        if known is None or space not in known.spaces:
            return None
        now = self._clock()
        gone = replace(
            known,
            spaces=tuple(one for one in known.spaces if one != space),
            left=(*known.left, Left(space, now)),
        )
        self._know((*self._others(known.id), gone), self._settings)
        try:
            async with self._db.begin() as session:
                await CommunityStore(session).leave(space, now)
            await self.reload()
        finally:
            for listener in self._left_listeners:
                await listener(known.id)
        return gone

    async def come_back(self, space: Space, name: str) -> Community | None:
        """Go on as before in a space that had taken us out; None if it had not."""
        known = self.in_space(space)
        if known is None or space in known.spaces:
            return None
        async with self._db.begin() as session:
            await CommunityStore(session).leave(space, None)
        await self._changed(known.id)
        await self.rename(space, name)
        for listener in self._back_listeners:
            await listener(known.id)
        return self.get(known.id)

    async def rename(self, space: Space, name: str) -> None:
        """Call a community what its only space is called; one with more spaces keeps its name."""
        known = self.in_space(space)
        if known is None or not name or known.name == name:
            return
        if len(known.spaces) + len(known.left) > 1:
            return
        async with self._db.begin() as session:
            await CommunityStore(session).rename(known.id, name)
        await self.reload()

    # -- members -----------------------------------------------------------------------------

    async def member(self, person: Person, community_id: str) -> Member:
        """Return who `person` is here, added on first need (an id, nothing else, is stored)."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            known = await store.member(community_id, person)
            if known is None:
                new = Member(id=self._chance.new_id(), community_id=community_id, person=person)
                await store.add_member(new)
                known = await store.member(community_id, person)
            assert known is not None, "added just now"
        self._homes.setdefault(person, community_id)
        return known

    async def known_member(self, person: Person, community_id: str) -> Member | None:
        """Return who `person` is here, without adding them."""
        async with self._db.read() as session:
            return await CommunityStore(session).member(community_id, person)

    async def member_by_id(self, member_id: str) -> Member | None:
        async with self._db.read() as session:
            return await CommunityStore(session).member_by_id(member_id)

    async def consents(self, member: Member) -> Mapping[Purpose, int]:
        """Return the version of the words that a member agreed to, by purpose."""
        given = await self._given(member)
        return {purpose: version for purpose, (version, _at) in given.items()}

    async def consent_times(self, member: Member) -> Mapping[Purpose, datetime | None]:
        """Return when a member agreed to what, by purpose."""
        return {purpose: at for purpose, (_version, at) in (await self._given(member)).items()}

    async def _given(self, member: Member) -> Mapping[Purpose, tuple[int, datetime]]:
        async with self._db.read() as session:
            return await CommunityStore(session).consents(member.id)

    async def all_members(self) -> tuple[Member, ...]:
        """Return everybody who is known in any community; for erasing again after a restore."""
        async with self._db.read() as session:
            return await CommunityStore(session).everybody()

    async def has_agreed(self, member: Member, purpose: Purpose) -> bool:
        return (await self.consents(member)).get(purpose, 0) >= CONSENT_VERSION

    async def agree(self, member: Member, purpose: Purpose, *, old_enough: bool = False) -> None:
        """Record a consent; `old_enough` records the answer to the age question too."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            await store.agree(member.id, purpose, CONSENT_VERSION, self._clock())
            if old_enough and not member.old_enough:
                await store.change_member(replace(member, old_enough=True))

    async def withdraw(self, member: Member, purpose: Purpose) -> None:
        """Take a consent back, and a remembered country with it: wherever it was remembered."""
        if purpose is Purpose.COUNTRY:
            await self._forget_country(member.person)
            return
        async with self._db.begin() as session:
            await CommunityStore(session).withdraw(member.id, purpose)

    async def choose_language(self, member: Member, language: str | None) -> None:
        async with self._db.begin() as session:
            await CommunityStore(session).change_member(replace(member, language=language))
        self._wants_language(member.person, language)

    async def choose_country(self, member: Member, country: str) -> None:
        """Remember whose help lines a member wants first; they agreed to that by pressing."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            await store.change_member(replace(member, country=country))
            await store.agree(member.id, Purpose.COUNTRY, CONSENT_VERSION, self._clock())
        self._wants_country(member.person, country)

    async def forget(self, member: Member) -> None:
        """Remove a member and what they agreed to, here and from memory."""
        async with self._db.begin() as session:
            await CommunityStore(session).forget(member.id)
        self._forget(member.person)

    # -- settings ----------------------------------------------------------------------------

    async def draft(self, community_id: str) -> Settings:
        async with self._db.read() as session:
            return await CommunityStore(session).draft(community_id, self._defaults)

    async def change_draft(
        self, community_id: str, by: Actor, change: Callable[[Settings], Settings]
    ) -> Settings:
        """Change the draft; nothing is in force before it is published."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            before = await store.draft(community_id, self._defaults)
            after = change(before)
            if after != before:
                await store.save_draft(community_id, after)
                await self._note(store, community_id, by, "settings.draft", before, after)
        self._drafted(community_id, after)
        return after

    async def publish(self, community_id: str, by: Actor) -> Settings:
        """Put the draft in force."""
        before = self.published(community_id)
        async with self._db.begin() as session:
            store = CommunityStore(session)
            after = await store.draft(community_id, self._defaults)
            await store.publish(community_id, self._clock())
            await self._note(store, community_id, by, "settings.publish", before, after)
        await self._changed(community_id)
        return after

    async def revert(self, community_id: str, by: Actor, number: int) -> Settings:
        """Put an earlier version in force, as a new one. Raises `Gone` if there is none."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            versions = await store.versions(community_id, self._defaults)
            wanted = next((one for one in versions if one.number == number), None)
            if wanted is None or wanted.published_at is None:
                raise Gone(f"no published version {number}")
            await store.save_draft(community_id, wanted.settings)
            await store.publish(community_id, self._clock())
            before = self.published(community_id)
            await self._note(store, community_id, by, "settings.revert", before, wanted.settings)
        await self._changed(community_id)
        return wanted.settings

    async def versions(self, community_id: str) -> tuple[Version, ...]:
        """Return the versions of the settings, newest first; the draft is the one unpublished."""
        async with self._db.read() as session:
            return await CommunityStore(session).versions(community_id, self._defaults)

    async def switch(self, community_id: str, by: Actor, feature: Feature, *, on: bool) -> None:
        """Switch a feature at once, in what is published and in the draft alike."""
        await self._apply(
            community_id, by, f"feature.{feature}", lambda one: one.switching(feature, on=on)
        )

    async def set_now(
        self, community_id: str, by: Actor, what: str, change: Callable[[Settings], Settings]
    ) -> None:
        """Change the published settings at once, and the draft alike; for what cannot wait."""
        await self._apply(community_id, by, what, change)

    async def remember_step(self, community_id: str, step: int) -> None:
        """Remember where setup was left."""
        async with self._db.begin() as session:
            await CommunityStore(session).go_to_step(community_id, step)
        self._is_at_step(community_id, step)

    async def note(
        self, community_id: str, by: Person, what: str, subject: str = "", after: str = ""
    ) -> None:
        """Write one line into the audit trail; never a member's words."""
        entry = AuditEntry(at=self._clock(), who=by, what=what, subject=subject, after=after)
        async with self._db.begin() as session:
            await CommunityStore(session).note(community_id, entry)

    async def forget_trail(self, older_than: timedelta) -> int:
        """Remove audit entries older than that; return how many."""
        async with self._db.begin() as session:
            return await CommunityStore(session).prune_audit(self._clock() - older_than)

    async def trail(self, community_id: str) -> Sequence[AuditEntry]:
        """Return the newest twenty audit entries."""
        async with self._db.read() as session:
            return await CommunityStore(session).notes(community_id)

    # -- inside ------------------------------------------------------------------------------

    async def _forget_country(self, person: Person) -> None:
        """Forget the country in every community, since it comes first in all of them."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            for one in await store.memberships(person):
                await store.withdraw(one.id, Purpose.COUNTRY)
                await store.change_member(replace(one, country=None))
        self._wants_country(person, None)

    async def _apply(
        self, community_id: str, by: Actor, what: str, change: Callable[[Settings], Settings]
    ) -> None:
        async with self._db.begin() as session:
            store = CommunityStore(session)
            draft = await store.draft(community_id, self._defaults)
            before = self.published(community_id)
            after = change(before)
            await store.save_draft(community_id, after)
            await store.publish(community_id, self._clock())
            if change(draft) != after:
                await store.save_draft(community_id, change(draft))
            await self._note(store, community_id, by, what, before, after)
        await self._changed(community_id)

    async def _note(
        self,
        store: CommunityStore,
        community_id: str,
        by: Actor,
        what: str,
        before: Settings,
        after: Settings,
    ) -> None:
        entry = noted(self._clock(), by.person, what, before, after)
        await store.note(community_id, entry)

    async def _changed(self, community_id: str) -> None:
        await self.reload()
        for listener in self._listeners:
            await listener(community_id)

    async def reload(self) -> None:
        """Read everything, again if memory changed while it was read. Raises StorageAway."""
        while True:
            before = self._changes
            async with self._db.read() as session:
                store = CommunityStore(session)
                communities = await store.all()
                choices = await store.choices()
                published = await store.published(self._defaults)
                keepers = await store.publishers()
                drafts = {
                    one.id: await store.draft(one.id, self._defaults)
                    for one in communities
                    if one.set_up_at is None
                }
            if before == self._changes:
                break
        self._know(communities, {key: version.settings for key, version in published.items()})
        self._has_read = True
        self._keepers, self._drafts = keepers, drafts
        self._chosen = {one.person: one.language for one in choices if one.language}
        self._countries = {one.person: one.country for one in choices if one.country}
        self._last_known.keep(document_of((one, self.published(one.id)) for one in self.all))

    def _left_before(self, community: Community, space: Space) -> bool:
        """Whether a space took us out long enough ago for no press from before to come now."""
        since = next((one.at for one in community.left if one.space == space), None)
        return since is not None and self._clock() - since > PRESSES_ARRIVE_WITHIN

    def recall(self) -> None:
        """Take up what was known last, so that help needs no database."""
        kept = self._last_known.read()
        if kept is not None:
            self._know(*read_document(kept, self._clock(), self._defaults))

    async def _found(self, space: Space, name: str) -> Community:
        new = Community(id=self._chance.new_id(), name=name, created_at=self._clock())
        async with self._db.begin() as session:
            await CommunityStore(session).add(new, space, self._defaults)
        await self.reload()
        known = self.in_space(space)
        assert known is not None, "added just now, by us or by another process"
        return known

    async def _home_of_person(self, person: Person) -> Community | None:
        home = self._homes.get(person)
        if home is None:
            async with self._db.read() as session:
                members = await CommunityStore(session).memberships(person)
            # Where we are no more, nobody could answer them.
            here = sorted(members, key=lambda one: self._is_nowhere(one.community_id))
            if here:
                home = self._homes[person] = here[0].community_id
        return self._communities.get(home) if home else self.known_home(person, None)
