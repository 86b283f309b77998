"""A message: what the detector makes of it, and its whole way in."""

import asyncio
import json
import re
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from peerbot.chat.events import MessagePosted
from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection import Detector
from peerbot.db import Database
from peerbot.migrate import upgrade_now
from peerbot.paths import shipped
from peerbot.testing import a_message
from tests.benchmarks.timing import (
    Benchmark,
    Measured,
    Variant,
    compared,
    duration,
    of_processor,
    within,
)
from tests.whole_house import a_community_that_is_read, a_house

ORDINARY = (
    "good morning everyone, coffee is ready",
    "anyone up for a game tonight? i'm on at eight",
    "has anyone tried the new bakery on main street? their bread is great",
    "thanks so much for the help yesterday, it really made my day",
    "my cat keeps knocking my cup off the table every single morning",
    "what time is the group call on thursday",
)
LONG = " ".join(ORDINARY * 12)[:4_000]
TIMES = 100
DEVELOPMENT = Path(__file__).parent.parent / "crisis" / "dev.jsonl"
# As hobby bots do it: one regular expression of some hundred phrases over the lowered text.
PHRASES = [f"phrase {n} of a list" for n in range(285)] + [
    *("kill myself", "want to die", "end my life", "suicide", "self harm", "cut myself"),
    *("hurt myself", "no reason to live", "better off dead", "can't go on", "overdose"),
    *("end it all", "take my own life", "not worth living", "goodbye forever"),
]
NAIVE = re.compile("|".join(map(re.escape, PHRASES)))


def loading() -> Measured:
    """All rules of five languages, made ready, against parsing their TOML."""
    files = sorted((shipped("config") / "crisis").glob("*/*.toml"))

    def parse() -> None:
        for file in files:
            tomllib.loads(file.read_text(encoding="utf-8"))

    return within(
        "loading the crisis rules / parsing their files",
        lambda: of_processor(lambda: crisis_detector(shipped("config"))),
        lambda: of_processor(parse),
        at_most=1.0,
    )


def screening() -> tuple[Measured, ...]:
    """The detector alone, against one naive regular expression over the same texts."""
    detector, _broken = crisis_detector()
    labelled = [json.loads(line)["text"] for line in DEVELOPMENT.read_text("utf-8").splitlines()]
    first = of_processor(lambda: [detector.find(text) for text in labelled], len(labelled))
    return (
        _screening("an ordinary message, nothing found", detector, ORDINARY, 10e-6),
        _screening("4,000 characters of such messages", detector, (LONG,), 1e-3),
        _screening("mean over the development share, mostly crises", detector, labelled, 100e-6),
        Measured(
            name="the same, when each rule is met for the first time",
            ours=duration(first),
        ),
    )


def _screening(name: str, detector: Detector, texts: Sequence[str], at_most: float) -> Measured:
    return within(
        f"screening {name} / a regex of 300 phrases",
        _each(detector.find, texts),
        _each(lambda text: NAIVE.search(text.lower()), texts),
        at_most=at_most,
    )


def _each(look: Callable[[str], object], texts: Sequence[str]) -> Variant:
    times = max(TIMES // len(texts), 2)
    return lambda: of_processor(
        lambda: [look(text) for _ in range(times) for text in texts], times * len(texts)
    )


def dispatching() -> tuple[Measured, ...]:
    """The whole way in a whole house, in a room that is read, against the detector alone."""
    detector, _broken = crisis_detector()
    events = [a_message(text) for text in ORDINARY]
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as loop:
        url = f"sqlite:///{folder}/peerbot.sqlite"
        upgrade_now(url)
        house = a_house(Database(url), Path(folder))
        loop.run(house.start())
        loop.run(a_community_that_is_read(house))

        async def dispatch(wanted: Sequence[MessagePosted]) -> None:
            for event in wanted:
                await house.switchboard.dispatch(event)

        wanted = events * TIMES
        texts = [event.text for event in wanted]
        found = compared(
            "an ordinary message from adapter to features / the detector alone",
            lambda: of_processor(lambda: loop.run(dispatch(wanted)), len(wanted)),
            lambda: of_processor(lambda: [detector.find(text) for text in texts], len(wanted)),
            at_most=2,
        )
        with house.db.count_statements() as count:
            loop.run(dispatch(events))
        loop.run(house.stop())
    statements = Measured(
        name=f"statements for {len(events)} ordinary messages",
        ours=str(int(count)),
        goal="0",
        is_reached=int(count) == 0,
    )
    return found, statements


def benchmarks() -> tuple[Benchmark, ...]:
    return loading, screening, dispatching
