"""Every card of the crisis feature with its longest data, for budgets, wording and pictures."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.cards import Card
from peerbot.chat.forms import Form, Surface
from peerbot.chat.text import Words
from peerbot.community.model import Settings
from peerbot.content.crisis import helplines
from peerbot.crisis import cards as shown
from peerbot.crisis import claim_cards as claims
from peerbot.crisis import (
    drill_cards,
    flag_cards,
    hearing_cards,
    pressed_cards,
    small_help,
    where_cards,
    worry_cards,
)
from peerbot.crisis import duty_cards as duty
from peerbot.crisis import line_check_cards as checks
from peerbot.crisis import responder_cards as responders
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.drill_cards import Drilled
from peerbot.crisis.duty import DAY, Duty, Shift, Word
from peerbot.crisis.heard import Fault, Hearing, Step
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import Alert, Outcome, Owed, Reason, State, Way
from peerbot.crisis.worry import Worry
from tests.crisis.lab import samples as lab

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")
LONG_ID = "0123456789abcdefghij"
SOMEONE = Person("test", LONG_ID)
LINES = LineWords(helplines())
COUNTRIES = ("CA", "FR", "US", "GB", "PT", "")


def alert(**changes: object) -> Alert:
    values: dict[str, object] = {
        "id": "abcdefghjkmn",
        "community_id": "c",
        "about": SOMEONE,
        "tier": Tier.EMERGENCY,
        "category": Category.THREAT_RECEIVED,
        "whose": Whose.AUTHOR,
        "reason": Reason.WORDS,
        "surface": Surface.PUBLIC,
        "rules": tuple(f"en.suicide.a-long-rule-name-{n}" for n in range(5)),
        "raised_at": NOW,
        "room": Room("test", LONG_ID),
        "permalink": f"https://discord.com/channels/{LONG_ID}/{LONG_ID}/{LONG_ID}",
        "source": MessageRef("test", LONG_ID, LONG_ID),
        "card": MessageRef("test", LONG_ID, LONG_ID),
        "count": 99,
        "until": NOW + timedelta(minutes=10),
    }
    return Alert(**(values | changes))  # type: ignore[arg-type]


@cache
def answers() -> tuple[Card, ...]:
    """Return every first answer there is."""
    told = (
        Told(),
        Told(anyone_here=False),
        Told(alert_id="abcdefghjkmn", quiet=True),
        Told(alert_id="abcdefghjkmn", until=NOW + timedelta(minutes=10)),
        Told(alert_id="abcdefghjkmn", until=NOW + timedelta(minutes=10), unstaffed=True),
        Told(
            alert_id="abcdefghjkmn",
            until=NOW + timedelta(minutes=10),
            unstaffed=True,
            staffed_from=NOW + timedelta(days=3),
        ),
        Told(alert_id="abcdefghjkmn"),
        Told(alert_id="abcdefghjkmn", taken_by=SOMEONE),
        Told(alert_id="abcdefghjkmn", arrived=False),
    )
    kinds = itertools.product(Category, list(Tier)[1:], Whose, told, (False, True), COUNTRIES)
    return tuple(
        shown.first_answer(
            category=category,
            tier=tier,
            whose=whose,
            told=one,
            lines=LINES.few(country, category, tier, NOW),
            zone=ZONE,
            asked=asked,
        )
        for category, tier, whose, one, asked, country in kinds
    )


@cache
def cards() -> tuple[Card, ...]:
    few = LINES.few("GB", Category.SUICIDE, Tier.EMERGENCY, NOW)
    states = [
        alert(state=state, way=way, tier=tier, reason=reason, surface=surface)
        for state, way, tier, reason, surface in itertools.product(
            State, Way, list(Tier)[1:], Reason, (Surface.PUBLIC, Surface.TO_STAFF)
        )
    ]
    claimed = alert(
        state=State.CLAIMED,
        claimed_by=SOMEONE,
        claimed_at=NOW,
        says_misread=True,
        wants_privacy=True,
        needs_backup=True,
        whose=Whose.OTHER,
        category=Category.OVERDOSE,
    )
    over = [alert().claim(SOMEONE, NOW).resolve(one) for one in Outcome]
    ended = [
        alert(state=State.UNANSWERED),
        alert(state=State.UNANSWERED, owed=Owed.END),
        alert(state=State.UNANSWERED, untold=True),
    ]
    until = NOW + timedelta(minutes=10)
    return (
        *answers()[::7],
        *(small_help.right_now(category) for category in Category),
        *(small_help.words_to_send(category) for category in Category),
        *exercises(),
        worry_cards.coaching(few),
        *reports(few),
        worry_cards.words(alert(), ["w" * 1000]),
        worry_cards.words(alert(), []),
        *staff_cards(),
        *(
            where_cards.which_country(Category.SUICIDE, LINES.countries(language), page)
            for language in ("en", "fr")
            for page in range(6)
        ),
        where_cards.which_country(Category.SUICIDE, ()),
        *(
            where_cards.lines_of(code, LINES.all(code, category, NOW), can_remember=True)
            for code in ("CA", "GB", "PT", "IN", "AL")
            for category in Category
        ),
        where_cards.remembered((("en", "United Kingdom"), ("fr", "Royaume-Uni"))),
        shown.anyone_there(None, Told(), few, ZONE, NOW),
        *(
            shown.anyone_there(one, Told(), few, ZONE, NOW)
            for one in (*states[::9], claimed, *over)
        ),
        shown.anyone_there(alert(), Told(), few, ZONE, until),
        shown.anyone_there(alert(), Told(unstaffed=True), few, ZONE, NOW),
        shown.nobody_free(few, Category.SUICIDE),
        *(
            shown.still_here(few, told, ZONE, Category.SUICIDE)
            for told in (Told(), Told(anyone_here=False), Told(alert_id="a" * 12, until=until))
        ),
        shown.taken(SOMEONE),
        shown.misread(few, responders_know=True),
        shown.kept_private(responders_know=True),
        shown.kept_private(responders_know=False),
        shown.moderator_asked(Told(alert_id="abcdefghjkmn", until=until), ZONE, few),
        shown.moderator_asked(Told(anyone_here=False), ZONE, few),
        shown.moderator_asked(Told(alert_id="abcdefghjkmn", arrived=False), ZONE, few),
        shown.offer(),
        shown.hello(),
        flag_cards.flagged(anyone_here=True, arrived=True),
        flag_cards.flagged(anyone_here=True, arrived=False),
        flag_cards.flagged(anyone_here=False, arrived=False),
        *(responders.alert_card(one, ZONE, ("r",)) for one in (*states[::5], claimed)),
        *(responders.alert_card(one, ZONE) for one in (*over, alert().misread(), *ended)),
        responders.second_card(alert(), ZONE, ("r",)),
        responders.second_card(claimed, ZONE),
        responders.second_card(over[0], ZONE),
        responders.forgotten(alert(), ZONE),
        pressed_cards.over(),
        pressed_cards.nobody_reached(alert()),
        pressed_cards.released(arrived=True),
        pressed_cards.released(arrived=False),
        responders.backup_wanted(alert(), ZONE, ("r",)),
        *(
            claims.claimed(replace(claimed, category=category, whose=whose, tier=tier))
            for category, whose, tier in itertools.product(Category, Whose, list(Tier)[1:])
        ),
        claims.claimed(replace(claimed, owed=Owed.TAKEN)),
        claims.claimed(replace(claimed, untold=True)),
        claims.claimed(replace(claimed, reason=Reason.DRILL)),
        pressed_cards.too_late(claimed),
        pressed_cards.about_you(),
        claims.how_did_it_end(alert()),
        claims.thanks(None, ZONE),
        claims.thanks(replace(over[0], follow_up_at=NOW), ZONE, card_is_closed=False),
        claims.no_follow_up(),
        claims.follow_up(claimed, ZONE),
        responders.alert_card(alert(alike=9), ZONE),
        responders.no_way_to_responders("A community with a long name " * 3, Tier.EMERGENCY),
        *duties(),
        pressed_cards.backup_called(arrived=True),
        pressed_cards.backup_called(arrived=False),
        responders.waiting([alert()] * 8, ZONE, page=2, pages=3, total=20),
        responders.waiting([], ZONE),
        *drills(),
        *hearings(),
        responders.alert_card(alert(rules=("own.a", "b")), ZONE),
        responders.alert_card(alert(rules=("own.a",)), ZONE),
        *lab.cards(),
    )


def drills() -> tuple[Card, ...]:
    """Return what a drill shows, when everything arrived and when nothing did."""
    found = Finding(
        tier=Tier.URGENT,
        category=Category.SUICIDE,
        whose=Whose.AUTHOR,
        evidence=(),
        modifiers=(),
    )
    whole = Drilled(
        alert=alert(reason=Reason.DRILL),
        found=found,
        way=Way.NEW_INBOX,
        is_written=True,
        backup_arrived=True,
    )
    nothing = replace(
        whole,
        alert=alert(reason=Reason.DRILL, card=None),
        found=None,
        way=Way.NOT_REACHED,
        is_written=False,
        backup_arrived=False,
    )
    pinged = [Settings(alert_pings=pings) for pings in ((), ("r",), ("r", "s"))]
    return (
        *(drill_cards.answer(one) for one in answers()[::7]),
        *(
            drill_cards.report(one, settings)
            for settings in pinged
            for one in (whole, nothing, *(replace(whole, way=way) for way in Way))
        ),
        drill_cards.leads_to_nothing(),
        drill_cards.no_alert_room(),
        responders.second_card(alert(reason=Reason.DRILL), ZONE, ("r",)),
    )


def hearings() -> tuple[Card, ...]:
    """Return what is said about hearing oneself: well, well again, and whatever can fail."""
    well = Hearing(community_id="c", since=NOW, due_at=NOW).tried((), NOW)
    files = [Fault(Step.RULES, f"en/a_long_name_of_a_file_{number}.toml") for number in range(40)]
    others = [Fault(step) for step in Step]
    failing = [
        well.tried(faults, NOW)
        for faults in (
            files[:1],
            files,
            others,
            [*files, *others[1:]],
            others[2:3],
            [Fault(Step.RULES, "canary.toml")],
        )
    ]
    return (
        hearing_cards.standing(replace(well, heard_at=None), ZONE, 40),
        *(
            one
            for hearing in (well, *failing, failing[0].tried((), NOW))
            for number in (3, 40)
            for one in (
                hearing_cards.standing(hearing, ZONE, number),
                hearing_cards.deaf(hearing, ("r",), number),
            )
            if hearing.faults or one.key == "crisis.heard"
        ),
        hearing_cards.moved(),
    )


def duties() -> tuple[Card, ...]:
    """Return the card of duty times: full, empty, and with holes."""
    settings = Settings(alert_pings=(LONG_ID, LONG_ID))
    shifts = tuple(
        Shift(
            id=f"abcdefghjk{n:02}",
            who=SOMEONE if n % 2 else LONG_ID,
            weekdays=frozenset(range(6)),
            begins=time(2 * n),
            ends=time(2 * n + 1),
        )
        for n in range(12)
    )
    words = tuple(
        Word(Person("test", f"{LONG_ID}{n}"), n % 2 == 0, NOW + timedelta(days=1)) for n in range(9)
    )
    full = Duty(zone=ZONE, shifts=shifts, words=(Word(SOMEONE, False, NOW + DAY), *words))
    return tuple(
        duty.duty_card(one, kept, SOMEONE, NOW, is_admin=admin, note=duty.too_many(60))
        for one in (full, Duty(zone=ZONE, shifts=shifts[:1]), Duty(zone=ZONE))
        for kept in (settings, Settings())
        for admin in (True, False)
    )


def exercises() -> tuple[Card, ...]:
    """Return every step of every exercise."""
    steps = (
        small_help.step(way, number, Category.THREAT_RECEIVED)
        for way in (small_help.LOOK, small_help.BREATHE)
        for number in range(10)
    )
    return tuple(one for one in steps if one is not None)


def reports(few: tuple[Words, ...]) -> tuple[Card, ...]:
    """Return what the one who worries hears, for all that can be true then."""
    told = (
        Told(anyone_here=False),
        Told(alert_id="a" * 12, arrived=False),
        Told(alert_id="a" * 12, taken_by=SOMEONE),
        Told(alert_id="a" * 12, quiet=True),
        Told(alert_id="a" * 12),
        Told(alert_id="a" * 12, until=NOW + timedelta(minutes=10)),
        Told(alert_id="a" * 12, until=NOW + timedelta(minutes=10), unstaffed=True),
    )
    kinds = itertools.product(told, list(Tier)[1:], (False, True), (False, True))
    return tuple(
        worry_cards.reported(one, tier, few, ZONE, team=team, many=many, words_lost=True)
        for one, tier, team, many in kinds
    )


def staff_cards() -> tuple[Card, ...]:
    """Return what responders and chosen people see of a worry, and staff of help lines."""
    worry = Worry(about=SOMEONE, words=("w",), speaks_of_self=True, earlier_by=12, earlier_about=2)
    worries = (worry, replace(worry, hearers=(SOMEONE,)), Worry(earlier_by=1, earlier_about=1))
    due = [
        checks.Due(line, LINES.line(line, NOW), works=works)
        for line, works in zip(
            (one for one in helplines().lines if one.country == "US"),
            (None, False, True, None),
            strict=False,
        )
    ]
    return (
        *(
            responders.alert_card(
                alert(worry=one, reason=Reason.WORRIED, state=state, tier=tier), ZONE
            )
            for one, state, tier in itertools.product(worries, State, list(Tier)[1:])
        ),
        checks.due((("en", "United Kingdom"), ("fr", "Royaume-Uni")), due, page=1, pages=9),
        checks.due((("en", "United Kingdom"), ("fr", "Royaume-Uni")), [], page=1, pages=1),
        checks.due(None, [], page=1, pages=1),
        checks.said(due[0].words, works=True),
        checks.said(due[0].words, works=False),
    )


def forms() -> tuple[Form, ...]:
    return (
        duty.shift_form([(LONG_ID, "A role with a long name")] * 40),
        duty.shift_form(()),
        worry_cards.form(),
        *lab.forms(),
    )
