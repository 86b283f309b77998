"""Who writes through PluralKit is one person with one message, as far as help is concerned."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.proxies import MOST_TAGS, SOON, Proxies
from peerbot.chat.addresses import MessageRef, Person, Room, person_of, unsigned
from peerbot.chat.events import (
    Event,
    MessageDeleted,
    MessageFlagged,
    MessageMoved,
    MessagePosted,
)
from peerbot.chat.router import Router
from peerbot.chat.switchboard import Switchboard
from peerbot.chat.text import Words
from peerbot.crisis.routes import add_routes
from peerbot.testing import NOW, ROBIN, SAM, EnglishReaders, OpenDoor, a_message, an_actor
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore
from tests.crisis.conftest import ALERTS, Crisis, a_process, set_up

WORDS = "I cannot go on"
TYPED = f"L: {WORDS}"
"""As somebody types it who lets a proxy post it under the name of L."""


class PluralKit:
    """Posts people's words again under another name, in the order in which PluralKit does it."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._room = int(double.home.room.id)
        self._hook = double.backend.create_webhook(self._room, "PluralKit", 0)

    def posts(self, words: str = WORDS, name: str = "Luna") -> Any:
        return self._double.backend.create_message(
            self._room,
            self._hook.webhook_user_id,
            words,
            webhook_id=self._hook.id,
            author_name=name,
        )

    def deletes(self, message: Any) -> None:
        self._double.backend.delete_message(self._room, message.id)

    def edits(self, message: Any, words: str) -> None:
        self._double.backend.edit_message(self._room, message.id, {"content": words})


async def proxied(double: Double, core: Any, words: str = WORDS) -> tuple[Any, Any]:
    """Let sam write through PluralKit; return the first message and the one that stays."""
    proxy = PluralKit(double)
    first = double.home.say(double.home.sam, f"L: {words}")
    await double.until(lambda: core.events)
    copy = proxy.posts(words)
    proxy.deletes(first)
    await double.until(lambda: len(core.events) == 2)
    return first, copy


def ref_of(double: Double, message: Any) -> MessageRef:
    return MessageRef("discord", double.home.room.id, str(message.id))


async def test_a_proxied_message_is_heard_once_and_as_its_account_s(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    first, copy = await proxied(double, core)
    heard, moved = core.events
    assert isinstance(heard, MessagePosted)
    assert (heard.text, heard.person) == (TYPED, double.home.sam)
    assert isinstance(moved, MessageMoved)
    assert (moved.ref, moved.to) == (ref_of(double, first), ref_of(double, copy))
    assert moved.person == double.home.sam


async def test_a_flag_on_the_copy_is_about_the_account(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    _first, copy = await proxied(double, core)
    double.home.flag(double.home.robin, copy)
    await double.until(lambda: len(core.events) == 3)
    flagged = core.events[-1]
    assert isinstance(flagged, MessageFlagged)
    assert flagged.message.person == double.home.sam
    assert flagged.message.ref == ref_of(double, copy)
    assert flagged.message.permalink is None


async def test_an_edit_of_the_copy_is_the_account_s(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    _first, copy = await proxied(double, core)
    PluralKit(double).edits(copy, "I have it all here tonight")
    await double.until(lambda: len(core.events) == 3)
    edited = core.events[-1]
    assert isinstance(edited, MessagePosted)
    assert (edited.text, edited.person) == ("I have it all here tonight", double.home.sam)
    assert edited.edited
    assert (edited.ref, edited.permalink) == (ref_of(double, copy), None)


async def test_the_copy_that_is_deleted_is_deleted(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    _first, copy = await proxied(double, core)
    PluralKit(double).deletes(copy)
    await double.until(lambda: len(core.events) == 3)
    assert isinstance(core.events[-1], MessageDeleted)
    assert core.events[-1].ref == ref_of(double, copy)


async def test_after_a_restart_a_flag_on_a_copy_says_that_nobody_signed_it(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    _first, copy = await proxied(double, core)
    await discord.stop()
    restarted = an_adapter(double)
    await restarted.start(core)
    double.home.flag(double.home.robin, copy)
    await double.until(lambda: len(core.events) == 3)
    await restarted.stop()
    flagged = core.events[-1]
    assert isinstance(flagged, MessageFlagged)
    assert flagged.message.person == unsigned(ref_of(double, copy))
    assert not flagged.message.person.is_named


async def test_what_a_program_posts_for_nobody_is_not_heard(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    proxy = PluralKit(double)
    news = proxy.posts("A new release is out")
    proxy.edits(news, "A new release is out, at last")
    double.home.whisper(double.home.sam, "the end")
    await double.until(lambda: core.events)
    assert [one.text for one in core.events if isinstance(one, MessagePosted)] == ["the end"]


async def test_a_message_that_its_author_deletes_is_deleted(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    first = double.home.say(double.home.sam, TYPED)
    PluralKit(double).posts("Something else altogether")
    PluralKit(double).deletes(first)
    await double.until(lambda: len(core.events) == 2)
    assert isinstance(core.events[-1], MessageDeleted)


# -- what counts as a copy -------------------------------------------------------------------------


def said(
    text: str, number: int = 1, room: str = "r", author: Person = SAM, at: datetime = NOW
) -> MessagePosted:
    return MessagePosted(
        actor=an_actor(author),
        at=at,
        space=None,
        text=text,
        room=Room("discord", room),
        ref=MessageRef("discord", room, str(number)),
    )


@pytest.mark.parametrize(
    ("typed", "posted", "is_copy"),
    [
        ("L: hello", "hello", True),
        ("hello -l", "hello", True),
        ("hello", "hello", True),
        (" [hello] ", "hello", True),
        ("L: hello", "hello there", False),
        ("L: hello", "", False),
        ("x" * (MOST_TAGS + 6) + "hello", "hello", False),
        ("L: hello", "goodbye", False),
    ],
)
def test_a_copy_has_the_words_of_the_first_without_its_tags(
    typed: str, posted: str, is_copy: bool
) -> None:
    proxies = Proxies()
    proxies.written(said(typed))
    proxies.copied(said(posted, 2))
    assert (proxies.deleted(said(typed).ref, NOW) is not None) is is_copy


def test_another_room_or_another_minute_is_another_message() -> None:
    late = NOW + SOON + timedelta(seconds=1)
    for copy, deleted_at in (
        (said("hello", 2, room="elsewhere"), NOW),
        (said("hello", 2, at=late), late),
        (said("hello", 2), late),
        (said("hello", 2, at=NOW - timedelta(seconds=1)), NOW),
    ):
        proxies = Proxies()
        proxies.copied(copy)
        proxies.written(said("hello"))
        assert proxies.deleted(said("hello").ref, deleted_at) is None


def test_of_two_who_write_the_same_at_once_each_has_their_own_copy() -> None:
    proxies = Proxies()
    proxies.written(said("hello", 1))
    proxies.written(said("hello", 2, author=ROBIN))
    proxies.copied(said("hello", 3))
    proxies.copied(said("hello", 4))
    for first, copy, author in ((1, 3, SAM), (2, 4, ROBIN)):
        moved = proxies.deleted(said("hello", first).ref, NOW)
        assert moved is not None
        assert (moved.to.message, moved.person) == (str(copy), author)
        assert proxies.author_of(moved.to) == an_actor(author)


def test_who_wrote_such_words_just_before_and_let_them_stand_is_not_its_author() -> None:
    proxies = Proxies()
    proxies.written(said("hello world", 1, author=ROBIN))
    proxies.written(said("L: hello", 2))
    proxies.copied(said("hello", 3))
    moved = proxies.deleted(said("", 2).ref, NOW)
    assert moved is not None
    assert moved.person == SAM
    assert proxies.deleted(said("", 1).ref, NOW) is None


@pytest.mark.parametrize("later", [NOW + SOON * 2, NOW - SOON * 2])
def test_words_are_forgotten_after_a_minute_and_with_a_clock_that_is_set_back(
    later: datetime,
) -> None:
    proxies = Proxies()
    proxies.written(said("hello"))
    proxies.written(said("bye", 9, at=later))
    assert [one.text for one in proxies._written.of_the_last(SOON, later)] == ["bye"]


def test_what_a_flood_leaves_behind_is_bounded() -> None:
    proxies = Proxies()
    for number in range(3000):
        proxies.written(said("hello", number))
        proxies.copied(said("hello", number + 5000))
    assert len(proxies._written.of_the_last(SOON, NOW)) <= 2000
    assert len(proxies._posted.of_the_last(SOON, NOW)) <= 2000


# -- with the whole way behind it ------------------------------------------------------------------


class Helps:
    """The core behind the adapter, with noticing in it, and the events that it has handled."""

    def __init__(self, crisis: Crisis, double: Double) -> None:
        self.crisis = crisis
        self.events: list[Event] = []
        self._board = Switchboard(EnglishReaders())
        self._happened = double.happened
        router = Router(crisis.voice, crisis.noticing, OpenDoor())
        add_routes(router, crisis.routes)
        self._board.lead_to(router)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._board, name)

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        reasons = await self._board.dispatch(event)
        self.events.append(event)
        self._happened()
        return reasons


@pytest.fixture
async def helping(double: Double, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Helps]:
    """With a room for alerts, and messages looked at."""
    crisis = await a_process(sqlite_url, tmp_path)
    there = replace(a_message("hello"), space=double.home.space)
    home = await crisis.communities.of(there)
    assert home is not None
    crisis.community = home
    await set_up(crisis)
    helps = Helps(crisis, double)
    adapter = an_adapter(double, message_content=True)
    await adapter.start(helps)  # type: ignore[arg-type]  # the rest is the board's
    yield helps
    await adapter.stop()
    await crisis.close()


async def test_danger_that_is_written_through_a_proxy_is_answered_once_and_to_the_account(
    double: Double, helping: Helps
) -> None:
    voice, sam = helping.crisis.voice, double.home.sam
    _first, copy = await proxied(double, helping, "this is an emergency")
    PluralKit(double).edits(copy, "this is an emergency !")
    double.home.flag(double.home.robin, copy)
    await double.until(lambda: len(helping.events) == 4)
    assert voice.keys_to(sam) == ["crisis.answer"]
    assert {person_of(one.to) for one in voice.sent} == {None, sam, double.home.robin}
    assert voice.keys_to(ALERTS) == ["crisis.alert"]
    (alert,) = helping.crisis.record.book
    assert (alert.about, alert.source) == (sam, ref_of(double, copy))
    assert alert.permalink is None


async def test_of_an_ordinary_message_it_is_not_known_who_is_behind_the_copy(
    double: Double, helping: Helps
) -> None:
    double.home.say(double.home.sam, "good morning")
    await double.until(lambda: len(helping.events) == 1)
    proxy = PluralKit(double)
    first = double.home.say(double.home.sam, "L: good night")
    copy = proxy.posts("good night")
    proxy.deletes(first)
    await double.until(lambda: len(helping.events) == 2)
    assert isinstance(helping.events[-1], MessageDeleted)
    double.home.flag(double.home.robin, copy)
    await double.until(lambda: len(helping.events) == 3)
    (alert,) = helping.crisis.record.book
    assert alert.about == unsigned(ref_of(double, copy))
    assert alert.permalink is not None
    assert helping.crisis.voice.keys_to(double.home.sam) == []
