"""Discord hears of our commands when it knows them otherwise, and not once more."""

import logging

import pytest
import simcord

from adapters.discord.commands import payload_of
from adapters.discord.registering import Standing, standing, sync, sync_at_start
from adapters.discord.rest import Api
from peerbot.chat.commands import Command, Parameter, Role
from peerbot.clock import MovableClock
from peerbot.i18n import _
from peerbot.testing.builders import NOW
from peerbot.testing.fakes import RecordingCore
from tests.adapters.discord.fake_rest import APPLICATION, FakeRest, as_kept, refused
from tests.adapters.discord.golden_commands import commands_of_the_house
from tests.adapters.discord.harness import on_simcord

HELP = Command(name="help-now", summary=_("Help for a hard moment, privately, at once"))
TIP = Command(
    name="tip",
    summary=_("Read a tip"),
    parameters=(
        Parameter(name="search", summary=_("Words")),
        Parameter(name="topic", summary=_("Words"), required=True),
    ),
)
SETUP = Command(name="peerbot setup", summary=_("Set peerbot up"), role=Role.ADMIN)
ALL = (HELP, TIP, SETUP)


@pytest.fixture
def rest() -> FakeRest:
    return FakeRest()


async def test_commands_are_registered_once_and_not_at_the_next_start(rest: FakeRest) -> None:
    first = await sync(rest, int(APPLICATION), ALL)
    again = await sync(rest, int(APPLICATION), ALL)
    assert (first.sent, again.sent) == (True, False)
    assert first.commands == again.commands == 4
    assert len(rest.sent) == 1


async def test_they_are_sent_in_all_our_languages(rest: FakeRest) -> None:
    await sync(rest, int(APPLICATION), (HELP,))
    ((help_now, _flag),) = rest.sent
    assert help_now["description"] == "Help for a hard moment, privately, at once"
    assert help_now["description_localizations"]["fr"].startswith("De l")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("description", "Something else"),
        ("description_localizations", {"fr": "Autre chose"}),
        ("default_member_permissions", "8"),
        ("contexts", [0]),
        ("nsfw", True),
        ("options", [{"type": 3, "name": "more", "description": "more"}]),
    ],
)
def test_whatever_people_would_see_changed_is_stale(name: str, value: object) -> None:
    ours = payload_of(ALL)
    theirs = as_kept(ours)
    assert standing(theirs, ours) is Standing.SAME
    help_now = next(one for one in theirs if one["name"] == "help-now")
    help_now[name] = value
    assert standing(theirs, ours) is Standing.STALE


def test_a_command_that_is_gone_or_too_many_is_stale() -> None:
    ours = payload_of(ALL)
    assert standing(as_kept(payload_of((HELP, TIP))), ours) is Standing.STALE
    assert standing(as_kept(ours), payload_of((HELP, TIP))) is Standing.STALE
    assert standing([], ours) is Standing.NONE


def test_the_commands_of_the_whole_house_come_back_the_same() -> None:
    ours = payload_of(commands_of_the_house())
    assert standing(as_kept(ours), ours) is Standing.SAME


async def test_a_start_goes_on_when_discord_takes_no_commands(
    rest: FakeRest, caplog: pytest.LogCaptureFixture
) -> None:
    rest.breaks = {"register": refused(400, 30034)}
    await sync_at_start(rest, int(APPLICATION), ALL)
    assert "`peerbot discord sync` tries again" in caplog.text


async def test_a_start_says_what_it_registered(
    rest: FakeRest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await sync_at_start(rest, int(APPLICATION), ALL)
    assert "4 commands are registered now" in caplog.text


async def test_an_answer_that_discord_changed_is_noticed(
    rest: FakeRest, caplog: pytest.LogCaptureFixture
) -> None:
    class Shortens(FakeRest):
        async def register(self, application_id: int, commands: object) -> list[dict[str, object]]:
            return [{"type": 1, "name": "help-now", "description": "Help"}]

    assert (await sync(Shortens(), int(APPLICATION), ALL)).sent
    assert "otherwise than they were sent" in caplog.text


async def test_the_adapter_registers_what_the_core_declares_when_it_starts() -> None:
    core = RecordingCore()
    core.commands = ALL
    adapter = on_simcord(MovableClock(NOW))
    async with simcord.run(adapter.client, shard_count=1) as env:
        await adapter.start(core)
        assert adapter._registering is not None
        await adapter._registering
        api = Api(adapter.client.http, env.backend.bot_user.id)
        known = await api.commands(env.backend.application_id)
        again = await sync(api, env.backend.application_id, ALL)
        await adapter.stop()
    assert {one["name"] for one in known} == {"help-now", "tip", "peerbot", "Flag for moderators"}
    assert not again.sent
