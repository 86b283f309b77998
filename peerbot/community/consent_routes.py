"""What is pressed before anything about a member is kept: their age and their consent."""

from dataclasses import dataclass

from peerbot.chat.actions import Action, BadAction
from peerbot.chat.events import ButtonPressed
from peerbot.chat.router import Answer, Instead, Router
from peerbot.community import consent_cards
from peerbot.community.model import Purpose
from peerbot.community.service import CommunityService


@dataclass(frozen=True, slots=True)
class ConsentRoutes:
    """What members press in the question about consent."""

    communities: CommunityService

    async def agree(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        purpose, *wanted = event.action.args or ("",)
        if purpose not in set(Purpose):
            raise BadAction("no such purpose")
        member = await self.communities.member(event.person, community.id)
        await self.communities.agree(member, Purpose(purpose), old_enough=True)
        back = Action(wanted[0], wanted[1], tuple(wanted[2:])) if len(wanted) > 1 else None
        return Instead(consent_cards.agreed(back))

    async def younger(self, _event: ButtonPressed) -> Answer:
        return Instead(consent_cards.too_young())

    async def not_now(self, _event: ButtonPressed) -> Answer:
        return Instead(consent_cards.not_now())


def add_routes(router: Router, routes: ConsentRoutes) -> None:
    """Declare the three answers."""
    router.button("community", "agree", routes.agree)
    router.button("community", "younger", routes.younger)
    router.button("community", "not-now", routes.not_now)
