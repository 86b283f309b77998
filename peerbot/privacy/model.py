"""What every feature that keeps something about a member owes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from peerbot.community.model import Member, Purpose


class PersonalData(Protocol):
    """One feature's part of what is kept; `app.py` hands all of them in."""

    async def export(self, member_id: str) -> dict[str, object]:
        """Return everything kept about a member as plain values, their words readable."""
        ...

    async def erase(self, member_id: str) -> None:
        """Remove everything kept about a member, or what leads to them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept about one member, in numbers and choices."""

    member: Member | None
    """None if nothing at all is kept."""
    parts: tuple[tuple[str, int], ...]
    """Names of the kinds of things kept, and how many of each."""
    consents: tuple[tuple[Purpose, datetime | None], ...]
