"""The components of a message or a modal as Discord holds it, those in others too."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def parts_in(part: object) -> Iterator[Json]:
    """Yield every component, in reading order."""
    if isinstance(part, list):
        for one in part:
            yield from parts_in(one)
    elif isinstance(part, dict):
        yield part
        for key in ("components", "accessory", "component"):
            yield from parts_in(part.get(key))
