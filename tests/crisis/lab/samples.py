"""Every card and form of the rule lab with its longest data."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Room
from peerbot.chat.cards import Card
from peerbot.chat.forms import Form
from peerbot.community.model import Feature, Level, RoomLevel, Settings
from peerbot.content.crisis import crisis_detector
from peerbot.crisis.decision import Decision
from peerbot.crisis.detection import LONGEST, Category, OwnPhrase, Tier
from peerbot.crisis.lab import cards as shown
from peerbot.crisis.lab import phrase_cards, told
from peerbot.crisis.lab.model import Counted, Report, Score, Trial
from peerbot.crisis.lab.service import Tried

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")
DETECTOR = crisis_detector()[0]
LONG_RULE = "threat_received.a-rule-with-a-rather-long-name"
PHRASE = OwnPhrase(
    id="abcdefghjkmn", text="w" * LONGEST, tier=Tier.EMERGENCY, category=Category.THREAT_RECEIVED
)
HARMLESS = replace(PHRASE, tier=Tier.NONE)
OWN = {PHRASE.rule_id: PHRASE}
SILENT = Settings(
    alert_room=Room("test", "alerts"),
    notice_posted=True,
    silent_until=NOW,
    room_levels=tuple(
        RoomLevel(Room("test", f"12345678901234567{n}"), list(Level)[n % 3]) for n in range(60)
    ),
).switching(Feature.READING, on=True)
SCORES = tuple(
    Score(rule=rule, right=40 + n, misread=60 - n, member_misread=n)
    for n, rule in enumerate([PHRASE.rule_id, "own.gone", *(f"{LONG_RULE}-{n}" for n in range(9))])
)
SAID = (
    "",
    "good morning",
    "i want to die tonight, it is all ready. my sister wants to die. my husband hits me lol "
    "i took an overdose, he is at the door with a knife, goodbye everyone " * 20,
    "i don't want to die",
    "```kill -9```",
)


def report(*, days: int = 30) -> Report:
    found = {
        Counted("c", date(2026, 2, 1) + timedelta(days=n), tier, category, rule): 12345
        for n in range(days)
        for tier in list(Tier)[1:]
        for category in Category
        for rule in ("", PHRASE.rule_id, f"{LONG_RULE}-{n}")
    }
    trial = Trial(community_id="c", began_on=date(2026, 2, 1), ends_at=NOW)
    return Report.of(trial, found, ZONE, NOW - timedelta(days=days % 2))


def tried(text: str, decision: Decision) -> Tried:
    return Tried(
        explanation=DETECTOR.explain(text, DETECTOR.own_rules([replace(PHRASE, text="goodbye")])),
        decision=decision,
        own=OWN,
        scores={one.rule: one for one in SCORES}
        | {"suicide.wish_to_die": Score(rule="suicide.wish_to_die", right=123, misread=456)},
    )


def cards() -> tuple[Card, ...]:
    decisions = (
        Decision(answer=True, alert=True),
        Decision(answer=False, alert=True),
        Decision(answer=False, alert=False, counts=True),
    )
    reading = replace(SILENT, silent_until=None)
    return (
        *(shown.home(one, 100) for one in (Settings(), Settings(silent_until=NOW), SILENT)),
        shown.rooms(Settings()),
        shown.rooms(SILENT),
        shown.silence(reading, None, OWN),
        *(shown.silence(SILENT, report(days=days), OWN) for days in (0, 1, 30)),
        *(shown.silence_over(report(days=days), OWN) for days in (0, 30)),
        shown.acting(),
        shown.listening("The notice to members is pinned in #check-ins."),
        shown.scores((), OWN, page=1, few=0),
        *(shown.scores(SCORES, OWN, page=page, few=7) for page in (1, 2)),
        phrase_cards.phrases((), 1),
        phrase_cards.phrases((PHRASE, HARMLESS) * 50, 3),
        *(
            phrase_cards.phrase(one, tripped)
            for one in (PHRASE, HARMLESS)
            for tripped in (None, 0, 1, 4321)
        ),
        *(
            told.tried(tried(text, decision), settings)
            for text in SAID
            for decision in decisions
            for settings in (SILENT, Settings())
        ),
    )


def forms() -> tuple[Form, ...]:
    return (
        shown.room_form(),
        phrase_cards.try_form(),
        *(
            form(one, may_save=may_save)
            for form in (phrase_cards.phrase_form, phrase_cards.harmless_form)
            for one in (None, PHRASE)
            for may_save in (False, True)
        ),
    )
