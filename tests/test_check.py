"""`peerbot check` on broken installations: sentences that a moderator understands."""

import os
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from peerbot.check import Report, Weight, check
from peerbot.clock import MovableClock
from peerbot.db import Database, with_driver
from peerbot.given import SettingsError
from peerbot.paths import shipped
from peerbot.settings import Settings, load
from peerbot.vault import unlock

CLOCK = MovableClock(datetime(2026, 1, 1, tzinfo=UTC))


def settings(**given: object) -> Settings:
    return Settings.model_validate(given)


async def report_on(toml: str, folder: Path) -> Report:
    file = folder / "peerbot.toml"
    file.write_text(toml, encoding="utf-8")
    try:
        return await check(load(file, {"PEERBOT_DATA_FOLDER": str(folder / "data")}))
    except SettingsError as error:
        return await check(error)


async def started(folder: Path, url: str = "") -> Settings:
    made = settings(data_folder=folder, database_url=url)
    database = Database(made.database)
    await unlock(database, made.key_path, CLOCK)
    await database.close()
    return made


def has(sentences: Sequence[str], pattern: str) -> bool:
    return any(re.search(pattern, sentence) for sentence in sentences)


async def test_a_fresh_installation_would_run(tmp_path: Path) -> None:
    report = await check(settings(data_folder=tmp_path / "data"))
    assert report.would_run
    assert report.exit_code == 0
    assert has(report.of(Weight.GOOD), "will be made at the first start")
    assert has(report.of(Weight.GOOD), "No chat platform is configured: `peerbot run` opens the")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('langage = "fr"', "langage is not a setting of peerbot. Did you mean language?"),
        ('zone = "Europe/Pari"', "Did you mean Europe/Paris?"),
        ('[slack]\nbot_token = "xoxb-1"', "slack.app_token is missing although slack.bot_token"),
        ("zone = x\n", "peerbot.toml cannot be read: line 1"),
    ],
)
async def test_settings_that_cannot_stand_are_said(
    tmp_path: Path, toml: str, sentence: str
) -> None:
    report = await report_on(toml, tmp_path)
    assert report.exit_code == 1
    (problem,) = report.of(Weight.ERROR)
    assert sentence in problem


@pytest.mark.parametrize("folder", ["a file/data", "a file", "/proc/peerbot"])
async def test_an_unwritable_data_folder_is_said(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a file").touch()
    report = await check(settings(data_folder=tmp_path / folder))
    assert report.exit_code == 1
    assert has(report.of(Weight.ERROR), r"data folder .* cannot be .*Choose another data_folder")


async def test_a_database_of_a_newer_release_is_said(tmp_path: Path, database_url: str) -> None:
    made = await started(tmp_path, "" if database_url.startswith("sqlite") else database_url)
    engine = create_engine(with_driver(database_url, blocking=True))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('of_next_year')"))
    engine.dispose()
    (sentence,) = (await check(made)).of(Weight.ERROR)
    assert "made by a newer peerbot" in sentence
    assert "Install that release again" in sentence


async def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    report = await check(
        settings(data_folder=tmp_path, database_url="postgresql://x@127.0.0.1:1/x")
    )
    assert has(report.of(Weight.ERROR), "cannot be reached: no connection to PostgreSQL")


async def test_a_database_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "peerbot.sqlite").write_text("my notes " * 200)
    report = await check(settings(data_folder=tmp_path))
    assert has(report.of(Weight.ERROR), "`peerbot db restore`")


async def test_a_schema_behind_stops_postgresql_but_not_the_built_in(
    tmp_path: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "peerbot.sqlite").touch()
    monkeypatch.setattr("peerbot.migrate.head", lambda: "newest")
    built_in = await check(settings(data_folder=tmp_path))
    assert built_in.would_run
    assert has(built_in.of(Weight.GOOD), "will be brought up to date at the next start")
    elsewhere = await check(settings(data_folder=tmp_path, database_url=empty_postgres_url))
    assert has(elsewhere.of(Weight.ERROR), "run `peerbot db upgrade`")


async def test_a_lost_key_is_said(tmp_path: Path, sqlite_url: str) -> None:
    made = await started(tmp_path)
    made.key_path.unlink()
    report = await check(made)
    assert has(report.of(Weight.ERROR), r"key file .* is missing.*Put back the copy")
    assert not has(report.of(Weight.GOOD), "key will be made")


async def test_a_wrong_key_is_said(tmp_path: Path, sqlite_url: str) -> None:
    made = await started(tmp_path)
    made.key_path.rename(tmp_path / "old.key")
    (tmp_path / "x").mkdir()
    other = settings(data_folder=tmp_path / "x")
    (tmp_path / "x" / "peerbot.sqlite").touch()
    made.key_path.write_text("nothing")
    assert has((await check(made)).of(Weight.ERROR), "holds no key of peerbot's")
    assert (await check(other)).would_run


async def test_a_key_that_others_may_read_or_that_has_no_copy_is_a_warning(
    tmp_path: Path, sqlite_url: str
) -> None:
    made = await started(tmp_path)
    made.key_path.chmod(0o644)
    report = await check(made)
    assert report.would_run
    assert has(report.of(Weight.WARNING), "Others on this machine may read the key.*chmod 600")
    assert has(report.of(Weight.WARNING), "has no copy that we know of.*key_copy_confirmed")


async def test_a_copy_of_the_key_counts_until_the_key_is_newer(
    tmp_path: Path, sqlite_url: str
) -> None:
    made = await started(tmp_path)
    os.utime(made.key_path, (CLOCK().timestamp(), CLOCK().timestamp()))
    after = made.model_copy(update={"key_copy_confirmed": date(2026, 1, 1)})
    before = made.model_copy(update={"key_copy_confirmed": date(2025, 12, 31)})
    assert (await check(after)).of(Weight.WARNING) == ()
    assert has((await check(before)).of(Weight.WARNING), "is newer than its copy")


async def test_a_key_without_a_database_asks_for_the_backup(tmp_path: Path) -> None:
    (tmp_path / "peerbot.key").write_text("# a key\n")
    report = await check(settings(data_folder=tmp_path))
    assert has(report.of(Weight.WARNING), "restore a backup with `peerbot db restore` before")


async def test_a_platform_without_its_adapter_is_said(tmp_path: Path) -> None:
    report = await check(
        settings(data_folder=tmp_path, discord={"token": "t"}), installed=("console",)
    )
    assert has(report.of(Weight.ERROR), r"Discord is configured, but .*installed: console")
    assert has(report.of(Weight.ERROR), "this release has no Discord adapter yet")
    assert not has(report.of(Weight.ERROR), "Install peerbot again")
    assert has(report.of(Weight.GOOD), r"Slack is not configured \(slack.bot_token")
    fine = await check(
        settings(data_folder=tmp_path, discord={"token": "t"}), installed=("console", "discord")
    )
    assert fine.would_run


async def test_rules_that_notice_nothing_are_said_and_keep_nothing_from_starting(
    tmp_path: Path,
) -> None:
    whole = await check(settings(data_folder=tmp_path / "data"))
    assert has(whole.of(Weight.GOOD), "all .* rule files notice what they have to")
    content = tmp_path / "content"
    shutil.copytree(shipped("config"), content)
    for language in ("de", "es", "pt"):
        shutil.rmtree(content / "crisis" / language)
    (content / "crisis" / "en" / "suicide.toml").write_text("no rule file", encoding="utf-8")
    (content / "crisis" / "fr" / "suicide.toml").write_text("", encoding="utf-8")
    report = await check(settings(data_folder=tmp_path / "data"), content=content)
    assert report.would_run
    assert has(report.of(Weight.WARNING), "Left out of the signs of danger: en/suicide.toml")
    assert has(report.of(Weight.WARNING), "The signs of danger in fr/suicide.toml notice nothing")
    assert not has(report.of(Weight.GOOD), "rule files notice")
