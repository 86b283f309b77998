"""Where words may stand in clear, each with its reason. Whatever else is found is a leak.

Nothing here is a pattern: it is one input and one place, and a pair that is not found any more has
to go. Beside them there are two rules, about forms and about the files of the database itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.leaks.ledger import ITS_WRITER, Found

_KEPT_SEALED = "opened checkin_answer.sealed"
_OWN_EXPORT = "export for its writer"


_NAMES_FOR_MODERATORS = (
    *("card checkins.plan for its writer", "card checkins.plans for an admin"),
    "card checkins.plans for staff",
)
_DIRECTORY = {
    "table service.name": (
        *("form resources.add name", "form resources.words name"),
        "published resource, name",
    ),
    "table organization.name": (
        *("form resources.add organization", "form resources.words organization"),
        "published resource, organization",
    ),
    "table service.application_process": (
        *("form resources.add next_step", "form resources.words next_step"),
        "published resource, next_step",
    ),
    "table service.description": ("form resources.words description",),
    "table service.eligibility_description": ("form resources.who eligibility",),
    "table cost_option.option": ("form resources.who cost",),
    "table location.address": ("form resources.place address",),
}
"""Columns of the directory, and what staff fill in there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """Each of these inputs may be found in each of these places."""

    inputs: tuple[str, ...]
    places: tuple[str, ...]
    because: str

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        return ((one, place) for one in self.inputs for place in self.places)


PERMITTED = (
    Permitted(
        inputs=("name of the community",),
        places=(
            *("table community.name", "opened last-known.sealed"),
            *("card community.panel for its writer", "card setup.ping in #care-team"),
            *(_OWN_EXPORT, "export for a moderator", "export for staff", "export for a member"),
            *("card privacy.export for its writer", "card privacy.export for a member"),
        ),
        because="everybody in the space reads its name on top of their screen",
    ),
    # -- check-ins: who answers chooses who reads it -----------------------------------------------
    Permitted(
        inputs=(
            *("check-in words for oneself", "check-in words for staff"),
            *("check-in words by name", "check-in words without a name"),
            "form checkins.words words",
        ),
        places=(_KEPT_SEALED, _OWN_EXPORT),
        because="kept for their writer, under a key of the writer's own",
    ),
    Permitted(
        inputs=("form checkins.words words",),
        places=("card privacy.export for its writer",),
        because="their writer has asked for everything that is kept about them",
    ),
    Permitted(
        inputs=("check-in words for staff", "dangerous check-in words for staff"),
        places=("card checkins.answers for staff", "card checkins.answers for an admin"),
        because="the writer chose counselling staff; an admin may do what staff may",
    ),
    Permitted(
        inputs=("check-in words by name", "dangerous check-in words by name"),
        places=("card checkins.shared in #check-ins",),
        because="the writer chose the channel, with their name",
    ),
    Permitted(
        inputs=("check-in words without a name",),
        places=("card checkins.voices in #check-ins",),
        because="the writer chose the channel, without their name",
    ),
    Permitted(
        inputs=(
            *("dangerous check-in words for oneself", "dangerous check-in words for staff"),
            *("dangerous check-in words by name", "dangerous check-in words without a name"),
        ),
        places=("form checkins.words for its writer",),
        because="the writer changes what they wrote before",
    ),
    # -- a worry about somebody else: its writer lets those read it who look after it --------------
    Permitted(
        inputs=("words about a worry",),
        places=(
            "opened worry_words.sealed",
            _OWN_EXPORT,
            "card crisis.worry-words for a moderator",
        ),
        because="the writer allowed it beside the field; it goes when the worry is closed",
    ),
    # -- what moderators and staff write for others ------------------------------------------------
    Permitted(
        inputs=("own name of a check-in",),
        places=("table checkin.name", "table checkin_round.name", *_NAMES_FOR_MODERATORS),
        because="moderators tell check-ins apart by it",
    ),
    Permitted(
        inputs=("own question",),
        places=(
            *("table checkin.question", "table checkin_round.question"),
            *("card checkins.plan for its writer", "card checkins.prompt in #check-ins"),
            *("card checkins.answer for a member", "card checkins.summary in #check-ins"),
            *("card checkins.now for a member", "card checkins.now for an admin"),
            *("card checkins.reminder for a member", "card checkins.reminder for an admin"),
            "export for a member",
        ),
        because="a moderator asks it in the room; whoever answers keeps what was asked",
    ),
    Permitted(
        inputs=("form checkins.edit-words name",),
        places=(
            *("table checkin.name", "card checkins.plan for its writer"),
            *("card checkins.plan for staff", "card checkins.plans for its writer"),
            "card checkins.plans for staff",
        ),
        because="moderators tell check-ins apart by it",
    ),
    Permitted(
        inputs=("form checkins.edit-words question",),
        places=(
            *("table checkin.question", "card checkins.plan for its writer"),
            "card checkins.plan for staff",
        ),
        because="a moderator will ask it in the room",
    ),
    *(
        Permitted(
            inputs=inputs,
            places=(column, "index resources"),
            because="staff describe a service for the directory, which everybody may read",
        )
        for column, inputs in _DIRECTORY.items()
    ),
    Permitted(
        inputs=(
            *("form resources.add name", "form resources.words name"),
            *("form resources.add organization", "form resources.words organization"),
            *("form resources.add next_step", "form resources.words next_step"),
            *("form resources.words description", "form resources.who eligibility"),
            *("form resources.who cost", "published resource, name"),
            *("published resource, organization", "published resource, next_step"),
        ),
        places=("card resources.entry for its writer",),
        because="whoever describes a service sees what it says now",
    ),
    Permitted(
        inputs=("form resources.add name", "form resources.words name"),
        places=("card resources.panel for its writer",),
        because="staff tell entries apart by their names",
    ),
    Permitted(
        inputs=("published resource, name", "published resource, next_step"),
        places=("card resources.results for a member", "card resources.results for an admin"),
        because="staff have checked it, and a member looks for it",
    ),
    Permitted(
        inputs=(
            *("published resource, name", "published resource, organization"),
            "published resource, next_step",
        ),
        places=("card resources.one for a member",),
        because="staff have checked it, and a member looks at it",
    ),
    # -- the rule lab ------------------------------------------------------------------------------
    Permitted(
        inputs=("form lab.phrase phrase", "form lab.harmless phrase"),
        places=(
            *("opened own_phrase.sealed", "opened own-phrases.sealed"),
            *("card lab.phrase for its writer", "card lab.phrases for its writer"),
        ),
        because="a community's own phrases are looked for in messages; sealed wherever they lie",
    ),
    Permitted(
        inputs=("form lab.try words", "form lab.try words, while storage refuses"),
        places=("card lab.tried for its writer",),
        because="whoever tries a sentence sees how it was read; it is kept nowhere",
    ),
    # -- a feature that is broken on purpose -------------------------------------------------------
    Permitted(
        inputs=(
            *("command break words", "message that breaks a feature"),
            *("forged id broken.press", "forged choice broken.press"),
            *("form broken.form words", "form broken.form words, while storage is away"),
            "form broken.form words, while storage refuses",
        ),
        places=("error ValueError",),
        because="the defect of `broken`: what it raised stays in memory, and goes nowhere else",
    ),
)


def unexplained(found: Iterable[Found]) -> list[str]:
    """Return what nothing permits, as sentences."""
    return sorted(str(one) for one in found if not _is_permitted(one))


def no_longer_found(found: Iterable[Found]) -> list[str]:
    """Return what is permitted and was not found: needless, or looked for in a wrong place."""
    seen = {one.pair for one in found}
    return sorted(f"{entry} in: {place}" for entry, place in _PAIRS - seen)


_PAIRS = {pair for one in PERMITTED for pair in one.pairs}
_IN_COLUMNS = {entry for entry, place in _PAIRS if place.startswith("table ")}
"""Inputs that may stand in a column in clear, and so in the files that hold the column."""
_OUR_DATABASE = ("file peerbot.sqlite", "file peerbot.sqlite-wal", "backup peerbot.sqlite")


def _is_permitted(found: Found) -> bool:
    entry, place = found.pair
    return (
        found.pair in _PAIRS
        or (entry, place.replace("backup of peerbot: ", "table ")) in _PAIRS
        or (place in _OUR_DATABASE and entry in _IN_COLUMNS)
        or _comes_back_to_its_writer(entry, place)
    )


def _comes_back_to_its_writer(entry: str, place: str) -> bool:
    """Whether it is a form that was not taken, or words to be changed: nothing is typed twice."""
    form, _for, reader = place.partition(" for ")
    return form.startswith("form ") and reader == ITS_WRITER and entry.startswith(f"{form} ")
