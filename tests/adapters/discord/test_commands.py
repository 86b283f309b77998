"""Our commands as Discord's: within every limit, in every language, and back under their names."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.commands import characters_of, hash_of, payload_of, used_in
from adapters.discord.lengths import units
from adapters.discord.native import Json
from peerbot.chat.commands import Command, Parameter, Pick, Role
from peerbot.chat.text import ByLanguage
from peerbot.i18n import LANGUAGES, Msg
from peerbot.testing.stand import COMMAND
from tests.adapters.discord.golden_commands import GOLDEN, as_text, commands_of_the_house

SEARCH = Msg("Search")
"""In the catalogue: "Chercher" in French."""
FLAG = ByLanguage((("en", "Flag for moderators"), ("fr", "Signaler à la modération")))


@pytest.fixture(scope="module")
def ours() -> tuple[Command, ...]:
    return commands_of_the_house()


def a_command(name: str, *parameters: Parameter, role: Role = Role.MEMBER) -> Command:
    return Command(name=name, summary=SEARCH, parameters=parameters, role=role)


def payload(*commands: Command) -> list[Json]:
    """Return the payload as JSON, without the command of messages."""
    whole: list[Json] = json.loads(json.dumps(payload_of(commands, flag=FLAG)))
    return [one for one in whole if one["type"] == 1]


def named(commands: list[Json], name: str) -> Json:
    return next(one for one in commands if one["name"] == name)


def everything(parts: list[Json]) -> Iterator[Json]:
    """Yield every command, option and choice."""
    for part in parts:
        yield part
        yield from everything([*part.get("options", ()), *part.get("choices", ())])


def in_all_languages(part: Json, name: str) -> list[str]:
    return [part[name], *part.get(f"{name}_localizations", {}).values()] if name in part else []


# -- our own commands --------------------------------------------------------------------------


def test_discord_is_told_what_is_written_down(ours: tuple[Command, ...]) -> None:
    """After a change: `python -m tests.adapters.discord.golden_commands`."""
    assert as_text(payload_of(ours)) == GOLDEN.read_text(encoding="utf-8")


def test_each_of_our_commands_keeps_discords_limits(ours: tuple[Command, ...]) -> None:
    commands = payload(*ours)
    assert len(commands) <= 100
    assert [one["name"] for one in commands if characters_of(one) > 8000] == []
    for part in everything(commands):
        assert len(part.get("options", ())) <= 25
        assert len(part.get("choices", ())) <= 25
        is_pick = "value" in part
        assert all(0 < units(one) <= 100 for one in in_all_languages(part, "description"))
        names = in_all_languages(part, "name")
        assert all(0 < units(one) <= (100 if is_pick else 32) for one in names)
        # https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming
        assert is_pick or all(re.fullmatch(r"[-_'\w]{1,32}", one) for one in names)
        assert is_pick or [one.lower() for one in names] == names


def test_no_word_of_ours_is_cut(ours: tuple[Command, ...]) -> None:
    for part in everything(payload(*ours)):
        for name in ("name", "description"):
            assert not any(one.endswith("…") for one in in_all_languages(part, name))


def test_every_description_and_pick_of_ours_is_there_in_every_language(
    ours: tuple[Command, ...],
) -> None:
    others = {language for language in LANGUAGES if language != "en"}
    for command in ours:
        inner = [one for one in everything(payload(command)) if one["name"] in command.name.split()]
        assert set(inner[-1]["description_localizations"]) == others
    picks = [one for one in everything(payload(*ours)) if "value" in one]
    assert picks
    assert all(set(one["name_localizations"]) == others for one in picks)


def test_each_of_our_commands_comes_back_under_its_name(ours: tuple[Command, ...]) -> None:
    for command in ours:
        (declared,) = payload(command)
        used = {"type": 1, "id": "1", "name": declared["name"]}
        if " " in command.name:
            used["options"] = [{"type": 1, "name": declared["options"][0]["name"], "options": []}]
        assert used_in(used) == (command.name, {})


def test_responders_of_any_role_see_the_commands_of_the_team(ours: tuple[Command, ...]) -> None:
    """And so does everybody else, whom the core tells that they are for moderators."""
    seen = {one["name"]: one["default_member_permissions"] for one in payload(*ours)}
    assert {"peerbot", "help-now"} <= set(seen)
    assert set(seen.values()) == {None}


def test_commands_are_there_in_servers_and_in_the_bots_inbox_alone(
    ours: tuple[Command, ...],
) -> None:
    for one in payload(*ours):
        assert (one["integration_types"], one["contexts"]) == ([0], [0, 1])


# -- any command -------------------------------------------------------------------------------


def test_two_words_are_a_command_in_a_group() -> None:
    (group,) = payload(a_command("peerbot setup"), a_command("peerbot panel"))
    assert group["name"] == "peerbot"
    assert group["description"] == "setup, panel"
    assert [(one["type"], one["name"]) for one in group["options"]] == [(1, "setup"), (1, "panel")]


@pytest.mark.parametrize(
    "names",
    [("peerbot", "peerbot setup"), ("a b c",), ("tip", "tip"), ("a b", "a b")],
)
def test_what_discord_has_no_place_for_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"words|twice|same"):
        payload(*map(a_command, names))


def test_too_many_commands_are_refused() -> None:
    with pytest.raises(ValueError, match="101 commands"):
        payload(*(a_command(f"c{n}") for n in range(101)))
    with pytest.raises(ValueError, match="too many"):
        payload(*(a_command(f"peerbot c{n}") for n in range(26)))


def test_what_is_required_is_asked_first() -> None:
    optional = Parameter(name="where", summary=SEARCH, most=80)
    required = Parameter(name="what", summary=SEARCH, required=True, most=9000)
    (one,) = payload(a_command("find", optional, required))
    asked = [(each["name"], each["required"], each["max_length"]) for each in one["options"]]
    assert asked == [("what", True, 6000), ("where", False, 80)]


def test_what_can_be_picked_is_offered_in_the_readers_language() -> None:
    parameter = Parameter(
        name="kind", summary=SEARCH, picks=(Pick("s", SEARCH), Pick("?", Msg("?")))
    )
    (one,) = payload(a_command("find", parameter))
    assert one["options"] == [
        {
            "type": 3,
            "name": "kind",
            "description": "Search",
            "description_localizations": {"fr": "Chercher"},
            "required": False,
            "choices": [
                {"name": "Search", "name_localizations": {"fr": "Chercher"}, "value": "s"},
                {"name": "?", "value": "?"},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("roles", "bits"),
    [
        ([Role.MEMBER], None),
        ([Role.MODERATOR], None),
        ([Role.STAFF], None),
        ([Role.ADMIN], 0x20),
        ([Role.ADMIN, Role.ADMIN], 0x20),
        ([Role.ADMIN, Role.MODERATOR], None),
        ([Role.ADMIN, Role.MEMBER], None),
    ],
)
def test_a_command_was_hidden_from_whom_the_core_lets_use_it(
    roles: list[Role], bits: int | None
) -> None:
    """`/peerbot` wanted Manage Messages, which counselling staff and responders often lack."""
    several = [a_command(f"group c{n}", role=role) for n, role in enumerate(roles)]
    (group,) = payload(*several)
    assert group["default_member_permissions"] == (None if bits is None else str(bits))


def test_a_message_can_be_flagged_from_its_menu() -> None:
    *_typed, flag = payload_of((), flag=FLAG)
    assert flag == {
        "type": 3,
        "name": "Flag for moderators",
        "name_localizations": {"fr": "Signaler à la modération"},
        "default_member_permissions": None,
        "integration_types": [0],
        "contexts": [0],
    }


def test_a_language_reaches_all_of_its_locales() -> None:
    words = ByLanguage((("en", "Flag"), ("es", "Avisar"), ("pt", "Avisar"), ("xx", "?")))
    *_typed, flag = payload_of((), ("en", "es", "pt", "xx"), flag=words)
    assert set(flag["name_localizations"]) == {"es-ES", "es-419", "pt-BR"}


def test_the_longest_language_counts() -> None:
    (one,) = payload(a_command("find", Parameter(name="kind", summary=SEARCH)))
    assert characters_of(one) == len("find" + "Chercher" + "kind" + "Chercher")


def test_a_description_that_is_too_long_is_cut_and_shows_it() -> None:
    (one,) = payload(Command(name="find", summary=Msg("long " * 30)))
    assert units(one["description"]) <= 100
    assert one["description"].endswith("…")


# -- when to send them -------------------------------------------------------------------------


def test_the_hash_stays_as_long_as_the_commands_do() -> None:
    first = payload_of([a_command("one"), a_command("two")])
    again = payload_of([a_command("two"), a_command("one")])
    back = json.loads(json.dumps(first))
    assert hash_of(first) == hash_of(again) == hash_of(back)


def test_the_hash_changes_with_any_word() -> None:
    first, second = a_command("one"), Command(name="one", summary=Msg("Something else"))
    assert hash_of(payload_of([first])) != hash_of(payload_of([second]))
    assert hash_of(payload_of([first])) != hash_of(payload_of([first], ["en"]))


# -- what comes back ---------------------------------------------------------------------------


def test_a_used_command_comes_back_with_its_words() -> None:
    options = [
        {"type": 3, "name": "kind", "value": "far"},
        {"type": 3, "name": "words", "value": "a place to talk"},
    ]
    inner = {"type": 1, "name": "look", "options": options}
    used = {"id": "1", "type": 1, "name": "conform", "options": [inner]}
    assert used_in(used) == (COMMAND.name, {"kind": "far", "words": "a place to talk"})


def test_a_command_of_one_word_comes_back_with_its_words() -> None:
    used = {"type": 1, "name": "tip", "options": [{"type": 3, "name": "words", "value": "sleep"}]}
    assert used_in(used) == ("tip", {"words": "sleep"})


@pytest.mark.parametrize(
    "option",
    [
        None,
        "words",
        {"type": 3, "name": "words"},
        {"type": 4, "name": "words", "value": 7},
        {"type": 3, "name": 7, "value": "x"},
        {"type": 3, "name": "words", "value": ["x"]},
    ],
)
def test_an_option_that_is_no_words_is_left_out(option: object) -> None:
    assert used_in({"type": 1, "name": "tip", "options": [option]}) == ("tip", {})


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"type": 1},
        {"type": 1, "name": ""},
        {"type": 1, "name": ["tip"]},
        {"type": True, "name": "tip"},
        {"type": 3, "name": "Flag for moderators", "target_id": "1"},
        {"type": 1, "name": "peerbot", "options": [{"type": 1}]},
        {"type": 1, "name": "peerbot", "options": [{"type": 1, "name": 7}]},
    ],
)
def test_anything_else_is_no_command(data: object) -> None:
    assert used_in(data) == ("", {})


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(0, 4) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "name", "options", "value"]), inner)
    ),
    max_leaves=20,
)


@given(JUNK)
def test_no_shape_at_all_breaks_it(junk: object) -> None:
    name, options = used_in(junk)
    assert isinstance(name, str)
    assert all(isinstance(one, str) for one in options.values())
