"""How good the rules are, as tables: written into the documents, and compared with them.

`python -m tests.crisis.accuracy` writes the numbers of today between the marks in the documents.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import count
from pathlib import Path

from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection.evaluation import Measures, Report, Row, evaluate, read_rows

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tests" / "crisis"
DOCUMENTS = tuple(ROOT / name for name in ("README.md", "docs/accuracy.md", "docs/counsellors.md"))
_LANGUAGES = ("en", "fr", "es", "de", "pt")
SETS = {
    "development share": ("dev.jsonl",),
    "set f": tuple(f"fresh/f/{language}.jsonl" for language in _LANGUAGES),
    "set e": tuple(f"fresh/e/{language}.jsonl" for language in _LANGUAGES),
    "first blind set, run later": tuple(f"blind/{language}.jsonl" for language in _LANGUAGES),
    "traps": tuple(f"traps/{language}.jsonl" for language in _LANGUAGES),
}
_HEAD = (
    "| | n | severe flagged | severe urgent+ | emergency | concern "
    "| false alarms | false urgent+ |\n"
    "|---|---|---|---|---|---|---|---|"
)


def rows_of(files: Iterable[str]) -> list[Row]:
    """Return the labelled messages of `files`, which lie beside this one."""
    return [
        row
        for file in files
        for row in read_rows((HERE / file).read_text(encoding="utf-8").splitlines())
    ]


@cache
def report(name: str) -> Report:
    """Return what the rules of today make of a set, by language. Times are not measured."""
    detector, broken = crisis_detector()
    assert broken == ()
    return evaluate(detector, rows_of(SETS[name]), seconds=count().__next__, by="lang")


def line(name: str, found: Measures) -> str:
    """Return a line of a table; a share of nothing is a dash."""
    shares = (
        found.severe_flagged,
        found.severe_urgent,
        found.emergency_exact,
        found.concern_flagged,
        found.false_any,
        found.false_urgent,
    )
    shown = " | ".join("-" if share is None else f"{share:.2f}" for share in shares)
    return f"| {name} | {found.n} | {shown} |"


def by_language(name: str) -> str:
    """Return the table of one set: all of it, then each language."""
    found = report(name)
    lines = [line(one, found.by[one]) for one in _LANGUAGES if one in found.by]
    return "\n".join((_HEAD, line(name, found.all), *lines))


def in_short() -> str:
    """Return the table of the README: a line for each set that says something of other people."""
    shown = ("development share", "set f", "traps")
    return "\n".join((_HEAD, *(line(name, report(name).all) for name in shown)))


def tables() -> dict[str, str]:
    """Return every table by the name that its marks in a document have."""
    return {"in short": in_short(), **{name: by_language(name) for name in SETS}}


def with_tables(text: str) -> str:
    """Return a document with the tables of today between its marks."""
    for name, table in tables().items():
        marks = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text = re.sub(
            marks, lambda found, new=table: f"{found[1]}{new}\n{found[2]}", text, flags=re.DOTALL
        )
    return text


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(with_tables(document.read_text(encoding="utf-8")), encoding="utf-8")
