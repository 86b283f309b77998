"""The settings as they were known last, kept where they can be read without the database."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from peerbot.chat.addresses import Space
from peerbot.community.model import Community, Left, Settings
from peerbot.community.stored_settings import settings_from_json, settings_to_json


class LastKnown(Protocol):
    """Keeps the settings where they can be read while the database is away."""

    def keep(self, document: str) -> None: ...

    def read(self) -> str | None:
        """Return what was kept last; None if nothing was, or if it cannot be read."""
        ...


def document_of(known: Iterable[tuple[Community, Settings]]) -> str:
    """Return communities and what each has published as text."""
    return json.dumps(
        [
            {
                "id": one.id,
                "name": one.name,
                "created_at": one.created_at.isoformat(),
                "spaces": [[space.platform, space.id] for space in one.spaces],
                "left": [
                    [each.space.platform, each.space.id, each.at.isoformat()] for each in one.left
                ],
                "settings": settings_to_json(published),
            }
            for one, published in known
        ]
    )


def read_document(
    document: str, now: datetime, defaults: Settings
) -> tuple[tuple[Community, ...], Mapping[str, Settings]]:
    """Return the communities, all of them set up, and the settings that each has published."""
    communities = []
    settings = {}
    for one in json.loads(document):
        communities.append(
            Community(
                id=one["id"],
                name=one["name"],
                created_at=now,
                spaces=tuple(Space(*space) for space in one["spaces"]),
                left=tuple(
                    Left(Space(platform, id_), datetime.fromisoformat(at))
                    for platform, id_, at in one.get("left", ())
                ),
                set_up_at=now,
            )
        )
        settings[one["id"]] = settings_from_json(one["settings"], defaults)
    return tuple(communities), settings
