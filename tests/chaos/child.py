"""The process that is killed: delivers one scenario into a file, and ends once all is done."""

import argparse
import asyncio
import logging
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, MessageRef, Room
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Delivered
from peerbot.clock import Chance, Clock, SystemClock
from peerbot.db import Database
from peerbot.delivery.engine import Engine, beside
from peerbot.delivery.model import Held, Status
from peerbot.delivery.sending import Sending
from peerbot.delivery.service import Delivery
from peerbot.delivery.store import SendRow, SendStore
from tests.chaos.scenarios import SCENARIOS, Scenario, of_size, place_id


class Sink:
    """A platform outside of this process: what is written to its file has arrived."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.clock = clock

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        return Delivered(ref)

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        await asyncio.sleep(random.uniform(0, 0.004))
        os.write(self._descriptor, f"{nonce} {place_id(to)}\n".encode())
        os.fsync(self._descriptor)
        await asyncio.sleep(random.uniform(0, 0.004))
        return Delivered(MessageRef(to.platform, "room", f"{nonce}"))

    def domain(self, to: Address) -> str:
        """Return one rate limit for all inboxes, and ten for rooms."""
        return f"rooms-{to.id[-1]}" if isinstance(to, Room) else "inboxes"

    def capabilities(self, platform: str) -> Capabilities:
        return Capabilities(sends_per_second=10_000)


class Careless(Sending):
    """The planted defect: takes a send in hand without looking whether somebody had it."""

    async def _claim(self, send_id: str) -> Held | None:
        async with self._db.begin() as session:
            await session.execute(
                update(SendRow).where(SendRow.id == send_id).values(status=Status.PENDING)
            )
            return await SendStore(session).claim(send_id, self._owner, self._clock())


class Later:
    """A clock that is a minute ahead for every life before this one."""

    def __init__(self, lives: int) -> None:
        self._ahead = timedelta(minutes=lives)

    def __call__(self) -> datetime:
        return SystemClock()() + self._ahead


def lives_before(folder: Path) -> int:
    """Return how many processes have worked on this folder, and count this one."""
    file = folder / "lives"
    lives = len(file.read_bytes()) if file.exists() else 0
    with file.open("ab") as counted:
        counted.write(b".")
    return lives


async def live(scenario: Scenario, folder: Path, sending: type[Sending]) -> None:
    url = f"sqlite:///{folder / 'peerbot.sqlite'}"
    db, engine = Database(url), Engine(beside(url), environ={}, queue_poll=0.01, listen_poll=0.01)
    clock = SystemClock()
    sink = Sink(folder / "sink", Later(lives_before(folder)))
    delivery = Delivery(db, engine, sink, clock, Chance(), sending=sending)
    scenario.declare(db, delivery, sink)
    print("alive", flush=True)
    await delivery.start()
    await scenario.plan(db, delivery)
    await delivery.go()
    while True:
        await delivery.settle()
        again = await delivery.sweep()
        next_due = await delivery.next_due()
        if not again and next_due is None:
            break
        if next_due is not None:
            await asyncio.sleep(max(0.0, (next_due - clock()).total_seconds()))
            await delivery.beat()
    await delivery.stop()
    await db.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario")
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without-owner-check", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    by_name = {one.name: one for one in SCENARIOS}
    scenario = of_size(by_name[asked.scenario], asked.size)
    asyncio.run(live(scenario, asked.folder, Careless if asked.without_owner_check else Sending))


if __name__ == "__main__":
    main()
