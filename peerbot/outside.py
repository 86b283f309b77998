"""What can be asked of the house from outside, whether it runs or not: for adapters' own commands.

Nothing here is changed, and nothing is started.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from peerbot.app import build
from peerbot.chat.addresses import Room
from peerbot.chat.commands import Command
from peerbot.clock import Chance, SystemClock, real_sleep
from peerbot.community.model import Settings as CommunitySettings
from peerbot.community.store import CommunityStore
from peerbot.db import Database
from peerbot.delivery.engine import Engine
from peerbot.errors import StorageAway
from peerbot.settings import Settings
from peerbot.vault import AppKey, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What a community has decided about one of its spaces, as far as operators are concerned."""

    is_set_up: bool
    alert_room: Room | None = None
    """Where its alerts go, perhaps in another space of the same community."""
    alert_pings: tuple[str, ...] = ()
    """The platform's ids of the roles that an alert notifies."""
    reads_messages: bool = False
    """Whether its members were told that ordinary messages are looked at."""
    filters_words: bool = False
    """Whether the platform's own word filter is to report to us."""


async def declared(settings: Settings) -> tuple[Command, ...]:
    """Return every command that a house with these settings has, without opening its database.

    Raises content errors with file and place.
    """
    clock = SystemClock()
    with TemporaryDirectory() as name:
        folder = Path(name)
        db = Database(f"sqlite:///{folder / 'nothing.sqlite'}")
        try:
            house = build(
                settings=settings.model_copy(update={"data_folder": folder}),
                db=db,
                vault=Vault(AppKey.load_or_make(folder / "key")[0], clock),
                engine=Engine(folder / "engine.sqlite", environ={}),
                clock=clock,
                chance=Chance(),
                sleep=real_sleep,
            )
            return house.router.commands
        finally:
            await db.close()


async def homes(settings: Settings, platform: str) -> Mapping[str, Home]:
    """Return what communities decided, by the id of their space on `platform`.

    Raises `StorageAway` if the database cannot say.
    """
    if settings.is_embedded and not settings.database_file.exists():
        raise StorageAway(
            f"There is no database yet ({settings.database_file}): `peerbot run` makes it."
        )
    database = Database(settings.database)
    try:
        if not await database.has_table("settings_version"):
            raise StorageAway("The database is behind this release. Run `peerbot db upgrade`.")
        async with database.read() as session:
            store = CommunityStore(session)
            communities = await store.all()
            published = await store.published(CommunitySettings())
    finally:
        await database.close()
    return {
        space.id: _home(published[one.id].settings if one.id in published else None)
        for one in communities
        for space in one.spaces
        if space.platform == platform
    }


def _home(published: CommunitySettings | None) -> Home:
    if published is None:
        return Home(is_set_up=False)
    return Home(
        is_set_up=True,
        alert_room=published.alert_room,
        alert_pings=published.alert_pings,
        reads_messages=published.reads_messages,
        filters_words=published.filters_words,
    )
