"""The `peerbot` command. Imports late: help and version must not wait for what they do not use."""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from peerbot import __version__
from peerbot.errors import PeerbotError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from peerbot.settings import Settings

T = TypeVar("T")

ADAPTERS = "peerbot.commands"
"""The entry-point group of what adapters add; a value is `package.module:app`, a `typer.Typer`."""


def _installed() -> "Iterable[EntryPoint]":
    from importlib.metadata import entry_points

    return entry_points(group=ADAPTERS)


class OfAdapter(TyperCommand):
    """The commands of one adapter, which is imported when its name is typed and not before."""

    def __init__(self, point: "EntryPoint") -> None:
        name = point.name.title()
        super().__init__(point.name, help=f"{name}: connect it, and find what is wrong there.")
        self._point = point

    # Typer keeps the types of click to itself, here and below.
    def make_context(self, *given: Any, **named: Any) -> Any:
        return typer.main.get_command(self._point.load()).make_context(*given, **named)


class Commands(TyperGroup):
    """Ours, and those of adapters, which are looked for when ours do not do."""

    points: "Callable[[], Iterable[EntryPoint]]" = staticmethod(_installed)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            self._look_for_more()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        self._look_for_more()
        return super().list_commands(ctx)

    def invoke(self, ctx: Any) -> Any:
        with _plainly():
            return super().invoke(ctx)

    def _look_for_more(self) -> None:
        for point in self.points():
            if point.name not in self.commands:
                self.add_command(OfAdapter(point), point.name)


def command(points: "Callable[[], Iterable[EntryPoint]]" = _installed) -> Commands:
    """Return the whole command line, with what `points` adds to it."""
    found = typer.main.get_command(app)
    assert isinstance(found, Commands)
    found.points = points
    return found


app = typer.Typer(
    cls=Commands,
    help="A peer-support bot for support-group communities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
db = typer.Typer(
    help="The database: bring it up to date, back it up, restore it.", rich_markup_mode=None
)
content = typer.Typer(
    help="Tips, help lines, words and rules that ship with peerbot.", rich_markup_mode=None
)
app.add_typer(db, name="db", no_args_is_help=True)
app.add_typer(content, name="content", no_args_is_help=True)
helplines = typer.Typer(help="The help lines that members are shown.", rich_markup_mode=None)
content.add_typer(helplines, name="helplines", no_args_is_help=True)
crisis = typer.Typer(
    help="The signs of danger: why a sentence is found, and how good the rules are.",
    rich_markup_mode=None,
)
app.add_typer(crisis, name="crisis", no_args_is_help=True)

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Settings file; else PEERBOT_CONFIG, config/peerbot.toml, peerbot.toml.",
        show_default=False,
    ),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"peerbot {__version__}")
        raise typer.Exit


@app.callback()
def peerbot(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which release."),
    ] = False,
) -> None:
    """Options that come before any command."""


@app.command()
def run(config: Config = None) -> None:
    """Start every platform that is configured; the console if none is."""
    with _plainly():
        from peerbot import run as house

        raise typer.Exit(house.run(_settings(config)))


@app.command()
def console(
    config: Config = None,
    script: Annotated[
        Path | None, typer.Option(help="Play this script and print every delivery.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON, for programs.")] = False,
    database: Annotated[
        str | None, typer.Option(help="Keep what happens in this database; else nothing stays.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or fr; else the settings'.")] = None,
) -> None:
    """Play a whole community in the terminal, as anyone."""
    with _plainly():
        from peerbot import run as house

        code = house.play(
            _settings(config, language),
            script=None if script is None else _text(script),
            name=str(script or "script"),
            as_json=json,
            database=database,
        )
        raise typer.Exit(code)


@app.command()
def check(config: Config = None) -> None:
    """Say what is configured, what is missing and how to mend it; exit with 1 if it cannot run."""
    with _plainly():
        from peerbot import check as checks
        from peerbot.given import SettingsError
        from peerbot.settings import environment, load, settings_file

        environ = environment()
        typer.echo(f"Settings: {settings_file(config, environ)} and PEERBOT_*")
        loaded: Settings | SettingsError
        try:
            loaded = load(config, environ)
        except SettingsError as error:
            loaded = error
        report = _done(checks.check(loaded))
        for finding in report.findings:
            typer.echo(f"{_MARKS[finding.weight.value]} {finding.sentence}")
        typer.echo(_VERDICT[report.would_run])
        raise typer.Exit(report.exit_code)


_MARKS = {"ok": "  ok     ", "warning": "  look at", "error": "  WRONG  "}
_VERDICT = {True: "peerbot would run.", False: "peerbot would not run."}


@db.command()
def upgrade(config: Config = None) -> None:
    """Bring the database to the schema of this release; safe to repeat."""
    with _plainly():
        from peerbot import migrate

        before = _done(migrate.upgrade(_settings(config).database))
        if before == migrate.head():
            typer.echo("The database is up to date.")
        else:
            was = f"was at {before}" if before else "was empty"
            typer.echo(f"The database {was}; it is up to date now.")


@db.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A new file, or a folder to put it in.")],
    config: Config = None,
) -> None:
    """Write a backup; peerbot may run meanwhile. The key is not in it: keep a copy elsewhere."""
    with _plainly():
        from peerbot import backup as backups
        from peerbot.clock import SystemClock

        settings = _settings(config)
        written = _done(backups.backup(settings, to, SystemClock()))
        typer.echo(f"Written: {written}")
        typer.echo(f"The key ({settings.key_path}) is not in it; keep a copy in another place.")


@db.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="A file that backup wrote.")],
    config: Config = None,
) -> None:
    """Put a backup in the place of the database. Members erased since stay erased."""
    with _plainly():
        from peerbot import backup as backups
        from peerbot.clock import SystemClock

        done = _done(backups.restore(_settings(config), source, SystemClock()))
        typer.echo(f"Restored: the backup of {done.backup.created_at}.")
        if done.kept_in is not None:
            typer.echo(f"What it replaced is kept in {done.kept_in}.")
        if done.erased_again:
            typer.echo(f"Members who had been erased since, erased again: {done.erased_again}.")


@content.command("check")
def check_content() -> None:
    """Look for mistakes in tips, help lines, rules and translations."""
    with _plainly():
        from peerbot import catalogue
        from peerbot import content as contents
        from peerbot.content.crisis import crisis_problems

        problems = (*contents.check(), *crisis_problems(), *catalogue.problems())
        for problem in problems:
            typer.echo(problem, err=True)
        if problems:
            raise typer.Exit(1)
        typer.echo("The content is sound.")


@helplines.command("check")
def check_helplines() -> None:
    """Say which help lines are shown no more, or unread for long; exit with 1 on mistakes."""
    with _plainly():
        from peerbot.clock import SystemClock
        from peerbot.content.crisis import read_helplines
        from peerbot.content.helplines_report import report

        said = report(*read_helplines(), SystemClock()().date())
        for chapter in said.chapters:
            typer.echo(f"{chapter.title}\n" + "".join(f"  {one}\n" for one in chapter.sentences))
        for problem in said.wrong:
            typer.echo(f"Left out until it is mended: {problem}", err=True)
        if not said.wrong:
            typer.echo("The file has no mistakes.")
        raise typer.Exit(said.exit_code)


@content.command("words")
def update_words(language: Annotated[str, typer.Argument(help="fr, for example.")]) -> None:
    """Bring a language's catalogue up to the code, keeping what is translated."""
    with _plainly():
        from peerbot import catalogue
        from peerbot.i18n import catalogue_path

        missing = catalogue.update(language)
        typer.echo(f"{catalogue_path(language)}: {missing} texts still to translate.")


@crisis.command()
def explain(sentence: Annotated[str, typer.Argument(help="What somebody might write.")]) -> None:
    """Say what the rules make of a sentence, and why. Nothing is kept."""
    if not sentence.strip():
        raise typer.BadParameter('write a sentence: peerbot crisis explain "I am so tired of it"')
    with _plainly():
        from peerbot.content.crisis import explained

        typer.echo(explained(sentence))


@crisis.command()
def heard(
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
) -> None:
    """Say when peerbot last heard itself in each community; exit with 1 if it is deaf."""
    with _plainly():
        from peerbot import listening
        from peerbot.clock import SystemClock

        said = _done(listening.heard(_settings(config), SystemClock()()))
        typer.echo(said.as_json() if json else "\n".join(said.sentences()))
        raise typer.Exit(said.exit_code)


@crisis.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help='Lines of {"text": ..., "expect": ...}.')],
    json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
    by: Annotated[str | None, typer.Option(help="Also by functionality, lang or category.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Show every miss, explained.")] = False,
) -> None:
    """Measure the rules on labelled messages (docs/accuracy.md says what the numbers mean)."""
    with _plainly():
        from peerbot import measuring

        typer.echo(measuring.measured(file, as_json=json, by=by, errors=errors))


def _done(work: Coroutine[object, object, T]) -> T:
    """Return what `work` returns."""
    import asyncio

    return asyncio.run(work)


def _settings(config: Path | None, language: str | None = None) -> "Settings":
    """Return the settings, in another `language` if one is given."""
    from peerbot.given import PREFIX
    from peerbot.settings import environment, load

    chosen = {} if language is None else {f"{PREFIX}LANGUAGE": language}
    return load(config, {**environment(), **chosen})


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PeerbotError(f"{file} cannot be read: {error}") from error


@contextmanager
def _plainly() -> Iterator[None]:
    """Say what we understand in its own words, without a trace, and exit with 1."""
    try:
        yield
    except PeerbotError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
