"""Words that somebody wrote, found in each event before any feature sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from peerbot.chat.addresses import Actor, MessageRef, Person, Reply, Room, Space
from peerbot.chat.commands import Command
from peerbot.chat.events import (
    CommandUsed,
    Event,
    FormSubmitted,
    MessageFlagged,
    MessagePosted,
    WordsFiltered,
)
from peerbot.chat.forms import Form, Surface, TextIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words that somebody wrote, and where."""

    text: str
    surface: Surface
    author: Actor
    space: Space | None
    room: Room | None
    reply: Reply | None
    """A private place under what they just did, minutes long; None for a plain message."""
    ref: MessageRef | None = None
    permalink: str | None = None
    flagged_by: Person | None = None
    phrase: str | None = None
    """What the platform's own filter found; the `text` is empty if that is all it says."""

    @property
    def is_direct_message(self) -> bool:
        """Whether it is a plain message to the bot itself."""
        return self.ref is not None and self.room is None


def words_in(event: Event, command: Command | None) -> Iterator[Heard]:
    """Yield the free words of what is not a form; `command` is as declared, None if nobody did."""
    match event:
        case MessagePosted():
            surface = Surface.PUBLIC if event.room else Surface.TO_STAFF
            yield _heard(event, event.text, surface)
        case WordsFiltered():
            yield Heard(
                text=event.text,
                surface=Surface.PUBLIC,
                author=event.actor,
                space=event.space,
                room=event.room,
                reply=None,
                ref=event.ref,
                permalink=event.permalink,
                phrase=event.phrase,
            )
        case MessageFlagged(message=message):
            heard = _heard(message, message.text, Surface.FLAGGED)
            yield replace(heard, flagged_by=event.person)
        case CommandUsed():
            yield from _words_in_command(event, command)
        case _:
            return


def _words_in_command(event: CommandUsed, command: Command | None) -> Iterator[Heard]:
    """Yield the free words of a command; what nobody declared is words to the bot as well."""
    if command is None and event.name:
        yield _heard(event, " ".join((event.name, *event.options.values())), Surface.TO_STAFF)
        return
    parameters = {one.name: one for one in command.parameters} if command else {}
    for name, text in event.options.items():
        parameter = parameters.get(name)
        picks = parameter.picks if parameter else ()
        if text and not any(text == pick.value for pick in picks):
            yield _heard(event, text, parameter.surface if parameter else Surface.TO_STAFF)


def _heard(
    event: MessagePosted | CommandUsed | FormSubmitted, text: str, surface: Surface
) -> Heard:
    # Made in one go: this is on the way of every message.
    return Heard(
        text=text,
        surface=surface,
        author=event.actor,
        space=event.space,
        room=event.room,
        reply=None if isinstance(event, MessagePosted) else event.reply,
        ref=event.ref if isinstance(event, MessagePosted) else None,
        permalink=event.permalink if isinstance(event, MessagePosted) else None,
    )


def words_of(event: FormSubmitted, surfaces: Mapping[str, Surface] | None) -> Iterator[Heard]:
    """Yield the words of a form; all of it, as private words, if the form is not known any more."""
    for key, value in event.values.items():
        if isinstance(value, str) and value and (surfaces is None or key in surfaces):
            yield _heard(event, value, Surface.PRIVATE if surfaces is None else surfaces[key])


def surfaces_of(form: Form) -> dict[str, Surface]:
    """Return the surface of each field of words."""
    return {field.key: field.surface for field in form.fields if isinstance(field, TextIn)}
