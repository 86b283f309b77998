"""What a platform's own word filter reports: its phrases, and the same message never twice."""

from collections.abc import Callable

from peerbot.chat.heard import Heard
from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Finding, Tier
from peerbot.crisis.lately import Lately
from peerbot.crisis.watched import WatchList

Find = Callable[[str], Finding | None]
_Key = tuple[object, ...]


def listens_to(heard: Heard, settings: Settings) -> bool:
    """Whether words in a room are looked at, the way they came."""
    if heard.phrase is not None:
        return settings.filters_in(heard.room)
    return settings.reads_in(heard.room)


class Filtered:
    """Remembers messages in which something was found, for minutes and in memory; no words."""

    def __init__(self, clock: Clock, phrases: WatchList) -> None:
        self._clock = clock
        self._phrases = phrases
        self._seen: Lately[_Key, tuple[Tier, bool]] = Lately()

    def words_of(self, heard: Heard) -> str:
        """Return what was written, or of it the phrase, where a filter says no more."""
        if heard.text or heard.phrase is None:
            return heard.text
        known = self._phrases.find(heard.phrase)
        return heard.phrase if known is None else known.text

    def known(self, heard: Heard, by_our_rules: Find) -> Finding | None:
        """Return what a phrase is known to mean where our rules are broken and notice nothing.

        None where they do notice it: then the community has said that it means nothing.
        """
        if heard.text or heard.phrase is None:
            return None
        known = self._phrases.find(heard.phrase)
        return known.finding if known and by_our_rules(known.text) is None else None

    def is_new(self, heard: Heard, tier: Tier) -> bool:
        """Return whether a finding is to be acted on, and remember that it was.

        What a filter says, or said, of the same message at the same tier or above is not new. An
        edit is, where no filter had a part in it.
        """
        now = self._clock()
        self._seen.forget_old(now)
        key = _key(heard)
        _at, (before, by_filter) = self._seen.pop(key, (now, (Tier.NONE, False)))
        by_filter = by_filter or heard.phrase is not None
        self._seen[key] = (now, (max(before, tier), by_filter))
        return tier > before or not by_filter


def _key(heard: Heard) -> _Key:
    """Return what is the same for one message; a filter need not say which message it was."""
    if heard.ref is not None:
        return (heard.ref,)
    return (heard.author.person, heard.room, heard.phrase)
