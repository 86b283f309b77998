"""A platform's own word filter that reports to us: switched on, kept as it should be, taken away.

Only an admin's press makes our rule or switches it on. Moderators may delete it on the platform:
then it is said, and switched off here as well, so that no text claims what is not so.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Actor, Space
from peerbot.chat.events import WordsFiltered
from peerbot.chat.gateway import DeliveryError, TryLater
from peerbot.chat.text import Words
from peerbot.chat.word_filter import CannotWatch, Watching, WatchWords, WordFilter
from peerbot.clock import Clock
from peerbot.community import word_filter_cards as cards
from peerbot.community.model import OURSELVES, Community, Feature, Settings
from peerbot.community.notice import Notice
from peerbot.community.readiness import Places, wrong_with_room
from peerbot.community.service import CommunityService
from peerbot.errors import PeerbotError
from peerbot.i18n import _

log = logging.getLogger(__name__)

LOOKED_AT_EVERY = timedelta(hours=1)
_AT_ONCE = 10
_SOON = timedelta(seconds=10)
WHAT = f"feature.{Feature.WORD_FILTER}"
"""The name of a change in the audit trail."""


class Filters(Places, WordFilter, Protocol):
    """The switchboard, as far as this needs it."""

    def capabilities(self, platform: str) -> Capabilities: ...


class NoticeMissing(PeerbotError):
    """The notice to members did not arrive, so nothing was changed."""


class WatchedWords:
    """Knows in which communities a platform's filter reports to us, and looks after its rules."""

    def __init__(
        self,
        communities: CommunityService,
        notice: Notice,
        filters: Filters,
        clock: Clock,
        phrases: tuple[str, ...],
    ) -> None:
        """`phrases` is what is looked for, in all languages."""
        self._communities = communities
        self._notice = notice
        self._filters = filters
        self._clock = clock
        self.phrases = phrases
        self._next = clock()
        self._waiting: list[Community] = []
        self._has_rule: set[str] = set()
        self._under_way: set[str] = set()
        self._why_lost: dict[str, Words] = {}

    def is_offered(self, community: Community) -> bool:
        """Whether a platform has such a filter where we do not see messages ourselves."""
        able = [self._filters.capabilities(one.platform) for one in community.spaces]
        return bool(self.phrases) and any(
            one.word_filter and not one.message_content for one in able
        )

    # -- switching ---------------------------------------------------------------------------

    async def begin(self, community: Community, by: Actor) -> Words | None:
        """Make the rule, tell members, and only then let it report.

        Returns where the notice stands, None if they had been told before. Raises `CannotWatch` or
        another `DeliveryError` if the platform does not do it, and `NoticeMissing`.
        """
        before = self._communities.settings(community.id)
        space, watch = await self._wanted(community)
        self._under_way.add(community.id)
        try:
            await self._filters.begin_watching(space, watch, on=False)
            self._has_rule.add(community.id)
            stands = await self._told(community, by)
            await self._filters.begin_watching(space, watch, on=True)
        except PeerbotError:
            await self._take_back(community, by, before)
            raise
        finally:
            self._under_way.discard(community.id)
        return stands

    async def end(self, community: Community, by: Actor) -> bool:
        """Hear of nothing more, from this moment; return whether our rule is gone as well."""
        self._has_rule.add(community.id)
        await self._communities.switch(community.id, by, Feature.WORD_FILTER, on=False)
        return community.id not in self._has_rule

    async def standing(self, community: Community) -> Watching | Words:
        """Return how our rule stands; words say why nobody can tell."""
        try:
            return await self._filters.keep_watching(*await self._wanted(community))
        except CannotWatch as error:
            return error.said
        except DeliveryError:
            return _("The platform does not say just now how its filter stands.")

    # -- looking after it --------------------------------------------------------------------

    async def heard(self, event: WordsFiltered) -> None:
        """Take away a rule that reports although that is switched off: it outlived its end."""
        community = self._communities.in_space(event.space) if event.space else None
        if community is not None and not self._is_on(community):
            await self._dropped(community)

    async def after_publishing(self, community_id: str) -> None:
        """Let the rule follow the settings."""
        community = self._communities.get(community_id)
        if community_id in self._under_way:
            return
        if self._is_on(community):
            await self._look_at(community)
        elif community_id in self._has_rule:
            await self._dropped(community)

    async def look(self) -> int:
        """See to the rules of some communities, all of them in an hour; return of how many.

        Few at a time: a platform that is slow must not hold up what else is due.
        """
        if not self._waiting:
            self._waiting = [one for one in self._communities.all if self._is_on(one)]
        now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for one in now:
            if one.id not in self._under_way and self._is_on(one):
                await self._look_at(one)
        self._next = self._clock() + (_SOON if self._waiting else LOOKED_AT_EVERY)
        return len(now)

    def next_due(self) -> datetime | None:
        """Return when to look again; None while nobody uses it."""
        if not any(map(self._is_on, self._communities.all)):
            return None
        # Further ahead it can only be because the clock was set back.
        now = self._clock()
        return self._next if self._next - now <= LOOKED_AT_EVERY else now

    # -- inside ------------------------------------------------------------------------------

    def _is_on(self, community: Community) -> bool:
        return self._communities.settings(community.id).filters_words

    async def _wanted(self, community: Community) -> tuple[Space, WatchWords]:
        """Return where to watch for what. Raises `CannotWatch` where that may be nowhere.

        Some filters show what somebody wrote: never in a room that everybody can read.
        """
        settings = self._communities.settings(community.id)
        room = settings.alert_room
        space = community.space_of(room)
        if room is None or space is None:
            raise CannotWatch(_("There is no private room for alerts yet; the setup has it."))
        if not self._filters.capabilities(space.platform).word_filter:
            raise CannotWatch(_("The platform of the room for alerts has no such filter."))
        rooms = (await self._filters.facts(space)).rooms
        wrong = wrong_with_room(next((one for one in rooms if one.room == room), None))
        if wrong is not None:
            raise CannotWatch(wrong)
        # Responders speak there of what somebody wrote.
        not_in = (room, *(one for one in settings.silent_rooms if one != room))
        return space, WatchWords(phrases=self.phrases, room=room, not_in=not_in)

    async def _told(self, community: Community, by: Actor) -> Words | None:
        def on(settings: Settings) -> Settings:
            return settings.switching(Feature.WORD_FILTER, on=True)

        if await self._notice.is_known(on(self._communities.settings(community.id))):
            await self._communities.set_now(community.id, by, WHAT, on)
            return None
        stands = await self._notice.before(on, community=community, by=by, what=WHAT)
        if stands is None:
            raise NoticeMissing("the notice to members did not arrive")
        return stands

    async def _take_back(self, community: Community, by: Actor, before: Settings) -> None:
        """Leave nothing behind of what could not be finished; what was so before stays."""
        if before.filters_words:
            return
        if self._is_on(community):
            await self._communities.switch(community.id, by, Feature.WORD_FILTER, on=False)
        if community.id in self._has_rule:
            await self._dropped(community)

    async def _look_at(self, community: Community) -> None:
        try:
            standing = await self._filters.keep_watching(*await self._wanted(community))
        except CannotWatch as error:
            await self._lost(community, error.said)
        except DeliveryError as error:
            log.warning("a word filter could not be looked at: %s", error.in_short)
        else:
            self._has_rule.add(community.id)
            if standing is not Watching.ON:
                await self._lost(community, cards.WHY[standing])

    async def _lost(self, community: Community, why: Words) -> None:
        """Take away what is left of our rule, say why, and switch it off here too."""
        log.warning("a word filter reports no more, so it is switched off")
        why = self._why_lost.setdefault(community.id, why)
        gone = await self._dropped(community)
        room = self._communities.settings(community.id).alert_room
        try:
            if room is not None:
                await self._filters.send(room, cards.lost(why, left=not gone))
        except TryLater:
            return  # told at the next look: until then nobody would know
        except DeliveryError as error:
            log.warning("that could not be told: %s", error.in_short)
        self._why_lost.pop(community.id, None)
        ourselves = Actor(person=OURSELVES, name="")
        await self._communities.switch(community.id, ourselves, Feature.WORD_FILTER, on=False)

    async def _dropped(self, community: Community) -> bool:
        """Take our rule away; return whether it is gone. What cannot be done is logged."""
        gone = True
        for space in self._filtered_spaces(community):
            try:
                await self._filters.stop_watching(space)
            except DeliveryError as error:
                gone = False
                log.warning("a rule of a word filter is left behind: %s", error.in_short)
        if gone:
            self._has_rule.discard(community.id)
        return gone

    def _filtered_spaces(self, community: Community) -> Iterator[Space]:
        for space in community.spaces:
            if self._filters.capabilities(space.platform).word_filter:
                yield space
