"""What moderators do with check-ins: make, change, publish, pause, duplicate, delete, look back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.cards import page_of
from peerbot.chat.gateway import DeliveryError
from peerbot.checkins.model import (
    MAX_CHECKINS,
    Checkin,
    Round,
    State,
    Told,
)
from peerbot.checkins.store import AnswerStore, CheckinStore
from peerbot.checkins.templates import OWN, TEMPLATES, draft_from
from peerbot.clock import Chance, Clock
from peerbot.community.readiness import Places
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.recurrence import Recurrence, after_zone_change
from peerbot.errors import Gone, NotYours, PeerbotError
from peerbot.vault import Vault

ANSWERS_ON_A_PAGE = 4


class TooMany(PeerbotError):
    """The community has as many check-ins as it can have."""


class NoRoom(PeerbotError):
    """It has no room to be posted in, or not one of this space."""


class NeverComes(PeerbotError):
    """Its rhythm is over: no round would ever open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Answers that were shared with staff in one round, a few at a time."""

    round: Round | None
    """None before the first round."""
    told: tuple[Told, ...]
    number: int
    pages: int


class Plans:
    """The check-ins of communities, as moderators plan them. Every change is in the trail."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        places: Places,
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._places = places

    @property
    def now(self) -> datetime:
        return self._clock()

    # -- looking -----------------------------------------------------------------------------

    async def of_community(self, community_id: str) -> tuple[Checkin, ...]:
        """Return the check-ins that are not deleted, the oldest first."""
        async with self._db.read() as session:
            return await CheckinStore(session).of_community(community_id)

    async def get(self, community_id: str, checkin_id: str) -> Checkin:
        """Return one check-in. Raises `Gone`, or `NotYours` for another community's."""
        async with self._db.read() as session:
            checkin = await CheckinStore(session).checkin(checkin_id)
        return _belonging(checkin, community_id)

    async def shared_with_staff(
        self, community_id: str, checkin_id: str, page: int, by: Actor
    ) -> Page:
        """Return answers that members shared with staff in the open or last round.

        That somebody looked is in the trail; what they read is not.
        """
        checkin = await self.get(community_id, checkin_id)
        async with self._db.read() as session:
            round_ = await CheckinStore(session).newest(checkin.id)
            if round_ is None:
                return Page(round=None, told=(), number=1, pages=1)
            store = AnswerStore(session)
            count = await store.count_for_staff(round_.id)
            number, pages = page_of(count, page, ANSWERS_ON_A_PAGE)
            found = await store.for_staff(
                round_.id, first=(number - 1) * ANSWERS_ON_A_PAGE, most=ANSWERS_ON_A_PAGE
            )
            told = [
                Told(
                    answer=answer,
                    words=await self._vault.open(session, answer.member_id, answer.sealed)
                    if answer.sealed and answer.shows_words_to is answer.audience
                    else None,
                    person=person,
                )
                for answer, person in found
            ]
        await self._communities.note(community_id, by.person, "checkin.answers-read", round_.id)
        return Page(round=round_, told=tuple(told), number=number, pages=pages)

    # -- making ------------------------------------------------------------------------------

    async def make(self, community_id: str, template: str, by: Actor) -> Checkin:
        """Make a draft from a template. Raises `TooMany`."""
        if template not in TEMPLATES:
            raise Gone("no such template")
        return await self._add(community_id, template, by, lambda draft: draft)

    async def make_own(
        self,
        community_id: str,
        by: Actor,
        space: Space,
        name: str,
        question: str,
        room: str,
        window: timedelta,
    ) -> Checkin:
        """Make a draft with its own question. Raises `TooMany` and `NoRoom`."""
        place = await self._room(space, room)

        def worded(draft: Checkin) -> Checkin:
            return replace(draft, name=name, question=question, room=place, window=window)

        return await self._add(community_id, OWN, by, worded)

    async def duplicate(self, community_id: str, checkin_id: str, name: str, by: Actor) -> Checkin:
        """Make a draft that is like another check-in. Raises `TooMany`."""
        model = await self.get(community_id, checkin_id)

        def alike(draft: Checkin) -> Checkin:
            return replace(
                model,
                id=draft.id,
                name=name,
                created_by=draft.created_by,
                created_at=draft.created_at,
                state=State.DRAFT,
                paused_until=None,
                next_at=None,
                next_wall=None,
                last_opened_at=None,
            )

        return await self._add(community_id, model.template, by, alike)

    # -- changing ----------------------------------------------------------------------------

    async def reword(
        self,
        checkin: Checkin,
        by: Actor,
        space: Space,
        *,
        name: str,
        question: str,
        room: str,
        window: timedelta,
    ) -> Checkin:
        """Change its words, room and window, from the next round on. Raises `NoRoom`."""
        place = await self._room(space, room)

        def changed(one: Checkin) -> Checkin:
            return replace(one, name=name, question=question, room=place, window=window)

        return await self._change(checkin, by, "checkin.words", changed)

    async def move(
        self, checkin: Checkin, by: Actor, recurrence: Recurrence, *, what: str = "checkin.days"
    ) -> Checkin:
        """Give it another rhythm. Raises `NeverComes` if that is over already."""
        zone = self._communities.settings(checkin.community_id).zone
        now = self._clock()

        def moved(one: Checkin) -> Checkin:
            changed = replace(one, recurrence=recurrence, own_zone=recurrence.zone.key != zone)
            if changed.slot_after(now) is None:
                raise NeverComes
            return changed

        return await self._change(checkin, by, what, moved)

    async def publish(self, community_id: str, checkin_id: str, by: Actor) -> Checkin:
        """Ask from now on. Raises `NoRoom` or `NeverComes`."""
        now = self._clock()

        def live(one: Checkin) -> Checkin:
            if one.room is None:
                raise NoRoom
            changed = replace(one, state=State.LIVE, paused_until=None)
            if changed.slot_after(now) is None:
                raise NeverComes
            return changed

        checkin = await self.get(community_id, checkin_id)
        return await self._change(checkin, by, "checkin.publish", live)

    async def pause(
        self, community_id: str, checkin_id: str, by: Actor, until: datetime | None
    ) -> Checkin:
        """Ask no more until then, and by itself again after that; None is for good."""

        def paused(one: Checkin) -> Checkin:
            if one.state is State.DRAFT:
                raise Gone("a draft has nothing to pause")
            return replace(one, state=State.PAUSED, paused_until=until)

        checkin = await self.get(community_id, checkin_id)
        return await self._change(checkin, by, "checkin.pause", paused)

    async def delete(self, community_id: str, checkin_id: str, by: Actor) -> Checkin:
        """Delete it; for ten minutes that can be undone. A round that is open still closes."""
        now = self._clock()
        checkin = await self.get(community_id, checkin_id)
        return await self._change(
            checkin, by, "checkin.delete", lambda one: replace(one, deleted_at=now)
        )

    async def undo(self, community_id: str, checkin_id: str, by: Actor) -> Checkin:
        """Bring a deleted check-in back as it was. Raises `Gone` once it is too late."""
        now = self._clock()
        async with self._db.read() as session:
            checkin = await CheckinStore(session).checkin(checkin_id)
        if checkin is None or not checkin.can_be_undone(now):
            raise Gone("it is too late to undo that")
        if checkin.community_id != community_id:
            raise NotYours("another community's check-in")
        return await self._change(
            checkin, by, "checkin.undo", lambda one: replace(one, deleted_at=None)
        )

    async def after_publishing(self, community_id: str) -> None:
        """Follow the published settings: the first check-in of all, and the community's zone."""
        if self._communities.get(community_id).set_up_at is None:
            return
        settings = self._communities.settings(community_id)
        now = self._clock()
        async with self._db.begin() as session:
            store = CheckinStore(session)
            if settings.checkin_rhythm in TEMPLATES and settings.checkin_room is not None:
                # Its id is the community's: two processes, or two presses, make one.
                first = draft_from(
                    settings.checkin_rhythm,
                    community_id,
                    community_id,
                    settings.zone_info,
                    settings.checkin_room,
                    None,
                    now,
                )
                if not await store.has_had_any(community_id):
                    await store.add(replace(first, state=State.LIVE).replanned(now))
            for checkin in await store.of_community(community_id):
                if not checkin.own_zone and checkin.zone != settings.zone_info:
                    moved, _gap = after_zone_change(
                        checkin.recurrence, settings.zone_info, checkin.last_opened_at
                    )
                    await self._keep(store, replace(checkin, recurrence=moved).replanned(now))

    # -- inside ------------------------------------------------------------------------------

    async def _add(
        self, community_id: str, template: str, by: Actor, change: Callable[[Checkin], Checkin]
    ) -> Checkin:
        settings = self._communities.settings(community_id)
        maker = await self._communities.member(by.person, community_id)
        draft = draft_from(
            template,
            self._chance.new_id(),
            community_id,
            settings.zone_info,
            settings.checkin_room,
            maker.id,
            self._clock(),
        )
        new = change(draft)
        async with self._db.begin() as session:
            store = CheckinStore(session)
            if len(await store.of_community(community_id)) >= MAX_CHECKINS:
                raise TooMany
            await store.add(new)
        await self._communities.note(community_id, by.person, "checkin.make", new.id)
        return new

    async def _change(
        self, checkin: Checkin, by: Actor, what: str, change: Callable[[Checkin], Checkin]
    ) -> Checkin:
        """Change a check-in as it is now in the database, and plan its next round anew."""
        async with self._db.begin() as session:
            store = CheckinStore(session)
            known = await store.checkin(checkin.id, lock=True)
            if known is None or known.is_deleted != checkin.is_deleted:
                raise Gone("somebody else was faster")
            changed = change(known).replanned(self._clock())
            await self._keep(store, changed)
        await self._communities.note(checkin.community_id, by.person, what, checkin.id)
        return changed

    async def _keep(self, store: CheckinStore, checkin: Checkin) -> None:
        await store.save(checkin)
        early = await store.waiting_round(checkin.id)
        if early is not None:
            await store.keep_early(checkin, early)

    async def _room(self, space: Space, room_id: str) -> Room:
        """Return the room of this id in the space; what comes from a form may be forged."""
        try:
            facts = await self._places.facts(space)
        except DeliveryError:
            raise NoRoom from None
        found = next((one.room for one in facts.rooms if one.room.id == room_id), None)
        if found is None:
            raise NoRoom
        return replace(found, space=space.id)


def _belonging(checkin: Checkin | None, community_id: str) -> Checkin:
    if checkin is None or checkin.is_deleted:
        raise Gone("no such check-in")
    if checkin.community_id != community_id:
        raise NotYours("another community's check-in")
    return checkin
