"""What the operator decides: `config/peerbot.toml`, overridden by `PEERBOT_*`, all checked."""

import os
import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
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
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from peerbot.errors import PeerbotError
from peerbot.i18n import LANGUAGES
from peerbot.paths import shipped

PREFIX = "PEERBOT_"
FILE_VARIABLE = "PEERBOT_CONFIG"
"""Names the settings file; `--config` goes before it."""
FILE_NAME = "peerbot.toml"

_NOTHING: Mapping[str, str] = types.MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing in the settings that cannot stand, for the person who runs the bot."""

    key: str
    """As it was written: `delivery.share_of_limit`, or `PEERBOT_DELIVERY__SHARE_OF_LIMIT`."""
    reason: str
    nearest: str | None = None
    """The right key or value that was probably meant."""

    def __str__(self) -> str:
        hint = "" if self.nearest is None else f" Did you mean {self.nearest}?"
        return f"{self.key} {self.reason}.{hint}"


class SettingsError(PeerbotError):
    """The settings cannot be used; `problems` names all of them at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


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
    given = _Given.of_file(_table_in(file))
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


def _table_in(file: Path) -> dict[str, Any]:
    """Return what `file` says. Raises SettingsError with the line if it is broken."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        reason = f"cannot be read: {_toml_mistake(str(error))}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"cannot be read: line {line} is not UTF-8 text; save the file as UTF-8"
    except OSError as error:
        reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
    raise SettingsError((Problem(key=str(file), reason=reason),))


def _toml_mistake(message: str) -> str:
    """Return tomllib's `message` with the line first, which it says at the end."""
    at = r"\(at (?:line (\d+), column (\d+)|end of document)\)"
    found = re.fullmatch(f"(.*) {at}", message, re.DOTALL)
    if found is None:
        return message
    what = found[1][:1].lower() + found[1][1:]
    hint = "; words need quotes around them" if found[1] == "Invalid value" else ""
    return f"{f'line {found[2]}' if found[2] else 'its last line'}: {what}{hint}"


_Key = tuple[str, ...]


class _Given:
    """What was given, key by key, and how each key was written."""

    def __init__(self, values: dict[_Key, object]) -> None:
        self._values = values
        self._written = {key: ".".join(key) for key in values}

    @classmethod
    def of_file(cls, table: Mapping[str, Any]) -> "_Given":
        return cls(dict(_leaves(table)))

    def override_with(self, environ: Mapping[str, str]) -> None:
        for name, value in environ.items():
            if name.startswith(PREFIX) and name != FILE_VARIABLE:
                key = tuple(name.removeprefix(PREFIX).lower().split("__"))
                self._values[key] = value
                self._written[key] = name

    def unknown(self) -> Iterator[Problem]:
        for key in self._values:
            if key not in _KEYS and not _is_section_as_value(key):
                nearest = _nearest_key(key)
                yield Problem(
                    key=self._written[key],
                    reason="is not a setting of peerbot",
                    nearest=None if nearest is None else self._as_written(key, nearest),
                )

    def known(self) -> dict[str, Any]:
        """Return the values of known keys, nested as Settings takes them."""
        nested: dict[str, Any] = {}
        for key, value in self._values.items():
            if key in _KEYS and len(key) > 1 and isinstance(nested.setdefault(key[0], {}), dict):
                nested[key[0]][key[1]] = value
            elif key in _KEYS or _is_section_as_value(key):
                nested[key[0]] = value
        return nested

    def problem_of(self, detail: ErrorDetails) -> Problem:
        key = tuple(str(part) for part in detail["loc"])
        shown = "" if _is_secret(key) else str(self._values.get(key, ""))
        return Problem(
            key=f"{self._written.get(key, '.'.join(key))}{f' = {shown!r}' if shown else ''}",
            reason=_reason(detail),
            nearest=_nearest_value(detail["type"], shown),
        )

    def _as_written(self, like: _Key, key: _Key) -> str:
        if self._written[like].startswith(PREFIX):
            return PREFIX + "__".join(key).upper()
        return ".".join(key)


def _leaves(table: Mapping[str, Any], above: _Key = ()) -> Iterator[tuple[_Key, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _keys_of(model: type[BaseModel], above: _Key = ()) -> Iterator[_Key]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys_of(field.annotation, (*above, name))
        else:
            yield (*above, name)


_KEYS = frozenset(_keys_of(Settings))


def _is_section_as_value(key: _Key) -> bool:
    return len(key) == 1 and any(known[:1] == key for known in _KEYS if len(known) > 1)


def _is_secret(key: _Key) -> bool:
    return key[0] in {"discord", "slack", "database_url"}


def _nearest_key(key: _Key) -> _Key | None:
    """Return the known key that is written most like `key`, or ends like it in another section."""
    whole = {".".join(known): known for known in sorted(_KEYS)}
    if close := get_close_matches(".".join(key), whole, n=1, cutoff=0.7):
        return whole[close[0]]
    last = {known[-1]: known for known in sorted(_KEYS)}
    if close := get_close_matches(key[-1], last, n=1, cutoff=0.7):
        return last[close[0]]
    return None


def _nearest_value(kind: str, shown: str) -> str | None:
    candidates: Mapping[str, Callable[[], Sequence[str]]] = {
        "zone": lambda: sorted(available_timezones()),
        "language": lambda: LANGUAGES,
        "literal_error": lambda: ("debug", "info", "warning", "error"),
    }
    if kind not in candidates:
        return None
    names = {name.lower(): name for name in candidates[kind]()}
    asked = shown.strip().lower().replace(" ", "_")
    cities = {name.rsplit("/", 1)[-1]: name for name in reversed(names) if "/" in name}
    close = get_close_matches(asked, names, n=1) or [
        cities[city] for city in get_close_matches(asked.rsplit("/", 1)[-1], cities, n=1)
    ]
    return names[close[0]] if close else None


def _reason(detail: ErrorDetails) -> str:
    """Return what is wrong as the rest of a sentence that begins with the key."""
    kind, limits = detail["type"], detail.get("ctx", {})
    known = {
        "int_parsing": "must be a whole number",
        "int_type": "must be a whole number",
        "int_from_float": "must be a whole number",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "string_type": "must be text in quotes",
        "path_type": "must be text in quotes",
        "string_pattern_mismatch": "must be digits only",
        "greater_than": f"must be more than {limits.get('gt')}",
        "greater_than_equal": f"must be at least {limits.get('ge')}",
        "less_than_equal": f"must be at most {limits.get('le')}",
        "literal_error": f"must be one of {str(limits.get('expected')).replace(chr(39), '')}",
        "model_type": "is the name of a section: write its keys below it",
        "model_attributes_type": "is the name of a section: write its keys below it",
    }
    if kind.startswith("date"):
        return "must be a date such as 2026-01-31, or empty"
    return known.get(kind, detail["msg"])


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
