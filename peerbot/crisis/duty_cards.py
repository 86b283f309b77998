"""Every word about duty times: who is on duty, who is next, when nobody is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.addresses import Person
from peerbot.chat.cards import (
    Button,
    Card,
    Divider,
    Heading,
    Note,
    Option,
    Pager,
    Row,
    Select,
    Style,
    Text,
    buttons,
    card,
    page_of,
)
from peerbot.chat.forms import Choice, Form, MultiChoice
from peerbot.chat.text import WEEKDAYS, Mention, Moment, Words, joined, listed
from peerbot.community.model import Settings
from peerbot.crisis.duty import ALL_DAYS, DAY, Duty, Shift, Span, Who
from peerbot.i18n import Msg, _, n_

ME = "me"
PER_PAGE = 5
MOST_WORDS = 5
HOURS_AHEAD = 12
GAPS_SHOWN = 3

OFF_FOR: dict[str, tuple[timedelta, Msg]] = {
    "half-day": (timedelta(hours=12), _("12 hours")),
    "day": (DAY, _("a day")),
    "week": (7 * DAY, _("a week")),
    "month": (30 * DAY, _("thirty days")),
}
SUGGESTIONS: dict[str, tuple[int, int, Msg]] = {
    "evenings": (18, 22, _("Every evening, 18:00 to 22:00")),
    "by-day": (8, 22, _("Every day, 8:00 to 22:00")),
}


def panel_lines(duty: Duty, settings: Settings, now: datetime) -> tuple[Words, ...]:
    """Return who is on duty and next in one line, and the next time when nobody is in another."""
    return (_now_and_next(duty, settings, now), *_warning(duty, now, most=1))


def duty_card(
    duty: Duty,
    settings: Settings,
    me: Person,
    now: datetime,
    *,
    is_admin: bool,
    page: int = 1,
    note: Words | None = None,
) -> Card:
    """Return who is on duty when, as one responder sees it. `note` says what just happened."""
    page, pages = page_of(len(duty.shifts), page, PER_PAGE)
    shown = duty.shifts[(page - 1) * PER_PAGE : page * PER_PAGE]
    word = duty.word_of(me, now)
    return card(
        "crisis.duty",
        Heading(_("Who is on duty")),
        Note(note) if note is not None else None,
        Text(_now_and_next(duty, settings, now)),
        *(Text(line) for line in _warning(duty, now, most=GAPS_SHOWN)),
        *(_shift_row(one, me, is_admin=is_admin) for one in shown),
        Pager(page, pages, action("crisis", "duty-page")) if pages > 1 else None,
        *(
            Note(_said(one.person, one.on_duty, one.until, duty.zone))
            for one in [each for each in duty.words if each.until > now][:MOST_WORDS]
        ),
        buttons(
            Button(action("crisis", "duty-add"), _("Add weekly times"), Style.PRIMARY),
            Button(action("crisis", "duty-as-planned"), _("As planned for me again"))
            if word is not None
            else None,
            *(
                Button(action("crisis", "duty-suggest", name), words)
                for name, (_begins, _ends, words) in SUGGESTIONS.items()
                if is_admin and settings.alert_pings and not duty.shifts
            ),
        ),
        Divider(),
        _until(now, duty.zone),
        Select(
            action("crisis", "duty-off"),
            _("I am off duty for"),
            tuple(Option(name, words) for name, (_length, words) in OFF_FOR.items()),
        ),
        Note(
            _(
                "Alerts call those on duty first, then the backup. Off duty, I do not call you by "
                "name; a call to a role or to the backup still reaches everybody who has it."
            )
        ),
        summary=_now_and_next(duty, settings, now, short=True),
    )


def _until(now: datetime, zone: ZoneInfo) -> Select:
    """Return the list of the next full hours, as the clock on the wall will show them."""
    return Select(
        action("crisis", "duty-on"),
        _("I am on duty until"),
        tuple(
            Option(str(int(hour.timestamp())), f"{hour.astimezone(zone):%H:%M}")
            for hour in hours_ahead(now)
        ),
    )


def hours_ahead(now: datetime) -> tuple[datetime, ...]:
    """Return the next full hours until which somebody can be on duty, in UTC."""
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return tuple(first + timedelta(hours=n) for n in range(HOURS_AHEAD))


def _shift_row(shift: Shift, me: Person, *, is_admin: bool) -> Row:
    may = is_admin or shift.who == me
    return Row(
        _(
            "{who}: {days}, {begins} to {ends}",
            who=Mention(shift.who),
            days=_days(shift.weekdays),
            begins=f"{shift.begins:%H:%M}",
            ends=f"{shift.ends:%H:%M}",
        ),
        Button(action("crisis", "duty-remove", shift.id), _("Remove")) if may else None,
    )


def _days(weekdays: frozenset[int]) -> Words:
    if weekdays == ALL_DAYS:
        return _("every day")
    return listed([WEEKDAYS[one] for one in sorted(weekdays)])


def _said(person: Person, on_duty: bool, until: datetime, zone: ZoneInfo) -> Msg:
    when = Moment(until, zone)
    if on_duty:
        return _("{who} is on duty until {when}.", who=Mention(person), when=when)
    return _("{who} is off duty until {when}.", who=Mention(person), when=when)


def _now_and_next(duty: Duty, settings: Settings, now: datetime, *, short: bool = False) -> Msg:
    if not duty.is_kept(now):
        if not settings.alert_pings:
            return _("No duty times are set, and no role is notified of alerts.")
        return _(
            "No duty times are set: alerts call {role} at any hour.",
            role=Mention(settings.alert_pings[0]),
        )
    there = duty.on_duty(now)
    on_now = (
        _("On duty now: {people}.", people=_people(there)) if there else _("Nobody is on duty now.")
    )
    ahead = duty.next_spans(now)
    if short or not ahead:
        return on_now
    return _(
        "{on_now} Next: {people}, {when}.",
        on_now=on_now,
        people=_people([one.who for one in ahead if one.who is not None]),
        when=_wall(ahead[0].begins, duty.zone),
    )


def _people(several: Sequence[Who]) -> Words:
    few = listed([Mention(one) for one in list(dict.fromkeys(several))[:4]])
    more = len(set(several)) - 4
    return _("{people} and {n} more", people=few, n=more) if more > 0 else few


def _warning(duty: Duty, now: datetime, *, most: int) -> tuple[Words, ...]:
    """Return when nobody is on duty in the next seven days, at most so many times of it."""
    if not duty.is_kept(now):
        return ()
    gaps = duty.gaps(now)
    if not gaps:
        return ()
    more = len(gaps) - most
    shown = listed([_gap(one, duty.zone) for one in gaps[:most]])
    said = _("Nobody on duty: {times}. Then the backup is called at once.", times=shown)
    if more <= 0:
        return (said,)
    left = n_(
        "And {n} more time in the next seven days.", "And {n} more times in seven days.", more
    )
    return (joined(said, " ", left),)


def _gap(gap: Span, zone: ZoneInfo) -> Msg:
    return _("{start} to {end}", start=_wall(gap.begins, zone), end=_wall(gap.ends, zone))


def _wall(moment: datetime, zone: ZoneInfo) -> Msg:
    there = moment.astimezone(zone)
    return joined(WEEKDAYS[there.weekday()], f" {there:%H:%M}")


def shift_form(roles: Sequence[tuple[str, str]]) -> Form:
    """Return the question for weekly times; `roles` are ids and names of those one may plan."""

    def hours(key: str, label: Msg, first: int, hint: Msg | None = None) -> Choice:
        return Choice(
            key=key,
            label=label,
            hint=hint,
            options=tuple(
                Option(str(hour), f"{hour:02}:00", chosen=hour == first) for hour in range(24)
            ),
        )

    return Form(
        title=_("Weekly duty times"),
        fields=(
            Choice(
                key="who",
                label=_("Who"),
                options=(
                    Option(ME, _("Me"), chosen=True),
                    *(Option(role, name) for role, name in roles[:24]),
                ),
            ),
            MultiChoice(
                key="days",
                label=_("On these days"),
                options=tuple(
                    Option(str(number), words, chosen=True) for number, words in enumerate(WEEKDAYS)
                ),
                required=True,
            ),
            hours("begins", _("From"), 18),
            hours("ends", _("Until"), 22, _("An earlier or the same hour is on the next day.")),
        ),
        submit=_("Save"),
    )


def planned() -> Words:
    return _("These times are in force now.")


def removed() -> Words:
    return _("These times are gone.")


def too_many(most: int) -> Words:
    return _("There are {n} weekly times already. Please remove some first.", n=most)


def on_until(until: datetime, zone: ZoneInfo) -> Words:
    return _("You are on duty until {when}. Thank you.", when=Moment(until, zone))


def off_until(until: datetime, zone: ZoneInfo) -> Words:
    return _("You are off duty until {when}. Rest well.", when=Moment(until, zone))


def as_planned() -> Words:
    return _("The weekly times hold for you again.")
