"""A community's life over real sockets, with a kill in every chapter: `make restarts` plays it."""

from collections import Counter
from pathlib import Path

import pytest

from tests.adapters.discord.life.story import CONNECTED, NOT_WRITTEN_YET, Life, a_life, whole
from tests.adapters.discord.life.watch import PINNED

AGREED = "Before your first check-in"
EVERYTHING = {
    "alex": (
        "Setup 1/7: language and time",
        "Responders' room: the card arrived",
        "peerbot in Home",
        "Members are told first",
    ),
    "@alex": ("This is a drill, and nobody is in danger.",),
    "#check-ins": (
        "How peerbot looks out for you here",
        PINNED,
        "Your answer is private. You choose who may see it",
        "6 people answered",
    ),
    "#care-team": (
        "Drill: please check on a member",
        "Drill: still nobody, please check on a member",
        "I am listening",
        PINNED,
        "Nobody has taken this yet.",
        "Still nobody: please check on a member",
    ),
    "robin": (
        "It is yours, thank you",
        "How did it end?",
        "Thank you. The card is closed",
        "sam, urgent, thoughts of suicide",
        "How did it end?",
        "Thank you. The card is closed",
    ),
    "noa": ("robin has this already.",),
    "sam": (AGREED, "You chose: Rather alone. It is kept."),
    "@sam": (
        "You do not have to go through this hour alone.",
        "robin from the team here has seen this and will write to you.",
    ),
    "kim": (AGREED, "not yet reviewed by a counsellor", "Kids Help Phone"),
    **{name: (AGREED,) for name in CONNECTED if name not in {"sam", "kim"}},
}
"""What each new message says, in order; `watch.Seen.place` says how places are called."""

IN_FLIGHT = 5
"""The prompt, the summary, the private answer, the second call, and who comes."""


@pytest.mark.long
async def test_killed_in_every_chapter_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path,
) -> None:
    async with a_life(tmp_path, print) as life:
        assert await whole(life) == 0
        must_have_come_once(life)
        assert last_of(life, "#check-ins", "6 people answered").splitlines()[-3:-1] == [
            "Very alone – Rather alone: 3",
            "In between – Very connected: 3",
        ]
        assert "Thank you, robin." in last_of(life, "#care-team", "Closed: Safe for now")
        assert repeats(life) == [2] * IN_FLIGHT, "sent again, each once, and shown once"
        assert life.double.rest.gaps == []


def must_have_come_once(life: Life) -> None:
    created = life.watch.created()
    assert created.keys() == EVERYTHING.keys()
    for place, wanted in EVERYTHING.items():
        texts = [one for one in created[place] if one != NOT_WRITTEN_YET]
        for phrase, text in zip(wanted, texts, strict=True):
            assert phrase in text, place


def last_of(life: Life, place: str, phrase: str) -> str:
    """Return the newest text in a place that has the phrase."""
    return [one.text for one in life.watch.seen if one.place == place and phrase in one.text][-1]


def repeats(life: Life) -> list[int]:
    """Return how often each message was sent that was sent more than once."""
    names = Counter(one.json.get("nonce") for one in life.double.sends())
    return [count for nonce, count in names.items() if nonce is not None and count > 1]
