"""The command line as somebody uses it: light to start, plain when it refuses."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from peerbot import __version__
from peerbot.cli import app

HEAVY = ("sqlalchemy", "alembic", "dbos", "apscheduler", "discord", "slack_bolt")


def play(*words: str, typed: str = "", **environ: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), env=environ, input=typed)
    return result.exit_code, result.output


def test_the_version_is_said() -> None:
    assert play("--version") == (0, f"peerbot {__version__}\n")


def started(*words: str, looking_for: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return what a fresh peerbot says, and which of these modules it imported meanwhile."""
    code = (
        f"import sys; sys.argv = {['peerbot', *words]!r}\n"
        "from peerbot.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print([name for name in {looking_for!r} if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    *lines, imported = said.splitlines()
    return "\n".join(lines), ast.literal_eval(imported)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["db", "--help"]])
def test_help_and_version_import_nothing_heavy(words: list[str]) -> None:
    said, imported = started(*words, looking_for=HEAVY)
    assert "peerbot" in said
    assert imported == []


def test_the_version_does_not_wait_for_the_commands() -> None:
    names = ("peerbot.cli", "typer", "pydantic", "asyncio", "peerbot.settings")
    said, imported = started("--version", looking_for=names)
    assert said == f"peerbot {__version__}"
    assert imported == []


def test_peerbot_can_be_started_as_a_module() -> None:
    command = [sys.executable, "-m", "peerbot", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Usage: python -m peerbot" in said


def test_every_command_explains_itself() -> None:
    for words in (["run"], ["console"], ["check"], ["db", "backup"], ["content", "check"]):
        code, said = play(*words, "--help")
        assert code == 0
        assert "Usage" in said


def test_a_sentence_that_is_none_is_asked_for() -> None:
    code, said = play("crisis", "explain", " ")
    assert code == 2
    assert "write a sentence" in said


def test_check_ends_with_a_verdict(tmp_path: Path) -> None:
    code, said = play("check", PEERBOT_DATA_FOLDER=str(tmp_path))
    assert code == 0
    assert said.endswith("peerbot would run.\n")
    code, said = play("check", PEERBOT_ZONE="Europe/Pari")
    assert code == 1
    assert "WRONG   PEERBOT_ZONE = 'Europe/Pari' is not a time zone" in said
    assert said.endswith("peerbot would not run.\n")


def test_the_help_lines_that_ship_are_listed_and_sound() -> None:
    code, said = play("content", "helplines", "check")
    assert code == 0
    assert "Countries without any line" in said
    assert said.endswith("The file has no mistakes.\n")


def test_wrong_settings_stop_a_command_without_a_trace() -> None:
    code, said = play("db", "upgrade", PEERBOT_ZNE="UTC")
    assert code == 1
    assert said == "PEERBOT_ZNE is not a setting of peerbot. Did you mean PEERBOT_ZONE?\n"


def test_a_database_is_upgraded_backed_up_and_restored(tmp_path: Path) -> None:
    there = {"PEERBOT_DATA_FOLDER": str(tmp_path / "data")}
    assert play("db", "upgrade", **there)[0] == 0
    code, said = play("db", "upgrade", **there)
    assert (code, said) == (0, "The database is up to date.\n")
    code, said = play("db", "backup", str(tmp_path / "b.tar"), **there)
    assert code == 0
    assert f"Written: {tmp_path}/b.tar" in said
    code, said = play("db", "restore", str(tmp_path / "b.tar"), **there)
    assert code == 1
    assert "key file" in said


def test_a_backup_of_postgresql_does_not_pretend(tmp_path: Path) -> None:
    code, said = play(
        "db", "backup", str(tmp_path), PEERBOT_DATABASE_URL="postgresql://me@db.example/peerbot"
    )
    assert code == 1
    assert "pg_dump --format=custom --file=peerbot.dump postgresql://me@db.example/peerbot" in said


def test_the_walk_through_is_not_played_into_a_database_that_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "community.sqlite"
    code, said = play(
        "console", "--database", f"sqlite:///{kept}", PEERBOT_DATA_FOLDER=str(tmp_path)
    )
    assert code == 1
    assert said.startswith("There is no terminal to type in, and no line to read.")
    assert len(said.splitlines()) == 1
    assert not kept.exists()


def test_lines_from_a_pipe_are_played_and_not_ignored(tmp_path: Path) -> None:
    there = {"PEERBOT_DATA_FOLDER": str(tmp_path)}
    code, said = play("console", typed="sam #garden> hello\n/wait 1h\n", **there)
    assert code == 0
    assert "sam in #garden: hello" in said
    assert "It is now " in said
    kept = f"sqlite:///{tmp_path}/community.sqlite"
    code, said = play("console", "--database", kept, typed="sam> hello\n/wait 1h\n", **there)
    assert code == 0
    assert "sam in #general: hello" in said
    assert "Time runs by itself here" in said


def test_no_file_of_ours_can_be_read_by_others_on_the_machine(tmp_path: Path) -> None:
    data = tmp_path / "data"
    # A shell of somebody whose files are readable unless they are told otherwise.
    shell = f'umask 022; export PEERBOT_DATA_FOLDER={data}; exec "$0" -m peerbot "$@"'
    kept = tmp_path / "kept" / "community.sqlite"
    kept.parent.mkdir(mode=0o755)

    def peerbot(*words: str) -> None:
        command = ["sh", "-c", shell, sys.executable, *words]
        subprocess.run(command, input="sam> hello\n", text=True, check=True, capture_output=True)

    peerbot("console", "--database", f"sqlite:///{kept}")
    peerbot("db", "upgrade")
    peerbot("db", "backup", str(tmp_path / "kept" / "b.tar"))
    made = [*kept.parent.iterdir(), *data.rglob("*")]
    assert {"community.sqlite", "engine.sqlite", "peerbot.sqlite", "b.tar"} <= {
        one.name for one in made
    }
    assert [one for one in made if one.stat().st_mode & 0o077] == []


LABELLED = """
{"text": "we won the match", "expect": "none", "lang": "en", "category": "none"}
{"text": "i want to kill myself", "expect": "urgent", "lang": "en", "category": "suicide"}
"""


def test_a_group_that_is_none_is_refused_with_those_there_are(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(LABELLED.strip())
    code, said = play("crisis", "eval", str(file), "--by", "nonsense")
    assert code == 1
    assert said.endswith("there is no group 'nonsense'. There are: category, lang.\n")
    assert play("crisis", "eval", str(file), "--by", "lang")[0] == 0


@pytest.mark.parametrize("width", [80, 120])
def test_the_measures_fit_the_terminal_and_nothing_is_cut_off(tmp_path: Path, width: int) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(LABELLED.strip())
    code, said = play("crisis", "eval", str(file), "--by", "category", COLUMNS=str(width))
    assert code == 0
    assert max(len(line) for line in said.splitlines()) <= width
    assert "…" not in said
    assert "emerg." in said
    assert "suicide" in said


def test_the_hint_about_a_labelled_message_can_be_copied(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text("hello")
    code, said = play("crisis", "eval", str(file))
    assert code == 1
    assert 'write {"text": "...", "expect": "none"} with' in said


def test_a_configured_platform_without_an_adapter_opens_no_demo(tmp_path: Path) -> None:
    there = {
        "PEERBOT_DATA_FOLDER": str(tmp_path),
        "PEERBOT_SLACK__BOT_TOKEN": "xoxb-t",
        "PEERBOT_SLACK__APP_TOKEN": "xapp-t",
    }
    code, said = play("run", **there)
    assert code == 1
    assert "this release has no adapter for it yet" in said
    assert "Nothing was started" in said
    assert "Nothing is configured" not in said
