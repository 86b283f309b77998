"""People and what they do, with everything a test does not care about filled in."""

import zlib
from datetime import UTC, datetime

from peerbot.chat.actions import Action
from peerbot.chat.addresses import Actor, MessageRef, Person, Reply, Room, Space
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    MessagePosted,
    OptionTyped,
)
from peerbot.chat.forms import Values

PLATFORM = "test"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""


def a_person(name: str) -> Person:
    return Person(PLATFORM, name)


SAM = a_person("sam")
ROBIN = a_person("robin")
ANA = a_person("ana")
ALEX = a_person("alex")
SPACE = Space(PLATFORM, "home")
GENERAL = Room(PLATFORM, "general")


def an_actor(
    person: Person = SAM, *roles: str, owns_space: bool = False, locale: str | None = None
) -> Actor:
    """Return the person as the platform describes them; `roles` are the platform's role ids."""
    return Actor(
        person=person,
        name=person.id.title(),
        owns_space=owns_space,
        platform_roles=frozenset(roles),
        locale=locale,
    )


def a_reply(person: Person = SAM) -> Reply:
    return Reply(person.platform, f"reply-to-{person.id}", person)


def a_message(
    text: str,
    *,
    author: Person | Actor = SAM,
    room: Room | None = GENERAL,
    at: datetime = NOW,
    edited: bool = False,
) -> MessagePosted:
    """Return a message in `room`; None is a direct message to the bot."""
    actor = _actor(author)
    place = room.id if room else f"dm-{actor.person.id}"
    return MessagePosted(
        actor=actor,
        at=at,
        space=SPACE if room else None,
        text=text,
        room=room,
        ref=MessageRef(PLATFORM, place, f"said-{zlib.crc32(text.encode()):08x}"),
        permalink=f"https://chat.test/{place}",
        edited=edited,
    )


def a_press(
    action: Action,
    *,
    by: Person | Actor = SAM,
    values: tuple[str, ...] = (),
    at: datetime = NOW,
    room: Room | None = GENERAL,
) -> ButtonPressed:
    actor = _actor(by)
    return ButtonPressed(
        actor=actor,
        at=at,
        space=SPACE if room else None,
        action=action,
        reply=a_reply(actor.person),
        room=room,
        values=values,
    )


def a_command(
    name: str,
    *,
    by: Person | Actor = SAM,
    at: datetime = NOW,
    room: Room | None = GENERAL,
    **options: str,
) -> CommandUsed:
    actor = _actor(by)
    return CommandUsed(
        actor=actor,
        at=at,
        space=SPACE if room else None,
        name=name,
        reply=a_reply(actor.person),
        room=room,
        options=options,
    )


def typing(
    name: str,
    option: str,
    typed: str,
    *,
    by: Person | Actor = SAM,
    at: datetime = NOW,
    **options: str,
) -> OptionTyped:
    """Return that somebody is typing an option of a command, others being filled in."""
    return OptionTyped(
        actor=_actor(by),
        at=at,
        space=SPACE,
        name=name,
        option=option,
        typed=typed,
        options=options,
    )


def a_submission(
    action: Action,
    values: Values,
    *,
    by: Person | Actor = SAM,
    at: datetime = NOW,
    room: Room | None = GENERAL,
) -> FormSubmitted:
    actor = _actor(by)
    return FormSubmitted(
        actor=actor,
        at=at,
        space=SPACE if room else None,
        action=action,
        values=values,
        reply=a_reply(actor.person),
        room=room,
    )


def _actor(someone: Person | Actor) -> Actor:
    return someone if isinstance(someone, Actor) else an_actor(someone)
