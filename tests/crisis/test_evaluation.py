"""The evaluation: measures as the safety page defines them."""

import json
import re
from itertools import count
from pathlib import Path

import pytest

from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection import Detector, Finding, Tier, parse
from peerbot.crisis.detection.evaluation import RowError, evaluate, read_rows
from tests.crisis import accuracy

ROOT = Path(__file__).parents[2]
RULES = """
[[rule]]
id = "t.urgent"
category = "suicide"
tier = "urgent"
phrases = ["urgent"]
[[rule]]
id = "t.emergency"
category = "suicide"
tier = "emergency"
phrases = ["emergency"]
[[rule]]
id = "t.concern"
category = "distress"
tier = "concern"
phrases = ["concern"]
"""


def line(text: str, expect: str, **more: object) -> str:
    return json.dumps({"text": text, "expect": expect, **more})


LINES = [
    line("emergency", "emergency", lang="en"),
    line("urgent", "emergency", lang="en"),
    line("urgent", "urgent", lang="fr"),
    line("concern", "urgent", lang="fr"),
    line("nothing", "concern", lang="fr"),
    line("urgent", "none", lang="en"),
    line("concern", "none", lang="en"),
    line("quiet", "none", lang="en"),
    "",
    line("emergency", "none", debatable=True),
]


@pytest.fixture
def detector() -> Detector:
    return Detector([parse(RULES)])


def ticking() -> float:
    return next(_TICKS) * 1e-6


_TICKS = count()


def test_the_measures_are_those_of_the_safety_page(detector: Detector) -> None:
    report = evaluate(detector, read_rows(LINES), seconds=ticking).as_json()
    assert {name: report[name] for name in report if name not in {"by", "debatable"}} == {
        "n": 8,
        "severe_flagged": 1.0,
        "severe_urgent": 0.75,
        "emergency_exact": 0.5,
        "concern_flagged": 0.0,
        "false_any": pytest.approx(0.6667),
        "false_urgent": pytest.approx(0.3333),
        "exact": 0.375,
        "us_per_message": pytest.approx(1.0),
    }


def test_the_time_that_rules_take_when_they_are_met_first_is_not_measured() -> None:
    clock = Slow()
    report = evaluate(clock, read_rows(LINES), seconds=clock.seconds)
    assert report.all.us_per_message == pytest.approx(10.0)


class Slow(Detector):
    """A detector that takes a second for a text it did not see before, and then 10 us."""

    def __init__(self) -> None:
        super().__init__([parse(RULES)])
        self._seen: set[str] = set()
        self._now = 0.0

    def seconds(self) -> float:
        return self._now

    def find(self, text: str) -> Finding | None:
        self._now += 10e-6 if text in self._seen else 1.0
        self._seen.add(text)
        return super().find(text)


def test_debatable_rows_are_scored_apart(detector: Detector) -> None:
    report = evaluate(detector, read_rows(LINES), seconds=ticking)
    assert report.debatable.n == 1
    assert report.debatable.false_urgent == 1.0


def test_measures_are_split_by_any_word_of_the_rows(detector: Detector) -> None:
    report = evaluate(detector, read_rows(LINES), seconds=ticking, by="lang")
    assert {name: measures.n for name, measures in report.by.items()} == {"en": 5, "fr": 3}
    assert report.by["fr"].emergency_exact is None


def test_each_miss_comes_with_its_explanation(detector: Detector) -> None:
    report = evaluate(detector, read_rows(LINES), seconds=ticking)
    misses = {miss.row.text: miss for miss in report.misses}
    assert misses["nothing"].got is Tier.NONE
    assert "nothing found" in misses["nothing"].explanation
    assert "rule t.concern says concern" in misses["concern"].explanation
    assert [miss.row.debatable for miss in report.misses].count(True) == 1


@pytest.mark.parametrize("broken", ["{", "[]", '{"text": "a"}', line("a", "severe")])
def test_a_line_that_is_no_row_is_named(broken: str) -> None:
    with pytest.raises(RowError, match="line 2"):
        read_rows([LINES[0], broken])


def test_what_the_rules_are_known_to_get_wrong_is_published_and_still_wrong() -> None:
    """One that is right by now belongs among the voices, where it stays right."""
    detector, _broken = crisis_detector()
    lines = (ROOT / "tests" / "crisis" / "known.jsonl").read_text(encoding="utf-8").splitlines()
    right = []
    for row in map(json.loads, lines):
        found = detector.find(row["text"])
        got = ("none", None) if found is None else (found.tier.label, found.whose.value)
        category = "none" if found is None else found.category.value
        if (*got, category) == (row["expect"], row["whose"], row["category"]):
            right.append(row["text"])
    assert lines
    assert right == []
    assert "tests/crisis/known.jsonl" in (ROOT / "docs" / "accuracy.md").read_text("utf-8")


@pytest.mark.parametrize("document", accuracy.DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_say_how_much_is_missed(document: Path) -> None:
    """As it is with the rules of today: `python -m tests.crisis.accuracy` writes the numbers."""
    text = document.read_text(encoding="utf-8")
    assert "<!-- end -->" in text
    assert text == accuracy.with_tables(text)


@pytest.mark.parametrize(
    ("document", "folder"), [("blind-set.md", "blind"), ("blind-set-2.md", "blind_2")]
)
def test_the_one_run_of_a_blind_set_is_published_with_every_miss(
    document: str, folder: str
) -> None:
    """The numbers are those of that day; what is counted can be counted again."""
    page = (ROOT / "docs" / document).read_text(encoding="utf-8")
    head, _, listed = page.partition("## Every miss")
    counts = dict(re.findall(r"\| (all|en|fr|es|de|pt|debatable) \| (\d+) \|", head))
    rows = [
        row
        for file in sorted((ROOT / "tests" / "crisis" / folder).rglob("*.jsonl"))
        for row in read_rows(file.read_text(encoding="utf-8").splitlines())
    ]
    clear = [row for row in rows if not row.debatable]
    assert int(counts["all"]) == len(clear) >= 300
    for language in ("en", "fr", "es", "de", "pt"):
        assert int(counts[language]) == sum(row.groups["lang"] == language for row in clear)
    expected = {_cell(row.text): row.expect.label for row in rows}
    misses = re.findall(
        r"(?m)^\| (.+) \| (none|concern|urgent|emergency)(?: \(debatable\))? \| (\w+) \|$", listed
    )
    assert len(misses) == len({text for text, _, _ in misses}) > 30
    assert [text for text, said, got in misses if expected.get(text) != said or said == got] == []
    wrong = sum(expected[text] == "none" for text, _, _ in misses)
    harmless = sum(row.expect is Tier.NONE for row in clear)
    assert f"| {wrong / harmless:.2f} |" in head


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " / ").replace("<", "&lt;")
