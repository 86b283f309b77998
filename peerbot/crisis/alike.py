"""Notices when several people write the very same words: for minutes, in memory, as a hash."""

from hashlib import blake2b

from peerbot.chat.addresses import Person
from peerbot.clock import Chance, Clock
from peerbot.crisis.lately import Lately


class Alike:
    """Keyed fingerprints of words that led to alerts. The key dies with the process.

    Nobody is answered less because of it, and nobody is hidden behind somebody else.
    """

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._key = "".join(chance.new_id() for _ in range(4)).encode()
        self._seen: Lately[bytes, set[Person]] = Lately()

    def others(self, text: str, author: Person, community_id: str) -> int:
        """Return how many others wrote these words just before, and remember that `author` did."""
        now = self._clock()
        self._seen.forget_old(now)
        words = " ".join(text.casefold().split())
        fingerprint = blake2b(
            f"{community_id}\n{words}".encode(errors="replace"), key=self._key, digest_size=16
        ).digest()
        _first, people = self._seen.setdefault(fingerprint, (now, set()))
        before = len(people - {author})
        people.add(author)
        return before
