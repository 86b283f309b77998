"""Listening silently, rooms with less, and words that mean nothing here: who is told what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.forms import Surface
from peerbot.community.model import Level, Settings
from peerbot.crisis.decision import Decision, decide
from peerbot.crisis.detection import DENIED, Category, Evidence, Finding, Tier, Whose
from peerbot.crisis.lab.model import Counted
from peerbot.crisis.store.lab import LabStore
from peerbot.testing import GENERAL, NOW, SAM
from tests.crisis.alerts import a_flag
from tests.crisis.conftest import ALERTS, Crisis

NOTHING = Decision(answer=False, alert=False)


def a_finding(tier: Tier, *modifiers: str) -> Finding:
    return Finding(
        tier=tier,
        category=Category.SUICIDE,
        whose=Whose.AUTHOR,
        evidence=(Evidence("en.test", 0, 1),),
        modifiers=modifiers,
    )


SILENT = Settings(alert_room=ALERTS, silent_until=NOW)


@pytest.mark.parametrize(
    ("level", "acted_on"),
    [
        (None, {Tier.CONCERN, Tier.URGENT, Tier.EMERGENCY}),
        (Level.URGENT, {Tier.URGENT, Tier.EMERGENCY}),
        (Level.EMERGENCY, {Tier.EMERGENCY}),
        (Level.OFF, set()),
    ],
)
def test_a_room_has_its_own_threshold(level: Level | None, acted_on: set[Tier]) -> None:
    settings = Settings(alert_room=ALERTS).with_level(GENERAL, level)
    tiers = (Tier.CONCERN, Tier.URGENT, Tier.EMERGENCY)
    here = {one for one in tiers if decide(a_finding(one), Surface.PUBLIC, settings, GENERAL).alert}
    assert here == acted_on
    for surface in (Surface.TO_STAFF, Surface.PRIVATE, Surface.FLAGGED):
        assert decide(a_finding(Tier.CONCERN), surface, settings, GENERAL).answer
    assert decide(a_finding(Tier.CONCERN), Surface.PUBLIC, settings, ALERTS).alert


@pytest.mark.parametrize("tier", [Tier.CONCERN, Tier.URGENT])
def test_in_silence_a_room_is_only_counted(tier: Tier) -> None:
    counted = replace(NOTHING, counts=True)
    assert decide(a_finding(tier), Surface.PUBLIC, SILENT, GENERAL) == counted
    assert decide(a_finding(tier), Surface.TO_STAFF, SILENT).answer
    assert not decide(a_finding(tier), Surface.TO_STAFF, SILENT).counts
    assert decide(a_finding(tier), Surface.FLAGGED, SILENT, GENERAL).alert


def test_in_silence_an_emergency_is_acted_on_and_counted() -> None:
    everything = Decision(answer=True, alert=True, counts=True)
    assert decide(a_finding(Tier.EMERGENCY), Surface.PUBLIC, SILENT, GENERAL) == everything


def test_an_emergency_in_words_that_mean_nothing_here_is_told_to_responders() -> None:
    denied = a_finding(Tier.EMERGENCY, DENIED)
    told = Decision(answer=False, alert=True)
    assert decide(denied, Surface.PUBLIC, Settings(alert_room=ALERTS), GENERAL) == told
    for settings, surface in (
        (Settings(), Surface.PUBLIC),
        (Settings(alert_room=ALERTS), Surface.TO_STAFF),
        (Settings(alert_room=ALERTS), Surface.PRIVATE),
    ):
        assert decide(denied, surface, settings).answer, "else nobody at all would know"


@pytest.fixture
async def silent(crisis: Crisis) -> Crisis:
    await crisis.set(lambda one: replace(one, silent_until=NOW + timedelta(days=7)))
    return crisis


async def counted(crisis: Crisis) -> dict[Counted, int]:
    await crisis.tally.write()
    async with crisis.db.read() as session:
        return dict(await LabStore(session).found(crisis.community.id, NOW.date()))


async def test_silence_counts_kinds_and_rules_and_nobody(silent: Crisis) -> None:
    await silent.hears("this is urgent")
    await silent.hears("this is urgent")
    await silent.hears("my friend gives concern")
    assert silent.voice.sent == []
    kept = await counted(silent)
    home, day = silent.community.id, NOW.date()
    assert kept == {
        Counted(home, day, Tier.URGENT, Category.SUICIDE, ""): 2,
        Counted(home, day, Tier.URGENT, Category.SUICIDE, "en.test"): 2,
        Counted(home, day, Tier.CONCERN, Category.THIRD_PARTY, ""): 1,
        Counted(home, day, Tier.CONCERN, Category.THIRD_PARTY, "en.test"): 1,
    }


async def test_in_silence_an_emergency_reaches_people(silent: Crisis) -> None:
    await silent.hears("an emergency")
    assert silent.voice.keys_to(SAM) == ["crisis.answer"]
    assert silent.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert sum(n for one, n in (await counted(silent)).items() if not one.rule) == 1


async def test_in_silence_whoever_asks_or_flags_is_heard(silent: Crisis) -> None:
    await silent.noticing.flagged(a_flag("nothing special"))
    assert silent.voice.keys_to(ALERTS) == ["crisis.alert"]
    await silent.hears("this is urgent", surface=Surface.TO_STAFF)
    assert "crisis.answer" in silent.voice.keys_to(SAM)
    assert await counted(silent) == {}


@pytest.mark.parametrize(
    ("change", "looked_at"),
    [
        (lambda one: one.with_level(GENERAL, Level.OFF), []),
        (lambda one: one.with_level(GENERAL, Level.EMERGENCY), ["this is urgent"]),
    ],
)
async def test_what_is_off_is_not_even_looked_at(
    crisis: Crisis, change: Callable[[Settings], Settings], looked_at: list[str]
) -> None:
    await crisis.set(change)
    await crisis.hears("this is urgent")
    assert crisis.detector.looked_at == looked_at
    assert crisis.voice.sent == []
    assert await counted(crisis) == {}


async def test_counts_wait_for_a_database_that_is_away(silent: Crisis) -> None:
    silent.db.away = True
    await silent.hears("this is urgent")
    with pytest.raises(Exception, match="a test took it away"):
        await silent.tally.write()
    assert silent.tally.next_due() == silent.clock()
    silent.db.away = False
    await silent.hears("this is urgent")
    assert sum(n for one, n in (await counted(silent)).items() if not one.rule) == 2
    assert silent.tally.next_due() is None
