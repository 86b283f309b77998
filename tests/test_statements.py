"""What an ordinary message costs: no statement to any database, through the whole house.

Counted on every SQLAlchemy engine of this process, ours and the durable engine's (DBOS). Only what
the durable engine's own threads ask is left out: they look at their tables all day, message or not.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from adapters.console.world import SPACE
from peerbot.chat.addresses import Room, Space
from peerbot.chat.events import Installed, MessagePosted
from peerbot.chat.router import Answer
from peerbot.delivery.model import Done
from tests.house import ASKED, IN_DANGER, Home

ORDINARY = (
    "good morning everyone, coffee is ready",
    "my cat keeps knocking my cup off the table every single morning",
    "@robin thanks so much for the help yesterday! https://example.org/?a=1",
    "🎉🎉🎉",
    "",
    "la " * 13_000,
)
ELSEWHERE = Space(SPACE.platform, "elsewhere")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield what goes to any database meanwhile; BEGIN and COMMIT are no statements."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN") and not _is_the_engines_own(
            threading.current_thread()
        ):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _is_the_engines_own(thread: threading.Thread) -> bool:
    from dbos import _dbos

    running = _dbos._dbos_global_instance
    own = running._background_threads if running is not None else []
    return thread in own or thread.name.startswith("queue-worker-")


async def write_everything(home: Home, who: str) -> None:
    for words in ORDINARY:
        await home.says(who, words)


async def test_messages_in_rooms_that_are_watched_cost_nothing(home: Home) -> None:
    for who, room in (("sam", "general"), ("kim", "garden"), ("robin", "care-team")):
        await home.comes(who, to=room)
        with statements() as asked:
            await write_everything(home, who)
        assert asked == []


async def test_messages_to_the_bot_alone_cost_nothing(home: Home) -> None:
    await home.comes("sam", to="@dm")
    with statements() as asked:
        await write_everything(home, "sam")
    assert asked == []


async def test_messages_while_a_round_is_open_and_an_alert_waits_cost_nothing(home: Home) -> None:
    await home.waits(ASKED)
    await home.answers("sam")
    await home.says("sam", IN_DANGER)
    await home.comes("kim")
    with statements() as asked:
        await write_everything(home, "sam")
        await write_everything(home, "kim")
        await home.comes("kim", to="@dm")
        await write_everything(home, "kim")
    assert asked == []


async def test_a_message_that_is_edited_costs_nothing(home: Home) -> None:
    await home.comes("sam")
    with statements() as asked:
        await home.says("sam", "good morning")
        await home.console.deeds.edit("good evening")
    assert asked == []


async def test_after_a_restart_the_first_message_already_costs_nothing(home: Home) -> None:
    await home.comes("sam", to="@dm")
    await home.comes("kim")
    await home.restarts()
    with statements() as asked:
        await write_everything(home, "kim")
        await write_everything(home, "sam")
    assert asked == []


async def test_phrases_of_their_own_and_listening_silently_cost_nothing(home: Home) -> None:
    await home.uses("robin", "peerbot lab")
    await home.presses("robin", "Own phrases", "What I should notice")
    await home.submits(
        "robin",
        {
            "Phrase": "see the ferryman",
            "How serious is it?": "Urgent: help and an alert",
            "What is it about?": "thoughts of suicide",
        },
    )
    await home.comes("sam")
    with statements() as asked:
        await write_everything(home, "sam")
    assert asked == []
    await home.uses("alex", "peerbot lab")
    await home.presses("alex", "Listen silently", "Begin: 7 days")
    with statements() as asked:
        await write_everything(home, "sam")
        await home.says("sam", "i will see the ferryman")
        await home.says("sam", IN_DANGER)
    assert asked == []


async def test_with_several_communities_messages_cost_nothing_in_any_of_them(home: Home) -> None:
    await home.comes("sam", to="@dm")
    alex = home.console.world.people["alex"]
    joined = Installed(actor=alex, at=home.clock(), space=ELSEWHERE, name="Elsewhere")
    await home.console.core.dispatch(joined)
    assert len(home.house.communities.all) == 2
    await home.restarts()
    with statements() as asked:
        for space in (SPACE, ELSEWHERE, Space(SPACE.platform, "never-seen")):
            await home.console.core.dispatch(a_post(home, space))
        # Nobody knows to which of them sam belongs.
        await write_everything(home, "sam")
    assert asked == []


# -- that it is really counted -----------------------------------------------------------------


async def test_danger_is_counted(home: Home) -> None:
    await home.comes("sam")
    with statements() as asked:
        await home.says("sam", IN_DANGER)
    assert any(one.startswith("INSERT INTO alert") for one in asked)


@pytest.mark.parametrize("writes", [False, True])
async def test_one_statement_that_a_feature_adds_is_found(home: Home, *, writes: bool) -> None:
    async def planted(posted: MessagePosted) -> Answer:
        if writes:
            await home.house.communities.forget_trail(timedelta(days=400))
        else:
            await home.house.communities.all_members()
        return None

    home.house.router.on(MessagePosted, "planted", planted)
    await home.comes("sam")
    with statements() as asked:
        await home.says("sam", ORDINARY[0])
    assert len(asked) == 1


async def test_what_a_feature_asks_of_the_durable_engine_is_found(home: Home) -> None:
    async def work(_subject: str) -> Done:
        return Done.DONE

    async def planted(posted: MessagePosted) -> Answer:
        async with home.house.db.begin() as session:
            await home.house.delivery.plan_work(session, "planted", posted.ref.message)
        await home.house.delivery.go()
        return None

    home.house.delivery.does("planted", work)
    home.house.router.on(MessagePosted, "planted", planted)
    await home.comes("sam")
    with statements() as asked:
        await home.says("sam", ORDINARY[0])
    assert any("workflow_status" in one for one in asked)
    await home.stage.settle()


def a_post(home: Home, space: Space) -> MessagePosted:
    """Return an ordinary message of sam's in another space."""
    room = Room(space.platform, "general", space.id)
    return MessagePosted(
        actor=replace(home.console.world.people["sam"]),
        at=home.clock(),
        space=space,
        text=ORDINARY[0],
        room=room,
        ref=home.console.world.new_ref("general"),
    )
