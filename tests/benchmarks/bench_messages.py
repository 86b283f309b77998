"""An ordinary message: screening it, and its whole way in, against bare baselines."""

import asyncio
import re
import tempfile
from pathlib import Path

from peerbot.chat.adapters import Switchboard
from peerbot.chat.router import Router
from peerbot.clock import Chance
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.content.crisis import crisis_detector, helplines
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.lines import LineWords
from peerbot.crisis.news import News
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.record import Record
from peerbot.crisis.responders import Responders
from peerbot.crisis.spool import Spool
from peerbot.db import Database
from peerbot.testing import NOW, EnglishReaders, FakeClock, OpenDoor, a_message
from tests.benchmarks.timing import Benchmark, Measured, compared, seconds
from tests.chaos.scenarios import NothingKnown, Unsealed

MESSAGES = (
    "good morning everyone, coffee is ready",
    "anyone up for a game tonight? i'm on at eight",
    "has anyone tried the new bakery on main street? their bread is great",
    "thanks so much for the help yesterday, it really made my day",
    "my cat keeps knocking my cup off the table every single morning",
    "what time is the group call on thursday",
)
TIMES = 200
# As hobby bots do it: one regular expression of some hundred phrases over the lowered text.
PHRASES = [f"phrase {n} of a list" for n in range(285)] + [
    *("kill myself", "want to die", "end my life", "suicide", "self harm", "cut myself"),
    *("hurt myself", "no reason to live", "better off dead", "can't go on", "overdose"),
    *("end it all", "take my own life", "not worth living", "goodbye forever"),
]
NAIVE = re.compile("|".join(map(re.escape, PHRASES)))


def screening() -> Measured:
    detector, _broken = crisis_detector()

    def ours() -> float:
        return seconds(lambda: [detector.find(text) for _ in range(TIMES) for text in MESSAGES])

    def naive() -> float:
        return seconds(
            lambda: [NAIVE.search(text.lower()) for _ in range(TIMES) for text in MESSAGES]
        )

    found = compared("", ours, naive, reach=1.0)
    return Measured(
        name=f"screening {TIMES * len(MESSAGES)} ordinary messages / a regex of 300 phrases",
        ours=found.ours,
        baseline=found.baseline,
        ratio=found.ratio,
        reach=1.0,
    )


def dispatching() -> Measured:
    """The whole way (switchboard, router, screen, listeners) against the detector alone."""
    detector, _broken = crisis_detector()
    folder = Path(tempfile.mkdtemp(prefix="peerbot-bench-"))
    clock, chance = FakeClock(NOW), Chance(1)
    db = Database(f"sqlite:///{folder / 'peerbot.sqlite'}")
    reading = Settings(notice_posted=True)
    communities = CommunityService(db, clock, chance, reading, NothingKnown())
    switchboard = Switchboard(EnglishReaders())
    record = Record(db, clock, Spool(folder, Unsealed()))
    lines = LineWords(helplines())
    answer = FirstAnswer(db, switchboard, clock, chance, communities, lines)
    noticing = Noticing(
        clock=clock,
        chance=chance,
        communities=communities,
        detector=detector,
        record=record,
        responders=Responders(switchboard, clock, communities, record),
        answer=answer,
        news=News(switchboard, clock, communities, answer, record),
    )
    switchboard.lead_to(Router(switchboard, noticing, OpenDoor()))
    # To the bot itself: looked at always.
    events = [a_message(text, room=None) for text in MESSAGES]
    loop = asyncio.new_event_loop()

    async def dispatch() -> None:
        for _ in range(TIMES):
            for event in events:
                await switchboard.dispatch(event)

    def ours() -> float:
        return seconds(lambda: loop.run_until_complete(dispatch()))

    def alone() -> float:
        return seconds(lambda: [detector.find(text) for _ in range(TIMES) for text in MESSAGES])

    return compared("dispatching the same messages / the detector alone", ours, alone, reach=3.0)


def benchmarks() -> tuple[Benchmark, ...]:
    return screening, dispatching
