"""The router: words are screened before features see them; what breaks stops nothing else."""

import asyncio
from datetime import timedelta

import pytest

from peerbot.chat.actions import action
from peerbot.chat.addresses import NewInbox, Room
from peerbot.chat.cards import Card, Confirm
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import (
    Event,
    FormSubmitted,
    MessageFlagged,
    MessagePosted,
)
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain
from peerbot.chat.router import Answer, Instead, Router
from peerbot.errors import Gone, NotYours, Refused, StorageAway
from peerbot.i18n import _
from peerbot.testing import (
    GENERAL,
    ROBIN,
    SAM,
    SPACE,
    OpenDoor,
    RecordingGateway,
    a_command,
    a_message,
    a_press,
    a_reply,
    a_submission,
    an_actor,
)
from tests.chat.toy import DONE, FORM, GO, NOTE, BrokenScreen, ClosedDoor, House, Knowing


@pytest.fixture
def house() -> House:
    return House()


# -- what need not be an event --------------------------------------------------------------------


def passing(router: Router, *texts: str) -> list[str]:
    return [one for one in texts if router.is_ordinary(one, SPACE, GENERAL)]


def test_ordinary_is_what_the_screen_says() -> None:
    router = Router(RecordingGateway(), Knowing(), OpenDoor())
    assert passing(router, "rain", "a storm") == ["rain"]


def test_what_the_screen_breaks_over_takes_the_whole_way() -> None:
    router = Router(RecordingGateway(), Knowing(), OpenDoor())
    assert passing(router, "rain", "thunder") == ["rain"]


def test_where_a_feature_listens_to_messages_each_of_them_is_an_event(house: House) -> None:
    house.screen = Knowing()
    assert passing(house.router, "rain") == []


# -- the screen comes first ----------------------------------------------------------------------


async def test_a_message_is_screened_before_any_feature_sees_it(house: House) -> None:
    await house.router.dispatch(a_message("words"))
    assert house.handled == ["message after 1 heard"]


async def test_a_newly_registered_field_is_screened_without_its_feature_knowing(
    house: House,
) -> None:
    field_ = TextIn(key="fresh", label="Fresh", surface=Surface.PRIVATE)

    async def build(event: object) -> Form:
        return Form(title="New", submit="Send", fields=(field_,))

    async def submit(event: FormSubmitted) -> Answer:
        assert house.screen.heard_words == ["danger"]
        return None

    house.router.form("new", "form", build, submit)
    await house.router.dispatch(a_submission(action("new", "form"), {"fresh": "danger"}))
    assert [one.surface for one in house.screen.all_heard] == [Surface.PRIVATE]
    assert house.failures == []


@pytest.mark.parametrize(
    ("event", "surfaces"),
    [
        (a_message("x"), [Surface.PUBLIC]),
        (a_message("x", room=None), [Surface.TO_STAFF]),
        (a_command("look", words="x"), [Surface.TO_STAFF]),
        (a_command("look", topic="rain"), []),
        (a_command("look", topic="not offered"), [Surface.PRIVATE]),
        (a_submission(NOTE, {"words": "x", "staff": "y"}), [Surface.PRIVATE, Surface.TO_STAFF]),
        (a_submission(NOTE, {"mood": "a"}), []),
        (a_press(GO), []),
    ],
)
async def test_each_kind_of_words_is_heard_on_its_surface(
    house: House, event: Event, surfaces: list[Surface]
) -> None:
    await house.router.dispatch(event)
    assert [one.surface for one in house.screen.all_heard] == surfaces


async def test_a_flagged_message_is_heard_with_who_flagged_it(house: House) -> None:
    message = a_message("x")
    flag = MessageFlagged(
        actor=an_actor(ROBIN),
        at=message.at,
        space=message.space,
        message=message,
        reply=a_reply(ROBIN),
    )
    await house.router.dispatch(flag)
    (heard,) = house.screen.all_heard
    assert (heard.surface, heard.author.person, heard.flagged_by) == (Surface.FLAGGED, SAM, ROBIN)


async def test_words_are_screened_even_if_their_form_is_gone(house: House) -> None:
    house.form_raises = Gone("closed")
    reasons = await house.router.dispatch(a_submission(NOTE, {"words": "danger"}))
    assert house.screen.heard_words == ["danger"]
    assert "closed or taken away meanwhile" in plain(reasons[""])


async def test_a_refused_form_was_screened_all_the_same(house: House) -> None:
    await house.router.dispatch(a_submission(NOTE, {"words": "x" * 21}))
    assert house.screen.heard_words == ["x" * 21]


async def test_a_broken_screen_stops_no_feature() -> None:
    house = House(screen=BrokenScreen())
    await house.router.dispatch(a_message("words"))
    await house.router.dispatch(a_submission(NOTE, {"words": "fine"}))
    assert house.handled == ["message after 0 heard", "FormSubmitted"]
    assert [one.step for one in house.failures] == ["crisis.screen", "crisis.screen"]


# -- who gets what -------------------------------------------------------------------------------


async def test_an_answer_goes_privately_to_the_one_who_acted(house: House) -> None:
    await house.router.dispatch(a_press(GO, by=ROBIN))
    assert [(one.to, one.card) for one in house.gateway.sent] == [(a_reply(ROBIN), DONE)]


async def test_an_answer_instead_takes_the_place_of_the_card(house: House) -> None:
    house.answer = Instead(DONE)
    await house.router.dispatch(a_press(GO))
    (sent,) = house.gateway.sent
    assert sent.to.instead  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "event",
    [a_press(action("toy", "gone")), a_command("nothing"), a_submission(action("toy", "no"), {})],
)
async def test_what_is_not_known_is_answered_kindly(house: House, event: Event) -> None:
    assert await house.router.dispatch(event) == {}
    assert house.gateway.keys_to(SAM) == ["chat.unknown"]
    assert house.failures == []


async def test_the_door_refuses_before_the_handler() -> None:
    house = House(door=ClosedDoor())
    for event in (a_press(GO), a_command("look"), a_submission(NOTE, {"words": "x"})):
        await house.router.dispatch(event)
    assert house.handled == []
    assert house.gateway.keys_to(SAM) == ["toy.closed"] * 3


async def test_the_door_is_shown_whom_the_feature_admits() -> None:
    house = House(door=ClosedDoor())
    staff = Command(name="staff", summary=_("Staff"), role=Role.STAFF)
    house.router.command("toy", staff, house._handle)
    await house.router.dispatch(a_command("staff"))
    assert house.gateway.texts_to(SAM) == ["toy STAFF"]


async def test_help_waits_for_no_door() -> None:
    house = House(door=ClosedDoor())
    house.router.button("toy", "help", house._handle, always=True)
    await house.router.dispatch(a_press(action("toy", "help")))
    assert house.gateway.keys_to(SAM) == ["toy.done"]


async def test_nothing_can_be_declared_twice(house: House) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        house.router.button("toy", "note", house._handle)
    with pytest.raises(ValueError, match="declared twice"):
        house.router.command("toy", Command(name="look", summary=_("x")), house._handle)


# -- forms ---------------------------------------------------------------------------------------


async def test_a_command_and_a_button_lead_to_their_form(house: House) -> None:
    assert house.router.form_action(a_command("write")) == action("toy", "note")
    assert house.router.form_action(a_press(NOTE)) == NOTE
    assert house.router.form_action(a_press(GO)) is None
    assert await house.router.open_form(a_press(NOTE)) == FORM


async def test_a_form_that_cannot_be_opened_is_a_card_that_says_why(house: House) -> None:
    house.form_raises = StorageAway("away")
    opened = await house.router.open_form(a_press(NOTE))
    assert isinstance(opened, Card)
    assert opened.key == "chat.storage-away"


async def test_a_form_that_is_not_taken_comes_back_with_reasons_by_field(house: House) -> None:
    reasons = await house.router.dispatch(a_submission(NOTE, {"words": "", "mood": "zzz"}))
    assert set(reasons) == {"words", "mood"}
    assert house.handled == []
    assert house.gateway.sent == []


async def test_a_feature_may_refuse_a_form_with_its_own_reasons(house: House) -> None:
    house.raises = Refused(words=_("Not this one."))
    reasons = await house.router.dispatch(a_submission(NOTE, {"words": "x"}))
    assert {key: plain(words) for key, words in reasons.items()} == {"words": "Not this one."}
    assert house.failures == []


async def test_a_form_stays_open_while_storage_is_away(house: House) -> None:
    house.raises = StorageAway("away")
    reasons = await house.router.dispatch(a_submission(NOTE, {"words": "x"}))
    assert "still here" in plain(reasons[""])
    assert [one.step for one in house.failures] == ["toy.note"]


@pytest.mark.parametrize(("error", "told"), [(Gone("x"), 0), (RuntimeError("x"), 1)])
async def test_words_are_never_lost_with_their_form(
    house: House, error: Exception, told: int
) -> None:
    house.raises = error
    reasons = await house.router.dispatch(a_submission(NOTE, {"words": "x"}))
    assert "What you wrote is still here" in plain(reasons[""])
    assert house.gateway.sent == []
    assert len(house.failures) == told


async def test_a_handler_gets_cleaned_values_only(house: House) -> None:
    got: list[FormSubmitted] = []

    async def submit(event: FormSubmitted) -> Answer:
        got.append(event)
        return None

    async def build(event: object) -> Form:
        return FORM

    house.router.form("toy", "clean", build, submit)
    values = {"words": " a\x00 ", "mood": "a", "smuggled": "x"}
    await house.router.dispatch(a_submission(action("toy", "clean"), values))
    assert dict(got[0].values) == {"words": "a", "staff": "", "mood": "a"}


# -- what breaks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "key", "told"),
    [
        (NotYours("x"), "chat.not-yours", 0),
        (Gone("x"), "chat.gone", 0),
        (StorageAway("x"), "chat.storage-away", 1),
        (RuntimeError("x"), "chat.our-fault", 1),
        (Refused(topic=_("No.")), "chat.refused", 0),
    ],
)
async def test_whatever_a_handler_raises_the_person_hears_something(
    house: House, error: Exception, key: str, told: int
) -> None:
    house.raises = error
    for event in (a_press(GO), a_command("look")):
        await house.router.dispatch(event)
    assert house.gateway.keys_to(SAM) == [key, key]
    assert len(house.failures) == 2 * told


async def test_a_broken_listener_does_not_stop_the_next(house: House) -> None:
    house.raises = RuntimeError("broken")
    others: list[str] = []

    async def other(event: MessagePosted) -> Answer:
        others.append(event.text)
        return None

    house.router.on(MessagePosted, "other", other)
    await house.router.dispatch(a_message("words"))
    assert others == ["words"]
    assert [one.step for one in house.failures] == ["toy.MessagePosted"]


async def test_an_answer_that_cannot_be_delivered_is_a_failure_and_not_an_exception(
    house: House,
) -> None:
    house.gateway.broken = {a_reply(SAM): TryLater("busy", timedelta(seconds=1))}
    await house.router.dispatch(a_press(GO))
    assert [one.step for one in house.failures] == ["toy.go"]


async def test_no_word_of_anybody_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.raises = RuntimeError("secret words")
    await house.router.dispatch(a_command("look", words="secret words"))
    await house.router.dispatch(a_message("secret words", room=Room("test", "r")))
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


# -- help does not wait, and does not get lost ---------------------------------------------------


async def test_words_to_staff_stay_words_to_staff_while_the_form_cannot_be_built(
    house: House,
) -> None:
    await house.router.open_form(a_press(NOTE))
    house.form_raises = StorageAway("the storage is away")
    await house.router.dispatch(a_submission(NOTE, {"words": "mine", "staff": "theirs"}))
    assert {one.text: one.surface for one in house.screen.all_heard} == {
        "mine": Surface.PRIVATE,
        "theirs": Surface.TO_STAFF,
    }


async def test_the_screen_does_not_wait_for_a_form_that_hangs(house: House) -> None:
    await house.router.open_form(a_press(NOTE))
    released = asyncio.Event()

    async def hangs(_event: object) -> Form:
        await released.wait()
        return FORM

    gate, _build, submit = house.router._forms["toy", "note"]
    house.router._forms["toy", "note"] = (gate, hangs, submit)
    taking = asyncio.ensure_future(
        house.router.dispatch(a_submission(NOTE, {"words": "mine", "staff": ""}))
    )
    await house.screen.has_heard.wait()
    assert not taking.done()
    released.set()
    await taking
    assert house.handled == ["FormSubmitted"]


async def test_the_words_of_an_unknown_command_are_screened(house: House) -> None:
    await house.router.dispatch(a_command("i want to die"))
    await house.router.dispatch(a_command("look", nonsense="so tired of it all"))
    assert [(one.text, one.surface) for one in house.screen.all_heard] == [
        ("i want to die", Surface.TO_STAFF),
        ("so tired of it all", Surface.TO_STAFF),
    ]


async def test_help_whose_reply_is_gone_comes_to_the_inbox(house: House) -> None:
    house.router.command("toy", Command(name="sos", summary=_("Help"), always=True), house._handle)
    house.gateway.broken = {a_reply(SAM): Undeliverable(Why.GONE), SAM: RuntimeError("a defect")}
    await house.router.dispatch(a_command("sos"))
    assert [one.to for one in house.gateway.sent] == [NewInbox(SAM)]
    assert [one.step for one in house.failures] == ["sos", "sos"]


async def test_what_is_no_help_is_never_sent_to_an_inbox_instead(house: House) -> None:
    house.gateway.broken = {a_reply(SAM): Undeliverable(Why.GONE)}
    await house.router.dispatch(a_command("look"))
    assert house.gateway.sent == []


def test_a_question_belongs_to_a_button_and_is_declared_once(house: House) -> None:
    asked = Confirm(question=_("Really?"), yes=_("Yes"), no=_("No"))
    house.router.asks_first("toy", "go", asked)
    assert house.router.confirm_of(GO) == asked
    assert house.router.confirm_of(NOTE) is None
    with pytest.raises(ValueError, match="twice"):
        house.router.asks_first("toy", "go", asked)
    with pytest.raises(ValueError, match="no button"):
        house.router.asks_first("toy", "nowhere", asked)
