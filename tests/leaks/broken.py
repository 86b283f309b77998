"""A feature that breaks wherever it can, and says in each exception what somebody wrote."""

from datetime import datetime

from peerbot.app import House
from peerbot.chat.actions import action
from peerbot.chat.addresses import Room
from peerbot.chat.cards import Button, Card, Text, buttons, card
from peerbot.chat.commands import Command, Parameter
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted, MessagePosted
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.router import Answer
from peerbot.delivery.beats import Beat
from peerbot.delivery.model import Done, NewSend, Send
from peerbot.i18n import Msg

FEATURE = "broken"
PLEASE = "please break"
"""A message that begins like this breaks what listens, and later what was planned because of it."""


class Broken:
    """Holds what it heard last, as a service with a defect may."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._heard = self._quoted = ""
        self._attempts = 0
        words = Parameter(name="words", summary=Msg("Words"))
        declared = Command(name="break", summary=Msg("Breaks"), parameters=(words,))
        house.router.command(FEATURE, declared, self.used)
        house.router.button(FEATURE, "press", self.pressed)
        house.router.form(FEATURE, "form", self.form, self.submitted)
        house.router.on(MessagePosted, FEATURE, self.posted)
        house.delivery.does(FEATURE, self.work)
        house.delivery.composes(FEATURE, self.compose)
        house.delivery.add_beat(Beat(FEATURE, self.beat, also=self.due))

    async def used(self, event: CommandUsed) -> Answer:
        words = event.options.get("words")
        if words is None:
            return card("broken.ways", _the_button(), summary="Ways")
        raise _quoting(words)

    async def pressed(self, event: ButtonPressed) -> Answer:
        raise _quoting(f"{event.action.args} {event.values}")

    async def form(self, event: Event) -> Form:
        words = TextIn(key="words", label="Words", surface=Surface.PRIVATE)
        return Form(title="Words", fields=(words,), submit="Send")

    async def submitted(self, event: FormSubmitted) -> Answer:
        raise _quoting(str(event.values["words"]))

    async def posted(self, event: MessagePosted) -> Answer:
        if not event.text.startswith(PLEASE):
            return None
        self._heard = event.text
        async with self._house.db.begin() as session:
            await self._house.delivery.plan_work(session, FEATURE, "1")
            room = Room(event.person.platform, "general")
            send = NewSend(kind=FEATURE, subject="1", to=room)
            await self._house.delivery.plan_sends(session, [send])
        await self._house.delivery.go()
        raise _quoting(event.text)

    async def work(self, _subject: str) -> Done:
        """Break twice, so that it is tried again."""
        self._attempts += 1
        if self._attempts > 2:
            return Done.DONE
        raise _quoting(self._heard)

    async def compose(self, _send: Send) -> Card | None:
        raise _quoting(self._heard)

    def due(self) -> datetime | None:
        """Return a moment that is past, once for all that was heard."""
        return self._house.clock() if self._heard != self._quoted else None

    async def beat(self) -> int:
        self._quoted = self._heard
        raise _quoting(self._heard)


def _the_button() -> Text | object:
    return buttons(Button(action(FEATURE, "form"), "Form"))


def _quoting(words: str) -> Exception:
    """Return an exception that quotes `words`, caused by another one that does."""
    error = ValueError(f"cannot take {words!r}")
    error.__cause__ = KeyError(words)
    return error
