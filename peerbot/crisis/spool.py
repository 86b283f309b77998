"""Alerts that could not be written to the database: sealed in files beside it until they can."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.forms import Surface
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome, Owed, Reason, State, Way
from peerbot.crisis.worry import Worry

log = logging.getLogger(__name__)

PURPOSE = "crisis.spool"
SEALED, DAMAGED = ".sealed", ".damaged"


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

    def read_in(self) -> tuple[Alert, ...]:
        """Take up what an earlier process left behind, and return it.

        A file that cannot be read is put aside under another name, for `peerbot check` to show:
        it must not keep the others, or peerbot, from starting.
        """
        if not self._folder.is_dir():
            return ()
        for file in sorted(self._folder.glob(f"*{SEALED}")):
            try:
                text = self._sealer.open_for_app(file.read_bytes(), PURPOSE)
                alert = from_json(json.loads(text))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, others wait
                log.critical("a spooled alert cannot be read: %s", type(error).__name__)
                file.replace(file.with_suffix(DAMAGED))
                continue
            self._alerts.setdefault(alert.id, alert)
        return tuple(self)

    def keep(self, alert: Alert) -> bool:
        """Keep or replace an alert; return whether it would survive the end of this machine."""
        self._alerts[alert.id] = alert
        sealed = self._sealer.seal_for_app(json.dumps(to_json(alert)).encode(), PURPOSE)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f"{alert.id}.part"
            with draft.open("wb") as out:
                out.write(sealed)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self._folder / f"{alert.id}{SEALED}")
            _sync_folder(self._folder)
        except OSError:
            # On a full disk nothing half-written stays behind.
            with suppress(OSError):
                (self._folder / f"{alert.id}.part").unlink(missing_ok=True)
            return False
        return True

    def get(self, alert_id: str) -> Alert | None:
        return self._alerts.get(alert_id)

    def drop(self, alert: Alert) -> None:
        """Forget an alert that is in the database now, unless it was changed since."""
        if self._alerts.get(alert.id) is alert:
            del self._alerts[alert.id]
            (self._folder / f"{alert.id}{SEALED}").unlink(missing_ok=True)

    def put_aside(self, alert: Alert) -> None:
        """Stop trying to write an alert that the database will never take; its file stays."""
        if self._alerts.pop(alert.id, None) is not None:
            file = self._folder / f"{alert.id}{SEALED}"
            if file.is_file():
                file.replace(file.with_suffix(DAMAGED))

    def __iter__(self) -> Iterator[Alert]:
        return iter(tuple(self._alerts.values()))

    def __len__(self) -> int:
        return len(self._alerts)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too; only the file's content would be otherwise."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_json(alert: Alert) -> dict[str, object]:
    """Return an alert as plain values."""
    return {one.name: _plain(getattr(alert, one.name)) for one in fields(Alert)}


def from_json(row: dict[str, object]) -> Alert:
    """Return the alert that `to_json` wrote, in this release or the one before it."""
    known = {one.name for one in fields(Alert)}
    return Alert(**{name: _typed(name, value) for name, value in row.items() if name in known})  # type: ignore[arg-type]


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
            return [_plain(one) for one in value]
        case Worry():
            return {one.name: _plain(getattr(value, one.name)) for one in fields(Worry)}
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
        case "worry":
            return _worry(value)  # type: ignore[arg-type]  # written by _plain
        case "more_cards":
            return tuple(MessageRef(*one) for one in value)  # type: ignore[attr-defined]  # a list
        case _ if name in _MOMENTS:
            return datetime.fromisoformat(str(value))
        case "rules":
            return tuple(value)  # type: ignore[arg-type]  # written by _plain
        case "tier" | "answered":
            return Tier(int(str(value)))
        case _:
            kind = _ENUMS.get(name)
            return kind(str(value)) if kind else value


def _worry(row: dict[str, Any]) -> Worry:
    about, hearers, words = row.pop("about"), row.pop("hearers"), row.pop("words")
    return Worry(
        about=Person(*about) if about else None,
        hearers=tuple(Person(*one) for one in hearers),
        words=tuple(words),
        **row,
    )


_MOMENTS = frozenset(
    {
        *("raised_at", "next_step_at", "claimed_at", "owed_at"),
        *("until", "called_at", "follow_up_at", "answered_at"),
    },
)
_ENUMS = {
    "category": Category,
    "whose": Whose,
    "reason": Reason,
    "surface": Surface,
    "state": State,
    "way": Way,
    "owed": Owed,
    "outcome": Outcome,
}
