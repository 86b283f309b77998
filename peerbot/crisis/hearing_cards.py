"""Every word about hearing oneself: the standing card, the message when deaf, the panel's line."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.cards import Card, Heading, Note, Text, Tone, card
from peerbot.chat.text import Moment, When, Words
from peerbot.crisis.heard import Fault, Hearing, Step
from peerbot.i18n import Msg, _

WELL_AGAIN_SHOWN_FOR = timedelta(days=1)
MOST_FILES = 6
LANGUAGES = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
}
"""What each language of the rules calls itself."""

_FAULTS: dict[Step, Msg] = {
    Step.DECIDE: _("My rules found the message, and yet it would not have become an alert."),
    Step.WRITE: _(
        "The message could not be written down and found again: something is wrong with the "
        "database. Alerts still reach this room, and are kept sealed until it is well."
    ),
    Step.ROOM: _("The room for alerts could not be reached."),
}
_STILL_WORKS = _(
    "What still works: /help-now for everyone, and flagging a message for moderators. Please keep "
    "an eye on the rooms meanwhile."
)


def standing(hearing: Hearing, zone: ZoneInfo, all_files: int) -> Card:
    """Return the card that stays in the room for alerts: when we last heard ourselves."""
    if hearing.faults:
        return _failing(hearing, zone, all_files)
    well = hearing.well_since
    again = well is not None and (hearing.heard_at or well) - well < WELL_AGAIN_SHOWN_FOR
    return card(
        "crisis.heard",
        Heading(_("I am listening")),
        _last_heard(hearing, zone),
        Text(_("All is well again since {time}.", time=Moment(well, zone)))
        if again and well is not None
        else None,
        Text(
            _(
                "Once an hour I say something to myself that has to be noticed. My rules found it, "
                "it could be written down, and this card could be changed."
            )
        ),
        _what_it_proves_not(),
        summary=_("I heard myself, all is well"),
        tone=Tone.GOOD,
        pinned=True,
    )


def _failing(hearing: Hearing, zone: ZoneInfo, all_files: int) -> Card:
    since = hearing.failing_since or hearing.since
    return card(
        "crisis.heard",
        Heading(_("I do not hear everything")),
        Text(_("Since {time}:", time=Moment(since, zone))),
        *(Text(one) for one in reasons(hearing.faults, all_files)),
        _still_works(hearing.faults),
        _last_heard(hearing, zone),
        _what_it_proves_not(),
        summary=_("I do not hear everything"),
        tone=Tone.CARE,
        pinned=True,
    )


def _goes_unnoticed(faults: Sequence[Fault]) -> bool:
    return any(one.step in {Step.RULES, Step.DECIDE} for one in faults)


def _still_works(faults: Sequence[Fault]) -> Text | None:
    return Text(_STILL_WORKS) if _goes_unnoticed(faults) else None


def _last_heard(hearing: Hearing, zone: ZoneInfo) -> Text:
    at = hearing.heard_at
    if at is None:
        return Text(_("I have not heard myself yet."))
    return Text(
        _(
            "Last heard myself {time} ({day}).",
            time=Moment(at, zone, When.TIME),
            day=Moment(at, zone, When.DAY),
        )
    )


def _what_it_proves_not() -> Note:
    return Note(
        _(
            "If that is more than two hours ago, I am deaf, and cannot say so myself: please tell "
            "whoever runs the server. It does not show that I notice everything, that somebody "
            "reads here, or that a member's inbox is open."
        )
    )


def deaf(hearing: Hearing, pings: tuple[str, ...], all_files: int) -> Card:
    """Return the message, once, when something on the way from words to a human fails."""
    return card(
        "crisis.deaf",
        Heading(_("I do not hear everything just now")),
        *(Text(one) for one in reasons(hearing.sayable, all_files)),
        _still_works(hearing.sayable),
        Note(
            _(
                "Nobody is in danger because of this message. Please tell whoever runs the server; "
                '"peerbot check" says more there. I go on trying, and the card "I am listening" '
                "says when it is well again."
            )
        ),
        summary=_("Someone in danger might go unnoticed just now. Please look.")
        if _goes_unnoticed(hearing.sayable)
        else _("Something on the way to you does not work just now. Please look."),
        tone=Tone.URGENT,
        pings=pings,
    )


def moved() -> Card:
    """Return what is left of the card in a room where alerts arrive no longer."""
    return card(
        "crisis.heard-moved",
        Text(_("Alerts do not arrive in this room any more, so I no longer say here if I listen.")),
        summary=_("Alerts do not arrive in this room any more."),
    )


def reasons(faults: Sequence[Fault], all_files: int) -> tuple[Words, ...]:
    """Return what failed, a sentence for each step; `all_files` is how many rule files there are.

    Of the rules it says in which languages, and which files whoever runs the server looks at.
    """
    files = [one.file for one in faults if one.step is Step.RULES]
    others = tuple(_FAULTS[one.step] for one in faults if one.step is not Step.RULES)
    return (_about_rules(files, all_files), *others) if files else others


def _about_rules(files: Sequence[str], all_files: int) -> Words:
    named = [one for one in files if one]
    if len(named) != len(files) or 0 < all_files <= len(named):
        return _("My rules find nothing any more, in any language.")
    shown = ", ".join(named[:MOST_FILES]) + (" ..." if len(named) > MOST_FILES else "")
    languages = sorted({one.partition("/")[0] for one in named if "/" in one})
    if not languages:
        return _("I cannot tell whether my rules find anything: {files} is of no use.", files=shown)
    return _(
        "My rules miss signs of danger in {languages}. Of no use are: {files}.",
        languages=", ".join(LANGUAGES.get(one, one) for one in languages),
        files=shown,
    )


def in_the_way(
    hearing: Hearing, now: datetime, zone: ZoneInfo, all_files: int
) -> tuple[Words, ...]:
    """Return what keeps help from arriving, for the panel; empty if we heard ourselves lately."""
    found = reasons(hearing.faults, all_files)
    if not hearing.is_deaf(now):
        return found
    if hearing.heard_at is None:
        return (_("I have not heard myself yet, so danger might go unnoticed."), *found)
    return (
        _(
            "I last heard myself at {time}, so danger might go unnoticed.",
            time=Moment(hearing.heard_at, zone),
        ),
        *found,
    )
