"""Who may pass: roles, grants, what is switched on, age and consent. Help always passes."""

from peerbot.chat.actions import BadAction, action
from peerbot.chat.cards import Card
from peerbot.chat.commands import Role
from peerbot.chat.events import ButtonPressed, CommandUsed, Event
from peerbot.chat.router import Gate
from peerbot.community import cards, consent_cards
from peerbot.community.model import CONSENT_VERSION, Community, Feature, Purpose
from peerbot.community.service import CommunityService

_SWITCHED = {"checkins": Feature.CHECKINS, "tips": Feature.TIPS, "resources": Feature.RESOURCES}
_NEEDS = {"checkins": Purpose.CHECKINS}
"""Features that keep something about a member, so that they must agree first."""


class Door:
    """The router's `Doorkeeper`."""

    def __init__(self, communities: CommunityService) -> None:
        self._communities = communities

    async def refusal(self, event: Event, gate: Gate) -> Card | None:
        """Return why someone may not pass; None lets them in."""
        community = await self._communities.of(event)
        if community is None:
            return cards.no_community()
        if not self._has_right(event, gate, community):
            # In a direct message many platforms do not say who somebody is in the community.
            unknown = event.space is None and not event.actor.platform_roles
            return cards.where_roles_are_known() if unknown else cards.needs_role(gate.role)
        feature = _SWITCHED.get(gate.feature)
        for_staff = gate.role > Role.MEMBER
        if feature and not for_staff and not self._communities.settings(community.id).has(feature):
            return cards.switched_off()
        purpose = _NEEDS.get(gate.feature)
        if purpose is None or for_staff:
            return None
        return await self._consent_missing(event, community, purpose)

    def _has_right(self, event: Event, gate: Gate, community: Community) -> bool:
        if self._communities.role_of(event.actor, community.id) >= gate.role:
            return True
        return gate.grant is not None and self._communities.may(
            event.actor, community.id, gate.grant
        )

    async def _consent_missing(
        self, event: Event, community: Community, purpose: Purpose
    ) -> Card | None:
        member = await self._communities.known_member(event.person, community.id)
        if member is not None and member.old_enough:
            agreed = await self._communities.consents(member)
            if agreed.get(purpose, 0) >= CONSENT_VERSION:
                return None
        settings = self._communities.settings(community.id)
        return consent_cards.consent(purpose, settings, _wanted(event))


def _wanted(event: Event) -> tuple[str, ...]:
    """Return what was wanted, as the args that bring the person back to it after they agreed."""
    if isinstance(event, ButtonPressed):
        wanted = (event.action.feature, event.action.verb, *event.action.args)
        try:
            action("community", "agree", Purpose.DIRECT_MESSAGES, *wanted)
        except BadAction:
            return ()
        return wanted
    return ("checkins", "now") if isinstance(event, CommandUsed) else ()
