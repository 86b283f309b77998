"""What the Tab key offers: commands, what they take, the console's own words, and names."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from adapters.console.commands import being_typed
from adapters.console.inbound import COLON_WORDS
from adapters.console.render import inert
from peerbot.chat.plain import plain
from peerbot.chat.suggestions import Suggestion

if TYPE_CHECKING:
    from adapters.console.adapter import Console


class Completing(Completer):
    """Completes the line of the person who types."""

    def __init__(self, console: "Console") -> None:
        self._console = console

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        del complete_event
        typed = document.text_before_cursor
        rest = typed.rpartition("> ")[2]
        for word in self._words(rest, at_start=rest == typed):
            if rest and word.startswith(rest) and word != rest:
                yield Completion(word, start_position=-len(rest))

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        for one in self.get_completions(document, complete_event):
            yield one
        rest = document.text_before_cursor.rpartition("> ")[2]
        if rest.startswith("/"):
            async for one in self._values(rest[1:]):
                yield one

    def _words(self, rest: str, *, at_start: bool) -> list[str]:
        if rest.startswith("/"):
            return [f"/{one.name}" for one in self._console.core.commands] + ["/wait 7d", "/help"]
        if rest.startswith(":"):
            return [f":{word}" for word in COLON_WORDS]
        return [f"{name}> " for name in self._console.world.people] if at_start else []

    async def _values(self, line: str) -> AsyncIterator[Completion]:
        """Yield what may be meant by the option that is being typed."""
        begun = being_typed(line, self._console.core.commands)
        if begun is None:
            return
        command, option, typed, others = begun
        for one in await self._console.deeds.suggestions(command.name, option, typed, others):
            yield _completion(one, typed)


def _completion(one: Suggestion, typed: str) -> Completion:
    return Completion(inert(one.value), -len(typed), display=inert(plain(one.label)))
