"""A message on Discord against a client that does nothing with it, and a thousand servers."""

import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import discord

from peerbot.chat.addresses import Actor, Person, Room, Space
from peerbot.chat.events import Installed
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.store import CommunityStore
from peerbot.content.crisis import crisis_detector
from peerbot.db import Database
from peerbot.house import House
from peerbot.migrate import upgrade
from peerbot.testing import NOW
from peerbot.testing.fakes import RecordingCore
from tests.adapters.discord.double import Double
from tests.benchmarks.bench_messages import ORDINARY
from tests.benchmarks.bench_start import RESIDENT
from tests.benchmarks.discord_feed import ROOM, SERVER, Feed, a_server, bare_client, our_client
from tests.benchmarks.timing import Benchmark, Measured, Pairs, duration
from tests.whole_house import a_house

AT_MOST = 1.10
PAIRS = 50
MESSAGES = 200
SERVERS = 1_000
MOST_MEGABYTES = 10
# What bare discord.py is made to do without, as ours is.
NO_CACHES = {
    "member_cache_flags": discord.MemberCacheFlags.none(),
    "chunk_guilds_at_startup": False,
    "max_messages": None,
}
FILLED = (
    "import asyncio; from tests.benchmarks.bench_discord import filled; "
    "asyncio.run(filled({ours}, {servers}))"
)


def messages() -> tuple[Measured, ...]:
    """The processor's time for an ordinary message, out of the gateway's frame and to its end."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_messages(Path(folder)))


async def _messages(folder: Path) -> tuple[Measured, ...]:
    url = f"sqlite:///{folder}/peerbot.sqlite"
    await upgrade(url)
    house = a_house(Database(url), folder)
    await _a_server_that_is_read(house)
    await house.start()
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(Double())
        clients = (
            await stack.enter_async_context(our_client(double, house.switchboard)),
            await stack.enter_async_context(bare_client(double)),
            await stack.enter_async_context(bare_client(double, **NO_CACHES)),
        )
        feeds = [Feed(one) for one in clients]
        for feed in feeds:
            await feed.tells("GUILD_CREATE", a_server())
        space = Space("discord", str(SERVER))
        room = Room("discord", str(ROOM), space=space.id)
        owner = Actor(person=Person("discord", "1"), name="Alex", owns_space=True)
        # The double does not list this server, so that we believe to have been taken out of it.
        await house.switchboard.dispatch(Installed(actor=owner, at=NOW, space=space, name="Home"))
        if house.switchboard.is_ordinary("i want to kill myself", owner, space, room):
            raise AssertionError("detection is off: nothing here would mean anything")
        gc.freeze()  # as `peerbot run` does once the house stands
        quiet = _quiet()
        pairs, without_caches = await _in_turn(feeds, feeds[0].messages(ORDINARY, MESSAGES))
        untouched, _again = await _in_turn(feeds, feeds[0].messages(quiet, MESSAGES))
        with house.db.count_statements() as statements:
            await feeds[0].takes(feeds[0].messages(ORDINARY, MESSAGES))
    await house.stop()
    return (
        *_told("a message, detection on, nothing found / bare discord.py", pairs),
        *_told("the same / bare discord.py without caches, as ours", without_caches),
        *_told("only messages that touch no rule / bare discord.py", untouched),
        Measured(
            name=f"statements for {MESSAGES} ordinary messages",
            ours=str(int(statements)),
            goal="0",
            is_reached=int(statements) == 0,
        ),
    )


async def _a_server_that_is_read(house: House) -> None:
    """Have setup done and the notice posted, in the server that the messages come from."""
    alerts = Room("discord", str(ROOM + 5), space=str(SERVER))
    told = replace(Settings(), notice_posted=True, alert_room=alerts)
    async with house.db.begin() as session:
        store = CommunityStore(session)
        new = Community(id="home", name="Home", created_at=NOW)
        reads = told.switching(Feature.READING, on=True)
        await store.add(new, Space("discord", str(SERVER)), reads)
        await store.publish("home", NOW)


def _quiet() -> Sequence[str]:
    """Return the messages for which no rule has to be weighed."""
    detector, _broken = crisis_detector()
    return [text for text in ORDINARY if not any(w.places for w in detector.explain(text).windows)]


async def _in_turn(feeds: Sequence[Feed], frames: Sequence[str]) -> tuple[Pairs, Pairs]:
    """Return ours with each bare client, after a first run of each that does not count."""
    runs = [[await _taken(feed, frames) for feed in feeds] for _ in range(PAIRS + 1)][1:]
    return (
        Pairs(tuple((ours, bare) for ours, bare, _other in runs)),
        Pairs(tuple((ours, bare) for ours, _other, bare in runs)),
    )


async def _taken(feed: Feed, frames: Sequence[str]) -> float:
    """Return how many seconds of the processor one message takes."""
    gc.collect()
    began = time.process_time()
    await feed.takes(frames)
    return (time.process_time() - began) / len(frames)


def _told(name: str, pairs: Pairs) -> tuple[Measured, Measured]:
    return (
        Measured(
            name=name,
            ours=duration(pairs.ours),
            baseline=duration(pairs.baseline),
            ratio=pairs.ratio,
            goal=f"<= {AT_MOST:.2f} x",
            is_reached=pairs.ratio <= AT_MOST,
        ),
        Measured(
            name=f"  tenth percentiles, of {len(pairs.seconds)} pairs",
            ours="",
            ratio=pairs.ratio_of_the_quickest,
            goal=f"<= {AT_MOST:.2f} x",
            is_reached=pairs.ratio_of_the_quickest <= AT_MOST,
        ),
    )


# -- memory ----------------------------------------------------------------------------------------


async def filled(ours: bool, servers: int) -> None:
    """Connect a client, tell it of so many servers, and print its memory."""
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(Double())
        opening = our_client(double, RecordingCore()) if ours else bare_client(double)
        feed = Feed(await stack.enter_async_context(opening))
        for number in range(servers):
            await feed.tells("GUILD_CREATE", a_server(number))
        gc.collect()
        exec(RESIDENT)


def memory() -> Measured:
    """How much a thousand servers take, each time in a new process."""
    ours, bare = (
        _megabytes(ours=one, servers=SERVERS) - _megabytes(ours=one, servers=0)
        for one in (True, False)
    )
    return Measured(
        name=f"memory of {SERVERS:,} servers / bare discord.py",
        ours=f"{ours:.1f} MB",
        baseline=f"{bare:.1f} MB",
        ratio=ours / bare,
        goal=f"<= {MOST_MEGABYTES} MB",
        is_reached=ours <= MOST_MEGABYTES,
    )


def _megabytes(*, ours: bool, servers: int) -> float:
    done = subprocess.run(
        [sys.executable, "-c", FILLED.format(ours=ours, servers=servers)],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", "")},
    )
    return int(done.stdout.split()[-1]) / 1024


def benchmarks() -> tuple[Benchmark, ...]:
    return messages, memory
