"""What people are called, since Discord shows many a mention as a bare number.

A mention that notifies nobody is drawn as a name only by an app that happens to know that person:
https://github.com/discord/discord-api-docs/issues/1479. Whoever reads an alert must see who it is.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

import discord
from discord.http import HTTPClient

from adapters.discord.errors import TROUBLE, in_a_word
from peerbot.chat.addresses import Person
from peerbot.chat.cards import Card, with_words
from peerbot.chat.text import Bold, Link, Mention, Rich, Span, Words, resolve
from peerbot.i18n import SOURCE_LANGUAGE

log = logging.getLogger(__name__)

ASKED_WITHIN = timedelta(seconds=1)
"""A card does not wait longer for names: then its mentions stay as they are."""
_MOST_NAMES = 2_000


class Names:
    """Remembers names while the process runs, and asks Discord for the others."""

    def __init__(self, http: Callable[[], HTTPClient], within: timedelta = ASKED_WITHIN) -> None:
        self._http = http
        self._within = within
        self._names: OrderedDict[str, str] = OrderedDict()

    def heard(self, user: discord.abc.User) -> None:
        """Remember somebody who has just done something.

        Not what they are called in one server: that is no other server's business.
        """
        self._keep(str(user.id), user.global_name or user.name)

    async def shown(self, card: Card) -> Card:
        """Return the card with names, each a link to its profile, where it mentions people."""
        people = {one.id for one in _mentioned(card) if one.id.isdecimal()}
        unknown = sorted(people - self._names.keys())
        if unknown:
            await self._ask(unknown)
        names = {one: self._names[one] for one in people if one in self._names}
        if not names:
            return card
        return with_words(card, _linking(names), _naming(names))

    async def _ask(self, unknown: Iterable[str]) -> None:
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                await asyncio.gather(*(self._learn(one) for one in unknown))
        except TimeoutError:
            log.warning("Discord did not say in time what somebody is called")

    async def _learn(self, id_: str) -> None:
        try:
            user: dict[str, Any] = await _asked(self._http().get_user(int(id_)))
        except TROUBLE as error:
            log.warning("Discord did not say what somebody is called: %s", in_a_word(error))
            return
        name = user.get("global_name") or user.get("username")
        if name:
            self._keep(id_, str(name))

    def _keep(self, id_: str, name: str) -> None:
        self._names[id_] = name
        self._names.move_to_end(id_)
        while len(self._names) > _MOST_NAMES:
            self._names.popitem(last=False)


async def _asked(answer: Awaitable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = await answer
    return found


def _mentioned(card: Card) -> list[Person]:
    found: list[Person] = []

    def looked_at(words: Words) -> Words:
        found.extend(_people(resolve(words, SOURCE_LANGUAGE).spans))
        return words

    with_words(card, looked_at, looked_at)
    return found


def _people(spans: Iterable[Span]) -> Iterable[Person]:
    for span in spans:
        match span:
            case Mention(Person() as who):
                yield who
            case Bold(words) | Link(words, _):
                yield from _people(resolve(words, SOURCE_LANGUAGE).spans)
            case _:
                pass


def _linking(names: dict[str, str]) -> Callable[[Words], Words]:
    return lambda words: _with(words, names, _linked)


def _naming(names: dict[str, str]) -> Callable[[Words], Words]:
    return lambda words: _with(words, names, lambda name, _id: name)


def _linked(name: str, id_: str) -> Span:
    return Link(name, f"https://discord.com/users/{id_}")


def _with(words: Words, names: dict[str, str], draw: Callable[[str, str], Span]) -> Words:
    """Return the words, all of one language by now, with names in place of mentions."""

    def spans(rich: Rich) -> Rich:
        return Rich(tuple(each(one) for one in rich.spans))

    def each(span: Span) -> Span:
        match span:
            case Mention(Person(id=id_)) if id_ in names:
                return draw(names[id_], id_)
            case Bold(inner):
                return Bold(spans(resolve(inner, SOURCE_LANGUAGE)))
            case _:
                return span

    return spans(resolve(words, SOURCE_LANGUAGE))
