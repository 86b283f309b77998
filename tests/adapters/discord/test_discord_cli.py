"""`peerbot discord`: found under its name, loaded when it is typed, plain when it refuses."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest
from typer.testing import CliRunner

import discord
from adapters.discord.cli import commands_over
from adapters.discord.connection import UNKNOWN_BOT, CannotConnect
from adapters.discord.facts import permissions
from adapters.discord.rest import Rest, logged_in, plainly, why
from peerbot.cli import command
from peerbot.settings import DiscordSettings
from tests.adapters.discord.fake_rest import APPLICATION, FakeRest, no_way, refused

Way = Callable[[DiscordSettings], AbstractAsyncContextManager[Rest]]
HERE = EntryPoint("discord", "adapters.discord.cli:app", "peerbot.commands")


def play(*words: str, way: Way, **environ: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands_over(way), list(words), env=environ)
    if isinstance(result.exception, CannotConnect):
        return -1, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.fixture
def rest() -> FakeRest:
    return FakeRest()


# -- below `peerbot` -------------------------------------------------------------------------------


def typed(
    capsys: pytest.CaptureFixture[str], *words: str, points: tuple[EntryPoint, ...] = (HERE,)
) -> tuple[object, str]:
    with pytest.raises(SystemExit) as ended:
        command(lambda: points)(list(words), prog_name="peerbot")
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


def test_help_lists_it_with_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = typed(capsys, "--help")
    assert code == 0
    assert "  discord  Discord: connect it, and find what is wrong there.\n" in said


def test_its_own_help_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = typed(capsys, "discord", "--help")
    assert code == 0
    assert "Usage: peerbot discord [OPTIONS] COMMAND" in said
    assert [name for name in ("invite", "sync", "doctor") if f"\n  {name} " not in said] == []


def test_unknown_names_are_told_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = typed(capsys, "discrod")
    assert code == 2
    assert "No such command 'discrod'. Did you mean 'discord'?" in said
    code, said = typed(capsys, "discord", points=())
    assert code == 2
    assert "No such command 'discord'." in said


def test_no_adapter_takes_the_name_of_a_command_of_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    impostor = EntryPoint("db", "adapters.discord.cli:app", "peerbot.commands")
    _code, said = typed(capsys, "db", "--help", points=(impostor,))
    assert "upgrade" in said


def test_what_it_refuses_is_said_without_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = typed(capsys, "discord", "sync")
    assert code == 1
    assert said.startswith("No token is set, so Discord lets nobody in.")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("words", [["--help"], ["db", "--help"], ["discord", "--help"]])
def test_help_loads_neither_discord_nor_the_house(words: list[str]) -> None:
    code = (
        "import sys\nfrom importlib.metadata import EntryPoint\nfrom peerbot.cli import command\n"
        f"try: command(lambda: [{HERE!r}])({words!r})\nexcept SystemExit: pass\n"
        "heavy = ('discord', 'sqlalchemy', 'peerbot.app', 'peerbot.settings')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_entry_point_leads_to_the_commands() -> None:
    import tomllib
    from pathlib import Path

    root = Path(__file__).parents[3]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["peerbot.commands"] == {HERE.name: HERE.value}
    assert HERE.load() is not None


# -- invite ----------------------------------------------------------------------------------------


def test_the_invitation_asks_for_what_is_needed_and_never_for_everything(rest: FakeRest) -> None:
    code, said = play("invite", way=rest.way)
    assert code == 0
    assert said == (
        f"https://discord.com/oauth2/authorize?client_id={APPLICATION}"
        f"&scope=bot+applications.commands&permissions={permissions().value}\n"
    )
    asked = discord.Permissions(int(said.strip().rpartition("=")[2]))
    assert not asked.administrator
    assert not asked.manage_guild


def test_the_invitation_asks_to_manage_the_server_for_the_word_filter_alone_and_says_why(
    rest: FakeRest,
) -> None:
    result = CliRunner().invoke(commands_over(rest.way), ["invite", "--word-filter"])
    assert result.exit_code == 0
    asked = discord.Permissions(int(result.stdout.strip().rpartition("=")[2]))
    assert asked.value == permissions().value | discord.Permissions.manage_guild.flag
    assert "Manage Server as well: to make its rule in AutoMod, and to hear" in result.stderr


def test_the_invitation_asks_nobody_if_the_settings_know_the_application() -> None:
    environ = {"PEERBOT_DISCORD__TOKEN": "t", "PEERBOT_DISCORD__APPLICATION_ID": "42"}
    code, said = play("invite", way=no_way, **environ)
    assert code == 0
    assert "client_id=42&" in said


# -- sync ------------------------------------------------------------------------------------------


def test_sync_registers_the_commands_of_the_house_and_repeats_nothing(rest: FakeRest) -> None:
    code, said = play("sync", way=rest.way)
    assert (code, len(rest.sent)) == (0, 1)
    assert {one["name"] for one in rest.known} >= {"help-now", "peerbot", "privacy"}
    assert said == f"Discord knows peerbot's {len(rest.known)} commands now.\n"
    code, said = play("sync", way=rest.way)
    assert (code, len(rest.sent)) == (0, 1)
    assert said == f"Discord knew peerbot's {len(rest.known)} commands already; nothing was sent.\n"


def test_sync_says_when_discord_cannot_be_reached() -> None:
    assert play("sync", way=no_way) == (-1, "Discord cannot be reached (planted).")


# -- doctor ----------------------------------------------------------------------------------------


def test_the_doctor_says_that_there_is_no_database_yet(
    rest: FakeRest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nowhere = tmp_path_factory.mktemp("empty") / "data"
    code, said = play("doctor", way=rest.way, PEERBOT_DATA_FOLDER=str(nowhere))
    assert code == 1
    assert "Nobody can say where alerts go. There is no database yet" in said
    assert not nowhere.exists()


def test_the_doctor_says_that_discord_cannot_be_reached() -> None:
    code, said = play("doctor", way=no_way)
    assert code == 1
    assert said == "  WRONG   Discord cannot be reached (planted).\nOne problem.\n"


# -- the way there ---------------------------------------------------------------------------------


@pytest.fixture
def discords_address() -> Iterator[ModuleType]:
    """Put discord.py's address back: a setting of ours changes it for good."""
    before = discord.http.Route.BASE
    yield discord.http
    discord.http.Route.BASE = before


async def test_a_way_that_leads_nowhere_is_told_in_a_sentence(
    discords_address: ModuleType,
) -> None:
    settings = DiscordSettings.model_validate({"token": "t", "api_base": "http://127.0.0.1:9"})
    with pytest.raises(CannotConnect, match=r"^Discord cannot be reached \(Client"):
        async with logged_in(settings):
            pass


async def test_without_a_token_nobody_is_asked() -> None:
    with pytest.raises(CannotConnect, match="set PEERBOT_DISCORD__TOKEN"):
        async with logged_in(DiscordSettings()):
            pass


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (discord.LoginFailure("x"), UNKNOWN_BOT),
        (refused(400, 30034), "Discord takes 200 new commands a day and has had them."),
        (refused(429), "Discord wants to be asked less often."),
        (discord.RateLimited(90.0), "Discord wants to be asked less often."),
        (refused(403, 50001), "Discord does not take what peerbot asked (403, code 50001)."),
        (refused(503), "Discord cannot be reached (it answers 503)."),
        (TimeoutError(), "Discord cannot be reached (TimeoutError)."),
    ],
)
async def test_each_failure_is_a_sentence(error: Exception, said: str) -> None:
    assert why(error).startswith(said)
    with pytest.raises(CannotConnect):
        async with plainly():
            raise error
