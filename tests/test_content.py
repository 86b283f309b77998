"""What is wrong in a content file is said in a sentence that its editor understands."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from peerbot.content import check, read
from peerbot.content.crisis import explained
from peerbot.paths import shipped

TODAY = date(2026, 11, 24)
TIP = "tips/needs/start-with-i.md"
NATIONAL = "resources/national.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what ships, to be broken."""
    for name in ("tips", "resources"):
        shutil.copytree(shipped("config") / name, tmp_path / name)
    return tmp_path


def _break(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert before in text, "the test would break nothing"
    path.write_text(text.replace(before, after, 1), "utf-8")


def test_what_ships_has_no_problem() -> None:
    assert check(today=TODAY) == ()


def test_what_ships_is_whole_in_both_languages() -> None:
    content = read()
    assert len(content.tips.tips) >= 24
    assert {tip.topic for tip in content.tips.tips} == set(read().tips.topics(TODAY))
    assert len(content.tips.topics(TODAY)) == 6
    assert len(content.directory.services) >= 30
    assert all(set(tip.texts) == {"en", "fr"} for tip in content.tips.tips)


def test_no_shipped_tip_names_a_reviewer() -> None:
    assert {tip.reviewed_by for tip in read().tips.tips} == {""}


def test_tips_that_speak_of_danger_are_kept_out_of_channels() -> None:
    hidden = [tip.id for tip in read().tips.tips if not tip.channel]
    assert hidden == ["asking-when-it-cannot-wait"]


BROKEN = [
    (TIP, 'topic = "needs"', 'topic = needs"', "is no TOML"),
    (TIP, "+++", "", "does not begin with its details"),
    (TIP, 'id = "needs-start-with-i"', 'id = "Start With I"', "small letters"),
    (TIP, 'topic = "needs"', 'topic = "neds"', "write it like|is not known; did you mean needs"),
    (TIP, 'topic = "needs"', 'topic = "conflict"', "not the folder"),
    (TIP, 'support = "emotional"', 'support = "money"', "choose one of emotional"),
    (TIP, "review_by = 2027-11-24", 'review_by = "soon"', "is no day; write it like 2027-11-24"),
    (TIP, "review_by = 2027-11-24", "review_by = 2026-11-23", "its day was 2026-11-23"),
    (TIP, "# fr: ", "# de: ", "the language fr is missing"),
    (TIP, "# en: ", "# en: " + "x" * 61, "characters; shorten it to 60"),
    (TIP, "> I felt", "I felt", "is empty"),
    (TIP, "source_basis", "source_bases", "is not known; write source_basis"),
    ("tips/boundaries/back-up.md", 'url = "https:', 'url = "ftp:', "is no web address"),
    ("tips/boundaries/back-up.md", '"2026-03"', '"March"', "is no month"),
    ("tips/boundaries/back-up.md", '"boundaries-back-up"', '"needs-start-with-i"', "used twice"),
    (NATIONAL, "\n[[service]]", "\n[[service]", "is no TOML"),
    (NATIONAL, "\n[[organization]]", "\n[organisation]", "is not known; write organization"),
    (NATIONAL, 'id = "us-988"', 'id = "ca-988"', "ca-988 is used twice"),
    (NATIONAL, 'timezone = "America/Toronto"', 'timezone = "America/Tronto"', "America/Toronto"),
    (NATIONAL, 'closes_at = "24:00"', 'closes_at = "25:00"', "is no time"),
    (NATIONAL, 'byday = "MO,', 'byday = "MX,', "names no days"),
    (NATIONAL, 'number = "988"', 'number = "call us"', "cannot be dialled"),
    (NATIONAL, 'url = "https://988.ca"', 'url = "javascript:x"', "is no web address"),
    (NATIONAL, 'organization_id = "988-canada"', 'organization_id = "988-cnada"', "988-canada"),
    (NATIONAL, 'support = ["emotional"]', "support = []", "names no kind of support"),
    (NATIONAL, 'languages = ["en", "fr"]', 'languages = "English"', "is no list"),
    (NATIONAL, 'country = "CA"', 'country = "Ca"', "is no country"),
    (NATIONAL, "always_open = true", 'always_open = "yes"', "neither true nor false"),
    (NATIONAL, "minimum_age = 12", "minimum_age = 1200", "is no age"),
    (NATIONAL, "cost.fr = ", "cost.es = ", "the language fr is missing; add cost.fr"),
    (NATIONAL, 'email = "jo@samaritans.ie"', 'email = "jo at samaritans"', "no email address"),
    (NATIONAL, 'status = "active"', 'status = "open"', "is not known"),
    (NATIONAL, 'source_read = "2026-03"', 'source_read = ""', "is empty; write the month"),
]


@pytest.mark.parametrize(("file", "before", "after", "sentence"), BROKEN)
def test_each_kind_of_mistake_is_named_with_its_file_and_its_cure(
    folder: Path, file: str, before: str, after: str, sentence: str
) -> None:
    _break(folder, file, before, after)
    problems = check(folder, today=TODAY)
    said = [one for one in problems if any(part in one for part in sentence.split("|"))]
    assert said, problems
    assert file in said[0]
    assert said[0].endswith(".")


def test_a_reviewer_in_a_shipped_file_is_a_problem_but_not_in_ones_own(folder: Path) -> None:
    _break(folder, TIP, 'reviewed_by = ""', 'reviewed_by = "Dr. Nobody"')
    assert check(folder, today=TODAY) == ()
    assert any("names a reviewer" in one for one in check(folder, today=TODAY, ships=True))


def test_a_broken_tip_costs_only_itself(folder: Path) -> None:
    _break(folder, TIP, "+++", "")
    assert len(read(folder).tips.tips) == len(read().tips.tips) - 1


def test_a_service_with_wrong_hours_is_left_out_rather_than_shown_open(folder: Path) -> None:
    _break(folder, NATIONAL, 'timezone = "America/Toronto"', 'timezone = "Nowhere"')
    content = read(folder)
    assert "ca-kids-help-phone-chat" not in {one.id for one in content.directory.services}
    assert not content.directory.is_whole


def test_an_empty_folder_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    assert len(check(tmp_path, today=TODAY)) == 2


def test_a_file_that_is_not_text_is_a_problem_and_no_crash(folder: Path) -> None:
    (folder / TIP).write_bytes(b"\xff\xfe\x00")
    assert any("is not in UTF-8" in one for one in check(folder))


def test_another_pack_has_another_digest(folder: Path) -> None:
    same = read(folder).directory.digest
    _break(folder, NATIONAL, '"Call or text 988 at any time."', '"Call or text 988."')
    assert read().directory.digest == same != read(folder).directory.digest


def test_who_asks_about_a_sentence_is_told_which_rule_file_was_left_out(tmp_path: Path) -> None:
    rules = tmp_path / "crisis" / "en"
    rules.mkdir(parents=True)
    (rules / "context.toml").write_text("", "utf-8")
    (rules / "odd.toml").write_text("[[rule]]\nid = 3\n", "utf-8")
    said = explained("i want to die", tmp_path)
    assert said.startswith("nothing found")
    assert "left out, because it cannot be used: en/odd.toml" in said
