"""peerbot as a process that is killed and started again."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from peerbot.settings import environment
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.rest import Request

WITHIN_SECONDS = 60.0
"""Nothing takes that long: it is where a wait that would never end does."""


class Peerbot:
    """One life after another over the same folder."""

    def __init__(
        self, double: Double, folder: Path, time_file: Path, say: Callable[[str], object]
    ) -> None:
        self.lives = 0
        self._double = double
        self._folder = folder
        self._time_file = time_file
        self._say = say
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """What it wrote in all its lives."""
        return self._folder / "log"

    async def start(self) -> None:
        """Return once events flow."""
        self.lives += 1
        self._say(f"--- life {self.lives} begins")
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.adapters.discord.life.process",
                str(self._time_file),
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        await self._double.until(self._is_there, within=WITHIN_SECONDS)

    async def kill(self) -> None:
        """Kill it, wherever it is; return once Discord has noticed."""
        self._say("--- killed")
        await self._end_by(signal.SIGKILL)
        await self._double.until(lambda: not self._double.gateway.sockets)

    async def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        self._say("--- asked to stop")
        return await self._end_by(signal.SIGTERM)

    async def end(self) -> None:
        """End it if it runs, whatever became of the story."""
        if self._process is not None and self._process.returncode is None:
            await self._end_by(signal.SIGKILL)

    async def killed(self) -> None:
        await self.kill()
        await self.start()

    @asynccontextmanager
    async def killed_during(self, on: str) -> AsyncIterator[None]:
        """Kill it while a request that matches `on` is on its way: Discord does what it asks.

        The request is that of what is done within; it goes on in the next life.
        """
        held = asyncio.Event()
        fault = faults.slow(on, held)
        self._double.plant(fault)
        yield
        await self._double.until(lambda: not fault.times, within=WITHIN_SECONDS)
        asked = next(one for one in reversed(self._double.requests) if _is(one, on))
        self._say(f"--- {asked.method} {asked.path} is on its way")
        await self.kill()
        held.set()
        await self._double.until(lambda: asked.status is not None)
        await self.start()

    # -- inside --------------------------------------------------------------------------------

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **environment(),
            **self._double.environment,
            "PEERBOT_DATA_FOLDER": str(self._folder / "data"),
            "PEERBOT_DISCORD__MESSAGE_CONTENT": "true",
            "PEERBOT_DELIVERY__BEAT_EVERY_SECONDS": "1",
            "PEERBOT_ZONE": "America/Toronto",
        }

    def _is_there(self) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            raise AssertionError(f"peerbot ended by itself:\n{self.log.read_text()[-3000:]}")
        return self._double.gateway.is_connected

    async def _end_by(self, sign: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(sign)
        async with asyncio.timeout(WITHIN_SECONDS):
            return await self._process.wait()


def _is(request: Request, on: str) -> bool:
    return fnmatchcase(f"{request.method} {request.path}", on)
