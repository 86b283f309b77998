"""Every card and form of tips with the longest data that can be, for budgets and pictures."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Room
from peerbot.chat.cards import Card
from peerbot.chat.forms import Form
from peerbot.delivery.recurrence import Every, Recurrence
from peerbot.tips import cards as words
from peerbot.tips.model import (
    MAX_SCHEDULES,
    MAX_SOURCE,
    MAX_TEXT,
    MAX_TITLE,
    MAX_WORDS,
    TOPICS,
    Basis,
    Schedule,
    Support,
    Tip,
    TipText,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def a_tip(tip_id: str = "needs-a-tip", **changed: object) -> Tip:
    given: dict[str, object] = {
        "topic": "needs",
        "support": Support.EMOTIONAL,
        "texts": {
            "en": TipText("Start with I", "Name one feeling.", "I felt sad."),
            "fr": TipText("Commencez par « je »", "Nommez une émotion.", "J'ai eu de la peine."),
        },
        "source": "Somebody's handbook",
        "url": "https://example.org/tip",
        "basis": Basis.READ,
        "source_read": "2026-03",
        "review_by": date(2027, 11, 24),
        "reviewed_by": "",
        "reviewed_on": None,
    }
    return Tip(id=tip_id, **(given | changed))  # type: ignore[arg-type]


def a_schedule(number: int = 0, **changed: object) -> Schedule:
    given: dict[str, object] = {
        "id": f"{number:012d}",
        "community_id": "c1",
        "room": Room("test", f"room-{number}", "home"),
        "topic": "connection",
        "recurrence": Recurrence(
            every=Every.WEEK,
            at=time(9),
            zone=ZoneInfo("America/Argentina/ComodRivadavia"),
            first_day=date(2026, 11, 24),
            interval=4,
            weekdays=frozenset(range(7)),
        ),
        "next_at": NOW + timedelta(days=1),
    }
    return Schedule(**(given | changed))  # type: ignore[arg-type]


def _longest() -> Tip:
    text = TipText("T" * MAX_TITLE, "x" * MAX_TEXT, "w" * MAX_WORDS)
    return a_tip(
        "n" * 60,
        texts={"en": text, "fr": text},
        source="s" * MAX_SOURCE,
        reviewed_by="R" * 80,
        reviewed_on=date(2026, 11, 24),
    )


def cards() -> tuple[Card, ...]:
    tip = _longest()
    paused = a_schedule(paused=True)
    moments = [NOW + timedelta(days=day) for day in range(5)]
    return (
        words.one(tip, "en", TOPICS, "connection"),
        words.one(a_tip(), "fr", TOPICS),
        words.one(a_tip(basis=Basis.REPORTED, url=""), "fr", TOPICS),
        words.one(a_tip(basis=Basis.TITLE, url=""), "fr", TOPICS),
        words.scheduled(tip, "en"),
        words.found([tip] * 9, "en", TOPICS),
        words.found([], "en", TOPICS),
        words.none_at_all(),
        words.panel([]),
        words.panel([a_schedule(number) for number in range(MAX_SCHEDULES)]),
        words.plan(a_schedule(), moments),
        words.plan(paused, moments),
        words.plan(a_schedule(next_at=None), []),
    )


def forms() -> tuple[Form, ...]:
    return (words.search_form(), words.plan_form(None), words.plan_form(a_schedule()))
