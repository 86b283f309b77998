"""Check-ins as one thing: plans for moderators, rounds for the clock, answers for members."""

from datetime import datetime

from peerbot.checkins.answers import Answers
from peerbot.checkins.keeping import CheckinData, forget_old
from peerbot.checkins.model import Offers
from peerbot.checkins.plans import Plans
from peerbot.checkins.rounds import Rounds
from peerbot.clock import Chance, Clock
from peerbot.community.readiness import Places
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.service import Delivery
from peerbot.vault import Vault


class CheckinService:
    """The three sides of check-ins, built over the same database, clock and delivery."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        delivery: Delivery,
        gateway: Places,
        offers: Offers,
    ) -> None:
        self._db = db
        self.communities = communities
        self.plans = Plans(db, vault, clock, chance, communities, gateway)
        self.rounds = Rounds(db, vault, clock, chance, communities, delivery)
        self.answers = Answers(db, vault, clock, chance, communities, delivery, gateway, offers)
        self.data = CheckinData(db, vault, delivery, gateway)
        """For `privacy`: export and erasure."""

    async def after_publishing(self, community_id: str) -> None:
        """Follow the published settings; for `CommunityService.when_published`."""
        await self.plans.after_publishing(community_id)

    async def forget_old(self, now: datetime) -> int:
        """Remove answers older than their community keeps them; return how many."""
        return await forget_old(self._db, self.communities, now)
