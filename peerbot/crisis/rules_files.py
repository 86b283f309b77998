"""Reads the folders of rule files: `config/crisis/<locale>/*.toml`, one rule set a language."""

from pathlib import Path

from peerbot.crisis.detection import RuleError, RuleSet, parse

RuleSets = tuple[RuleSet, ...]


def load_folder(folder: Path) -> RuleSets:
    """Return the rule sets under `folder`, one for each language; raises `RuleError`."""
    locales = sorted(path for path in folder.iterdir() if path.is_dir())
    return tuple(load_locale(path) for path in locales)


def load_locale(folder: Path) -> RuleSet:
    """Return what the files in `folder` say together; the folder's name is the language."""
    rules = RuleSet(locale=folder.name)
    for path in sorted(folder.glob("*.toml")):
        rules = rules.with_(parse(_text(path), file=_name(path), locale=folder.name))
    return rules


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        raise RuleError(_name(path), "", f"cannot be read ({broken}); is it UTF-8?") from broken


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
