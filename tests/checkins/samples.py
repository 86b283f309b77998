"""Every card and form of check-ins with its longest data: for budgets, wording and pictures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.addresses import Person, Room
from peerbot.chat.cards import Button, Card, Row
from peerbot.chat.forms import Form
from peerbot.checkins import answer_cards, own_cards, plan_cards, plan_forms
from peerbot.checkins import cards as shown
from peerbot.checkins.model import (
    MAX_CHECKINS,
    MAX_NAME,
    MAX_QUESTION,
    MAX_WORDS,
    Answer,
    Audience,
    Checkin,
    Help,
    Reminder,
    Round,
    RoundState,
    State,
    Step,
    Tally,
    Told,
    round_of,
)
from peerbot.checkins.plans import ANSWERS_ON_A_PAGE, Page
from peerbot.checkins.rhythm import Because, NoRhythm
from peerbot.checkins.summary import VOICES_ON_A_CARD, released
from peerbot.checkins.templates import OWN, TEMPLATES, draft_from
from peerbot.delivery.recurrence import Every, Recurrence, next_after
from peerbot.i18n import _

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Argentina/ComodRivadavia")
LONG_ID = "01234567890123456789"
ROOM = Room("test", LONG_ID, LONG_ID)
SOMEONE = Person("test", LONG_ID)
WORDS = "W" * MAX_WORDS
COUNTS = Tally((1234, 1234, 1234, 1234, 1234), tuple((kind, 99) for kind in Help))


def rhythms() -> Iterator[Recurrence]:
    base = draft_from("weekly", LONG_ID, LONG_ID, ZONE, ROOM, None, NOW).recurrence
    yield replace(base, interval=52, weekdays=frozenset(range(7)))
    yield replace(base, every=Every.DAY, weekdays=frozenset(), interval=365)
    for day in (30, 31):
        yield replace(base, every=Every.MONTH_DAY, weekdays=frozenset(), month_day=day, interval=12)
    for nth in (1, 2, 3, 4, 5, -1):
        yield replace(base, every=Every.MONTH_WEEKDAY, weekdays=frozenset(), nth=nth, weekday=2)


def a_checkin(recurrence: Recurrence | None = None, **changes: object) -> Checkin:
    draft = draft_from("monthly", LONG_ID, LONG_ID, ZONE, ROOM, None, NOW)
    long = replace(draft, name="N" * MAX_NAME, question="Q" * MAX_QUESTION)
    return replace(
        long, recurrence=recurrence or next(rhythms()), window=timedelta(hours=335), **changes
    )


def a_round(**changes: object) -> Round:
    checkin = a_checkin(**changes)
    slot = next_after(checkin.recurrence, NOW)
    assert slot is not None
    return replace(round_of(checkin, slot, LONG_ID, RoundState.OPEN), tally=COUNTS)


def an_answer(step: Step | None, audience: Audience, **changes: object) -> Answer:
    return replace(
        Answer(
            id=LONG_ID, round_id=LONG_ID, member_id=LONG_ID, step=step, help=tuple(Help),
            audience=audience, answered_at=NOW,
        ),
        **changes,
    )  # fmt: skip


def answers() -> Iterator[Answer]:
    for step in (None, *Step):
        for audience in Audience:
            for wrote in (None, *Audience):
                sealed = None if wrote is None else b"sealed"
                yield an_answer(step, audience, sealed=sealed, words_for=wrote)


def checkins() -> Iterator[Checkin]:
    until = NOW + timedelta(days=30)
    for recurrence in rhythms():
        yield a_checkin(recurrence)
    yield a_checkin(state=State.LIVE).replanned(NOW)
    yield a_checkin(state=State.PAUSED).replanned(NOW)
    yield a_checkin(state=State.PAUSED, paused_until=until).replanned(NOW)
    yield a_checkin(replace(next(rhythms()), until=date(2026, 3, 2)), state=State.LIVE, room=None)
    for key in TEMPLATES:
        yield draft_from(key, LONG_ID, LONG_ID, ZONE, None, None, NOW)


def offers(number: int) -> tuple[Row, ...]:
    return (Row("T" * 300, Button(action("tips", "show", LONG_ID), "Show me")),) * number


def _in_the_room() -> Iterator[Card]:
    shipped = (a_round(template=key, name="", question="") for key in TEMPLATES)
    for asked in (a_round(), a_round(template=OWN), *shipped):
        yield shown.prompt(asked)
        yield shown.reminder(asked)
        yield shown.shared(asked, SOMEONE, WORDS)
        yield shown.voices(asked, [WORDS] * VOICES_ON_A_CARD)
        for counts in ((1,) * 4, (1, 0, 2, 1, 2), (0, 0, 0, 0, 50), (4, 0, 3, 0, 4), COUNTS.steps):
            steps = Tally((*counts, 0)[:5], COUNTS.help)
            many = released(COUNTS)
            assert many is not None
            yield shown.summary(asked, released(steps), [(asked, many)] * 3)
            yield shown.summary(asked, released(steps), [])
    yield shown.preview(a_checkin(), NOW)
    yield shown.taken_back()
    yield shown.only_preview()


def _to_members() -> Iterator[Card]:
    asked = a_round()
    reminder = Reminder(member_id=LONG_ID, community_id=LONG_ID, paused_until=NOW)
    yield answer_cards.answering(asked, None)
    for given in answers():
        yield answer_cards.answering(asked, given)
        yield answer_cards.thanks(asked, given, None)
        for number in (0, 2):
            yield answer_cards.low(asked, given, offers(number), offers(number))
    yield answer_cards.thanks(asked, an_answer(Step.IN_BETWEEN, Audience.ME), reminder)
    yield answer_cards.skipped(asked)
    yield answer_cards.skipped(None)
    for told in (True, False):
        yield own_cards.what_happens(365, emergencies_told=told)
    coming = a_checkin(state=State.LIVE, template=OWN).replanned(NOW)
    for rounds in ([], [(asked, None), (asked, an_answer(Step(1), Audience.ME))] * 5):
        for wish in (None, reminder, replace(reminder, paused_until=None)):
            for early in (True, False):
                yield own_cards.present(rounds, coming, wish, ZONE, can_be_early=early)
                yield own_cards.present(rounds, None, wish, ZONE, can_be_early=False)
    yield own_cards.reminders_on()
    yield own_cards.reminders_off()
    yield own_cards.reminders_paused(NOW, ZONE)


def _to_moderators() -> Iterator[Card]:
    several = tuple(checkins())
    yield plan_cards.plans((), NOW)
    yield plan_cards.plans(several[:1], NOW)
    for start in range(len(several) - MAX_CHECKINS + 1):
        yield plan_cards.plans(several[start : start + MAX_CHECKINS], NOW)
    yield plan_cards.templates()
    for one in several:
        for note in (None, plan_cards.PUBLISHED, plan_cards.SAVED, plan_cards.PAUSED,
                     plan_cards.COPIED, plan_cards.BACK_AGAIN, plan_cards.FOLLOWS):  # fmt: skip
            yield plan_cards.plan(one, NOW, note)
        yield plan_cards.deleted(one)
    told = Told(answer=an_answer(Step(4), Audience.STAFF), words=WORDS, person=SOMEONE)
    few = replace(told, answer=replace(told.answer, help=()), words=None)
    asked = a_round()
    yield plan_cards.shared_answers(
        several[0], Page(round=asked, told=(told,) * ANSWERS_ON_A_PAGE, number=1, pages=99)
    )
    yield plan_cards.shared_answers(several[0], Page(round=asked, told=(few,), number=1, pages=1))
    yield plan_cards.shared_answers(several[0], Page(round=None, told=(), number=1, pages=1))


def cards() -> tuple[Card, ...]:
    """Return every card of check-ins, longest case."""
    return (*_in_the_room(), *_to_members(), *_to_moderators())


def forms() -> tuple[Form, ...]:
    """Return every form of check-ins, longest case."""
    several = tuple(checkins())
    return (
        *(
            answer_cards.words_form(one, WORDS, emergencies_told=told)
            for one in Audience
            for told in (True, False)
        ),
        own_cards.pause_form(),
        plan_forms.words_form(None),
        *(plan_forms.words_form(one) for one in several),
        *(plan_forms.days_form(one) for one in several),
        *(plan_forms.span_form(one) for one in several),
        plan_forms.pause_form(),
    )


def reasons() -> tuple[object, ...]:
    """Return every sentence that says why a form was not taken."""
    return (
        *(plan_forms.reason(NoRhythm("x", because)) for because in Because),
        plan_forms.reason(NoRhythm("zone", Because.ZONE, "Europe/Paris")),
        plan_forms.no_room(),
        plan_forms.too_many(),
        plan_forms.not_hours(),
        plan_forms.not_a_coming_day(),
        own_cards.no_such_day(),
        _("Please write something here."),
    )
