"""The switchboard: the right platform, and each reader's own language."""

import asyncio
from datetime import timedelta

import pytest

from peerbot.chat import adapters
from peerbot.chat.actions import action
from peerbot.chat.adapters import Capabilities, Core, NoSuchAdapter, SpaceFacts
from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, Room, Space
from peerbot.chat.cards import Button, Card, Text, buttons, card
from peerbot.chat.events import ButtonPressed
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.gateway import Delivered, TryLater, Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.router import Router
from peerbot.chat.switchboard import Switchboard
from peerbot.chat.text import Rich
from peerbot.chat.word_filter import CannotWatch, Watching, WatchWords
from peerbot.errors import Refused
from peerbot.i18n import Msg, _
from peerbot.testing import (
    GENERAL,
    ROBIN,
    SAM,
    EnglishReaders,
    OpenDoor,
    SilentScreen,
    a_press,
    a_submission,
    an_actor,
)

HELLO = card("toy.hello", Text(_("{n} is said", n=Msg("yes"))), summary=_("Hello"))


class Platform:
    """An adapter that keeps what it was handed."""

    name = "test"
    capabilities = Capabilities(private_thread=True)

    def __init__(self) -> None:
        self.sent: list[tuple[Address, Card, str | None]] = []
        self.edited: list[tuple[MessageRef, Card]] = []
        self.fails: Exception | None = None
        self.looked = 0

    async def start(self, core: Core) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if self.fails is not None:
            raise self.fails
        self.sent.append((to, card, nonce))
        return Delivered(MessageRef("test", "general", "m1"))

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        self.edited.append((ref, card))
        return Delivered(ref)

    def domain(self, to: Address) -> str:
        return "one-lane"

    async def facts(self, space: Space) -> SpaceFacts:
        return SpaceFacts(name="Home", rooms=(), roles=())

    async def who_runs(self, space: Space) -> tuple[Person, ...]:
        return (SAM,)

    async def look_around(self) -> None:
        if self.fails is not None:
            raise self.fails
        self.looked += 1


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def readers() -> EnglishReaders:
    return EnglishReaders()


@pytest.fixture
def board(platform: Platform, readers: EnglishReaders) -> Switchboard:
    board = Switchboard(readers)
    board.plug(platform)
    router = Router(board, SilentScreen(), OpenDoor())

    async def build(event: object) -> Form:
        words = TextIn(key="words", label=_("Words"), surface=Surface.PRIVATE)
        return Form(title=_("Title"), submit=_("Send"), fields=(words,))

    async def submit(event: object) -> None:
        raise Refused(words=_("Not so."))

    router.form("toy", "ask", build, submit)
    board.lead_to(router)
    return board


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue that says it is French, so that no real translation is needed."""

    class Catalogue:
        def gettext(self, words: str) -> str:
            return f"[fr] {words}"

    monkeypatch.setattr("peerbot.i18n._catalogue", lambda language: Catalogue())


async def test_a_card_arrives_with_every_word_resolved(
    board: Switchboard, platform: Platform
) -> None:
    await board.send(GENERAL, HELLO, nonce="n-1")
    ((to, shown, nonce),) = platform.sent
    assert (to, nonce) == (GENERAL, "n-1")
    assert shown.children == (Text(Rich(("yes is said",))),)
    assert shown.summary == Rich(("Hello",))


async def test_each_reader_gets_their_own_language(
    board: Switchboard, platform: Platform, readers: EnglishReaders, french: None
) -> None:
    readers.languages[SAM] = "fr"
    for to in (NewInbox(SAM), ROBIN, GENERAL):
        await board.send(to, HELLO)
    assert [plain(shown.summary) for _to, shown, _nonce in platform.sent] == [
        "[fr] Hello",
        "Hello",
        "Hello",
    ]


async def test_an_edit_is_in_the_language_of_the_room_or_of_the_reader_named(
    board: Switchboard, platform: Platform, readers: EnglishReaders, french: None
) -> None:
    readers.languages[SAM] = "fr"
    ref = MessageRef("test", "general", "m1")
    await board.edit(ref, HELLO)
    await board.edit(ref, HELLO, reader=SAM)
    assert [plain(shown.summary) for _ref, shown in platform.edited] == ["Hello", "[fr] Hello"]


async def test_what_the_platform_says_of_someones_language_is_remembered(
    board: Switchboard, platform: Platform, french: None
) -> None:
    opening = ButtonPressed(
        actor=an_actor(SAM, locale="fr"),
        at=a_press(action("toy", "ask")).at,
        space=None,
        action=action("toy", "ask"),
        reply=a_press(action("toy", "ask")).reply,
    )
    form = await board.open_form(opening)
    assert isinstance(form, Form)
    assert plain(form.title) == "[fr] Title"
    assert plain(board.say(_("Yes"), an_actor(SAM))) == "[fr] Yes"


async def test_reasons_for_a_refusal_are_in_the_persons_language(
    board: Switchboard, readers: EnglishReaders, french: None
) -> None:
    readers.languages[SAM] = "fr"
    reasons = await board.dispatch(a_submission(action("toy", "ask"), {"words": "x"}))
    assert {key: plain(words) for key, words in reasons.items()} == {"words": "[fr] Not so."}


class Filtering(Platform):
    """A platform with a filter for words, which is a while about it if `hangs`."""

    def __init__(self) -> None:
        super().__init__()
        self.word_filter = self
        self.asked: list[str] = []
        self.hangs = False

    async def begin_watching(self, space: Space, watch: WatchWords, *, on: bool) -> None:
        self.asked.append(f"begin {space.id} {on}")

    async def keep_watching(self, space: Space, watch: WatchWords) -> Watching:
        if self.hangs:
            await asyncio.Event().wait()
        raise CannotWatch("no right")

    async def stop_watching(self, space: Space) -> None:
        self.asked.append(f"stop {space.id}")


async def test_a_word_filter_is_asked_through_the_platform_that_has_one(
    readers: EnglishReaders,
) -> None:
    platform, board = Filtering(), Switchboard(readers, patience=timedelta(milliseconds=20))
    board.plug(platform)
    home, watch = Space("test", "home"), WatchWords(phrases=("x",), room=GENERAL)
    await board.begin_watching(home, watch, on=False)
    await board.stop_watching(home)
    assert platform.asked == ["begin home False", "stop home"]
    with pytest.raises(CannotWatch):
        await board.keep_watching(home, watch)
    platform.hangs = True
    with pytest.raises(TryLater):
        await board.keep_watching(home, watch)


async def test_a_platform_without_a_word_filter_says_so(board: Switchboard) -> None:
    with pytest.raises(Undeliverable, match="no filter for words") as raised:
        await board.stop_watching(Space("test", "home"))
    assert raised.value.why is Why.UNSUPPORTED


async def test_a_platform_that_is_not_connected_is_undeliverable(board: Switchboard) -> None:
    for sending in (
        board.send(Room("elsewhere", "r"), HELLO),
        board.send(NewInbox(Person("elsewhere", "p")), HELLO),
        board.edit(MessageRef("elsewhere", "r", "m"), HELLO),
        board.facts(Space("elsewhere", "s")),
        board.stop_watching(Space("elsewhere", "s")),
    ):
        with pytest.raises(Undeliverable, match="elsewhere is not connected") as raised:
            await sending
        assert raised.value.why is Why.GONE


async def test_an_adapter_that_was_unplugged_is_not_connected(board: Switchboard) -> None:
    board.unplug("test")
    with pytest.raises(Undeliverable):
        await board.send(GENERAL, HELLO)
    assert board.adapters == ()


async def test_errors_of_a_platform_come_out_as_they_are(
    board: Switchboard, platform: Platform
) -> None:
    platform.fails = TryLater("busy", timedelta(seconds=3))
    with pytest.raises(TryLater) as raised:
        await board.send(GENERAL, HELLO)
    assert raised.value.wait == timedelta(seconds=3)


def test_capabilities_are_those_of_the_platform_and_none_where_there_is_none(
    board: Switchboard,
) -> None:
    assert board.capabilities("test").private_thread
    assert board.capabilities("elsewhere") == Capabilities()
    assert board.domain(GENERAL) == "one-lane"
    assert board.domain(Room("elsewhere", "r")) == "elsewhere"
    assert Capabilities().named()["private_thread"] is False


def test_a_switchboard_that_leads_nowhere_says_so() -> None:
    with pytest.raises(RuntimeError, match="lead_to"):
        _commands = Switchboard(EnglishReaders()).commands


def test_an_adapter_that_is_not_installed_is_named_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapters, "entry_points", lambda group: ())
    with pytest.raises(NoSuchAdapter, match=r"no adapter 'matrix' is installed \(installed: \)"):
        adapters.load("matrix")


async def test_buttons_keep_their_actions_on_the_way(
    board: Switchboard, platform: Platform
) -> None:
    asked = card("toy.ask", buttons(Button(action("toy", "ask", "a1"), _("Ask"))), summary=_("s"))
    await board.send(GENERAL, asked)
    assert plain_card(platform.sent[0][1]) == "[Ask]"
    assert platform.sent[0][1].children[0].buttons[0].action == action("toy", "ask", "a1")  # type: ignore[union-attr]


async def test_a_platform_that_hangs_is_busy_and_holds_up_nobody() -> None:
    class Hangs(Platform):
        async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
            await asyncio.Event().wait()
            raise AssertionError

        async def edit(self, ref: MessageRef, card: Card) -> Delivered:
            await asyncio.Event().wait()
            raise AssertionError

        async def still_shows(self, ref: MessageRef) -> bool:
            await asyncio.Event().wait()
            raise AssertionError

        async def facts(self, space: Space) -> SpaceFacts:
            await asyncio.Event().wait()
            raise AssertionError

        async def who_runs(self, space: Space) -> tuple[Person, ...]:
            await asyncio.Event().wait()
            raise AssertionError

    board = Switchboard(EnglishReaders(), patience=timedelta(milliseconds=1))
    board.plug(Hangs())
    with pytest.raises(TryLater):
        await board.send(SAM, HELLO)
    with pytest.raises(TryLater):
        await board.edit(MessageRef("test", "general", "m1"), HELLO)
    with pytest.raises(TryLater):
        await board.still_shows(MessageRef("test", "general", "m1"))
    with pytest.raises(TryLater):
        await board.facts(Space("test", "home"))
    with pytest.raises(TryLater):
        await board.who_runs(Space("test", "home"))


async def test_a_defect_of_an_adapter_costs_one_card_and_is_told() -> None:
    told: list[tuple[str, Exception]] = []
    board = Switchboard(EnglishReaders(), on_defect=lambda *what: told.append(what))
    platform = Platform()
    platform.fails = KeyError("a name")
    board.plug(platform)
    with pytest.raises(Undeliverable) as refused:
        await board.send(SAM, HELLO)
    assert refused.value.why is Why.REJECTED
    assert "a name" not in str(refused.value)
    assert told == [("test", platform.fails)]


async def test_a_platform_that_cannot_look_around_keeps_no_other_from_it() -> None:
    broken, other = Platform(), Platform()
    broken.name, broken.fails, other.name = "broken", ZeroDivisionError(), "other"
    told: list[str] = []
    board = Switchboard(EnglishReaders(), on_defect=lambda name, _error: told.append(name))
    board.plug(broken)
    board.plug(other)
    await board.look_around()
    assert (told, other.looked) == (["broken"], 1)


def test_where_we_are_is_asked_of_whoever_knows_and_nobody_else_guesses() -> None:
    home = {Space("test", "home"): "Home"}
    board = Switchboard(EnglishReaders(), spaces=lambda name: home if name == "test" else {})
    assert board.spaces("test") == home
    assert board.spaces("other") == {}
    assert Switchboard(EnglishReaders()).spaces("test") is None


async def test_a_platform_that_looks_around_for_ever_holds_up_no_start() -> None:
    hanging, other = Platform(), Platform()
    hanging.name, other.name = "hanging", "other"
    hanging.look_around = asyncio.Event().wait  # type: ignore[assignment]  # it never comes
    board = Switchboard(EnglishReaders(), patience=timedelta(milliseconds=5))
    board.plug(hanging)
    board.plug(other)
    await board.look_around()
    assert other.looked == 1
