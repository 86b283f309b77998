"""What people do on the console's platform, told to peerbot as events."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from adapters.console.inbound import Prompt
from adapters.console.typed import Delete, Edit, Flag, Leave, Membership, SetInbox
from adapters.console.world import (
    DEFAULT_ROOM,
    DIRECT,
    OWNER,
    PLATFORM,
    SPACE,
    SPACE_NAME,
    STAFF_ROOM,
    TEAM_ROLES,
    Inbox,
    OpenForm,
    Pressable,
    World,
)
from peerbot.chat.actions import Action
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Actor, MessageRef, Person, Reply, Room, Space
from peerbot.chat.cards import Card
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    HomeOpened,
    Installed,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageFlagged,
    MessagePosted,
    OptionTyped,
    Removed,
)
from peerbot.chat.forms import Values
from peerbot.chat.suggestions import Suggestion
from peerbot.clock import Clock
from peerbot.errors import PeerbotError
from peerbot.i18n import LANGUAGES, Msg, _

FIRST = "sam"


class CannotDo(PeerbotError):
    """The platform would not let a person do this; `why` says so in words for them."""

    def __init__(self, why: Msg) -> None:
        super().__init__(str(why))
        self.why = why


class Deeds:
    """Everything a person can do here. Each returns when peerbot has handled it."""

    def __init__(self, world: World, core: Callable[[], Core], now: Clock) -> None:
        self._world = world
        self._core = core
        self._now = now
        self._places: dict[str, str] = {}
        self.current = FIRST
        """The name of the person who acts."""

    # -- who and where -------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        return self._world.actor(Person(PLATFORM, self.current))

    @property
    def place(self) -> str:
        """Return where the person writes: a room's name, or `@dm`."""
        return self._places.get(self.current, DEFAULT_ROOM)

    async def step_in(self, prompt: Prompt) -> None:
        """Let somebody act from now on; who was never here joins the space first."""
        name = prompt.name.lower()
        known = self._world.people.get(name)
        actor = known or Actor(person=Person(PLATFORM, name), name=prompt.name)
        self._must_be_there(prompt)
        if prompt.roles is not None:
            roles = prompt.roles - {"admin"}
            actor = replace(
                actor, owns_space="admin" in prompt.roles, platform_roles=frozenset(roles)
            )
        if prompt.locale is not None:
            actor = replace(actor, locale=prompt.locale)
        if prompt.place == STAFF_ROOM and not self._world.is_team(actor):
            raise CannotDo(_("Only moderators and staff see #{room}.", room=prompt.place))
        self.current = name
        self._world.people[name] = actor
        if self.place == STAFF_ROOM and not self._world.is_team(actor):
            del self._places[name]
        if prompt.place is not None:
            self._places[name] = prompt.place
        if known is None or name in self._world.left:
            self._world.left.discard(name)
            await self._told(MemberJoined(actor=actor, at=self._now(), space=SPACE))

    async def install(self, name: str, owner: str) -> None:
        """Tell peerbot that it is in the space, as a platform does that cannot say who added it."""
        await self._core().dispatch(self._installed(name, owner, is_certain=False))

    async def set_membership(self, *, added: bool) -> None:
        """Let whoever runs the space take peerbot out of it, or add it again."""
        self._world.is_in = added
        if added:
            await self._core().dispatch(self._installed(SPACE_NAME, OWNER, is_certain=True))
            return
        owner = Actor(person=Person(PLATFORM, OWNER), name=OWNER)
        await self._core().dispatch(Removed(actor=owner, at=self._now(), space=SPACE))

    async def leave(self) -> None:
        self._world.left.add(self.current)
        await self._told(MemberLeft(actor=self.actor, at=self._now(), space=SPACE))

    # -- writing -------------------------------------------------------------------------------

    async def say(self, text: str) -> None:
        """Write in the room or to the bot; writing to the bot opens the inbox."""
        if self._is_direct and self._world.inbox(self.actor.person) is Inbox.UNOPENED:
            self._world.inboxes[self.current] = Inbox.OPEN
        ref = self._world.new_ref(self.place)
        post = MessagePosted(
            actor=self.actor,
            at=self._now(),
            space=self._space,
            text=text,
            room=self._room,
            ref=ref,
            permalink=f"console://{self.place.lstrip('@')}/{ref.message}",
        )
        self._world.posts.append(post)
        self._must_be_in()
        await self._core().dispatch(post)

    async def edit(self, text: str) -> None:
        before = self._own_post()
        after = replace(before, text=text, at=self._now(), actor=self.actor, edited=True)
        self._world.posts[self._world.posts.index(before)] = after
        await self._told(after)

    async def delete(self) -> None:
        post = self._own_post()
        self._world.deleted.add(post.ref)
        await self._told(
            MessageDeleted(actor=self.actor, at=self._now(), space=post.space, ref=post.ref)
        )

    async def flag(self, whom: str) -> None:
        """Flag the newest message of somebody for moderators."""
        post = self._world.last_post_of(Person(PLATFORM, whom.lower()))
        if post is None:
            raise CannotDo(_("{name} has written nothing that could be flagged.", name=whom))
        self._must_be_in()
        await self._core().dispatch(
            MessageFlagged(
                actor=self.actor,
                at=self._now(),
                space=post.space,
                message=post,
                reply=self._reply(None),
            )
        )

    # -- pressing and filling in ---------------------------------------------------------------

    async def use(self, name: str, options: Mapping[str, str]) -> OpenForm | None:
        """Use a command; return the form that it opens, if it opens one."""
        event = CommandUsed(
            actor=self.actor,
            at=self._now(),
            space=self._space,
            name=name,
            reply=self._reply(None),
            room=self._room,
            options=options,
        )
        return await self._open_or_dispatch(event, None)

    async def suggestions(
        self, name: str, option: str, typed: str, options: Mapping[str, str]
    ) -> tuple[Suggestion, ...]:
        """Return what is offered to the person who types an option of a command."""
        if not self._world.is_in:
            return ()
        return await self._core().suggestions(
            OptionTyped(
                actor=self.actor,
                at=self._now(),
                space=self._space,
                name=name,
                option=option,
                typed=typed,
                options=options,
            )
        )

    async def press(self, thing: Pressable, values: tuple[str, ...] = ()) -> OpenForm | None:
        """Press a button, or choose `values` from a list; return the form that it opens."""
        shown = thing.shown
        in_room = shown.ref.room != DIRECT
        event = ButtonPressed(
            actor=self.actor,
            at=self._now(),
            space=SPACE if in_room else None,
            action=thing.action,
            reply=self._reply(shown.ref),
            room=Room(PLATFORM, shown.ref.room) if in_room else None,
            message=shown.ref,
            values=values,
        )
        return await self._open_or_dispatch(event, shown.ref)

    async def ask(self, thing: Pressable) -> None:
        """Press what asks first. Here the question is asked by whoever reads the screen."""

    async def leave_alone(self, thing: Pressable) -> None:
        """Answer no to the question of `ask`: nothing happens."""

    async def submit(self, opened: OpenForm, values: Values) -> OpenForm | None:
        """Send a form; if it is not taken, return it as it was filled in, with the reasons."""
        event = FormSubmitted(
            actor=self.actor,
            at=self._now(),
            space=opened.space,
            action=opened.action,
            values=values,
            reply=self._reply(opened.beside),
            room=opened.room,
        )
        self._must_be_in()
        reasons = await self._core().dispatch(event)
        if not reasons:
            self.close_form()
            return None
        again = replace(opened, form=opened.form.keeping(values), reasons=reasons)
        self._world.forms[self.current] = again
        return again

    @property
    def open_form(self) -> OpenForm | None:
        return self._world.forms.get(self.current)

    def close_form(self) -> None:
        self._world.forms.pop(self.current, None)

    # -- the rest ------------------------------------------------------------------------------

    async def do(self, deed: Flag | Edit | Delete | Leave | SetInbox | Membership) -> None:
        """Do what is the same whoever plays, by hand or by a script."""
        match deed:
            case Flag(whom):
                await self.flag(whom)
            case Edit(text):
                await self.edit(text)
            case Delete():
                await self.delete()
            case Leave():
                await self.leave()
            case SetInbox(whom, is_open):
                self.set_inbox(whom, is_open=is_open)
            case Membership(added):
                await self.set_membership(added=added)

    async def home(self) -> None:
        self._must_be_in()
        await self._core().dispatch(
            HomeOpened(actor=self.actor, at=self._now(), space=SPACE, reply=self._reply(None))
        )

    def set_inbox(self, whom: str, *, is_open: bool) -> None:
        name = whom.lower() or self.current
        self._world.inboxes[name] = Inbox.OPEN if is_open else Inbox.CLOSED

    # -- inside --------------------------------------------------------------------------------

    def _installed(self, name: str, owner: str, *, is_certain: bool) -> Installed:
        actor = Actor(person=Person(PLATFORM, owner), name=owner, owns_space=True)
        return Installed(actor=actor, at=self._now(), space=SPACE, name=name, is_certain=is_certain)

    async def _told(self, event: Event) -> None:
        """Tell peerbot what happened in the space, unless it was taken out of it."""
        if self._world.is_in:
            await self._core().dispatch(event)

    def _must_be_in(self) -> None:
        """Raise `CannotDo` if peerbot was taken out of the space: nothing reaches it then."""
        if not self._world.is_in:
            raise CannotDo(
                _(
                    "peerbot was taken out of this community, so this does not reach it. "
                    ":trouble peerbot added brings it back."
                )
            )

    def _must_be_there(self, prompt: Prompt) -> None:
        """Raise `CannotDo` for a role or room that nobody has heard of; says which there are."""
        known = (*TEAM_ROLES, "admin")
        unknown = sorted((prompt.roles or frozenset()) - set(known))
        if unknown:
            raise CannotDo(
                _(
                    "There is no role {role} here. There are: {offered}; languages: {spoken}.",
                    role=unknown[0],
                    offered=", ".join(known),
                    spoken=", ".join(LANGUAGES),
                )
            )
        if prompt.place is not None and prompt.place not in {DIRECT, *self._world.rooms}:
            rooms = ", ".join([*(f"#{one}" for one in self._world.rooms), DIRECT])
            raise CannotDo(
                _(
                    "There is no #{room} here. There are: {offered}.",
                    room=prompt.place,
                    offered=rooms,
                )
            )

    @property
    def _is_direct(self) -> bool:
        return self.place == DIRECT

    @property
    def _space(self) -> Space | None:
        return None if self._is_direct else SPACE

    @property
    def _room(self) -> Room | None:
        return None if self._is_direct else Room(PLATFORM, self.place)

    def _reply(self, beside: MessageRef | None) -> Reply:
        room = beside.room if beside else self.place
        return self._world.new_reply(self.actor, self._now(), room, beside)

    def _own_post(self) -> MessagePosted:
        post = self._world.last_post_of(self.actor.person)
        if post is None:
            raise CannotDo(_("{name} has written nothing yet.", name=self.actor.name))
        return post

    async def _open_or_dispatch(
        self, event: ButtonPressed | CommandUsed, beside: MessageRef | None
    ) -> OpenForm | None:
        self._must_be_in()
        core = self._core()
        wanted = core.form_action(event)
        if wanted is None:
            await core.dispatch(event)
            return None
        return await self._opened(core, event, wanted, beside)

    async def _opened(
        self,
        core: Core,
        event: ButtonPressed | CommandUsed,
        wanted: Action,
        beside: MessageRef | None,
    ) -> OpenForm | None:
        form = await core.open_form(event)
        if isinstance(form, Card):
            self._world.show(event.reply, form, self._now(), None)
            return None
        opened = OpenForm(
            action=wanted, form=form, space=event.space, room=event.room, beside=beside
        )
        self._world.forms[self.current] = opened
        return opened
