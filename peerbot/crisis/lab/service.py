"""What moderators do in the rule lab: try words, keep phrases of their own, choose rooms."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from peerbot.chat.adapters import FactsOf
from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.commands import Role
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import DeliveryError
from peerbot.clock import Chance
from peerbot.community.model import Community, Level
from peerbot.community.service import CommunityService
from peerbot.crisis.decision import Decision, decide
from peerbot.crisis.detection import Detector, Explanation, OwnPhrase, OwnPhraseError
from peerbot.crisis.lab import phrase_cards
from peerbot.crisis.lab.model import MOST_PHRASES, Score
from peerbot.crisis.lab.phrases import OwnPhrases
from peerbot.crisis.lab.traps import Traps
from peerbot.crisis.store.lab import LabStore
from peerbot.db import Database
from peerbot.errors import Gone, Refused, StorageAway

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the rules make of words that somebody pasted, and what would follow in a room here."""

    explanation: Explanation
    decision: Decision
    own: Mapping[str, OwnPhrase]
    """The community's own phrases by their rule ids."""
    scores: Mapping[str, Score]
    """By rule; empty while the database is away."""


class LabService:
    """Tries, phrases, rooms and scores of one community after the other."""

    def __init__(
        self,
        *,
        db: Database,
        chance: Chance,
        communities: CommunityService,
        detector: Detector,
        own: OwnPhrases,
        traps: Traps,
        facts: FactsOf,
    ) -> None:
        self._db = db
        self._chance = chance
        self._communities = communities
        self._detector = detector
        self._own = own
        self._traps = traps
        self._facts = facts

    async def explain(self, text: str, community: Community) -> Tried:
        """Return what would be made of `text`; nothing follows and nothing is kept."""
        explanation = self._detector.explain(text, self._own.of(community.id))
        settings = self._communities.settings(community.id)
        finding = explanation.finding
        nothing = Decision(answer=False, alert=False)
        try:
            scores = await self.scores(community.id)
        except StorageAway:
            scores = ()
        return Tried(
            explanation=explanation,
            decision=decide(finding, Surface.PUBLIC, settings) if finding else nothing,
            own=self.own_by_rule(community.id),
            scores={one.rule: one for one in scores},
        )

    # -- own phrases -------------------------------------------------------------------------

    def phrases(self, community_id: str) -> tuple[OwnPhrase, ...]:
        return self._own.all(community_id)

    def own_by_rule(self, community_id: str) -> Mapping[str, OwnPhrase]:
        """Return a community's phrases by the ids of the rules that they are."""
        return {one.rule_id: one for one in self._own.all(community_id)}

    def phrase(self, community_id: str, phrase_id: str) -> OwnPhrase:
        """Return a phrase of this community. Raises `Gone` for any other id."""
        found = self._own.get(community_id, phrase_id)
        if found is None:
            raise Gone("no such phrase here")
        return found

    def may_save_anyway(self, actor: Actor, community: Community) -> bool:
        """Whether somebody may keep a phrase that trips shipped sentences."""
        return self._communities.role_of(actor, community.id) >= Role.ADMIN

    def new_id(self) -> str:
        return self._chance.new_id()

    async def save(
        self, community: Community, by: Actor, phrase: OwnPhrase, *, anyway: bool = False
    ) -> int:
        """Keep a phrase, new or changed; return how many shipped sentences it trips.

        Raises `Refused`, with what it trips, unless an admin wants it `anyway`.
        """
        known = self._own.all(community.id)
        others = [one for one in known if one.id != phrase.id]
        is_new = len(others) == len(known)
        if is_new and len(known) >= MOST_PHRASES:
            raise Refused(phrase=phrase_cards.too_many())
        if any(one.text.casefold() == phrase.text.casefold() for one in others):
            raise Refused(phrase=phrase_cards.known_already())
        may = self.may_save_anyway(by, community)
        try:
            # Thousands of sentences: in a thread, since nobody in danger waits for it.
            tripped = await asyncio.to_thread(self._traps.tripped_by, phrase)
        except OwnPhraseError as error:
            raise Refused(phrase=phrase_cards.WRONG[error.wrong]) from None
        if tripped and not (anyway and may):
            raise Refused(phrase=phrase_cards.tripped(phrase, tripped, may_save=may))
        await self._own.put(community.id, phrase)
        what = "lab.phrase-add" if is_new else "lab.phrase-change"
        after = f"traps: {len(tripped)}" if tripped else ""
        await self._communities.note(community.id, by.person, what, phrase.id, after)
        return len(tripped)

    async def remove(self, community: Community, by: Actor, phrase_id: str) -> None:
        phrase = self.phrase(community.id, phrase_id)
        await self._own.remove(community.id, phrase.id)
        await self._communities.note(community.id, by.person, "lab.phrase-remove", phrase.id)

    # -- rooms and rules ---------------------------------------------------------------------

    async def choose_level(
        self, community: Community, by: Actor, space: Space | None, room_id: str, level: str
    ) -> None:
        """Choose how much is acted on in a room. Raises `Refused` for one that is not here.

        To look at nothing there leaves people in danger without an answer, so an admin decides it.
        """
        room = await self._room(space, room_id)
        chosen = Level(level) if level in set(Level) else None
        if chosen is Level.OFF and not self.may_save_anyway(by, community):
            raise Refused(level=phrase_cards.only_an_admin())
        await self._communities.set_now(
            community.id, by, "lab.room", lambda one: one.with_level(room, chosen)
        )

    async def scores(self, community_id: str) -> tuple[Score, ...]:
        """Return the verdicts on every rule that has some. Raises StorageAway."""
        async with self._db.read() as session:
            return await LabStore(session).scores(community_id)

    # -- inside ------------------------------------------------------------------------------

    async def _room(self, space: Space | None, room_id: str) -> Room:
        """Return the room of that id if it lies in `space`: ids come back untrusted."""
        if space is None:
            raise Refused(room=phrase_cards.only_in_the_space())
        try:
            facts = await self._facts(space)
        except DeliveryError as error:
            log.warning("the rooms cannot be looked at: %s", type(error).__name__)
            raise Refused(room=phrase_cards.rooms_unknown_now()) from None
        found = next((one.room for one in facts.rooms if one.room.id == room_id), None)
        if found is None:
            raise Refused(room=phrase_cards.no_such_room())
        return Room(found.platform, found.id, space.id)
