"""The house as it stands: everything built and connected; how it opens, runs and closes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from peerbot.chat.adapters import Adapter
from peerbot.chat.router import Router
from peerbot.chat.switchboard import Switchboard
from peerbot.checkins.service import CheckinService
from peerbot.clock import Clock
from peerbot.community.service import CommunityService
from peerbot.crisis.hearing import HearingOneself
from peerbot.crisis.lab.phrases import OwnPhrases
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.record import Record
from peerbot.crisis.service import CrisisService
from peerbot.db import Database
from peerbot.delivery.service import Delivery
from peerbot.privacy.service import PrivacyService
from peerbot.resources.service import ResourceService
from peerbot.settings import Settings
from peerbot.tips.service import TipService
from peerbot.vault import Vault

log = logging.getLogger(__name__)

READ_IN_WITHIN_SECONDS = 0.5
"""How long people wait at the start for what the database knows of those in danger."""


@dataclass(frozen=True, slots=True)
class LastKnownFile:
    """Settings as last published, sealed beside the key: for help while the database is away."""

    file: Path
    vault: Vault

    def keep(self, document: str) -> None:
        """Write the document; a full disk keeps the older one."""
        draft = self.file.with_suffix(".part")
        try:
            draft.write_bytes(self.vault.seal_for_app(document.encode(), "last-known"))
            draft.replace(self.file)
        except OSError as error:
            log.warning("the last known settings could not be kept: %s", type(error).__name__)

    def read(self) -> str | None:
        if not self.file.is_file():
            return None
        try:
            return self.vault.open_for_app(self.file.read_bytes(), "last-known").decode()
        except Exception as error:  # noqa: BLE001 - damaged or of another key, peerbot must start
            log.critical("the last known settings cannot be read: %s", type(error).__name__)
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything, built and connected; nothing runs before `start`."""

    settings: Settings
    db: Database
    clock: Clock
    switchboard: Switchboard
    router: Router
    communities: CommunityService
    delivery: Delivery
    crisis: CrisisService
    noticing: Noticing
    own_phrases: OwnPhrases
    tally: Tally
    record: Record
    hearing: HearingOneself
    storage: "Storage"
    checkins: CheckinService
    tips: TipService
    resources: ResourceService
    privacy: PrivacyService

    async def start(self, *adapters: Adapter) -> None:
        """Let people in as soon as help works, then load the rest and start durable work.

        Who is in danger already is known before: events come before a platform says that it is
        ready, and of whoever writes then responders are not to be told twice.

        While the database is away only help is there, with the settings as they were last; a beat
        opens the storage as soon as it can. A platform that does not start keeps no other from it.
        """
        self.record.read_in()
        self.communities.recall()
        self.own_phrases.recall()
        reading = asyncio.create_task(self.storage.read_in())
        try:
            await asyncio.wait({reading}, timeout=READ_IN_WITHIN_SECONDS)
            await asyncio.gather(*map(self._plug, adapters))
            await self.storage.run()
        finally:
            reading.cancel()
        await self.delivery.start()

    async def _plug(self, adapter: Adapter) -> None:
        self.switchboard.plug(adapter)
        try:
            await adapter.start(self.switchboard)
        except Exception as error:
            # With no other platform there is nobody to be there for.
            self.switchboard.unplug(adapter.name)
            if not self.switchboard.adapters:
                raise
            log.critical("%s does not start: %s", adapter.name, type(error).__name__)

    async def stop(self) -> None:
        """Take no more events, finish what is under way, close."""
        for adapter in self.switchboard.adapters:
            await adapter.stop()
            self.switchboard.unplug(adapter.name)
        await self.noticing.settled()
        await self.hearing.settled()
        await self.delivery.stop()
        await self._write_counts()
        await self.db.close()

    async def _write_counts(self) -> None:
        """Write what was counted since the last beat; without a database it is lost."""
        if self.tally.next_due() is None:
            return
        try:
            await self.tally.write()
        except Exception as error:  # noqa: BLE001 - nobody is above, and peerbot must close
            log.error("counts are lost: %s", type(error).__name__)


class Storage:
    """Opens what lies in the database, and tries again at each beat until it could."""

    def __init__(
        self,
        clock: Clock,
        first: Sequence[Callable[[], Awaitable[object]]],
        rest: Sequence[Callable[[], Awaitable[object]]] = (),
    ) -> None:
        """`first` reads what help goes by; the `rest` may take longer, and need the platforms."""
        self._clock = clock
        self._first = first
        self._rest = rest
        self._reading = asyncio.Lock()
        self._has_read = False
        self.is_open = False

    async def read_in(self) -> bool:
        """Read what help goes by, if it was not read before; return whether it is there."""
        async with self._reading:
            self._has_read = self._has_read or await _done(self._first)
            return self._has_read

    async def run(self) -> int:
        if self.is_open:
            return 0
        self.is_open = await self.read_in() and await _done(self._rest)
        return int(self.is_open)

    def next_due(self) -> datetime | None:
        return None if self.is_open else self._clock()


async def _done(steps: Sequence[Callable[[], Awaitable[object]]]) -> bool:
    """Take these steps; return whether all could be taken."""
    try:
        for step in steps:
            await step()
    except Exception as error:  # noqa: BLE001 - away, locked or not migrated: help goes on
        log.error("the database cannot be opened yet: %s", type(error).__name__)
        return False
    return True


class Daily:
    """Runs something when the house opens and every day from then on."""

    def __init__(self, clock: Clock, run: Callable[[], Awaitable[int]]) -> None:
        self._clock = clock
        self._run = run
        self._next = clock()

    async def run(self) -> int:
        # More than a day ahead it can only be because the clock was set back.
        if timedelta() < self._next - self._clock() <= timedelta(days=1):
            return 0
        done = await self._run()
        self._next = self._clock() + timedelta(days=1)
        return done

    def next_due(self) -> datetime | None:
        # More than a day ahead it can only be because the clock was set back.
        now = self._clock()
        return self._next if self._next - now <= timedelta(days=1) else now
