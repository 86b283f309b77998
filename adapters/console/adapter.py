"""The console as an adapter: takes cards like any platform, and seats a person in front of it."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from adapters.console.deeds import Deeds
from adapters.console.steps import headers
from adapters.console.world import (
    DIRECT,
    OWNER,
    PLATFORM,
    SPACE,
    SPACE_NAME,
    STAFF_ROOM,
    Inbox,
    World,
)
from peerbot.chat.adapters import Capabilities, Core, RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import (
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
from peerbot.chat.gateway import Delivered, TryLater, Undeliverable, Why
from peerbot.chat.stage import Headers, Stage
from peerbot.clock import Clock, SystemClock


class Console:
    """Implements `Adapter` and `Player`. `world` is the platform, `deeds` are its people."""

    name = PLATFORM
    capabilities = Capabilities(
        private_thread=True,
        home_surface=True,
        native_chart=True,
        form_field_errors=True,
        message_content=True,
        clinical_instruments=True,
        pins=True,
        idempotent_sends=True,
        sends_per_second=10_000,
    )

    def __init__(self, clock: Clock | None = None) -> None:
        self.world = World()
        self._now: Clock = clock or SystemClock()
        self._core: Core | None = None
        self.deeds = Deeds(self.world, lambda: self._connected, self.now)

    # -- Adapter -------------------------------------------------------------------------------

    async def start(self, core: Core) -> None:
        """Hand events to `core` from now on; may be called again after a restart of the house."""
        self._core = core

    async def stop(self) -> None:
        self._core = None

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if self.world.busy_sends > 0:
            self.world.busy_sends -= 1
            raise TryLater("the console was asked to be busy", timedelta(seconds=30))
        self._must_reach(to)
        if isinstance(to, Reply) and to.instead:
            beside = self.world.private_card_beside(to)
            if beside is not None:
                return await self.edit(beside, card)
        shown = self.world.show(to, card, self._now(), nonce)
        return Delivered(shown.ref, pinned=shown.pinned)

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        if not self.world.is_in and ref.room != DIRECT:
            raise Undeliverable(Why.FORBIDDEN, "not in the space")
        changed = self.world.change(ref, card, self._now())
        if changed is None:
            raise Undeliverable(Why.GONE, "there is no such message")
        return Delivered(changed.ref, pinned=changed.pinned)

    async def still_shows(self, ref: MessageRef) -> bool:
        return self.world.current(ref) is not None

    def domain(self, to: Address) -> str:
        del to
        return PLATFORM

    async def look_around(self) -> None:
        """Nothing happens here that nobody sees."""

    async def facts(self, space: Space) -> SpaceFacts:
        """Return the rooms and roles that are here now; nothing is ever missing."""
        self._be_in(space)
        rooms = (
            RoomFact(room=Room(PLATFORM, name), name=name, everyone=name != STAFF_ROOM)
            for name in self.world.rooms
        )
        roles = (RoleFact(id=role, name=role) for role in self.world.roles)
        return SpaceFacts(name=SPACE_NAME, rooms=tuple(rooms), roles=tuple(roles))

    async def who_runs(self, space: Space) -> tuple[Person, ...]:
        self._be_in(space)
        return tuple(one.person for one in self.world.people.values() if one.owns_space)

    def _be_in(self, space: Space) -> None:
        if space != SPACE or not self.world.is_in:
            raise Undeliverable(Why.GONE, "there is no such space")

    # -- Player --------------------------------------------------------------------------------

    async def play(
        self,
        stage: Stage,
        *,
        script: str | None,
        as_json: bool,
        name: str = "script",
        lines: Iterable[str] | None = None,
        write: Callable[[str], object] | None = None,
    ) -> int:
        """Let a person (or `script`, called `name` in its errors) play until they leave.

        The person types at the terminal, or has typed `lines` elsewhere.

        Returns the exit code: 0, or 1 when a step of the script failed. The platform says first
        that peerbot was installed, as it does each time a console is opened.
        """
        self._now = stage.now
        await self.deeds.install(SPACE_NAME, OWNER)
        await stage.settle()
        if script is not None:
            from adapters.console.script import ScriptPlay

            out = write or sys.stdout.write
            return await ScriptPlay(self, stage, out, as_json=as_json).play(script, name)
        from adapters.console.terminal import play_by_hand

        return await play_by_hand(self, stage, lines)

    def headers(self, script: str) -> Headers:
        """Return what a script wants of its stage. Raises `ScriptProblem`."""
        return headers(script)

    @property
    def core(self) -> Core:
        return self._connected

    def now(self) -> datetime:
        """Return the time: the stage's once somebody plays."""
        return self._now()

    # -- inside --------------------------------------------------------------------------------

    @property
    def _connected(self) -> Core:
        if self._core is None:
            raise RuntimeError("the console is not started: nobody takes its events")
        return self._core

    def _must_reach(self, to: Address) -> None:
        """Raise `Undeliverable` if the platform has no way to `to`; open a new inbox if asked."""
        person = person_of(to)
        if person is not None and person.id in self.world.left:
            raise Undeliverable(Why.LEFT)
        if not self.world.is_in:
            # There is no other space that peerbot could share with anybody.
            raise Undeliverable(Why.FORBIDDEN if person is None else Why.LEFT)
        match to:
            case Room(id=room) | PrivateThread(room=Room(id=room)) if room not in self.world.rooms:
                raise Undeliverable(Why.GONE, "there is no such room")
            case Reply() if not self.world.reply_is_open(to, self._now()):
                raise Undeliverable(Why.GONE, "the reply's time is over")
            case Person():
                self._must_take(to)
            case NewInbox(person=person):
                self._must_take(person, opening=True)
            case _:
                pass

    def _must_take(self, person: Person, *, opening: bool = False) -> None:
        match self.world.inbox(person):
            case Inbox.CLOSED:
                raise Undeliverable(Why.CLOSED)
            case Inbox.UNOPENED if not opening:
                raise Undeliverable(Why.NO_INBOX)
            case Inbox.UNOPENED:
                self.world.inboxes[person.id] = Inbox.OPEN
            case Inbox.OPEN:
                pass


def connect(settings: object) -> Console:
    """Return a console; it needs no token and no setting."""
    del settings
    return Console()
