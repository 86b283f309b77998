"""What somebody wrote about another: kept for those who may read it, and gone in time."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from peerbot.chat.addresses import Person
from peerbot.chat.plain import plain_card
from peerbot.crisis.model import Outcome, Reason
from peerbot.crisis.spool import from_json, to_json
from peerbot.crisis.store import AlertStore
from peerbot.crisis.worries import WorryData
from peerbot.crisis.worry import Worry
from peerbot.db import Database
from peerbot.errors import Gone, NotYours
from peerbot.testing import (
    ALEX,
    ANA,
    NOW,
    ROBIN,
    SAM,
    an_actor,
)
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.samples import alert as an_alert
from tests.crisis.worrying import KIM, WORDS, reported, the_alert


async def test_words_are_read_by_a_press_and_the_trail_says_so(crisis: Crisis) -> None:
    await reported(crisis, text=WORDS, may_be_read=True)
    assert WORDS not in plain_card(crisis.voice.cards_to(ALERTS)[0])
    shown = await crisis.worries.read(the_alert(crisis), an_actor(ROBIN))
    assert WORDS in plain_card(shown)
    trail = await crisis.communities.trail(crisis.community.id)
    assert (trail[0].what, trail[0].who) == ("worry.words-read", ROBIN)


@pytest.mark.parametrize("who", [SAM, ANA])
async def test_words_are_not_for_the_one_it_is_about(crisis: Crisis, who: Person) -> None:
    await reported(crisis, text=WORDS, may_be_read=True)
    with pytest.raises(NotYours):
        await crisis.worries.read(the_alert(crisis), an_actor(who))


async def test_without_leave_words_are_kept_nowhere(crisis: Crisis) -> None:
    await reported(crisis, text=WORDS, may_be_read=False)
    assert await count_words(crisis) == 0
    with pytest.raises(Gone):
        await crisis.worries.read(the_alert(crisis), an_actor(ROBIN))


async def test_words_go_when_it_is_closed(crisis: Crisis) -> None:
    await reported(crisis, text=WORDS, may_be_read=True)
    await reported(crisis, text=WORDS, may_be_read=True)
    assert await count_words(crisis) == 2
    alert_id = the_alert(crisis).id
    await crisis.service.resolve(alert_id, Outcome.SAFE, an_actor(ROBIN), crisis.community)
    assert await count_words(crisis) == 0


async def test_words_that_nobody_closes_go_after_a_month(crisis: Crisis) -> None:
    await reported(crisis, text=WORDS, may_be_read=True)
    data = WorryData(crisis.db, crisis.vault)
    assert await data.forget_old(crisis.clock()) == 0
    assert await data.forget_old(crisis.clock() + timedelta(days=31)) == 1


async def test_their_writer_can_export_and_erase_them(crisis: Crisis) -> None:
    await reported(crisis, text=WORDS, may_be_read=True)
    member = await crisis.communities.member(SAM, crisis.community.id)
    data = WorryData(crisis.db, crisis.vault)
    assert await data.export(member.id) == {"words": [WORDS]}
    await data.erase(member.id)
    assert await data.export(member.id) == {"words": []}
    assert "no longer there" in plain_card(
        await crisis.worries.read(the_alert(crisis), an_actor(ROBIN))
    )


async def test_while_the_database_is_away_it_is_told_without_the_words(crisis: Crisis) -> None:
    crisis.db.away = True
    said = await reported(crisis, text=WORDS, may_be_read=True)
    assert "Your words could not be kept" in said
    assert "I have told the responders" in said
    assert "Read their words" not in plain_card(crisis.voice.cards_to(ALERTS)[0])
    crisis.db.away = False
    await crisis.record.empty_spool()
    assert the_alert(crisis).worry == Worry(about=ANA)


async def count_words(crisis: Crisis) -> int:
    async with crisis.db.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM worry_words")) or 0)


WHOLE = Worry(
    about=ANA,
    hearers=(ALEX, KIM),
    words=("w1", "w2"),
    speaks_of_self=True,
    earlier_by=2,
    earlier_about=1,
)


def test_a_spooled_worry_is_the_same_when_it_is_read() -> None:
    whole = an_alert(reason=Reason.WORRIED, worry=WHOLE)
    assert from_json(to_json(whole)) == whole
    assert from_json(to_json(an_alert())) == an_alert()


@pytest.fixture
async def store_community(database: Database) -> str:
    async with database.begin() as session:
        await session.execute(
            text(
                "INSERT INTO community (id, name, created_at, setup_step) "
                "VALUES ('c', 'C', :now, 0)"
            ),
            {"now": NOW if not database.is_sqlite else NOW.isoformat(sep=" ")},
        )
    return "c"


async def test_a_worry_is_stored_counted_and_forgotten(
    database: Database, store_community: str
) -> None:
    whole = an_alert(about=SAM, reason=Reason.WORRIED, worry=WHOLE, community_id=store_community)
    since = whole.raised_at - timedelta(days=1)
    async with database.begin() as session:
        store = AlertStore(session)
        await store.add(whole)
        for words_id in WHOLE.words:
            await store.keep_words(words_id, "m", b"sealed", whole.raised_at)
    async with database.begin() as session:
        store = AlertStore(session)
        assert await store.get(whole.id) == whole
        assert await store.worries_by(SAM, "c", since) == 1
        assert await store.worries_about(ANA, "c", since) == 1
        assert await store.worries_about(ANA, "c", whole.raised_at + timedelta(days=1)) == 0
        assert await store.waiting("c", 0, 9) == ()
        assert await store.count_waiting("c") == 0
        assert len(await store.words(WHOLE.words)) == 2
        await store.save(whole.resolve(Outcome.SAFE))
    async with database.begin() as session:
        store = AlertStore(session)
        over = await store.get(whole.id)
        assert over is not None
        assert over.worry == Worry(about=ANA, earlier_by=2, earlier_about=1)
        assert await store.words(WHOLE.words) == ()
        await store.forget_person(ANA)
        assert await store.worries_about(ANA, "c", since) == 0
