"""Whatever words are packed into, they are found; and nothing is found where none are."""

import base64
import gzip
import json
import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from peerbot.content.crisis import crisis_detector
from tests.leaks.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Letter:
    lines: tuple[str, ...]


class Quoting(Exception):
    """Carries words where neither its text nor its arguments show them."""

    def __init__(self, words: str) -> None:
        super().__init__("something went wrong")
        self.about = words


def caused_by(words: str) -> Exception:
    error = RuntimeError("something went wrong")
    error.__cause__ = KeyError(words)
    return error


def in_pages(raw: bytes) -> bytes:
    """Return `raw` somewhere within other things, as a database file has it."""
    return b"\x00\x01Some-Other_Words" + raw + b"\xff\x00more" * 3


PACKED: dict[str, Callable[[str], object]] = {
    "as it is": str,
    "in capitals": str.upper,
    "wide letters": lambda text: "".join(
        chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in text
    ),
    "bytes": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16, the other way round": lambda text: text.encode("utf-16-be"),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(f"{text}?>~~".encode()).decode(),
    "base64 without padding": lambda text: base64.b64encode(f"{text}!".encode()).rstrip(b"="),
    "base64 in the middle of letters": lambda text: "id" + base64.b64encode(text.encode()).decode(),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())),
    "hex": lambda text: text.encode().hex(),
    "hex as PostgreSQL writes it": lambda text: "\\x" + text.encode().hex().upper(),
    "JSON": lambda text: json.dumps({"a": [text]}),
    "JSON with escapes": lambda text: "".join(
        ['{"a": "', *(f"\\u{ord(c):04x}" for c in text), '"}']
    ),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"a": f"\U0001f642 {text}"})),
    "a web address": lambda text: "https://x.test/?q=" + "".join(f"%{ord(c):02X}" for c in text),
    "pickle": lambda text: pickle.dumps({"a": (text, 1)}),
    "the oldest pickle": lambda text: pickle.dumps([text], protocol=0),
    "pickle in base64": lambda text: base64.b64encode(pickle.dumps(ValueError(text))).decode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "a compressed pickle in base64": lambda text: base64.b64encode(
        zlib.compress(pickle.dumps(text))
    ),
    "pages of a file": lambda text: in_pages(text.encode()),
    "gzip in pages of a file": lambda text: in_pages(gzip.compress(text.encode())),
    "base64 in pages of a file": lambda text: in_pages(base64.b64encode(text.encode())),
    "an object": lambda text: Letter(("dear", text)),
    "a mapping": lambda text: {"row": {"column": memoryview(text.encode())}},
    "a key": lambda text: {text: None},
    "an exception": ValueError,
    "an attribute of an exception": Quoting,
    "the cause of an exception": caused_by,
}


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
def test_words_are_found_in(pack: Callable[[str], object]) -> None:
    ledger = Ledger()
    secrets = [ledger.secret(f"input {number}", "sam") for number in range(8)]
    for secret in secrets:
        assert ledger.within(pack(secret.words)) == {secret}


def test_nothing_is_found_where_nothing_is() -> None:
    ledger = Ledger()
    ledger.secret("an input", "sam")
    other = Ledger().secret("another", "kim").words.replace("Zq", "Zx")
    for pack in PACKED.values():
        assert ledger.within(pack(other)) == set()


def test_words_are_found_in_what_the_crisis_rules_make_of_them() -> None:
    ledger = Ledger()
    secrets = [ledger.secret(f"input {number}", "sam", danger=True) for number in range(50)]
    detector, _broken = crisis_detector()
    for secret in secrets:
        assert ledger.within(detector.explain(secret.words).windows[0].normalised) == {secret}
