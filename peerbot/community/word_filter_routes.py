"""Presses that lead to a platform's own word filter, and what that filter reports."""

from dataclasses import dataclass

from peerbot.chat.cards import Row
from peerbot.chat.commands import Role
from peerbot.chat.events import ButtonPressed, Event, WordsFiltered
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.word_filter import CannotWatch
from peerbot.community import notice_cards
from peerbot.community import word_filter_cards as cards
from peerbot.community.cards import SWITCH_OFF
from peerbot.community.model import Community
from peerbot.community.service import CommunityService
from peerbot.community.word_filter import NoticeMissing, WatchedWords
from peerbot.errors import Gone
from peerbot.i18n import _


@dataclass(frozen=True, slots=True)
class WordFilterRoutes:
    """What moderators press about the filter."""

    watched: WatchedWords
    communities: CommunityService

    async def row(self, community: Community) -> Row | None:
        """Return its line on the panel; None where a platform has none, or we read ourselves."""
        settings = self.communities.settings(community.id)
        if settings.filters_words:
            return cards.row(settings, await self.watched.standing(community))
        return cards.row(settings, None) if self.watched.is_offered(community) else None

    async def offer(self, event: ButtonPressed) -> Answer:
        settings = self.communities.settings((await self._offered(event)).id)
        return Instead(cards.offer(settings, len(self.watched.phrases)))

    async def begin(self, event: ButtonPressed) -> Answer:
        """Switch it on; whatever does not work leaves everything as it was."""
        community = await self._offered(event)
        settings = self.communities.settings(community.id)
        if settings.alert_room is None or settings.checkin_room is None:
            return Instead(cards.offer(settings, len(self.watched.phrases)))
        try:
            stands = await self.watched.begin(community, event.actor)
        except NoticeMissing:
            return notice_cards.notice_refused(settings)
        except CannotWatch as error:
            return Instead(cards.refused(error.said, told=self._is_told(community)))
        except DeliveryError:
            why = _("The platform did not answer as it should. Please try again in a moment.")
            return Instead(cards.refused(why, told=self._is_told(community)))
        return Instead(cards.begun(stands))

    async def end(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        gone = await self.watched.end(community, event.actor)
        return Instead(cards.ended(gone=gone))

    async def heard(self, event: WordsFiltered) -> Answer:
        await self.watched.heard(event)
        return None

    # -- inside ------------------------------------------------------------------------------

    def _is_told(self, community: Community) -> bool:
        return self.communities.settings(community.id).knows_of_filter

    async def _offered(self, event: Event) -> Community:
        community = await self.communities.home_of(event)
        settings = self.communities.settings(community.id)
        if not settings.filters_words and not self.watched.is_offered(community):
            raise Gone("no word filter here")
        return community


def add_routes(router: Router, routes: WordFilterRoutes) -> None:
    """Declare the presses, and hear what the filter reports."""
    router.button("community", "filter", routes.offer, role=Role.MODERATOR)
    router.button("community", "filter-on", routes.begin, role=Role.ADMIN)
    router.button("community", "filter-off", routes.end, role=Role.MODERATOR)
    router.asks_first("community", "filter-off", SWITCH_OFF)
    router.on(WordsFiltered, "community", routes.heard)
