"""Worries about somebody else: to the responders, or to chosen people; never to the one meant."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from peerbot.chat.addresses import Actor, Person, Space
from peerbot.chat.cards import Card
from peerbot.clock import Chance, Clock
from peerbot.community.model import HEAR_ABOUT_TEAM, Community, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import worry_cards
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.model import Alert, Reason
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.record import NotAnswered, Record
from peerbot.crisis.roster import Roster
from peerbot.crisis.store import AlertStore
from peerbot.crisis.worry import (
    COUNTED_FOR,
    QUIET_WITHIN,
    Report,
    Whom,
    Worry,
    may_hear,
    speaks_of_self,
    tier_of,
)
from peerbot.db import Database
from peerbot.errors import Gone, NotYours
from peerbot.vault import Vault

log = logging.getLogger(__name__)

Admins = Callable[[Space], Awaitable[tuple[Person, ...]]]
"""Returns who runs a space, as the platform says; empty if it does not say."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of earlier worries; nothing, while the database is away."""

    by: int = 0
    lately: int = 0
    about: int = 0


class Worries:
    """Takes worries about others, and shows their words to those who may read them."""

    def __init__(
        self,
        *,
        db: Database,
        vault: Vault,
        clock: Clock,
        chance: Chance,
        communities: CommunityService,
        record: Record,
        answer: FirstAnswer,
        noticing: Noticing,
        roster: Roster,
        admins: Admins,
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._chance = chance
        self._communities = communities
        self._record = record
        self._answer = answer
        self._noticing = noticing
        self._roster = roster
        self._admins = admins

    async def report(self, report: Report, community: Community | None) -> Card:
        """Tell whoever may hear of it; return what the one who worries can say and do.

        It is brought to its end, whatever becomes of the event that began it.
        """
        return await self._noticing.to_its_end(self._report(report, community))

    async def _report(self, report: Report, community: Community | None) -> Card:
        settings = self._settings(community)
        said = self._noticing.find(report.text, community) if report.text else None
        # Both at once: whoever is in danger waits for a slow database only once.
        before, about_team = await asyncio.gather(
            self._before(report, community), self._is_about_team(report, community)
        )
        finding = replace(_of_other(said), tier=tier_of(report.urgency, said, before.lately))
        tier = finding.tier
        home = community.id if community else ""
        lines = self._answer.few_lines(report.by, home, finding.category, max(tier, Tier.URGENT))
        hearers = await self._hearers(report, community) if about_team and community else ()
        nobody = not hearers if about_team else settings.alert_room is None
        if community is None or nobody:
            # Where nobody hears of anything, it is not the team that stands in the way.
            kept_from_team = about_team and settings.alert_room is not None
            told = Told(anyone_here=False)
            return worry_cards.reported(told, tier, lines, settings.zone_info, team=kept_from_team)
        words = await self._kept(report, community)
        alert = await self._noticing.worried(
            report.by,
            community,
            finding,
            Worry(
                about=report.about,
                hearers=hearers,
                words=words,
                speaks_of_self=speaks_of_self(said),
                earlier_by=before.by,
                earlier_about=before.about,
            ),
        )
        return worry_cards.reported(
            self._answer.told_of(alert, is_called=True),
            tier,
            lines,
            settings.zone_info,
            team=about_team,
            many=tier < tier_of(report.urgency, said, 0),
            speaks_of_self=speaks_of_self(said),
            words_lost=report.may_be_read and bool(report.text) and not words,
        )

    async def read(self, alert: Alert, by: Actor) -> Card:
        """Return the words that whoever looks after it may read, and note that they were read."""
        ids = alert.worry.words if alert.worry is not None else ()
        if alert.is_over or not ids:
            raise Gone("there are no words to read")
        if alert.is_about(by.person):
            raise NotYours("not for the one it is about")
        async with self._db.read() as session:
            sealed = await AlertStore(session).words(ids)
            opened = [await self._vault.open(session, member, one) for member, one in sealed]
        await self._communities.note(alert.community_id, by.person, "worry.words-read", alert.id)
        return worry_cards.words(alert, [one for one in opened if one])

    # -- inside ------------------------------------------------------------------------------

    async def _before(self, report: Report, community: Community | None) -> _Before:
        if community is None:
            return _Before()
        now, home = self._clock(), community.id

        async def ask(store: AlertStore) -> _Before:
            about = report.about
            return _Before(
                by=await store.worries_by(report.by, home, now - COUNTED_FOR),
                lately=await store.worries_by(report.by, home, now - QUIET_WITHIN),
                about=await store.worries_about(about, home, now - COUNTED_FOR) if about else 0,
            )

        try:
            return await self._record.asked(ask)
        except NotAnswered:
            mine = [
                one
                for one in self._record.book
                if one.community_id == home and one.reason is Reason.WORRIED
            ]
            by = sum(one.about == report.by for one in mine)
            return _Before(by=by, lately=by)

    async def _is_about_team(self, report: Report, community: Community | None) -> bool:
        """Whether it is about a moderator or responder, as they say or as we know."""
        if report.whom is Whom.TEAM:
            return True
        about = report.about
        if about is None or community is None:
            return False
        if self._communities.is_on_team(about, community.id):
            return True
        if about in self._communities.keepers(community.id):
            return True
        if self._roster.duty(community.id).names(about):
            return True
        if about in await self._who_runs(community):
            return True
        try:
            return await self._record.asked(lambda store: store.has_taken_one(about, community.id))
        except NotAnswered:
            return False

    async def _hearers(self, report: Report, community: Community) -> tuple[Person, ...]:
        """Return the chosen people, else who runs the space; never the one it is about."""
        chosen = may_hear(self._chosen(community), report)
        return chosen or may_hear(await self._who_runs(community), report)

    def _chosen(self, community: Community) -> tuple[Person, ...]:
        return self._settings(community).people_with(HEAR_ABOUT_TEAM)

    async def _who_runs(self, community: Community) -> tuple[Person, ...]:
        several = await asyncio.gather(*(self._admins(space) for space in community.spaces))
        return tuple(dict.fromkeys(person for one in several for person in one))

    async def _kept(self, report: Report, community: Community) -> tuple[str, ...]:
        """Return the id of the words, sealed with their writer's key; none if nobody may read."""
        if not report.may_be_read or not report.text:
            return ()
        words_id = self._chance.new_id()

        async def keep() -> None:
            member = await self._communities.member(report.by, community.id)
            async with self._db.begin() as session:
                sealed = await self._vault.seal(session, member.id, report.text)
                await AlertStore(session).keep_words(words_id, member.id, sealed, self._clock())

        try:
            await self._record.within_patience(keep())
        except NotAnswered:
            log.error("the words of a worry could not be kept; it is told without them")
            return ()
        return (words_id,)

    def _settings(self, community: Community | None) -> Settings:
        return self._communities.settings(community.id if community else "")


def _of_other(said: Finding | None) -> Finding:
    """Return what was found about somebody else in the words of a report; a worry, at least."""
    if said is not None and said.whose is Whose.OTHER:
        return said
    return Finding(
        tier=Tier.NONE,
        category=Category.THIRD_PARTY,
        whose=Whose.OTHER,
        evidence=(),
        modifiers=(),
    )


class WorryData:
    """The words that a member let others read about a worry, for export and erasing."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    async def export(self, member_id: str) -> dict[str, object]:
        """Return the words that are kept as long as somebody looks after the worry."""
        async with self._db.read() as session:
            sealed = await AlertStore(session).words_of(member_id)
            words = [await self._vault.open(session, member_id, one) for one in sealed]
        return {"words": [one for one in words if one]}

    async def erase(self, member_id: str) -> None:
        async with self._db.begin() as session:
            await AlertStore(session).drop_words_of(member_id)

    async def forget_old(self, now: datetime) -> int:
        """Remove words of worries that nobody ever closed; return how many."""
        async with self._db.begin() as session:
            return await AlertStore(session).drop_old_words(now - COUNTED_FOR)
