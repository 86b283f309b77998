"""Tells whoever looks after the space when an alert has no room to go to: in their own inbox."""

import logging

from peerbot.chat.addresses import NewInbox, Person
from peerbot.community.service import CommunityService
from peerbot.crisis import responder_cards
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import Alert, Reason
from peerbot.crisis.reach import Voice, reach
from peerbot.crisis.roster import Roster
from peerbot.errors import Gone

log = logging.getLogger(__name__)


class Keepers:
    """Those who are on duty by name, and the admins who published the settings last.

    They hear that an alert waits and where to look, never about whom: an inbox is no private room
    of a team, and somebody may be no admin any more. Nobody hears of an alert about themselves, or
    of a worry about them.
    """

    def __init__(self, voice: Voice, communities: CommunityService, roster: Roster) -> None:
        self._voice = voice
        self._communities = communities
        self._roster = roster

    async def tell(self, alert: Alert) -> int:
        """Tell them once of each alert that calls somebody; return how many were reached.

        Never of what only chosen people may hear of: it may be about one of them.
        """
        quiet = alert.tier < Tier.URGENT or alert.reason is Reason.DRILL or bool(alert.hearers)
        if quiet or alert.is_over or alert.keepers_know:
            return 0
        card = responder_cards.no_way_to_responders(self._name_of(alert), alert.tier)
        reached = 0
        for person in self._of(alert):
            # They set up where alerts go, or said that they are on duty: this is what for.
            there = await reach(
                self._voice, (person, NewInbox(person)), card, f"k{alert.id}{person.id}"[:25]
            )
            reached += not there.is_nowhere
        log.error("an alert has no room to go to; %d who look after the space were told", reached)
        return reached

    def _of(self, alert: Alert) -> tuple[Person, ...]:
        on_duty = (one for one in self._roster.on_duty(alert) if isinstance(one, Person))
        admins = self._communities.keepers(alert.community_id)
        return tuple(one for one in dict.fromkeys((*on_duty, *admins)) if not alert.is_about(one))

    def _name_of(self, alert: Alert) -> str:
        try:
            return self._communities.get(alert.community_id).name
        except Gone:
            return ""
