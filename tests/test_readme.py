"""What the README says works as it is printed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from peerbot import stage
from peerbot.catalogue import in_code
from peerbot.cli import app
from peerbot.paths import shipped
from peerbot.settings import load
from tests.house import hears_itself_daily

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def walk() -> list[str]:
    """Return the lines of the walk through, as they are to be typed."""
    part = README.partition("## A walk through")[2].partition("\n## ")[0]
    return [line.strip() for line in part.splitlines() if line.startswith("    ")]


def typed() -> list[str]:
    """Return every line that a reader types: also those that five others do the same."""
    sentence = README.partition("Let five others")[2].partition(".")[0]
    answers = dict(re.findall(r'(\w+)\s"(\w+ \w+)"', sentence))
    assert len(answers) == 5
    lines: list[str] = []
    sam: list[str] = []
    for line in walk():
        if line.startswith(("sam #check-ins>", "sam> press")):
            sam.append(line)
        elif sam:
            for name, answer in answers.items():
                others = [one.replace("sam", name, 1) for one in sam]
                lines += [one.replace("Rather alone", answer) for one in others]
            sam = []
        lines.append(line)
    return lines


SEEN = (
    "the card arrived",
    "peerbot is ready",
    "how peerbot looks out for you here",
    "6 people answered",
    "in between – very connected",
    "not yet reviewed by a counsellor",
    "kids help phone",
    "you do not have to go through this hour alone",
    "still nobody",
    "nobody is free right now",
    "what is kept about you",
)


async def test_the_walk_through_works_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(shipped("config") / "peerbot.toml")
    script = "\n".join(["start: 2026-03-02T09:00Z", *typed()])
    code = await stage.play(settings, script=script, name="README", furnish=hears_itself_daily)
    shown = capsys.readouterr().out.lower()
    assert code == 0, shown[-2000:]
    assert [what for what in SEEN if what not in shown] == []


@pytest.mark.long
@pytest.mark.parametrize(("zone", "in_utc"), [("Asia/Kolkata", "12:30")])
async def test_every_line_of_the_walk_through_can_be_typed_in_any_time_zone(
    zone: str, in_utc: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load(shipped("config") / "peerbot.toml")
    chosen = f'alex> choose "Time zone" = "{zone}"'
    lines = [*typed()[:1], chosen, *typed()[1:]]
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    await stage.play(settings, script=None, lines=lines, start=start)
    printed = capsys.readouterr().out
    assert "It is now 2026-03-02 18:00." in printed
    assert "Open until 2026-03-05 18:00." in printed
    frames = re.findall(r"2026-03-02 (\d\d:\d\d)(?:, edited)? [─━]", printed)
    assert "18:00" in frames
    assert in_utc not in frames
    shown = " ".join(re.sub("[│┃]", " ", printed).lower().split())
    assert [what for what in SEEN if what not in shown] == []
    assert [what for what in ("there is no", "broke", "who is this") if f"· {what}" in shown] == []
    assert "sam in #general: i can't do this anymore" in shown


def test_the_walk_through_is_the_way_through_the_file_that_it_names() -> None:
    file = README.partition("shortest way through\n[")[2].partition("]")[0]
    rest = iter((ROOT / file).read_text(encoding="utf-8").splitlines())
    strayed = [
        line
        for line in typed()
        if not any(line.removeprefix("/wait") in (one, one.removeprefix("wait")) for one in rest)
    ]
    assert strayed == []


async def test_every_line_of_the_file_that_it_names_can_be_typed_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = load(shipped("config") / "peerbot.toml")
    steps = stage.walkthrough("en").partition("\n\n")[2].splitlines()
    start = datetime(2026, 3, 2, 14, tzinfo=UTC)
    await stage.play(settings, script=None, lines=steps, start=start, furnish=hears_itself_daily)
    shown = " ".join(re.sub("[│┃]", " ", capsys.readouterr().out).lower().split())
    assert [what for what in SEEN if what not in shown] == []
    assert "What would you like to say?: It was a quiet week.".lower() in shown
    assert "no form is open" not in shown


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
    read = [one for one in tips if 'source_basis = "read"' in one.read_text(encoding="utf-8")]
    assert f"whether we have read it ({len(read)} of them)" in README
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


def test_the_alert_that_moderators_are_shown_beforehand_is_the_real_one() -> None:
    page = (ROOT / "docs" / "moderators.md").read_text(encoding="utf-8")
    printed = page.split("```")[1].strip().splitlines()
    played = (ROOT / "tests" / "flows" / "walkthrough.en.txt").read_text(encoding="utf-8")
    card = next(
        one
        for one in played.split("\n  [")
        if "PLEASE CHECK ON A MEMBER" in one and "answered in a new private" in one
    )
    shown = [line.strip().lstrip("|> ") for line in card.splitlines()]
    labels = [line.partition(": ")[0] for line in shown if ": " in line]
    assert [
        line.partition(": ")[0]
        for line in printed
        if ": " in line and line.partition(": ")[0] not in labels
    ] == []
    assert printed[0] in shown
    assert printed[-1] in shown


@pytest.mark.parametrize("document", ["moderators.md", "counsellors.md"])
def test_what_a_page_quotes_is_what_people_read(document: str) -> None:
    page = " ".join((ROOT / "docs" / document).read_text(encoding="utf-8").split())
    quoted = re.findall(r"(?<![*\w])\*([^*\s][^*]*)\*(?!\*)", page)
    assert len(quoted) > 2
    texts = [re.sub(r"\{\w+\}", "{}", f"{one.id}\n{one.plural or ''}") for one in in_code()]
    there = "\n".join(texts)
    assert [one for one in quoted if re.sub(r"\d[\d-]*", "{}", one) not in there] == []
