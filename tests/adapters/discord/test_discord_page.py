"""What docs/discord.md says exists: each command, permission, setting, link and quoted sentence."""

import json
import re
from datetime import timedelta
from pathlib import Path

import typer

from adapters.discord import portal
from adapters.discord.automod import MOST_EXEMPT, MOST_RULES, NAME
from adapters.discord.cli import app as discord_app
from adapters.discord.connection import UNKNOWN_BOT
from adapters.discord.doctor import Report
from adapters.discord.facts import NEEDED, TO_FILTER_WORDS
from adapters.discord.rest import why
from peerbot.catalogue import in_code
from peerbot.chat.plain import plain
from peerbot.cli import app
from peerbot.community.word_filter import LOOKED_AT_EVERY
from peerbot.content.crisis import watch_list
from peerbot.settings import DiscordSettings
from tests.adapters.discord.golden_commands import GOLDEN

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")
ON_ONE_LINE = " ".join(PAGE.split())


def commands_of(known: typer.Typer) -> set[str]:
    return {
        one.name or str(one.callback and one.callback.__name__) for one in known.registered_commands
    }


def test_each_command_of_the_terminal_exists() -> None:
    groups = {one.name: one.typer_instance for one in app.registered_groups}
    known = commands_of(app) | {f"discord {one}" for one in commands_of(discord_app)} | {"discord"}
    known |= {
        f"{name} {one}" for name, group in groups.items() if group for one in commands_of(group)
    }
    named = set(re.findall(r"`peerbot ([a-z ]+)`", PAGE))
    assert named >= {"discord invite", "discord sync", "discord doctor", "run", "check"}
    assert named - known == set()


def test_each_command_of_the_chat_exists() -> None:
    registered = json.loads(GOLDEN.read_text(encoding="utf-8"))
    known = {one["name"] for one in registered}
    known |= {
        f"{one['name']} {inner['name']}" for one in registered for inner in one.get("options", ())
    }
    named = set(re.findall(r"`/([a-z -]+)`", PAGE))
    assert named >= {"peerbot setup", "help-now", "privacy"}
    assert named - known == set()


def test_each_permission_stands_there_with_its_reason_and_no_other() -> None:
    table = PAGE.partition("| permission |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([A-Z][\w ]+) \| (.+) \|$", table, re.MULTILINE)
    assert rows == [(plain(called), plain(reason)) for _name, called, reason in NEEDED]


def test_what_is_said_of_the_word_filter_is_so() -> None:
    _name, called, why = TO_FILTER_WORDS
    assert f"**{plain(called)}**, {plain(why)}" in ON_ONE_LINE
    assert f"*{NAME}*" in ON_ONE_LINE
    assert f"It knows {len(watch_list()[0].phrases)} phrases in five languages" in ON_ONE_LINE
    assert (MOST_RULES, MOST_EXEMPT) == (6, 50)
    for number in ("takes six rules", "(50 at most)"):
        assert number in ON_ONE_LINE
    assert timedelta(hours=1) == LOOKED_AT_EVERY
    assert "its next look, once an hour" in ON_ONE_LINE


def test_each_setting_exists() -> None:
    known = {one.upper() for one in DiscordSettings.model_fields}
    assert set(re.findall(r"PEERBOT_DISCORD__([A-Z_]+)", PAGE)) <= known
    assert "message_content" in DiscordSettings.model_fields


def test_each_link_leads_to_a_file_or_a_part_of_the_page() -> None:
    links = [one for one in re.findall(r"\]\(([^)]+)\)", PAGE) if "://" not in one]
    files = [one for one in links if not one.startswith("#")]
    assert len(files) > 2
    assert [one for one in files if not (ROOT / "docs" / one).exists()] == []
    titles = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {f"#{re.sub(r'[^a-z0-9 -]', '', one.lower()).replace(' ', '-')}" for one in titles}
    assert [one for one in links if one.startswith("#") and one not in anchors] == []


def test_what_the_doctor_is_quoted_with_is_what_it_says() -> None:
    said = [*Report().lines(), UNKNOWN_BOT, why(TimeoutError())]
    for quoted in ("Nothing stands in the way.", "Discord does not know this token"):
        assert f"*{quoted}*" in ON_ONE_LINE
        assert any(one.startswith(quoted) for one in said)
    assert "*Discord cannot be reached*" in ON_ONE_LINE
    assert why(TimeoutError()).startswith("Discord cannot be reached")


def test_what_members_and_staff_press_is_called_so() -> None:
    texts = {one.id for one in in_code()}
    for pressed in (
        "Noticing danger in messages",
        "Noticing danger with the platform's word filter",
        "More about it",
        "I hear of nothing more from the word filter",
        "Timers and privacy",
        "Erase everything",
        "Flag for moderators",
    ):
        assert f"*{pressed}*" in ON_ONE_LINE
        assert pressed in texts


def test_the_portal_calls_its_switches_as_the_doctor_does() -> None:
    wrong = {"id": "1", "bot_require_code_grant": True, "bot_public": True}
    sentences = " ".join([*portal.problems(wrong, message_content=True), *portal.hints(wrong)])
    for switch in (
        "Message Content Intent",
        "Requires OAuth2 Code Grant",
        "Privacy Policy URL",
        "Public Bot",
        "Install Link",
    ):
        assert f"*{switch}*" in ON_ONE_LINE
        assert switch in sentences


def test_what_setup_is_quoted_with_is_what_it_says() -> None:
    texts = {one.id for one in in_code()}
    for quoted in ("peerbot is ready", "Check again"):
        assert f"*{quoted}*" in ON_ONE_LINE
        assert quoted in texts
