"""Tells which messages of a webhook are a person's own, posted again for them by a proxy.

PluralKit and its like post a person's words again under another name, through a webhook, and then
delete the first message: https://pluralkit.me/faq#how-it-works. Discord connects the two by
nothing, and asking the proxy would tell it whom we look at. So it is known by what it does: the
same room, words of the first message and no others, and the first one deleted soon after.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from peerbot.chat.addresses import Actor, MessageRef
from peerbot.chat.events import MessageMoved, MessagePosted

SOON = timedelta(minutes=1)
"""PluralKit deletes after a second, a busy one later. Older words go with the next message."""
MOST_TAGS = 100
"""How many characters may be missing: those that told the proxy under which name to post."""
_MOST_RECENT = 2_000
_MOST_COPIES = 5_000


class Proxies:
    """Remembers for a minute what was written in rooms, and for this run who is behind a copy."""

    def __init__(self) -> None:
        self._written = _Recent()
        self._posted = _Recent()
        """By webhooks, for whomever."""
        self._authors: OrderedDict[MessageRef, Actor] = OrderedDict()

    def written(self, message: MessagePosted) -> None:
        """Take note of a person's message in a room."""
        if message.room is not None:
            self._written.add(message)

    def copied(self, message: MessagePosted) -> None:
        """Take note of a webhook's message."""
        self._posted.add(message)

    def deleted(self, ref: MessageRef, now: datetime) -> MessageMoved | None:
        """Return that a person's message stands elsewhere now; None if it is simply gone."""
        self._posted.take(ref)
        self._authors.pop(ref, None)
        self._written.of_the_last(SOON, now)
        first = self._written.take(ref)
        copy = self._copy_of(first, now) if first is not None else None
        if first is None or copy is None:
            return None
        self._posted.take(copy.ref)
        self._authors[copy.ref] = first.actor
        while len(self._authors) > _MOST_COPIES:
            self._authors.popitem(last=False)
        return MessageMoved(actor=first.actor, at=now, space=first.space, ref=ref, to=copy.ref)

    def author_of(self, ref: MessageRef) -> Actor | None:
        """Return who is behind a webhook's message; None if that is not known."""
        return self._authors.get(ref)

    def forget(self) -> None:
        """Forget everything, as a restart does."""
        self._written, self._posted = _Recent(), _Recent()
        self._authors.clear()

    def _copy_of(self, first: MessagePosted, now: datetime) -> MessagePosted | None:
        """Return the oldest that can be one: who writes the same twice is copied in that order."""
        since = (one for one in self._posted.of_the_last(SOON, now) if one.at >= first.at)
        return next((one for one in since if _is_copy(one, of=first)), None)


class _Recent:
    """Messages of the last minute, and not too many."""

    def __init__(self) -> None:
        self._messages: OrderedDict[MessageRef, MessagePosted] = OrderedDict()

    def add(self, message: MessagePosted) -> None:
        self.of_the_last(SOON, message.at)
        self._messages[message.ref] = message
        if len(self._messages) > _MOST_RECENT:
            self._messages.popitem(last=False)

    def take(self, ref: MessageRef) -> MessagePosted | None:
        return self._messages.pop(ref, None)

    def of_the_last(self, length: timedelta, now: datetime) -> tuple[MessagePosted, ...]:
        """Return those, the oldest first, and forget all others."""
        # Both ways: with a clock that was set back they would stay.
        while self._messages:
            oldest = next(iter(self._messages.values()))
            if abs(now - oldest.at) <= length:
                break
            self._messages.popitem(last=False)
        return tuple(self._messages.values())


def _is_copy(posted: MessagePosted, *, of: MessagePosted) -> bool:
    words, first = posted.text.strip(), of.text.strip()
    fits = posted.room == of.room and bool(words) and len(first) - len(words) <= MOST_TAGS
    return fits and words in first
