"""What our rule in AutoMod finds, over sockets: who, where and which phrase, once, and no words."""

from datetime import timedelta

import pytest

from adapters.discord.adapter import Discord
from peerbot.chat.events import MessagePosted, WordsFiltered
from peerbot.content.crisis import watch_list
from tests.adapters.discord.automod.conftest import Server
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore

PHRASES = tuple(one.text for one in watch_list()[0].phrases)
RULES = "* /guilds/*/auto-moderation/rules*"


def hits(core: ListeningCore) -> list[WordsFiltered]:
    return [one for one in core.events if isinstance(one, WordsFiltered)]


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
    watching: Discord, server: Server, double: Double, core: ListeningCore
) -> None:
    await watching.stop()
    before = len(server.requests())
    again = an_adapter(double)
    await again.start(core)
    double.plant(faults.failing(RULES, 503))
    double.home.say(double.home.sam, "i want to end my life")
    await double.until(lambda: len(hits(core)) == 1)
    double.home.say(double.home.robin, "i want to end my life")
    await double.until(lambda: len(hits(core)) == 2)
    double.home.say(double.home.sam, "je suis suicidaire")
    await double.until(lambda: len(hits(core)) == 3)
    await again.stop()
    assert [(one.person, one.phrase) for one in hits(core)] == [
        (double.home.sam, "i want to end my life"),
        (double.home.robin, "i want to end my life"),
        (double.home.sam, "je suis suicidaire"),
    ]
    asked = server.requests()[before:]
    assert asked == ["GET", "GET"], "what failed is asked again, and what is known is not"


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
