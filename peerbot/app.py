"""The composition root: the only file that knows all parts, and builds the house from them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from peerbot import content, tables
from peerbot.chat.addresses import Person, Space
from peerbot.chat.cards import Row
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.router import Failure, Router
from peerbot.chat.switchboard import Switchboard
from peerbot.checkins import routes as checkin_routes
from peerbot.checkins.service import CheckinService
from peerbot.clock import Chance, Clock, Sleep
from peerbot.community import about_team, consent_routes, joining, setup_routes, word_filter_routes
from peerbot.community import routes as community_routes
from peerbot.community.about_team import AboutTeamRoutes
from peerbot.community.consent_routes import ConsentRoutes
from peerbot.community.countries import Countries
from peerbot.community.door import Door
from peerbot.community.joining import Joining
from peerbot.community.known import CommunityReaders
from peerbot.community.model import Settings as CommunitySettings
from peerbot.community.notice import Notice
from peerbot.community.readiness import Preflight
from peerbot.community.routes import CommunityRoutes
from peerbot.community.service import CommunityService
from peerbot.community.setup_routes import SetupRoutes
from peerbot.community.word_filter import WatchedWords
from peerbot.community.word_filter_routes import WordFilterRoutes
from peerbot.content.crisis import (
    crisis_detector,
    crisis_voices,
    ears_of,
    read_helplines,
    watch_list,
)
from peerbot.crisis import duty_cards, duty_routes
from peerbot.crisis import routes as crisis_routes
from peerbot.crisis.data import CrisisData
from peerbot.crisis.detection.detector import Detector
from peerbot.crisis.duty_routes import DutyRoutes
from peerbot.crisis.ears import Ears
from peerbot.crisis.helplines import HelpLines
from peerbot.crisis.lab import routes as lab_routes
from peerbot.crisis.lab.phrases import OwnPhrases
from peerbot.crisis.lab.routes import LabRoutes
from peerbot.crisis.lab.service import LabService
from peerbot.crisis.lab.silence import Silence
from peerbot.crisis.lab.traps import Traps
from peerbot.crisis.parts import CrisisParts, crisis_parts
from peerbot.crisis.record import PATIENCE_SECONDS
from peerbot.crisis.routes import CrisisRoutes
from peerbot.crisis.spool import Spool
from peerbot.crisis.watched import WatchList
from peerbot.crisis.worries import Admins, WorryData
from peerbot.db import Database
from peerbot.delivery.beats import Beat
from peerbot.delivery.engine import Engine
from peerbot.delivery.pace import Ticks
from peerbot.delivery.service import Delivery
from peerbot.erased import ErasedList
from peerbot.errors import StorageAway
from peerbot.house import Daily, House, LastKnownFile, Storage
from peerbot.privacy import routes as privacy_routes
from peerbot.privacy.routes import PrivacyRoutes
from peerbot.privacy.sent import SentData
from peerbot.privacy.service import PrivacyService
from peerbot.privacy.taken import TakenData
from peerbot.resources import routes as resource_routes
from peerbot.resources.service import ResourceData, ResourceService
from peerbot.settings import Settings
from peerbot.tips import routes as tip_routes
from peerbot.tips.service import TipService
from peerbot.vault import Vault

log = logging.getLogger(__name__)

ADMINS_WITHIN_SECONDS = 2.0
"""How long a worry about the team waits to hear who runs the space."""
UNDELIVERED_SHOWN_FOR = timedelta(days=7)

__all__ = ["House", "build", "tables"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every feature stands on."""

    settings: Settings
    db: Database
    vault: Vault
    clock: Clock
    chance: Chance
    communities: CommunityService
    switchboard: Switchboard
    delivery: Delivery
    notice: Notice
    failed: Callable[[str, Exception], None]


def build(
    *,
    settings: Settings,
    db: Database,
    vault: Vault,
    engine: Engine,
    clock: Clock,
    chance: Chance,
    sleep: Sleep,
    ticks: Ticks = time.monotonic,
    on_failure: Callable[[Failure], None] | None = None,
    make_ready: Callable[[], Awaitable[object]] | None = None,
    rules: Path | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> House:
    """Return the house over `db`, not yet running. Raises content errors with file and place.

    `make_ready` migrates and unlocks a database that was away until now. The crisis rules come from
    the folder `rules`, else from what ships. `patience_seconds` is how long help waits for the
    database before it goes on without it.
    """

    def failed(step: str, error: Exception) -> None:
        if on_failure is not None:
            on_failure(Failure(step, error))

    kept = LastKnownFile(settings.data_folder / "last-known.sealed", vault)
    communities = CommunityService(db, clock, chance, _defaults(settings), kept)
    switchboard = Switchboard(
        CommunityReaders(communities), on_defect=failed, spaces=communities.spaces
    )
    delivery = Delivery(
        db,
        engine,
        switchboard,
        clock,
        chance,
        share_of_limit=settings.delivery.share_of_limit,
        sleep=sleep,
        ticks=ticks,
        on_failure=failed,
    )
    ground = _Ground(
        settings=settings,
        db=db,
        vault=vault,
        clock=clock,
        chance=chance,
        communities=communities,
        switchboard=switchboard,
        delivery=delivery,
        notice=Notice(communities, switchboard),
        failed=failed,
    )

    # Crisis first: no other feature may delay it.
    found = _Found.of(rules)
    last_phrases = LastKnownFile(settings.data_folder / "own-phrases.sealed", vault)
    own = OwnPhrases(db, clock, vault, found.detector, last_phrases)
    crisis = _crisis(ground, found, own, patience_seconds)
    router = Router(switchboard, crisis.noticing, Door(communities), on_failure)
    switchboard.lead_to(router)
    _lead_to_crisis(ground, router, crisis)
    _lead_to_lab(ground, router, crisis, found.detector, own)

    packs = content.read()
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
    privacy = _privacy(ground, crisis, checkins, erased)
    privacy_routes.add_routes(router, PrivacyRoutes(privacy, communities))
    _lead_to_community(ground, router, crisis, found.watched)
    communities.when_published(checkins.after_publishing)
    communities.when_published(crisis.hearing.after_publishing)
    communities.when_left(crisis.hearing.after_publishing)
    communities.when_left(crisis.ladder.after_leaving)
    communities.when_back(crisis.ladder.after_return)

    retention = _retention(ground, crisis, checkins, privacy, erased)
    delivery.add_beat(Beat("privacy.retention", retention.run, also=retention.next_due))

    async def load_shipped() -> None:
        await resources.load_shipped(packs.directory)

    async def erase_again() -> None:
        if gone := erased.days():
            await privacy.erase_again(gone)

    help_goes_by = _help_goes_by(communities, crisis, own)
    storage = Storage(
        clock,
        help_goes_by if make_ready is None else (make_ready, *help_goes_by),
        (crisis.hearing.load, load_shipped, erase_again, switchboard.look_around),
    )
    delivery.add_beat(Beat("house.storage", storage.run, also=storage.next_due, alone=True))

    return House(
        settings=settings,
        db=db,
        clock=clock,
        switchboard=switchboard,
        router=router,
        communities=communities,
        delivery=delivery,
        crisis=crisis.service,
        noticing=crisis.noticing,
        own_phrases=own,
        tally=crisis.tally,
        record=crisis.record,
        hearing=crisis.hearing,
        storage=storage,
        checkins=checkins,
        tips=tips,
        resources=resources,
        privacy=privacy,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What the crisis feature finds signs of danger and help lines with."""

    detector: Detector
    ears: Ears
    helplines: HelpLines
    watched: WatchList

    @classmethod
    def of(cls, rules: Path | None) -> "_Found":
        """Return what can be read; what is broken is said, and left out."""
        detector, broken_rules = crisis_detector(rules)
        ears, broken_rules = ears_of(detector, broken_rules, rules)
        for error in broken_rules:
            log.critical("a crisis rule file is left out: %s", error)
        helplines, broken_lines = read_helplines()
        for problem in broken_lines:
            log.critical("help lines: %s", problem)
        watched, broken_phrases = watch_list(rules)
        for error in broken_phrases:
            log.critical("phrases for word filters: %s", error)
        return cls(detector, ears, helplines, watched)


def _crisis(ground: _Ground, found: _Found, own: OwnPhrases, patience: float) -> CrisisParts:
    return crisis_parts(
        patience_seconds=patience,
        db=ground.db,
        vault=ground.vault,
        clock=ground.clock,
        chance=ground.chance,
        communities=ground.communities,
        voice=ground.switchboard,
        ears=found.ears,
        own=own,
        helplines=found.helplines,
        watched=found.watched,
        spool=Spool(ground.settings.data_folder / "spool", ground.vault),
        admins=_admins(ground.switchboard),
        on_failure=ground.failed,
    )


def _lead_to_crisis(ground: _Ground, router: Router, crisis: CrisisParts) -> None:
    communities, delivery = ground.communities, ground.delivery
    crisis_routes.add_routes(
        router,
        CrisisRoutes(crisis.service, crisis.noticing, crisis.worries, crisis.checks, communities),
    )
    duty_routes.add_routes(
        router,
        DutyRoutes(
            crisis.roster, communities, ground.clock, ground.chance, ground.switchboard.facts
        ),
    )
    for beat in crisis_routes.beats(
        crisis.ladder, crisis.answer, crisis.hearing, crisis.follow_ups
    ):
        delivery.add_beat(beat)


def _lead_to_lab(
    ground: _Ground,
    router: Router,
    crisis: CrisisParts,
    detector: Detector,
    own: OwnPhrases,
) -> None:
    communities = ground.communities
    silence = Silence(
        ground.db,
        ground.clock,
        communities,
        ground.notice,
        ground.switchboard,
        crisis.tally,
        own,
    )
    lab = LabService(
        db=ground.db,
        chance=ground.chance,
        communities=communities,
        detector=detector,
        own=own,
        traps=Traps(detector, crisis_voices),
        facts=ground.switchboard.facts,
    )
    lab_routes.add_routes(router, LabRoutes(lab, silence, communities))
    for beat in lab_routes.beats(crisis.tally, silence):
        ground.delivery.add_beat(beat)
    communities.when_published(silence.after_publishing)


def _privacy(
    ground: _Ground, crisis: CrisisParts, checkins: CheckinService, erased: ErasedList
) -> PrivacyService:
    db, vault = ground.db, ground.vault
    return PrivacyService(
        db,
        vault,
        ground.clock,
        ground.communities,
        parts={
            "checkins": checkins.data,
            "resources": ResourceData(db),
            "worries": WorryData(db, vault),
        },
        by_person={
            "crisis": CrisisData(db, crisis.answer.forget),
            "duty": crisis.roster,
            "taken": TakenData(db),
            "messages": SentData(db, ground.delivery),
        },
        remember_erased=erased.add,
    )


def _lead_to_community(
    ground: _Ground, router: Router, crisis: CrisisParts, watched: WatchList
) -> None:
    communities, clock = ground.communities, ground.clock
    switchboard, delivery = ground.switchboard, ground.delivery
    word_watch = WatchedWords(communities, ground.notice, switchboard, clock, watched.texts)
    filter_routes = WordFilterRoutes(word_watch, communities)
    word_filter_routes.add_routes(router, filter_routes)
    communities.when_published(word_watch.after_publishing)
    delivery.add_beat(Beat("community.word-filter", word_watch.look, also=word_watch.next_due))

    async def undelivered() -> int:
        return await delivery.undelivered_count(clock() - UNDELIVERED_SHOWN_FOR)

    preflight = Preflight(places=switchboard, unheard=crisis.hearing.in_the_way)
    setup_routes.add_routes(
        router,
        SetupRoutes(
            communities=communities,
            places=switchboard,
            countries=Countries(
                crisis.lines.countries, lambda code: crisis.lines.preview(code, clock())
            ),
            drill=crisis.drill.run,
            preflight=preflight,
        ),
    )
    consent_routes.add_routes(router, ConsentRoutes(communities))
    community_routes.add_routes(
        router,
        CommunityRoutes(
            communities=communities,
            platforms=switchboard,
            notice=ground.notice,
            preflight=preflight,
            duty=lambda one: duty_cards.panel_lines(
                crisis.roster.duty(one.id), communities.settings(one.id), clock()
            ),
            undelivered=undelivered,
            word_filter=filter_routes.row,
        ),
    )
    about_team.add_routes(router, AboutTeamRoutes(communities))
    joining.add_routes(
        router, Joining(communities=communities, gateway=switchboard, preflight=preflight)
    )


def _retention(
    ground: _Ground,
    crisis: CrisisParts,
    checkins: CheckinService,
    privacy: PrivacyService,
    erased: ErasedList,
) -> Daily:
    clock, worries = ground.clock, WorryData(ground.db, ground.vault)

    async def forget_old() -> int:
        """Forget what is old: answers, people in alerts, the trail; and erased people's alerts."""
        forgotten = await checkins.forget_old(clock())
        forgotten += await privacy.erase_again(erased.days())
        forgotten += await crisis.ladder.forget_people()
        forgotten += await crisis.roster.forget_past()
        forgotten += await worries.forget_old(clock())
        forgotten += await ground.communities.forget_trail(ground.settings.retention.audit_for)
        await ground.db.let_deleted_go()
        return forgotten

    return Daily(clock, forget_old)


def _help_goes_by(
    communities: CommunityService, crisis: CrisisParts, own: OwnPhrases
) -> tuple[Callable[[], Awaitable[object]], ...]:
    """Return what is to be read before help knows all that it goes by."""

    async def load_alerts() -> None:
        if not await crisis.record.load():
            raise StorageAway("The alerts cannot be read yet.")

    return (
        communities.reload,
        crisis.roster.load,
        load_alerts,
        own.load,
        crisis.checks.load,
    )


def _admins(switchboard: Switchboard) -> Admins:
    async def admins(space: Space) -> tuple[Person, ...]:
        try:
            async with asyncio.timeout(ADMINS_WITHIN_SECONDS):
                return await switchboard.who_runs(space)
        except (DeliveryError, TimeoutError):
            log.warning("the platform does not say who runs a space")
            return ()

    return admins


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
