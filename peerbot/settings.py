"""What the operator decides: `config/peerbot.toml`, overridden by `PEERBOT_*`, all checked."""

import os
import re
import types
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from peerbot.given import FILE_VARIABLE, Given, Problem, SettingsError, table_in
from peerbot.i18n import LANGUAGES
from peerbot.paths import shipped

FILE_NAME = "peerbot.toml"

_NOTHING: Mapping[str, str] = types.MappingProxyType({})


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError(
            "zone", "is not a time zone; write one such as Europe/Paris or America/Toronto"
        )
    return name


def _known_language(name: str) -> str:
    if name not in LANGUAGES:
        raise PydanticCustomError(
            "language", "must be one of {known}", {"known": ", ".join(LANGUAGES)}
        )
    return name


def _database_url(url: str) -> str:
    if url and not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", url):
        raise PydanticCustomError(
            "database_url",
            "must begin with postgresql:// or sqlite:///, or be empty for the built-in database",
        )
    return url


def _date_or_nothing(value: object) -> object:
    return None if value == "" else value


def _expanded(folder: Path) -> Path:
    return folder.expanduser().absolute()


def _token(beginning: str, name: str) -> AfterValidator:
    """Return a check that catches tokens pasted into each other's place.

    https://docs.slack.dev/authentication/tokens
    """

    def begins_right(token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not token.get_secret_value().startswith(beginning):
            raise PydanticCustomError(
                "token",
                "is not {name}: that begins with {beginning}",
                {"name": name, "beginning": beginning},
            )
        return token

    return AfterValidator(begins_right)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeliverySettings(_Section):
    """How fast peerbot sends, and how often it looks at what is due."""

    share_of_limit: float = Field(default=0.8, gt=0, le=1)
    """Of a platform's rate limit; the rest is for answers to people."""
    beat_every_seconds: float = Field(default=5, ge=1, le=60)
    sweep_every_seconds: float = Field(default=60, ge=10, le=600)

    @property
    def beat_every(self) -> timedelta:
        return timedelta(seconds=self.beat_every_seconds)

    @property
    def sweep_every(self) -> timedelta:
        return timedelta(seconds=self.sweep_every_seconds)


class RetentionSettings(_Section):
    """How long what people wrote is kept."""

    answers_days: int = Field(default=30, ge=1, le=365)
    drafts_minutes: int = Field(default=15, ge=1, le=15)
    audit_days: int = Field(default=400, ge=30, le=3650)

    @property
    def answers_for(self) -> timedelta:
        return timedelta(days=self.answers_days)

    @property
    def drafts_for(self) -> timedelta:
        return timedelta(minutes=self.drafts_minutes)

    @property
    def audit_for(self) -> timedelta:
        return timedelta(days=self.audit_days)


class CrisisSettings(_Section):
    """How long an alert may wait for somebody before the next person is asked."""

    claim_minutes_emergency: int = Field(default=5, ge=1, le=60)
    claim_minutes_urgent: int = Field(default=15, ge=1, le=240)
    quiet_minutes: int = Field(default=30, ge=1, le=1440)

    @property
    def claim_emergency_within(self) -> timedelta:
        return timedelta(minutes=self.claim_minutes_emergency)

    @property
    def claim_urgent_within(self) -> timedelta:
        return timedelta(minutes=self.claim_minutes_urgent)

    @property
    def quiet_for(self) -> timedelta:
        return timedelta(minutes=self.quiet_minutes)


class DiscordSettings(_Section):
    token: SecretStr = SecretStr("")
    application_id: str = Field(default="", pattern=r"^\d*$")
    message_content: bool = False
    """Whether words in rooms are read: a privileged intent, off unless a community wants it."""
    look_early: bool = True
    """Whether words in rooms are looked at before discord.py makes a message of them."""
    api_base: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """Where the REST API is; empty for Discord's own. For tests against a stand-in."""
    gateway_url: str = Field(default="", pattern=r"^(wss?://\S+)?$")

    @property
    def is_configured(self) -> bool:
        return bool(self.token)


class SlackSettings(_Section):
    bot_token: Annotated[SecretStr, _token("xoxb-", "a bot token")] = SecretStr("")
    app_token: Annotated[SecretStr, _token("xapp-", "an app-level token")] = SecretStr("")
    """For Socket Mode: no public address is needed."""
    signing_secret: SecretStr = SecretStr("")
    """For HTTP instead of Socket Mode."""

    @property
    def is_configured(self) -> bool:
        return bool(self.bot_token)


class Settings(BaseSettings):
    """Everything that the operator decides before peerbot starts. Made by `load`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    language: Annotated[str, AfterValidator(_known_language)] = "en"
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(default="", repr=False)
    data_folder: Annotated[Path, AfterValidator(_expanded)] = Field(
        default=Path("data"), validate_default=True
    )
    key_file: str = ""
    key_copy_confirmed: Annotated[date | None, BeforeValidator(_date_or_nothing)] = None
    """The day on which the operator stored a copy of the key elsewhere; None if never."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    delivery: DeliverySettings = DeliverySettings()
    retention: RetentionSettings = RetentionSettings()
    crisis: CrisisSettings = CrisisSettings()
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return only what `load` hands in: nobody reads the environment behind its back."""
        return (init_settings,)

    @property
    def is_embedded(self) -> bool:
        """The database is the SQLite file inside `data_folder`."""
        return not self.database_url

    @property
    def database_file(self) -> Path:
        """The embedded database's file; meaningless unless `is_embedded`."""
        return self.data_folder / "peerbot.sqlite"

    @property
    def engine_file(self) -> Path:
        """The delivery engine's own file beside the embedded database."""
        return self.data_folder / "engine.sqlite"

    @property
    def database(self) -> str:
        """The database's address as `Database` takes it; may contain a password."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def key_path(self) -> Path:
        """Where the key is: keep a copy of it anywhere but in the backups."""
        return _expanded(Path(self.key_file)) if self.key_file else self.data_folder / "peerbot.key"

    @property
    def erased_list(self) -> Path:
        """Who was erased, as keyed hashes; outside every backup."""
        return self.data_folder / "erased.list"

    @property
    def home_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def environment() -> Mapping[str, str]:
    """Return the machine's environment, as it is now; for `cli` to hand to `load`."""
    return dict(os.environ)


def settings_file(path: Path | None = None, environ: Mapping[str, str] = _NOTHING) -> Path:
    """Return the file that `load` reads for the same arguments.

    `path`, else PEERBOT_CONFIG, else config/peerbot.toml or peerbot.toml in the current folder,
    else the one that ships with peerbot.
    """
    named = path or (Path(environ[FILE_VARIABLE]) if environ.get(FILE_VARIABLE) else None)
    if named is not None:
        return named.expanduser()
    here = (Path("config") / FILE_NAME, Path(FILE_NAME))
    return next((file for file in here if file.is_file()), shipped("config") / FILE_NAME)


def load(path: Path | None = None, environ: Mapping[str, str] = _NOTHING) -> Settings:
    """Return the settings of `settings_file(path, environ)`, overridden by PEERBOT_* in `environ`.

    Raises SettingsError with every problem that was found.
    """
    file = settings_file(path, environ)
    given = Given.of_file(table_in(file), Settings)
    given.override_with(environ)
    unknown = tuple(given.unknown())
    try:
        settings = Settings(**given.known())
    except ValidationError as error:
        wrong = tuple(given.problem_of(detail) for detail in error.errors())
        raise SettingsError(unknown + wrong) from None
    if problems := unknown + tuple(_half_configured(settings)):
        raise SettingsError(problems)
    return settings


def _half_configured(settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each platform that has a part of what it needs."""
    discord, slack = settings.discord, settings.slack
    if discord.application_id and not discord.token:
        yield Problem(
            key="discord.token", reason="is missing although discord.application_id is set"
        )
    if slack.bot_token and not (slack.app_token or slack.signing_secret):
        yield Problem(
            key="slack.app_token",
            reason="is missing although slack.bot_token is set: give slack.app_token "
            "(Socket Mode, the easy way) or slack.signing_secret (HTTP)",
        )
    for name in ("app_token", "signing_secret"):
        if getattr(slack, name) and not slack.bot_token:
            yield Problem(key="slack.bot_token", reason=f"is missing although slack.{name} is set")
