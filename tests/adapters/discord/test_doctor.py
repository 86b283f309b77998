"""The doctor looks at the portal and each server, and says what to do in a sentence each."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

import pytest

from adapters.discord.doctor import Report, Wanted, examine
from adapters.discord.facts import NEEDED, permissions
from adapters.discord.native import PLATFORM
from adapters.discord.registering import sync
from adapters.discord.rest import logged_in
from adapters.discord.servers import MOST_KEYWORD_RULES
from discord import Permissions
from peerbot.chat.addresses import Room
from peerbot.chat.commands import Command
from peerbot.chat.plain import plain
from peerbot.errors import StorageAway
from peerbot.i18n import _
from peerbot.outside import Home
from tests.adapters.discord.double import Double, faults

COMMANDS = (Command(name="help-now", summary=_("Help for a hard moment, privately, at once")),)
OTHERS = (Command(name="old", summary=_("Read a tip")),)
NOTHING = Permissions.none()
SEE, SEND = Permissions(view_channel=True), Permissions(send_messages=True)


@dataclass(frozen=True, slots=True)
class Town:
    """A server where everything is in order: alerts go to a hidden room and notify a role."""

    double: Double
    care: str
    care_team: str

    @property
    def id(self) -> str:
        return self.double.home.space.id

    @property
    def home(self) -> Home:
        room = Room(PLATFORM, self.care, space=self.id)
        return Home(is_set_up=True, alert_room=room, alert_pings=(self.care_team,))

    def wanted(self, **changes: object) -> Wanted:
        """Return what the operator wants where `changes` are what the community decided."""
        return self.knowing({self.id: replace(self.home, **changes)})  # type: ignore[arg-type]

    def knowing(self, homes: Mapping[str, Home]) -> Wanted:
        async def known() -> Mapping[str, Home]:
            return homes

        return Wanted(commands=COMMANDS, homes=known)

    async def knows(self, commands: tuple[Command, ...]) -> None:
        """Register these commands with Discord, and no others."""
        async with logged_in(self.double.settings()) as rest:
            await sync(rest, self.double.backend.application_id, commands)

    async def examined(self, wanted: Wanted | None = None) -> Report:
        async with logged_in(self.double.settings()) as rest:
            return await examine(rest, wanted or self.wanted())

    async def wrong(self, wanted: Wanted | None = None) -> list[str]:
        return (await self.examined(wanted)).problems

    async def only(self, wanted: Wanted | None = None) -> str:
        """Return the one thing that is wrong."""
        (problem,) = await self.wrong(wanted)
        return problem


@pytest.fixture
async def town(double: Double) -> AsyncIterator[Town]:
    owner = double.home.owner
    care, team = owner.makes_hidden_room("care"), owner.makes_role("care team", mentionable=True)
    town = Town(double, care, team)
    await town.knows(COMMANDS)
    yield town
    assert [one.path for one in double.requests if "gateway" in one.path] == []


async def test_where_nothing_is_wrong_it_says_so(town: Town) -> None:
    report = await town.examined()
    assert report.exit_code == 0
    assert report.lines() == (
        f"Application TestBot ({town.double.backend.application_id}), in 1 server.",
        "Nothing stands in the way.",
    )


# -- the portal ------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_reviewed", [False, True])
async def test_both_kinds_of_the_message_content_intent_will_do(
    town: Town, is_reviewed: bool
) -> None:
    town.double.portal.is_reviewed = is_reviewed
    assert await town.wrong(replace(town.wanted(), message_content=True)) == []


async def test_an_intent_that_nobody_wants_may_be_off(town: Town) -> None:
    town.double.portal.message_content = False
    assert await town.wrong() == []


async def test_a_token_of_another_application_is_told(town: Town) -> None:
    said = await town.only(replace(town.wanted(), application_id="42"))
    ours = town.double.backend.application_id
    assert said.startswith(
        f"discord.application_id is 42, but the token belongs to application {ours}"
    )


async def test_an_endpoint_that_takes_the_events_is_told(town: Town) -> None:
    town.double.portal.interactions_endpoint = "https://example.org/elsewhere"
    assert "empty Interactions Endpoint URL" in await town.only()


async def test_a_missing_privacy_policy_is_told(town: Town) -> None:
    town.double.portal.privacy_policy = None
    said = await town.only()
    assert "docs/discord.md" in said
    assert "Privacy Policy URL" in said


async def test_a_public_bot_is_a_hint_and_no_problem(town: Town) -> None:
    town.double.portal.is_public = True
    report = await town.examined()
    assert report.exit_code == 0
    assert "switch off Public Bot" in report.lines()[1]


async def test_commands_of_another_release_are_told(town: Town) -> None:
    await town.knows(OTHERS)
    assert "as they were in another release" in await town.only()


# -- each server -----------------------------------------------------------------------------------


async def test_in_no_server_the_invitation_is_the_answer(town: Town) -> None:
    town.double.backend.remove_guild(int(town.id))
    said = await town.only()
    assert said.startswith("peerbot is in no server yet.")
    assert said.endswith(
        f"https://discord.com/oauth2/authorize?client_id={town.double.backend.application_id}"
        f"&scope=bot+applications.commands&permissions={permissions().value}"
    )


@pytest.mark.parametrize(("name", "called", "why"), NEEDED, ids=[one[0] for one in NEEDED])
async def test_each_missing_permission_has_a_sentence_with_its_reason(
    town: Town, name: str, called: object, why: object
) -> None:
    has = permissions()
    setattr(has, name, False)
    town.double.home.owner.lets_peerbot(has)
    town.double.home.owner.lets_everyone(NOTHING)
    assert await town.only() == (
        f"Home: peerbot lacks {called}, which it needs {why}. Switch it on in Server Settings, "
        "Roles, the role of peerbot."
    )


async def test_what_everyone_may_need_not_be_in_our_role(town: Town) -> None:
    town.double.home.owner.lets_everyone(permissions())
    town.double.home.owner.lets_peerbot(NOTHING)
    assert await town.wrong() == []


async def test_an_administrator_lacks_nothing(town: Town) -> None:
    owner = town.double.home.owner
    owner.lets_peerbot(Permissions(administrator=True))
    owner.in_room(town.care, deny={int(town.id): SEE})
    owner.takes_mentions_from(town.care_team)
    assert await town.wrong() == []


async def test_a_setup_that_was_never_finished_is_told(town: Town) -> None:
    said = (
        "Home: setup was never finished. Somebody who may manage the server types /peerbot setup "
        "there."
    )
    assert await town.only(town.wanted(is_set_up=False)) == said
    assert await town.only(town.knowing({})) == said


async def test_a_promise_to_look_at_messages_that_never_arrive_is_told(town: Town) -> None:
    reading = town.wanted(reads_messages=True)
    assert "Home: members were told that messages are looked at, but" in await town.only(reading)
    assert await town.wrong(replace(reading, message_content=True)) == []


async def test_no_room_for_alerts_is_told(town: Town) -> None:
    assert "no room for alerts is chosen" in await town.only(town.wanted(alert_room=None))


async def test_a_room_for_alerts_that_is_gone_is_told(town: Town) -> None:
    town.double.home.owner.removes_room(town.care)
    assert "the room for alerts is gone" in await town.only()


async def test_alerts_in_another_space_are_looked_at_there(town: Town) -> None:
    elsewhere = Room("slack", "C1", space="T1")
    assert await town.wrong(town.wanted(alert_room=elsewhere)) == []
    another = Room(PLATFORM, "1", space="2")
    assert await town.wrong(town.wanted(alert_room=another)) == []


async def test_a_room_where_we_may_not_write_names_what_is_lacking(town: Town) -> None:
    owner = town.double.home.owner
    owner.in_room(
        town.care,
        allow={owner.role_of_peerbot: SEE},
        deny={int(town.id): SEE, owner.role_of_peerbot: SEND},
    )
    assert await town.only() == (
        "Home: peerbot may not write in #care, the room for alerts: it lacks Send Messages there. "
        "Add the role of peerbot in the room's settings, Permissions, and allow it."
    )


async def test_what_a_room_allows_us_by_name_counts_last(town: Town) -> None:
    owner, ours = town.double.home.owner, town.double.backend.bot_user.id
    owner.in_room(
        town.care, allow={ours: SEE | SEND}, deny={int(town.id): SEE, owner.role_of_peerbot: SEND}
    )
    assert await town.wrong() == []


async def test_a_permission_that_is_missing_everywhere_is_told_once(town: Town) -> None:
    without = permissions()
    without.embed_links = False
    town.double.home.owner.lets_peerbot(without)
    town.double.home.owner.lets_everyone(SEE | SEND)
    assert "lacks Embed Links" in await town.only()


async def test_alerts_that_notify_nobody_are_told(town: Town) -> None:
    assert "alerts notify nobody" in await town.only(town.wanted(alert_pings=()))


async def test_a_role_that_is_gone_is_told(town: Town) -> None:
    town.double.home.owner.removes_role(town.care_team)
    assert "a role that alerts notify is gone" in await town.only()


async def test_whoever_may_mention_everyone_may_notify_any_role(town: Town) -> None:
    owner, may = town.double.home.owner, permissions()
    owner.takes_mentions_from(town.care_team)
    assert "alerts cannot notify the role care team" in await town.only()
    may.mention_everyone = True
    owner.lets_peerbot(may)
    assert await town.wrong() == []


async def test_two_servers_are_named_apart_and_one_that_is_silent_hides_no_other(
    town: Town,
) -> None:
    garden = town.double.backend.create_guild("Garden").id
    town.double.plant(faults.refused(f"GET /guilds/{garden}", 403, 50001))
    town.double.home.owner.removes_room(town.care)
    problems = sorted(await town.wrong())
    assert problems[0].startswith(
        "Garden: Discord does not say what it is like there (403, code 50001)"
    )
    assert problems[1].startswith("Home: the room for alerts is gone")


async def test_without_the_database_discords_side_is_looked_at_all_the_same(town: Town) -> None:
    async def away() -> Mapping[str, Home]:
        raise StorageAway("There is no database yet.")

    without = permissions()
    without.attach_files = False
    town.double.home.owner.lets_peerbot(without)
    town.double.home.owner.lets_everyone(NOTHING)
    where, lacks = await town.wrong(Wanted(commands=COMMANDS, homes=away))
    assert where == "Nobody can say where alerts go. There is no database yet."
    assert "lacks Attach Files" in lacks


# -- AutoMod, once it is wanted --------------------------------------------------------------------


async def test_automod_is_not_looked_at_before_it_is_wanted(town: Town) -> None:
    for number in range(MOST_KEYWORD_RULES):
        town.double.home.owner.makes_word_rule(number)
    assert await town.wrong() == []


async def test_automod_needs_manage_server(town: Town) -> None:
    wanted = replace(town.wanted(), automod=True)
    assert "lacks Manage Server" in await town.only(wanted)


async def test_a_seventh_keyword_rule_has_no_place(town: Town) -> None:
    owner, wanted = town.double.home.owner, replace(town.wanted(), automod=True)
    owner.lets_peerbot(permissions() | Permissions(manage_guild=True))
    for number in range(MOST_KEYWORD_RULES - 1):
        owner.makes_word_rule(number)
    assert await town.wrong(wanted) == []
    owner.makes_word_rule(MOST_KEYWORD_RULES)
    assert "AutoMod has 6 keyword rules and takes no more" in await town.only(wanted)


async def test_automod_is_looked_at_where_a_community_uses_it(town: Town) -> None:
    assert "lacks Manage Server" in await town.only(town.wanted(filters_words=True))


async def test_a_rule_of_ours_has_its_place_already(town: Town) -> None:
    owner, backend = town.double.home.owner, town.double.backend
    owner.lets_peerbot(permissions() | Permissions(manage_guild=True))
    for number in range(MOST_KEYWORD_RULES):
        owner.makes_word_rule(number)
    rules = backend.get_guild(int(town.id)).auto_mod_rules.values()
    next(iter(rules)).creator_id = backend.bot_user.id
    assert await town.wrong(replace(town.wanted(), automod=True)) == []


def test_one_problem_is_not_several() -> None:
    assert Report(problems=["It is broken."]).lines() == ("  WRONG   It is broken.", "One problem.")


def test_every_permission_that_is_asked_for_has_its_reason() -> None:
    assert all(plain(why).startswith("to ") for _name, _called, why in NEEDED)
    assert not permissions().administrator
