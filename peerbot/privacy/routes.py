"""Commands and buttons of privacy. They pass every gate: one's own data is one's own."""

from dataclasses import dataclass

from peerbot.chat.actions import BadAction
from peerbot.chat.commands import Command
from peerbot.chat.events import ButtonPressed, CommandUsed, Event
from peerbot.chat.router import Answer, Instead, Router
from peerbot.community.model import Community, Purpose
from peerbot.community.service import CommunityService
from peerbot.errors import Gone
from peerbot.i18n import LANGUAGES, _
from peerbot.privacy import cards
from peerbot.privacy.happens import what_happens
from peerbot.privacy.service import PrivacyService


@dataclass(frozen=True, slots=True)
class PrivacyRoutes:
    """What a member presses about their own data."""

    privacy: PrivacyService
    communities: CommunityService

    async def happens(self, event: CommandUsed | ButtonPressed) -> Answer:
        home = self.communities.known_home(event.person, event.space)
        return what_happens(self.communities.settings(home.id if home else ""))

    async def mine(self, event: CommandUsed | ButtonPressed) -> Answer:
        return cards.mine(await self.privacy.kept(event.person, await self._community(event)))

    async def export(self, event: ButtonPressed) -> Answer:
        data = await self.privacy.export(event.person, await self._community(event))
        return cards.export(data)

    async def erase(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        anything = await self.privacy.erase(event.person, community)
        left = await self.privacy.kept(event.person, community)
        return Instead(cards.erased(anything=anything, alert_left=left.is_anything))

    async def withdraw(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        await self.privacy.withdraw(event.person, community, _purpose(event))
        return Instead(cards.mine(await self.privacy.kept(event.person, community)))

    async def agree(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        await self.privacy.agree(event.person, community, _purpose(event))
        return Instead(cards.mine(await self.privacy.kept(event.person, community)))

    async def language(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        wanted = event.values[0] if event.values else ""
        if wanted not in {"auto", *LANGUAGES}:
            raise BadAction("no such language")
        chosen = None if wanted == "auto" else wanted
        await self.privacy.choose_language(event.person, community, chosen)
        return Instead(cards.mine(await self.privacy.kept(event.person, community)))

    async def _community(self, event: Event) -> Community:
        community = await self.communities.of(event)
        if community is None:
            raise Gone("no community here")
        return community


def add_routes(router: Router, routes: PrivacyRoutes) -> None:
    router.command(
        "privacy",
        Command(
            name="privacy", summary=_("See, export or erase what is kept about you"), always=True
        ),
        routes.mine,
    )
    router.command(
        "privacy",
        Command(
            name="what-happens",
            summary=_("What is read, who sees it, how long it stays"),
            always=True,
        ),
        routes.happens,
    )
    for verb, handler in {
        "mine": routes.mine,
        "happens": routes.happens,
        "export": routes.export,
        "erase": routes.erase,
        "withdraw": routes.withdraw,
        "agree": routes.agree,
        "language": routes.language,
    }.items():
        router.button("privacy", verb, handler, always=True)
    router.asks_first("privacy", "erase", cards.ERASING)


def _purpose(event: ButtonPressed) -> Purpose:
    wanted = event.action.args[0] if event.action.args else ""
    if wanted not in set(Purpose):
        raise BadAction("no such purpose")
    return Purpose(wanted)
