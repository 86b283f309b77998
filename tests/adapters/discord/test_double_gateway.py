"""The connection to Discord is lost and found again, and what was said meanwhile is heard."""

import asyncio
import logging
from datetime import timedelta

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.connection import UNKNOWN_BOT
from adapters.discord.under_way import UnderWay
from peerbot.chat.cards import Text, card
from peerbot.chat.events import Event, MessagePosted
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.faults import SENDS
from tests.adapters.discord.double.listening import ListeningCore, telling

HELLO = card("test.hello", Text("Hello"), summary="Hello")
NOTHING_SPECIAL = 4000
"""A close code after which every session may be resumed."""


def words(events: list[Event]) -> list[str]:
    return [one.text for one in events if isinstance(one, MessagePosted)]


# -- lost and found ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["asked to", "cut off"])
async def test_what_was_said_while_we_were_away_is_heard_after_we_resume(
    double: Double, discord: Discord, core: ListeningCore, how: str
) -> None:
    double.home.say(double.home.sam, "before")
    await double.until(lambda: core.finished == 1)
    double.gateway.lets_in.clear()
    if how == "asked to":
        double.gateway.asks_to_reconnect()
    else:
        double.gateway.closes(NOTHING_SPECIAL)
    await double.until(lambda: not double.gateway.is_connected)
    double.home.say(double.home.sam, "meanwhile")
    double.gateway.lets_in.set()
    await double.until(lambda: double.gateway.resumed)
    double.home.say(double.home.sam, "after")
    await double.until(lambda: core.finished == 3)
    assert words(core.events) == ["before", "meanwhile", "after"]
    assert double.gateway.identified == 1


async def test_with_a_session_that_discord_has_forgotten_we_start_a_new_one_and_go_on(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.gateway.forgets_everybody()
    await double.until(lambda: double.gateway.identified == 2)
    double.home.say(double.home.sam, "still there?")
    await double.until(lambda: core.finished)
    await discord.send(double.home.room, HELLO)
    assert words(core.events) == ["still there?"]
    assert double.gateway.resumed == 0
    assert len(double.home.messages_in_the_room()) == 1


async def test_a_session_that_is_gone_when_we_come_back_for_it_is_opened_anew(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.gateway.closes(NOTHING_SPECIAL)
    double.gateway.loses_sessions()
    await double.until(lambda: double.gateway.identified == 2)
    double.home.say(double.home.sam, "hello again")
    await double.until(lambda: core.finished)
    assert words(core.events) == ["hello again"]


async def test_messages_are_sent_while_the_gateway_is_away(
    double: Double, discord: Discord
) -> None:
    double.gateway.lets_in.clear()
    double.gateway.closes(NOTHING_SPECIAL)
    await double.until(lambda: not double.gateway.is_connected)
    await discord.send(double.home.room, HELLO)
    assert len(double.home.messages_in_the_room()) == 1


async def test_discord_ending_it_for_good_is_said_with_what_to_do(
    double: Double, discord: Discord, caplog: pytest.LogCaptureFixture
) -> None:
    with telling(double):
        double.gateway.closes(4004)
        await double.until(lambda: _critical(caplog))
    assert _critical(caplog) == [f"Discord is gone until peerbot is started again: {UNKNOWN_BOT}"]


def _critical(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.CRITICAL]


# -- a clean end ---------------------------------------------------------------------------------


async def test_stopping_lets_what_is_under_way_come_to_its_end(
    double: Double, core: ListeningCore
) -> None:
    adapter = an_adapter(double, message_content=True)
    await adapter.start(core)
    answers = asyncio.Event()
    double.plant(faults.slow(SENDS, answers))
    core.goes_on.clear()
    sending = asyncio.create_task(adapter.send(double.home.room, HELLO))
    double.home.say(double.home.sam, "quickly")
    await double.until(lambda: core.events and double.sends())

    stopping = asyncio.create_task(adapter.stop())
    core.goes_on.set()
    answers.set()
    async with asyncio.timeout(5):
        await stopping
    assert core.finished == 1
    assert (await sending).ref is not None


async def test_stopping_leaves_no_task_and_no_socket_behind(
    double: Double, core: ListeningCore
) -> None:
    before = asyncio.all_tasks()
    adapter = an_adapter(double, message_content=True)
    await adapter.start(core)
    await adapter.send(double.home.room, HELLO)
    double.home.say(double.home.sam, "hello")
    await double.until(lambda: core.finished)
    await adapter.stop()
    await double.until(lambda: not double.gateway.sockets)
    left = [one for one in asyncio.all_tasks() - before if "aiohttp/web" not in repr(one)]
    assert left == []


async def test_stopping_while_we_are_on_our_way_back_ends_that_too(
    double: Double, core: ListeningCore
) -> None:
    adapter = an_adapter(double)
    await adapter.start(core)
    double.gateway.lets_in.clear()
    double.gateway.closes(NOTHING_SPECIAL)
    await double.until(lambda: not double.gateway.is_connected)
    async with asyncio.timeout(5):
        await adapter.stop()
    assert adapter.client.is_closed()
    assert not double.gateway.is_connected


async def test_stopping_what_never_started_is_nothing(double: Double) -> None:
    before = asyncio.all_tasks()
    await an_adapter(double).stop()
    assert asyncio.all_tasks() == before
    assert double.requests == []


async def test_work_that_does_not_end_is_cut_off_in_the_end() -> None:
    under_way, begun, never = UnderWay(), asyncio.Event(), asyncio.Event()

    async def for_ever() -> None:
        begun.set()
        await never.wait()

    waiting = asyncio.create_task(under_way.to_its_end(for_ever()))
    await begun.wait()
    await under_way.settled(timedelta(milliseconds=1))
    assert not waiting.done()
    await under_way.ended()
    with pytest.raises(asyncio.CancelledError):
        await waiting
