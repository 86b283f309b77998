"""What people do, by what they read, each time waiting for what comes of it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from simcord.backend.models import Interaction, Message

from peerbot.chat.addresses import Person, Room
from peerbot.testing.harness import Filled
from tests.adapters.discord.double import Double
from tests.adapters.discord.life.running import WITHIN_SECONDS
from tests.adapters.discord.life.watch import Watch
from tests.adapters.discord.parts import parts_in


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of them, in the room where they are."""

    name: str
    person: Person
    room: Room
    double: Double
    watch: Watch
    say: Callable[[str], object]

    async def uses(self, command: str, *, shows: str, **options: str) -> None:
        given = "".join(f" {key}: {value}" for key, value in options.items())
        since = self._does(f"/{command}{given}")
        self.double.home.use(self.person, command, room=self.room, **options)
        await self.sees(shows, since=since)

    async def presses(self, label: str, *, shows: str = "") -> None:
        """Press a button; wait for what it `shows`, if anything is waited for."""
        since = self._does(f"presses [{label}]")
        self.double.home.press(self.person, label, self.finds(label))
        if shows:
            await self.sees(shows, since=since)

    async def presses_old(self, label: str, on: Message, *, shows: str) -> None:
        """Press what stood there before, as a client does that has not heard of the change."""
        since = self._does(f"presses [{label}], which is gone by now")
        self.double.home.press(self.person, label, on)
        await self.sees(shows, since=since)

    async def chooses(self, *labels: str, shows: str) -> None:
        since = self._does(f"chooses {', '.join(labels)}")
        self.double.home.choose(self.person, labels, self.finds(*labels))
        await self.sees(shows, since=since)

    async def fills(self, label: str, fields: dict[str, Filled], *, shows: str) -> None:
        """Open a form by its button, fill it in and send it."""
        since = self._does(f"presses [{label}] and writes")
        opened: Interaction = self.double.home.press(self.person, label, self.finds(label))
        await self.double.until(lambda: opened.modal, within=WITHIN_SECONDS)
        self.double.home.submit(self.person, opened, fields)
        await self.sees(shows, since=since)

    async def says(self, text: str) -> None:
        self._does(f"says: {text}")
        self.double.backend.create_message(int(self.room.id), int(self.person.id), text)

    async def sees(self, text: str, *, since: int = 0) -> None:
        """Return once they were shown the text, since the beginning or since something was seen.

        Raises AssertionError if they never are.
        """
        try:
            await self.double.until(
                lambda: self.watch.shown_to(self.person, text, since=since), within=WITHIN_SECONDS
            )
        except TimeoutError:
            raise AssertionError(f"{self.name} was never shown {text!r}") from None

    def finds(self, *labels: str) -> Message:
        """Return the newest message with a button or an option of each of these labels."""
        for message in reversed(self.double.home.seen_by(self.person)):
            offered = {
                one.get("label") for part in parts_in(message.components) for one in _all(part)
            }
            if set(labels) <= offered:
                return message
        raise AssertionError(f"{self.name} sees nothing called {labels}")

    def remembers(self, label: str) -> Message:
        """Return a message as it stands now, whatever becomes of it."""
        return deepcopy(self.finds(label))

    def _does(self, what: str) -> int:
        self.say(f"{self.name} {what}")
        return len(self.watch.seen)


def _all(part: dict[str, object]) -> list[dict[str, object]]:
    options = part.get("options")
    return [part, *(options if isinstance(options, list) else [])]
