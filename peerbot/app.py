"""The composition root: the only file that knows all parts, and builds the house from them."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from peerbot import content, tables
from peerbot.chat.adapters import Adapter, Switchboard
from peerbot.chat.cards import Row
from peerbot.chat.router import Failure, Router
from peerbot.checkins import routes as checkin_routes
from peerbot.checkins.service import CheckinService
from peerbot.clock import Chance, Clock, Sleep
from peerbot.community import routes as community_routes
from peerbot.community.door import Door
from peerbot.community.model import Settings as CommunitySettings
from peerbot.community.routes import CommunityRoutes
from peerbot.community.service import CommunityReaders, CommunityService
from peerbot.community.setup import Countries
from peerbot.content.crisis import crisis_detector, helplines
from peerbot.crisis import routes as crisis_routes
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.data import CrisisData
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.lines import LineWords
from peerbot.crisis.record import Record
from peerbot.crisis.routes import CrisisRoutes
from peerbot.crisis.service import CrisisService
from peerbot.crisis.spool import Spool
from peerbot.db import Database
from peerbot.delivery.engine import Engine
from peerbot.delivery.model import Beat
from peerbot.delivery.service import Delivery
from peerbot.erased import ErasedList
from peerbot.errors import PeerbotError, StorageAway
from peerbot.privacy import routes as privacy_routes
from peerbot.privacy.routes import PrivacyRoutes
from peerbot.privacy.sent import SentData
from peerbot.privacy.service import PrivacyService
from peerbot.resources import routes as resource_routes
from peerbot.resources.model import Shipped
from peerbot.resources.service import ResourceData, ResourceService
from peerbot.settings import Settings
from peerbot.tips import routes as tip_routes
from peerbot.tips.service import TipService
from peerbot.vault import Vault

log = logging.getLogger(__name__)

UNDELIVERED_SHOWN_FOR = timedelta(days=7)

__all__ = ["House", "build", "tables"]


@dataclass(frozen=True, slots=True)
class LastKnownFile:
    """Settings as last published, sealed beside the key: for help while the database is away."""

    file: Path
    vault: Vault

    def keep(self, document: str) -> None:
        """Write the document; a full disk keeps the older one."""
        draft = self.file.with_suffix(".part")
        try:
            draft.write_bytes(self.vault.seal_for_app(document.encode(), "last-known"))
            draft.replace(self.file)
        except OSError as error:
            log.warning("the last known settings could not be kept: %s", type(error).__name__)

    def read(self) -> str | None:
        if not self.file.is_file():
            return None
        return self.vault.open_for_app(self.file.read_bytes(), "last-known").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything, built and connected; nothing runs before `start`."""

    settings: Settings
    db: Database
    clock: Clock
    switchboard: Switchboard
    router: Router
    communities: CommunityService
    delivery: Delivery
    crisis: CrisisService
    checkins: CheckinService
    tips: TipService
    resources: ResourceService
    privacy: PrivacyService
    spool: Spool
    storage: "Storage"

    async def start(self, *adapters: Adapter) -> None:
        """Let people in as soon as help works, then load the rest and start durable work.

        While the database is away only help is there; a beat tries `open_storage` again.
        """
        self.spool.read_in()
        await self.communities.start()
        for adapter in adapters:
            self.switchboard.plug(adapter)
            await adapter.start(self.switchboard)
        await self.open_storage()
        await self.delivery.start()

    async def open_storage(self) -> bool:
        """Read what lies in the database; return whether it could be."""
        return await self.storage.open()

    async def stop(self) -> None:
        """Take no more events, finish what is under way, close."""
        for adapter in self.switchboard.adapters:
            await adapter.stop()
            self.switchboard.unplug(adapter.name)
        await self.delivery.stop()
        await self.db.close()


def build(
    *,
    settings: Settings,
    db: Database,
    vault: Vault,
    engine: Engine,
    clock: Clock,
    chance: Chance,
    sleep: Sleep,
    on_failure: Callable[[Failure], None] | None = None,
    make_ready: Callable[[], Awaitable[None]] | None = None,
) -> House:
    """Return the house over `db`, not yet running. Raises content errors with file and place.

    `make_ready` is what the database needs first, if it was away when that was to be done.
    """
    data = settings.data_folder
    communities = CommunityService(
        db, clock, chance, _defaults(settings), LastKnownFile(data / "last-known.sealed", vault)
    )
    switchboard = Switchboard(CommunityReaders(communities))
    delivery = Delivery(
        db,
        engine,
        switchboard,
        clock,
        chance,
        share_of_limit=settings.delivery.share_of_limit,
        sleep=sleep,
        on_failure=lambda step, error: on_failure(Failure(step, error)) if on_failure else None,
    )

    # Crisis first: no other feature may delay it.
    detector, broken_rules = crisis_detector()
    for error in broken_rules:
        log.critical("a crisis rule file is left out: %s", error)
    lines = LineWords(_shipped_lines())
    spool = Spool(data / "spool", vault)
    record = Record(db, switchboard, clock, communities, spool)
    answer = FirstAnswer(db, switchboard, clock, chance, communities, lines)
    ladder = Ladder(db, clock, communities, record, answer)
    crisis = CrisisService(
        db=db,
        clock=clock,
        chance=chance,
        communities=communities,
        detector=detector,
        lines=lines,
        record=record,
        answer=answer,
    )
    router = Router(switchboard, crisis, Door(communities), on_failure)
    switchboard.lead_to(router)
    crisis_routes.add_routes(router, CrisisRoutes(crisis, communities))
    for beat in crisis_routes.beats(ladder, answer):
        delivery.add_beat(beat)

    packs = _shipped_content()
    tips = TipService(db, clock, chance, communities, delivery, switchboard.facts, packs.tips)
    tip_routes.add_routes(router, tips)
    tip_routes.add_work(delivery, tips)
    resources = ResourceService(db, clock, chance, communities)
    resource_routes.add_routes(router, resources)

    checkins = CheckinService(
        db=db,
        vault=vault,
        clock=clock,
        chance=chance,
        communities=communities,
        delivery=delivery,
        gateway=switchboard,
        offers=_Offers(tips, resources),
    )
    checkin_routes.add_routes(router, checkins)
    checkin_routes.add_work(delivery, checkins)

    erased = ErasedList(settings.erased_list)
    privacy = PrivacyService(
        db,
        vault,
        clock,
        communities,
        {
            "checkins": checkins.data,
            "crisis": CrisisData(db, communities),
            "resources": ResourceData(db),
            "messages": SentData(db, communities, delivery),
        },
        erased.add,
    )
    privacy_routes.add_routes(router, PrivacyRoutes(privacy, communities))

    async def undelivered() -> int:
        return await delivery.undelivered_count(clock() - UNDELIVERED_SHOWN_FOR)

    community_routes.add_routes(
        router,
        CommunityRoutes(
            communities=communities,
            places=switchboard,
            countries=Countries(lines.countries, lambda code: lines.preview(code, clock())),
            drill=crisis.drill,
            undelivered=undelivered,
        ),
    )

    communities.when_published(checkins.after_publishing)

    async def forget_old() -> int:
        """Forget what is old: answers, people in alerts, the trail."""
        forgotten = await checkins.forget_old(clock())
        forgotten += await ladder.forget_people()
        return forgotten + await communities.forget_trail(settings.retention.audit_for)

    storage = Storage(communities, resources, packs.directory, privacy, erased, make_ready)
    delivery.add_beat(Beat("app.storage", storage.run, storage.next_due))
    retention = Daily(clock, forget_old)
    delivery.add_beat(Beat("privacy.retention", retention.run, retention.next_due))

    return House(
        settings=settings,
        db=db,
        clock=clock,
        switchboard=switchboard,
        router=router,
        communities=communities,
        delivery=delivery,
        crisis=crisis,
        checkins=checkins,
        tips=tips,
        resources=resources,
        privacy=privacy,
        spool=spool,
        storage=storage,
    )


class Storage:
    """What lies in the database, read once it can be reached."""

    def __init__(
        self,
        communities: CommunityService,
        resources: ResourceService,
        directory: Shipped,
        privacy: PrivacyService,
        erased: ErasedList,
        make_ready: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self._communities = communities
        self._resources = resources
        self._directory = directory
        self._privacy = privacy
        self._erased = erased
        self._make_ready = make_ready
        self._is_open = False

    async def open(self) -> bool:
        """Make the database ready and read it; return whether that was possible."""
        try:
            if self._make_ready is not None:
                await self._make_ready()
                self._make_ready = None
            await self._communities.start()
            await self._resources.load_shipped(self._directory)
            hashes = self._erased.hashes()
            if hashes:
                await self._privacy.erase_again(hashes)
        except StorageAway as error:
            log.error("%s", error)
            return False
        except PeerbotError as error:
            # It runs already, for help's sake: all it can do is tell the operator.
            log.critical("%s", error)
            return False
        self._is_open = True
        return True

    async def run(self) -> int:
        return 0 if self._is_open else int(await self.open())

    async def next_due(self) -> datetime | None:
        return None


class Daily:
    """Runs something when the house opens and every day from then on."""

    def __init__(self, clock: Clock, run: Callable[[], Awaitable[int]]) -> None:
        self._clock = clock
        self._run = run
        self._next = clock()

    async def run(self) -> int:
        # More than a day ahead it can only be because the clock was set back.
        if timedelta() < self._next - self._clock() <= timedelta(days=1):
            return 0
        done = await self._run()
        self._next = self._clock() + timedelta(days=1)
        return done

    async def next_due(self) -> datetime | None:
        return self._next


# Read once in a process, as the rules are: a stage that restarts builds many houses.
_shipped_content = cache(content.read)
_shipped_lines = cache(helplines)


def _defaults(settings: Settings) -> CommunitySettings:
    """Return what a community starts with, as the operator said."""
    return replace(
        CommunitySettings(),
        language=settings.language,
        zone=settings.zone,
        claim_emergency=settings.crisis.claim_emergency_within,
        claim_urgent=settings.crisis.claim_urgent_within,
        quiet_for=settings.crisis.quiet_for,
        answers_kept=settings.retention.answers_for,
    )


@dataclass(frozen=True, slots=True)
class _Offers:
    """Tips and resources for whoever answered low, without check-ins knowing either feature."""

    tips: TipService
    resources: ResourceService

    async def tips_for(self, community_id: str, language: str, kind: str) -> tuple[Row, ...]:
        return await self.tips.tips_for(community_id, language, kind)

    async def resources_for(self, community_id: str, language: str, kind: str) -> tuple[Row, ...]:
        return await self.resources.resources_for(community_id, language, kind)
