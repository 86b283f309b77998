"""The drill: everything that happens when somebody is in danger, for nobody, told step by step."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from peerbot.chat.addresses import Actor, Person
from peerbot.chat.cards import Card
from peerbot.clock import Chance, Clock
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import cards, drill_cards
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Finding
from peerbot.crisis.ears import AS_IF_FOUND, Ears
from peerbot.crisis.model import Alert, Way
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.reach import Reached, Voice, reach, ways
from peerbot.crisis.record import Record
from peerbot.crisis.responders import Responders

log = logging.getLogger(__name__)

T = TypeVar("T")


class Drill:
    """Runs the whole path with a test sentence; every step is real, and marked as a test."""

    def __init__(
        self,
        *,
        ears: Ears,
        noticing: Noticing,
        record: Record,
        responders: Responders,
        answer: FirstAnswer,
        voice: Voice,
        communities: CommunityService,
        clock: Clock,
        chance: Chance,
        on_failure: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._ears = ears
        self._noticing = noticing
        self._record = record
        self._responders = responders
        self._answer = answer
        self._voice = voice
        self._communities = communities
        self._clock = clock
        self._chance = chance
        self._on_failure = on_failure

    async def run(self, community: Community, by: Actor) -> Card:
        """Run it with the settings as drafted; return what arrived where and what did not."""
        settings = await self._communities.draft(community.id)
        if settings.alert_room is None:
            return drill_cards.no_alert_room()
        found = self._found(settings)
        alert = self._noticing.rehearsal(community, by.person, found or AS_IF_FOUND, settings)
        if alert is None:
            return drill_cards.leads_to_nothing()
        # As for somebody in danger: the answer waits for nothing, and the card until it is safe.
        reached, (is_written, called) = await asyncio.gather(
            self._tried(self._answered(alert, settings)), self._called(alert, settings)
        )
        backed = await self._tried(self._responders.pass_on(called or alert, settings))
        way = Way.NOT_REACHED if reached is None else reached.way
        after = await self._record.change(alert.id, lambda one: replace(one, way=way))
        drilled = drill_cards.Drilled(
            alert=after or called or alert,
            found=found,
            way=way,
            is_written=is_written,
            backup_arrived=backed is not None and bool(backed.more_cards),
        )
        return drill_cards.report(drilled, settings)

    def _found(self, settings: Settings) -> Finding | None:
        """Return what the rules find in the test sentence, in the community's language."""
        sentence = self._ears.sentence_in(settings.language)
        if sentence is None:
            return None
        try:
            return self._ears.detector.find(sentence.text)
        except Exception as error:  # noqa: BLE001 - the drill says that nothing was found
            self._report(error)
            return None

    async def _answered(self, alert: Alert, settings: Settings) -> Reached:
        """Answer whoever drills by the ways that a member who wrote in a room is answered."""
        person: Person = alert.about
        lines = self._answer.few_lines(
            person, alert.community_id, alert.category, alert.tier, draft=settings
        )
        first = cards.first_answer(
            category=alert.category,
            tier=alert.tier,
            whose=alert.whose,
            told=self._answer.told_of(alert),
            lines=lines,
            zone=settings.zone_info,
            knows_country=bool(self._answer.country_of(person, settings)),
        )
        able = self._voice.capabilities(person.platform)
        places = ways(person, None, settings.checkin_room, alert.tier, settings, able)
        return await reach(self._voice, places, drill_cards.answer(first), self._chance.new_id())

    async def _called(self, alert: Alert, settings: Settings) -> tuple[bool, Alert | None]:
        """Return whether the alert was written, and what came of calling responders."""
        keeping = await self._record.safe(alert, self._record.keep(alert))
        called = await self._tried(self._responders.call(alert, settings))
        return bool(await self._tried(keeping)), called

    async def _tried(self, work: Awaitable[T]) -> T | None:
        """Return what a step returns; None if it broke, which is reported."""
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - the other steps are to be seen all the same
            self._report(error)
            return None

    def _report(self, error: Exception) -> None:
        log.error("a step of a drill broke: %s", type(error).__name__)
        self._on_failure(error)
