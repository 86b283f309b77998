"""Use cases of privacy: show, export and erase everything that is kept about somebody."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from peerbot.chat.addresses import Person
from peerbot.clock import Clock
from peerbot.community.model import Community, Member, Purpose
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.errors import StorageAway
from peerbot.privacy.model import DataByPerson, Kept, PersonalData
from peerbot.privacy.store import NamedStore
from peerbot.vault import Vault

RememberErased = Callable[[str, date], None]
"""Writes a keyed hash into the list that lies outside every backup."""


class PrivacyService:
    """Knows every feature that keeps something, and asks each for its part."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        clock: Clock,
        communities: CommunityService,
        *,
        parts: Mapping[str, PersonalData],
        by_person: Mapping[str, DataByPerson],
        remember_erased: RememberErased,
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._communities = communities
        self._parts = parts
        self._by_person = by_person
        self._remember_erased = remember_erased

    async def kept(self, person: Person, community: Community) -> Kept:
        """Return what is kept about somebody, member or not."""
        member = await self._communities.known_member(person, community.id)
        parts = await self._exported(person, member)
        consents = await self._communities.consent_times(member) if member else {}
        return Kept(
            member=member,
            parts=tuple((name, count) for name, one in parts.items() if (count := _count(one))),
            consents=tuple(consents.items()),
        )

    async def export(self, person: Person, community: Community) -> bytes:
        """Return everything kept about somebody as JSON, UTF-8, their words readable."""
        member = await self._communities.known_member(person, community.id)
        document: dict[str, object] = {
            "exported_at": self._clock().isoformat(),
            "community": community.name,
        }
        if member is not None:
            document["member"] = {
                "platform": member.person.platform,
                "id": member.person.id,
                "old_enough": member.old_enough,
                "language": member.language,
                "country": member.country,
            }
            document["consents"] = {
                purpose: at.isoformat() if at else None
                for purpose, at in (await self._communities.consent_times(member)).items()
            }
        document |= await self._exported(person, member)
        return json.dumps(document, ensure_ascii=False, indent=2).encode()

    async def erase(self, person: Person, community: Community) -> bool:
        """Erase everything about somebody; False if nothing was kept.

        First the list outside the backups, then their key, then the rows: however far this gets,
        their words can no longer be read, and a backup restored later erases them again.
        """
        kept = await self.kept(person, community)
        if not kept.is_anything:
            # A worry about somebody is not shown to them, and goes all the same.
            await self._erase_by_person(person)
            return False
        today = self._clock().date()
        self._remember_erased(self._hash_of(person), today)
        if kept.member is not None:
            self._remember_erased(self._vault.keyed_hash(kept.member.id), today)
            await self._erase_member(kept.member)
        await self._erase_by_person(person)
        await self._let_go()
        return True

    async def erase_again(self, erased: Mapping[str, date]) -> int:
        """Erase those whom a restored backup brought back, and alerts that were open; how many.

        `erased` are the keyed hashes of who was erased, and when.
        """
        members = [
            one
            for one in await self._communities.all_members()
            if self._vault.keyed_hash(one.id) in erased
        ]
        for member in members:
            await self._erase_member(member)
            await self._erase_by_person(member.person)
        if members:
            await self._let_go()
        return len(members) + await self._forget_in_alerts(erased)

    async def _let_go(self) -> None:
        # They are erased even if this fails; the daily retention does it again.
        with suppress(StorageAway):
            await self._db.let_deleted_go()

    async def withdraw(self, person: Person, community: Community, purpose: Purpose) -> None:
        """Take back one consent; what was kept for it alone goes at the next retention run."""
        member = await self._communities.known_member(person, community.id)
        if member is not None:
            await self._communities.withdraw(member, purpose)

    async def agree(self, person: Person, community: Community, purpose: Purpose) -> None:
        member = await self._communities.member(person, community.id)
        await self._communities.agree(member, purpose)

    async def choose_language(
        self, person: Person, community: Community, language: str | None
    ) -> None:
        member = await self._communities.member(person, community.id)
        await self._communities.choose_language(member, language)

    # -- inside ------------------------------------------------------------------------------

    async def _erase_by_person(self, person: Person) -> None:
        for part in self._by_person.values():
            await part.erase(person)

    async def _erase_member(self, member: Member) -> None:
        async with self._db.begin() as session:
            await self._vault.erase(session, member.id)
        for part in self._parts.values():
            await part.erase(member.id)
        await self._communities.forget(member)

    async def _forget_in_alerts(self, erased: Mapping[str, date]) -> int:
        """Forget the erased in the alerts of before; return of how many people there were any."""
        forgotten = 0
        async with self._db.begin() as session:
            store = NamedStore(session)
            for person in await store.everybody():
                day = erased.get(self._hash_of(person))
                if day is not None:
                    until = datetime.combine(day + timedelta(days=1), time(), UTC)
                    forgotten += await store.forget(person, until) > 0
        return forgotten

    async def _exported(
        self, person: Person, member: Member | None
    ) -> dict[str, dict[str, object]]:
        parts = self._parts if member is not None else {}
        found = {name: await part.export(member.id) for name, part in parts.items() if member}
        return found | {name: await one.export(person) for name, one in self._by_person.items()}

    def _hash_of(self, person: Person) -> str:
        return self._vault.keyed_hash(f"person:{person.platform}:{person.id}")


def _count(exported: Mapping[str, object]) -> int:
    """Return how many entries one feature's export holds."""
    return sum(
        len(value) if isinstance(value, list | dict) else int(value is not None)
        for value in exported.values()
    )
