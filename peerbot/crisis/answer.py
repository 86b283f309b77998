"""The first private answer: what it says, whom it reaches, and how often."""

from datetime import datetime, timedelta

from peerbot.chat.addresses import Person, Reply, Room
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.text import Words
from peerbot.clock import Chance, Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import cards
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import Alert, Way, honest_end
from peerbot.crisis.reach import Voice, reach, ways
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.errors import StorageAway

OFFER_AFTER_SECONDS = (30.0, 120.0)
OFFER_AT_MOST_EVERY = timedelta(hours=1)
_MOST_REMEMBERED = 50_000


class FirstAnswer:
    """Answers somebody in danger, privately and before anything else."""

    def __init__(
        self,
        db: Database,
        voice: Voice,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        lines: LineWords,
    ) -> None:
        self._db = db
        self._voice = voice
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._lines = lines
        self._answered: dict[Person, tuple[Tier, datetime]] = {}

    async def send(
        self,
        person: Person,
        reply: Reply | None,
        room: Room | None,
        finding: Finding,
        told: Told,
        settings: Settings,
    ) -> Way:
        """Answer somebody; return how they were reached, truthfully."""
        card = cards.first_answer(
            category=finding.category,
            tier=finding.tier,
            whose=finding.whose,
            told=told,
            lines=self.few_lines(person, settings, finding.category, finding.tier),
            zone=settings.zone_info,
            knows_country=bool(self.country_of(person, settings)),
        )
        able = self._voice.capabilities(person.platform)
        places = ways(person, reply, room, finding.tier, settings, able)
        way = await reach(self._voice, places, card, self._chance.new_id())
        if way is Way.NOT_REACHED and room is not None and await self._plan_offer(room):
            return Way.OFFER
        return way

    async def send_late(self, alert: Alert, settings: Settings) -> Way:
        """Answer somebody whose first answer was lost together with a process."""
        finding = Finding(
            tier=alert.tier,
            category=alert.category,
            whose=alert.whose,
            evidence=(),
            modifiers=(),
        )
        told = told_of(alert, settings)
        return await self.send(alert.about, None, alert.room, finding, told, settings)

    def is_wanted(self, person: Person, tier: Tier, settings: Settings) -> bool:
        """Whether to answer now: not twice in the quiet time, but always when it gets worse.

        An emergency is always answered.
        """
        now = self._clock()
        before = self._answered.get(person)
        if before is not None and tier is not Tier.EMERGENCY:
            answered, at = before
            # Both ways: a clock that was set back by days must not silence us for days.
            if tier <= answered and abs(now - at) < settings.quiet_for:
                return False
        if len(self._answered) > _MOST_REMEMBERED:
            self._answered.clear()
        self._answered[person] = (tier, now)
        return True

    def be_quiet_for(self, person: Person) -> None:
        """Do not step in again soon for less than an emergency: they said we misread them."""
        self._answered[person] = (Tier.URGENT, self._clock())

    def few_lines(
        self, person: Person, settings: Settings, category: Category, tier: Tier
    ) -> tuple[Words, ...]:
        """Return at most three entries for where this person said they are, else the community."""
        return self._lines.few(self.country_of(person, settings), category, tier, self._clock())

    def country_of(self, person: Person, settings: Settings) -> str:
        """Return whose lines come first: as this person asked, else the community's; or empty."""
        return self._communities.country_of(person) or settings.country

    # -- the card addressed to nobody --------------------------------------------------------

    async def post_offers(self) -> int:
        """Post the cards addressed to nobody whose time has come; return how many arrived."""
        async with self._db.begin() as session:
            rooms = await AlertStore(session).offers_due(self._clock())
        posted = 0
        for room in rooms:
            try:
                await self._voice.send(room, cards.offer())
            except DeliveryError:
                continue
            posted += 1
        return posted

    async def next_offer_at(self) -> datetime | None:
        async with self._db.read() as session:
            return await AlertStore(session).next_offer_at()

    async def _plan_offer(self, room: Room) -> bool:
        due = self._clock() + timedelta(seconds=self._chance.between(*OFFER_AFTER_SECONDS))
        try:
            async with self._db.begin() as session:
                store = AlertStore(session)
                return await store.plan_offer(room, due, OFFER_AT_MOST_EVERY)
        except StorageAway:
            return False


def told_of(alert: Alert, settings: Settings) -> Told:
    """Return what may be said to the member about who hears of this."""
    return Told(alert_id=alert.id, until=honest_end(alert.raised_at, alert.tier, settings))


def whose_of(category: Category) -> Whose:
    return Whose.OTHER if category is Category.THIRD_PARTY else Whose.AUTHOR
