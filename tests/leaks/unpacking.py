"""Takes things apart until only text is left: base64, hex, escapes, pickles, compression, objects.

Nothing is executed: the strings of a pickle are read, and not what they would be made into.
"""

import base64
import re
import traceback
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass

_DEEP = 5
"""So many layers are unpacked: base64 of a compressed pickle of JSON with escapes, and one."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{10,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_ESCAPE = re.compile(r"(?:\\+(?:u00|x)|%)([0-9a-fA-F]{2})")
"""Of a letter as JSON, Python and web addresses write it."""
_COMPRESSED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def texts(value: object) -> Iterator[str]:
    """Yield every text in `value`, as it stands there and as it reads once unpacked."""
    said, raw = [], []
    for leaf in _leaves(value):
        (said if isinstance(leaf, str) else raw).append(leaf)
    # Together, because to unpack one long text costs less than to unpack many short ones.
    yield from _unpacked_text("\n".join(said), 0)
    yield from _unpacked_bytes(b"\n".join(raw), 0)


# -- what objects hold ---------------------------------------------------------------------------


def _leaves(value: object) -> Iterator[str | bytes]:
    match value:
        case None | bool() | int() | float():
            return
        case str() | bytes():
            yield value
        case bytearray() | memoryview():
            yield bytes(value)
        case BaseException():
            yield from _of_exception(value)
        case Mapping():
            yield from _leaves(list(value.items()))
        case Sequence() | AbstractSet():
            for one in value:
                yield from _leaves(one)
        case _ if is_dataclass(value):
            for one in fields(value):
                yield from _leaves(getattr(value, one.name))
        case _:
            yield repr(value)


def _of_exception(error: BaseException) -> Iterator[str | bytes]:
    yield "".join(traceback.format_exception(error))
    while error is not None:
        yield repr(error)
        yield from _leaves(error.args)
        # A driver's own exception hangs on the one that wraps it.
        held = (one for one in vars(error).values() if not isinstance(one, BaseException))
        yield from _leaves(list(held))
        error = error.__cause__ or error.__context__  # type: ignore[assignment]


# -- what text and bytes are packed into ---------------------------------------------------------


def _unpacked_text(text: str, depth: int) -> Iterator[str]:
    if not text or depth > _DEEP:
        return
    yield text
    plain = _without_escapes(text)
    if plain != text:
        yield plain
    if not text.isascii():
        yield unicodedata.normalize("NFKC", plain)
    if runs := _BASE64.findall(plain):
        for raw in _from_base64(runs):
            yield from _unpacked_bytes(raw, depth + 1)
    if runs := _HEX.findall(plain):
        yield from _unpacked_bytes(bytes.fromhex(" ".join(runs)), depth + 1)


def _unpacked_bytes(raw: bytes, depth: int) -> Iterator[str]:
    """A pickle needs nothing of its own: its strings stand in it as they are."""
    if not raw or depth > _DEEP:
        return
    try:
        yield from _unpacked_text(raw.decode(), depth)
    except UnicodeDecodeError:
        yield from _unpacked_text(raw.decode("ascii", "replace"), depth)
    if b"\0" in raw:
        # UTF-16 and UTF-32, either way round and wherever they begin.
        yield from _unpacked_text(raw.replace(b"\0", b"").decode("ascii", "replace"), depth + 1)
    for found in _COMPRESSED.finditer(raw):
        yield from _unpacked_bytes(_decompressed(memoryview(raw)[found.start() :]), depth + 1)


def _without_escapes(text: str) -> str:
    """Return `text` without the escapes of JSON, of Python and of web addresses, however nested."""
    for _layer in range(3):
        text, replaced = _ESCAPE.subn(lambda found: chr(int(found[1], 16)), text)
        if not replaced:
            break
    return text


def _from_base64(runs: Sequence[str]) -> Iterator[bytes]:
    """Yield all runs decoded, from each of the four places where a group of letters may begin.

    Padding is not needed and may be there: what is cut off is filled up.
    """
    plain = [run.replace("-", "+").replace("_", "/") for run in runs]
    for start in range(4):
        pieces = (run[start:] for run in plain)
        yield base64.b64decode("".join(piece + "A" * (-len(piece) % 4) for piece in pieces))


def _decompressed(raw: memoryview) -> bytes:
    """Return what a compressed stream at the beginning of `raw` held, as far as it can be read."""
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(raw)
    except zlib.error:
        return b""
