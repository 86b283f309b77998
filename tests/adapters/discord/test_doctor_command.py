"""`peerbot discord doctor` as its operator types it: a process of its own, the double's state."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.discord.connection import UNKNOWN_BOT
from adapters.discord.facts import permissions
from adapters.discord.native import PLATFORM
from adapters.discord.servers import MOST_KEYWORD_RULES
from discord import Permissions
from peerbot.chat.addresses import Room, Space
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.store import CommunityStore
from peerbot.db import Database
from peerbot.settings import environment
from peerbot.testing import NOW
from tests.adapters.discord.double import Double

ALL_WRONG = """\
  WRONG   discord.message_content is on, but its switch in the portal is off, so peerbot cannot \
connect. Developer portal, your application, Bot: switch on Message Content Intent; or set \
discord.message_content = false.
  WRONG   The application asks for an OAuth2 code grant, so every invitation fails. Developer \
portal, your application, Bot: switch off Requires OAuth2 Code Grant.
  WRONG   Commands and buttons go to a web address instead of peerbot. Developer portal, your \
application, General Information: empty Interactions Endpoint URL.
  WRONG   The application has no privacy policy, and Discord asks for one. docs/discord.md has a \
text to start from; put its address in: Developer portal, your application, General Information, \
Privacy Policy URL.
  WRONG   Discord knows none of peerbot's commands, so nobody can use them. Run `peerbot discord \
sync`, or start peerbot.
  WRONG   Home: peerbot lacks Create Private Threads, which it needs to reach somebody in danger \
whose inbox is closed. Switch it on in Server Settings, Roles, the role of peerbot.
  WRONG   Home: everybody can read #care, the room for alerts. Take View Channel from @everyone in \
the room's settings, or choose a private room with /peerbot setup.
  WRONG   Home: peerbot may not write in #care, the room for alerts: it lacks Embed Links there. \
Add the role of peerbot in the room's settings, Permissions, and allow it.
  WRONG   Home: alerts cannot notify the role care team. Switch on Allow anyone to @mention this \
role, in Server Settings, Roles, care team.
  WRONG   Home: AutoMod has 6 keyword rules and takes no more, so peerbot's has no place. Remove \
one in Server Settings, AutoMod.
  WRONG   Garden: setup was never finished. Somebody who may manage the server types /peerbot \
setup there.
11 problems.
"""


@dataclass(frozen=True, slots=True)
class Operator:
    """Types commands in a shell whose settings lead to the double."""

    double: Double
    folder: Path
    care: str
    care_team: str

    async def types(self, *words: str, **environ: str) -> tuple[int | None, str]:
        """Return the exit code and all that was printed."""
        ours = {**self.double.environment, "PEERBOT_DATA_FOLDER": str(self.folder)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "peerbot", "discord", *words),
            env={**environment(), **ours, **environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _nothing = await process.communicate()
        return process.returncode, said.decode()

    @property
    def about(self) -> str:
        return f"Application TestBot ({self.double.backend.application_id}), in"


@pytest.fixture
def operator(double: Double, tmp_path: Path, sqlite_url: str) -> Operator:
    """Everything is in order, but for what nobody did yet: setup, and registering the commands."""
    assert sqlite_url.endswith("/peerbot.sqlite"), "where peerbot looks in its data folder"
    owner = double.home.owner
    return Operator(
        double=double,
        folder=tmp_path,
        care=owner.makes_hidden_room("care"),
        care_team=owner.makes_role("care team", mentionable=True),
    )


@pytest.fixture
async def set_up(operator: Operator, sqlite_database: Database) -> Callable[[], Awaitable[None]]:
    """Finish setup in the server: alerts go to #care and notify the care team."""
    home = operator.double.home

    async def finish() -> None:
        chosen = replace(
            Settings(),
            alert_room=Room(PLATFORM, operator.care, space=home.space.id),
            alert_pings=(operator.care_team,),
            notice_posted=True,
            notice_told=frozenset({"word-filter"}),
        )
        chosen = chosen.switching(Feature.READING, on=True).switching(Feature.WORD_FILTER, on=True)
        async with sqlite_database.begin() as session:
            store = CommunityStore(session)
            new = Community(id="home", name="Home", created_at=NOW)
            await store.add(new, Space(PLATFORM, home.space.id), chosen)
            await store.publish("home", NOW)

    return finish


READS = {"PEERBOT_DISCORD__MESSAGE_CONTENT": "true"}


async def test_after_sync_and_setup_all_is_well(
    operator: Operator, set_up: Callable[[], Awaitable[None]]
) -> None:
    await set_up()
    operator.double.home.owner.lets_peerbot(permissions(word_filter=True))
    code, said = await operator.types("sync")
    assert (code, said.startswith("Discord knows peerbot's ")) == (0, True)
    code, said = await operator.types("doctor", **READS)
    assert said == f"{operator.about} 1 server.\nNothing stands in the way.\n"
    assert code == 0


async def test_all_that_is_wrong_at_once_is_told_in_one_run_a_sentence_each(
    operator: Operator, set_up: Callable[[], Awaitable[None]]
) -> None:
    await set_up()
    double = operator.double
    portal, owner = double.portal, double.home.owner
    portal.message_content, portal.wants_code_grant = False, True
    portal.interactions_endpoint, portal.privacy_policy = "https://example.org/bot", None
    without = permissions()
    without.create_private_threads, without.manage_guild = False, True
    for number in range(MOST_KEYWORD_RULES):
        owner.makes_word_rule(number)
    owner.lets_peerbot(without)
    owner.lets_everyone(Permissions(view_channel=True, send_messages=True))
    owner.in_room(operator.care, deny={owner.role_of_peerbot: Permissions(embed_links=True)})
    owner.takes_mentions_from(operator.care_team)
    double.backend.create_guild("Garden")
    code, said = await operator.types("doctor", **READS)
    assert said == f"{operator.about} 2 servers.\n{ALL_WRONG}"
    assert code == 1
    # A second connection to the gateway would take events from peerbot, and a doctor mends nothing.
    assert double.gateway.identified == 0
    assert {one.method for one in double.requests} == {"GET"}


async def test_a_wrong_token_is_one_sentence_for_nothing_else_can_be_asked(
    operator: Operator,
) -> None:
    code, said = await operator.types("doctor", PEERBOT_DISCORD__TOKEN="of-another-bot")
    assert said == f"  WRONG   {UNKNOWN_BOT}\nOne problem.\n"
    assert code == 1
