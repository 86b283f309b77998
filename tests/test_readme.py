"""What the README says works as it is printed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from peerbot import stage
from peerbot.cli import app
from peerbot.paths import shipped
from peerbot.settings import load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def walk() -> list[str]:
    """Return the lines of the walk through, as they are to be typed."""
    part = README.partition("## A walk through")[2].partition("\n## ")[0]
    return [line.strip() for line in part.splitlines() if line.startswith("    ")]


def as_script() -> str:
    lines: list[str] = []
    sam: list[str] = []
    for line in walk():
        if line.startswith(("sam #check-ins>", "sam> press")):
            sam.append(line)
        elif sam:
            for name in ("kim", "lee", "mia", "noa", "tom"):
                lines += [one.replace("sam", name, 1) for one in sam]
            sam = []
        lines.append(line.removeprefix("/") if line.startswith("/wait") else line)
    return "\n".join(lines)


async def test_the_walk_through_works_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(shipped("config") / "peerbot.toml")
    code = await stage.play(settings, script=as_script(), name="README")
    shown = capsys.readouterr().out
    assert code == 0, shown[-2000:]
    for what in (
        "the card arrived",
        "peerbot is ready",
        "6 people answered",
        "not yet reviewed by a counsellor",
        "Kids Help Phone",
        "You do not have to go through this hour alone",
        "Still nobody",
        "nobody here is free right now",
        "What is kept about you",
    ):
        assert what.lower() in shown.lower(), what


def commands(under: typer.Typer, lead: str = "") -> Iterator[str]:
    """Yield every command by its full name, those of groups within groups too."""
    for command in under.registered_commands:
        yield lead + (command.name or command.callback.__name__)  # type: ignore[union-attr]
    for group in under.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{lead}{group.name} ")


def test_every_command_it_names_exists() -> None:
    known = set(commands(app))
    table = README.partition("## Running it for real")[2].partition("\nSettings are")[0]
    groups = "db |content helplines |content |crisis "
    named = {
        match.group(1)
        for match in re.finditer(rf"`(?:peerbot )?((?:{groups})?[a-z]+)[^`]*`", table)
    }
    missing = {one for one in named if one not in known and f"db {one}" not in known}
    assert missing == set()
    assert "content helplines check" in named


@pytest.mark.parametrize(
    "document", ["README.md", "ARCHITECTURE.md", "docs/moderators.md", "docs/counsellors.md"]
)
def test_every_link_leads_to_a_file(document: str) -> None:
    file = ROOT / document
    links = re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (file.parent / link).exists()]
    assert missing == []


def test_the_counts_it_states_are_true() -> None:
    tips = sorted((ROOT / "config" / "tips").glob("*/*.md"))
    assert f"| Tips | {len(tips)} in English and French" in README
    languages = [one for one in (ROOT / "config" / "crisis").iterdir() if any(one.glob("*.toml"))]
    assert len(languages) == 5
    assert "rules in five languages" in README


def test_the_drawing_names_every_part_of_the_house() -> None:
    drawing = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = [
        one.name.removesuffix(".py")
        for one in (ROOT / "peerbot").iterdir()
        if (one.is_dir() or one.suffix == ".py") and not one.name.startswith(("_", "."))
    ]
    assert [one for one in parts if one not in drawing] == []
