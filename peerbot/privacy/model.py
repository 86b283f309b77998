"""What every feature that keeps something about somebody owes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from peerbot.chat.addresses import Person
from peerbot.community.model import Member, Purpose


class PersonalData(Protocol):
    """One feature's part of what is kept about members; `app.py` hands all of them in."""

    async def export(self, member_id: str) -> dict[str, object]:
        """Return everything kept about a member as plain values, their words readable."""
        ...

    async def erase(self, member_id: str) -> None:
        """Remove everything kept about a member, or what leads to them."""
        ...


class DataByPerson(Protocol):
    """The part of a feature that keeps something about people who need not be members."""

    async def export(self, person: Person) -> dict[str, object]: ...

    async def erase(self, person: Person) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept about one person, in numbers and choices."""

    member: Member | None
    """None if they are no member; there may be alerts about them all the same."""
    parts: tuple[tuple[str, int], ...]
    """Names of the kinds of things kept, and how many of each."""
    consents: tuple[tuple[Purpose, datetime | None], ...]

    @property
    def is_anything(self) -> bool:
        return self.member is not None or bool(self.parts)
