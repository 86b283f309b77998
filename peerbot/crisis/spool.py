"""Alerts that could not be written to the database: sealed in files beside it until they can."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Protocol

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.forms import Surface
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome, Reason, State, Way

PURPOSE = "crisis.spool"


class Sealer(Protocol):
    """Encrypts with the app key; the vault does."""

    def seal_for_app(self, data: bytes, purpose: str) -> bytes: ...

    def open_for_app(self, sealed: bytes, purpose: str) -> bytes: ...


class Spool:
    """A folder of sealed alerts. It keeps them in memory too, so that a full disk loses none."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder
        self._sealer = sealer
        self._alerts: dict[str, Alert] = {}

    def read_in(self) -> None:
        """Take up what an earlier process left behind."""
        if not self._folder.is_dir():
            return
        for file in sorted(self._folder.glob("*.sealed")):
            alert = from_json(json.loads(self._sealer.open_for_app(file.read_bytes(), PURPOSE)))
            self._alerts.setdefault(alert.id, alert)

    def keep(self, alert: Alert) -> bool:
        """Keep or replace an alert; return whether it would survive the end of this process."""
        self._alerts[alert.id] = alert
        sealed = self._sealer.seal_for_app(json.dumps(to_json(alert)).encode(), PURPOSE)
        draft = self._folder / f"{alert.id}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(sealed)
            draft.replace(self._folder / f"{alert.id}.sealed")
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            return False
        return True

    def get(self, alert_id: str) -> Alert | None:
        return self._alerts.get(alert_id)

    def drop(self, alert_id: str) -> None:
        """Forget an alert that is now in the database."""
        self._alerts.pop(alert_id, None)
        (self._folder / f"{alert_id}.sealed").unlink(missing_ok=True)

    def __iter__(self) -> Iterator[Alert]:
        return iter(tuple(self._alerts.values()))

    def __len__(self) -> int:
        return len(self._alerts)


def to_json(alert: Alert) -> dict[str, object]:
    """Return an alert as plain values."""
    return {one.name: _plain(getattr(alert, one.name)) for one in fields(Alert)}


def from_json(row: dict[str, object]) -> Alert:
    """Return the alert that `to_json` wrote."""
    return Alert(**{name: _typed(name, value) for name, value in row.items()})  # type: ignore[arg-type]


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case Person(platform, person):
            return [platform, person]
        case Room(platform, room, space):
            return [platform, room, space]
        case MessageRef(platform, room, message):
            return [platform, room, message]
        case tuple():
            return list(value)
        case _:
            return value


def _typed(name: str, value: object) -> object:
    if value is None:
        return None
    match name:
        case "about" | "claimed_by":
            return Person(*value)  # type: ignore[misc]  # written by _plain
        case "room":
            return Room(*value)  # type: ignore[misc]  # written by _plain
        case "source" | "card":
            return MessageRef(*value)  # type: ignore[misc]  # written by _plain
        case "raised_at" | "next_step_at" | "claimed_at":
            return datetime.fromisoformat(str(value))
        case "rules":
            return tuple(value)  # type: ignore[arg-type]  # written by _plain
        case "tier":
            return Tier(int(str(value)))
        case _:
            kind = _ENUMS.get(name)
            return kind(str(value)) if kind else value


_ENUMS = {
    "category": Category,
    "whose": Whose,
    "reason": Reason,
    "surface": Surface,
    "state": State,
    "way": Way,
    "outcome": Outcome,
}
