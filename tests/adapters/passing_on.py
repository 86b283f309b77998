"""A core in front of another: all that it does not change, it passes on."""

from collections.abc import Mapping

from peerbot.chat.actions import Action
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.cards import Card, Confirm
from peerbot.chat.commands import Command
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, OptionTyped
from peerbot.chat.forms import Form
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import Words


class PassingOn:
    """Implements `Core`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def commands(self) -> tuple[Command, ...]:
        return self._core.commands

    def form_action(self, event: ButtonPressed | CommandUsed) -> Action | None:
        return self._core.form_action(event)

    def spaces(self, platform: str) -> Mapping[Space, str] | None:
        return self._core.spaces(platform)

    async def open_form(self, event: ButtonPressed | CommandUsed) -> Form | Card:
        return await self._core.open_form(event)

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        return await self._core.dispatch(event)

    def is_ordinary(self, text: str, actor: Actor, space: Space, room: Room) -> bool:
        return self._core.is_ordinary(text, actor, space, room)

    def confirm_of(self, action: Action) -> Confirm | None:
        return self._core.confirm_of(action)

    async def suggestions(self, event: OptionTyped) -> tuple[Suggestion, ...]:
        return await self._core.suggestions(event)

    def say(self, words: Words, actor: Actor) -> Words:
        return self._core.say(words, actor)
