"""`peerbot discord`: commands for whoever runs peerbot on Discord. Imports late, as the core's."""

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from peerbot.cli import Config

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from adapters.discord.doctor import Report
    from adapters.discord.rest import Way
    from peerbot.settings import Settings

T = TypeVar("T")

WordFilter = Annotated[
    bool,
    typer.Option(
        "--word-filter",
        help="Ask for Manage Server too: for AutoMod to tell peerbot of phrases (docs/discord.md).",
    ),
]


def commands_over(way: "Way | None" = None) -> typer.Typer:
    """Return the commands, speaking to Discord on this way; None is over the network."""
    commands = typer.Typer(
        help="Discord: invite peerbot, register its commands, find what is wrong.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )

    @commands.command()
    def invite(config: Config = None, *, word_filter: WordFilter = False) -> None:
        """Print the address on which an admin adds peerbot to a server."""
        settings = _settings(config)
        typer.echo(_done(_invitation(settings, way or _network(), word_filter=word_filter)))
        if word_filter:
            typer.echo(_why_more(), err=True)

    @commands.command()
    def sync(config: Config = None) -> None:
        """Register peerbot's commands with Discord, if it knows them otherwise."""
        typer.echo(_done(_synced(_settings(config), way or _network())))

    @commands.command()
    def doctor(config: Config = None) -> None:
        """Say what is wrong in the portal and in each server, and what to do; exit with 1 then."""
        report = _done(_examined(_settings(config), way or _network()))
        typer.echo("\n".join(report.lines()))
        raise typer.Exit(report.exit_code)

    return commands


app = commands_over()


async def _invitation(settings: "Settings", way: "Way", *, word_filter: bool) -> str:
    from adapters.discord.portal import invitation

    if settings.discord.application_id:
        return invitation(settings.discord.application_id, word_filter=word_filter)
    async with way(settings.discord) as rest:
        return invitation((await rest.application())["id"], word_filter=word_filter)


def _why_more() -> str:
    from adapters.discord.facts import TO_FILTER_WORDS
    from peerbot.chat.plain import plain

    _name, called, why = TO_FILTER_WORDS
    return (
        f"It asks for {plain(called)} as well: {plain(why)}. peerbot uses it for nothing else; "
        "without the word filter it needs none of it."
    )


async def _synced(settings: "Settings", way: "Way") -> str:
    from adapters.discord import registering
    from peerbot import outside

    async with way(settings.discord) as rest:
        application_id = int((await rest.application())["id"])
        commands = await outside.declared(settings)
        synced = await registering.sync(rest, application_id, commands)
    if synced.sent:
        return f"Discord knows peerbot's {synced.commands} commands now."
    return f"Discord knew peerbot's {synced.commands} commands already; nothing was sent."


async def _examined(settings: "Settings", way: "Way") -> "Report":
    from adapters.discord.connection import CannotConnect
    from adapters.discord.doctor import Report, Wanted, examine
    from adapters.discord.native import PLATFORM
    from peerbot import outside

    try:
        async with way(settings.discord) as rest:
            wanted = Wanted(
                commands=await outside.declared(settings),
                homes=lambda: outside.homes(settings, PLATFORM),
                application_id=settings.discord.application_id,
                message_content=settings.discord.message_content,
            )
            return await examine(rest, wanted)
    except CannotConnect as error:
        return Report(problems=[str(error)])


def _network() -> "Way":
    from adapters.discord.rest import logged_in

    return logged_in


def _settings(config: "Path | None") -> "Settings":
    from peerbot.settings import environment, load

    return load(config, environment())


def _done(work: "Coroutine[object, object, T]") -> T:
    import asyncio

    return asyncio.run(work)
