"""`peerbot run`: starts what is configured, says why not the others, stops cleanly."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from itertools import chain
from typing import Any

from peerbot import logs, migrate, stage
from peerbot.app import House, build
from peerbot.chat.adapters import Adapter, installed, load
from peerbot.clock import Chance, Clock, SystemClock, real_sleep
from peerbot.db import Database
from peerbot.delivery.engine import Engine, beside
from peerbot.delivery.scheduler import Heartbeat
from peerbot.errors import PeerbotError, StorageAway
from peerbot.hold import hold_exclusively
from peerbot.settings import Settings, environment
from peerbot.vault import AppKey, Vault, unlock

log = logging.getLogger(__name__)


class NotReady(PeerbotError):
    """peerbot cannot start like this; the text says what to do."""


def run(settings: Settings, *, clock: Clock | None = None) -> int:
    """Run until told to stop; return the exit code. Opens the console if nothing is configured.

    What is due is due by `clock`; by the machine's, if none is given.
    Raises `NotReady` if nothing of what is configured can be started.
    """
    wanted = wanted_platforms(settings)
    for sentence in wanted.values():
        print(sentence)  # noqa: T201 - this is what the command says
    names = [name for name, sentence in wanted.items() if sentence.endswith("starting.")]
    if names:
        logs.set_up(settings.log_level)
        return asyncio.run(_serve(settings, names, clock or SystemClock()))
    if settings.discord.is_configured or settings.slack.is_configured:
        raise NotReady(
            "Nothing was started: what is configured has no adapter in this release. "
            "`peerbot check` says more; `peerbot console` opens the console."
        )
    print("Nothing is configured, so here is the console.\n")  # noqa: T201
    return play(settings)


def play(
    settings: Settings,
    *,
    script: str | None = None,
    name: str = "script",
    as_json: bool = False,
    database: str | None = None,
) -> int:
    """Open the console; return the exit code.

    Without a terminal, lines from elsewhere are played as if they were typed; where there are none
    either, the walk-through is. Raises `NotReady` if that would go into a database that is kept.
    """
    logs.set_up("critical")
    lines = None
    if script is None and not (sys.stdin and sys.stdin.isatty()):
        lines = _typed_elsewhere()
        if lines is None and database:
            raise NotReady(
                "There is no terminal to type in, and no line to read. The database is kept, so "
                "the walk-through is not played into it: type in a terminal, or give lines or "
                "--script."
            )
        if lines is None:
            script, name = stage.walkthrough(settings.language), "the walk-through"
    return asyncio.run(
        stage.play(
            settings, script=script, name=name, as_json=as_json, database=database, lines=lines
        )
    )


def _typed_elsewhere() -> Iterator[str] | None:
    """Return the lines of a pipe or file in the place of a keyboard; None if there is none."""
    try:
        first = sys.stdin.readline() if sys.stdin else ""
    except (OSError, ValueError):
        return None  # closed: nobody will type there
    return chain([first], sys.stdin) if first else None


def wanted_platforms(settings: Settings) -> dict[str, str]:
    """Return for every platform a sentence: that it starts, or why it does not."""
    configured = {"discord": settings.discord.is_configured, "slack": settings.slack.is_configured}
    known = installed()
    said = {}
    for platform, is_configured in configured.items():
        if not is_configured:
            said[platform] = f"{platform}: not configured ({platform}.* in the settings file)."
        elif platform not in known:
            have = ", ".join(known)
            said[platform] = (
                f"{platform}: configured, but this release has no adapter for it yet "
                f"(installed: {have})."
            )
        else:
            said[platform] = f"{platform}: starting."
    return said


async def _serve(settings: Settings, names: list[str], clock: Clock) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with AsyncExitStack() as stack:
        adapters: list[Adapter] = [load(name)(settings) for name in names]  # type: ignore[operator]
        house = await _unless(stop, _opened(settings, adapters, stack, clock))
        if house is None:
            log.info("stopping before everything was there")
            return 0
        # What the house is made of stays to the end. Looking through it for garbage would stop
        # everything for a tenth of a second each time, also an answer to somebody in danger.
        gc.freeze()
        heartbeat = Heartbeat(
            house.delivery, settings.delivery.beat_every, settings.delivery.sweep_every
        )
        heartbeat.start()
        stack.push_async_callback(heartbeat.stop)
        await stop.wait()
        log.info("stopping: finishing what is under way")
    return 0


async def _unless(stop: asyncio.Event, opening: Coroutine[Any, Any, House]) -> House | None:
    """Return the house once it is open; None if it was told to stop before that."""
    opened, stopped = asyncio.ensure_future(opening), asyncio.ensure_future(stop.wait())
    await asyncio.wait({opened, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if opened.done():
        return opened.result()
    opened.cancel()
    await asyncio.gather(opened, return_exceptions=True)
    return None


async def _opened(
    settings: Settings, adapters: list[Adapter], stack: AsyncExitStack, clock: Clock
) -> House:
    """Return the house, running; help works in it even while the database is away."""
    if settings.is_embedded:
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stack.callback(hold_exclusively(settings.database_file).release)
    db = Database(settings.database)

    async def make_ready() -> None:
        await _up_to_date(settings)
        _vault, made = await unlock(db, settings.key_path, clock)
        if made:
            log.warning("a new key was made: %s. Keep a copy elsewhere.", settings.key_path)

    is_ready = True
    try:
        await make_ready()
    except StorageAway as error:
        log.error("%s Help works meanwhile.", error)
        is_ready = False
    house = build(
        settings=settings,
        db=db,
        vault=Vault(AppKey.load_or_make(settings.key_path)[0], clock),
        make_ready=None if is_ready else make_ready,
        engine=Engine(beside(settings.database), environ=environment()),
        clock=clock,
        chance=Chance(),
        sleep=real_sleep,
    )
    # Before it starts: whatever of it is there has to be closed if the start is broken off.
    stack.push_async_callback(house.stop)
    await house.start(*adapters)
    return house


async def _up_to_date(settings: Settings) -> None:
    """Migrate the embedded database by itself; another one is the operator's to upgrade."""
    if settings.is_embedded:
        await migrate.upgrade(settings.database)
        return
    if await migrate.current(settings.database) != migrate.head():
        raise NotReady("The database is behind this release. Run `peerbot db upgrade` first.")
