"""All that Discord shows: who reads what, where and when, in order."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from simcord.backend.access import message_accessible
from simcord.backend.models import Message
from simcord.enums import MessageType

from peerbot.chat.addresses import Person
from tests.adapters.discord.double import Double
from tests.adapters.discord.parts import parts_in
from tests.adapters.discord.seen import words_in

ZONE = ZoneInfo("America/Toronto")
_MENTION = re.compile(r"<@[!&]?(\d+)>")
PINNED = "(a message was pinned)"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the bot as it was shown at one moment."""

    at: datetime
    place: str
    """The room with its hash, `@name` for direct messages, the name for what one alone sees."""
    text: str
    buttons: tuple[str, ...]
    message: Message
    is_new: bool


class Watch:
    """Looks at every message whenever something happens, and remembers each change."""

    def __init__(
        self, double: Double, names: Mapping[str, str], say: Callable[[str], object]
    ) -> None:
        """`names` are those of people and roles, by id."""
        self.seen: list[Seen] = []
        self._double = double
        self._names = names
        self._say = say
        self._last: dict[int, str] = {}
        double.watchers.append(self.look)

    def look(self) -> None:
        for channel in list(self._double.backend.messages):
            for message in self._double.home.messages_in(channel):
                self._look_at(message)

    def shown_to(self, person: Person, text: str, *, since: int) -> bool:
        """Whether somebody was shown a text since so many things had been seen."""
        backend, who = self._double.backend, int(person.id)
        return any(
            text in one.text
            and message_accessible(backend, one.message.channel_id, one.message, who)
            for one in self.seen[since:]
        )

    def created(self) -> dict[str, list[str]]:
        """Return the text of each message when it was new, oldest first, by place."""
        found: dict[str, list[str]] = {}
        for one in self.seen:
            if one.is_new:
                found.setdefault(one.place, []).append(one.text)
        return found

    # -- inside --------------------------------------------------------------------------------

    def _look_at(self, message: Message) -> None:
        now = repr((message.content, message.embeds, message.components, message.attachments))
        if self._last.get(message.id) == now:
            return
        is_pin = message.type == MessageType.PINS_ADD
        text = PINNED if is_pin else self._named(words_in(message))
        if not text:
            return  # "peerbot is thinking..."
        is_new = message.id not in self._last
        self._last[message.id] = now
        labels = tuple(one["label"] for one in parts_in(message.components) if "label" in one)
        at = self._double.backend.clock.now().astimezone(ZONE)
        seen = Seen(at, self._place_of(message), text, labels, message, is_new)
        self.seen.append(seen)
        self._tell(seen)

    def _named(self, text: str) -> str:
        """Return what is read, people and roles by their names."""
        named = _MENTION.sub(lambda found: "@" + self._names.get(found[1], found[0]), text)
        return "\n".join(line for line in named.splitlines() if line)

    def _place_of(self, message: Message) -> str:
        if message.is_ephemeral:
            assert message.interaction_metadata is not None
            return self._names[message.interaction_metadata["user"]["id"]]
        channel = self._double.backend.get_channel(message.channel_id)
        if channel.guild_id is None:
            (reader,) = channel.recipient_ids
            return f"@{self._names[str(reader)]}"
        return f"#{channel.name}"

    def _tell(self, seen: Seen) -> None:
        how = "" if seen.is_new else ", changed"
        self._say(f"  {seen.at:%a %H:%M} {seen.place}{how}")
        for line in seen.text.splitlines():
            self._say(f"      | {line}")
        if seen.buttons:
            self._say("      > " + " ".join(f"[{one}]" for one in seen.buttons))
