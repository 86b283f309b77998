"""Added to a space, taken out of it, added again: what starts, what stops, and who hears of it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from peerbot.chat.addresses import Address, NewInbox, is_private
from peerbot.chat.cards import Card
from peerbot.chat.events import Installed, Removed, Renamed
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.chat.router import Answer, Router
from peerbot.community import joining_cards as cards
from peerbot.community.model import Community
from peerbot.community.readiness import Preflight
from peerbot.community.service import CommunityService

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Follows what platforms say of where we are."""

    communities: CommunityService
    gateway: Gateway
    preflight: Preflight

    async def installed(self, event: Installed) -> Answer:
        """Say hello to whoever added us; in a space that had taken us out, go on as before."""
        assert event.space is not None, "one is added to a space"
        back = await self.communities.come_back(event.space, event.name)
        community = await self.communities.of(event)
        assert community is not None, "made on first sight"
        if back is not None:
            await self._say(event, await self._welcome_back(community))
        elif community.set_up_at is None:
            await self._say(
                event, lambda public: cards.welcome(community.name, for_all_to_read=public)
            )
        return None

    async def removed(self, event: Removed) -> Answer:
        """Stop at once; what is stored stays, with the day of it."""
        assert event.space is not None, "one is taken out of a space"
        left = await self.communities.leave(event.space)
        if left is not None:
            log.info("a space took peerbot out: what was planned there stops, what is kept stays")
        return None

    async def renamed(self, event: Renamed) -> Answer:
        assert event.space is not None, "a space has the name"
        await self.communities.rename(event.space, event.name)
        return None

    # -- inside ------------------------------------------------------------------------------

    async def _welcome_back(self, community: Community) -> Callable[[bool], Card]:
        settings = self.communities.settings(community.id)
        standing = await self.preflight.of(community, settings)
        return lambda public: cards.welcome_back(
            community.name, standing.in_the_way, for_all_to_read=public
        )

    async def _say(self, event: Installed, hello: Callable[[bool], Card]) -> None:
        """Say it where whoever added us reads it: once, in the first place that takes it."""
        for place in _places(event):
            try:
                await self.gateway.send(place, hello(not is_private(place)))
            except DeliveryError as error:
                log.info("a hello did not arrive: %s", error.in_short)
            else:
                return
        log.warning("nobody could be told that peerbot was added; /peerbot setup waits there")


def _places(event: Installed) -> Iterator[Address]:
    """Yield where to say hello. Who added us has asked for it; an owner who did not has not."""
    if event.is_certain:
        yield NewInbox(event.person)
    if event.greets_in is not None:
        yield event.greets_in
    yield event.person


def add_routes(router: Router, joining: Joining) -> None:
    """Follow what platforms say of where we are."""
    router.on(Installed, "community", joining.installed)
    router.on(Removed, "community", joining.removed)
    router.on(Renamed, "community", joining.renamed)
