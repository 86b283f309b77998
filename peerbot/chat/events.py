"""What happens on a platform, in our words. Everything in an event is untrusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from peerbot.chat.actions import Action
from peerbot.chat.addresses import Actor, MessageRef, Person, Reply, Room, Space
from peerbot.chat.forms import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    actor: Actor
    at: datetime
    space: Space | None
    """None in a direct message."""

    @property
    def person(self) -> Person:
        return self.actor.person


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(_Event):
    """A person wrote a message (or edited one, when `edited`).

    If a program posted it and the platform does not say for whom, its actor is `unsigned`.
    """

    text: str
    room: Room | None
    """None in a direct message to the bot."""
    ref: MessageRef
    permalink: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsFiltered(_Event):
    """A platform's own filter found a phrase of ours in a message; it may tell so several times."""

    phrase: str
    """The phrase as the filter has it."""
    text: str = ""
    """The whole message; empty where the platform does not let us read it."""
    room: Room | None
    ref: MessageRef | None
    permalink: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(_Event):
    ref: MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMoved(_Event):
    """A program posted a person's message again for them and took the first one away.

    The same words of the same person (`actor`) stand in another message now: nothing new was said.
    """

    ref: MessageRef
    """The first message."""
    to: MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandUsed(_Event):
    """A person used a command; `name` is as declared, for example "peerbot setup"."""

    name: str
    reply: Reply
    room: Room | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTyped(_Event):
    """A person is typing an option of a command and may be offered something; nothing is sent yet.

    It is asked about at every key, never answered with a card, and nothing of it is kept.
    """

    name: str
    """The command, as declared."""
    option: str
    typed: str
    options: Mapping[str, str] = field(default_factory=dict)
    """The other options, as far as they are filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(_Event):
    """A person pressed a button, or chose from a select (then `values` holds what they chose)."""

    action: Action
    reply: Reply
    room: Room | None = None
    message: MessageRef | None = None
    """The message that carries the button."""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(_Event):
    action: Action
    values: Values
    reply: Reply
    room: Room | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFlagged(_Event):
    """A person flagged somebody's message for moderators."""

    message: MessagePosted
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened(_Event):
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(_Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(_Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed(_Event):
    """The bot was added to a space by `actor`."""

    name: str
    is_certain: bool = True
    """Whether the platform says who added it; else `actor` is whoever owns the space."""
    greets_in: Room | None = None
    """Where the platform itself says hello to newcomers; None if there is no such room for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(_Event):
    """The bot was taken out of a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(_Event):
    """A space is called `name` from now on."""

    name: str


Answerable = CommandUsed | ButtonPressed | FormSubmitted | MessageFlagged | HomeOpened
"""Events with a private place to answer."""

Event = (
    MessagePosted
    | WordsFiltered
    | MessageDeleted
    | MessageMoved
    | CommandUsed
    | OptionTyped
    | ButtonPressed
    | FormSubmitted
    | MessageFlagged
    | HomeOpened
    | MemberJoined
    | MemberLeft
    | Installed
    | Removed
    | Renamed
)
