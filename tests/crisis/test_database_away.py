"""Help while the database is away, locked or frozen: nobody waits for it and nobody is lied to."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from peerbot.crisis.model import Outcome, State
from peerbot.crisis.patience import Patience
from peerbot.errors import StorageAway
from peerbot.testing import ANA, ROBIN, SAM, an_actor
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_service import MODERATOR, alert_of

HANGS_FOREVER_S = 20.0


async def test_a_database_that_hangs_holds_back_neither_the_answer_nor_the_alert(
    crisis: Crisis,
) -> None:
    """As a frozen PostgreSQL does: psycopg takes twelve seconds to be cancelled."""
    crisis.db.hangs = asyncio.Event()
    crisis.record.patience = Patience(timedelta(milliseconds=10))
    hearing = asyncio.create_task(crisis.hears("this is urgent"))
    await asyncio.wait({hearing}, timeout=HANGS_FOREVER_S)
    heard = hearing.done()
    crisis.db.hangs.set()
    await hearing
    assert heard, "it waits for the database"
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert await crisis.ladder.climb() == 0
    assert (await alert_of(crisis)).card is not None


async def test_a_spooled_alert_climbs_while_the_database_is_away(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    for _step in range(3):
        crisis.clock.move(timedelta(minutes=5))
        with pytest.raises(StorageAway):
            await crisis.ladder.climb()
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on"]
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]
    crisis.db.away = False
    assert await crisis.ladder.climb() == 0
    assert (await alert_of(crisis)).state is State.UNANSWERED
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]


async def test_a_claim_made_while_the_card_is_sent_and_the_database_away_stays(
    crisis: Crisis,
) -> None:
    crisis.db.away = True
    send = crisis.voice.send

    async def pressed_at_once(to, card, *, nonce=None):
        sent = await send(to, card, nonce=nonce)
        if card.key == "crisis.alert":
            (alert,) = crisis.spool
            await crisis.service.claim(alert.id, MODERATOR, crisis.community)
        return sent

    crisis.voice.send = pressed_at_once
    await crisis.hears("an emergency")
    crisis.db.away = False
    await crisis.ladder.climb()
    alert = await alert_of(crisis)
    assert (alert.claimed_by, alert.next_step_at) == (ROBIN, None)
    assert alert.card is not None


async def test_a_claim_made_while_the_spool_is_emptied_stays(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("this is urgent")
    crisis.db.away = False
    (spooled,) = crisis.spool
    begin = crisis.db.begin

    @asynccontextmanager
    async def claimed_as_it_commits():
        async with begin() as session:
            yield session
        crisis.db.begin = begin
        await crisis.service.claim(spooled.id, MODERATOR, crisis.community)

    crisis.db.begin = claimed_as_it_commits
    await crisis.record.empty_spool()
    await crisis.record.empty_spool()
    assert (await alert_of(crisis)).claimed_by == ROBIN


async def test_nobody_hears_that_a_card_is_closed_when_that_could_not_be_kept(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    crisis.db.locked = True
    with pytest.raises(StorageAway):
        await crisis.service.resolve(alert.id, Outcome.SAFE, crisis.community)
    with pytest.raises(StorageAway):
        await crisis.service.verdict_misread(alert.id, crisis.community)
    with pytest.raises(StorageAway):
        await crisis.service.keep_private(alert.id, an_actor(SAM))
    crisis.db.locked = False
    assert (await alert_of(crisis)) == alert


async def test_misread_shrinks_the_help_even_if_responders_cannot_be_told(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    crisis.db.locked = True
    shown = await crisis.service.misread_me(alert.id, an_actor(SAM), crisis.community)
    assert shown.key == "crisis.misread"
    assert "responders see" not in " ".join(str(node) for node in shown.children)


async def test_backup_comes_even_if_that_cannot_be_put_on_record(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, an_actor(ANA, "mods"), crisis.community)
    crisis.db.locked = True
    shown = await crisis.service.call_backup(alert.id, crisis.community)
    assert "have been asked" in " ".join(str(node) for node in shown.children)
    assert crisis.voice.cards_to(ALERTS)[-1].pings == ("backup",)


async def test_the_same_person_is_answered_and_heard_again_while_nothing_can_be_written(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    crisis.db.locked = True
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]
