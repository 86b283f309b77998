"""`peerbot check`: what is configured, what is missing and how to mend it, in plain sentences."""

import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from peerbot import migrate
from peerbot.chat import adapters
from peerbot.clock import SystemClock
from peerbot.content.crisis import crisis_ears, read_helplines
from peerbot.db import Database
from peerbot.failures import DatabaseAway
from peerbot.given import SettingsError
from peerbot.settings import Settings
from peerbot.vault import AppKey, KeyMissing, KeyWrong, Vault


class Weight(Enum):
    """How much a finding matters."""

    GOOD = "ok"
    WARNING = "warning"
    """peerbot runs, but somebody should know."""
    ERROR = "error"
    """peerbot would not run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about this installation; what is wrong says how to mend it."""

    weight: Weight
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that `check` found, in the order in which it is to be read."""

    findings: tuple[Finding, ...]

    @property
    def would_run(self) -> bool:
        return all(finding.weight is not Weight.ERROR for finding in self.findings)

    @property
    def exit_code(self) -> int:
        return 0 if self.would_run else 1

    def of(self, weight: Weight) -> tuple[str, ...]:
        """Return the sentences of one weight."""
        return tuple(found.sentence for found in self.findings if found.weight is weight)


async def check(
    loaded: Settings | SettingsError,
    installed: tuple[str, ...] | None = None,
    content: Path | None = None,
) -> Report:
    """Return what can be said about `loaded`, without changing anything.

    With settings that could not be loaded there is nothing else to look at. `installed` names
    the adapters that are there; None asks the installation. `content` is the folder with the help
    lines; None is what ships.
    """
    if isinstance(loaded, SettingsError):
        return Report(tuple(_error(str(problem)) for problem in loaded.problems))
    findings = [_good(f"Language {loaded.language}, time zone {loaded.zone}.")]
    folder = _data_folder(loaded)
    findings.append(folder)
    if folder.weight is not Weight.ERROR:
        findings += [found async for found in _database(loaded)]
    lost = any(finding.weight is Weight.ERROR for finding in findings)
    findings += _key_file(loaded, lost=lost)
    findings += _rules(content)
    findings += _help_lines(content)
    findings += _adapters(loaded, adapters.installed() if installed is None else installed)
    return Report(tuple(findings))


def _good(sentence: str) -> Finding:
    return Finding(Weight.GOOD, sentence)


def _warning(sentence: str) -> Finding:
    return Finding(Weight.WARNING, sentence)


def _error(sentence: str) -> Finding:
    return Finding(Weight.ERROR, sentence)


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_folder
    nearest = next(there for there in (folder, *folder.parents) if there.exists())
    mend = "Choose another data_folder, or give peerbot's user the right to write there."
    if not nearest.is_dir():
        return _error(f"The data folder {folder} cannot be used: {nearest} is a file. {mend}")
    try:
        # Only trying tells: root may "write" to folders on disks that are read-only.
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return _error(f"The data folder {folder} cannot be written ({why}). {mend}")
    if nearest == folder:
        return _good(f"The data folder is {folder}.")
    return _good(f"The data folder {folder} will be made at the first start.")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    file = settings.database_file
    if settings.is_embedded and not file.exists():
        yield _good(f"The built-in database {file} will be made at the first start.")
        if settings.key_path.exists():
            yield _warning(
                f"There is a key ({settings.key_path}) but no database: if there was one, "
                "restore a backup with `peerbot db restore` before you start."
            )
        return
    database = Database(settings.database)
    try:
        version = await database.schema_version()
        yield _schema(settings, version)
        if version is None or migrate.is_known(version):
            async for found in _key_fits(settings, database):
                yield found
    except DatabaseAway as away:
        yield _error(str(away))
    finally:
        await database.close()


def _schema(settings: Settings, version: str | None) -> Finding:
    if version is not None and not migrate.is_known(version):
        return _error(str(migrate.NewerDatabase(version)))
    if version == migrate.head():
        return _good("The database is there and up to date.")
    if settings.is_embedded:
        return _good("The database is there; it will be brought up to date at the next start.")
    return _error("The database is not up to date: run `peerbot db upgrade`.")


async def _key_fits(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    if not await database.has_table("app_key_check"):
        return
    try:
        key = AppKey.load(settings.key_path)
    except KeyMissing as missing:
        async with database.read() as session:
            if await Vault.is_locked(session):
                yield _error(str(missing))
        return
    except KeyWrong:
        return  # the key file has a finding of its own
    async with database.read() as session:
        if not await Vault(key, SystemClock()).fits(session):
            yield _error(
                str(KeyWrong(f"The key in {settings.key_path} does not open the database."))
            )


def _key_file(settings: Settings, *, lost: bool) -> Iterator[Finding]:
    file = settings.key_path
    if not file.exists():
        if not lost:
            yield _good(f"The key will be made at the first start, in {file}.")
        return
    try:
        AppKey.load(file)
    except (KeyMissing, KeyWrong) as wrong:
        yield _error(str(wrong))
        return
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield _warning(f"Others on this machine may read the key: run `chmod 600 {file}`.")
    yield _copy_of_key(file, settings)


def _copy_of_key(file: Path, settings: Settings) -> Finding:
    confirmed = settings.key_copy_confirmed
    made_on = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    if confirmed is None:
        return _warning(
            f"The key {file} has no copy that we know of. Without it nobody can read the answers "
            "again, in no backup either: store a copy in another place, then write the date "
            "into key_copy_confirmed."
        )
    if confirmed < made_on:
        return _warning(
            f"The key {file} is newer than its copy (key_copy_confirmed = {confirmed}): store a "
            "copy of it again, then change the date."
        )
    return _good(f"The key is in {file}, with a copy of {confirmed}.")


def _rules(content: Path | None) -> Iterator[Finding]:
    """Yield what is wrong with the signs of danger; peerbot runs without what is wrong."""
    ears, problems = crisis_ears(content)
    lost = ears.lost()
    for problem in problems:
        yield _warning(f"Left out of the signs of danger: {problem}.")
    for file in lost:
        if file not in ears.broken:
            yield _warning(
                f"The signs of danger in {file} notice nothing: its sentence in canary.toml is not "
                "found. Put the file back as it was shipped, or mend it (docs/rules-format.md)."
            )
    if not lost:
        yield _good(f"Signs of danger: all {len(ears.files)} rule files notice what they have to.")


def _help_lines(content: Path | None) -> Iterator[Finding]:
    """Yield what is wrong with the help lines; peerbot runs without what is wrong."""
    lines, problems = read_helplines(content)
    for problem in problems:
        yield _warning(f"Left out of the help lines: {problem}")
    if not problems:
        yield _good(f"{len(lines.lines)} help lines, {len(lines.countries)} countries.")


def _adapters(settings: Settings, there: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a finding for each platform: whether peerbot would start there, and why not."""
    platforms = (
        ("discord", "Discord", settings.discord.is_configured, "discord.token"),
        ("slack", "Slack", settings.slack.is_configured, "slack.bot_token and slack.app_token"),
    )
    for name, called, is_configured, needs in platforms:
        if not is_configured:
            yield _good(f"{called} is not configured ({needs} would be needed).")
        elif name not in there:
            yield _error(
                f"{called} is configured, but this release has no {called} adapter yet (installed: "
                f"{', '.join(there) or 'none'}). Take {needs} out of the settings, or wait for a "
                "release that has it."
            )
        else:
            yield _good(f"{called} is configured.")
    if not any(is_configured for _, _, is_configured, _ in platforms):
        yield _good("No chat platform is configured: `peerbot run` opens the console.")
