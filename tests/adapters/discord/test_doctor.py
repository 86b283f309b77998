"""The doctor looks at the portal and each server, and says what to do in a sentence each."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from adapters.discord.commands import payload_of
from adapters.discord.doctor import Report, Wanted, examine
from adapters.discord.facts import NEEDED, permissions
from adapters.discord.native import PLATFORM
from peerbot.chat.addresses import Room
from peerbot.chat.commands import Command
from peerbot.chat.plain import plain
from peerbot.errors import StorageAway
from peerbot.i18n import _
from peerbot.outside import Home
from tests.adapters.discord.fake_rest import (
    ADMINISTRATOR,
    APPLICATION,
    CARE,
    CARE_TEAM,
    MANAGE_GUILD,
    OUR_ROLE,
    SEND,
    SERVER,
    US,
    VIEW,
    FakeRest,
    a_role,
    a_room,
    as_kept,
    refused,
)

COMMANDS = (Command(name="help-now", summary=_("Help for a hard moment, privately, at once")),)
ALERTS = Room(PLATFORM, CARE, space=SERVER)
SET_UP = Home(is_set_up=True, alert_room=ALERTS, alert_pings=(CARE_TEAM,))


def knowing(**homes: Home) -> Wanted:
    async def known() -> Mapping[str, Home]:
        return {server.removeprefix("s"): home for server, home in homes.items()}

    return Wanted(commands=COMMANDS, homes=known)


HEALTHY = knowing(**{f"s{SERVER}": SET_UP})


FIVE = """\
  WRONG   discord.message_content is on, but its switch in the portal is off, so peerbot cannot \
connect. Developer portal, your application, Bot: switch on Message Content Intent; or set \
discord.message_content = false.
  WRONG   The application asks for an OAuth2 code grant, so every invitation fails. Developer \
portal, your application, Bot: switch off Requires OAuth2 Code Grant.
  WRONG   Discord knows none of peerbot's commands, so nobody can use them. Run `peerbot discord \
sync`, or start peerbot.
  WRONG   Home: everybody can read #care, the room for alerts. Take View Channel from @everyone in \
the room's settings, or choose a private room with /peerbot setup.
  WRONG   Home: alerts cannot notify the role care team. Switch on Allow anyone to @mention this \
role, in Server Settings, Roles, care team.
5 problems."""


@pytest.fixture
def rest() -> FakeRest:
    fake = FakeRest()
    fake.known = as_kept(payload_of(COMMANDS))
    return fake


async def only(rest: FakeRest, wanted: Wanted = HEALTHY) -> str:
    """Return the one thing that is wrong."""
    report = await examine(rest, wanted)
    (problem,) = report.problems
    return problem


def with_home(**changes: object) -> Wanted:
    return knowing(**{f"s{SERVER}": replace(SET_UP, **changes)})  # type: ignore[arg-type]


async def test_where_nothing_is_wrong_it_says_so(rest: FakeRest) -> None:
    report = await examine(rest, HEALTHY)
    assert report.exit_code == 0
    assert report.lines() == (
        f"Application peerbot ({APPLICATION}), in 1 server.",
        "Nothing stands in the way.",
    )


async def test_five_things_that_are_wrong_are_five_sentences_that_say_what_to_do(
    rest: FakeRest,
) -> None:
    rest.portal |= {"flags": 0, "bot_require_code_grant": True}
    rest.known = []
    rest.roles[CARE_TEAM]["mentionable"] = False
    rest.channels[CARE] = a_room(CARE, "care")
    report = await examine(rest, replace(HEALTHY, message_content=True))
    assert report.exit_code == 1
    assert "\n".join(report.lines()[1:]) == FIVE


# -- the portal ------------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [1 << 18, 1 << 19])
async def test_both_kinds_of_the_message_content_intent_will_do(rest: FakeRest, flags: int) -> None:
    rest.portal["flags"] = flags
    assert (await examine(rest, replace(HEALTHY, message_content=True))).problems == []


async def test_an_intent_that_nobody_wants_may_be_off(rest: FakeRest) -> None:
    rest.portal["flags"] = 0
    assert (await examine(rest, HEALTHY)).problems == []


async def test_a_token_of_another_application_is_told(rest: FakeRest) -> None:
    said = await only(rest, replace(HEALTHY, application_id="42"))
    assert said.startswith(
        f"discord.application_id is 42, but the token belongs to application {APPLICATION}"
    )


async def test_an_endpoint_that_takes_the_events_is_told(rest: FakeRest) -> None:
    rest.portal["interactions_endpoint_url"] = "https://example.org/elsewhere"
    assert "empty Interactions Endpoint URL" in await only(rest)


async def test_a_missing_privacy_policy_is_told(rest: FakeRest) -> None:
    del rest.portal["privacy_policy_url"]
    said = await only(rest)
    assert "docs/discord.md" in said
    assert "Privacy Policy URL" in said


async def test_a_public_bot_is_a_hint_and_no_problem(rest: FakeRest) -> None:
    rest.portal["bot_public"] = True
    report = await examine(rest, HEALTHY)
    assert report.exit_code == 0
    assert "switch off Public Bot" in report.lines()[1]


async def test_commands_of_another_release_are_told(rest: FakeRest) -> None:
    rest.known = as_kept(payload_of((Command(name="old", summary=_("Read a tip")),)))
    assert "as they were in another release" in await only(rest)


# -- each server -----------------------------------------------------------------------------------


async def test_in_no_server_the_invitation_is_the_answer(rest: FakeRest) -> None:
    rest.in_servers = []
    said = await only(rest)
    assert said.startswith("peerbot is in no server yet.")
    assert said.endswith(
        f"https://discord.com/oauth2/authorize?client_id={APPLICATION}"
        f"&scope=bot+applications.commands&permissions={permissions().value}"
    )


@pytest.mark.parametrize(("name", "called", "why"), NEEDED, ids=[one[0] for one in NEEDED])
async def test_each_missing_permission_has_a_sentence_with_its_reason(
    rest: FakeRest, name: str, called: object, why: object
) -> None:
    has = permissions()
    setattr(has, name, False)
    rest.roles[OUR_ROLE]["permissions"] = str(has.value)
    rest.roles[SERVER]["permissions"] = "0"
    said = await only(rest)
    assert said == (
        f"Home: peerbot lacks {called}, which it needs {why}. Switch it on in Server Settings, "
        "Roles, the role of peerbot."
    )


async def test_what_everyone_may_need_not_be_in_our_role(rest: FakeRest) -> None:
    rest.roles[SERVER]["permissions"] = str(permissions().value)
    rest.roles[OUR_ROLE]["permissions"] = "0"
    assert (await examine(rest, HEALTHY)).problems == []


async def test_an_administrator_lacks_nothing(rest: FakeRest) -> None:
    rest.roles[OUR_ROLE]["permissions"] = str(ADMINISTRATOR)
    rest.channels[CARE] = a_room(CARE, "care", {SERVER: (0, VIEW)})
    rest.roles[CARE_TEAM]["mentionable"] = False
    assert (await examine(rest, HEALTHY)).problems == []


@pytest.mark.parametrize("wanted", [knowing(), with_home(is_set_up=False)])
async def test_a_setup_that_was_never_finished_is_told(rest: FakeRest, wanted: Wanted) -> None:
    assert await only(rest, wanted) == (
        "Home: setup was never finished. Somebody who may manage the server types /peerbot setup "
        "there."
    )


async def test_a_promise_to_look_at_messages_that_never_arrive_is_told(rest: FakeRest) -> None:
    reading = with_home(reads_messages=True)
    assert "Home: members were told that messages are looked at, but" in await only(rest, reading)
    assert (await examine(rest, replace(reading, message_content=True))).problems == []


async def test_no_room_for_alerts_is_told(rest: FakeRest) -> None:
    assert "no room for alerts is chosen" in await only(rest, with_home(alert_room=None))


async def test_a_room_for_alerts_that_is_gone_is_told(rest: FakeRest) -> None:
    del rest.channels[CARE]
    assert "the room for alerts is gone" in await only(rest)


async def test_alerts_in_another_space_are_looked_at_there(rest: FakeRest) -> None:
    elsewhere = Room("slack", "C1", space="T1")
    assert (await examine(rest, with_home(alert_room=elsewhere))).problems == []
    another = Room(PLATFORM, "1", space="2")
    assert (await examine(rest, with_home(alert_room=another))).problems == []


async def test_a_room_where_we_may_not_write_names_what_is_lacking(rest: FakeRest) -> None:
    closed = {SERVER: (0, VIEW), OUR_ROLE: (VIEW, SEND)}
    rest.channels[CARE] = a_room(CARE, "care", closed)
    assert await only(rest) == (
        "Home: peerbot may not write in #care, the room for alerts: it lacks Send Messages there. "
        "Add the role of peerbot in the room's settings, Permissions, and allow it."
    )


async def test_what_a_room_allows_us_by_name_counts_last(rest: FakeRest) -> None:
    room = a_room(CARE, "care", {SERVER: (0, VIEW), OUR_ROLE: (0, SEND)})
    ours = {"id": US, "type": 1, "allow": str(VIEW | SEND), "deny": "0"}
    rest.channels[CARE] = room | {"permission_overwrites": [*room["permission_overwrites"], ours]}
    assert (await examine(rest, HEALTHY)).problems == []


async def test_a_permission_that_is_missing_everywhere_is_told_once(rest: FakeRest) -> None:
    without = permissions()
    without.embed_links = False
    rest.roles[OUR_ROLE]["permissions"] = str(without.value)
    assert "lacks Embed Links" in await only(rest)


async def test_alerts_that_notify_nobody_are_told(rest: FakeRest) -> None:
    assert "alerts notify nobody" in await only(rest, with_home(alert_pings=()))


async def test_a_role_that_is_gone_is_told(rest: FakeRest) -> None:
    del rest.roles[CARE_TEAM]
    assert "a role that alerts notify is gone" in await only(rest)


async def test_whoever_may_mention_everyone_may_notify_any_role(rest: FakeRest) -> None:
    may = permissions()
    may.mention_everyone = True
    rest.roles[OUR_ROLE]["permissions"] = str(may.value)
    rest.roles[CARE_TEAM]["mentionable"] = False
    assert (await examine(rest, HEALTHY)).problems == []


async def test_two_servers_are_named_apart_and_one_that_is_silent_hides_no_other(
    rest: FakeRest,
) -> None:
    rest.in_servers = [
        {"id": "1", "name": "Garden", "permissions": "0"},
        {"id": SERVER, "name": "Home", "permissions": "0"},
    ]
    rest.breaks = {"1": refused(403, 50001)}
    del rest.channels[CARE]
    garden, home = (await examine(rest, HEALTHY)).problems
    assert garden.startswith("Garden: Discord does not say what it is like there (403, code 50001)")
    assert home.startswith("Home: the room for alerts is gone")


async def test_without_the_database_discords_side_is_looked_at_all_the_same(
    rest: FakeRest,
) -> None:
    async def away() -> Mapping[str, Home]:
        raise StorageAway("There is no database yet.")

    rest.roles[OUR_ROLE]["permissions"] = str(permissions().value & ~SEND)
    rest.roles[SERVER]["permissions"] = "0"
    where, lacks = (await examine(rest, Wanted(commands=COMMANDS, homes=away))).problems
    assert where == "Nobody can say where alerts go. There is no database yet."
    assert "lacks Send Messages" in lacks


# -- AutoMod, once it is wanted --------------------------------------------------------------------


def a_keyword_rule(creator: str = "1") -> dict[str, object]:
    return {"trigger_type": 1, "creator_id": creator, "name": "words"}


async def test_automod_is_not_looked_at_before_it_is_wanted(rest: FakeRest) -> None:
    rest.rules = [a_keyword_rule() for _n in range(6)]
    assert (await examine(rest, HEALTHY)).problems == []


async def test_automod_needs_manage_server(rest: FakeRest) -> None:
    assert "lacks Manage Server" in await only(rest, replace(HEALTHY, automod=True))


async def test_automod_is_looked_at_where_a_community_uses_it(rest: FakeRest) -> None:
    assert "lacks Manage Server" in await only(rest, with_home(filters_words=True))


async def test_a_seventh_keyword_rule_has_no_place(rest: FakeRest) -> None:
    rest.roles[OUR_ROLE] = a_role(OUR_ROLE, "peerbot", permissions().value | MANAGE_GUILD)
    wanted = replace(HEALTHY, automod=True)
    spam = {"trigger_type": 3, "creator_id": "1", "name": "spam"}
    rest.rules = [spam, *(a_keyword_rule() for _n in range(5))]
    assert (await examine(rest, wanted)).problems == []
    rest.rules.append(a_keyword_rule())
    assert "AutoMod has 6 keyword rules and takes no more" in await only(rest, wanted)
    rest.rules[-1] = a_keyword_rule(US)
    assert (await examine(rest, wanted)).problems == []


def test_one_problem_is_not_several() -> None:
    assert Report(problems=["It is broken."]).lines() == ("  WRONG   It is broken.", "One problem.")


def test_every_permission_that_is_asked_for_has_its_reason() -> None:
    assert all(plain(why).startswith("to ") for _name, _called, why in NEEDED)
    assert not permissions().administrator
