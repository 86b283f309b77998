"""What is offered while somebody types an option of a command; anything else may be typed too."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from peerbot.chat.commands import Command
from peerbot.chat.events import OptionTyped
from peerbot.chat.forms import clean
from peerbot.chat.plain import plain
from peerbot.chat.text import Words
from peerbot.errors import Gone, StorageAway

log = logging.getLogger(__name__)

WITHIN = timedelta(seconds=1)
"""Later, somebody has typed on; a platform waits for three seconds and takes nothing after that."""
MOST = 25
"""https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete"""
LONGEST = 100
"""Characters of a label and of a value.
https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One value that may be meant."""

    value: str
    """What is sent if it is picked. Somebody who types the same gets the same."""
    label: Words


Suggest = Callable[[OptionTyped], Awaitable[Iterable[Suggestion]]]
"""Returns what fits so far, best first. Nothing may follow from it: nobody has sent anything."""


class Offers:
    """Who offers values for which option of which command."""

    def __init__(self, within: timedelta = WITHIN) -> None:
        self._within = within
        self._suggests: dict[tuple[str, str], tuple[int, Suggest]] = {}

    def add(self, command: Command, suggest: Mapping[str, Suggest]) -> None:
        """Take on a command. Raises ValueError if its table says otherwise."""
        suggested = {one.name: one.most for one in command.parameters if one.suggested}
        if suggested.keys() != suggest.keys():
            raise ValueError(f"/{command.name} suggests otherwise than its parameters say")
        for option, most in suggested.items():
            self._suggests[command.name, option] = (most, suggest[option])

    async def to(
        self, event: OptionTyped, passes: Callable[[], Awaitable[bool]]
    ) -> tuple[Suggestion, ...]:
        """Return what may be shown, in a second at most; nothing to whom the door is closed.

        Nothing either while the storage is away. Raises whatever a broken feature does.
        """
        known = self._suggests.get((event.name, event.option))
        if known is None:
            return ()
        most, suggest = known
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                if not await passes():
                    return ()
                return showable(await suggest(replace(event, typed=clean(event.typed[:most]))))
        except Gone:
            return ()
        except (StorageAway, TimeoutError) as error:
            log.warning("nothing is suggested for now: %s", type(error).__name__)
            return ()


def showable(several: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Return what every platform can show, in order: each value once, none too long, at most 25."""
    kept: dict[str, Suggestion] = {}
    for one in several:
        if one.value.strip() and len(one.value) <= LONGEST:
            kept.setdefault(one.value, one)
        if len(kept) == MOST:
            break
    return tuple(kept.values())


def spoken(one: Suggestion, language: str) -> Suggestion:
    """Return the suggestion with its label in one language, on one line, and not too long."""
    said = (" ".join(words.split()) for words in (plain(one.label, language), one.value))
    label = next(filter(None, said))
    return replace(one, label=label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…")
