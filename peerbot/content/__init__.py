"""Reads the content packs in `config/` into domain types, and says in plain words what is wrong.

What is wrong is left out, never half shown: a broken tip costs that tip and nothing else.
Read in this order: `table`, `tips`, `resources`, `helplines`, `crisis`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from peerbot.content.resources import directory_in
from peerbot.content.table import Problem
from peerbot.content.tips import by_file, tips_in
from peerbot.paths import shipped
from peerbot.resources.model import Shipped
from peerbot.tips.model import Library

__all__ = ["Content", "Problem", "check", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that was read and can be used, and the problems of the rest."""

    tips: Library
    tip_files: Mapping[str, str]
    """Where each tip was read, by its id."""
    directory: Shipped
    problems: tuple[Problem, ...]


def read(folder: Path | None = None) -> Content:
    """Return the content of `folder`; None is the one that ships with peerbot, and is kept."""
    return _shipped() if folder is None else _read(folder)


@cache
def _shipped() -> Content:
    return _read(shipped("config"))


def _read(where: Path) -> Content:
    found: list[Problem] = []
    tips = by_file(tips_in(where, found), found)
    directory = directory_in(where, found)
    return Content(
        tips=Library(tuple(tips.values())),
        tip_files={tip.id: file for file, tip in tips.items()},
        directory=directory,
        problems=tuple(found),
    )


def check(
    folder: Path | None = None, *, today: date | None = None, ships: bool = False
) -> tuple[str, ...]:
    """Return what a person should mend in `folder`, a sentence each; empty if all is well.

    Without `folder` it is what ships to everybody (as with `ships`), which may name no reviewer:
    only a community's own counsellors can have reviewed a tip. Without `today` nothing is looked
    at for its age.
    """
    content = read(folder)
    found = list(content.problems)
    for tip in content.tips.tips:
        file = content.tip_files[tip.id]
        if (ships or folder is None) and tip.reviewed_by:
            found.append(_reviewer_shipped(file))
        if today is not None and tip.is_expired(today):
            reason = f"its day was {tip.review_by}, so nobody is shown this tip"
            mend = "read it again and set a later day, or remove the file"
            found.append(Problem(file, "review_by", reason, mend))
    if not content.tips.tips:
        found.append(Problem("tips", "the folder", "holds no tip", "put at least one file into it"))
    if not content.directory.services:
        reason = "holds no service"
        found.append(
            Problem("resources", "the folder", reason, "add a [[service]] to a file in it")
        )
    return tuple(str(problem) for problem in found)


def _reviewer_shipped(file: str) -> Problem:
    reason = "names a reviewer in a file that ships to everybody"
    return Problem(file, "reviewed_by", reason, 'write "", and name them in your own copy')
