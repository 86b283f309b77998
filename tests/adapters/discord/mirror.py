"""What Discord was given, as the console's world: same cards, with the names of the script."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from adapters.console.world import DIRECT, PLATFORM, SPACE, Shown, World
from adapters.discord.native import PLATFORM as DISCORD
from peerbot.chat.actions import Action
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import (
    Actor,
    Address,
    MessageRef,
    NewInbox,
    Person,
    PrivateThread,
    Reply,
    Room,
    Space,
    person_of,
)
from peerbot.chat.cards import Card
from peerbot.chat.events import (
    Answerable,
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessageDeleted,
    MessagePosted,
)
from peerbot.chat.forms import ChannelPick, Form, MemberPick
from peerbot.chat.text import Mention, Words
from peerbot.clock import Clock
from tests.adapters.discord import finding
from tests.adapters.discord.town import Town
from tests.adapters.passing_on import PassingOn

A = TypeVar("A")
T = TypeVar("T")

NativeId = tuple[int, int]
"""Channel and message."""
_LINK = re.compile(r"https://discord\.com/channels/(?:@me|\d+)/(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Opened:
    """The form that peerbot gave for a press or a command, in the words of the script."""

    event: ButtonPressed | CommandUsed
    action: Action
    form: Form


class Mirror:
    """Keeps the console's world as Discord is, and knows which message is which."""

    def __init__(self, town: Town, world: World, now: Clock) -> None:
        self._town = town
        self._world = world
        self._now = now
        self._refs: dict[NativeId, MessageRef] = {}
        self._natives: dict[MessageRef, NativeId] = {}
        self._links: dict[NativeId, str] = {}
        self._replies: dict[str, Reply] = {}

    # -- cards ---------------------------------------------------------------------------------

    def answers(self, to: Reply) -> int:
        """Return how many messages an interaction was followed up with until now."""
        return len(self._interaction(to.token).followup_ids)

    def answered(self, to: Reply, card: Card, before: int) -> None:
        """Show what Discord now shows under an interaction that had `before` messages."""
        record = self._interaction(to.token)
        follow_up = record.followup_ids[-1] if len(record.followup_ids) > before else None
        message_id = follow_up or record.message_id
        assert message_id is not None, "answered without a message"
        native = (record.channel_id, message_id)
        if native in self._refs:
            self.changed(native, card)
        else:
            self.shown(native, to, card)

    def shown(self, native: NativeId, to: Address, card: Card) -> Shown:
        shown = self._world.show(self.address(to), self.named(card), self._now(), None)
        self.pair(native, shown.ref)
        return self._seen(native, shown, card)

    def changed(self, native: NativeId, card: Card) -> Shown:
        shown = self._world.change(self._refs[native], self.named(card), self._now())
        assert shown is not None, "the world has lost a message"
        return self._seen(native, shown, card)

    def native_of(self, ref: MessageRef) -> NativeId:
        return self._natives[ref]

    def ref_of(self, native: NativeId) -> MessageRef | None:
        return self._refs.get(native)

    # -- words and addresses -------------------------------------------------------------------

    def named(self, value: T) -> T:
        """Return a card, a form or words with names where Discord has ids."""
        return cast(T, self._named(value))

    def address(self, to: Address) -> Address:
        match to:
            case Reply():
                known = self._replies[to.token]
                return replace(known, instead=to.instead)
            case PrivateThread():
                return PrivateThread(self.named(to.room), self.named(to.person))
            case NewInbox():
                return NewInbox(self.named(to.person))
            case _:
                return self.named(to)

    # -- events --------------------------------------------------------------------------------

    def heard(self, event: Event) -> None:
        """Note what somebody did before peerbot knows of it."""
        match event:
            case MessagePosted(edited=True):
                self._edited(event)
            case MessagePosted():
                self._posted(event)
            case MessageDeleted():
                ref = self._refs.get(_native(event.ref))
                self._world.deleted |= {ref} if ref is not None else set()
            case _ if isinstance(event, Answerable):
                self.asked(event)
            case _:
                pass

    def asked(self, event: Answerable) -> None:
        """Note where an interaction can be answered."""
        if event.reply.token in self._replies:
            return
        beside = None
        if isinstance(event, ButtonPressed) and event.message is not None:
            beside = self._refs.get(_native(event.message))
        room = getattr(event, "room", None)
        self._replies[event.reply.token] = self._world.new_reply(
            self.actor(event.actor),
            self._now(),
            DIRECT if room is None else self.named(room).id,
            beside,
        )

    def actor(self, actor: Actor) -> Actor:
        return self._world.actor(self.named(actor.person))

    # -- inside --------------------------------------------------------------------------------

    def _seen(self, native: NativeId, shown: Shown, card: Card) -> Shown:
        message = self._town.env.backend.get_message(*native)
        finding.must_show(message, card)
        reader = person_of(shown.to)
        readers = self._town.readers_of(message)
        if (readers is None) != (reader is None) or (reader and readers != {reader.id}):
            raise finding.Missing(f"{card.key} is for {reader}, and read by {readers}")
        return shown

    def _posted(self, event: MessagePosted) -> None:
        place = DIRECT if event.room is None else self.named(event.room).id
        ref = self._world.new_ref(place)
        self.pair(_native(event.ref), ref)
        post = replace(
            event,
            actor=self.actor(event.actor),
            space=None if event.space is None else SPACE,
            room=None if event.room is None else Room(PLATFORM, place),
            ref=ref,
            permalink=f"console://{place.lstrip('@')}/{ref.message}",
        )
        self._links[_native(event.ref)] = post.permalink or ""
        self._world.posts.append(post)

    def _edited(self, event: MessagePosted) -> None:
        ref = self._refs[_native(event.ref)]
        posts = self._world.posts
        number = next(n for n, one in enumerate(posts) if one.ref == ref)
        posts[number] = replace(posts[number], text=event.text, edited=True, at=event.at)

    def pair(self, native: NativeId, ref: MessageRef) -> None:
        self._refs[native] = ref
        self._natives[ref] = native

    def _interaction(self, token: str) -> Any:
        return self._town.env.backend.interactions[int(token.partition(":")[0])]

    def _named(self, value: object) -> object:
        match value:
            case str():
                return _LINK.sub(self._link, value)
            case Person(platform=platform, id=id_) if platform == DISCORD:
                return Person(PLATFORM, self._town.name_of(id_))
            case Room(platform=platform, id=id_) if platform == DISCORD:
                return Room(PLATFORM, self._town.name_of(id_))
            case Mention(str() as role):
                return Mention(self._town.name_of(role))
            case ChannelPick() | MemberPick():
                return replace(value, initial=self._town.name_of(value.initial))
            case Card():
                pings = tuple(self._ping(one) for one in value.pings)
                return replace(self._parts(value), pings=pings)
            case Action():
                return value
            case tuple():
                return tuple(self._named(one) for one in value)
            case _ if is_dataclass(value) and not isinstance(value, type):
                return self._parts(value)
            case _:
                return value

    def _parts(self, value: T) -> T:
        own = {one.name: getattr(value, one.name) for one in fields(value)}  # type: ignore[arg-type]
        named = {name: self._named(part) for name, part in own.items()}
        new = {name: part for name, part in named.items() if part is not own[name]}
        return replace(value, **new) if new else value  # type: ignore[type-var]

    def _ping(self, one: Person | str) -> Person | str:
        return self._town.name_of(one) if isinstance(one, str) else self.named(one)

    def _link(self, found: re.Match[str]) -> str:
        return self._links.get((int(found[1]), int(found[2])), found[0])


class Listening(PassingOn):
    """Implements `Core` before the real one: the mirror hears everything first.

    `beyond` does what peerbot does outside of what simcord calls the bot's own work.
    """

    def __init__(
        self, core: Core, mirror: Mirror, beyond: Callable[[Awaitable[Any]], Awaitable[Any]]
    ) -> None:
        super().__init__(core)
        self._mirror = mirror
        self._beyond = beyond
        self.opened: Opened | Card | None = None
        """What the last press or command opened."""
        self.reasons: Mapping[str, Words] = {}
        """Why the last form was not taken."""

    async def open_form(self, event: ButtonPressed | CommandUsed) -> Form | Card:
        self._mirror.asked(event)
        opened: Form | Card = await self._beyond(self._core.open_form(event))
        action = self._core.form_action(event)
        if isinstance(opened, Card) or action is None:
            self.opened = opened if isinstance(opened, Card) else None
        else:
            self.opened = Opened(event, action, opened)
        return opened

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        self._mirror.heard(event)
        reasons: Mapping[str, Words] = await self._beyond(self._core.dispatch(event))
        if isinstance(event, FormSubmitted):
            self.reasons = reasons
        return reasons


def room_in(town: Town, name: str) -> Room:
    return Room(DISCORD, town.room_id(name), space=str(town.guild.id))


def space_of(town: Town) -> Space:
    return Space(DISCORD, str(town.guild.id))


def _native(ref: MessageRef) -> NativeId:
    return int(ref.room), int(ref.message)
