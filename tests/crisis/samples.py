"""Every card of the crisis feature with its longest data, for budgets, wording and pictures."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.cards import Card
from peerbot.chat.forms import Form, Surface
from peerbot.content.crisis import helplines
from peerbot.crisis import cards as shown
from peerbot.crisis import responder_cards as responders
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import Alert, Outcome, Owed, Reason, State, Way
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


def answers() -> tuple[Card, ...]:
    """Return every first answer there is."""
    told = (
        Told(),
        Told(anyone_here=False),
        Told(alert_id="abcdefghjkmn", quiet=True),
        Told(alert_id="abcdefghjkmn", until=NOW + timedelta(minutes=10)),
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
        shown.right_now(),
        shown.words_to_send(),
        shown.coaching(few),
        *(
            shown.which_country(Category.SUICIDE, LINES.countries(language), page)
            for language in ("en", "fr")
            for page in range(6)
        ),
        shown.which_country(Category.SUICIDE, ()),
        *(
            shown.lines_of(code, LINES.all(code, category, NOW), can_remember=True)
            for code in ("CA", "GB", "PT", "IN", "AL")
            for category in Category
        ),
        shown.remembered((("en", "United Kingdom"), ("fr", "Royaume-Uni"))),
        shown.anyone_there(None, few, ZONE, NOW),
        *(shown.anyone_there(one, few, ZONE, NOW) for one in (*states[::9], claimed, *over)),
        shown.anyone_there(alert(), few, ZONE, until),
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
        shown.flagged(anyone_here=True, arrived=True),
        shown.flagged(anyone_here=True, arrived=False),
        shown.flagged(anyone_here=False, arrived=False),
        *(responders.alert_card(one, ZONE, ("r",)) for one in (*states[::5], claimed)),
        *(responders.alert_card(one, ZONE) for one in (*over, alert().misread(), *ended)),
        responders.second_card(alert(), ZONE, ("r",)),
        responders.second_card(claimed, ZONE),
        responders.second_card(over[0], ZONE),
        responders.forgotten(alert(), ZONE),
        responders.over(),
        responders.nobody_reached(alert()),
        responders.released(arrived=True),
        responders.released(arrived=False),
        responders.backup_wanted(alert(), ZONE, ("r",)),
        responders.claimed(claimed),
        responders.claimed(replace(claimed, owed=Owed.TAKEN)),
        responders.claimed(replace(claimed, untold=True)),
        responders.too_late(claimed),
        responders.about_you(),
        responders.how_did_it_end(alert()),
        responders.thanks(),
        responders.thanks(card_is_closed=False),
        responders.backup_called(arrived=True),
        responders.backup_called(arrived=False),
        responders.waiting([alert()] * 8, ZONE, page=2, pages=3, total=20),
        responders.waiting([], ZONE),
        responders.drill_report(alert(reason=Reason.DRILL), ZONE),
        responders.drill_report(alert(reason=Reason.DRILL), ZONE, written=False),
        responders.drill_report(alert(reason=Reason.DRILL, card=None), ZONE),
        responders.no_alert_room(),
        responders.alert_card(alert(rules=("own.a", "b")), ZONE),
        responders.alert_card(alert(rules=("own.a",)), ZONE),
        *lab.cards(),
    )


def forms() -> tuple[Form, ...]:
    return lab.forms()
