"""Verdicts on rules: counted when an alert ends, once, and without anybody's name."""

import asyncio

from peerbot.crisis.detection import Category
from peerbot.crisis.lab.model import Score
from peerbot.crisis.model import Outcome
from peerbot.crisis.store.lab import LabStore
from peerbot.testing import ALEX, SAM, an_actor
from tests.crisis.alerts import MODERATOR
from tests.crisis.conftest import Crisis
from tests.crisis.test_one_alert import alerts_about

OTHER = an_actor(ALEX, owns_space=True)


async def scores(crisis: Crisis) -> tuple[Score, ...]:
    await crisis.tally.write()
    async with crisis.db.read() as session:
        return await LabStore(session).scores(crisis.community.id)


async def raised(crisis: Crisis) -> str:
    await crisis.hears("this is urgent")
    return (await alerts_about(crisis))[-1].id


async def test_an_outcome_says_that_the_rule_was_right(crisis: Crisis) -> None:
    alert = await raised(crisis)
    await crisis.service.resolve(alert, Outcome.SAFE, MODERATOR, crisis.community)
    assert await scores(crisis) == (Score(rule="en.test", right=1),)


async def test_misread_says_that_the_rule_was_wrong(crisis: Crisis) -> None:
    alert = await raised(crisis)
    await crisis.service.verdict_misread(alert, MODERATOR, crisis.community)
    assert await scores(crisis) == (Score(rule="en.test", misread=1),)


async def test_two_who_close_it_at_once_are_one_verdict(crisis: Crisis) -> None:
    alert = await raised(crisis)
    await asyncio.gather(
        crisis.service.verdict_misread(alert, MODERATOR, crisis.community),
        crisis.service.verdict_misread(alert, OTHER, crisis.community),
    )
    assert await scores(crisis) == (Score(rule="en.test", misread=1),)


async def test_what_the_member_says_is_counted_apart_and_once(crisis: Crisis) -> None:
    alert = await raised(crisis)
    for _time in range(2):
        await crisis.service.misread_me(alert, an_actor(SAM), crisis.community)
    assert await scores(crisis) == (Score(rule="en.test", member_misread=1),)
    await crisis.service.resolve(alert, Outcome.SAFE, MODERATOR, crisis.community)
    assert await scores(crisis) == (Score(rule="en.test", right=1, member_misread=1),)


async def test_a_verdict_while_the_database_is_away_is_counted_later(crisis: Crisis) -> None:
    alert = await raised(crisis)
    crisis.db.away = True
    await crisis.service.verdict_misread(alert, MODERATOR, crisis.community)
    crisis.db.away = False
    assert await scores(crisis) == (Score(rule="en.test", misread=1),)


async def test_who_was_not_reached_is_not_judged_before_it_is_closed(crisis: Crisis) -> None:
    alert = await raised(crisis)
    await crisis.service.resolve(
        alert, Outcome.NOT_REACHED, MODERATOR, crisis.community, surely=False
    )
    assert await scores(crisis) == ()
    await crisis.service.resolve(alert, Outcome.NOT_REACHED, MODERATOR, crisis.community)
    assert await scores(crisis) == (Score(rule="en.test", right=1),)


async def test_a_drill_and_a_wish_for_somebody_judge_no_rule(crisis: Crisis) -> None:
    await crisis.drill.run(crisis.community, MODERATOR)
    (drill,) = crisis.record.book
    assert drill.rules
    await crisis.service.resolve(drill.id, Outcome.SAFE, MODERATOR, crisis.community)
    alert = await crisis.noticing.ask(SAM, crisis.community, Category.SUICIDE)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    assert await scores(crisis) == ()
