"""Who kills the child, starts it again, and counts what arrived."""

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

import peerbot.delivery.store  # noqa: F401 - its tables
from peerbot.db import with_driver
from peerbot.tables import Base
from tests.chaos.scenarios import Scenario

_PATIENCE_S = 120.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a scenario."""

    lost: int
    repeated: int
    in_flight: int
    """How many sends were under way at the kills: so many may be repeated."""
    may_repeat: bool

    @property
    def is_good(self) -> bool:
        return self.lost == 0 and self.repeated <= (self.in_flight if self.may_repeat else 0)


class Killing:
    """One scenario, from its first life to its last."""

    def __init__(
        self, scenario: Scenario, chance: random.Random, say: Say, *, careless: bool = False
    ) -> None:
        self._scenario = scenario
        self._chance = chance
        self._say = say
        self._careless = careless
        self._folder = Path(tempfile.mkdtemp(prefix="peerbot-chaos-"))
        self._in_flight: set[tuple[str, ...]] = set()

    def run(self, kills: int) -> Result:
        """Kill it so many times, then let it end. Raises TimeoutError if it never does."""
        engine = create_engine(
            with_driver(f"sqlite:///{self._folder}/peerbot.sqlite", blocking=True)
        )
        Base.metadata.create_all(engine)
        engine.dispose()
        due = len(self._scenario.due)
        points = sorted(self._chance.sample(range(1, due), kills))
        for number, point in enumerate(points, 1):
            # Most of them while it sends, every third while it starts and recovers.
            while_starting = number % 3 == 0
            self._kill(None if while_starting else point)
            held = set(self._rows(self._scenario.held))
            self._in_flight |= held
            arrived = self._arrived()
            self._say(
                f"  kill {number:2} {'while it starts' if while_starting else 'while it sends '}: "
                f"sent {len(arrived):3} / due {due}, repeated {_repeated(arrived)}, "
                f"in flight {len(held)}"
            )
        with self._live() as child:
            child.wait(_PATIENCE_S)
        return self._result()

    def _result(self) -> Result:
        known = set(self._places())
        if self._scenario.may_be_unknown:
            known |= set(self._unknown())
        return Result(
            lost=len(self._scenario.due - known),
            repeated=_repeated(self._arrived()),
            in_flight=len(self._in_flight),
            may_repeat=not self._scenario.may_be_unknown,
        )

    def _live(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.chaos.child"]
        command += [self._scenario.name, str(self._scenario.size), str(self._folder)]
        if self._careless:
            command.append("--without-owner-check")
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        if child.stdout.readline() != "alive\n":
            raise RuntimeError("the child did not come to life")
        return child

    def _kill(self, point: int | None) -> None:
        """Kill it once `point` messages have arrived; without one, soon after its start."""
        until = time.monotonic() + _PATIENCE_S
        with self._live() as child:
            while point is not None and len(self._arrived()) < point and child.poll() is None:
                time.sleep(0.001)
                if time.monotonic() > until:
                    child.kill()
                    raise TimeoutError("nothing arrives any more")
            time.sleep(self._chance.uniform(0, 0.01 if point is not None else 0.6))
            child.kill()

    def _arrived(self) -> Counter[str]:
        """Return how often each message arrived, by nonce."""
        return Counter(line.split()[0] for line in self._lines())

    def _places(self) -> list[str]:
        return [line.split()[1] for line in self._lines()]

    def _lines(self) -> list[str]:
        file = self._folder / "sink"
        return file.read_text().splitlines() if file.exists() else []

    def _unknown(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT to_id FROM send WHERE status = 'unknown'")]

    def _rows(self, query: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self._folder / "peerbot.sqlite")) as connection:
            return connection.execute(query).fetchall()


def _repeated(arrived: Counter[str]) -> int:
    return arrived.total() - len(arrived)
