"""The first private answer: what it says, whom it reaches, and how often."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.addresses import Person, Reply, Room
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import DeliveryError, TryLater
from peerbot.chat.text import Words
from peerbot.clock import Chance, Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import cards
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import LEASE, RETRY, Alert, State, Way
from peerbot.crisis.reach import Reached, Voice, reach, ways
from peerbot.crisis.roster import Roster
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.errors import StorageAway

log = logging.getLogger(__name__)

OFFER_AFTER_SECONDS = (30.0, 120.0)
OFFER_AT_MOST_EVERY = timedelta(hours=1)
JUST_NOW = timedelta(seconds=30)
"""An answer this old still stands right above what somebody writes next."""
GREETED_EVERY = timedelta(minutes=30)
TRUTH_TOLD_EVERY = timedelta(minutes=2)
HELP_REPEATED_FOR = timedelta(hours=6)
"""How long somebody who was answered is met with help, not with a hello, when they write again."""
LATE_ANSWERS_FOR = timedelta(hours=1)
_MOST_REMEMBERED = 50_000


class Measure(StrEnum):
    """How much of an answer somebody gets."""

    WHOLE = "whole"
    BRIEF = "brief"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """Somebody in danger, and where they can be answered."""

    person: Person
    finding: Finding
    surface: Surface
    reply: Reply | None = None
    room: Room | None = None
    thread: str = ""
    """The private thread under `room` that was made for them before; empty if none was."""

    @property
    def open_room(self) -> Room | None:
        """Where they wrote for others to read; private words lead to no thread and no offer."""
        return self.room if self.is_open else None

    @property
    def is_open(self) -> bool:
        """Whether they wrote it for others to read."""
        return self.surface in {Surface.PUBLIC, Surface.FLAGGED}


@dataclass(frozen=True, slots=True)
class _Late:
    """An answer that a busy platform did not take and that no alert stands for."""

    danger: Danger
    told: Told
    community_id: str
    nonce: str
    due_at: datetime
    until: datetime


class FirstAnswer:
    """Answers somebody in danger, privately and before anything else."""

    def __init__(
        self,
        db: Database,
        voice: Voice,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        lines: LineWords,
        roster: Roster,
        checks: Callable[[str], Mapping[str, bool]],
    ) -> None:
        """`checks` returns, for a community, which lines staff found to work, and which not."""
        self._db = db
        self._voice = voice
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._lines = lines
        self._roster = roster
        self._checks = checks
        self._answered: dict[tuple[Person, Whose], tuple[Tier, datetime]] = {}
        self._late: list[_Late] = []
        self._greeted: dict[Person, datetime] = {}
        self._helped: dict[Person, tuple[Category, str, datetime]] = {}
        """What whoever was answered wrote about, in which community, and when."""

    def measure(self, danger: Danger, settings: Settings, before: Alert | None = None) -> Measure:
        """Return how much to say now, and count it as said: `send` takes that back if it fails.

        In a room nobody is answered twice for the same thing in the quiet time. What people start
        themselves, a direct message or a form, is answered always, if shortly; and whatever got
        worse is answered whole. What was said before a restart stands in the alert `before` this.
        """
        key, tier, now = (danger.person, danger.finding.whose), danger.finding.tier, self._clock()
        answered, at = self._answered.get(key) or _answer_in(before) or (Tier.NONE, now)
        # Both ways: a clock that was set back by days must not silence us for days.
        is_quiet = abs(now - at) < settings.quiet_for
        self._remember(key, max(tier, answered) if is_quiet else tier)
        if tier > answered or not is_quiet:
            return Measure.WHOLE
        if now - at < JUST_NOW:
            return Measure.NONE
        if tier is Tier.EMERGENCY:
            return Measure.WHOLE
        return Measure.NONE if danger.is_open else Measure.BRIEF

    def be_quiet_for(self, person: Person) -> None:
        """Do not step in again soon for less than an emergency: they said we misread them."""
        self._helped.pop(person, None)
        for whose in Whose:
            self._remember((person, whose), Tier.URGENT)

    def forget(self, person: Person) -> None:
        """Forget that somebody was answered: they erased everything."""
        self._helped.pop(person, None)
        self._greeted.pop(person, None)
        for whose in Whose:
            self._answered.pop((person, whose), None)

    async def send(
        self,
        danger: Danger,
        told: Told,
        settings: Settings,
        *,
        measure: Measure = Measure.WHOLE,
        community_id: str = "",
        alert: Alert | None = None,
    ) -> Reached:
        """Answer somebody; return how they were reached, truthfully. `alert` stands for it, if any.

        Where nobody is told, an answer that a busy platform did not take is tried again here; else
        the alert's ladder does it.
        """
        nonce = self._chance.new_id() if alert is None else _nonce(alert)
        reached = await self._tried(danger, told, settings, measure, community_id, nonce)
        if not reached.is_private:
            self._answered.pop((danger.person, danger.finding.whose), None)
        else:
            self._keep_in_mind(danger, community_id)
        if reached.is_busy and told.alert_id is None:
            now = self._clock()
            self._late.append(
                _Late(
                    danger,
                    told,
                    community_id,
                    nonce,
                    now + reached.again_in,
                    now + LATE_ANSWERS_FOR,
                )
            )
        return reached

    async def greet(self, person: Person, known: Alert | None, settings: Settings) -> None:
        """Answer somebody who writes to the bot: who has heard of them, or what it can do.

        Once in a while: what was said still stands above. Who was answered in danger and writes
        again reads that nobody was told, and how to ask for somebody.
        """
        now = self._clock()
        helped = self._helped.get(person)
        if helped is not None and abs(now - helped[2]) >= HELP_REPEATED_FOR:
            helped = None
        every = GREETED_EVERY if known is None and helped is None else TRUTH_TOLD_EVERY
        at = self._greeted.get(person)
        answered = [self._answered.get((person, whose)) for whose in Whose]
        moments = [at, *(one[1] for one in answered if one is not None)]
        if any(when is not None and abs(now - when) < every for when in moments):
            return
        if len(self._greeted) > _MOST_REMEMBERED:
            self._greeted.clear()
        self._greeted[person] = now
        if known is not None:
            lines = self.few_lines(person, known.community_id, known.category, Tier.URGENT)
            told = self.told_of(known)
            card = cards.anyone_there(known, told, lines, settings.zone_info, now)
        elif helped is not None:
            category, home, _at = helped
            lines = self.few_lines(person, home, category, Tier.URGENT)
            told = Told(anyone_here=settings.alert_room is not None)
            card = cards.still_here(lines, told, settings.zone_info, category)
        else:
            card = cards.hello()
        await reach(self._voice, (person,), card, self._chance.new_id())

    def _keep_in_mind(self, danger: Danger, community_id: str) -> None:
        if len(self._helped) > _MOST_REMEMBERED:
            self._helped.clear()
        self._helped[danger.person] = (danger.finding.category, community_id, self._clock())

    async def send_late(self, alert: Alert, settings: Settings) -> Reached:
        """Answer somebody whose first answer was lost, with a busy platform or with a process."""
        finding = Finding(
            tier=alert.tier,
            category=alert.category,
            whose=alert.whose,
            evidence=(),
            modifiers=(),
        )
        danger = Danger(
            person=alert.about,
            finding=finding,
            surface=alert.surface,
            room=alert.room,
            thread=alert.thread or "",
        )
        told = self.told_of(alert)
        return await self._tried(
            danger, told, settings, Measure.WHOLE, alert.community_id, _nonce(alert)
        )

    def told_of(self, alert: Alert, *, is_called: bool = False) -> Told:
        """Return what may be said now to the person about who hears of this.

        Responders are called within `LEASE`; after that, or once they were called (`is_called`),
        only a card that arrived says that they know.
        """
        now = self._clock()
        is_calling = not is_called and now - (alert.called_at or alert.raised_at) < LEASE
        ahead = alert.until if alert.until is not None and alert.until > now else None
        unstaffed = self._roster.unstaffed(alert)
        return Told(
            alert_id=alert.id,
            until=ahead,
            quiet=alert.until is None,
            arrived=alert.is_known_to_responders or is_calling,
            taken_by=alert.claimed_by if alert.state is State.CLAIMED else None,
            unstaffed=unstaffed,
            staffed_from=self._roster.staffed_from(alert) if unstaffed else None,
        )

    async def send_all_late(self) -> int:
        """Try again what nobody else would; return how many were reached now."""
        now, reached = self._clock(), 0
        due = [one for one in self._late if one.due_at <= now]
        self._late = [one for one in self._late if one.due_at > now]
        for late in due:
            settings = self._communities.settings(late.community_id)
            result = await self._tried(
                late.danger, late.told, settings, Measure.WHOLE, late.community_id, late.nonce
            )
            if result.is_busy and now < late.until:
                self._late.append(replace(late, due_at=now + max(result.again_in, RETRY)))
            reached += result.is_private
        return reached

    def next_late_at(self) -> datetime | None:
        return min((one.due_at for one in self._late), default=None)

    async def _tried(
        self,
        danger: Danger,
        told: Told,
        settings: Settings,
        measure: Measure,
        community_id: str,
        nonce: str,
    ) -> Reached:
        finding, person = danger.finding, danger.person
        lines = self.few_lines(person, community_id, finding.category, finding.tier)
        card = (
            cards.still_here(lines, told, settings.zone_info, finding.category)
            if measure is Measure.BRIEF
            else cards.first_answer(
                category=finding.category,
                tier=finding.tier,
                whose=finding.whose,
                told=told,
                lines=lines,
                zone=settings.zone_info,
                knows_country=bool(self.country_of(person, settings)),
            )
        )
        able = self._voice.capabilities(person.platform)
        room = danger.open_room
        tier, thread = finding.tier, danger.thread
        places = ways(person, danger.reply, room, tier, settings, able, thread)
        reached = await reach(self._voice, places, card, nonce)
        if reached.way is Way.NOT_REACHED and room is not None and await self._plan_offer(room):
            return Reached(Way.OFFER)
        return reached

    def _remember(self, key: tuple[Person, Whose], tier: Tier) -> None:
        if len(self._answered) > _MOST_REMEMBERED:
            self._answered.clear()
        self._answered[key] = (tier, self._clock())

    def few_lines(
        self,
        person: Person,
        community_id: str,
        category: Category,
        tier: Tier,
        *,
        draft: Settings | None = None,
    ) -> tuple[Words, ...]:
        """Return at most three entries for where this person said they are, else the community.

        `draft` are settings to try that are not published yet.
        """
        settings = draft or self._communities.settings(community_id)
        country = self.country_of(person, settings)
        checks = self._checks(community_id)
        return self._lines.few(country, category, tier, self._clock(), checks)

    def country_of(self, person: Person, settings: Settings) -> str:
        """Return whose lines come first: as this person asked, else the community's; or empty."""
        return self._communities.country_of(person) or settings.country

    # -- the card addressed to nobody --------------------------------------------------------

    async def post_offers(self) -> int:
        """Post the cards addressed to nobody whose time has come; return how many arrived."""
        now = self._clock()
        async with self._db.begin() as session:
            rooms = await AlertStore(session).take_offers(now)
        posted = 0
        for room in rooms:
            try:
                await self._voice.send(room, cards.offer())
                posted += 1
            except TryLater:
                continue
            except DeliveryError:
                log.warning("an offer of help could not be posted in a room")
            async with self._db.begin() as session:
                await AlertStore(session).offer_posted(room, now)
        return posted

    async def _plan_offer(self, room: Room) -> bool:
        due = self._clock() + timedelta(seconds=self._chance.between(*OFFER_AFTER_SECONDS))
        try:
            async with self._db.begin() as session:
                store = AlertStore(session)
                return await store.plan_offer(room, due, OFFER_AT_MOST_EVERY)
        except StorageAway:
            return False


def _answer_in(alert: Alert | None) -> tuple[Tier, datetime] | None:
    """Return how serious the last answer took it to be, and when it arrived; None if none did."""
    if alert is None or alert.answered is None or alert.answered_at is None:
        return None
    return alert.answered, alert.answered_at


def _nonce(alert: Alert) -> str:
    """Return a name for the answer to the newest message that an alert is about.

    It is the same for whoever sends it again, since nobody knows whether it arrived, and another
    one for the next message.
    """
    return f"w{alert.id}{alert.count}"[:25]
