"""Forged, stale, foreign and outsized input: a clear answer each time, and nothing is lost."""

import pytest

from peerbot.chat.actions import action
from peerbot.chat.addresses import Space
from peerbot.chat.events import ButtonPressed
from peerbot.testing import NOW, SAM, a_message, a_press, a_reply, an_actor
from tests.checkins.conftest import MODERATOR, Town, said


async def elsewhere(town: Town) -> ButtonPressed:
    """Return a press by Sam in another community, where they agreed to check-ins too."""
    from dataclasses import replace

    message = replace(a_message("hello", author=SAM), space=Space("test", "away"))
    other = await town.communities.of(message)
    assert other is not None
    member = await town.communities.member(SAM, other.id)
    await town.communities.agree(member, "checkins", old_enough=True)  # type: ignore[arg-type]
    return replace(a_press(action("checkins", "begin", "x")), space=Space("test", "away"))


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("begin", ("nothing-here",)),
        ("step", ("nothing-here", "3")),
        ("done", ("nothing-here",)),
        ("early", ("nothing-here",)),
    ],
)
async def test_an_id_of_nothing_is_answered_kindly(
    town: Town, verb: str, args: tuple[str, ...]
) -> None:
    await town.an_open_round()
    assert (await town.press(verb, *args)).key == "chat.gone"


@pytest.mark.parametrize(
    ("verb", "args", "values"),
    [
        ("begin", (), ()),
        ("step", ("{round}",), ()),
        ("step", ("{round}", "6"), ()),
        ("step", ("{round}", "-1"), ()),
        ("step", ("{round}", "3.0"), ()),
        ("help", ("{round}",), ("money",)),
        ("see", ("{round}",), ("everyone",)),
        ("see", ("{round}",), ()),
    ],
)
async def test_a_choice_that_was_never_offered_changes_nothing(
    town: Town, verb: str, args: tuple[str, ...], values: tuple[str, ...]
) -> None:
    round_id = await town.an_open_round()
    forged = tuple(arg.format(round=round_id) for arg in args)
    assert (await town.press(verb, *forged, values=values)).key == "chat.unknown"
    given = await town.checkins.answers.given(await town.member("sam"), round_id)
    assert given.answer is None


async def test_a_round_of_another_community_is_not_theirs(town: Town) -> None:
    from dataclasses import replace

    round_id = await town.an_open_round()
    press = await elsewhere(town)
    for verb, args in (("begin", ()), ("step", (1,)), ("done", ())):
        await town.router.dispatch(replace(press, action=action("checkins", verb, round_id, *args)))
        assert town.places.sent[-1].card.key == "chat.not-yours"


async def test_a_checkin_of_another_community_is_not_theirs(town: Town) -> None:
    from dataclasses import replace

    live = await town.a_checkin()
    press = replace(await elsewhere(town), actor=MODERATOR, reply=a_reply(MODERATOR.person))
    for verb in ("open", "publish", "delete", "duplicate", "preview"):
        await town.router.dispatch(replace(press, action=action("checkins", verb, live.id)))
        assert town.places.sent[-1].card.key == "chat.not-yours"
    early = replace(await elsewhere(town), action=action("checkins", "early", live.id))
    await town.router.dispatch(early)
    assert town.places.sent[-1].card.key == "chat.not-yours"


async def test_a_form_sent_twice_is_one_answer(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    for _twice in range(2):
        assert await town.submit("words", round_id, "by-name", words="hello") == {}
    await town.delivery.settle()
    assert town.keys_in_the_room().count("checkins.shared") == 1


async def test_forty_thousand_characters_are_refused_with_the_number(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    reasons = await town.submit("words", round_id, "staff", words="a" * 40_000)
    assert "39500 characters too long" in reasons["words"]
    assert town.screen.heard_words == ["a" * 40_000]


@pytest.mark.parametrize("words", ["🫂", "❤️🧡💛", "אני בסדר", "\u202eevil\u202c", "a\x00b\x1b[31m"])
async def test_words_of_every_kind_are_kept(town: Town, words: str) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    assert await town.submit("words", round_id, "by-name", words=words) == {}
    await town.delivery.settle()
    shown = town.in_the_room()[-1]
    assert not set("\u202e\u202c\x00\x1b") & set(shown)
    assert town.keys_in_the_room()[-1] == "checkins.shared"


@pytest.mark.parametrize("words", ["", "   ", "\u200b", "\u202e\u202c"])
async def test_nothing_to_see_is_nothing_posted(town: Town, words: str) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    assert await town.submit("words", round_id, "by-name", words=words) == {}
    await town.delivery.settle()
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_words_sent_to_an_audience_that_was_never_offered_are_not_kept(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.submit("words", round_id, "everyone", words="hello")
    assert town.places.sent[-1].card.key == "chat.unknown"
    # Whatever became of the form, the words were looked at for danger.
    assert town.screen.heard_words == ["hello"]


@pytest.mark.parametrize("page", ["0", "99", "9999"])
async def test_a_page_beyond_the_last_is_the_last(town: Town, page: str) -> None:
    from tests.checkins.conftest import STAFF

    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    await town.press("see", round_id, values=("staff",))
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    assert "In between" in said(await town.press("answers", checkin.id, page, by=STAFF))


async def test_a_press_in_an_unknown_inbox_is_answered(town: Town) -> None:
    round_id = await town.an_open_round()
    press = a_press(action("checkins", "begin", round_id), by=an_actor(SAM), room=None, at=NOW)
    await town.router.dispatch(press)
    assert town.places.sent[-1].card.key == "checkins.answer"
