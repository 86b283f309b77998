"""Whoever is mentioned is read by name, also by an app that does not know them."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import discord
from adapters.discord.names import Names
from adapters.discord.native import PLATFORM
from adapters.discord.render import message_of
from peerbot.chat.addresses import Person
from peerbot.chat.cards import Actions, Card, Fields, Heading, LinkButton, Text, Tone
from peerbot.chat.text import Bold, Mention, Rich, joined
from peerbot.testing.fakes import RecordingCore
from tests.adapters.discord.harness import DiscordHarness

SAM = Person(PLATFORM, "1001")
KIM = Person(PLATFORM, "1002")


class Directory:
    """Discord's people, who can be asked for one by one."""

    def __init__(self, **people: dict[str, Any]) -> None:
        self._people = {id_.lstrip("_"): one for id_, one in people.items()}
        self.asked: list[int] = []

    async def get_user(self, id_: int) -> dict[str, Any]:
        self.asked.append(id_)
        if str(id_) not in self._people:
            response = SimpleNamespace(status=404, reason="Not Found")
            raise discord.NotFound(response, {"code": 10013, "message": "Unknown User"})  # type: ignore[arg-type]
        return self._people[str(id_)]


class Silent:
    async def get_user(self, id_: int) -> dict[str, Any]:
        raise await asyncio.Future()


def names(of: object, **more: Any) -> Names:
    return Names(lambda: of, **more)  # type: ignore[arg-type, return-value]


def alert(*whom: Person) -> Card:
    who = joined(*map(Mention, whom))
    return Card("crisis.alert", (Text("Please look."), Fields((("Who", who),))), who, Tone.URGENT)


async def test_an_alert_says_who_it_is_and_leads_to_them() -> None:
    directory = Directory(_1001={"username": "sam_m", "global_name": "Sam *M*"})
    card = await names(directory).shown(alert(SAM))
    payload = message_of(card).payload
    assert payload["embeds"][0]["fields"][0]["value"] == (
        r"[Sam \*M\*](<https://discord.com/users/1001>)"
    )
    assert payload["content"] == r"Sam \*M\*"
    assert payload["allowed_mentions"] == {"parse": [], "users": [], "roles": []}


async def test_whoever_did_something_is_known_without_asking() -> None:
    directory = Directory()
    known = names(directory)
    known.heard(SimpleNamespace(id=1001, global_name=None, name="sam_m"))  # type: ignore[arg-type]
    card = await known.shown(Card("a", (Text(Bold(Mention(SAM))),), ""))
    (text,) = message_of(card).payload["components"][0]["components"]
    assert text["content"] == r"**[sam\_m](<https://discord.com/users/1001>)**"
    assert directory.asked == []


async def test_a_name_is_asked_for_once() -> None:
    directory = Directory(_1001={"username": "sam_m"}, _1002={"username": "kim"})
    known = names(directory)
    for _again in range(2):
        card = await known.shown(alert(SAM, KIM))
    assert sorted(directory.asked) == [1001, 1002]
    assert "kim" in str(message_of(card).payload)


@pytest.mark.parametrize("discord_is", [Directory(), Silent()], ids=["unknowing", "silent"])
async def test_a_name_that_is_not_to_be_had_holds_nothing_up(discord_is: object) -> None:
    card = alert(SAM)
    assert await names(discord_is, within=timedelta(0)).shown(card) == card


async def test_where_no_markup_is_drawn_the_bare_name_stands() -> None:
    directory = Directory(_1001={"username": "sam_m", "global_name": "Sam"})
    words = joined("Write to ", Mention(SAM))
    card = Card("a", (Heading(words), Actions((LinkButton("https://example.org", words),))), words)
    assert await names(directory).shown(card) == Card(
        "a",
        (
            Heading(_rich("Write to ", "Sam")),
            Actions((LinkButton("https://example.org", _rich("Write to ", "Sam")),)),
        ),
        _rich("Write to ", "Sam"),
    )


async def test_on_discord_itself_the_name_is_read() -> None:
    harness = await DiscordHarness.start(RecordingCore())
    try:
        card = Card("a", (Text(joined(Mention(harness.robin), " will write to you.")),), "")
        await harness.adapter.send(harness.room, card)
        (seen,) = await harness.seen_by(harness.sam)
        assert "robin will write to you." in seen.words
    finally:
        await harness.close()


def _rich(*spans: str) -> Rich:
    return Rich(spans)
