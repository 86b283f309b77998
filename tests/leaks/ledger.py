"""Every secret sentence that was planted, and into which input."""

import re
from dataclasses import dataclass, field

from peerbot.clock import Chance
from tests.leaks.unpacking import texts

_LETTERS = list("bcdfghjklmnprstvwx")
_TOKEN = re.compile("zq[bcdfghjklmnprstvwx]{6}", re.IGNORECASE)


ITS_WRITER = "its writer"
"""Stands for the reader of a place who wrote the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A sentence that somebody wrote into one input."""

    entry: str
    """The input, such as "message in a room" or "form tips.search words"."""
    writer: str
    token: str
    """Eight letters that stand in no other sentence: all that a short field takes."""
    danger: bool = False

    @property
    def words(self) -> str:
        if self.danger:
            return f"i want to kill myself, {self.token} is all i have"
        return f"my grandmother called me {self.token} when i was small"

    def at_most(self, most: int) -> str:
        """Return the sentence; the token alone where there is no room for more."""
        return self.words if len(self.words) <= most else self.token


@dataclass
class Ledger:
    """What was planted. `within` says which of it a thing holds."""

    planted: dict[str, Secret] = field(default_factory=dict)
    _chance: Chance = field(default_factory=lambda: Chance(2026))

    def secret(self, entry: str, writer: str, *, danger: bool = False) -> Secret:
        made = Secret(entry=entry, writer=writer, token=self._new_token(), danger=danger)
        self.planted[made.token.casefold()] = made
        return made

    def words(self, entry: str, writer: str, *, danger: bool = False) -> str:
        return self.secret(entry, writer, danger=danger).words

    def within(self, value: object) -> set[Secret]:
        """Return every secret that `value` holds, whatever it is packed into."""
        hits = (hit[0].casefold() for text in texts(value) for hit in _TOKEN.finditer(text))
        return {self.planted[hit] for hit in hits if hit in self.planted}

    def _new_token(self) -> str:
        """Return a token in mixed case, without doubled letters: those get lost in normalising."""
        token = "Zq"
        while len(token) < 8:
            letter = self._chance.pick(_LETTERS)
            if letter != token[-1].casefold():
                token += self._chance.pick([letter, letter.upper()])
        return token if token.casefold() not in self.planted else self._new_token()


@dataclass(frozen=True, slots=True)
class Found:
    """A secret, and where it was: "table audit.subject", "log peerbot.chat.router"."""

    secret: Secret
    place: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.secret.entry, self.place

    def __str__(self) -> str:
        return f"{self.secret.entry} (by {self.secret.writer}) in: {self.place}"
