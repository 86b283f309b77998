"""In a whole house: no words that any rule or community looks for pass as ordinary."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from peerbot.chat.addresses import Room, Space
from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection import Category, OwnPhrase, Tier
from peerbot.db import Database
from peerbot.house import House
from peerbot.testing import GENERAL, SAM, SPACE, a_message, an_actor
from tests.benchmarks.bench_messages import ORDINARY
from tests.whole_house import a_community_that_is_read, a_house

FERRY = "tomorrow i take the ferry"


@pytest.fixture
async def house(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[House]:
    house = a_house(sqlite_database, tmp_path)
    await house.start()
    yield house
    await house.stop()


def passes(house: House, text: str, *, space: Space = SPACE, room: Room = GENERAL) -> bool:
    return house.switchboard.is_ordinary(text, an_actor(SAM), space, room)


async def test_no_example_of_any_rule_passes(house: House) -> None:
    await a_community_that_is_read(house)
    rules = crisis_detector()[0].rules
    # Others of theirs are looked for by the same detector in tests/crisis.
    dangers = [one.text for rule in rules for one in rule.examples[:1] if one.tier is not Tier.NONE]
    assert len(dangers) > len(rules) / 2
    assert [text for text in dangers if passes(house, text)] == []
    assert [text for text in ORDINARY if not passes(house, text)] == []


async def test_no_phrase_of_a_community_passes_there(house: House) -> None:
    community = await a_community_that_is_read(house)
    assert passes(house, FERRY)
    phrase = OwnPhrase(id="p", text="the ferry", tier=Tier.CONCERN, category=Category.SUICIDE)
    await house.own_phrases.put(community.id, phrase)
    assert not passes(house, FERRY)
    assert not passes(house, "Tomorrow I take the F3RRY!")
    assert passes(house, ORDINARY[0])


async def test_whoever_writes_what_is_ordinary_is_met_all_the_same(house: House) -> None:
    """A direct message of theirs is led to where they were met last."""
    home = await a_community_that_is_read(house)
    other = Space("test", "elsewhere")
    elsewhere = await house.communities.of(replace(a_message("hello"), space=other))
    assert elsewhere is not None
    assert passes(house, "good morning", space=SPACE)
    assert house.communities.known_home(SAM, None) == house.communities.get(home.id)
    assert passes(house, "good morning", space=other)
    assert house.communities.known_home(SAM, None) == elsewhere
