"""One rule of ours in AutoMod, over sockets: it only tells, and what moderators did stays done."""

import asyncio
from dataclasses import replace

import pytest
from simcord.backend import serializers

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
from peerbot.chat.addresses import Room, Space
from peerbot.chat.gateway import TryLater, Undeliverable
from peerbot.chat.plain import plain
from peerbot.chat.word_filter import CannotWatch, FiltersWords, Watching
from peerbot.content.crisis import watch_list
from tests.adapters.discord.automod.conftest import Server
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.automod import ALERT, BLOCK
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore
from tests.adapters.discord.double.openapi import SPEC, Contract
from tests.adapters.discord.double.rest import Request

PHRASES = tuple(one.text for one in watch_list()[0].phrases)
RULES = "* /guilds/*/auto-moderation/rules*"


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


async def changed_and_taken_away(
    words: FiltersWords, server: Server, double: Double
) -> list[Request]:
    """Return every request about a rule that was made, switched on, changed and taken away."""
    await words.begin_watching(double.home.space, server.watch(), on=False)
    await words.begin_watching(double.home.space, server.watch(), on=True)
    await words.keep_watching(double.home.space, server.watch(server.a_room("quiet")))
    await words.stop_watching(double.home.space)
    return [one for one in double.requests if "auto-moderation" in one.path]


async def test_one_rule_is_made_changed_and_taken_away(
    unread: Discord, server: Server, double: Double
) -> None:
    asked = await changed_and_taken_away(unread.word_filter, server, double)
    changes = [one for one in asked if one.method != "GET"]
    assert [one.method for one in changes] == ["POST", "PATCH", "PATCH", "DELETE"]
    assert len({one.path for one in changes[1:]}) == 1
    assert server.rules == []


@pytest.mark.skipif(not SPEC.is_file(), reason="Discord's own specification is not here")
async def test_discord_would_take_the_rule_and_its_changes(
    unread: Discord, server: Server, double: Double
) -> None:
    contract = Contract(SPEC)
    asked = await changed_and_taken_away(unread.word_filter, server, double)
    assert [found for one in asked if (found := contract.problem_of(one))] == []
    assert contract.problem_of(replace(asked[1], json={"name": 1})) is not None
