"""`peerbot run` as its operator starts it: a process of its own, Discord over real sockets."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from peerbot.settings import environment
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.home import texts_in

WITHIN_SECONDS = 60.0


@asynccontextmanager
async def running(double: Double, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run peerbot against the double; whatever becomes of the test, it ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "peerbot",
        "run",
        env={**environment(), **double.environment, "PEERBOT_DATA_FOLDER": str(folder)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_killed_and_started_again_it_answers_a_press_on_an_old_card_and_stops_cleanly(
    double: Double, tmp_path: Path
) -> None:
    home = double.home
    async with running(double, tmp_path) as process:
        await double.until(lambda: registered(double), within=WITHIN_SECONDS)
        home.use(home.sam, "help-now")
        await double.until(lambda: "I am glad you asked." in read(double))
        process.kill()
        await process.wait()
    (old,) = home.messages_in_the_room()
    puts = len(registered(double))
    async with running(double, tmp_path) as process:
        await double.until(lambda: double.gateway.is_connected, within=WITHIN_SECONDS)
        home.press(home.sam, "Words to send someone", on=old)
        await double.until(lambda: "Words you can copy" in read(double))
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    await double.until(lambda: not double.gateway.sockets)
    assert len(registered(double)) == puts, "commands that did not change are not sent again"


async def test_told_to_stop_while_discord_lets_it_wait_it_stops(
    double: Double, tmp_path: Path
) -> None:
    double.plant(faults.slow("GET /gateway/bot", asyncio.Event()))
    async with running(double, tmp_path) as process:
        await double.until(
            lambda: [one for one in double.requests if one.path.endswith("/gateway/bot")],
            within=WITHIN_SECONDS,
        )
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN_SECONDS):
            assert await process.wait() == 0


def registered(double: Double) -> list[object]:
    """Return the requests that registered commands."""
    return [one for one in double.requests if (one.method, one.path[-9:]) == ("PUT", "/commands")]


def read(double: Double) -> str:
    return "\n".join(texts_in(one) for one in double.home.messages_in_the_room())
