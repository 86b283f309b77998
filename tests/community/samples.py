"""Every card of a community's own settings with its longest data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from peerbot.chat.adapters import Finding, RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Person, Room
from peerbot.chat.cards import Card
from peerbot.chat.commands import Role
from peerbot.chat.forms import Form
from peerbot.chat.text import ByLanguage
from peerbot.chat.word_filter import Watching
from peerbot.community import (
    about_team,
    consent_cards,
    joining_cards,
    notice_cards,
    settings_cards,
    setup,
    setup_forms,
    trail_cards,
)
from peerbot.community import cards as shown
from peerbot.community import word_filter_cards as filtered
from peerbot.community.countries import Countries
from peerbot.community.model import (
    HEAR_ABOUT_TEAM,
    AuditEntry,
    Feature,
    Grant,
    Purpose,
    Settings,
    Version,
)
from peerbot.community.readiness import Standing, beside, in_the_way
from peerbot.community.setup import Step

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "A community with a rather long name, as communities like to have"
ROOMS = tuple(
    RoomFact(
        room=Room("test", f"12345678901234567{n}"),
        name=f"a-long-room-name-{n}",
        everyone=n % 2 == 0,
        may_write=n > 1,
        wrong=("There I lack one thing and another, and this is what to do." * 2,),
    )
    for n in range(60)
)
ROLES = tuple(
    RoleFact(
        id=f"98765432109876543{n}",
        name=f"A role with a long name {n}",
        wrong="Nobody would be notified of it, and this is what to do." * 2,
    )
    for n in range(40)
)
FACTS = SpaceFacts(
    name=NAME,
    rooms=ROOMS,
    roles=ROLES,
    missing=(
        *(Finding("I lack the permission to write, which I need for something." * 3),) * 6,
        *(Finding("I lack the permission to pin, which I need to pin." * 3, keeps_help=False),) * 3,
    ),
)
NO_RIGHT = "A right is missing that only whoever owns the server can give, in its settings. " * 2
EMPTY = SpaceFacts(name=NAME, rooms=(), roles=())
COUNTRIES = Countries(
    lambda language: tuple((f"C{n}", f"The Republic of Country {n}") for n in range(93)),
    lambda code: (ByLanguage((("en", "A line " * 20), ("fr", "Une ligne " * 20))),) * 5,
)
FULL = Settings(
    zone="America/Argentina/ComodRivadavia",
    country="C90",
    moderator_roles=frozenset(role.id for role in ROLES[:5]),
    staff_roles=frozenset(role.id for role in ROLES[5:10]),
    alert_room=ROOMS[1].room,
    alert_pings=(ROLES[0].id, ROLES[1].id),
    checkin_room=ROOMS[0].room,
    switched_on=frozenset(Feature),
    notice_posted=True,
    answers_kept=timedelta(days=365),
)
WORST = Standing(
    (
        *in_the_way(FULL, FACTS, ("I could not hear myself lately." * 3,)),
        *in_the_way(Settings(), None),
    ),
    beside(FULL, FACTS),
)
"""More than can be wrong at once."""

HEARERS = frozenset(
    Grant(HEAR_ABOUT_TEAM, f"person:test:12345678901234567{n}") for n in range(about_team.MOST)
)


def cards() -> tuple[Card, ...]:
    entry = AuditEntry(
        at=NOW,
        who=Person("test", "123456789012345678"),
        what="settings.publish",
        before='{"a": "' + "x" * 300 + '"}',
        after='{"a": "' + "y" * 300 + '"}',
    )
    versions = [Version(number=n, settings=FULL, published_at=NOW) for n in range(20)]
    wanted = ("checkins", "answer", "abcdefghjkmn", "4")
    return (
        *(
            setup.screen(step, FULL, FACTS, COUNTRIES, settings_cards.not_between(1, 9))
            for step in Step
        ),
        *(setup.screen(step, Settings(), EMPTY, COUNTRIES) for step in Step),
        *(
            setup.screen(Step.LINES, FULL, FACTS, replace(COUNTRIES, page=page))
            for page in range(6)
        ),
        setup.published(Standing()),
        setup.published(WORST),
        setup.ping(NAME),
        shown.no_community(),
        *(shown.needs_role(role) for role in Role),
        shown.switched_off(),
        shown.where_roles_are_known(),
        consent_cards.consent(Purpose.CHECKINS, FULL, wanted),
        consent_cards.agreed(None),
        consent_cards.too_young(),
        consent_cards.not_now(),
        shown.panel(
            NAME, FULL, Standing(), 12, 9, notice_gone=True, duty=("On duty now: " * 8, "Gap " * 20)
        ),
        shown.panel(NAME, Settings(), Standing(in_the_way(FULL, EMPTY)), 12, 9),
        shown.panel(NAME, FULL, WORST, 12, 9, notice_gone=True, duty=("On duty now: " * 8, "Gap")),
        notice_cards.cannot_read(),
        notice_cards.needs_notice(FULL),
        notice_cards.needs_notice(Settings()),
        notice_cards.notice(replace(FULL, private_emergencies=True)),
        notice_cards.notice(FULL.switching(Feature.READING, on=False)),
        notice_cards.notice_again(notice_cards.notice_stands(FULL, pinned=False)),
        notice_cards.notice_refused(FULL),
        notice_cards.notice_refused(Settings()),
        *(shown.switched(feature, on=True) for feature in Feature),
        shown.switched(
            Feature.READING, on=True, note=notice_cards.notice_stands(FULL, pinned=False)
        ),
        settings_cards.settings_card(FULL, notice_cards.notice_stands(FULL, pinned=True)),
        settings_cards.settings_card(replace(FULL, first_private_answer=False)),
        trail_cards.versions(versions, FULL),
        trail_cards.versions([], FULL),
        trail_cards.trail([entry] * 20, FULL),
        trail_cards.trail([], FULL),
        joining_cards.welcome(NAME),
        joining_cards.welcome(NAME, for_all_to_read=True),
        joining_cards.welcome_back(NAME, ()),
        joining_cards.welcome_back(NAME, WORST.in_the_way),
        joining_cards.welcome_back(NAME, WORST.in_the_way, for_all_to_read=True),
        *_of_the_word_filter(),
        about_team.chosen(FULL),
        about_team.chosen(replace(FULL, grants=HEARERS)),
    )


def _of_the_word_filter() -> tuple[Card, ...]:
    on = replace(FULL, notice_told=FULL.wide)
    standings = (Watching.ON, Watching.PAUSED, Watching.NONE, NO_RIGHT)
    return (
        *(
            shown.panel(
                NAME, on, Standing(), 12, 9, word_filter=filtered.row(on, one), notice_gone=True
            )
            for one in standings
        ),
        shown.panel(NAME, FULL, Standing(), 0, 0, word_filter=filtered.row(FULL, None)),
        shown.panel(
            NAME,
            on,
            WORST,
            12,
            9,
            duty=("On duty now: " * 8, "Gap"),
            word_filter=filtered.row(on, NO_RIGHT),
            notice_gone=True,
        ),
        filtered.offer(FULL, 1_000),
        filtered.offer(Settings(), 1),
        filtered.begun(notice_cards.notice_stands(FULL, pinned=False)),
        filtered.begun(None),
        filtered.refused(NO_RIGHT, told=True),
        filtered.refused(NO_RIGHT, told=False),
        filtered.ended(gone=True),
        filtered.ended(gone=False),
        filtered.lost(NO_RIGHT, left=True),
        filtered.lost(filtered.WHY[Watching.NONE], left=False),
    )


def forms() -> tuple[Form, ...]:
    return (
        setup_forms.zone_form(FULL),
        setup_forms.country_form(),
        settings_cards.timers_form(FULL),
        about_team.form(),
    )
