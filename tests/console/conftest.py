"""A toy house with the real router and switchboard, played on the console."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console as RichConsole
from rich.console import RenderableType

from adapters.console.adapter import Console
from adapters.console.terminal import Hand
from peerbot.chat.actions import action
from peerbot.chat.addresses import NewInbox, Room, Space
from peerbot.chat.cards import (
    Bar,
    Button,
    Chart,
    Confirm,
    Heading,
    Option,
    Pager,
    Quote,
    Select,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.commands import Command, Parameter, Pick
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted, MessageFlagged
from peerbot.chat.forms import Choice, Form, Surface, TextIn
from peerbot.chat.heard import Heard
from peerbot.chat.router import Answer, Failure, Instead, Router
from peerbot.chat.stage import Trouble
from peerbot.chat.switchboard import Switchboard
from peerbot.clock import MovableClock
from peerbot.errors import Refused, StorageAway
from peerbot.i18n import _
from peerbot.testing import NOW, EnglishReaders, OpenDoor

GENERAL = Room("console", "general")
TEAM = Room("console", "care-team")


@dataclass
class Toy:
    """Two small features, a screen that notices one word, and a weekly card."""

    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    can_wait: bool = True
    failures: list[Failure] = field(default_factory=list)
    made: list[Trouble] = field(default_factory=list)
    saved: list[dict[str, object]] = field(default_factory=list)
    erased: int = 0
    storage_away: bool = False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def __post_init__(self) -> None:
        self.board = Switchboard(EnglishReaders())
        self.router = Router(self.board, self, OpenDoor(), self.failures.append)
        self.console = Console()
        self.board.plug(self.console)
        self.board.lead_to(self.router)
        self._declare()

    # -- the stage ---------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.clock()

    def zone_of(self, room: Room) -> ZoneInfo:
        del room
        return self.zone

    async def wait(self, length: timedelta) -> None:
        end = self.clock() + length
        while self.clock() + timedelta(days=7) <= end:
            self.clock.move(timedelta(days=7))
            await self.board.send(
                GENERAL, card("toy.week", Text(_("A week is over.")), summary=_("A week"))
            )
        self.clock.move_to(end)

    async def settle(self) -> None:
        return

    async def make(self, trouble: Trouble) -> None:
        self.made.append(trouble)
        self.storage_away = trouble is Trouble.DATABASE_AWAY

    # -- the screen --------------------------------------------------------------------------

    async def heard(self, heard: Heard) -> None:
        if "storm" in heard.text:
            alert = card(
                "toy.alert",
                Heading(_("Please look after a member")),
                summary=_("Alert"),
                tone=Tone.URGENT,
                pings=("moderator",),
            )
            here = card("toy.care", Text(_("We are here.")), summary=_("Here"), tone=Tone.CARE)
            await self.board.send(NewInbox(heard.author.person), here)
            await self.board.send(TEAM, alert)

    def is_ordinary(self, text: str, space: Space, room: Room) -> bool:
        return "storm" not in text

    # -- the features ------------------------------------------------------------------------

    def _declare(self) -> None:
        topic = Parameter(
            name="topic",
            summary=_("About what"),
            picks=(Pick("rain", _("Rain")), Pick("sun", _("Sun"))),
        )
        self.router.command(
            "toy",
            Command(name="weather", summary=_("The weather"), parameters=(topic,)),
            self.weather,
        )
        self.router.command("toy", Command(name="break", summary=_("Breaks")), self.breaks)
        self.router.button("toy", "page", self.page)
        self.router.button("toy", "pick", self.pick)
        self.router.button("toy", "erase", self.erase)
        self.router.form("toy", "note", self.note_form, self.note)
        self.router.on(MessageFlagged, "toy", self.flagged)

    async def weather(self, used: CommandUsed) -> Answer:
        about = used.options.get("topic", "anything")
        return card(
            "toy.weather",
            Heading(_("The weather")),
            Text(_("You asked about {about}.", about=about)),
            Chart(
                title=_("Days"),
                bars=(Bar(_("wet"), 2), Bar(_("dry"), 5)),
                alt=_("Five dry days"),
                table=((_("wet"), "2"), (_("dry"), "5")),
            ),
            buttons(
                Button(action("toy", "note"), _("Add a note"), Style.PRIMARY),
                Button(
                    action("toy", "erase"),
                    _("Erase"),
                    Style.DANGER,
                    Confirm(question=_("Erase it all?"), yes=_("Yes, erase"), no=_("Keep")),
                ),
            ),
            Select(
                action("toy", "pick"),
                _("What do you see?"),
                (Option("c", _("Clouds")), Option("b", _("Blue"))),
                most=2,
            ),
            Pager(1, 3, action("toy", "page")),
            summary=_("The weather of today"),
        )

    async def breaks(self, used: CommandUsed) -> Answer:
        raise RuntimeError("planted")

    async def page(self, pressed: ButtonPressed) -> Answer:
        page = int(pressed.action.args[-1])
        leaf = card(
            "toy.page",
            Text(_("This is page {page}.", page=page)),
            Pager(page, 3, action("toy", "page")),
            summary=_("A page"),
        )
        return Instead(leaf)

    async def pick(self, pressed: ButtonPressed) -> Answer:
        return card("toy.picked", Text(", ".join(pressed.values)), summary=_("Noted"))

    async def erase(self, pressed: ButtonPressed) -> Answer:
        self.erased += 1
        return card("toy.erased", Text(_("All is erased.")), summary=_("Erased"), tone=Tone.GOOD)

    async def note_form(self, _event: object) -> Form:
        return Form(
            title=_("A note"),
            submit=_("Save"),
            fields=(
                TextIn(key="words", label=_("Your words"), surface=Surface.PRIVATE, most=40),
                Choice(
                    key="mood",
                    label=_("Mood"),
                    options=(Option("w", _("Wet")), Option("d", _("Dry"))),
                ),
                TextIn(key="more", label=_("More"), surface=Surface.PRIVATE, required=False),
            ),
        )

    async def note(self, sent: FormSubmitted) -> Answer:
        if self.storage_away:
            raise StorageAway("planted")
        if sent.values["words"] == "snow":
            raise Refused(words=_("There is no snow here."))
        self.saved.append(dict(sent.values))
        return card(
            "toy.noted", Quote(str(sent.values["words"])), summary=_("Noted"), tone=Tone.GOOD
        )

    async def flagged(self, event: MessageFlagged) -> Answer:
        return card(
            "toy.flagged", Text(_("Thank you, a moderator will look.")), summary=_("Flagged")
        )


class Paper:
    """A screen that prints on paper and reads prepared lines."""

    def __init__(
        self, lines: Sequence[str], width: int = 80, *, typed_behind: bool = False
    ) -> None:
        self._lines = list(lines)
        self._typed_behind = typed_behind
        self._paper = StringIO()
        self._rich = RichConsole(file=self._paper, width=width, color_system=None, highlight=False)

    def draw(self, what: RenderableType) -> None:
        self._rich.print(what)

    async def ask(self, prompt: str, *, default: str = "") -> str:
        if not self._lines:
            raise EOFError
        typed = self._lines.pop(0)
        self._paper.write(f"{prompt}{typed}\n")
        return default + typed if self._typed_behind else typed or default

    @property
    def text(self) -> str:
        return self._paper.getvalue()


@dataclass
class Played:
    code: int
    out: str


Play = Callable[..., Awaitable[Played]]
ByHand = Callable[..., Awaitable[str]]


@pytest.fixture
def new_toy() -> Callable[[], Awaitable[Toy]]:
    async def new_toy() -> Toy:
        toy = Toy()
        await toy.console.start(toy.board)
        return toy

    return new_toy


@pytest.fixture
async def toy(new_toy: Callable[[], Awaitable[Toy]]) -> Toy:
    return await new_toy()


@pytest.fixture
def play_on() -> Play:
    """Play a script on a toy; return its exit code and what it printed."""

    async def play_on(toy: Toy, script: str, *, as_json: bool = False) -> Played:
        paper = StringIO()
        code = await toy.console.play(
            toy, script=script, as_json=as_json, name="test.flow", write=paper.write
        )
        return Played(code, paper.getvalue())

    return play_on


@pytest.fixture
def play(toy: Toy, play_on: Play) -> Play:
    """Play a script on the test's own toy."""

    async def play(script: str, *, as_json: bool = False) -> Played:
        return await play_on(toy, script, as_json=as_json)

    return play


@pytest.fixture
def by_hand(toy: Toy) -> ByHand:
    """Type lines; return everything that was on the screen."""

    async def by_hand(*lines: str, width: int = 80, typed_behind: bool = False) -> str:
        screen = Paper(lines, width, typed_behind=typed_behind)
        toy.console._now = toy.now
        assert await Hand(toy.console, toy, screen).play() == 0
        return screen.text

    return by_hand
