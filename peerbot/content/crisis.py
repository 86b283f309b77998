"""Reads help lines and crisis rules; what is broken costs itself, never the start.

A broken rule file costs that file, a broken help line that line.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from peerbot.content.compiled import kept
from peerbot.content.helplines import helplines_in
from peerbot.content.table import Problem
from peerbot.crisis import detection
from peerbot.crisis.detection import Detector, RuleError, RuleSet, Voice, parse, parse_voices
from peerbot.crisis.detection.entry import CATEGORIES, TIERS, WHOSE, Entry, read
from peerbot.crisis.detection.finding import Whose
from peerbot.crisis.ears import Ears, Sentence
from peerbot.crisis.helplines import HelpLines
from peerbot.crisis.watched import Watched, WatchList
from peerbot.paths import shipped

_CODE = Path(detection.__file__).parent


def helplines(folder: Path | None = None) -> HelpLines:
    """Return what can be shown of the help lines of `folder`; what is wrong is left out."""
    return read_helplines(folder)[0]


def read_helplines(folder: Path | None = None) -> tuple[HelpLines, tuple[Problem, ...]]:
    """Return the help lines of `folder` that can be shown, and what is wrong with the rest.

    Those that ship are kept once they were read.
    """
    return _shipped_helplines() if folder is None else _helplines(folder)


@cache
def _shipped_helplines() -> tuple[HelpLines, tuple[Problem, ...]]:
    return _helplines(shipped("config"))


def _helplines(folder: Path) -> tuple[HelpLines, tuple[Problem, ...]]:
    found: list[Problem] = []
    lines = helplines_in(folder, found)
    return lines, tuple(found)


@cache
def crisis_rule_sets(folder: Path | None = None) -> tuple[RuleSet, ...]:
    """Return the rules of every language, without the files that cannot be used."""
    return tuple(rules for rules, _broken in _rule_sets(folder or shipped("config")))


def crisis_detector(folder: Path | None = None) -> tuple[Detector, tuple[RuleError, ...]]:
    """Return a detector of the rules in `folder`, and what is wrong with those it goes without.

    It is kept for the next start, and what ships in memory: making one takes two seconds.
    """
    return _shipped_detector() if folder is None else _kept_detector(folder, "tried-rules")


@cache
def _shipped_detector() -> tuple[Detector, tuple[RuleError, ...]]:
    return _kept_detector(shipped("config"), "crisis-rules")


def _kept_detector(folder: Path, name: str) -> tuple[Detector, tuple[RuleError, ...]]:
    return kept(name, _sources(folder), lambda: _detector(folder))


def _sources(folder: Path) -> list[Path]:
    """Return all files on which the detector of a folder depends: rules, and what reads them."""
    return [*sorted((folder / "crisis").glob("*/*.toml")), *sorted(_CODE.glob("*.py"))]


def _detector(folder: Path) -> tuple[Detector, tuple[RuleError, ...]]:
    found = list(_rule_sets(folder))
    sets = tuple(rules for rules, _broken in found)
    wrong = [error for _rules, broken in found for error in broken]
    while True:
        try:
            return Detector(sets), tuple(wrong)
        except RuleError as error:
            wrong.append(error)
            sets = tuple(_without(rules, error) for rules in sets)


CANARY = "canary.toml"


def crisis_ears(folder: Path | None = None) -> tuple[Ears, tuple[RuleError, ...]]:
    """Return what danger is noticed with, and what is wrong with what it goes without."""
    detector, wrong = crisis_detector(folder)
    return ears_of(detector, wrong, folder)


def ears_of(
    detector: Detector, wrong: tuple[RuleError, ...], folder: Path | None = None
) -> tuple[Ears, tuple[RuleError, ...]]:
    """Return the `crisis_ears` of a detector that is there already."""
    try:
        sentences = _sentences((folder or shipped("config")) / "crisis" / CANARY)
    except RuleError as error:
        sentences, wrong = (), (*wrong, error)
    broken = tuple(error.file for error in wrong)
    return Ears(detector=detector, sentences=sentences, broken=broken), wrong


def _sentences(file: Path) -> tuple[Sentence, ...]:
    try:
        top = read(file.read_text(encoding="utf-8"), CANARY)
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(CANARY, "", f"cannot be read ({error}); is it UTF-8?") from error
    found = tuple(_sentence(Entry(CANARY, "a sentence", one)) for one in top.tables("sentence"))
    top.nothing_else()
    if not found:
        raise RuleError(CANARY, "", "has no [[sentence]]; take one from each rule file")
    return found


def _sentence(entry: Entry) -> Sentence:
    sentence = Sentence(
        file=entry.text("file"), tier=entry.one_of("tier", TIERS), text=entry.text("text")
    )
    entry.nothing_else()
    return sentence


WATCH = "watch.toml"


def watch_list(folder: Path | None = None) -> tuple[WatchList, tuple[RuleError, ...]]:
    """Return the phrases for platforms' own word filters; none of a file that is bad or missing."""
    file = (folder or shipped("config")) / "crisis" / WATCH
    if not file.is_file():
        return WatchList(), ()
    try:
        top = read(file.read_text(encoding="utf-8"), WATCH)
        found = [
            phrase
            for each in top.tables("phrases")
            for phrase in _watched(Entry(WATCH, "some phrases", each))
        ]
        top.nothing_else()
    except (OSError, UnicodeDecodeError) as error:
        return WatchList(), (RuleError(WATCH, "", f"cannot be read ({error}); is it UTF-8?"),)
    except RuleError as error:
        return WatchList(), (error,)
    return WatchList(found), ()


def _watched(entry: Entry) -> Iterator[Watched]:
    language, tier = entry.text("language"), entry.one_of("tier", TIERS)
    category = entry.one_of("category", CATEGORIES)
    whose = entry.one_of("whose", WHOSE, Whose.AUTHOR.value)
    words = entry.texts("words", least=1)
    entry.nothing_else()
    for text in words:
        yield Watched(text=text, language=language, tier=tier, category=category, whose=whose)


@cache
def crisis_voices(folder: Path | None = None) -> tuple[Voice, ...]:
    """Return how people say it, of every language: proof of the rules, and traps for others.

    Raises `RuleError` for a file that cannot be used. Not read to notice danger.
    """
    where = (folder or shipped("config")) / "crisis"
    return tuple(
        voice
        for file in sorted(where.glob("*/voices/*.toml"))
        for voice in parse_voices(
            file.read_text(encoding="utf-8"), file=file.relative_to(where).as_posix()
        )
    )


def _without(rules: RuleSet, error: RuleError) -> RuleSet:
    """Return the rules without the broken file; without all of them if it is the context."""
    if rules.locale != error.file.partition("/")[0]:
        return rules
    kept = tuple(rule for rule in rules.rules if rule.file != error.file)
    contexts = tuple(one for one in rules.contexts if one.file != error.file)
    if (kept, contexts) == (rules.rules, rules.contexts):
        return RuleSet(locale=rules.locale)
    return replace(rules, rules=kept, contexts=contexts)


def explained(sentence: str, folder: Path | None = None) -> str:
    """Return what the rules make of a sentence, and why; and which files had to be left out."""
    detector, broken = crisis_detector(folder)
    left_out = [f"left out, because it cannot be used: {one}" for one in broken]
    return "\n".join([detector.explain(sentence).told(), *left_out])


def crisis_problems(folder: Path | None = None) -> tuple[str, ...]:
    """Return what is wrong with help lines and rules, a sentence each."""
    ears, broken_rules = crisis_ears(folder)
    broken_phrases = watch_list(folder)[1]
    found = [str(one) for one in (*broken_rules, *read_helplines(folder)[1], *broken_phrases)]
    found += [
        f"{file}: its sentence in {CANARY} is not found"
        for file in ears.lost()
        if file not in ears.broken
    ]
    try:
        crisis_voices(folder)
    except (RuleError, OSError, UnicodeDecodeError) as error:
        found.append(f"a file of voices cannot be used: {error}")
    return tuple(found)


def _rule_sets(folder: Path) -> Iterator[tuple[RuleSet, list[RuleError]]]:
    for locale in sorted(path for path in (folder / "crisis").glob("*") if path.is_dir()):
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
