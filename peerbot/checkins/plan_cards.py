"""What moderators read while they plan check-ins, and what staff read of shared answers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Confirm,
    Fields,
    Heading,
    Node,
    Note,
    Pager,
    Quote,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import WEEKDAYS, Bold, Mention, Moment, Words, listed
from peerbot.checkins.cards import HELP, NAMES, QUESTIONS, STEPS, name_of, question_of
from peerbot.checkins.model import (
    MAX_CHECKINS,
    Checkin,
    State,
    Told,
)
from peerbot.checkins.plan_forms import NEW
from peerbot.checkins.plans import Page
from peerbot.checkins.templates import TEMPLATES
from peerbot.delivery.recurrence import Every, Recurrence, skipped_months
from peerbot.i18n import Msg, _, n_

MONTHS: tuple[Msg, ...] = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
_NTHS: dict[int, Msg] = {
    1: _("on the first {weekday}"),
    2: _("on the second {weekday}"),
    3: _("on the third {weekday}"),
    4: _("on the fourth {weekday}"),
    5: _("on the fifth {weekday}"),
    -1: _("on the last {weekday}"),
}
_RHYTHMS_OF_TEMPLATES: dict[str, Msg] = {
    "weekly": _("Mondays at 18:00, open for three days"),
    "fortnightly": _("Every second Monday at 18:00, open for three days"),
    "daily": _("Every day at 9:00, open for twelve hours"),
    "monthly": _("The first Monday of the month at 18:00, open for five days"),
}


def plans(several: Sequence[Checkin], now: datetime) -> Card:
    """Return the check-ins of a community, a row each."""
    return card(
        "checkins.plans",
        Heading(_("Check-ins here")),
        Text(_("None yet. A template is the quickest start; you can change everything."))
        if not several
        else None,
        *(_plan_row(one, now) for one in several),
        buttons(
            Button(action("checkins", "new"), _("New from a template"), Style.PRIMARY),
            Button(action("checkins", "edit-words", NEW), _("New from scratch")),
        )
        if len(several) < MAX_CHECKINS
        else Note(_("Ten check-ins is as many as people can bear. Delete one to make another.")),
        summary=n_("{n} check-in here", "{n} check-ins here", len(several)),
    )


def _plan_row(one: Checkin, now: datetime) -> Row:
    words = _("{name}: {state}", name=Bold(name_of(one)), state=_state(one, now))
    return Row(words, Button(action("checkins", "open", one.id), _("Open")))


def _state(one: Checkin, now: datetime) -> Words:
    if one.state is State.DRAFT:
        return _("a draft, nobody is asked")
    if one.state is State.PAUSED and one.paused_until is None:
        return _("paused")
    if one.next_at is None:
        return _("over, no more rounds")
    after = Moment(one.next_at, one.zone)
    if one.state is State.PAUSED and one.paused_until is not None and now < one.paused_until:
        return _("paused, goes on by itself {moment}", moment=after)
    return _("live, next {moment}", moment=after)


def templates() -> Card:
    return card(
        "checkins.templates",
        Heading(_("Which one?")),
        *(
            Row(
                _(
                    "{name}: {rhythm}. “{question}”",
                    name=Bold(NAMES[key]),
                    rhythm=_RHYTHMS_OF_TEMPLATES[key],
                    question=QUESTIONS[key],
                ),
                Button(action("checkins", "make", key), _("Take this")),
            )
            for key in TEMPLATES
        ),
        Note(_("It starts as a draft: nobody is asked before you publish it.")),
        buttons(
            Button(action("checkins", "edit-words", NEW), _("New from scratch")),
            Button(action("checkins", "list"), _("Back")),
        ),
        summary=_("Templates for a new check-in"),
    )


def plan(one: Checkin, now: datetime, note: Words | None = None) -> Card:
    """Return all about one check-in, with its next five rounds. `note` says what happened."""
    coming = one.coming(now)
    skipped = skipped_months(one.recurrence, now)
    return card(
        "checkins.plan",
        Heading(name_of(one)),
        Text(question_of(one)),
        Fields(
            (
                (_("State"), _state(one, now)),
                (_("Room"), Mention(one.room) if one.room else _("not chosen yet")),
                (_("When"), rhythm_words(one.recurrence)),
                (_("Time zone"), one.zone.key.replace("_", " ")),
                (_("Takes answers for"), duration(one.window)),
            )
        ),
        Text(_next_words(one)) if coming else Text(_("This rhythm is over: no round would open.")),
        *(Text(Moment(slot.moment, one.zone)) for slot in coming),
        Note(_("No fifth such day, so skipped: {months}.", months=_months(skipped)))
        if skipped
        else None,
        Note(note) if note else None,
        *_plan_buttons(one),
        summary=_("{name}: when it asks, and what you can change", name=name_of(one)),
    )


def _next_words(one: Checkin) -> Msg:
    if one.state is State.DRAFT:
        return _("Once published, it would ask:")
    if one.state is State.PAUSED and one.paused_until is None:
        return _("If it went on now, it would ask:")
    return _("It asks next:")


DELETING = Confirm(
    question=_("Delete this check-in? You can undo it for ten minutes."),
    yes=_("Delete"),
    no=_("Keep it"),
)


def _plan_buttons(one: Checkin) -> tuple[Node, ...]:
    draft, live = one.state is State.DRAFT, one.state is State.LIVE
    return (
        buttons(
            Button(action("checkins", "edit-words", one.id), _("Question and room")),
            Button(action("checkins", "edit-days", one.id), _("Days and time")),
            Button(action("checkins", "edit-span", one.id), _("Interval and end")),
            Button(action("checkins", "preview", one.id), _("Preview to me")),
        ),
        buttons(
            Button(action("checkins", "publish", one.id), _("Publish"), Style.PRIMARY)
            if draft
            else Button(action("checkins", "pause", one.id), _("Pause"))
            if live
            else Button(action("checkins", "publish", one.id), _("Go on now"), Style.PRIMARY),
            Button(action("checkins", "duplicate", one.id), _("Duplicate")),
            Button(action("checkins", "answers", one.id), _("Answers for staff")),
            Button(
                action("checkins", "delete", one.id),
                _("Delete"),
                Style.DANGER,
                DELETING,
            ),
            Button(action("checkins", "list"), _("All check-ins")),
        ),
    )


def rhythm_words(recurrence: Recurrence) -> Words:
    """Return a recurrence as people say it."""
    at = recurrence.at.isoformat(timespec="minutes")
    n = recurrence.interval
    match recurrence.every:
        case Every.DAY:
            return n_("every day at {at}", "every {n} days at {at}", n, at=at)
        case Every.WEEK:
            days = listed([WEEKDAYS[day] for day in sorted(recurrence.weekdays)])
            return n_(
                "every week at {at}: {days}", "every {n} weeks at {at}: {days}", n, at=at, days=days
            )
        case Every.MONTH_DAY if recurrence.month_day == 31:
            day: Words = _("on its last day")
        case Every.MONTH_DAY:
            day = _("on day {day} (or its last)", day=recurrence.month_day)
        case Every.MONTH_WEEKDAY:
            assert recurrence.nth is not None
            assert recurrence.weekday is not None
            nth = _NTHS[recurrence.nth]
            day = Msg(nth.id, (("weekday", WEEKDAYS[recurrence.weekday]),))
    return n_("every month at {at}, {day}", "every {n} months at {at}, {day}", n, at=at, day=day)


def duration(window: timedelta) -> Words:
    """Return a window in days where it is whole days, else in hours."""
    if window % timedelta(days=1):
        return n_("{n} hour", "{n} hours", round(window / timedelta(hours=1)))
    return n_("{n} day", "{n} days", window.days)


def _months(several: Sequence[date]) -> Msg:
    return listed([MONTHS[one.month - 1] for one in several])


def deleted(one: Checkin) -> Card:
    return card(
        "checkins.deleted",
        Text(_("“{name}” is deleted. A round that is open still closes.", name=name_of(one))),
        buttons(
            Button(action("checkins", "undo", one.id), _("Undo"), Style.PRIMARY),
            Button(action("checkins", "list"), _("All check-ins")),
        ),
        Note(_("You can undo this for ten minutes.")),
        summary=_("A check-in is deleted; you can undo it for ten minutes."),
    )


def shared_answers(one: Checkin, page: Page) -> Card:
    """Return what members shared with staff in the open or last round, for staff alone."""
    if page.round is None or not page.told:
        return card(
            "checkins.answers",
            Heading(_("Shared with staff")),
            Text(_("Nobody has shared an answer with staff in this round.")),
            buttons(Button(action("checkins", "open", one.id), _("Back"))),
            summary=_("Nobody has shared an answer with staff in this round."),
        )
    asked = page.round
    return card(
        "checkins.answers",
        Heading(_("Shared with staff")),
        Text(question_of(asked)),
        Note(
            _(
                "Asked {moment}. Please keep it among staff.",
                moment=Moment(asked.opens_at, asked.zone),
            )
        ),
        *(node for told in page.told for node in _told(told)),
        Pager(page.number, page.pages, action("checkins", "answers", one.id))
        if page.pages > 1
        else None,
        buttons(Button(action("checkins", "open", one.id), _("Back"))),
        summary=_("Answers that members shared with staff"),
        tone=Tone.CARE,
    )


def _told(told: Told) -> tuple[Node, ...]:
    assert told.person is not None
    assert told.answer.step is not None
    step = STEPS[told.answer.step]
    who = Mention(told.person)
    helps = [HELP[kind] for kind in told.answer.help]
    said = (
        _("{who}: {step}. Would help: {kinds}", who=who, step=step, kinds=listed(helps))
        if helps
        else _("{who}: {step}", who=who, step=step)
    )
    return Text(said), *((Quote(told.words),) if told.words else ())


PUBLISHED = _("Published: people are asked from now on.")
SAVED = _("Saved. It counts from the next round on.")
PAUSED = _("Paused. A round that is open still closes.")
COPIED = _("This is the copy, as a draft.")
BACK_AGAIN = _("It is back as it was.")
FOLLOWS = _("It starts as a draft: nobody is asked before you publish it.")
