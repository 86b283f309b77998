"""Use cases of tips: one at a time, by words, offered beside something else, and on a schedule."""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from peerbot.chat.adapters import FactsOf
from peerbot.chat.addresses import Actor, Address, Person, Room, Space
from peerbot.chat.cards import Card, Row
from peerbot.chat.events import Event
from peerbot.chat.gateway import DeliveryError
from peerbot.clock import Chance, Clock
from peerbot.community.model import Community, Feature
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.model import NewSend, Send
from peerbot.delivery.recurrence import (
    LATENESS,
    Every,
    Recurrence,
    Slot,
    after_zone_change,
    is_late,
    next_after,
)
from peerbot.delivery.service import Delivery
from peerbot.errors import Gone, Refused
from peerbot.tips import cards
from peerbot.tips.model import (
    MAX_SCHEDULES,
    TOPICS,
    LatelySeen,
    Library,
    Round,
    Schedule,
    Tip,
    coming,
    time_of_day,
    unseen,
)
from peerbot.tips.search import TipIndex, folded
from peerbot.tips.store import TipStore

log = logging.getLogger(__name__)

SCHEDULED = "tips.scheduled"
KEPT = timedelta(days=800)
"""How long it is remembered which tip a room got, so that it gets others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a moderator filled in for a room, as typed."""

    room_id: str
    weeks: int
    weekdays: frozenset[int]
    at: str
    topic: str


class TipService:
    """Hands out tips. Nothing about who saw what is stored."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        delivery: Delivery,
        facts: FactsOf,
        library: Library,
    ) -> None:
        self._db = db
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._delivery = delivery
        self._facts = facts
        self._library = library
        self._index = TipIndex(library.tips)
        self._lately = LatelySeen()
        communities.when_published(self.follow_zone)

    # -- for members -------------------------------------------------------------------------

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that have something to show today."""
        return self._library.topics(self._today)

    def language_for(self, address: Address) -> str:
        return self._communities.reader_of(address).language

    def another(self, person: Person, topic: str = "", *, seen: str = "") -> Tip | None:
        """Return a tip that `person` has not seen lately; None if there is none at all.

        `topic` may be anything: one that we do not have gives tips on everything. `seen` is the id
        of the one before their eyes, of which we may not know any more.
        """
        if self._library.get(seen, self._today) is not None:
            self._lately.note(person, seen)
        known = topic if topic in self.topics else ""
        fresh = self._lately.freshest(person, self._library.on(known, self._today))
        if not fresh:
            return None
        chosen = self._chance.pick(fresh)
        self._lately.note(person, chosen.id)
        return chosen

    def tip(self, person: Person, tip_id: str) -> Tip:
        """Return the tip of that id. Raises `Gone` if there is none, or if it has expired."""
        found = self._library.get(tip_id, self._today)
        if found is None:
            raise Gone("no such tip, or expired")
        self._lately.note(person, found.id)
        return found

    def search(self, words: str) -> tuple[Tip, ...]:
        """Return the tips that fit the words, best first; in either language, typos forgiven."""
        return self._index.find(words, self._library.shown(self._today))

    def suggested(self, typed: str, topic: str, language: str) -> tuple[Tip, ...]:
        """Return the tips that may be meant by what is typed so far, on `topic` if one is chosen.

        What speaks of danger is only for who looks for it: with nothing typed it is not there.
        """
        shown = self._library.on(topic if topic in self.topics else "", self._today)
        among = self._library.shown(self._today) if typed and not topic else shown
        return self._index.begun(typed, among, language)

    def titled(self, person: Person, words: str) -> Tip | None:
        """Return the one tip whose title these words are, in any language; None if they are none.

        So a title that was suggested, or typed whole, shows its tip at once.
        """
        wanted = folded(words)
        fitting = [
            tip
            for tip in self._library.shown(self._today)
            if wanted and any(folded(text.title) == wanted for text in tip.texts.values())
        ]
        return self.tip(person, fitting[0].id) if len(fitting) == 1 else None

    async def tips_for(
        self, community_id: str, language: str, kind: str, count: int = 2
    ) -> tuple[Row, ...]:
        """Return rows with tips on a kind of support, to stand in another feature's card.

        Fewer or none if there are not so many, or if the community has switched tips off.
        """
        if not self._communities.settings(community_id).has(Feature.TIPS):
            return ()
        fitting = [tip for tip in self._library.on("", self._today) if tip.support == kind]
        chosen = self._chance.shuffled(fitting)[:count]
        return tuple(cards.offer(tip, language) for tip in chosen)

    # -- for moderators ----------------------------------------------------------------------

    async def home_of(self, event: Event) -> Community:
        """Return the community of an event. Raises `Gone` in an inbox that belongs to none."""
        return await self._communities.home_of(event)

    async def schedules(self, community_id: str) -> tuple[Schedule, ...]:
        async with self._db.read() as session:
            return await TipStore(session).of_community(community_id)

    async def schedule(self, community_id: str, schedule_id: str) -> Schedule:
        """Return a schedule of this community. Raises `Gone` for any other id."""
        async with self._db.read() as session:
            found = await TipStore(session).schedule(schedule_id)
        if found is None or found.community_id != community_id:
            raise Gone("no such schedule here")
        return found

    async def plan(
        self, community_id: str, by: Actor, space: Space | None, wish: Wish, schedule_id: str = ""
    ) -> Schedule:
        """Give a room a tip on a schedule; a room that has one already gets this one instead.

        With `schedule_id`, change that one. Raises `Refused`, by field, and `Gone`.
        """
        changed = await self.schedule(community_id, schedule_id) if schedule_id else None
        room = await self._room(space, wish.room_id)
        recurrence = self._recurrence(community_id, wish)
        first = next_after(recurrence, self._clock())
        async with self._db.begin() as session:
            store = TipStore(session)
            others = await store.of_community(community_id)
            there = next((one for one in others if one.room == room), None)
            if changed is None and there is None and len(others) >= MAX_SCHEDULES:
                raise Refused(room=cards.too_many_schedules())
            if changed is not None and there is not None and there.id != changed.id:
                await store.remove(there.id)
            wanted = Schedule(
                id=changed.id if changed else self._chance.new_id(),
                community_id=community_id,
                room=room,
                topic=wish.topic if wish.topic in TOPICS else "",
                recurrence=recurrence,
                next_at=_moment(first),
            )
            saved = await (store.save(wanted) if changed else store.put(wanted))
        await self._communities.note(community_id, by.person, "tips.plan", room.id)
        return saved

    def coming(self, schedule: Schedule) -> tuple[Slot, ...]:
        """Return the next five slots of a schedule."""
        return coming(schedule, self._clock())

    def sample(self, schedule: Schedule) -> Tip | None:
        """Return a tip such as the room may get; None if there is none."""
        fitting = self._library.for_rooms(schedule.topic, self._today)
        return self._chance.pick(list(fitting)) if fitting else None

    async def pause(
        self, community_id: str, by: Actor, schedule_id: str, *, paused: bool
    ) -> Schedule:
        """Pause a schedule, or let it go on from now: what fell into the pause is not made up."""
        found = await self.schedule(community_id, schedule_id)
        following = next_after(found.recurrence, self._clock())
        wanted = replace(found, paused=paused, next_at=_moment(following))
        async with self._db.begin() as session:
            await TipStore(session).save(wanted)
        what = "tips.pause" if paused else "tips.go-on"
        await self._communities.note(community_id, by.person, what, found.room.id)
        return wanted

    async def remove(self, community_id: str, by: Actor, schedule_id: str) -> None:
        found = await self.schedule(community_id, schedule_id)
        async with self._db.begin() as session:
            await TipStore(session).remove(found.id)
        await self._communities.note(community_id, by.person, "tips.remove", found.room.id)

    # -- on time -----------------------------------------------------------------------------

    async def open_due(self) -> int:
        """Open a round for every schedule whose time has come; return how many were opened.

        Safe to call at any time, any number of times and from any process. A slot that is more
        than two hours late is passed over.
        """
        opened = 0
        async with self._db.begin() as session:
            store = TipStore(session)
            for schedule in await store.due(self._clock()):
                opened += await self._open(store, schedule)
            if opened:
                await store.prune_rounds(self._clock() - KEPT)
        if opened:
            await self._delivery.go()
        return opened

    async def next_due(self) -> datetime | None:
        """Return when the next tip is due; None if none is planned."""
        async with self._db.read() as session:
            return await TipStore(session).next_due()

    async def compose(self, send: Send) -> Card | None:
        """Return the card of a scheduled tip; None if it is no longer wanted."""
        async with self._db.read() as session:
            store = TipStore(session)
            opened = await store.round(send.subject)
            schedule = await store.schedule(opened.schedule_id) if opened else None
        if opened is None or schedule is None or schedule.paused or schedule.room != send.to:
            return None
        if is_late(opened.due_at, self._clock()) or self._has_left(schedule):
            return None
        settings = self._communities.settings(schedule.community_id)
        tip = self._library.get(opened.tip_id, self._today)
        if tip is None or not tip.channel or not settings.has(Feature.TIPS):
            return None
        return cards.scheduled(tip, settings.language)

    async def follow_zone(self, community_id: str) -> None:
        """Move the schedules of a community to its zone, without a second tip within 20 hours."""
        zone = self._communities.settings(community_id).zone_info
        async with self._db.begin() as session:
            store = TipStore(session)
            for schedule in await store.of_community(community_id):
                if schedule.recurrence.zone.key == zone.key:
                    continue
                rounds = await store.rounds_of(schedule.id, 1)
                last = rounds[-1].due_at if rounds else None
                moved, not_before = after_zone_change(schedule.recurrence, zone, last)
                following = next_after(moved, self._clock(), not_before=not_before)
                at = _moment(following)
                await store.save(replace(schedule, recurrence=moved, next_at=at))

    # -- inside ------------------------------------------------------------------------------

    @property
    def _today(self) -> date:
        return self._clock().date()

    async def _open(self, store: TipStore, schedule: Schedule) -> int:
        """Move a due schedule on, with a round for its slot if it is on time; return 1 or 0."""
        due_at, now = schedule.next_at, self._clock()
        assert due_at is not None, "a schedule without a next time is not due"
        following = next_after(schedule.recurrence, max(now, due_at))
        if not await store.move_on(schedule, _moment(following)):
            return 0
        if is_late(due_at, now):
            log.warning("a tip was passed over: its time is more than %s ago", LATENESS)
            return 0
        tip = await self._tip_for(store, schedule)
        slot = next_after(schedule.recurrence, due_at - timedelta(minutes=1))
        if tip is None or slot is None:
            return 0
        opened = Round(
            id=self._chance.new_id(),
            schedule_id=schedule.id,
            slot=slot.key,
            tip_id=tip.id,
            due_at=due_at,
        )
        if not await store.add_round(opened):
            return 0
        send = NewSend(kind=SCHEDULED, subject=opened.id, to=schedule.room)
        await self._delivery.plan_sends(store.session, [send])
        return 1

    async def _tip_for(self, store: TipStore, schedule: Schedule) -> Tip | None:
        """Return a tip that the room has not had lately; None if there is none to post."""
        if not self._communities.settings(schedule.community_id).has(Feature.TIPS):
            return None
        if self._has_left(schedule):
            return None
        had = dict.fromkeys(one.tip_id for one in reversed(await store.rounds_of(schedule.id)))
        fresh = unseen(tuple(reversed(had)), self._library.for_rooms(schedule.topic, self._today))
        return self._chance.pick(fresh) if fresh else None

    def _has_left(self, schedule: Schedule) -> bool:
        """Whether its room lies where we are no more."""
        return self._communities.has_left(schedule.community_id, schedule.room)

    async def _room(self, space: Space | None, room_id: str) -> Room:
        """Return the room of that id if it lies in `space`: ids come back untrusted."""
        if space is None:
            raise Refused(room=cards.only_in_the_space())
        try:
            facts = await self._facts(space)
        except DeliveryError:
            raise Refused(room=cards.rooms_unknown_now()) from None
        found = next((one.room for one in facts.rooms if one.room.id == room_id), None)
        if found is None:
            raise Refused(room=cards.no_such_room())
        return Room(found.platform, found.id, space.id)

    def _recurrence(self, community_id: str, wish: Wish) -> Recurrence:
        at: time | None = time_of_day(wish.at)
        if at is None:
            raise Refused(at=cards.no_time())
        if not wish.weekdays or not wish.weekdays <= set(range(7)):
            raise Refused(weekdays=cards.no_weekday())
        zone = self._communities.settings(community_id).zone_info
        return Recurrence(
            every=Every.WEEK,
            at=at,
            zone=zone,
            first_day=self._clock().astimezone(zone).date(),
            interval=wish.weeks if wish.weeks in {1, 2, 4} else 1,
            weekdays=wish.weekdays,
        )


def _moment(slot: Slot | None) -> datetime | None:
    return None if slot is None else slot.moment
