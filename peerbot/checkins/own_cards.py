"""What members read about check-ins as a whole: what is open, reminders, what happens."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Divider,
    Heading,
    Note,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.text import Moment, When, Words
from peerbot.checkins.answer_cards import remind_button
from peerbot.checkins.cards import question_of, title_of
from peerbot.checkins.model import (
    Answer,
    Checkin,
    Reminder,
    Round,
)
from peerbot.i18n import Msg, _, n_


def what_happens(days: int, *, emergencies_told: bool) -> Card:
    """Return who sees an answer and how long it is kept, from the live settings (`days`)."""
    return card(
        "checkins.what",
        Heading(_("What happens with your answer")),
        Text(_("You choose for each answer: only you, staff too, or the channel.")),
        Text(
            _(
                "The summary shows counts only: nothing with fewer than five people, and never a "
                "group of one or two. Nobody is shown who did not answer."
            )
        ),
        Text(
            n_(
                "Your words are stored encrypted. After {n} day your answer is removed and only "
                "counts stay, unless you switched on your own history.",
                "Your words are stored encrypted. After {n} days your answer is removed and only "
                "counts stay, unless you switched on your own history.",
                days,
            )
        ),
        Text(
            _(
                "Words are looked at for signs of danger, so that you can be offered help. "
                "Responders hear of it only if you wrote for staff or the channel, or ask for it."
            )
            if not emergencies_told
            else _(
                "Words are looked at for signs of danger, so that you can be offered help. "
                "Responders hear of it if you wrote for staff or the channel, and of emergencies "
                "always."
            )
        ),
        Note(_("See, export or erase everything with /privacy.")),
        summary=_("Who sees your answer, and how long it is kept"),
    )


def present(
    rounds: Sequence[tuple[Round, Answer | None]],
    coming: Checkin | None,
    reminder: Reminder | None,
    zone: ZoneInfo,
    *,
    can_be_early: bool,
) -> Card:
    """Return what can be answered now, what comes next, and one's own reminders."""
    return card(
        "checkins.now",
        Heading(_("Check-ins")),
        *(_open_row(asked, given) for asked, given in rounds),
        Text(_("Nothing is open just now.")) if not rounds else None,
        _coming_row(coming, early=can_be_early),
        Divider(),
        Text(_reminder_words(reminder, zone)),
        buttons(
            remind_button(reminder),
            Button(action("checkins", "pause-mine"), _("Pause until a date")) if reminder else None,
            Button(action("checkins", "remind-off"), _("Stop reminders")) if reminder else None,
        ),
        summary=_("What you can answer now, and your reminders"),
    )


def _open_row(asked: Round, given: Answer | None) -> Row:
    until = Moment(asked.closes_at, asked.zone)
    answered = given is not None and given.is_counted
    question = question_of(asked)
    words = (
        _("{question} Your answer is kept; open until {moment}.", question=question, moment=until)
        if answered
        else _("{question} Open until {moment}.", question=question, moment=until)
    )
    label = _("Change my answer") if answered else _("Answer privately")
    return Row(words, Button(action("checkins", "begin", asked.id), label, Style.PRIMARY))


def _coming_row(coming: Checkin | None, *, early: bool) -> Row | None:
    if coming is None or coming.next_at is None:
        return None
    words = _(
        "Next: {name}, {moment}.",
        name=title_of(coming),
        moment=Moment(coming.next_at, coming.zone),
    )
    answer = Button(action("checkins", "early", coming.id), _("Answer early")) if early else None
    return Row(words, answer)


def _reminder_words(reminder: Reminder | None, zone: ZoneInfo) -> Words:
    if reminder is None:
        return _("I can remind you in private, once, before a check-in closes. Only if you ask.")
    if reminder.paused_until is not None:
        return _(
            "Your reminders are quiet until {moment}, then they come back by themselves.",
            moment=Moment(reminder.paused_until, zone, When.DAY),
        )
    return _("I remind you in private, once, before a check-in closes.")


def reminding(said: Words) -> Card:
    return card("checkins.reminding", Text(said), summary=said, tone=Tone.GOOD)


def reminders_on() -> Card:
    return reminding(_("I will remind you once, in private, before a check-in closes."))


def reminders_off() -> Card:
    return reminding(_("No more reminders. You can answer whenever you like with /checkin."))


def reminders_paused(until: datetime, zone: ZoneInfo) -> Card:
    return reminding(
        _(
            "Your reminders are quiet until {moment}, then they come back by themselves.",
            moment=Moment(until, zone, When.DAY),
        )
    )


def pause_form() -> Form:
    return Form(
        title=_("Pause my reminders"),
        fields=(
            TextIn(
                key="until",
                label=_("Quiet until which day?"),
                hint=_("Write it like 2026-05-31. Reminders come back by themselves on that day."),
                surface=Surface.PRIVATE,
                most=10,
            ),
        ),
        submit=_("Pause"),
    )


def no_such_day() -> Msg:
    return _("Please write a day of the coming year like 2026-05-31.")
