"""What an operator writes is understood, or refused in a sentence that says what to write."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from peerbot.given import SettingsError
from peerbot.paths import shipped
from peerbot.settings import Settings, load, settings_file

NOTHING: Mapping[str, str] = {}


def loaded(folder: Path, toml: str = "", **environ: str) -> Settings:
    file = folder / "peerbot.toml"
    file.write_text(toml, encoding="utf-8")
    return load(file, environ)


def refused(folder: Path, toml: str = "", **environ: str) -> list[str]:
    with pytest.raises(SettingsError) as error:
        loaded(folder, toml, **environ)
    return [str(problem) for problem in error.value.problems]


def test_the_shipped_file_says_what_the_defaults_are(tmp_path: Path) -> None:
    assert load(shipped("config") / "peerbot.toml") == loaded(tmp_path)


def test_every_setting_is_in_the_shipped_file() -> None:
    shown = tomllib.loads((shipped("config") / "peerbot.toml").read_text(encoding="utf-8"))
    defaults = load().model_dump()
    assert {key: set(value) for key, value in shown.items() if isinstance(value, dict)} == {
        key: set(value) for key, value in defaults.items() if isinstance(value, dict)
    }
    assert set(shown) == set(defaults)


def test_every_setting_in_the_shipped_file_has_a_comment() -> None:
    lines = (shipped("config") / "peerbot.toml").read_text(encoding="utf-8").splitlines()
    uncommented = [
        line
        for before, line in pairwise(lines)
        if " = " in line and not line.startswith("#") and not before.startswith("#")
    ]
    assert uncommented == []


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        'zone = "Europe/Paris"\n[delivery]\nshare_of_limit = 0.5\nbeat_every_seconds = 2',
        PEERBOT_ZONE="America/Toronto",
        PEERBOT_DELIVERY__SHARE_OF_LIMIT="0.6",
        PEERBOT_DISCORD__TOKEN="t",
        HOME="/elsewhere",
    )
    assert settings.home_zone.key == "America/Toronto"
    assert settings.delivery.share_of_limit == 0.6
    assert settings.delivery.beat_every == timedelta(seconds=2)
    assert settings.discord.is_configured
    assert not settings.slack.is_configured


def test_wrong_keys_are_refused_with_the_nearest_right_one(tmp_path: Path) -> None:
    assert refused(
        tmp_path,
        'langage = "en"\nanswers_days = 3\n[delivery]\nshare_of_limt = 0.5\n[colour]\nx = 1',
        PEERBOT_ZNE="UTC",
        PEERBOT_KEY_FIL="x",
    ) == [
        "langage is not a setting of peerbot. Did you mean language?",
        "answers_days is not a setting of peerbot. Did you mean retention.answers_days?",
        "delivery.share_of_limt is not a setting of peerbot. Did you mean delivery.share_of_limit?",
        "colour.x is not a setting of peerbot.",
        "PEERBOT_ZNE is not a setting of peerbot. Did you mean PEERBOT_ZONE?",
        "PEERBOT_KEY_FIL is not a setting of peerbot. Did you mean PEERBOT_KEY_FILE?",
    ]


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('zone = "Europe/Pari"', "Did you mean Europe/Paris?"),
        ('zone = "Paris"', "Did you mean Europe/Paris?"),
        ('zone = "europe/paris"', "Did you mean Europe/Paris?"),
        ('zone = ""', "is not a time zone"),
        ("zone = 1", "zone = '1' must be text in quotes."),
        ('language = "EN"', "must be one of en, fr. Did you mean en?"),
        ('log_level = "warn"', "Did you mean warning?"),
        ('key_copy_confirmed = "soon"', "must be a date such as 2026-01-31, or empty."),
        ('database_url = "mysql://root:hunter2@x"', "must begin with postgresql://"),
        ("delivery = 3", "is the name of a section: write its keys below it."),
        ("[retention]\nanswers_days = 0", "retention.answers_days = '0' must be at least 1."),
        ("[retention]\ndrafts_minutes = 60", "must be at most 15."),
        ("[retention]\naudit_days = 99.5", "must be a whole number."),
        ('[delivery]\nshare_of_limit = "most"', "must be a number."),
        ("[delivery]\nshare_of_limit = 0", "must be more than 0."),
    ],
)
def test_wrong_values_are_refused_with_what_would_be_right(
    tmp_path: Path, toml: str, sentence: str
) -> None:
    (problem,) = refused(tmp_path, toml)
    assert sentence in problem


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DISCORD__APPLICATION_ID": "1"}, "discord.token is missing"),
        ({"SLACK__BOT_TOKEN": "xoxb-1"}, "slack.app_token is missing"),
        ({"SLACK__APP_TOKEN": "xapp-1"}, "slack.bot_token is missing"),
        ({"SLACK__SIGNING_SECRET": "s"}, "slack.bot_token is missing"),
        ({"SLACK__BOT_TOKEN": "xapp-1"}, "is not a bot token: that begins with xoxb-"),
    ],
)
def test_a_token_without_its_partner_names_the_partner(
    tmp_path: Path, given: Mapping[str, str], sentence: str
) -> None:
    (problem,) = refused(tmp_path, **{f"PEERBOT_{key}": value for key, value in given.items()})
    assert sentence in problem


def test_slack_works_with_either_partner(tmp_path: Path) -> None:
    for partner in ({"PEERBOT_SLACK__APP_TOKEN": "xapp-1"}, {"PEERBOT_SLACK__SIGNING_SECRET": "s"}):
        assert loaded(tmp_path, PEERBOT_SLACK__BOT_TOKEN="xoxb-1", **partner).slack.is_configured


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (b'language = "en"\nzone = Europe/Paris', "line 2: invalid value; words need quotes"),
        (b'zone = "UTC', "its last line: unterminated string"),
        (b"[delivery\n", "line 1: "),
        (b'language = "en"\nzone = "\xff"', "line 2 is not UTF-8 text"),
    ],
)
def test_a_broken_file_says_in_which_line(tmp_path: Path, broken: bytes, sentence: str) -> None:
    file = tmp_path / "peerbot.toml"
    file.write_bytes(broken)
    with pytest.raises(SettingsError, match=sentence):
        load(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read: no such file"):
        load(tmp_path / "nowhere.toml")


def test_secrets_are_in_no_error_and_no_representation(tmp_path: Path) -> None:
    problems = refused(
        tmp_path,
        PEERBOT_SLACK__BOT_TOKEN="hunter2",
        PEERBOT_DATABASE_URL="oracle://u:hunter2@h",
        PEERBOT_DISCORD__TOKEN="hunter2",
        PEERBOT_DISCORD__APPLICATION_ID="hunter2",
    )
    assert len(problems) == 3
    assert "hunter2" not in "".join(problems)
    settings = loaded(
        tmp_path,
        PEERBOT_DISCORD__TOKEN="hunter2",
        PEERBOT_DATABASE_URL="postgresql://u:hunter2@h/db",
    )
    assert "hunter2" not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    settings = load()
    with pytest.raises(ValidationError):
        settings.zone = "Europe/Paris"
    with pytest.raises(ValidationError):
        settings.delivery.share_of_limit = 1


def test_the_settings_file_is_found_where_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"PEERBOT_CONFIG": "of/environment.toml"}
    assert settings_file(Path("given.toml"), environ) == Path("given.toml")
    assert settings_file(None, environ) == Path("of/environment.toml")
    assert settings_file(None, NOTHING) == shipped("config") / "peerbot.toml"
    (tmp_path / "peerbot.toml").touch()
    assert settings_file(None, NOTHING) == Path("peerbot.toml")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "peerbot.toml").touch()
    assert settings_file(None, NOTHING) == Path("config/peerbot.toml")


def test_everything_lies_in_the_data_folder_unless_said_otherwise(tmp_path: Path) -> None:
    settings = loaded(tmp_path, f'data_folder = "{tmp_path}/data"')
    assert settings.is_embedded
    assert settings.database == f"sqlite:///{tmp_path}/data/peerbot.sqlite"
    assert settings.key_path == tmp_path / "data" / "peerbot.key"
    assert settings.erased_list == tmp_path / "data" / "erased.list"
    elsewhere = loaded(tmp_path, 'data_folder = "~/peerbot"\nkey_file = "~/keys/peerbot"')
    assert elsewhere.data_folder == Path.home() / "peerbot"
    assert elsewhere.key_path == Path.home() / "keys" / "peerbot"


def test_a_day_is_a_day_in_quotes_or_without(tmp_path: Path) -> None:
    day = date(2026, 1, 31)
    assert loaded(tmp_path, "key_copy_confirmed = 2026-01-31").key_copy_confirmed == day
    assert loaded(tmp_path, 'key_copy_confirmed = "2026-01-31"').key_copy_confirmed == day
    assert loaded(tmp_path, 'key_copy_confirmed = ""').key_copy_confirmed is None
