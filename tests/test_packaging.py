"""What is installed: pinned by hash, from no named index, with everything that ships."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from peerbot import __version__

ROOT = Path(__file__).parent.parent
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: Path) -> dict[str, str]:
    """Return each requirement's lines, joined, by its name."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and line[0] not in " #"]
    return {line.partition("==")[0]: line for line in lines}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_pinned_by_hash(lock: Path) -> None:
    lines = pinned(lock)
    assert len(lines) > 30
    loose = [
        name
        for name, line in lines.items()
        if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ ", line) or "--hash=sha256:" not in line
    ]
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_index_is_named(lock: Path) -> None:
    words = lock.read_text(encoding="utf-8")
    assert not re.search(r"https?:|--(extra-)?index|--find-links|file:", words)


def test_everything_declared_is_pinned() -> None:
    # https://packaging.python.org/en/latest/specifications/name-normalization/
    names = [re.split(r"[\[<>=]", line)[0] for line in PROJECT["project"]["dependencies"]]
    declared = {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    assert declared <= set(pinned(LOCKS[0]))
    groups = PROJECT["dependency-groups"]
    build = {re.split(r"[<>=]", line)[0] for line in groups["build"]}
    assert build <= set(pinned(LOCKS[0]))
    tools = {re.split(r"[<>=]", line)[0] for line in groups["dev"] if isinstance(line, str)}
    assert tools <= set(pinned(LOCKS[1]))


def test_tests_run_with_what_is_shipped() -> None:
    shipped, tested = pinned(LOCKS[0]), pinned(LOCKS[1])
    assert {name: tested.get(name) for name in shipped} == shipped


def test_the_version_is_said_once() -> None:
    assert PROJECT["project"]["version"] == __version__


@pytest.mark.slow
def test_the_wheel_carries_config_and_migrations_and_stays_private(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = archive.read(f"peerbot-{__version__}.dist-info/METADATA").decode()
    assert {
        "peerbot/cli.py",
        "adapters/console/adapter.py",
        "peerbot/_shipped/config/peerbot.toml",
        "peerbot/_shipped/migrations/env.py",
        "peerbot/_shipped/migrations/script.py.mako",
    } <= names
    assert "Classifier: Private :: Do Not Upload" in metadata
    assert not {name for name in names if name.startswith(("tests/", "data/"))}
