"""What people wrote, sealed: a data key for each member, wrapped by the app key.

Erasing a member's data key erases their words everywhere, also in backups that are restored
later. Words that only have to survive seconds are sealed with the app key itself.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.clock import Clock
from peerbot.db import Base, Database, insert_new
from peerbot.errors import PeerbotError

_KEY_BYTES = 32
# NIST SP 800-38D, 8.2.2: 96 random bits; one key then seals far fewer than 2**32 texts.
_NONCE_BYTES = 12
_ID_BYTES = 8
_CHECK = b"peerbot"
_FIRST_LINES = """\
# peerbot's key. Without it nobody can read what members wrote, in no backup either.
# Keep a copy in another place than the backups, and show it to nobody.
"""


class KeyMissing(PeerbotError):
    """The database was made with a key that is not there."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The key file {file} is missing, but this database was made with a key. "
            "Put back the copy that you kept, or set key_file to where it is. "
            "Nothing was changed."
        )
        self.file = file


class KeyWrong(PeerbotError):
    """The key file holds another key than the one that this was sealed with, or none."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why} Put back the copy that you kept, or set key_file to where it is. "
            "Nothing was changed."
        )


class SealBroken(PeerbotError):
    """Sealed words were altered or belong to somebody else."""


class AppKey:
    """The key of this installation: one to seal with, and earlier ones that still open."""

    def __init__(self, secrets: tuple[bytes, ...]) -> None:
        """`secrets`: 32 bytes each, the newest first."""
        self._secrets = secrets

    @classmethod
    def load(cls, file: Path) -> "AppKey":
        """Return the key in `file`. Raises KeyMissing, or KeyWrong if it holds none."""
        try:
            lines = file.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            raise KeyMissing(file) from None
        except (OSError, UnicodeDecodeError) as error:
            raise KeyWrong(f"The key file {file} cannot be read.") from error
        secrets = tuple(_secret(line) for line in lines if line.strip() and line[0] != "#")
        if not secrets or None in secrets:
            raise KeyWrong(f"The key file {file} holds no key of peerbot's.")
        return cls(tuple(secret for secret in secrets if secret is not None))

    @classmethod
    def load_or_make(cls, file: Path) -> tuple["AppKey", bool]:
        """Return the key in `file`, and whether it was made just now.

        A new file can be read by its owner only. Of two processes that make it at the same time
        one wins and both get the same key.
        """
        if file.exists():
            return cls.load(file), False
        made = _make_file(file)
        return cls.load(file), made

    def ciphers(self, purpose: str) -> Iterator[AESGCM]:
        """Yield a cipher for `purpose` of every key, the newest first."""
        for secret in self._secrets:
            yield AESGCM(_derived(secret, purpose))

    def hash_key(self) -> bytes:
        """Return the key for keyed hashes: of the oldest key, so that they outlive a rotation."""
        return _derived(self._secrets[-1], "keyed hash")


class MemberKeyRow(Base):
    """A member's data key, wrapped; without the row their words are gone."""

    __tablename__ = "member_key"

    member_id: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class AppKeyCheckRow(Base):
    """A constant sealed with the app key, so that a wrong key is noticed at the start."""

    __tablename__ = "app_key_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Vault:
    """Seals and opens what people wrote."""

    def __init__(self, key: AppKey, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    async def seal(self, session: AsyncSession, member_id: str, words: str) -> bytes:
        """Return `words` sealed with the member's data key, which is made if they have none."""
        data_key = await self._own_data_key(session, member_id)
        return _id_of(data_key) + _sealed(AESGCM(data_key), words.encode(), member_id.encode())

    async def open(self, session: AsyncSession, member_id: str, sealed: bytes) -> str | None:
        """Return the words in `sealed`; None once the key that they were sealed with is erased.

        Raises SealBroken if they were altered.
        """
        data_key = await self._data_key(session, member_id)
        if data_key is None or sealed[:_ID_BYTES] != _id_of(data_key):
            return None
        words = _opened(AESGCM(data_key), sealed[_ID_BYTES:], member_id.encode())
        if words is None:
            raise SealBroken("Sealed words cannot be opened: they were altered.")
        return words.decode()

    async def erase(self, session: AsyncSession, member_id: str) -> None:
        """Erase the member's data key: nothing that they wrote can be opened again."""
        await session.execute(delete(MemberKeyRow).where(MemberKeyRow.member_id == member_id))

    async def erase_hashed(self, session: AsyncSession, hashes: frozenset[str]) -> int:
        """Erase the data keys of the members whose keyed hash is among `hashes`; return how many.

        For a restored backup, in which members are back who were erased since.
        """
        ids = list(await session.scalars(select(MemberKeyRow.member_id)))
        back = [member_id for member_id in ids if self.keyed_hash(member_id) in hashes]
        for member_id in back:
            await self.erase(session, member_id)
        return len(back)

    def seal_for_app(self, data: bytes, purpose: str) -> bytes:
        """Return `data` sealed for `purpose` ("draft", "spool"); needs no database."""
        return _sealed(next(self._key.ciphers(purpose)), data, purpose.encode())

    def open_for_app(self, sealed: bytes, purpose: str) -> bytes:
        """Return what was sealed for `purpose`. Raises SealBroken if it was not, or was altered."""
        for cipher in self._key.ciphers(purpose):
            if (data := _opened(cipher, sealed, purpose.encode())) is not None:
                return data
        raise SealBroken(f"Something sealed as {purpose!r} cannot be opened with this key.")

    def keyed_hash(self, text: str) -> str:
        """Return 64 hex digits that only this installation can compute from `text`."""
        return hmac.new(self._key.hash_key(), text.encode(), hashlib.sha256).hexdigest()

    async def fits(self, session: AsyncSession) -> bool:
        """Return whether the database was made with this key; true for one without any yet."""
        row = await session.get(AppKeyCheckRow, 1)
        if row is None:
            return True
        ciphers = self._key.ciphers("check")
        return any(_opened(cipher, row.sealed, b"check") == _CHECK for cipher in ciphers)

    @staticmethod
    async def is_locked(session: AsyncSession) -> bool:
        """Return whether the database was made with a key, whichever."""
        return await session.get(AppKeyCheckRow, 1) is not None

    async def remember(self, session: AsyncSession) -> None:
        """Store what `fits` looks at, if it is not there."""
        row = {"id": 1, "sealed": self.seal_for_app(_CHECK, "check")}
        await insert_new(session, AppKeyCheckRow, [row])

    async def _own_data_key(self, session: AsyncSession, member_id: str) -> bytes:
        """Return the member's data key, made now if they have none. Of two makers one wins."""
        while (data_key := await self._data_key(session, member_id)) is None:
            row = {
                "member_id": member_id,
                "wrapped": self._wrap(os.urandom(_KEY_BYTES), member_id),
                "created_at": self._clock(),
            }
            await insert_new(session, MemberKeyRow, [row])
        return data_key

    async def _data_key(self, session: AsyncSession, member_id: str) -> bytes | None:
        wrapped = await session.scalar(
            select(MemberKeyRow.wrapped).where(MemberKeyRow.member_id == member_id)
        )
        if wrapped is None:
            return None
        for cipher in self._key.ciphers("member key"):
            if (data_key := _opened(cipher, wrapped, member_id.encode())) is not None:
                return data_key
        raise KeyWrong("A member's key cannot be opened: it was made with another app key.")

    def _wrap(self, data_key: bytes, member_id: str) -> bytes:
        return _sealed(next(self._key.ciphers("member key")), data_key, member_id.encode())


async def unlock(database: Database, file: Path, clock: Clock) -> tuple[Vault, bool]:
    """Return the vault of `database` with the key in `file`, and whether the key was made now.

    A key is made only for a database that never had one. Raises KeyMissing or KeyWrong; then
    nothing was changed.
    """
    if not file.exists():
        async with database.read() as session:
            if await Vault.is_locked(session):
                raise KeyMissing(file)
    key, made = AppKey.load_or_make(file)
    vault = Vault(key, clock)
    async with database.begin() as session:
        if not await vault.fits(session):
            raise KeyWrong(f"The key in {file} does not open this database.")
        await vault.remember(session)
    return vault, made


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"peerbot {purpose}".encode()).derive(secret)


def _id_of(data_key: bytes) -> bytes:
    return hashlib.sha256(data_key).digest()[:_ID_BYTES]


def _sealed(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound_to)


def _opened(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes | None:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        return None


def _secret(line: str) -> bytes | None:
    try:
        secret = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        return None
    return secret if len(secret) == _KEY_BYTES else None


def _make_file(file: Path) -> bool:
    """Write a new key to `file`, whole or not at all; return False if somebody was faster."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(_FIRST_LINES + base64.b64encode(os.urandom(_KEY_BYTES)).decode() + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        file.hardlink_to(unfinished)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True
