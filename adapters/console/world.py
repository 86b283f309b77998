"""What exists on the console's platform: people, rooms, inboxes, messages, and who sees what."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.actions import Action
from peerbot.chat.addresses import (
    Actor,
    Address,
    MessageRef,
    Person,
    PrivateThread,
    Reply,
    Room,
    Space,
    is_private,
    person_of,
)
from peerbot.chat.cards import Actions, Button, Card, Confirm, Pager, Row, Select
from peerbot.chat.events import MessagePosted
from peerbot.chat.forms import Form
from peerbot.chat.plain import plain
from peerbot.chat.text import Words

PLATFORM = "console"
SPACE = Space(PLATFORM, "home")
SPACE_NAME = "Console"
OWNER = "alex"
"""Who runs the space."""
DEFAULT_ROOM = "general"
STAFF_ROOM = "care-team"
ROOMS = (DEFAULT_ROOM, "check-ins", "garden", STAFF_ROOM)
TEAM_ROLES = ("moderator", "staff")
DIRECT = "@dm"
"""Where somebody writes to the bot alone."""

REPLY_LASTS = timedelta(minutes=15)
"""As long as Discord's: https://discord.com/developers/docs/interactions/receiving-and-responding"""


class Inbox(StrEnum):
    """Whether a person can be written to."""

    UNOPENED = "unopened"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One delivery: a card as it was shown at one moment, to a room or to one person."""

    number: int
    """Counts deliveries from 1; an edit is a delivery too."""
    at: datetime
    to: Address
    card: Card
    ref: MessageRef
    edited: bool = False
    pinned: bool = False

    @property
    def is_private(self) -> bool:
        return is_private(self.to)

    @property
    def place(self) -> str:
        """Return the room with its hash, or the person's name."""
        person = person_of(self.to)
        return f"#{self.ref.room}" if person is None else person.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressable:
    """One thing with a number: a button, an option of a list, or a pager's arrow."""

    shown: Shown
    label: Words
    action: Action
    confirm: Confirm | None = None
    select: Select | None = None
    value: str | None = None
    """The option's value; None for what is no option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """A form in front of one person, with what they typed and why it was not taken."""

    action: Action
    form: Form
    space: Space | None
    room: Room | None
    beside: MessageRef | None
    """The message whose button opened it."""
    reasons: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _ReplyPlace:
    until: datetime
    room: str
    beside: MessageRef | None


class World:
    """The platform itself. It knows nothing of peerbot's inside, as Discord's servers do not."""

    def __init__(self) -> None:
        self.people: dict[str, Actor] = {}
        self.left: set[str] = set()
        self.inboxes: dict[str, Inbox] = {}
        self.rooms: list[str] = list(ROOMS)
        self.posts: list[MessagePosted] = []
        self.deleted: set[MessageRef] = set()
        self.log: list[Shown] = []
        self.forms: dict[str, OpenForm] = {}
        self.is_in = True
        """Whether peerbot is in the space."""
        self.busy_sends = 0
        """How many of the next sends the platform refuses for being busy."""
        self.on_shown: Callable[[], None] = _nothing
        self._current: dict[MessageRef, Shown] = {}
        self._replies: dict[str, _ReplyPlace] = {}
        self._nonces: dict[tuple[Address, str], MessageRef] = {}
        self._made = 0

    # -- people --------------------------------------------------------------------------------

    def actor(self, person: Person) -> Actor:
        """Return the person as the platform describes them; a stranger has no role."""
        return self.people.get(person.id) or Actor(person=person, name=person.id)

    def is_team(self, actor: Actor) -> bool:
        """Whether the person may read the staff's room."""
        return actor.owns_space or bool(actor.platform_roles & set(TEAM_ROLES))

    def can_read(self, actor: Actor, room: str) -> bool:
        return room in self.rooms and (room != STAFF_ROOM or self.is_team(actor))

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the platform's roles: the usual two, and any that somebody has."""
        given = {role for actor in self.people.values() for role in actor.platform_roles}
        return (*TEAM_ROLES, *sorted(given - set(TEAM_ROLES)))

    def inbox(self, person: Person) -> Inbox:
        return self.inboxes.get(person.id, Inbox.UNOPENED)

    # -- what was shown ------------------------------------------------------------------------

    def show(self, to: Address, card: Card, at: datetime, nonce: str | None) -> Shown:
        """Show a new message, or the one that the same nonce has already shown."""
        known = self._nonces.get((to, nonce)) if nonce else None
        if known is not None:
            return self._current[known]
        ref = self.new_ref(self._room_under(to))
        if nonce:
            self._nonces[to, nonce] = ref
        pinned = card.pinned and not is_private(to)
        return self._put(
            Shown(number=self._next(), at=at, to=to, card=card, ref=ref, pinned=pinned)
        )

    def change(self, ref: MessageRef, card: Card, at: datetime) -> Shown | None:
        """Show `card` in the place of a message; None if there is no such message.

        What says what is there already, nobody notices.
        """
        before = self._current.get(ref)
        if before is None or before.card == card:
            return before
        return self._put(replace(before, number=self._next(), at=at, card=card, edited=True))

    def delete_room(self, room: str) -> bool:
        """Take a room away with all that stands in it; False if there is none of this name."""
        if room not in self.rooms:
            return False
        self.rooms.remove(room)
        for ref in [one for one in self._current if one.room == room]:
            del self._current[ref]
        return True

    def current(self, ref: MessageRef) -> Shown | None:
        return self._current.get(ref)

    def sees(self, actor: Actor, shown: Shown) -> bool:
        person = person_of(shown.to)
        return self.can_read(actor, shown.ref.room) if person is None else person == actor.person

    def seen_by(self, actor: Actor) -> tuple[Shown, ...]:
        """Return every message of ours that the person can see now, newest first."""
        ordered = sorted(self._current.values(), key=lambda one: -one.number)
        return tuple(one for one in ordered if self.sees(actor, one))

    def pressable_by(self, actor: Actor) -> tuple[Pressable, ...]:
        """Return what the person can press; the number of each is its place, counted from 1."""
        return tuple(thing for shown in self.seen_by(actor) for thing in pressables_of(shown))

    # -- messages and replies ------------------------------------------------------------------

    def new_ref(self, room: str) -> MessageRef:
        self._made += 1
        return MessageRef(PLATFORM, room, f"m{self._made}")

    def new_reply(self, actor: Actor, now: datetime, room: str, beside: MessageRef | None) -> Reply:
        """Return a private place in `room` for an answer, for a quarter of an hour."""
        self._made += 1
        token = f"r{self._made}"
        self._replies[token] = _ReplyPlace(now + REPLY_LASTS, room, beside)
        return Reply(PLATFORM, token, actor.person)

    def reply_is_open(self, reply: Reply, now: datetime) -> bool:
        place = self._replies.get(reply.token)
        return place is not None and now <= place.until

    def private_card_beside(self, reply: Reply) -> MessageRef | None:
        """Return the private message whose button led to the reply; None if it was not private."""
        place = self._replies.get(reply.token)
        shown = self._current.get(place.beside) if place and place.beside else None
        return shown.ref if shown and shown.is_private else None

    def last_post_of(self, person: Person) -> MessagePosted | None:
        """Return the newest message somebody wrote that is still there."""
        mine = (post for post in reversed(self.posts) if post.person == person)
        return next((post for post in mine if post.ref not in self.deleted), None)

    # -- inside --------------------------------------------------------------------------------

    def _next(self) -> int:
        return len(self.log) + 1

    def _put(self, shown: Shown) -> Shown:
        self._current[shown.ref] = shown
        self.log.append(shown)
        self.on_shown()
        return shown

    def _room_under(self, to: Address) -> str:
        match to:
            case Room(id=room) | PrivateThread(room=Room(id=room)):
                return room
            case Reply(token=token):
                return self._replies[token].room
            case _:
                return DIRECT


def pressables_of(shown: Shown) -> Iterator[Pressable]:
    """Return the things to press on one card, in reading order."""
    for node in shown.card.children:
        match node:
            case Row(_, Button() as button):
                yield _of_button(shown, button)
            case Actions(several):
                yield from (_of_button(shown, one) for one in several if isinstance(one, Button))
            case Select():
                for option in node.options:
                    yield Pressable(
                        shown=shown,
                        label=option.label,
                        action=node.action,
                        select=node,
                        value=option.value,
                    )
            case Pager():
                yield from (_of_page(shown, node, page) for page in pages_beside(node))
            case _:
                pass


def pages_beside(pager: Pager) -> tuple[int, ...]:
    """Return the pages that can be turned to: the one before and the one after, if there are."""
    return tuple(page for page in (pager.page - 1, pager.page + 1) if 1 <= page <= pager.pages)


def is_labelled(thing: Pressable, label: str) -> bool:
    return folded(plain(thing.label)) == folded(label)


def folded(text: str) -> str:
    """Return the text as one line without regard to case, for comparing labels and words."""
    return " ".join(text.split()).casefold()


def _of_button(shown: Shown, button: Button) -> Pressable:
    return Pressable(shown=shown, label=button.label, action=button.action, confirm=button.confirm)


def _of_page(shown: Shown, pager: Pager, page: int) -> Pressable:
    wanted = Action(pager.action.feature, pager.action.verb, (*pager.action.args, str(page)))
    label = "<" if page < pager.page else ">"
    return Pressable(shown=shown, label=label, action=wanted)


def _nothing() -> None:
    return
