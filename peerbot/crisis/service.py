"""What happens when somebody may be in danger: they hear first and privately, then a human does."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Protocol, TypeVar

from peerbot.chat.addresses import Actor, MessageRef, Person
from peerbot.chat.cards import Card
from peerbot.chat.events import MessageFlagged
from peerbot.chat.forms import Surface
from peerbot.chat.router import Heard
from peerbot.clock import Chance, Clock
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import cards, responder_cards
from peerbot.crisis.answer import FirstAnswer, told_of, whose_of
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import LEASE, Alert, Outcome, Reason, Way, decide, honest_end
from peerbot.crisis.record import Record
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.errors import Gone, StorageAway

log = logging.getLogger(__name__)

A = TypeVar("A")
B = TypeVar("B")


class Detector(Protocol):
    """Finds danger in words; `detection.Detector` does."""

    def find(self, text: str) -> Finding | None: ...


class CrisisService:
    """Answers and alerts at once, and tells the truth about both.

    No step waits for another or for the database: each goes on when the one before it failed.
    """

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        detector: Detector,
        lines: LineWords,
        record: Record,
        answer: FirstAnswer,
    ) -> None:
        self._db = db
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._detector = detector
        self._lines = lines
        self._record = record
        self._answer = answer

    # -- noticing ----------------------------------------------------------------------------

    async def heard(self, heard: Heard) -> None:
        """Look at words; if somebody may be in danger, answer them and tell responders.

        Costs no statement when nothing is found. A flagged message is handled by `flagged`.
        """
        if heard.surface in {Surface.SAMPLE, Surface.FLAGGED}:
            return
        community = self._communities.known_home(heard.author.person, heard.space)
        settings = self._settings(community)
        if heard.surface is Surface.PUBLIC and not settings.reads_messages:
            return
        finding = self._detector.find(heard.text)
        if finding is not None and finding.tier > Tier.NONE:
            await self._respond(heard, finding, community, settings)

    async def flagged(self, event: MessageFlagged) -> Card:
        """Tell responders about a message that somebody flagged, whatever the rules think of it."""
        message = event.message
        community = self._communities.known_home(message.person, message.space or event.space)
        settings = self._settings(community)
        if community is None or settings.alert_room is None:
            return cards.flagged(arrived=False)
        known = await self._record.from_message(message.ref)
        # A person's worry weighs more than a quiet note that the rules left.
        if known is not None and not known.is_over and known.tier >= Tier.URGENT:
            return cards.flagged(arrived=known.card is not None)
        finding = self._detector.find(message.text) or _NOTHING
        alert = replace(
            self._new_alert(community, message.person, finding, Reason.FLAGGED, Surface.FLAGGED),
            tier=max(finding.tier, Tier.URGENT),
            room=message.room,
            permalink=message.permalink,
            source=message.ref,
        )
        answer = (
            self._answer.send(
                message.person, None, message.room, finding, told_of(alert, settings), settings
            )
            if finding.tier > Tier.NONE
            else _at_once(Way.NOT_TRIED)
        )
        raised, way = await _together(self._record.raise_(alert, settings), answer)
        await self._note_way(raised, way)
        return cards.flagged(arrived=raised.card is not None)

    async def deleted(self, message: MessageRef) -> None:
        """Drop the link of an alert whose message its author deleted."""
        alert = await self._record.from_message(message)
        if alert is not None and not alert.is_over:
            await self._record.change(alert.id, Alert.without_source)

    # -- what members press ------------------------------------------------------------------

    def help_now(self, actor: Actor, community: Community | None) -> Card:
        """Return help for somebody who asked for it: no gate, no database, nobody told."""
        settings = self._settings(community)
        return cards.first_answer(
            category=Category.NONE,
            tier=Tier.EMERGENCY,
            whose=Whose.AUTHOR,
            told=Told(anyone_here=settings.alert_room is not None),
            lines=self._answer.few_lines(actor.person, settings, Category.SUICIDE, Tier.EMERGENCY),
            zone=settings.zone_info,
            asked=True,
            knows_country=bool(self._answer.country_of(actor.person, settings)),
        )

    async def ask_moderator(
        self, actor: Actor, community: Community | None, category: Category
    ) -> Card:
        """Tell responders that somebody wants a person; say truly whether there is anybody."""
        settings = self._settings(community)
        lines = self._answer.few_lines(actor.person, settings, category, Tier.URGENT)
        if community is None or settings.alert_room is None:
            return cards.moderator_asked(Told(anyone_here=False), settings.zone_info, lines)
        known = await self._record.latest_of(actor.person, settings.quiet_for)
        if known is not None and known.is_waiting and known.tier >= Tier.URGENT:
            told = told_of(known, settings)
            return cards.moderator_asked(told, settings.zone_info, lines)
        finding = Finding(
            tier=Tier.URGENT,
            category=category,
            whose=whose_of(category),
            evidence=(),
            modifiers=(),
        )
        alert = self._new_alert(community, actor.person, finding, Reason.ASKED, Surface.TO_STAFF)
        raised = await self._record.raise_(replace(alert, way=Way.REPLY), settings)
        return cards.moderator_asked(told_of(raised, settings), settings.zone_info, lines)

    async def anyone_there(self, alert_id: str, actor: Actor, community: Community | None) -> Card:
        """Return the truth about an alert, to the person it is about and nobody else."""
        settings = self._settings(community)
        alert = await self._record.known(alert_id)
        if alert is not None and alert.about != actor.person:
            raise Gone("not about this person")
        category = alert.category if alert else Category.SUICIDE
        lines = self._answer.few_lines(actor.person, settings, category, Tier.URGENT)
        until = honest_end(alert.raised_at, alert.tier, settings) if alert else None
        return cards.anyone_there(alert, lines, settings.zone_info, until)

    async def keep_private(self, alert_id: str, actor: Actor) -> Card:
        await self._record.change_own(alert_id, actor, lambda one: replace(one, wants_privacy=True))
        return cards.kept_private()

    async def misread_me(self, alert_id: str, actor: Actor, community: Community | None) -> Card:
        """Make the help smaller, never remove it; responders see that the member said so."""
        settings = self._settings(community)
        self._answer.be_quiet_for(actor.person)
        lines = self._answer.few_lines(actor.person, settings, Category.SUICIDE, Tier.CONCERN)
        if alert_id == cards.NO_ALERT:
            return cards.misread(lines, responders_know=False)
        try:
            await self._record.change_own(
                alert_id, actor, lambda one: replace(one, says_misread=True)
            )
        except (Gone, StorageAway):
            return cards.misread(lines, responders_know=False)
        return cards.misread(lines, responders_know=True)

    def where(self, actor: Actor, category: Category) -> Card:
        language = self._communities.reader_of(actor.person).language
        return cards.which_country(category, self._lines.countries(language)[:25])

    def lines_of(self, country: str, category: Category, *, can_remember: bool) -> Card:
        """Return every line of a country. Raises `Gone` for one that we do not know."""
        if self._lines.country(country) is None:
            raise Gone("no such country")
        lines = self._lines.all(country, category, self._clock())
        return cards.lines_of(country, lines, can_remember=can_remember)

    async def remember_country(
        self, country: str, actor: Actor, community: Community | None
    ) -> Card:
        """Remember whose lines somebody wants first; pressing the button is their consent."""
        known = self._lines.country(country)
        if known is None or community is None:
            raise Gone("no such country")
        member = await self._communities.member(actor.person, community.id)
        await self._communities.choose_country(member, country)
        return cards.remembered(tuple(known.name.items()))

    def coaching(self, actor: Actor, community: Community | None) -> Card:
        settings = self._settings(community)
        return cards.coaching(
            self._answer.few_lines(actor.person, settings, Category.THIRD_PARTY, Tier.EMERGENCY)
        )

    # -- what responders press ---------------------------------------------------------------

    async def claim(self, alert_id: str, responder: Actor, community: Community) -> Card:
        """Give the alert to whoever pressed first, on any platform and process."""
        alert = await self._record.get(alert_id, community)
        drill = alert.reason is Reason.DRILL
        if alert.about == responder.person and not drill:
            return responder_cards.about_you()
        won, claimed = await self._record.claim(alert, responder.person)
        if not won:
            return responder_cards.too_late(claimed)
        if not drill:
            await self._record.tell_member(claimed, cards.taken(responder.person), "taken")
        return responder_cards.claimed(claimed)

    async def call_backup(self, alert_id: str, community: Community) -> Card:
        alert = await self._record.get(alert_id, community)
        try:
            changed = await self._record.change(
                alert_id, lambda one: replace(one, needs_backup=True)
            )
        except StorageAway:
            # Whoever asks for backup needs people, not a record.
            changed = replace(alert, needs_backup=True)
        alert = changed or alert
        settings = self._settings(community)
        shown = responder_cards.backup_wanted(alert, settings.zone_info, settings.alert_pings[-1:])
        arrived = await self._record.tell_responders(settings, shown)
        return responder_cards.backup_called(arrived=arrived)

    async def how_did_it_end(self, alert_id: str, community: Community) -> Card:
        return responder_cards.how_did_it_end(await self._record.get(alert_id, community))

    async def resolve(self, alert_id: str, outcome: Outcome, community: Community) -> Card:
        await self._record.get(alert_id, community)
        await self._record.change(alert_id, lambda one: one.resolve(outcome))
        return responder_cards.thanks()

    async def verdict_misread(self, alert_id: str, community: Community) -> Card:
        await self._record.get(alert_id, community)
        await self._record.change(alert_id, Alert.misread)
        return responder_cards.thanks()

    async def show(self, alert_id: str, community: Community) -> Card:
        return self._record.card_of(await self._record.get(alert_id, community))

    async def waiting(self, community: Community) -> Card:
        async with self._db.read() as session:
            alerts = await AlertStore(session).waiting(community.id)
        return responder_cards.waiting(alerts, self._settings(community).zone_info)

    async def drill(self, community: Community, by: Actor) -> Card:
        """Run the path to the responders with a test message; return what arrived where."""
        settings = await self._communities.draft(community.id)
        if settings.alert_room is None:
            return responder_cards.no_alert_room()
        finding = Finding(
            tier=Tier.URGENT,
            category=Category.SUICIDE,
            whose=Whose.AUTHOR,
            evidence=(),
            modifiers=(),
        )
        alert = self._new_alert(community, by.person, finding, Reason.DRILL, Surface.SAMPLE)
        raised = await self._record.raise_(replace(alert, way=Way.REPLY), settings)
        return responder_cards.drill_report(raised, settings.zone_info)

    # -- inside ------------------------------------------------------------------------------

    async def _respond(
        self, heard: Heard, finding: Finding, community: Community | None, settings: Settings
    ) -> None:
        decision = decide(finding, heard.surface, settings)
        author = heard.author.person
        alert: Alert | None = None
        covered: Alert | None = None
        if decision.alert and community is not None and settings.alert_room is not None:
            covered = await self._covering(author, finding.tier, settings)
            alert = None if covered else self._alert_for(heard, finding, community)
        known = alert or covered
        told = (
            told_of(known, settings) if known else Told(anyone_here=settings.alert_room is not None)
        )
        wanted = decision.answer and self._answer.is_wanted(author, finding.tier, settings)
        answer = (
            self._answer.send(author, heard.reply, heard.room, finding, told, settings)
            if wanted
            else _at_once(Way.NOT_TRIED)
        )
        if alert is None:
            await answer
            return
        raised, way = await _together(self._record.raise_(alert, settings), answer)
        if wanted:
            await self._note_way(raised, way)

    async def _covering(self, author: Person, tier: Tier, settings: Settings) -> Alert | None:
        """Return the open alert that covers this finding, counted up; None if a new one is due."""
        known = await self._record.latest_of(author, settings.quiet_for)
        if known is None or known.is_over or tier > known.tier:
            return None
        try:
            return await self._record.change(
                known.id, lambda one: replace(one, count=one.count + 1)
            )
        except StorageAway:
            # Rather a second alert than one that nobody can count up.
            return None

    def _alert_for(self, heard: Heard, finding: Finding, community: Community) -> Alert:
        author = heard.author.person
        alert = self._new_alert(community, author, finding, Reason.WORDS, heard.surface)
        return replace(alert, room=heard.room, permalink=heard.permalink, source=heard.ref)

    def _new_alert(
        self,
        community: Community,
        about: Person,
        finding: Finding,
        reason: Reason,
        surface: Surface,
    ) -> Alert:
        now = self._clock()
        return Alert(
            id=self._chance.new_id(),
            community_id=community.id,
            about=about,
            tier=finding.tier,
            category=finding.category,
            whose=finding.whose,
            reason=reason,
            surface=surface,
            rules=tuple(dict.fromkeys(one.rule for one in finding.evidence)),
            raised_at=now,
            next_step_at=now + LEASE,
        )

    async def _note_way(self, alert: Alert, way: Way) -> None:
        """Write how the member was reached, and show it on the responders' card."""
        if alert.way is way:
            return
        try:
            await self._record.change(alert.id, lambda one: replace(one, way=way))
        except StorageAway:
            log.error("how a member was reached could not be written")

    def _settings(self, community: Community | None) -> Settings:
        return self._communities.settings(community.id if community else "")


_NOTHING = Finding(
    tier=Tier.NONE, category=Category.NONE, whose=Whose.AUTHOR, evidence=(), modifiers=()
)


async def _at_once(result: A) -> A:
    return result


async def _together(one: Coroutine[None, None, A], other: Coroutine[None, None, B]) -> tuple[A, B]:
    """Run both at the same time; neither waits for the other to begin."""
    return await asyncio.gather(one, other)
