"""A mistake in the file of help lines costs what it stands in, is named, and stops nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from peerbot.chat.plain import plain
from peerbot.check import Weight, check
from peerbot.content.crisis import helplines, read_helplines
from peerbot.content.helplines_report import report
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.lines import LineWords
from peerbot.paths import shipped
from peerbot.settings import Settings

SHIPPED = (shipped("config") / "helplines.toml").read_text("utf-8")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
WHOLE = helplines()


def broken(folder: Path, before: str, after: str) -> Path:
    assert before in SHIPPED, "the test would break nothing"
    (folder / "helplines.toml").write_text(SHIPPED.replace(before, after, 1), "utf-8")
    return folder


def said_in(folder: Path, country: str = "CA") -> str:
    words = LineWords(helplines(folder))
    several = words.all(country, Category.SUICIDE, NOON)
    return "\n".join(plain(one) for one in several)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('hours = "always"', 'hours = "allways"', "did you mean always"),
        ('zone = "America/Toronto"', 'zone = "America/Tronto"', "write America/Toronto"),
        ("verified_at = 2026-03-13", 'verified_at = "spring"', "is no day"),
        ('valid_to = ""', 'valid_to = "soon"', "is no day"),
        ('valid_to = ""', 'vaild_to = ""', "is not known; write valid_to"),
        ('call = "988"', "call = 988", "is no text; put it in quotes"),
        ('call = "988"', 'call = "ask a friend"', "cannot be dialled"),
        ('call = "988"', 'call = "988', "is no TOML"),
        ('call = "988"', 'call = "1-833-456-4566"', "1-833-456-4566 is retired"),
        ('call = "988"', 'call = "18334564566"', "18334564566 is retired"),
        ('confidence = "high"', 'confidence = "sure"', "choose one of high"),
        ('country = "CA"', 'country = "CN A"', "has 4 characters"),
        ('country = "CA"', 'country = "QQ"', "QQ has no [countries.QQ]"),
        ('about = ["suicide"', 'about = ["sucide"', "is not known; choose of suicide"),
        ("\n[[line]]", "\n[[line]", "is no TOML"),
    ],
)
def test_one_mistake_in_one_line_took_all_help_lines_and_the_start(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    lines, problems = read_helplines(broken(tmp_path, before, after))
    assert len(lines.lines) == len(WHOLE.lines) - 1
    assert lines.retired == WHOLE.retired
    assert any(sentence in str(one) for one in problems), problems
    assert all(str(one).startswith("helplines.toml, ") for one in problems)
    assert "findahelpline.com" in said_in(tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('emergency = "911"\nname.en = "Canada"', 'emergency = ""\nname.en = "Canada"'),
        ('name.fr = "Canada"', 'name.de = "Kanada"'),
        ('in.en = "In Canada"', 'in.en = "In Canada'),
        ("[countries.CA]", "[countries.CA"),
    ],
)
def test_a_broken_country_keeps_its_lines_and_all_other_countries(
    tmp_path: Path, before: str, after: str
) -> None:
    lines, problems = read_helplines(broken(tmp_path, before, after))
    assert set(WHOLE.countries) - set(lines.countries) == {"CA"}
    assert lines.lines == WHOLE.lines
    assert problems
    assert "your local emergency number" in said_in(tmp_path)
    assert "call 988" in said_in(tmp_path)


def test_a_retired_number_was_shown_until_somebody_ran_the_check(tmp_path: Path) -> None:
    broken(tmp_path, 'call = "988"', 'call = "1-833-456-4566"')
    for tier in Tier:
        few = LineWords(helplines(tmp_path)).few("CA", Category.SUICIDE, tier, NOON)
        assert "833" not in "".join(plain(one) for one in few)
    assert "833" not in said_in(tmp_path)


def test_a_country_written_twice_is_read_once(tmp_path: Path) -> None:
    block = SHIPPED[SHIPPED.index("[countries.CA]") : SHIPPED.index("[countries.CH]")]
    (tmp_path / "helplines.toml").write_text(block + SHIPPED, "utf-8")
    lines, problems = read_helplines(tmp_path)
    assert (lines.countries, lines.lines) == (WHOLE.countries, WHOLE.lines)
    assert "CA stands there twice" in str(problems[0])


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe\x00", b"[[[", b"countries = 1\nline = 2\nretired = 3"]
)
def test_without_any_usable_file_there_is_still_somewhere_to_turn(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "helplines.toml").write_bytes(content)
    lines, problems = read_helplines(tmp_path)
    assert lines.lines == ()
    assert problems
    assert "your local emergency number" in said_in(tmp_path)
    assert "findahelpline.com" in said_in(tmp_path)


def test_confidence_and_who_took_over_are_kept(tmp_path: Path) -> None:
    after = 'valid_to = "2027-01-31"\nsuperseded_by = "ca-988"'
    lines = helplines(broken(tmp_path, 'valid_to = ""\nsuperseded_by = ""', after))
    first = lines.lines[0]
    assert (first.valid_to, first.superseded_by) == (date(2027, 1, 31), "ca-988")
    assert first.confidence == "high"


# -- what operators are told ---------------------------------------------------------------------


async def test_check_names_what_is_left_out_and_peerbot_would_run(tmp_path: Path) -> None:
    folder = broken(tmp_path, 'call = "988"', 'call = "1-833-456-4566"')
    settings = Settings.model_validate({"data_folder": tmp_path / "data"})
    found = await check(settings, content=folder)
    assert found.would_run
    (said,) = (one for one in found.of(Weight.WARNING) if "help lines" in one)
    assert "1-833-456-4566 is retired; remove it." in said


@pytest.mark.parametrize(
    ("before", "after", "chapter", "sentence"),
    [
        ('valid_to = ""', 'valid_to = "2026-11-23"', "Expired,", "its last day was 2026-11-23"),
        ('confidence = "high"', 'confidence = "low"', "Not", "confidence is low"),
        (
            'valid_to = ""\nsuperseded_by = ""',
            'valid_to = "2027-01-31"\nsuperseded_by = "ca-988"',
            "To",
            "until 2027-01-31, then ca-988",
        ),
        (
            "verified_at = 2026-03-13",
            "verified_at = 2025-03-13",
            "Not",
            "ca-988 (9-8-8: Suicide Crisis Helpline): read on 2025-03-13",
        ),
    ],
)
def test_what_is_so_without_being_wrong_is_told_and_no_error(
    tmp_path: Path, before: str, after: str, chapter: str, sentence: str
) -> None:
    folder = broken(tmp_path, before, after)
    found = report(*read_helplines(folder), TODAY)
    said = "\n".join(one for each in found.chapters for one in each.sentences)
    assert sentence in said
    assert any(one.title.startswith(chapter) for one in found.chapters)
    assert "Albania" in said
    assert found.exit_code == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('call = "988"', 'call = "1-833-456-4566"'),
        ('superseded_by = ""', 'superseded_by = "us-988"'),
        ('call = "988"\ntext = "988"', 'call = ""\ntext = ""'),
    ],
)
def test_only_what_would_be_shown_wrongly_is_an_error(
    tmp_path: Path, before: str, after: str
) -> None:
    found = report(*read_helplines(broken(tmp_path, before, after)), TODAY)
    assert found.exit_code == 1
    assert len(found.wrong) == 1
