"""The forms in which moderators say what is asked, where and when, and why some are refused."""

from datetime import timedelta

from peerbot.chat.cards import Option
from peerbot.chat.forms import ChannelPick, Choice, Form, MultiChoice, Surface, TextIn
from peerbot.chat.text import WEEKDAYS, Words
from peerbot.checkins.model import LONGEST_WINDOW, MAX_NAME, MAX_QUESTION, Checkin
from peerbot.checkins.rhythm import Because, NoRhythm, rhythm_of, weekdays_of
from peerbot.checkins.templates import TEMPLATES
from peerbot.i18n import Msg, _

NEW = "new"
"""Stands for the check-in that a form will make."""

_RHYTHMS: dict[str, Msg] = {
    "day": _("By the day"),
    "week": _("By the week, on the days below"),
    "month-day": _("By the month, on the date below"),
    "nth-1": _("By the month, first such weekday"),
    "nth-2": _("By the month, second such weekday"),
    "nth-3": _("By the month, third such weekday"),
    "nth-4": _("By the month, fourth such weekday"),
    "nth-5": _("By the month, fifth such weekday"),
    "nth-last": _("By the month, last such weekday"),
}


def words_form(one: Checkin | None) -> Form:
    """Return the form for question, room and window; empty for a new check-in."""
    window = one.window if one else TEMPLATES["weekly"].window
    return Form(
        title=_("Question and room"),
        fields=(
            TextIn(
                key="name",
                label=_("Name, for moderators"),
                hint=None if one is None else _("Leave it empty for the template's own."),
                surface=Surface.PRIVATE,
                most=MAX_NAME,
                required=one is None,
                initial=one.name if one else "",
            ),
            TextIn(
                key="question",
                label=_("Question"),
                hint=_("Answered in five steps, from very alone to very connected."),
                surface=Surface.PRIVATE,
                most=MAX_QUESTION,
                required=one is None,
                initial=one.question if one else "",
            ),
            ChannelPick(
                key="room",
                label=_("Room where it is asked"),
                initial=one.room.id if one and one.room else "",
            ),
            TextIn(
                key="hours",
                label=_("Takes answers for how many hours?"),
                hint=_("72 is three days. It closes before the next round opens at the latest."),
                surface=Surface.PRIVATE,
                most=3,
                initial=str(round(window / timedelta(hours=1))),
            ),
        ),
        submit=_("Save"),
    )


def days_form(one: Checkin) -> Form:
    recurrence = one.recurrence
    rhythm, days = rhythm_of(recurrence), weekdays_of(recurrence)
    return Form(
        title=_("Days and time"),
        fields=(
            Choice(
                key="rhythm",
                label=_("How it counts"),
                options=tuple(
                    Option(key, words, chosen=key == rhythm) for key, words in _RHYTHMS.items()
                ),
            ),
            MultiChoice(
                key="weekdays",
                label=_("Weekdays"),
                options=tuple(
                    Option(str(day), name, chosen=day in days) for day, name in enumerate(WEEKDAYS)
                ),
            ),
            TextIn(
                key="month_day",
                label=_("Day of the month, 1 to 31"),
                hint=_("Only for a date in the month. A shorter month has it on its last day."),
                surface=Surface.PRIVATE,
                most=2,
                required=False,
                initial=str(recurrence.month_day or ""),
            ),
            TextIn(
                key="at",
                label=_("Time, such as 18:00"),
                surface=Surface.PRIVATE,
                most=8,
                initial=recurrence.at.isoformat(timespec="minutes"),
            ),
            TextIn(
                key="zone",
                label=_("Time zone, such as Europe/Paris"),
                surface=Surface.PRIVATE,
                most=60,
                initial=recurrence.zone.key,
            ),
        ),
        submit=_("Save"),
    )


def span_form(one: Checkin) -> Form:
    recurrence = one.recurrence
    return Form(
        title=_("Interval and end"),
        fields=(
            TextIn(
                key="interval",
                label=_("Every how many days, weeks or months?"),
                hint=_("1 is every one. It counts from the first round."),
                surface=Surface.PRIVATE,
                most=3,
                initial=str(recurrence.interval),
            ),
            TextIn(
                key="first_day",
                label=_("Not before (such as 2026-05-31)"),
                surface=Surface.PRIVATE,
                most=10,
                initial=recurrence.first_day.isoformat(),
            ),
            TextIn(
                key="until",
                label=_("Last day; empty for no end"),
                surface=Surface.PRIVATE,
                most=10,
                required=False,
                initial=recurrence.until.isoformat() if recurrence.until else "",
            ),
        ),
        submit=_("Save"),
    )


def pause_form() -> Form:
    return Form(
        title=_("Pause"),
        fields=(
            TextIn(
                key="until",
                label=_("Until which day? Empty for no end"),
                hint=_("Write it like 2026-05-31. It goes on by itself on that day."),
                surface=Surface.PRIVATE,
                most=10,
                required=False,
            ),
        ),
        submit=_("Pause"),
    )


def reason(error: NoRhythm) -> Words:
    """Return why what was filled in makes no rhythm, and the way out."""
    match error.because:
        case Because.TIME:
            return _("Please write a time of day like 18:00.")
        case Because.ZONE if error.nearest:
            return _("I do not know this time zone. Did you mean {zone}?", zone=error.nearest)
        case Because.ZONE:
            return _("I do not know this time zone. Please write one like Europe/Paris.")
        case Because.DAY_MISSING:
            return _("Please choose at least one weekday.")
        case Because.ONE_DAY:
            return _("Please choose just one weekday for this.")
        case Because.MONTH_DAY:
            return _("Please write a day from 1 to 31.")
        case Because.INTERVAL:
            return _("Please write a number: at most 365 days, 52 weeks or 12 months.")
        case Because.DATE:
            return _("There is no such day. Please write one like 2026-05-31.")
        case Because.NEVER:
            return never_comes()


def never_comes() -> Msg:
    return _("Like this it would never ask. Please choose a later last day, or none.")


def no_room() -> Msg:
    return _("Please choose a room of this space, one that I can see.")


def too_many() -> Msg:
    return _("There are ten check-ins already. Please delete one first.")


def not_hours() -> Msg:
    return _(
        "Please write a number of hours from 1 to {most}.",
        most=int(LONGEST_WINDOW / timedelta(hours=1)),
    )


def not_a_coming_day() -> Msg:
    return _("Please write a day to come like 2026-05-31, or leave it empty.")
