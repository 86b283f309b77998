"""All that is otherwise on Discord than on the console, each with its reason; tests hold us to it.

`ScriptPlay` checks the same expectations on both. Here is what remains: deeds that nobody can do on
Discord, and lines of a transcript that are not the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peerbot.i18n import Msg

CANNOT_RUN: dict[str, str] = {}
"""Flows that cannot be played on Discord, with the reason. None so far."""

OTHERWISE_AFTER_RESTARTS = {
    "privacy_alert": (
        "Whoever was erased is erased again when the house opens. So an alert about them that has "
        "just been closed goes at the next restart and not only at night, and with it the line "
        "that somebody took it. This is so on every platform."
    )
}
"""Flows that do not go as written if the house is built anew before each deed."""

NO_HOME = Msg("Discord has no home page: a bot has messages, commands and nothing else.")
NO_FLAG_IN_AN_INBOX = Msg(
    "Our command on messages is for servers: what is written to peerbot alone it reads anyway."
)
NOBODY_JOINS = (
    "Discord tells of who joins and leaves only with the privileged intent for members, which we "
    "do not ask for: nothing that peerbot does needs it."
)
LOCALES = (
    "Discord says with each press in which language somebody uses it, and that is what they read; "
    "on the console nobody says so unless the script does. Here everybody uses the script's."
)

# -- transcripts -----------------------------------------------------------------------------------

# The order of cards that are sent in one step is not compared: on Discord an inbox takes one more
# request than a room, so that the responders' card may stand before the member's by an instant. Nor
# are the numbers of deliveries and messages, which only count.
_HEAD = re.compile(r"  \[\d+\] ")
_NUMBERED_LINK = re.compile(r"(console://[\w-]+)/m\d+")
_INSIDE = "      "


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines of a flow's transcript that are otherwise; patterns for whole lines."""

    flow: str
    console: str
    discord: str
    why: str
    times: int = 1


_PLACE_OF_A_QUESTION = (
    "The question before a press is a card of its own, and its answer stands where it stood; on "
    "the console the card that was pressed asks by itself."
)
_NATIVE_IDS = (
    "The trail shows settings as they are kept, with the platform's ids of rooms and roles; on the "
    "console ids and names are the same."
)


def _head(whom: str, key: str, *, edited: bool) -> str:
    return rf"  \[\] \S+ \S+ to {whom}, private{', edited' if edited else ''}: {re.escape(key)}"


def _anew(flow: str, whom: str, key: str) -> Difference:
    console, discord = (_head(whom, key, edited=edited) for edited in (True, False))
    return Difference(flow, console, discord, _PLACE_OF_A_QUESTION)


def _trail(flow: str, times: int) -> Difference:
    line = r"      \| \S+ \S+: @alex .*{}.*"
    return Difference(
        flow,
        line.format(r'(\["moderator"\]|\["console", "[\w-]+)'),
        line.format(r'(\["\d{17,20}"\]|\["discord", "\d+)'),
        _NATIVE_IDS,
        times,
    )


DIFFERENCES = (
    _anew("every_deed", "alex", "community.switched"),
    _anew("privacy", "sam", "privacy.erased"),
    _anew("privacy_alert", "sam", "privacy.erased"),
    _trail("crisis_helplines", 2),
    _trail("crisis_lab", 3),
)


def differs(flow: str) -> bool:
    return any(one.flow == flow for one in DIFFERENCES)


def undeclared(flow: str, console: str, discord: str) -> list[str]:
    """Return the lines that are not the same though nobody declared it, and declarations unmet."""
    only_console, only_discord = only_in_one(console, discord)
    wrong = []
    for one in (each for each in DIFFERENCES if each.flow == flow):
        there = _taken(one.console, only_console), _taken(one.discord, only_discord)
        if there != (one.times, one.times):
            wrong.append(f"no longer a difference, or another: {one.console} / {one.discord}")
    wrong += [f"console alone: {line}" for line in only_console]
    return [*wrong, *(f"Discord alone: {line}" for line in only_discord)]


def only_in_one(one: str, other: str) -> tuple[list[str], list[str]]:
    """Return the lines that only the one transcript has, and those that only the other has.

    Each is compared step by step.
    """
    ours, theirs = list(_steps(one)), list(_steps(other))
    if [step for step, _lines in ours] != [step for step, _lines in theirs]:
        return ["the steps are not the same"], []
    pairs = [(mine, yours) for (_a, mine), (_b, yours) in zip(ours, theirs, strict=True)]
    return (
        [line for mine, yours in pairs for line in _without(mine, yours)],
        [line for mine, yours in pairs for line in _without(yours, mine)],
    )


def _steps(transcript: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each step as it is written, with the lines of the cards that came of it."""
    step, lines = "", list[str]()
    for line in transcript.splitlines():
        if _HEAD.match(line) or line.startswith(_INSIDE):
            lines.append(_NUMBERED_LINK.sub(r"\1", _HEAD.sub("  [] ", line)))
        else:
            yield step, lines
            step, lines = line, []
    yield step, lines


def _without(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    left = list(others)
    found = []
    for line in lines:
        if line in left:
            left.remove(line)
        else:
            found.append(line)
    return found


def _taken(pattern: str, lines: list[str]) -> int:
    """Take away the lines that match; return how many they were."""
    there = [line for line in lines if re.fullmatch(pattern, line)]
    lines[:] = [line for line in lines if line not in there]
    return len(there)
