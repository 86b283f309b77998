"""The rules of ARCHITECTURE.md bite: each planted violation is found by the tool that holds it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent

pytestmark = pytest.mark.slow

# What is planted where, the contract that must break, and how the tool names what it found.
PLANTED = {
    "a lower layer imports a higher one": (
        "peerbot/clock.py",
        "import peerbot.settings",
        "In the core, imports point downwards, and every module has its place",
        "peerbot.clock -> peerbot.settings",
    ),
    "the port imports a feature": (
        "peerbot/chat/cards.py",
        "import peerbot.community.model",
        "In the core, imports point downwards, and every module has its place",
        "peerbot.chat.cards -> peerbot.community.model",
    ),
    "a module that has no place": (
        "peerbot/stray.py",
        '"""A module that nobody placed."""',
        "In the core, imports point downwards, and every module has its place",
        "stray",
    ),
    "the core imports an adapter": (
        "peerbot/community/service.py",
        "import adapters.console",
        "The core knows no adapter and no platform library",
        "peerbot.community.service -> adapters.console",
    ),
    "the core imports a platform library": (
        "peerbot/community/service.py",
        "import discord",
        "The core knows no adapter and no platform library",
        "peerbot.community.service -> discord",
    ),
    "an adapter imports another": (
        "adapters/planted/__init__.py",
        "import adapters.console",
        "Adapters do not import each other",
        "adapters.planted -> adapters.console",
    ),
    "the port imports pydantic": (
        "peerbot/chat/forms.py",
        "import pydantic",
        "Rules, detection and the port are plain Python",
        "peerbot.chat.forms -> pydantic",
    ),
    "a model reaches SQL through another module": (
        "peerbot/community/model.py",
        "import peerbot.db",
        "Rules, detection and the port are plain Python",
        "peerbot.community.model -> peerbot.db",
    ),
    "a service says SQL": (
        "peerbot/community/service.py",
        "import sqlalchemy",
        "Only stores say SQL",
        "peerbot.community.service -> sqlalchemy",
    ),
    "an adapter says SQL": (
        "adapters/planted/__init__.py",
        "import sqlite3",
        "Only stores say SQL",
        "adapters.planted -> sqlite3",
    ),
    "a feature imports the engine": (
        "peerbot/community/service.py",
        "import dbos",
        "Only delivery knows the durable engine and the scheduler",
        "peerbot.community.service -> dbos",
    ),
}

BANNED = (
    "datetime.datetime.now(datetime.UTC)",
    "datetime.datetime.utcnow()",
    "datetime.datetime.today()",
    "datetime.date.today()",
    "time.time()",
    "time.sleep(1)",
    "asyncio.sleep(1)",
    "import random",
    "import secrets",
    "uuid.uuid4()",
    "os.urandom(1)",
    'os.environ["HOME"]',
    'os.getenv("HOME")',
)


def a_copy(folder: Path) -> Path:
    skipped = shutil.ignore_patterns("__pycache__", "*.pyc")
    for part in ("peerbot", "adapters"):
        shutil.copytree(ROOT / part, folder / part, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run(tool: str, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOOLS / tool, *arguments], cwd=at, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def contracts_broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What import-linter says of a copy with everything planted, by the name of the contract."""
    copy = a_copy(tmp_path_factory.mktemp("planted"))
    for file, line, _, _ in PLANTED.values():
        planted = copy / file
        planted.parent.mkdir(exist_ok=True)
        with planted.open("a", encoding="utf-8") as out:
            out.write(f"\n{line}\n")
    said = run("lint-imports", "--no-cache", at=copy)
    assert said.returncode == 1, said.stdout + said.stderr
    parts = re.split(
        r"^(.+)\n-+\n", said.stdout.partition("Broken contracts")[2], flags=re.MULTILINE
    )
    return {name.strip(): found for name, found in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_import_breaks_its_contract(
    planted: str, contracts_broken: dict[str, str]
) -> None:
    _, _, contract, found = PLANTED[planted]
    assert found in contracts_broken.get(contract, "the contract was kept")


def test_the_house_as_it_is_keeps_its_contracts() -> None:
    said = run("lint-imports", "--no-cache", at=ROOT)
    assert said.returncode == 0, said.stdout


def test_time_chance_and_the_environment_are_banned_outside_their_modules(tmp_path: Path) -> None:
    copy = a_copy(tmp_path)
    planted = copy / "peerbot" / "community" / "planted.py"
    imports = "import asyncio\nimport datetime\nimport os\nimport time\nimport uuid\n"
    calls = "".join(f"    {call}\n" for call in BANNED)
    planted.write_text(f"{imports}\n\ndef planted() -> None:\n{calls}")
    said = run("ruff", "check", "--no-cache", "--output-format=json", str(planted), at=copy)
    lines = planted.read_text().splitlines()
    banned = {
        lines[found["location"]["row"] - 1].strip()
        for found in json.loads(said.stdout)
        if found["code"] == "TID251"
    }
    assert set(BANNED) <= banned
