"""Use cases of a community: finding it, its settings and people, changing them with a trail."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from peerbot.chat.addresses import Actor, Address, Person, Room, Space, person_of
from peerbot.chat.commands import Role
from peerbot.chat.events import Answerable, Event, Installed
from peerbot.chat.text import Reader
from peerbot.clock import Chance, Clock
from peerbot.community.model import (
    CONSENT_VERSION,
    RESPOND,
    AuditEntry,
    Community,
    Feature,
    Left,
    Member,
    Purpose,
    Settings,
    Version,
    changed_keys,
    settings_from_json,
    settings_to_json,
)
from peerbot.community.store import CommunityStore
from peerbot.db import Database
from peerbot.errors import Gone, StorageAway
from peerbot.i18n import nearest_language

PRESSES_ARRIVE_WITHIN = timedelta(minutes=1)
"""What somebody pressed before we were taken out has been handled after this."""


class LastKnown(Protocol):
    """Keeps the settings where they can be read while the database is away."""

    def keep(self, document: str) -> None: ...

    def read(self) -> str | None:
        """Return what was kept last; None if nothing was, or if it cannot be read."""
        ...


class CommunityService:
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
        self._db = db
        self._clock = clock
        self._chance = chance
        self._defaults = defaults
        self._last_known = last_known
        self._communities: dict[str, Community] = {}
        self._settings: dict[str, Settings] = {}
        self._in_force: dict[str, Settings] = {}
        self._drafts: dict[str, Settings] = {}
        self._by_space: dict[Space, str] = {}
        self._homes: dict[Person, str] = {}
        self._team: set[tuple[str, Person]] = set()
        self._languages: dict[Person, str] = {}
        self._chosen: dict[Person, str] = {}
        self._countries: dict[Person, str] = {}
        self._keepers: Mapping[str, tuple[Person, ...]] = {}
        self._listeners: list[Callable[[str], Awaitable[None]]] = []
        self._left_listeners: list[Callable[[str], Awaitable[None]]] = []
        self._back_listeners: list[Callable[[str], Awaitable[None]]] = []
        self._has_read = False
        self._changes = 0
        """How often memory changed: what was read before a change may lack it."""

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

    @property
    def all(self) -> tuple[Community, ...]:
        return tuple(self._communities.values())

    def get(self, community_id: str) -> Community:
        """Return the community. Raises `Gone` if there is none of this id."""
        try:
            return self._communities[community_id]
        except KeyError:
            raise Gone(f"no community {community_id}") from None

    def settings(self, community_id: str) -> Settings:
        """Return the settings in force; before the first publishing, the defaults.

        They are as published, as far as the spaces go in which we still are.
        """
        return self._in_force.get(community_id, self._defaults)

    def published(self, community_id: str) -> Settings:
        """Return the settings as published, wherever we are; else the defaults."""
        return self._settings.get(community_id, self._defaults)

    def has_left(self, community_id: str, room: Room | None) -> bool:
        """Whether `room` lies where we are no more, so that nothing is sent there."""
        known = self._communities.get(community_id)
        return known is not None and room is not None and known.has_left(room)

    def is_cut_off(self, community_id: str) -> bool:
        """Whether its responders cannot be called: their room lies where we are no more."""
        known = self._communities.get(community_id)
        if known is None:
            return False
        room = self.published(community_id).alert_room
        return known.is_nowhere or (room is not None and known.has_left(room))

    def spaces(self, platform: str) -> Mapping[Space, str] | None:
        """Return where we are on a platform, with names; None before that was read."""
        if not self._has_read:
            return None
        return {
            space: one.name
            for one in self._communities.values()
            for space in one.spaces
            if space.platform == platform
        }

    def keepers(self, community_id: str) -> tuple[Person, ...]:
        """Return the admins who published its settings last, from the cache alone."""
        return self._keepers.get(community_id, ())

    def in_space(self, space: Space) -> Community | None:
        """Return the community that meets in `space`, from the cache alone."""
        found = self._by_space.get(space)
        return None if found is None else self._communities.get(found)

    def known_home(self, person: Person, space: Space | None) -> Community | None:
        """Return where `person` belongs, from the cache alone: for help while storage is away.

        In a direct message this is where they were met last, else the only community there is.
        """
        if space is not None:
            return self.in_space(space)
        home = self._homes.get(person)
        if home is not None:
            return self._communities.get(home)
        return next(iter(self._communities.values())) if len(self._communities) == 1 else None

    async def of(self, event: Event) -> Community | None:
        """Return the community of an event, made on first sight; None in an unknown inbox."""
        if event.space is None:
            return await self._home_of(event.person)
        known = self.in_space(event.space)
        if known is None:
            name = event.name if isinstance(event, Installed) else event.space.id
            known = await self._found(event.space, name)
        elif isinstance(event, Answerable) and self._left_before(known, event.space):
            # Whoever presses something there shows that we were added again, unheard.
            known = await self.come_back(event.space, known.name) or known
        self._homes[event.person] = known.id
        return known

    def role_of(self, actor: Actor, community_id: str) -> Role:
        return self._in_charge(community_id).role_of(actor)

    def may(self, actor: Actor, community_id: str, grant: str) -> bool:
        return self._in_charge(community_id).may(actor, grant)

    def is_on_team(self, person: Person, community_id: str) -> bool:
        """Whether somebody is a moderator or responder, as far as grants and this run tell."""
        granted = self._in_charge(community_id).people_with(RESPOND)
        return person in granted or (community_id, person) in self._team

    # -- readers (the Switchboard asks) ------------------------------------------------------

    def met(self, actor: Actor, space: Space | None) -> None:
        """Remember for this run where somebody was met and what their platform speaks to them."""
        if actor.locale:
            self._languages[actor.person] = actor.locale
        if space is not None and (home := self._by_space.get(space)) is not None:
            self._homes[actor.person] = home
            if actor.platform_roles or actor.owns_space:
                self._note_team(actor, home)

    def reader_of(self, address: Address) -> Reader:
        """Return language and zone for `address`: a person's own choice, else the community's."""
        person = person_of(address)
        if person is None:
            assert isinstance(address, Room)
            settings = self._settings_near(address)
            return Reader(settings.language, settings.zone_info)
        home = self._homes.get(person)
        settings = self.settings(home) if home else self._only_settings()
        language = self._chosen.get(person) or nearest_language(
            self._languages.get(person), settings.language
        )
        return Reader(language, settings.zone_info)

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
        async with self._db.read() as session:
            given = await CommunityStore(session).consents(member.id)
        return {purpose: version for purpose, (version, _at) in given.items()}

    async def consent_times(self, member: Member) -> Mapping[Purpose, datetime | None]:
        """Return when a member agreed to what, by purpose."""
        async with self._db.read() as session:
            given = await CommunityStore(session).consents(member.id)
        return {purpose: at for purpose, (_version, at) in given.items()}

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
        if language is None:
            self._chosen.pop(member.person, None)
        else:
            self._chosen[member.person] = language
        self._changes += 1

    async def choose_country(self, member: Member, country: str) -> None:
        """Remember whose help lines a member wants first; they agreed to that by pressing."""
        async with self._db.begin() as session:
            store = CommunityStore(session)
            await store.change_member(replace(member, country=country))
            await store.agree(member.id, Purpose.COUNTRY, CONSENT_VERSION, self._clock())
        self._countries[member.person] = country
        self._changes += 1

    def country_of(self, person: Person) -> str:
        """Return whose help lines a person asked to see first; empty if they never said."""
        return self._countries.get(person, "")

    async def forget(self, member: Member) -> None:
        """Remove a member and what they agreed to, here and from memory."""
        async with self._db.begin() as session:
            await CommunityStore(session).forget(member.id)
        for cache in (self._homes, self._languages, self._chosen, self._countries):
            cache.pop(member.person, None)
        self._changes += 1
        self._team = {one for one in self._team if one[1] != member.person}

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
        self._drafts[community_id] = after
        self._changes += 1
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
        self._communities[community_id] = replace(self.get(community_id), setup_step=step)
        self._changes += 1

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
        self._countries.pop(person, None)
        self._changes += 1

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
        keys = changed_keys(before, after)
        old, new = settings_to_json(before), settings_to_json(after)
        await store.note(
            community_id,
            AuditEntry(
                at=self._clock(),
                who=by.person,
                what=what,
                subject=", ".join(keys),
                before=json.dumps({key: old[key] for key in keys}),
                after=json.dumps({key: new[key] for key in keys}),
            ),
        )

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
        self._last_known.keep(self._document())

    def _know(self, communities: Sequence[Community], settings: Mapping[str, Settings]) -> None:
        self._changes += 1
        self._communities = {one.id: one for one in communities}
        self._settings = dict(settings)
        self._in_force = {
            one.id: one.in_force(settings.get(one.id, self._defaults)) for one in communities
        }
        # Those that took us out lead to their community as well: it is found again there.
        self._by_space = {
            space: one.id
            for one in communities
            for space in (*one.spaces, *(each.space for each in one.left))
        }

    def _left_before(self, community: Community, space: Space) -> bool:
        """Whether a space took us out long enough ago for no press from before to come now."""
        since = next((one.at for one in community.left if one.space == space), None)
        return since is not None and self._clock() - since > PRESSES_ARRIVE_WITHIN

    def _others(self, community_id: str) -> Sequence[Community]:
        return [one for one in self.all if one.id != community_id]

    def _document(self) -> str:
        return json.dumps(
            [
                {
                    "id": one.id,
                    "name": one.name,
                    "created_at": one.created_at.isoformat(),
                    "spaces": [[space.platform, space.id] for space in one.spaces],
                    "left": [
                        [each.space.platform, each.space.id, each.at.isoformat()]
                        for each in one.left
                    ],
                    "settings": settings_to_json(self.published(one.id)),
                }
                for one in self._communities.values()
            ]
        )

    def recall(self) -> None:
        """Take up what was known last, so that help needs no database."""
        kept = self._last_known.read()
        if kept is None:
            return
        communities = []
        settings = {}
        for one in json.loads(kept):
            communities.append(
                Community(
                    id=one["id"],
                    name=one["name"],
                    created_at=self._clock(),
                    spaces=tuple(Space(*space) for space in one["spaces"]),
                    left=tuple(
                        Left(Space(platform, id_), datetime.fromisoformat(at))
                        for platform, id_, at in one.get("left", ())
                    ),
                    set_up_at=self._clock(),
                )
            )
            settings[one["id"]] = settings_from_json(one["settings"], self._defaults)
        self._know(communities, settings)

    async def _found(self, space: Space, name: str) -> Community:
        new = Community(id=self._chance.new_id(), name=name, created_at=self._clock())
        async with self._db.begin() as session:
            await CommunityStore(session).add(new, space, self._defaults)
        await self.reload()
        known = self.in_space(space)
        assert known is not None, "added just now, by us or by another process"
        return known

    async def _home_of(self, person: Person) -> Community | None:
        home = self._homes.get(person)
        if home is None:
            async with self._db.read() as session:
                members = await CommunityStore(session).memberships(person)
            # Where we are no more, nobody could answer them.
            here = sorted(members, key=lambda one: self._is_nowhere(one.community_id))
            if here:
                home = self._homes[person] = here[0].community_id
        return self._communities.get(home) if home else self.known_home(person, None)

    def _is_nowhere(self, community_id: str) -> bool:
        known = self._communities.get(community_id)
        return known is None or known.is_nowhere

    def _note_team(self, actor: Actor, community_id: str) -> None:
        if self.may(actor, community_id, RESPOND):
            self._team.add((community_id, actor.person))
        else:
            self._team.discard((community_id, actor.person))

    def _in_charge(self, community_id: str) -> Settings:
        """Return the settings that say who is who: before the first publishing, the draft.

        Else nobody could answer the drill that setup ends with.
        """
        return self._settings.get(community_id) or self._drafts.get(community_id, self._defaults)

    def _settings_near(self, room: Room) -> Settings:
        home = self._by_space.get(Space(room.platform, room.space))
        return self.settings(home) if home else self._only_settings()

    def _only_settings(self) -> Settings:
        only = list(self._settings.values())
        return only[0] if len(only) == 1 else self._defaults


class CommunityReaders:
    """The Switchboard's `Readers`, answered by the community service's cache."""

    def __init__(self, communities: CommunityService) -> None:
        self._communities = communities

    def of(self, address: Address) -> Reader:
        return self._communities.reader_of(address)

    def met(self, actor: Actor, space: Space | None) -> None:
        self._communities.met(actor, space)
