"""Help while the database is away, slow or hanging: it goes out, and nothing is told twice."""

import asyncio
from dataclasses import replace

from sqlalchemy import text

from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import Outcome, State
from peerbot.crisis.record import MOST_REFUSALS
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore
from peerbot.testing import ROBIN, SAM
from tests.crisis.alerts import MODERATOR, alert_of
from tests.crisis.breaking import climb_after, hanging
from tests.crisis.conftest import ALERTS, Crisis


async def test_nobody_waits_for_a_database_that_hangs(crisis: Crisis) -> None:
    released = hanging(crisis)
    crisis.record._patience_seconds = 600.0
    crisis.record._moment_seconds = 0.01
    first = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(2)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    second = asyncio.ensure_future(crisis.hears("my friend is an emergency"))
    await crisis.voice.has_sent(4)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]
    assert not first.done()
    released.set()
    await asyncio.gather(first, second)
    assert [one.tier for one in crisis.spool] == [Tier.EMERGENCY, Tier.EMERGENCY]


async def test_a_database_that_hangs_is_left_behind_after_a_moment(crisis: Crisis) -> None:
    released = hanging(crisis)
    crisis.record._patience_seconds = 0.01
    await crisis.hears("an emergency")
    await crisis.ladder.climb()
    assert [one.tier for one in crisis.spool] == [Tier.EMERGENCY]
    released.set()
    await crisis.noticing.settled()


def noting_what_is_kept(crisis: Crisis) -> list[list[tuple[Tier, str]]]:
    """Return a list that tells of each card to responders what would outlive us as it leaves."""
    send, kept = crisis.voice.send, []

    async def sends(to, card, *, nonce=None):
        if to == ALERTS:
            rows = Spool(crisis.spool_folder, crisis.vault).read_in()
            if not rows:
                async with crisis.db.read() as session:
                    rows = await AlertStore(session).all_open()
            kept.append([(one.tier, one.state) for one in rows])
        return await send(to, card, nonce=nonce)

    crisis.voice.send = sends
    return kept


async def test_a_card_left_before_its_alert_was_written(crisis: Crisis) -> None:
    kept = noting_what_is_kept(crisis)
    await crisis.hears("a concern")
    await crisis.hears("an emergency")
    assert kept == [[(Tier.CONCERN, State.OPEN)], [(Tier.EMERGENCY, State.OPEN)]]
    assert len(crisis.spool) == 0


async def test_while_the_database_hangs_a_card_leaves_once_its_alert_is_sealed(
    crisis: Crisis,
) -> None:
    released, kept = hanging(crisis), noting_what_is_kept(crisis)
    crisis.record._patience_seconds, crisis.record._moment_seconds = 600.0, 0.01
    help_ = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(2)
    assert kept == [[(Tier.EMERGENCY, State.OPEN)]]
    released.set()
    await help_


async def test_what_was_sealed_for_a_slow_database_is_unsealed_once_it_is_written(
    crisis: Crisis,
) -> None:
    crisis.record._moment_seconds = 0.0
    await crisis.hears("a concern")
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).tier is Tier.EMERGENCY
    assert len(crisis.spool) == 0
    assert list(crisis.spool_folder.iterdir()) == []


async def test_the_answer_does_not_wait_until_the_alert_is_safe(crisis: Crisis) -> None:
    released = hanging(crisis)
    crisis.record._patience_seconds, crisis.record._moment_seconds = 600.0, 600.0
    help_ = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(1)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == []
    released.set()
    await help_
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_before_the_first_migration_people_are_helped(crisis: Crisis) -> None:
    async with crisis.db.begin() as session:
        await session.execute(text("ALTER TABLE alert RENAME TO gone"))
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert len(crisis.spool) == 1


async def test_a_community_that_the_database_does_not_know_is_served(crisis: Crisis) -> None:
    async with crisis.db.begin() as session:
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in ("settings_version", "audit", "space", "member"):
            await session.execute(text(f"DROP TABLE IF EXISTS {table}"))
        await session.execute(text("DELETE FROM community"))
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_the_ladder_climbs_while_the_database_is_away(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on"]
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]
    crisis.db.away = False
    await crisis.ladder.climb()
    assert (await alert_of(crisis)).state is State.UNANSWERED


async def test_an_alert_that_can_never_be_written_holds_up_no_other(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    (alert,) = crisis.spool
    crisis.spool.keep(replace(alert, id="bad", community_id="nowhere"))
    crisis.db.away = False
    await crisis.ladder.climb()
    assert (await alert_of(crisis)).id == alert.id
    for _climb in range(MOST_REFUSALS):
        await crisis.ladder.climb()
    assert len(crisis.spool) == 0
    assert [file.name for file in crisis.spool_folder.iterdir()] == ["bad.damaged"]


async def test_a_damaged_file_does_not_keep_the_others_from_being_read(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    (crisis.spool_folder / "empty.sealed").write_bytes(b"")
    again = Spool(crisis.spool_folder, crisis.vault)
    assert [one.about for one in again.read_in()] == [SAM]
    assert (crisis.spool_folder / "empty.damaged").is_file()


async def test_a_file_that_was_left_behind_does_not_open_a_closed_alert_again(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    crisis.spool.keep(alert)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    crisis.spool.keep(alert)
    await climb_after(crisis, hours=3)
    assert (await alert_of(crisis)).state is State.RESOLVED
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)


async def test_a_claim_made_while_the_spool_is_emptied_stays(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    (alert,) = crisis.spool
    crisis.db.away = False
    await asyncio.gather(
        crisis.record.empty_spool(),
        crisis.service.claim(alert.id, MODERATOR, crisis.community),
    )
    await climb_after(crisis, hours=1)
    now = await alert_of(crisis)
    assert (now.state, now.claimed_by) == (State.CLAIMED, ROBIN)
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)
