"""Notices danger in words: the member hears first and privately, and at the same time a human does.

The screen of the router: every word that somebody writes comes through here before any feature.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from peerbot.chat.addresses import MessageRef, Person, Room, Space
from peerbot.chat.cards import Card
from peerbot.chat.events import MessageFlagged
from peerbot.chat.forms import Surface
from peerbot.chat.heard import Heard
from peerbot.clock import Chance, Clock
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import flag_cards
from peerbot.crisis.alike import Alike
from peerbot.crisis.answer import Danger, FirstAnswer, Measure
from peerbot.crisis.cards import Told
from peerbot.crisis.decision import decide
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.detection.own import OwnRules
from peerbot.crisis.due import calls_again
from peerbot.crisis.ears import Detector
from peerbot.crisis.filtered import Filtered, listens_to
from peerbot.crisis.model import (
    LEASE,
    Alert,
    Owed,
    Reason,
    Way,
    honest_end,
)
from peerbot.crisis.news import News
from peerbot.crisis.record import Record
from peerbot.crisis.responders import Responders
from peerbot.crisis.worry import Worry

log = logging.getLogger(__name__)

A = TypeVar("A")
B = TypeVar("B")

NOTHING_FOUND = Finding(
    tier=Tier.NONE, category=Category.NONE, whose=Whose.AUTHOR, evidence=(), modifiers=()
)


class Own(Protocol):
    """Knows the phrases of each community from memory; `lab.phrases.OwnPhrases` does."""

    def of(self, community_id: str) -> OwnRules | None: ...


class Count(Protocol):
    """Counts what was found in silence; `lab.tally.Tally` does."""

    def heard(self, community_id: str, finding: Finding) -> None: ...


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as it is to be kept, and what has to be done for it."""

    alert: Alert
    is_new: bool
    calls: bool
    """Whether responders are called, rather than shown another message on the card they have."""
    newer: Alert | None = None
    """What the message alone would raise: for when the known one turns out to be over."""


class Noticing:
    """Answers and alerts at once. The answer waits for nothing, and nobody for a database.

    What was begun for somebody is brought to its end, whatever becomes of the event that began it.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        detector: Detector,
        own: Own,
        count: Count,
        record: Record,
        responders: Responders,
        answer: FirstAnswer,
        news: News,
        alike: Alike,
        filtered: Filtered,
        on_failure: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._detector = detector
        self._own = own
        self._count = count
        self._record = record
        self._responders = responders
        self._answer = answer
        self._news = news
        self._on_failure = on_failure
        self._alike = alike
        self._filtered = filtered
        self._under_way: set[asyncio.Task[Any]] = set()

    # -- what comes in -----------------------------------------------------------------------

    async def heard(self, heard: Heard) -> None:
        """Look at words; if somebody may be in danger, answer them and tell responders.

        Costs no statement when nothing is found. A flagged message is handled by `flagged`.
        """
        if heard.surface in {Surface.SAMPLE, Surface.FLAGGED}:
            return
        community = self._communities.known_home(heard.author.person, heard.space)
        settings = self._communities.settings(community.id if community else "")
        if heard.surface is Surface.PUBLIC and not listens_to(heard, settings):
            return
        words = self._filtered.words_of(heard)
        finding = self.find(words, community) or self._filtered.known(heard, self._detector.find)
        if finding is None or finding.tier is Tier.NONE:
            if heard.is_direct_message:
                await self.to_its_end(self._met_in_private(heard.author.person, community))
            return
        if heard.surface is Surface.PUBLIC and not self._filtered.is_new(heard, finding.tier):
            return
        danger = Danger(
            person=heard.author.person,
            finding=finding,
            surface=heard.surface,
            reply=heard.reply,
            room=heard.room,
        )
        decision = decide(finding, heard.surface, settings, heard.room)
        before = self._before(danger, community)
        if decision.counts and community is not None:
            self._count.heard(community.id, finding)
        raised = None
        if decision.alert and community is not None and settings.alert_room is not None:
            newer = self._alert(community, danger, Reason.WORDS, settings)
            alike = self._alike.others(words, heard.author.person, community.id)
            newer = replace(newer, permalink=heard.permalink, source=heard.ref, alike=alike)
            raised = self._raised(newer, settings)
        await self.to_its_end(
            self._respond(
                danger, raised, settings, community, before=before, answers=decision.answer
            )
        )

    def is_ordinary(self, text: str, space: Space, room: Room) -> bool:
        """Return whether `heard` would do nothing about a message in a room, from memory alone."""
        community = self._communities.in_space(space)
        settings = self._communities.settings(community.id if community else "")
        if not settings.reads_in(room):
            return True
        finding = self.find(text, community)
        return finding is None or finding.tier is Tier.NONE

    async def flagged(self, event: MessageFlagged) -> Card:
        """Tell responders about a message that somebody flagged, whatever the rules think of it."""
        message = event.message
        seen = self._record.book.from_message(message.ref)
        author, link = message.person, message.permalink
        if seen and not author.is_named:
            # It was heard before it was posted again: then it is known who wrote it.
            author, link = seen[0].about, seen[0].permalink
        community = self._communities.known_home(author, message.space or event.space)
        settings = self._communities.settings(community.id if community else "")
        finding = self.find(message.text, community) or NOTHING_FOUND
        danger = Danger(
            person=author,
            finding=finding,
            surface=Surface.FLAGGED,
            room=message.room,
        )
        raised = None
        before = self._before(danger, community)
        if community is not None and settings.alert_room is not None:
            newer = self._alert(community, danger, Reason.FLAGGED, settings)
            newer = replace(newer, permalink=link, source=message.ref)
            # One message is one alert; a person's worry weighs more than a quiet note of the rules.
            loud = next((one for one in seen if one.tier >= Tier.URGENT), None)
            raised = (
                Raised(loud, is_new=False, calls=False, newer=newer)
                if loud
                else self._raised(newer, settings)
            )
        found = finding.tier > Tier.NONE
        # However long ago: who wrote one message hears one answer to it, whoever flags it.
        heard = any(one.answered is not None and one.answered >= finding.tier for one in seen)
        shown = await self.to_its_end(
            self._respond(
                danger, raised, settings, community, before=before, answers=found, heard=heard
            )
        )
        return flag_cards.flagged(
            anyone_here=raised is not None,
            arrived=shown is not None and shown.is_known_to_responders,
        )

    async def deleted(self, message: MessageRef) -> None:
        """Drop the link of every alert whose message its author deleted."""
        for alert in await self._record.from_message(message):
            if not alert.is_over:
                changed = await self._record.change(alert.id, Alert.without_source)
                await self._responders.show(changed or alert)

    async def moved(self, message: MessageRef, to: MessageRef) -> None:
        """Let every alert about a message follow it: it is still one message, and one alert.

        No card leads there: beside the account it would tell who is behind the name of the copy.
        """
        for alert in await self._record.from_message(message):
            if not alert.is_over:
                follow = partial(replace, source=to, permalink=None)
                changed = await self._record.change(alert.id, follow)
                await self._responders.show(changed or alert)

    async def ask(self, person: Person, community: Community, category: Category) -> Alert:
        """Call responders for somebody who asked for a person; return the alert about it."""
        settings = self._communities.settings(community.id)
        whose = Whose.OTHER if category is Category.THIRD_PARTY else Whose.AUTHOR
        finding = Finding(
            tier=Tier.URGENT, category=category, whose=whose, evidence=(), modifiers=()
        )
        danger = Danger(person=person, finding=finding, surface=Surface.TO_STAFF)
        newer = self._alert(community, danger, Reason.ASKED, settings)
        raised = self._raised(replace(newer, way=Way.REPLY), settings)
        return await self.to_its_end(self._alerted(raised, settings))

    def rehearsal(
        self, community: Community, about: Person, finding: Finding, settings: Settings
    ) -> Alert | None:
        """Return the alert that a finding in a room would raise, marked as a test; None if none.

        It is kept nowhere, and nobody is told. Silence, while it lasts, is no fault: it is looked
        at as if it were over.
        """
        if not decide(finding, Surface.PUBLIC, replace(settings, silent_until=None)).alert:
            return None
        danger = Danger(person=about, finding=finding, surface=Surface.PUBLIC)
        return replace(self._alert(community, danger, Reason.DRILL, settings), next_step_at=None)

    def find(self, text: str, community: Community | None) -> Finding | None:
        """Return what the rules of a community find in words, and its phrases; nothing follows."""
        own = self._own.of(community.id) if community is not None else None
        return self._detector.find(text) if own is None else self._detector.find(text, own)

    async def worried(
        self, person: Person, community: Community, finding: Finding, worry: Worry
    ) -> Alert:
        """Tell whoever may hear of it that `person` worries; return the alert about it."""
        settings = self._communities.settings(community.id)
        danger = Danger(person=person, finding=finding, surface=Surface.REPORT)
        newer = self._alert(community, danger, Reason.WORRIED, settings)
        raised = self._raised(replace(newer, way=Way.REPLY, worry=worry), settings)
        return await self.to_its_end(self._alerted(raised, settings))

    async def to_its_end(self, work: Coroutine[Any, Any, A]) -> A:
        """Do it as a task of our own: an event that is cut off must not cut off help."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def settled(self) -> None:
        """Return when everything that was begun for somebody has come to its end."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._record.settled()

    # -- what follows ------------------------------------------------------------------------

    async def _respond(
        self,
        danger: Danger,
        raised: Raised | None,
        settings: Settings,
        community: Community | None,
        *,
        before: Alert | None,
        answers: bool,
        heard: bool = False,
    ) -> Alert | None:
        """Answer and alert at the same time; return the alert as it is then.

        `before` is what was known of them until now; `heard` that these very words were answered.
        """
        told = (
            self._answer.told_of(raised.alert)
            if raised
            else Told(anyone_here=settings.alert_room is not None)
        )
        if before is not None and before.thread and before.room == danger.room:
            danger = replace(danger, thread=before.thread)
        measures = answers and not heard
        measure = self._answer.measure(danger, settings, before) if measures else Measure.NONE
        if raised is not None and raised.is_new:
            raised = replace(raised, alert=self._with_what_is_owed(raised.alert, measure, answers))
            self._record.book.put(raised.alert)
        alerting = self._alerted(raised, settings) if raised else _nothing()
        if measure is Measure.NONE:
            return await alerting
        home = community.id if community else ""
        answering = self._answer.send(
            danger,
            told,
            settings,
            measure=measure,
            community_id=home,
            alert=raised.alert if raised else None,
        )
        alert, reached = await self._both(alerting, answering)
        if raised is None or reached is None:
            return alert
        # How they were reached stands on the card, even if the card itself was a failure.
        tier = danger.finding.tier
        alert = await self._news.note(alert or raised.alert, Owed.ANSWER, reached, tier)
        await self._responders.show(alert)
        return alert

    def _before(self, danger: Danger, community: Community | None) -> Alert | None:
        if community is None:
            return None
        return self._record.book.about(danger.person, danger.finding.whose, community.id)

    async def _met_in_private(self, person: Person, community: Community | None) -> None:
        """Answer a message to the bot in which nothing was found: nobody writes into a void."""
        home = community.id if community else ""
        known = self._record.book.about(person, Whose.AUTHOR, home)
        await self._answer.greet(person, known, self._communities.settings(home))

    def _with_what_is_owed(self, alert: Alert, measure: Measure, answers: bool) -> Alert:
        """Return a new alert with the answer that is on its way, should this process die."""
        if measure is not Measure.NONE:
            return replace(alert, owed=Owed.ANSWER, owed_at=self._clock() + LEASE)
        return replace(alert, way=Way.BEFORE if answers else Way.NOT_WRITTEN)

    async def _alerted(self, raised: Raised, settings: Settings) -> Alert:
        """Keep the alert, then tell responders; return it as it is then."""
        alert = raised.alert
        if not raised.calls:
            changed = await self._record.change(
                alert.id,
                lambda one: one if one.is_over else one.counted_as(alert),
            )
            await self._responders.show(changed or alert)
            return await self._anew(changed, raised, settings) or changed or alert
        if raised.is_new:
            _written, called = await self._called(alert, self._record.keep(alert), settings)
            return called or alert
        kept, called = await self._called(alert, self._record.keep_again(alert), settings)
        await self._responders.show(called or kept or alert)
        return await self._anew(kept, raised, settings) or called or alert

    async def _called(
        self, alert: Alert, keeping: Coroutine[Any, Any, A], settings: Settings
    ) -> tuple[A | None, Alert | None]:
        """Call responders once `keeping` the alert is safe; return what came of each.

        A card about an alert that dies with this process would lead nowhere, and nobody climb.
        """
        kept = await self._record.safe(alert, keeping)
        current = self._record.book.get(alert.id) or alert
        called = await self._reported(self._responders.call(current, settings))
        return await self._reported(kept), called

    async def _anew(self, kept: Alert | None, raised: Raised, settings: Settings) -> Alert | None:
        """Raise a new alert if the known one is over; None if it is not.

        Another process closed it, and our memory did not know yet.
        """
        if kept is None or not kept.is_over or raised.newer is None:
            return None
        newer = replace(raised.newer, way=Way.BEFORE)
        self._record.book.put(newer)
        return await self._alerted(Raised(newer, is_new=True, calls=True), settings)

    def _raised(self, newer: Alert, settings: Settings) -> Raised:
        """Return the alert to keep: at most one is open about a person, for each whose risk it is.

        Runs without a pause and keeps it in the book at once, so that messages that come at the
        same time meet it there.
        """
        known = self._record.book.about(newer.about, newer.whose, newer.community_id, newer.worry)
        if known is None:
            self._record.book.put(newer)
            return Raised(newer, is_new=True, calls=True)
        if calls_again(known, newer, self._clock(), settings):
            again = known.once_more(newer, settings)
            self._record.book.put(again)
            return Raised(again, is_new=False, calls=True, newer=newer)
        counted = known.counting(newer)
        self._record.book.put(counted)
        return Raised(counted, is_new=False, calls=False, newer=newer)

    def _alert(
        self, community: Community, danger: Danger, reason: Reason, settings: Settings
    ) -> Alert:
        now, finding = self._clock(), danger.finding
        tier = max(finding.tier, Tier.URGENT) if reason is Reason.FLAGGED else finding.tier
        return Alert(
            id=self._chance.new_id(),
            community_id=community.id,
            about=danger.person,
            tier=tier,
            category=finding.category,
            whose=finding.whose,
            reason=reason,
            surface=danger.surface,
            rules=tuple(dict.fromkeys(one.rule for one in finding.evidence)),
            raised_at=now,
            room=danger.room,
            next_step_at=now + LEASE,
            until=honest_end(now, tier, settings),
        )

    # -- running -----------------------------------------------------------------------------

    async def _both(
        self, one: Coroutine[Any, Any, A], other: Coroutine[Any, Any, B]
    ) -> tuple[A | None, B | None]:
        """Run both at the same time; one that fails is reported and gives None."""
        return await asyncio.gather(self._reported(one), self._reported(other))

    async def _reported(self, work: Awaitable[A]) -> A | None:
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - said below
            # Whatever is wrong with one step, the other one has to go on.
            log.error("a step of helping somebody failed: %s", type(error).__name__)
            self._on_failure(error)
            return None


async def _nothing() -> None:
    return None
