"""What an operator should know about the help lines on one day, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from peerbot.content.table import Problem
from peerbot.crisis.helplines import HelpLines, Line, long_unread
from peerbot.i18n import SOURCE_LANGUAGE, pick


@dataclass(frozen=True, slots=True)
class Chapter:
    """Sentences that belong together."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong in the file, and what is so although nothing is wrong."""

    wrong: tuple[str, ...]
    """What would be shown wrongly; peerbot leaves it out until it is mended."""
    chapters: tuple[Chapter, ...]

    @property
    def exit_code(self) -> int:
        return 1 if self.wrong else 0


def report(lines: HelpLines, problems: Sequence[Problem], today: date) -> Report:
    """Return what there is to say about `lines` on `today`; `problems` are those of their file."""
    chapters = (
        Chapter("Expired, no longer shown:", tuple(_expired(lines, today))),
        Chapter("Not verified, not shown:", tuple(_unverified(lines, today))),
        Chapter("To be superseded:", tuple(_superseded(lines, today))),
        Chapter("Not read at their source for a year, still shown:", tuple(_old(lines, today))),
        Chapter(
            f"Countries without any line (their emergency number and {lines.fallback_name} only):",
            tuple(_without_lines(lines, today)),
        ),
    )
    return Report(
        wrong=tuple(str(problem) for problem in problems),
        chapters=tuple(one for one in chapters if one.sentences),
    )


def _expired(lines: HelpLines, today: date) -> Iterator[str]:
    for line in lines.lines:
        if not line.is_valid(today):
            after = f"; {line.superseded_by} took over" if line.superseded_by else ""
            yield f"{_named(line)}: its last day was {line.valid_to}{after}"


def _unverified(lines: HelpLines, today: date) -> Iterator[str]:
    for line in lines.lines:
        if line.is_valid(today) and not line.is_trusted:
            mend = 'read or call it, then write confidence = "high"'
            yield f"{_named(line)}: confidence is {line.confidence}; {mend}"


def _superseded(lines: HelpLines, today: date) -> Iterator[str]:
    for line in lines.lines:
        if line.superseded_by and line.is_valid(today):
            yield f"{_named(line)}: until {line.valid_to}, then {line.superseded_by}"


def _old(lines: HelpLines, today: date) -> Iterator[str]:
    for line in long_unread(lines, today):
        if line.is_shown(today):
            yield f"{_named(line)}: read on {line.verified_at}, at {line.source}"


def _without_lines(lines: HelpLines, today: date) -> Iterator[str]:
    covered = {line.country for line in lines.lines if line.is_shown(today)}
    names = sorted(
        pick(country.name, SOURCE_LANGUAGE)
        for code, country in lines.countries.items()
        if code not in covered
    )
    if names:
        yield ", ".join(names)


def _named(line: Line) -> str:
    return f"{line.id} ({line.name})"
