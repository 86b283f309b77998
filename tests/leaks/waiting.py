"""What has to survive seconds: sealed with the app key, and gone within a quarter of an hour.

Today nothing of that is words: an alert that could not be written waits in the spool, and holds
none. Whoever seals something else with the app key has to say here what it is and how it ends.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from tests.leaks.town import Town

QUARTER_OF_AN_HOUR = timedelta(minutes=15)

KEPT = frozenset({"last-known", "crisis.own-phrase"})
"""Purposes for which something is sealed to stay: what was known last, and own phrases."""


def _spooled(town: Town) -> list[str]:
    return [file.name for file in (town.settings.data_folder / "spool").glob("*")]


FOR_SECONDS: Mapping[str, Callable[[Town], list[str]]] = {"crisis.spool": _spooled}
"""Purposes for which something is sealed until it can be stored, and what waits for that now."""


def waiting(town: Town) -> list[str]:
    """Return everything that waits, and drafts of files that nobody finished."""
    drafts = [file.name for file in town.settings.data_folder.rglob("*.part")]
    return sorted(drafts + [one for waits in FOR_SECONDS.values() for one in waits(town)])
