"""A house with one toy feature, whose router is looked at."""

from dataclasses import dataclass, field

from peerbot.chat.actions import action
from peerbot.chat.addresses import Room, Space
from peerbot.chat.cards import Card, Option, Text, card
from peerbot.chat.commands import Command, Parameter, Pick
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessagePosted,
)
from peerbot.chat.forms import Choice, Form, Surface, TextIn
from peerbot.chat.router import Answer, Failure, Gate, Heard, Router
from peerbot.i18n import _
from peerbot.testing import (
    OpenDoor,
    RecordingGateway,
    SilentScreen,
)

GO = action("toy", "go")
NOTE = action("toy", "note", "n7")
DONE = card("toy.done", Text(_("Done.")), summary=_("Done"))
FORM = Form(
    title="Note",
    submit="Save",
    fields=(
        TextIn(key="words", label="Words", surface=Surface.PRIVATE, most=20),
        TextIn(key="staff", label="For staff", surface=Surface.TO_STAFF, required=False),
        Choice(key="mood", label="Mood", options=(Option("a", "A"),), required=False),
    ),
)


@dataclass
class House:
    """A router with a feature whose handlers do what a test says."""

    gateway: RecordingGateway = field(default_factory=RecordingGateway)
    screen: SilentScreen = field(default_factory=SilentScreen)
    door: OpenDoor = field(default_factory=OpenDoor)
    failures: list[Failure] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    raises: Exception | None = None
    form_raises: Exception | None = None
    answer: Answer = DONE

    def __post_init__(self) -> None:
        self.router = Router(self.gateway, self.screen, self.door, self.failures.append)
        parameters = (
            Parameter(name="topic", summary=_("Topic"), picks=(Pick("rain", _("Rain")),)),
            Parameter(name="words", summary=_("Words"), surface=Surface.TO_STAFF),
        )
        look = Command(name="look", summary=_("Look"), parameters=parameters)
        write = Command(name="write", summary=_("Write"), opens=("toy", "note"))
        self.router.command("toy", look, self._handle)
        self.router.command("toy", write, self._handle)
        self.router.button("toy", "go", self._handle)
        self.router.form("toy", "note", self._build, self._handle)
        self.router.on(MessagePosted, "toy", self._listen)

    async def _handle(self, event: CommandUsed | ButtonPressed | FormSubmitted) -> Answer:
        self.handled.append(type(event).__name__)
        if self.raises is not None:
            raise self.raises
        return self.answer

    async def _build(self, event: object) -> Form:
        if self.form_raises is not None:
            raise self.form_raises
        return FORM

    async def _listen(self, event: MessagePosted) -> Answer:
        heard = len(self.screen.heard_words)
        self.handled.append(f"message after {heard} heard")
        if self.raises is not None:
            raise self.raises
        return None


class BrokenScreen(SilentScreen):
    async def heard(self, heard: Heard) -> None:
        raise RuntimeError("the screen is broken")


class ClosedDoor(OpenDoor):
    async def refusal(self, event: Event, gate: Gate) -> Card | None:
        return card("toy.closed", Text(f"{gate.feature} {gate.role.name}"), summary="Closed")


class Knowing(SilentScreen):
    """Finds nothing in words without a storm, and breaks over thunder."""

    def is_ordinary(self, text: str, space: Space, room: Room) -> bool:
        if "thunder" in text:
            raise RuntimeError("the screen is broken")
        return "storm" not in text
