"""Reads the tips: a folder per topic, a file per tip, its details in TOML and its texts below."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from peerbot.content.table import Problem, Table, file_text, short, toml
from peerbot.i18n import LANGUAGES
from peerbot.tips.model import (
    MAX_SOURCE,
    MAX_TEXT,
    MAX_TITLE,
    MAX_WORDS,
    TOPICS,
    Basis,
    Support,
    Tip,
    TipText,
)

_FENCE = "+++"
_LANGUAGE_LINE = re.compile(r"# ([a-z]{2}): (.+)")


def tips_in(folder: Path, found: list[Problem]) -> Iterator[tuple[str, Tip]]:
    """Yield file and tip of every tip in `folder` that can be used, in the order of files."""
    for path in sorted((folder / "tips").glob("*/*.md")):
        file = path.relative_to(folder).as_posix()
        text = file_text(path, file, found)
        if text is not None and (tip := _tip(file, path.parent.name, text, found)) is not None:
            yield file, tip


def _tip(file: str, topic: str, text: str, found: list[Problem]) -> Tip | None:
    before, fence, rest = text.partition(f"{_FENCE}\n")
    front, second, body = rest.partition(f"\n{_FENCE}\n")
    if before.strip() or not fence or not second:
        reason = "does not begin with its details between two lines of +++"
        found.append(Problem(file, "the beginning", reason, "copy the first lines of another tip"))
        return None
    values = toml(front, file, found)
    if values is None:
        return None
    table = Table(file, "", values, found)
    tip_id = table.text("id", 60)
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,59}", tip_id):
        table.wrong("id", "is not made of small letters, digits and hyphens", "rename it so")
    if (named := table.one_of("topic", TOPICS)) != topic and table.is_sound:
        table.wrong("topic", f"{named} is not the folder that it lies in", "move or change it")
    day = table.day("review_by")
    tip = Tip(
        id=tip_id,
        topic=named,
        support=Support(table.one_of("support", tuple(Support))),
        texts=_tip_texts(table, body),
        source=table.text("source", MAX_SOURCE),
        url=table.url("url"),
        basis=Basis(table.one_of("source_basis", tuple(Basis))),
        source_read=table.month("source_read"),
        review_by=day or date.max,
        reviewed_by=table.text("reviewed_by", 80, required=False),
        reviewed_on=table.day("reviewed_on", required=False),
        channel=table.flag("channel", otherwise=True),
    )
    if tip.basis is Basis.READ and not tip.source_read:
        table.wrong("source_read", "is empty although the source was read", "write the month")
    table.no_more()
    return tip if table.is_sound else None


def _tip_texts(table: Table, body: str) -> dict[str, TipText]:
    texts: dict[str, TipText] = {}
    for part in re.split(r"^(?=# )", body, flags=re.MULTILINE):
        if not part.strip():
            continue
        heading, _newline, rest = part.partition("\n")
        match = _LANGUAGE_LINE.fullmatch(heading.strip())
        if match is None:
            table.wrong("the text", f"{short(heading)} names no language", "write # en: Title")
            continue
        lines = [line.strip() for line in rest.strip().splitlines()]
        said = " ".join(line[1:].strip() for line in lines if line.startswith(">"))
        told = "\n".join(line for line in lines if not line.startswith(">")).strip()
        texts[match[1]] = TipText(match[2].strip(), told, said)
    for language in LANGUAGES:
        text = texts.get(language)
        if text is None:
            mend = f"add it below a line # {language}: Title"
            table.wrong("the text", f"the language {language} is missing", mend)
            continue
        for what, words, most in (
            ("title", text.title, MAX_TITLE),
            ("text", text.text, MAX_TEXT),
            ("line with >", text.words, MAX_WORDS),
        ):
            if not words:
                table.wrong(f"{what} ({language})", "is empty", "write it")
            if len(words) > most:
                mend = f"shorten it to {most}"
                table.wrong(f"{what} ({language})", f"has {len(words)} characters", mend)
    return texts


def by_file(read: Iterable[tuple[str, Tip]], found: list[Problem]) -> dict[str, Tip]:
    """Return the tips by their file; of those with the same id the first alone."""
    files: dict[str, str] = {}
    tips: dict[str, Tip] = {}
    for file, tip in read:
        if tip.id in files:
            reason = f"the id is used twice, in {files[tip.id]} too"
            found.append(Problem(file, "id", reason, "give one of them another"))
            continue
        files[tip.id] = file
        tips[file] = tip
    return tips
