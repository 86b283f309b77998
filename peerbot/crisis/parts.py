"""The parts of the feature, built from what they are handed: the same in the house and in tests."""

from collections.abc import Callable
from dataclasses import dataclass

from peerbot.clock import Chance, Clock
from peerbot.community.service import CommunityService
from peerbot.crisis.alike import Alike
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.drill import Drill
from peerbot.crisis.ears import Ears
from peerbot.crisis.filtered import Filtered
from peerbot.crisis.follow_up import FollowUps
from peerbot.crisis.hearing import HearingOneself
from peerbot.crisis.helplines import HelpLines
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.line_checks import LineChecks
from peerbot.crisis.lines import LineWords
from peerbot.crisis.news import News
from peerbot.crisis.noticing import Noticing, Own
from peerbot.crisis.reach import Voice
from peerbot.crisis.record import MOMENT_SECONDS, PATIENCE_SECONDS, Record
from peerbot.crisis.responders import Responders
from peerbot.crisis.roster import Roster
from peerbot.crisis.service import CrisisService
from peerbot.crisis.spool import Spool
from peerbot.crisis.watched import WatchList
from peerbot.crisis.worries import Admins, Worries
from peerbot.db import Database
from peerbot.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisParts:
    """Everything that notices, answers, records and calls, over one record."""

    record: Record
    tally: Tally
    roster: Roster
    checks: LineChecks
    lines: LineWords
    responders: Responders
    answer: FirstAnswer
    noticing: Noticing
    service: CrisisService
    worries: Worries
    ladder: Ladder
    hearing: HearingOneself
    drill: Drill
    follow_ups: FollowUps


def crisis_parts(
    *,
    db: Database,
    vault: Vault,
    clock: Clock,
    chance: Chance,
    communities: CommunityService,
    voice: Voice,
    ears: Ears,
    own: Own,
    helplines: HelpLines,
    watched: WatchList,
    spool: Spool,
    admins: Admins,
    on_failure: Callable[[str, Exception], None],
    patience_seconds: float = PATIENCE_SECONDS,
    moment_seconds: float = MOMENT_SECONDS,
) -> CrisisParts:
    """Return the parts; `on_failure` hears the name of a step and what went wrong in it."""

    def failed(step: str) -> Callable[[Exception], None]:
        return lambda error: on_failure(f"crisis.{step}", error)

    record = Record(
        db, clock, spool, patience_seconds=patience_seconds, moment_seconds=moment_seconds
    )
    tally = Tally(db, clock, communities)
    roster = Roster(db, clock, communities)
    lines = LineWords(helplines)
    checks = LineChecks(db, clock, communities, helplines)
    responders = Responders(voice, clock, communities, record, roster)
    answer = FirstAnswer(db, voice, clock, chance, communities, lines, roster, checks.of)
    news = News(voice, clock, communities, answer, record)
    noticing = Noticing(
        clock=clock,
        chance=chance,
        communities=communities,
        detector=ears.detector,
        own=own,
        count=tally,
        record=record,
        responders=responders,
        answer=answer,
        news=news,
        # A key of its own, never a seeded one: what it marks is somebody's words.
        alike=Alike(clock, Chance()),
        filtered=Filtered(clock, watched),
        on_failure=failed("noticing"),
    )
    return CrisisParts(
        record=record,
        tally=tally,
        roster=roster,
        checks=checks,
        lines=lines,
        responders=responders,
        answer=answer,
        noticing=noticing,
        service=CrisisService(
            clock=clock,
            communities=communities,
            lines=lines,
            checks=checks,
            record=record,
            responders=responders,
            answer=answer,
            news=news,
            noticing=noticing,
            tally=tally,
        ),
        worries=Worries(
            db=db,
            vault=vault,
            clock=clock,
            chance=chance,
            communities=communities,
            record=record,
            answer=answer,
            noticing=noticing,
            roster=roster,
            admins=admins,
        ),
        ladder=Ladder(
            db, clock, communities, record, responders, news, roster, on_failure=failed("ladder")
        ),
        hearing=HearingOneself(
            ears=ears,
            noticing=noticing,
            record=record,
            voice=voice,
            communities=communities,
            clock=clock,
            on_failure=failed("hearing"),
        ),
        drill=Drill(
            ears=ears,
            noticing=noticing,
            record=record,
            responders=responders,
            answer=answer,
            voice=voice,
            communities=communities,
            clock=clock,
            chance=chance,
            on_failure=failed("drill"),
        ),
        follow_ups=FollowUps(db, voice, clock, communities),
    )
