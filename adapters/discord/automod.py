"""AutoMod as a word filter: in each server one rule of ours, found again by its name, that tells.

https://discord.com/developers/docs/resources/auto-moderation
"""

import asyncio
import logging
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Final

import discord
from discord.http import HTTPClient

from adapters.discord.errors import NO_PERMISSION, NOT_ALLOWED, TROUBLE, as_delivery, in_a_word
from adapters.discord.facts import TO_FILTER_WORDS
from adapters.discord.native import PLATFORM, Json
from peerbot.chat.addresses import Space
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.text import Bold
from peerbot.chat.word_filter import CannotWatch, Watching, WatchWords
from peerbot.i18n import Msg, _

log = logging.getLogger(__name__)

NAME = "peerbot · support words"
_REASON = "peerbot: switched on or off in its panel"
KEYWORD: Final = 1
MOST_RULES = 6
"""Keyword rules of a server, whoever made them.
https://discord.com/developers/docs/resources/auto-moderation#auto-moderation-rule-object-trigger-types"""
MOST_EXEMPT = 50
MOST_KEYWORDS = 1_000
LONGEST_KEYWORD = 60
"""https://discord.com/developers/docs/resources/auto-moderation#auto-moderation-rule-object-trigger-metadata-field-limits"""
_MESSAGE_SEND: Final = 1
_SEND_ALERT: Final = 2
_MOST_OTHERS = 5_000

# "Whole word" wants whitespace on both sides, so that a phrase at the end of a sentence needs the
# sign that stands there. A bare "*" would find "i want to diet" as well.
# https://discord.com/developers/docs/resources/auto-moderation#auto-moderation-rule-object-keyword-matching-strategies
_ENDINGS = ("", ".*", ",*", "!*", "?*", "…*")


def keywords_of(phrases: Iterable[str]) -> list[str]:
    """Return phrases as AutoMod can find them, in the ways that people write them.

    With straight, curly and no apostrophes, with and without accents; then at the end of a
    sentence, as far as there is room. What is too long for it is left out.
    """
    ways = [way for phrase in phrases for way in _ways_of(phrase)]
    found = dict.fromkeys(way + end for end in _ENDINGS for way in ways)
    return [one for one in found if len(one) <= LONGEST_KEYWORD][:MOST_KEYWORDS]


class AutoMod:
    """Implements `WordFilter`; knows which hits are those of our own rule."""

    def __init__(
        self, http: Callable[[], HTTPClient], client: Callable[[], discord.Client]
    ) -> None:
        self._http = http
        self._client = client
        self._ours: dict[int, frozenset[int]] = {}
        self._others: set[int] = set()
        self._asking: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def begin_watching(self, space: Space, watch: WatchWords, *, on: bool) -> None:
        async with as_delivery():
            guild_id = self._there(space)
            rules = await self._rules(guild_id)
            known = _ours_in(rules, self._our_id)
            wanted = _rule(watch, space) | {"enabled": on}
            if known:
                await self._edit(guild_id, known[0], _changes(known[0], wanted))
                return
            if sum(_is_keyword(one) for one in rules) >= MOST_RULES:
                raise CannotWatch(FULL)
            made = await self._make(guild_id, wanted)
            self._remember(guild_id, [made])

    async def keep_watching(self, space: Space, watch: WatchWords) -> Watching:
        async with as_delivery():
            guild_id = self._there(space)
            known = _ours_in(await self._rules(guild_id), self._our_id)
            if not known:
                return Watching.NONE
            # Whether it is on is left as it is: a moderator's word on the platform counts.
            await self._edit(guild_id, known[0], _changes(known[0], _rule(watch, space)))
            return Watching.ON if known[0].get("enabled") else Watching.PAUSED

    async def stop_watching(self, space: Space) -> None:
        async with as_delivery():
            guild_id = self._there(space)
            for rule in _ours_in(await self._rules(guild_id), self._our_id):
                try:
                    await self._http().delete_auto_moderation_rule(
                        guild_id, int(rule["id"]), reason=_REASON
                    )
                except discord.NotFound:
                    continue  # a moderator was faster
            self._ours.pop(guild_id, None)

    async def is_ours(self, guild_id: int, rule_id: int) -> bool:
        """Return whether a rule that found something is ours; True if nobody can say.

        Help must not wait for that: what another rule finds, and ours would not, leads to nothing.
        """
        known = self._known(guild_id, rule_id)
        if known is not None:
            return known
        async with self._asking[guild_id]:
            known = self._known(guild_id, rule_id)
            return await self._asked(guild_id, rule_id) if known is None else known

    # -- inside --------------------------------------------------------------------------------

    def _known(self, guild_id: int, rule_id: int) -> bool | None:
        if rule_id in self._ours.get(guild_id, frozenset()):
            return True
        return False if rule_id in self._others else None

    async def _asked(self, guild_id: int, rule_id: int) -> bool:
        try:
            rules: list[Json] = await self._http().get_auto_moderation_rules(guild_id)  # type: ignore[assignment]
        except TROUBLE as error:
            log.warning("the rules of AutoMod cannot be looked at: %s", in_a_word(error))
            return True
        self._remember(guild_id, _ours_in(rules, self._our_id))
        if rule_id in self._ours[guild_id]:
            return True
        if len(self._others) >= _MOST_OTHERS:
            self._others.clear()
        self._others.add(rule_id)
        return False

    @property
    def _our_id(self) -> str:
        us = self._client().user
        return str(us.id) if us is not None else ""

    def _there(self, space: Space) -> int:
        """Return the server's id; what we may do there Discord says. Raises if we are out."""
        guild = self._client().get_guild(int(space.id)) if space.id.isdecimal() else None
        if guild is None:
            raise Undeliverable(Why.GONE, "not in that server")
        return guild.id

    async def _rules(self, guild_id: int) -> list[Json]:
        try:
            rules: list[Json] = await self._http().get_auto_moderation_rules(guild_id)  # type: ignore[assignment]
        except discord.Forbidden as error:
            raise _no_right(error) from error
        self._remember(guild_id, _ours_in(rules, self._our_id))
        return rules

    async def _make(self, guild_id: int, wanted: Json) -> Json:
        try:
            made: Json = await self._http().create_auto_moderation_rule(  # type: ignore[assignment]
                guild_id, reason=_REASON, **wanted
            )
        except discord.Forbidden as error:
            raise _no_right(error) from error
        except discord.HTTPException as error:
            # Somebody may have made the sixth rule in this moment.
            if error.status == HTTPStatus.BAD_REQUEST and await self._is_full(guild_id):
                raise CannotWatch(FULL) from error
            raise
        return made

    async def _is_full(self, guild_id: int) -> bool:
        return sum(_is_keyword(one) for one in await self._rules(guild_id)) >= MOST_RULES

    async def _edit(self, guild_id: int, rule: Json, changes: Json) -> None:
        if not changes:
            return
        try:
            await self._http().edit_auto_moderation_rule(
                guild_id, int(rule["id"]), reason=_REASON, **changes
            )
        except discord.Forbidden as error:
            raise _no_right(error) from error

    def _remember(self, guild_id: int, rules: Sequence[Json]) -> None:
        self._ours[guild_id] = frozenset(int(one["id"]) for one in rules)
        self._others -= self._ours[guild_id]


# -- what Discord says and wants -------------------------------------------------------------------

NO_RIGHT: Msg = _(
    "I lack the permission {name}: it is {why}. Switch it on in Server Settings, Roles, the role "
    "of peerbot.",
    name=Bold(TO_FILTER_WORDS[1]),
    why=TO_FILTER_WORDS[2],
)
FULL: Msg = _(
    "AutoMod has {n} rules for words here already, which is all that Discord takes from everybody "
    "together. Join two of them or remove one: Server Settings, AutoMod.",
    n=MOST_RULES,
)


def _no_right(error: discord.Forbidden) -> Exception:
    is_right = error.code in {NO_PERMISSION, NOT_ALLOWED}
    return CannotWatch(NO_RIGHT) if is_right else error


def _rule(watch: WatchWords, space: Space) -> Json:
    """Return the rule as it has to be: an alert is all that it ever does."""
    muted = [one.id for one in watch.not_in if one.platform == PLATFORM and one.space == space.id]
    return {
        "name": NAME,
        "event_type": _MESSAGE_SEND,
        "trigger_type": KEYWORD,
        "trigger_metadata": {"keyword_filter": keywords_of(watch.phrases)},
        "actions": [{"type": _SEND_ALERT, "metadata": {"channel_id": watch.room.id}}],
        "exempt_channels": muted[:MOST_EXEMPT],
    }


_CHANGEABLE = ("name", "actions", "enabled")


def _changes(rule: Json, wanted: Json) -> Json:
    """Return what of a rule is otherwise than wanted; what moderators allow or exempt beside stays.

    Rooms are not exempted there but in the rule lab, where members can read of it.
    """
    changed = {key: wanted[key] for key in _CHANGEABLE if key in wanted} | {
        "trigger_metadata": {**rule["trigger_metadata"], **wanted["trigger_metadata"]},
        "exempt_channels": wanted["exempt_channels"],
    }
    return {key: value for key, value in changed.items() if _same(rule.get(key)) != _same(value)}


def _same(value: object) -> object:
    """Return a value so that two can be compared: Discord orders lists as it likes."""
    if isinstance(value, dict):
        return {key: _same(one) for key, one in value.items() if one not in (None, [], {})}
    if isinstance(value, list):
        return sorted(str(_same(one)) for one in value)
    return value


def _is_keyword(rule: Json) -> bool:
    return rule.get("trigger_type") == KEYWORD


def _ours_in(rules: Iterable[Json], our_id: str) -> list[Json]:
    """Return our rules, that with our name first: one that moderators renamed is ours as well."""
    found = [
        one
        for one in rules
        if _is_keyword(one) and (one.get("name") == NAME or str(one.get("creator_id")) == our_id)
    ]
    return sorted(found, key=lambda one: one.get("name") != NAME)


def _ways_of(phrase: str) -> Iterator[str]:
    for one in dict.fromkeys((phrase, _without_accents(phrase))):
        yield from dict.fromkeys((one, one.replace("'", "’"), one.replace("'", "")))


def _without_accents(phrase: str) -> str:
    letters = unicodedata.normalize("NFKD", phrase.replace("ß", "ss"))
    return "".join(one for one in letters if not unicodedata.combining(one))
