"""discord.py's client: hardly any cache, no privileged intent unless it is wanted, no command tree.

https://discord.com/developers/docs/events/gateway#gateway-intents
"""

import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import discord

from adapters.discord.errors import TROUBLE, in_a_word
from adapters.discord.intake import Intake
from adapters.discord.lean import keep_out_rooms
from peerbot.clock import real_sleep

log = logging.getLogger(__name__)

# We never speak: that libraries for it are missing is no warning.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

MOST_RATE_LIMIT_SECONDS = 60.0
"""A longer wait is `TryLater`: our own delivery knows better what to do meanwhile."""


def intents(*, message_content: bool) -> discord.Intents:
    """Return what we hear of: rooms, direct messages, our AutoMod rule; words in rooms if wanted.

    Direct messages and interactions bring their words without any privileged intent.
    https://discord.com/developers/docs/events/gateway#message-content-intent
    """
    return discord.Intents(
        guilds=True,
        dm_messages=True,
        auto_moderation_execution=True,
        guild_messages=message_content,
        message_content=message_content,
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """What the connection takes its time over."""

    settles_for: timedelta = timedelta(seconds=2)
    """It counts as ready once Discord has told of no further server for so long."""
    identifies_after: timedelta = timedelta(seconds=5)
    """Discord lets one session be opened in so long, for each application.
    https://discord.com/developers/docs/events/gateway#rate-limiting"""
    first_answer_within: timedelta = timedelta(seconds=3)
    """Discord takes no first answer to an interaction after that.
    https://discord.com/developers/docs/interactions/receiving-and-responding"""


USUAL_PACE = Pace()


async def nothing() -> None:
    return


class Client(discord.AutoShardedClient):
    """Hands everything to the intake. Events are served before `on_ready`."""

    def __init__(
        self,
        intake: Intake,
        *,
        message_content: bool = False,
        look_early: bool = True,
        shard_count: int | None = None,
        pace: Pace = USUAL_PACE,
        on_ready: Callable[[], Awaitable[None]] = nothing,
        on_failure: Callable[[str, Exception], None] = lambda _event, _error: None,
    ) -> None:
        super().__init__(
            intents=intents(message_content=message_content),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MOST_RATE_LIMIT_SECONDS,
            guild_ready_timeout=pace.settles_for.total_seconds(),
            shard_count=shard_count,
        )
        self._intake = intake
        self._pace = pace
        self._on_ready = on_ready
        self._on_failure = on_failure
        keep_out_rooms(self._connection.parsers)
        if look_early:
            intake.ordinary.stand_before(self._connection.parsers)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:
            await real_sleep(self._pace.identifies_after.total_seconds())

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await self._intake.interaction(interaction)

    async def on_message(self, message: discord.Message) -> None:
        await self._intake.message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        guild = self.get_guild(payload.guild_id) if payload.guild_id else None
        await self._intake.message_edited(payload, guild)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._intake.message_deleted(payload)

    async def on_ready(self) -> None:
        # Again after each session that could not be resumed: what happened meanwhile was not told.
        await self._on_ready()

    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        await self._intake.filtered(execution)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._intake.joined(guild, await who_added(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._intake.removed(guild.id)

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        if before.name != after.name:
            await self._intake.renamed(after.id, after.name)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Name what broke; discord.py would print a traceback with everybody's words in it."""
        del args, kwargs
        error = sys.exc_info()[1]
        log.error("%s broke: %s", event_method, type(error).__name__)
        if isinstance(error, Exception):
            self._on_failure(event_method, error)


async def who_added(guild: discord.Guild) -> discord.abc.User | None:
    """Return who added us, if the server lets us read its audit log; else None."""
    me: discord.Member | None = guild.me
    if me is None or not me.guild_permissions.view_audit_log:
        return None
    try:
        async for entry in guild.audit_logs(limit=5, action=discord.AuditLogAction.bot_add):
            if entry.target is not None and entry.target.id == me.id:
                return entry.user
    except TROUBLE as error:
        log.warning("the audit log cannot be read: %s", in_a_word(error))
    return None
