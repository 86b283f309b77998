"""The conformance checks' view of the double: what people see is read from simcord's model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from simcord.backend.models import Channel, Interaction, Message

from adapters.discord.adapter import Discord
from adapters.discord.commands import payload_of
from peerbot.chat.addresses import Person
from peerbot.chat.events import Event
from peerbot.chat.text import Words
from peerbot.i18n import LANGUAGES
from peerbot.testing.fakes import RecordingCore
from peerbot.testing.harness import Break, Filled
from tests.adapters.discord.double.double import Double
from tests.adapters.discord.double.faults import SENDS, failing, refused
from tests.adapters.discord.harness import DiscordHarness
from tests.adapters.discord.parts import parts_in

AT_MOST = timedelta(seconds=10)
_NO = "pb1|discord|no"
_BUTTON, _SELECT = 2, 3


class DoubleHarness(DiscordHarness):
    """Sees what the harness on simcord sees, and does over sockets what that does within."""

    def __init__(self, adapter: Discord, double: Double, core: "_Overheard") -> None:
        self.adapter = adapter
        self.sam, self.robin = double.home.sam, double.home.robin
        self.space, self.room = double.home.space, double.home.room
        self._double = double
        self._core = core
        self._env = double  # type: ignore[assignment]
        self._general = _Room(double, int(self.room.id))  # type: ignore[assignment]
        self._modals: dict[str, Any] = {}
        self._said: dict[str, tuple[str, ...]] = {}

    @classmethod
    async def over(
        cls, double: Double, make: Callable[[], Discord], core: RecordingCore
    ) -> "DoubleHarness":
        adapter = make()
        overheard = _Overheard(core, double.happened)
        await adapter.start(overheard)  # type: ignore[arg-type]
        payload = payload_of(core.commands, LANGUAGES)
        await adapter.client.http.bulk_upsert_global_commands(
            double.backend.application_id, payload
        )
        return cls(adapter, double, overheard)

    # -- doing ---------------------------------------------------------------------------------

    async def press(self, person: Person, label: str) -> None:
        message, _button = self._newest(person, lambda one: one.get("label") == label)
        pressed = await self._done(person, self._double.home.press(person, label, message))
        for asked in self._answers(pressed):
            ids = [one["custom_id"] for one in parts_in(asked.components) if "custom_id" in one]
            if _NO in ids:
                yes = next(
                    one for one in parts_in(asked.components) if one.get("custom_id") == ids[0]
                )
                again = self._double.home.press(person, yes["label"], asked)
                await self._done(person, again)

    async def choose(self, person: Person, options: tuple[str, ...]) -> None:
        message, _listed = self._newest(person, lambda one: bool(one.get("options")))
        await self._done(person, self._double.home.choose(person, options, message))

    async def say(self, person: Person, text: str) -> None:
        heard = self._core.heard
        self._double.home.say(person, text)
        await self._double.until(lambda: self._core.heard > heard)

    async def use(self, person: Person, command: str, options: Mapping[str, str]) -> None:
        await self._done(person, self._double.home.use(person, command, **options))

    async def submit(self, person: Person, filled: Mapping[str, Filled]) -> None:
        shown = self._modals.pop(person.id)
        sent = await self._done(person, self._double.home.submit(person, shown, filled))
        self._said.pop(person.id, None)
        for message in self._answers(sent):
            buttons = [one for one in parts_in(message.components) if one.get("type") == _BUTTON]
            lists = [one for one in parts_in(message.components) if one.get("type") == _SELECT]
            if lists and buttons and all(one.get("disabled") for one in lists):
                self._said[person.id] = (self._seen(message).words,)
                again = self._double.home.press(person, buttons[0]["label"], message)
                await self._done(person, again)

    def break_next_send(self, how: Break, person: Person) -> None:
        busy = how is Break.BUSY
        self._double.plant(failing(SENDS, 503) if busy else refused(SENDS, 403, 50007))

    async def close(self) -> None:
        await self.adapter.stop()

    # -- inside --------------------------------------------------------------------------------

    async def _done(self, person: Person, interaction: Interaction) -> Interaction:
        """Return it once everything that it leads to has come to its end."""
        await self._double.until(lambda: interaction.responded)
        await self.adapter._under_way.settled(AT_MOST)
        if interaction.modal is not None:
            self._modals[person.id] = interaction
        return interaction

    def _answers(self, interaction: Interaction) -> list[Message]:
        """Return the messages that answer it, and are there."""
        kept = self._double.backend.messages[interaction.channel_id]
        ids = [interaction.message_id, *interaction.followup_ids]
        return [kept[one] for one in ids if one is not None and one in kept]


class _Overheard:
    """A core whose hearing can be waited for."""

    def __init__(self, core: RecordingCore, happened: Callable[[], None]) -> None:
        self.heard = 0
        self._core = core
        self._happened = happened

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        reasons = await self._core.dispatch(event)
        self.heard += 1
        self._happened()
        return reasons


@dataclass
class _Room:
    """As much of a room as the harness on simcord looks at."""

    double: Double
    id: int

    @property
    def threads(self) -> list[Channel]:
        channels = self.double.backend.channels.values()
        return [one for one in channels if one.is_thread and one.parent_id == self.id]
