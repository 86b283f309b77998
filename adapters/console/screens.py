"""Where a hand on the console reads and writes: a terminal, or lines from elsewhere."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from rich.console import Console as RichConsole
from rich.console import RenderableType
from rich.text import Text as Line

from adapters.console.asking import LEAVE
from adapters.console.completing import Completing
from adapters.console.render import WIDEST, inert
from adapters.console.world import DEFAULT_ROOM, PLATFORM
from peerbot.chat.addresses import Room
from peerbot.chat.plain import plain_moment
from peerbot.chat.stage import Stage
from peerbot.chat.text import When

if TYPE_CHECKING:
    from adapters.console.adapter import Console


def here(stage: Stage) -> ZoneInfo:
    """Return the zone of the community's clock."""
    return stage.zone_of(Room(PLATFORM, DEFAULT_ROOM))


def clock(stage: Stage) -> str:
    return plain_moment(stage.now(), here(stage), When.DAY_AND_TIME)


class Terminal:
    """The real screen: prompt_toolkit asks, rich draws; what was typed is kept in memory only."""

    def __init__(self, console: "Console", stage: Stage) -> None:
        self._rich = RichConsole(highlight=False)
        self._lines: PromptSession[str] = PromptSession(
            history=InMemoryHistory(),
            completer=Completing(console),
            complete_while_typing=False,
            bottom_toolbar=lambda: inert(
                f" {clock(stage)} {here(stage).key}   /help   :who   :buttons   :quit"
            ),
        )
        self._fields: PromptSession[str] = PromptSession(
            history=InMemoryHistory(),
            bottom_toolbar=lambda: inert(f" {LEAVE}"),
        )

    def draw(self, what: RenderableType) -> None:
        self._rich.print(what, width=min(self._rich.width, WIDEST))

    async def ask(self, prompt: str, *, default: str = "") -> str:
        session = self._fields if prompt.startswith(" ") else self._lines
        return await session.prompt_async(prompt, default=default)


class Piped:
    """Lines that were typed elsewhere, echoed as if they had been typed here."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rich = RichConsole(highlight=False, width=WIDEST)

    def draw(self, what: RenderableType) -> None:
        self._rich.print(what)

    async def ask(self, prompt: str, *, default: str = "") -> str:
        # In a thread: whoever writes the lines may take their time.
        typed = await asyncio.to_thread(next, self._lines, None)
        if typed is None:
            raise EOFError
        typed = typed.rstrip("\r\n")
        self._rich.print(Line(inert(f"{prompt}{typed}")))
        return typed or default
