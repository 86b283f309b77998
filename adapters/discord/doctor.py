"""`peerbot discord doctor`: what stands between Discord and help that arrives, in sentences.

Everything is asked over REST: a second connection to the gateway would take events from peerbot.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import discord

from adapters.discord import portal, servers
from adapters.discord.commands import payload_of
from adapters.discord.native import Json
from adapters.discord.registering import Standing, standing
from adapters.discord.rest import Rest
from adapters.discord.servers import Server
from peerbot.chat.commands import Command
from peerbot.errors import StorageAway
from peerbot.outside import Home


class Homes(Protocol):
    """Knows what communities decided."""

    async def __call__(self) -> Mapping[str, Home]:
        """Return it by the id of the server. Raises `StorageAway` if nobody can say."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the operator wants of Discord."""

    commands: Sequence[Command]
    homes: Homes
    application_id: str = ""
    message_content: bool = False
    automod: bool = False
    """Whether AutoMod is to report to us."""


@dataclass(slots=True)
class Report:
    """What the doctor found, in the order in which it is to be read."""

    about: str = ""
    problems: list[str] = field(default_factory=list)
    """A sentence each; every one says what to do."""
    hints: list[str] = field(default_factory=list)
    """What is allowed and perhaps not meant."""

    @property
    def exit_code(self) -> int:
        return int(bool(self.problems))

    def lines(self) -> tuple[str, ...]:
        verdict = {0: "Nothing stands in the way.", 1: "One problem."}
        return (
            *([self.about] if self.about else []),
            *(f"  WRONG   {one}" for one in self.problems),
            *(f"  look at {one}" for one in self.hints),
            verdict.get(len(self.problems), f"{len(self.problems)} problems."),
        )


async def examine(rest: Rest, wanted: Wanted) -> Report:
    """Return everything that can be said. Raises what discord.py does if Discord says nothing."""
    application = await rest.application()
    joined = await rest.servers()
    report = Report(_about(application, joined))
    report.problems += portal.problems(
        application,
        application_id=wanted.application_id,
        message_content=wanted.message_content,
    )
    report.hints += portal.hints(application)
    known = await rest.commands(int(application["id"]))
    report.problems += _wrong_with_commands(known, wanted.commands)
    if not joined:
        report.problems.append(
            "peerbot is in no server yet. Add it with this address, as somebody who may manage the "
            f"server: {portal.invitation(application['id'])}"
        )
        return report
    homes: Mapping[str, Home] | None = None
    try:
        homes = await wanted.homes()
    except StorageAway as away:
        report.problems.append(f"Nobody can say where alerts go. {away}")
    for one in joined:
        report.problems += await _wrong_with(rest, one, homes, wanted)
    return report


def _about(application: Json, joined: Sequence[Json]) -> str:
    servers_joined = "1 server" if len(joined) == 1 else f"{len(joined)} servers"
    return f"Application {application['name']} ({application['id']}), in {servers_joined}."


def _wrong_with_commands(known: Sequence[Json], commands: Sequence[Command]) -> Iterator[str]:
    match standing(known, payload_of(commands)):
        case Standing.NONE:
            yield (
                "Discord knows none of peerbot's commands, so nobody can use them. Run "
                "`peerbot discord sync`, or start peerbot."
            )
        case Standing.STALE:
            yield (
                "Discord knows peerbot's commands as they were in another release. Run "
                "`peerbot discord sync`, or restart peerbot."
            )
        case Standing.SAME:
            return


async def _wrong_with(
    rest: Rest, joined: Json, homes: Mapping[str, Home] | None, wanted: Wanted
) -> list[str]:
    """Return what is wrong in one server; one that cannot be looked at hides no other."""
    server_id, name = str(joined["id"]), str(joined["name"])
    try:
        server = Server.of(
            await rest.server(server_id),
            await rest.rooms(server_id),
            await rest.ourselves(server_id),
        )
        home = homes.get(server_id) if homes is not None else None
        found = list(
            servers.problems(
                server,
                home,
                message_content=wanted.message_content,
                knows_homes=homes is not None,
            )
        )
        if wanted.automod or (home is not None and home.filters_words):
            found += servers.automod_problems(server, await _rules(rest, server))
    except discord.HTTPException as error:
        said = f"({error.status}, code {error.code})"
        return [f"{name}: Discord does not say what it is like there {said}. Try again later."]
    return found


async def _rules(rest: Rest, server: Server) -> list[Json] | None:
    """Return the server's AutoMod rules; None if we may not see them."""
    if not server.we_may().manage_guild:
        return None
    return await rest.automod_rules(server.id)
