"""Reads help lines and crisis rules; a broken rule file costs that file, never the detector."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from peerbot.crisis.detection import RuleError, RuleSet, parse
from peerbot.crisis.helplines import HelpLineError, HelpLines, problems
from peerbot.crisis.helplines import parse as parse_lines
from peerbot.paths import shipped


def helplines(folder: Path | None = None) -> HelpLines:
    """Return the help lines of `folder`. Raises `HelpLineError` if the file cannot be used."""
    file = (folder or shipped("config")) / "helplines.toml"
    try:
        return parse_lines(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HelpLineError(f"helplines.toml: cannot be read ({error})") from error


def crisis_rules(folder: Path | None = None) -> tuple[RuleSet, ...]:
    """Return the rule sets of `folder`, one a language, without the files that are broken."""
    return tuple(rules for rules, _broken in _rule_sets(folder or shipped("config")))


def crisis_problems(folder: Path | None = None) -> tuple[str, ...]:
    """Return what is wrong with help lines and rules, a sentence each."""
    where = folder or shipped("config")
    found = [str(error) for _rules, broken in _rule_sets(where) for error in broken]
    try:
        found.extend(problems(helplines(where)))
    except HelpLineError as error:
        found.append(str(error))
    return tuple(found)


def _rule_sets(folder: Path) -> Iterator[tuple[RuleSet, list[RuleError]]]:
    for locale in sorted(path for path in (folder / "crisis").iterdir() if path.is_dir()):
        rules, broken = RuleSet(locale=locale.name), []
        for file in sorted(locale.glob("*.toml")):
            name = f"{locale.name}/{file.name}"
            try:
                text = file.read_text(encoding="utf-8")
                rules = rules.with_(parse(text, file=name, locale=locale.name))
            except RuleError as error:
                broken.append(error)
            except (OSError, UnicodeDecodeError) as error:
                broken.append(RuleError(name, "", f"cannot be read ({error}); is it UTF-8?"))
        yield rules, broken
