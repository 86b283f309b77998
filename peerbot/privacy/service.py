"""Use cases of privacy: show, export and erase everything that is kept about a member."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from peerbot.chat.addresses import Person
from peerbot.clock import Clock
from peerbot.community.model import Community, Member, Purpose
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.errors import StorageAway
from peerbot.privacy.model import Kept, PersonalData
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
        parts: Mapping[str, PersonalData],
        remember_erased: RememberErased,
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._communities = communities
        self._parts = parts
        self._remember_erased = remember_erased

    async def kept(self, person: Person, community: Community) -> Kept:
        """Return what is kept about somebody; with no member if that is nothing."""
        member = await self._communities.known_member(person, community.id)
        if member is None:
            return Kept(member=None, parts=(), consents=())
        parts = [(name, _count(await part.export(member.id))) for name, part in self._parts.items()]
        consents = await self._communities.consent_times(member)
        return Kept(
            member=member,
            parts=tuple((name, count) for name, count in parts if count),
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
            for name, part in self._parts.items():
                document[name] = await part.export(member.id)
        return json.dumps(document, ensure_ascii=False, indent=2).encode()

    async def erase(self, person: Person, community: Community) -> bool:
        """Erase everything about somebody; False if nothing was kept.

        First the list outside the backups, then their key, then the rows: however far this gets,
        their words can no longer be read, and a backup restored later erases them again.
        """
        member = await self._communities.known_member(person, community.id)
        if member is None:
            return False
        self._remember_erased(self._vault.keyed_hash(member.id), self._clock().date())
        async with self._db.begin() as session:
            await self._vault.erase(session, member.id)
        for part in self._parts.values():
            await part.erase(member.id)
        await self._communities.forget(member)
        await self._let_go()
        return True

    async def erase_again(self, hashes: frozenset[str]) -> int:
        """Erase those whom a restored backup brought back; return how many."""
        members: Sequence[Member] = [
            one
            for one in await self._communities.all_members()
            if self._vault.keyed_hash(one.id) in hashes
        ]
        for member in members:
            async with self._db.begin() as session:
                await self._vault.erase(session, member.id)
            for part in self._parts.values():
                await part.erase(member.id)
            await self._communities.forget(member)
        if members:
            await self._let_go()
        return len(members)

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


def _count(exported: Mapping[str, object]) -> int:
    """Return how many entries one feature's export holds."""
    return sum(
        len(value) if isinstance(value, list | dict) else int(value is not None)
        for value in exported.values()
    )
