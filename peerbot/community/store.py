"""SQL for communities, members, consents, settings and the audit trail; rows stay here."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import Person, Space
from peerbot.community.model import AuditEntry, Community, Left, Member, Purpose, Settings, Version
from peerbot.community.stored_settings import settings_from_json, settings_to_json
from peerbot.db import Base, insert_new, rows_of

_OF_ADMINS = ("settings.publish", "settings.revert", "settings.timers", "notice.posted")
"""Deeds in the audit trail that only an admin can do."""


class CommunityRow(Base):
    __tablename__ = "community"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    setup_step: Mapped[int] = mapped_column(default=0)
    set_up_at: Mapped[datetime | None]


class SpaceRow(Base):
    __tablename__ = "space"

    platform: Mapped[str] = mapped_column(primary_key=True)
    native_id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), index=True)
    left_at: Mapped[datetime | None]
    """When it took us out; None while we are there."""


class MemberRow(Base):
    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("community_id", "platform", "native_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"))
    platform: Mapped[str]
    native_id: Mapped[str] = mapped_column(index=True)
    old_enough: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None]
    country: Mapped[str | None]

    def to_member(self) -> Member:
        return Member(
            id=self.id,
            community_id=self.community_id,
            person=Person(self.platform, self.native_id),
            old_enough=self.old_enough,
            language=self.language,
            country=self.country,
        )


class ConsentRow(Base):
    __tablename__ = "consent"

    member_id: Mapped[str] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    given_at: Mapped[datetime]


class SettingsRow(Base):
    """One version of a community's settings; the one without `published_at` is the draft."""

    __tablename__ = "settings_version"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str]
    published_at: Mapped[datetime | None]


class AuditRow(Base):
    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_community_at", "community_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"))
    at: Mapped[datetime]
    platform: Mapped[str]
    native_id: Mapped[str]
    what: Mapped[str]
    subject: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]


class CommunityStore:
    """Communities and their people, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # -- communities -------------------------------------------------------------------------

    async def add(self, community: Community, space: Space, settings: Settings) -> bool:
        """Add a community that meets in `space`; False if the space had one already."""
        if await self._session.get(SpaceRow, (space.platform, space.id)) is not None:
            return False
        self._session.add(
            CommunityRow(id=community.id, name=community.name, created_at=community.created_at)
        )
        await self._session.flush()
        row = {
            "platform": space.platform,
            "native_id": space.id,
            "community_id": community.id,
        }
        added = await insert_new(self._session, SpaceRow, [row])
        await self.save_draft(community.id, settings)
        return added == 1

    async def all(self) -> tuple[Community, ...]:
        """Return every community with its spaces."""
        spaces: dict[str, list[Space]] = {}
        left: dict[str, list[Left]] = {}
        for row in await self._session.scalars(select(SpaceRow)):
            space = Space(row.platform, row.native_id)
            if row.left_at is None:
                spaces.setdefault(row.community_id, []).append(space)
            else:
                left.setdefault(row.community_id, []).append(Left(space, row.left_at))
        return tuple(
            Community(
                id=row.id,
                name=row.name,
                created_at=row.created_at,
                spaces=tuple(spaces.get(row.id, ())),
                left=tuple(left.get(row.id, ())),
                setup_step=row.setup_step,
                set_up_at=row.set_up_at,
            )
            for row in await self._session.scalars(
                select(CommunityRow).order_by(CommunityRow.created_at, CommunityRow.id)
            )
        )

    async def leave(self, space: Space, at: datetime | None) -> bool:
        """Note when `space` took us out, None once we are back; False if that changes nothing."""
        changed = await self._session.execute(
            update(SpaceRow)
            .where(SpaceRow.platform == space.platform, SpaceRow.native_id == space.id)
            .where(SpaceRow.left_at.is_(None) if at else SpaceRow.left_at.is_not(None))
            .values(left_at=at)
        )
        return rows_of(changed) == 1

    async def rename(self, community_id: str, name: str) -> None:
        await self._session.execute(
            update(CommunityRow).where(CommunityRow.id == community_id).values(name=name)
        )

    async def go_to_step(self, community_id: str, step: int) -> None:
        await self._session.execute(
            update(CommunityRow).where(CommunityRow.id == community_id).values(setup_step=step)
        )

    # -- settings ----------------------------------------------------------------------------

    async def published(self, defaults: Settings) -> Mapping[str, Version]:
        """Return the newest published version of each community that has one."""
        newest = (
            select(SettingsRow.community_id, func.max(SettingsRow.number).label("number"))
            .where(SettingsRow.published_at.is_not(None))
            .group_by(SettingsRow.community_id)
            .subquery()
        )
        rows = await self._session.scalars(
            select(SettingsRow).join(
                newest,
                (SettingsRow.community_id == newest.c.community_id)
                & (SettingsRow.number == newest.c.number),
            )
        )
        return {row.community_id: _version(row, defaults) for row in rows}

    async def draft(self, community_id: str, defaults: Settings) -> Settings:
        """Return the draft; where there is none, what was published last, or the defaults."""
        row = await self._newest(community_id)
        return defaults if row is None else _version(row, defaults).settings

    async def save_draft(self, community_id: str, settings: Settings) -> None:
        row = await self._newest(community_id)
        document = json.dumps(settings_to_json(settings))
        if row is not None and row.published_at is None:
            row.document = document
            return
        number = 1 if row is None else row.number + 1
        self._session.add(SettingsRow(community_id=community_id, number=number, document=document))
        await self._session.flush()

    async def publish(self, community_id: str, now: datetime) -> int:
        """Publish the draft and return its number; the last published one if there is no draft."""
        row = await self._newest(community_id)
        assert row is not None, "a community is added together with its first draft"
        if row.published_at is None:
            row.published_at = now
        await self._session.execute(
            update(CommunityRow)
            .where(CommunityRow.id == community_id, CommunityRow.set_up_at.is_(None))
            .values(set_up_at=now)
        )
        return row.number

    async def versions(self, community_id: str, defaults: Settings) -> tuple[Version, ...]:
        """Return the versions, newest first."""
        rows = await self._session.scalars(
            select(SettingsRow)
            .where(SettingsRow.community_id == community_id)
            .order_by(SettingsRow.number.desc())
        )
        return tuple(_version(row, defaults) for row in rows)

    # -- members -----------------------------------------------------------------------------

    async def member(self, community_id: str, person: Person) -> Member | None:
        row = await self._session.scalar(
            select(MemberRow).where(
                MemberRow.community_id == community_id,
                MemberRow.platform == person.platform,
                MemberRow.native_id == person.id,
            )
        )
        return None if row is None else row.to_member()

    async def member_by_id(self, member_id: str) -> Member | None:
        row = await self._session.get(MemberRow, member_id)
        return None if row is None else row.to_member()

    async def memberships(self, person: Person) -> tuple[Member, ...]:
        """Return who this person is in every community that knows them."""
        rows = await self._session.scalars(
            select(MemberRow)
            .where(MemberRow.platform == person.platform, MemberRow.native_id == person.id)
            .order_by(MemberRow.id)
        )
        return tuple(row.to_member() for row in rows)

    async def choices(self) -> tuple[Member, ...]:
        """Return the members who chose a language or a country of their own."""
        rows = await self._session.scalars(
            select(MemberRow).where(
                MemberRow.language.is_not(None) | MemberRow.country.is_not(None)
            )
        )
        return tuple(row.to_member() for row in rows)

    async def everybody(self) -> tuple[Member, ...]:
        rows = await self._session.scalars(select(MemberRow).order_by(MemberRow.id))
        return tuple(row.to_member() for row in rows)

    async def add_member(self, member: Member) -> None:
        """Add somebody; nothing happens if they are known already."""
        row = {
            "id": member.id,
            "community_id": member.community_id,
            "platform": member.person.platform,
            "native_id": member.person.id,
            "old_enough": False,
        }
        await insert_new(self._session, MemberRow, [row])

    async def change_member(self, member: Member) -> None:
        await self._session.execute(
            update(MemberRow)
            .where(MemberRow.id == member.id)
            .values(old_enough=member.old_enough, language=member.language, country=member.country)
        )

    async def forget(self, member_id: str) -> None:
        """Remove a member and their consents; what other features keep goes before this."""
        await self._session.execute(delete(ConsentRow).where(ConsentRow.member_id == member_id))
        await self._session.execute(delete(MemberRow).where(MemberRow.id == member_id))

    # -- consents ----------------------------------------------------------------------------

    async def consents(self, member_id: str) -> Mapping[Purpose, tuple[int, datetime]]:
        """Return what a member agreed to: the version of the words, and when."""
        rows = await self._session.scalars(
            select(ConsentRow).where(ConsentRow.member_id == member_id)
        )
        return {Purpose(row.purpose): (row.version, row.given_at) for row in rows}

    async def agree(self, member_id: str, purpose: Purpose, version: int, now: datetime) -> None:
        await self._session.merge(
            ConsentRow(member_id=member_id, purpose=purpose, version=version, given_at=now)
        )

    async def withdraw(self, member_id: str, purpose: Purpose) -> None:
        await self._session.execute(
            delete(ConsentRow).where(
                ConsentRow.member_id == member_id, ConsentRow.purpose == purpose
            )
        )

    # -- audit -------------------------------------------------------------------------------

    async def note(self, community_id: str, entry: AuditEntry) -> None:
        self._session.add(
            AuditRow(
                community_id=community_id,
                at=entry.at,
                platform=entry.who.platform,
                native_id=entry.who.id,
                what=entry.what,
                subject=entry.subject,
                before=entry.before,
                after=entry.after,
            )
        )

    async def notes(self, community_id: str, most: int = 20) -> Sequence[AuditEntry]:
        """Return the newest audit entries first."""
        rows = await self._session.scalars(
            select(AuditRow)
            .where(AuditRow.community_id == community_id)
            .order_by(AuditRow.at.desc(), AuditRow.id.desc())
            .limit(most)
        )
        return tuple(
            AuditEntry(
                at=row.at,
                who=Person(row.platform, row.native_id),
                what=row.what,
                subject=row.subject,
                before=row.before,
                after=row.after,
            )
            for row in rows
        )

    async def publishers(self, most: int = 3) -> Mapping[str, tuple[Person, ...]]:
        """Return who put settings in force, by the community's id: the latest first, few."""
        rows = await self._session.execute(
            select(AuditRow.community_id, AuditRow.platform, AuditRow.native_id)
            .where(AuditRow.what.in_(_OF_ADMINS))
            .group_by(AuditRow.community_id, AuditRow.platform, AuditRow.native_id)
            .order_by(func.max(AuditRow.at).desc())
        )
        found: dict[str, tuple[Person, ...]] = {}
        for community_id, platform, native_id in rows:
            known = found.get(community_id, ())
            found[community_id] = (*known, Person(platform, native_id))[:most]
        return found

    async def prune_audit(self, before: datetime) -> int:
        """Remove audit entries older than `before`; return how many."""
        gone = await self._session.execute(delete(AuditRow).where(AuditRow.at < before))
        return rows_of(gone)

    # -- inside ------------------------------------------------------------------------------

    async def _newest(self, community_id: str) -> SettingsRow | None:
        found: SettingsRow | None = await self._session.scalar(
            select(SettingsRow)
            .where(SettingsRow.community_id == community_id)
            .order_by(SettingsRow.number.desc())
            .limit(1)
        )
        return found


def _version(row: SettingsRow, defaults: Settings) -> Version:
    return Version(
        number=row.number,
        settings=settings_from_json(json.loads(row.document), defaults),
        published_at=row.published_at,
    )
