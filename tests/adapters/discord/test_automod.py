"""AutoMod as a word filter: one rule that only tells, over sockets, and what its hits lead to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord.backend import serializers
from simcord.backend.models.channel import Overwrite
from simcord.backend.models.message import Message
from simcord.enums import OverwriteType

import discord as library
from adapters.discord.adapter import Discord
from adapters.discord.automod import (
    FULL,
    LONGEST_KEYWORD,
    MOST_KEYWORDS,
    MOST_RULES,
    NAME,
    NO_RIGHT,
    keywords_of,
)
from peerbot.chat.addresses import Person, Room, Space
from peerbot.chat.events import MessagePosted, WordsFiltered
from peerbot.chat.gateway import TryLater, Undeliverable
from peerbot.chat.plain import plain
from peerbot.chat.word_filter import CannotWatch, FiltersWords, Watching, WatchWords
from peerbot.content.crisis import watch_list
from peerbot.db import Database
from peerbot.testing import NOW, an_actor
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.automod import ALERT, BLOCK, TIMEOUT
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.home import texts_in
from tests.adapters.discord.double.listening import ListeningCore
from tests.adapters.discord.double.openapi import SPEC, Contract
from tests.whole_house import a_house

PHRASES = tuple(one.text for one in watch_list()[0].phrases)
RULES = "* /guilds/*/auto-moderation/rules*"


class Server:
    """The double's server, as far as AutoMod is concerned."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.backend = double.backend
        self.id = int(double.home.space.id)
        self.guild = self.backend.get_guild(self.id)
        self.owner = Person("discord", str(self.guild.owner_id))
        self.care = self.a_room("care-team", private=True)

    def a_room(self, name: str, *, private: bool = False) -> Room:
        seen = library.Permissions.view_channel.flag
        ours = self.guild.members[self.backend.bot_user.id].role_ids[0]
        hidden = [
            Overwrite(self.id, OverwriteType.ROLE, deny=seen),
            Overwrite(ours, OverwriteType.ROLE, allow=seen),
        ]
        made = self.backend.create_channel(self.id, name, overwrites=hidden if private else [])
        return Room("discord", str(made.id), space=str(self.id))

    def watch(self, *not_in: Room, room: Room | None = None) -> WatchWords:
        return WatchWords(phrases=PHRASES, room=room or self.care, not_in=not_in)

    @property
    def rules(self) -> list[Any]:
        return list(self.guild.auto_mod_rules.values())

    @property
    def ours(self) -> Any:
        (found,) = [one for one in self.rules if one.name == NAME]
        return found

    def theirs(self, *keywords: str, action: int = BLOCK, **more: Any) -> Any:
        """Make a rule as somebody else who may manage the server."""
        body = {
            "name": "no swearing",
            "event_type": 1,
            "trigger_type": 1,
            "trigger_metadata": {"keyword_filter": list(keywords)},
            "actions": [{"type": action}],
            "enabled": True,
        }
        return self.backend.create_auto_mod_rule(self.id, int(self.owner.id), body | more)

    def changed(self, rule: Any, **changes: Any) -> None:
        """Change a rule as a moderator does in the server's settings."""
        self.backend.edit_auto_mod_rule(self.id, rule.id, changes)

    def may_manage(self, *, allowed: bool) -> None:
        (role,) = self.guild.members[self.backend.bot_user.id].role_ids
        flag = library.Permissions.manage_guild.flag
        may = library.Permissions.all().value & ~library.Permissions.administrator.flag
        value = may if allowed else may & ~flag
        self.backend.edit_role(self.id, role, {"permissions": value})

    def requests(self) -> list[str]:
        """Return which requests for AutoMod were made, oldest first."""
        return [one.method for one in self.double.requests if "auto-moderation" in one.path]


@pytest.fixture
def server(double: Double) -> Server:
    return Server(double)


@pytest.fixture
async def unread(double: Double, server: Server, core: ListeningCore) -> AsyncIterator[Discord]:
    """The adapter, connected; it does not have the intent for what is written in rooms."""
    del server
    double.gateway.allows_message_content = False
    adapter = an_adapter(double)
    await adapter.start(core)
    yield adapter
    await adapter.stop()


def hits(core: ListeningCore) -> list[WordsFiltered]:
    return [one for one in core.events if isinstance(one, WordsFiltered)]


# -- the words -------------------------------------------------------------------------------------


def test_all_that_ships_fits_into_one_rule() -> None:
    keywords = keywords_of(PHRASES)
    assert len(keywords) == len(set(keywords)) <= MOST_KEYWORDS
    assert all(len(one) <= LONGEST_KEYWORD for one in keywords)
    assert set(PHRASES) <= set(keywords)


def test_phrases_are_found_as_people_write_them() -> None:
    keywords = keywords_of(["j'ai été violée"])
    assert {"j'ai été violée", "j’ai été violée", "jai ete violee", "jai été violée!*"} <= set(
        keywords
    )
    assert not [one for one in keywords if one.endswith("e*")], "words that go on are others"
    assert keywords_of(["x" * (LONGEST_KEYWORD + 1)]) == []


# -- the rule --------------------------------------------------------------------------------------


async def test_the_rule_only_tells_and_waits_until_it_is_switched_on(
    unread: Discord, server: Server, double: Double
) -> None:
    assert isinstance(unread, FiltersWords)
    assert unread.capabilities.word_filter
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=False)
    rule = server.ours
    assert not rule.enabled
    assert rule.actions == [{"type": ALERT, "metadata": {"channel_id": server.care.id}}]
    assert rule.trigger_metadata["keyword_filter"] == keywords_of(PHRASES)
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    assert server.ours is rule
    assert rule.enabled
    reasons = {
        one.headers.get("X-Audit-Log-Reason")
        for one in double.requests
        if one.method in {"POST", "PATCH"} and "auto-moderation" in one.path
    }
    assert None not in reasons, "the server's audit log says why"


async def test_six_rules_for_words_are_all_that_a_server_takes(
    unread: Discord, server: Server, double: Double
) -> None:
    for number in range(MOST_RULES):
        server.theirs(f"word{number}")
    server.backend.create_auto_mod_rule(
        server.id,
        int(server.owner.id),
        {"name": "spam", "event_type": 1, "trigger_type": 3, "actions": [{"type": BLOCK}]},
    )
    with pytest.raises(CannotWatch) as refused:
        await unread.word_filter.begin_watching(double.home.space, server.watch(), on=False)
    assert refused.value.said == FULL
    assert "6 rules" in plain(refused.value.said)
    assert "POST" not in server.requests(), "nothing is tried that must fail"


async def test_a_sixth_rule_that_somebody_made_in_that_moment_is_said_too(
    unread: Discord, server: Server, double: Double
) -> None:
    for number in range(MOST_RULES - 1):
        server.theirs(f"word{number}")
    hurried = asyncio.Event()
    double.plant(faults.slow("POST /guilds/*/auto-moderation/rules", hurried))
    beginning = asyncio.create_task(
        unread.word_filter.begin_watching(double.home.space, server.watch(), on=False)
    )
    await double.until(lambda: "POST" in server.requests())
    server.theirs("the sixth")
    hurried.set()
    with pytest.raises(CannotWatch) as refused:
        await beginning
    assert refused.value.said == FULL


async def test_without_manage_server_it_is_said_what_to_do(
    unread: Discord, server: Server, double: Double
) -> None:
    server.may_manage(allowed=False)
    for asked in (
        unread.word_filter.begin_watching(double.home.space, server.watch(), on=False),
        unread.word_filter.keep_watching(double.home.space, server.watch()),
        unread.word_filter.stop_watching(double.home.space),
    ):
        with pytest.raises(CannotWatch) as refused:
            await asked
        assert refused.value.said == NO_RIGHT
    assert "Manage Server" in plain(NO_RIGHT)
    assert "Server Settings, Roles" in plain(NO_RIGHT)


async def test_after_a_restart_it_is_found_again_by_its_name_and_nothing_is_sent(
    unread: Discord, server: Server, double: Double, core: ListeningCore
) -> None:
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    await unread.stop()
    again = an_adapter(double)
    await again.start(core)
    server.theirs("another")
    before = len(server.requests())
    assert await again.word_filter.keep_watching(double.home.space, server.watch()) is Watching.ON
    assert server.requests()[before:] == ["GET"]
    await again.stop()


async def test_removed_and_added_again_it_takes_the_rule_that_it_left(
    unread: Discord, server: Server, double: Double
) -> None:
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    server.backend.emit("GUILD_DELETE", {"id": str(server.id)})
    await double.until(lambda: _is_out(unread, server))
    with pytest.raises(Undeliverable):
        await unread.word_filter.keep_watching(double.home.space, server.watch())
    server.backend.emit(
        "GUILD_CREATE", dict(serializers.guild_create_payload(server.backend, server.guild))
    )
    await double.until(lambda: not _is_out(unread, server))
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    assert len(server.rules) == 1


def _is_out(adapter: Discord, server: Server) -> bool:
    server.double.happened()
    return adapter.client.get_guild(server.id) is None


@pytest.mark.parametrize("creator", ["us", "an earlier application"])
async def test_a_rule_of_ours_is_known_by_its_name_or_by_who_made_it(
    unread: Discord, server: Server, double: Double, creator: str
) -> None:
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    if creator == "us":
        server.changed(server.ours, name="renamed by a moderator")
    else:
        server.ours.creator_id = int(server.owner.id)
    assert await unread.word_filter.keep_watching(double.home.space, server.watch()) is Watching.ON
    assert server.ours.name == NAME


async def test_it_changes_in_place_when_words_room_or_exceptions_have_changed(
    unread: Discord, server: Server, double: Double
) -> None:
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    rule, quiet, other = server.ours, server.a_room("quiet"), server.a_room("new", private=True)
    elsewhere = Room("discord", "5", space="another server")
    watch = replace(server.watch(quiet, elsewhere, room=other), phrases=("i want to end my life",))
    assert await unread.word_filter.keep_watching(double.home.space, watch) is Watching.ON
    assert server.ours is rule
    assert rule.trigger_metadata["keyword_filter"] == keywords_of(watch.phrases)
    assert rule.actions == [{"type": ALERT, "metadata": {"channel_id": other.id}}]
    assert rule.exempt_channels == [int(quiet.id)]


async def test_what_moderators_allow_or_exempt_in_it_stays_and_a_block_does_not(
    unread: Discord, server: Server, double: Double
) -> None:
    """Members were told that nothing is blocked."""
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    rule = server.ours
    server.changed(
        rule,
        exempt_roles=[7],
        trigger_metadata=rule.trigger_metadata | {"allow_list": ["book club"]},
        actions=[*rule.actions, {"type": BLOCK}],
    )
    await unread.word_filter.keep_watching(double.home.space, server.watch())
    assert rule.exempt_roles == [7]
    assert rule.trigger_metadata["allow_list"] == ["book club"]
    assert [one["type"] for one in rule.actions] == [ALERT]


async def test_what_moderators_delete_or_switch_off_is_left_so(
    unread: Discord, server: Server, double: Double
) -> None:
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    server.changed(server.ours, enabled=False)
    kept = await unread.word_filter.keep_watching(double.home.space, server.watch())
    assert kept is Watching.PAUSED
    assert not server.ours.enabled
    server.backend.delete_auto_mod_rule(server.id, server.ours.id)
    kept = await unread.word_filter.keep_watching(double.home.space, server.watch())
    assert kept is Watching.NONE
    assert server.rules == []


async def test_taking_it_away_leaves_everybody_elses(
    unread: Discord, server: Server, double: Double
) -> None:
    theirs = server.theirs("swearing")
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    await unread.word_filter.stop_watching(double.home.space)
    assert server.rules == [theirs]
    await unread.word_filter.stop_watching(double.home.space)


async def test_a_discord_that_is_down_is_to_be_tried_later(
    unread: Discord, server: Server, double: Double
) -> None:
    double.plant(faults.failing(RULES, 503))
    with pytest.raises(TryLater):
        await unread.word_filter.keep_watching(double.home.space, server.watch())
    with pytest.raises(Undeliverable):
        await unread.word_filter.keep_watching(Space("discord", "not a number"), server.watch())


@pytest.mark.skipif(not SPEC.is_file(), reason="Discord's own specification is not here")
async def test_discord_would_take_the_rule_and_its_changes(
    unread: Discord, server: Server, double: Double
) -> None:
    words = unread.word_filter
    await words.begin_watching(double.home.space, server.watch(), on=False)
    await words.begin_watching(double.home.space, server.watch(), on=True)
    await words.keep_watching(double.home.space, server.watch(server.a_room("quiet")))
    await words.stop_watching(double.home.space)
    asked = [one for one in double.requests if "auto-moderation" in one.path]
    assert {one.method for one in asked} == {"GET", "POST", "PATCH", "DELETE"}
    contract = Contract(SPEC)
    assert [found for one in asked if (found := contract.problem_of(one))] == []


# -- what it finds ---------------------------------------------------------------------------------


@pytest.fixture
async def watching(unread: Discord, server: Server, double: Double) -> Discord:
    await unread.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    return unread


async def test_a_hit_says_who_where_and_which_phrase_and_no_words(
    watching: Discord, double: Double, core: ListeningCore
) -> None:
    del watching
    said = double.home.say(double.home.sam, "honestly? I want to end my life. all of it")
    await double.until(lambda: hits(core))
    (hit,) = hits(core)
    assert hit.phrase == "i want to end my life."
    assert hit.text == ""
    assert (hit.person, hit.space, hit.room) == (
        double.home.sam,
        double.home.space,
        double.home.room,
    )
    assert hit.ref is not None
    assert hit.ref.message == str(said.id)
    assert hit.permalink is not None
    assert hit.permalink.endswith(f"/{double.home.room.id}/{said.id}")


async def test_nothing_is_blocked_and_discord_shows_the_words_in_the_room_for_alerts(
    watching: Discord, server: Server, double: Double, core: ListeningCore
) -> None:
    del watching
    said = double.home.say(double.home.sam, "i want to end my life")
    await double.until(lambda: hits(core))
    assert said.id in server.backend.messages[int(double.home.room.id)]
    (shown,) = server.backend.messages[int(server.care.id)].values()
    assert shown.content == "i want to end my life"


async def test_a_message_with_no_such_phrase_is_not_heard(
    watching: Discord, double: Double, core: ListeningCore
) -> None:
    del watching
    double.home.say(double.home.sam, "i want to end my lifelong habit of biting nails")
    double.home.say(double.home.robin, "je suis suicidaire")
    await double.until(lambda: hits(core))
    assert [one.person for one in hits(core)] == [double.home.robin]


async def test_other_rules_of_the_server_are_none_of_our_business(
    watching: Discord, server: Server, double: Double, core: ListeningCore
) -> None:
    server.theirs("biscuit")
    double.home.say(double.home.sam, "biscuit")
    double.home.say(double.home.sam, "another biscuit")
    double.home.say(double.home.sam, "i want to end my life")
    await double.until(lambda: hits(core))
    await watching._under_way.settled(timedelta(seconds=10))
    assert [one.phrase for one in hits(core)] == ["i want to end my life"]
    assert server.requests().count("GET") == 2, "each rule is asked about once"


async def test_after_a_restart_a_hit_is_known_before_anybody_looked_at_the_rule(
    watching: Discord, double: Double, core: ListeningCore
) -> None:
    await watching.stop()
    again = an_adapter(double)
    await again.start(core)
    double.plant(faults.failing(RULES, 503))
    double.home.say(double.home.sam, "i want to end my life")
    await double.until(lambda: len(hits(core)) == 1)
    double.home.say(double.home.robin, "i want to end my life")
    await double.until(lambda: len(hits(core)) == 2)
    await again.stop()


async def test_what_automod_shows_in_the_room_for_alerts_was_heard_as_said_there(
    double: Double, server: Server, discord: Discord, core: ListeningCore
) -> None:
    """With the intent for messages it comes as a message under the name of who wrote it."""
    await discord.word_filter.begin_watching(double.home.space, server.watch(), on=True)
    double.home.say(double.home.sam, "i want to end my life")
    await double.until(lambda: hits(core) and _posted(core))
    (shown,) = server.backend.messages[int(server.care.id)].values()
    server.backend.edit_message(int(server.care.id), shown.id, {"content": "i want to end my life"})
    double.home.say(double.home.robin, "the end")
    await double.until(lambda: any(one.text == "the end" for one in _posted(core)))
    assert [one.text for one in _posted(core)] == ["i want to end my life", "the end"]
    assert hits(core)[0].text == "i want to end my life", "with that intent it brings the words"


def _posted(core: ListeningCore) -> list[MessagePosted]:
    return [one for one in core.events if isinstance(one, MessagePosted)]


async def test_without_the_right_to_manage_the_server_discord_tells_nothing(
    watching: Discord, server: Server, double: Double, core: ListeningCore
) -> None:
    del watching
    server.may_manage(allowed=False)
    double.home.say(double.home.sam, "i want to end my life")
    server.may_manage(allowed=True)
    double.home.say(double.home.robin, "i want to end my life")
    await double.until(lambda: hits(core))
    assert [one.person for one in hits(core)] == [double.home.robin]


# -- from the panel to help, with all of peerbot ---------------------------------------------------


async def test_from_the_panel_to_the_alert_with_all_of_peerbot(
    double: Double, server: Server, sqlite_database: Database, tmp_path: Path
) -> None:
    double.gateway.allows_message_content = False
    house, home = a_house(sqlite_database, tmp_path), double.home
    await house.start(an_adapter(double))
    try:
        owner = an_actor(server.owner, owns_space=True)
        community = await house.communities.of(
            MessagePosted(
                actor=owner,
                at=NOW,
                space=home.space,
                text="",
                room=home.room,
                ref=None,  # type: ignore[arg-type]
            )
        )
        assert community is not None
        await house.communities.change_draft(
            community.id,
            owner,
            lambda one: replace(one, alert_room=server.care, checkin_room=home.room),
        )
        await house.communities.publish(community.id, owner)
        await double.until(lambda: server.backend.find_command("peerbot", server.id, type=1))

        home.use(server.owner, "peerbot panel")
        await double.until(lambda: _carrying(double, "More about it"))
        home.press(server.owner, "More about it", _carrying(double, "More about it")[-1])
        await double.until(lambda: _carrying(double, "Tell members, switch on"))
        home.press(
            server.owner,
            "Tell members, switch on",
            _carrying(double, "Tell members, switch on")[-1],
        )
        await double.until(lambda: _saying(double, "tells me of those phrases from this moment"))
        assert server.ours.enabled
        assert _saying(double, "shows that message, word for word, to the responders")

        server.changed(
            server.ours,
            actions=[*server.ours.actions, {"type": TIMEOUT, "metadata": {"duration_seconds": 60}}],
        )
        said = home.say(home.sam, "no one to tell. i want to end my life!")
        await double.until(lambda: home.inbox_of(home.sam))
        await double.until(lambda: home.messages_in(server.care.id))
        await house.noticing.settled()
        (answer,) = home.inbox_of(home.sam)
        assert "hour alone" in texts_in(answer)
        (alert,) = home.messages_in(server.care.id)
        assert f"/{said.id}" in str(alert.components) + texts_in(alert)
        assert "end my life" not in texts_in(alert)
        assert [one.author_id for one in _all_in(double, home.room)][1:] == [int(home.sam.id)]
        (open_alert,) = house.record.book
        assert (open_alert.count, open_alert.about) == (1, home.sam)

        home.use(server.owner, "peerbot panel")
        await double.until(lambda: _carrying(double, "Switch off"))
    finally:
        await house.stop()
    assert double.rest.gaps == []


def _all_in(double: Double, room: Room) -> list[Message]:
    kept = double.backend.messages[int(room.id)].values()
    return [one for one in kept if not one.is_ephemeral and one.type == 0]


def _carrying(double: Double, label: str) -> list[Message]:
    kept = double.home.messages_in_the_room()
    return [one for one in kept if f"'label': '{label}'" in str(one.components)]


def _saying(double: Double, words: str) -> list[Message]:
    return [one for one in double.home.messages_in_the_room() if words in texts_in(one)]
