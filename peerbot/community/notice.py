"""The notice to members: posted and pinned before anything wider takes force, and looked for."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from peerbot.chat.addresses import Actor, MessageRef
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.chat.text import Words
from peerbot.community import notice_cards
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.service import CommunityService

log = logging.getLogger(__name__)


class Wall(Gateway, Protocol):
    """The switchboard, as far as a notice needs it."""

    async def still_shows(self, ref: MessageRef) -> bool: ...


class Notice:
    """Tells members what is looked at, and knows whether they can still read it."""

    def __init__(self, communities: CommunityService, wall: Wall) -> None:
        self._communities = communities
        self._wall = wall

    async def before(
        self,
        change: Callable[[Settings], Settings],
        *,
        community: Community,
        by: Actor,
        what: str,
    ) -> Words | None:
        """Post the notice of what `change` brings, then make the change and note it as `what`.

        Returns where the notice stands; None if it did not arrive, and then nothing is changed.
        """
        after = change(self._communities.settings(community.id))
        if after.checkin_room is None:
            return None
        try:
            sent = await self._wall.send(after.checkin_room, notice_cards.notice(after))
        except DeliveryError as error:
            log.warning("the notice to members did not arrive: %s", type(error).__name__)
            return None

        def changed(settings: Settings) -> Settings:
            told = replace(change(settings), notice=sent.ref, notice_told=after.wide)
            return replace(told, notice_posted=after.has(Feature.READING))

        await self._communities.set_now(community.id, by, what, changed)
        return notice_cards.notice_stands(after, pinned=sent.pinned)

    async def is_known(self, settings: Settings) -> bool:
        """Whether members were told of all that holds here, and can still read it."""
        return not settings.needs_notice and not await self.is_gone(settings)

    async def is_gone(self, settings: Settings) -> bool:
        """Whether somebody deleted the notice; False where the platform does not say."""
        if settings.notice is None:
            return False
        try:
            return not await self._wall.still_shows(settings.notice)
        except DeliveryError as error:
            log.warning("the notice could not be looked for: %s", type(error).__name__)
            return False
