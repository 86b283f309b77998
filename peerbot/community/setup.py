"""The setup: seven screens, one decision each, resumable; with suggestions three presses do."""

from collections.abc import Callable
from enum import IntEnum

from peerbot.chat.actions import Action, action
from peerbot.chat.adapters import SpaceFacts
from peerbot.chat.addresses import Room
from peerbot.chat.cards import (
    Button,
    Card,
    Fields,
    Heading,
    Node,
    Note,
    Option,
    Quote,
    Row,
    Select,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Words
from peerbot.community.cards import FEATURE_NAMES
from peerbot.community.countries import Countries
from peerbot.community.country_cards import country_choice
from peerbot.community.model import Feature, Settings
from peerbot.community.readiness import Standing, beside, in_the_way, wrong_with_alerts
from peerbot.i18n import Msg, _

NONE = "none"


class Step(IntEnum):
    """The screens in order."""

    LANGUAGE = 0
    ROLES = 1
    ALERTS = 2
    LINES = 3
    CHECKINS = 4
    FEATURES = 5
    SUMMARY = 6


LANGUAGE_NAMES = {"en": "English", "fr": "Français"}
ZONES = (
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/New_York",
    "America/Chicago",
    "America/Winnipeg",
    "America/Denver",
    "America/Edmonton",
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Mexico_City",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Berlin",
    "Africa/Johannesburg",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Australia/Sydney",
    "Pacific/Auckland",
)
RHYTHMS: dict[str, Msg] = {
    "weekly": _("Every Monday at 18:00"),
    "fortnightly": _("Every second Monday at 18:00"),
    "monthly": _("On the first Monday of the month at 18:00"),
    NONE: _("No check-ins for now"),
}


def screen(
    step: Step,
    settings: Settings,
    facts: SpaceFacts,
    countries: Countries,
    note: Words | None = None,
) -> Card:
    """Return one screen of the setup. `note` says what just happened."""
    title, body = _BODIES[step](settings, facts, countries)
    return card(
        f"setup.{step.name.lower()}",
        Heading(_("Setup {step}/7: {title}", step=int(step) + 1, title=title)),
        *body,
        Note(note) if note is not None else None,
        _steps(step),
        summary=_("Setup, step {step} of 7: {title}", step=int(step) + 1, title=title),
        tone=Tone.CALM,
    )


def _steps(step: Step) -> Node:
    back = Button(action("community", "setup", int(step) - 1), _("Back")) if step else None
    if step is Step.SUMMARY:
        return buttons(
            back,
            Button(action("community", "drill"), _("Try a drill")),
            Button(action("community", "publish"), _("Publish"), Style.PRIMARY),
        )
    return buttons(
        back,
        Button(action("community", "setup", int(step) + 1), _("Next"), Style.PRIMARY),
        Button(action("community", "suggest"), _("Suggest the rest")),
    )


def _language(
    settings: Settings, _facts: SpaceFacts, _countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    zones = ZONES if settings.zone in ZONES else (settings.zone, *ZONES)
    return _("language and time"), (
        Text(_("Public messages use this language. In private, everyone gets their own.")),
        Select(
            action("community", "set", "language"),
            _("Language"),
            tuple(
                Option(code, name, chosen=code == settings.language)
                for code, name in LANGUAGE_NAMES.items()
            ),
        ),
        Select(
            action("community", "set", "zone"),
            _("Time zone"),
            tuple(
                Option(zone, zone.replace("_", " "), chosen=zone == settings.zone) for zone in zones
            ),
        ),
        buttons(Button(action("community", "other-zone"), _("Another time zone"))),
    )


def _roles(
    settings: Settings, facts: SpaceFacts, _countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    def select(name: str, label: Msg, chosen: frozenset[str]) -> Select:
        return Select(
            action("community", "set", name),
            label,
            tuple(Option(one.id, one.name, chosen=one.id in chosen) for one in facts.roles[:25]),
            most=5,
        )

    if not facts.roles:
        return _("who helps here"), (
            Text(_("This space has no roles yet. Its owner can do everything meanwhile.")),
        )
    return _("who helps here"), (
        Text(
            _(
                "Moderators take alerts and make check-ins. Staff also look after tips and "
                "resources."
            )
        ),
        select("moderators", _("Moderators"), settings.moderator_roles),
        select("staff", _("Counselling staff"), settings.staff_roles),
    )


def _alerts(
    settings: Settings, facts: SpaceFacts, _countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    private = [one for one in facts.rooms if not one.everyone][:25]
    if not private:
        return _("where alerts go"), (
            Text(
                _(
                    "Alerts need a room that only responders can read. Please make one, then "
                    "come back here."
                )
            ),
        )
    ping = (
        Select(
            action("community", "set", "pings"),
            _("Who is notified"),
            tuple(
                Option(role.id, role.name, chosen=role.id in settings.alert_pings)
                for role in facts.roles[:25]
            ),
            most=2,
        )
        if facts.roles
        else None
    )
    body: tuple[Node | None, ...] = (
        Text(_("When someone may be in danger, responders hear of it here, and only here.")),
        Select(
            action("community", "set", "alert-room"),
            _("Private room for alerts"),
            tuple(
                Option(one.room.id, one.name, chosen=one.room == settings.alert_room)
                for one in private
            ),
        ),
        ping,
        *(Text(one) for one in wrong_with_alerts(settings, facts)),
        buttons(Button(action("community", "ping"), _("Send a test message there")))
        if settings.alert_room
        else None,
    )
    return _("where alerts go"), tuple(one for one in body if one is not None)


def _lines(
    settings: Settings, _facts: SpaceFacts, countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    known = countries.options(settings.language)
    preview = countries.preview(settings.country) if settings.country else ()
    body: list[Node] = [
        Text(_('Whose help lines come first? Everyone can always press "I\'m somewhere else".')),
        *country_choice(
            action("community", "set", "country"),
            action("community", "countries"),
            known,
            countries.page,
            settings.country,
        ),
        buttons(Button(action("community", "other-country"), _("Type a country"))),
    ]
    if preview:
        body.append(Note(_("Members would see:")))
        body.extend(Quote(line) for line in preview[:5])
    return _("help lines"), tuple(body)


def _checkins(
    settings: Settings, facts: SpaceFacts, _countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    rooms = [one for one in facts.rooms if one.everyone][:25]
    body: list[Node] = [
        Text(_("Once in a while I ask in a room how connected people feel. Answers are private.")),
    ]
    if rooms:
        body.append(
            Select(
                action("community", "set", "checkin-room"),
                _("Room for check-ins"),
                tuple(
                    Option(one.room.id, one.name, chosen=one.room == settings.checkin_room)
                    for one in rooms
                ),
            )
        )
    body.append(
        Select(
            action("community", "set", "rhythm"),
            _("How often"),
            tuple(
                Option(key, words, chosen=key == settings.checkin_rhythm)
                for key, words in RHYTHMS.items()
            ),
        )
    )
    return _("check-ins"), tuple(body)


def _features(
    settings: Settings, _facts: SpaceFacts, _countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    def row(feature: Feature) -> Row:
        on = settings.has(feature)
        state = _("on") if on else _("off")
        return Row(
            _("{feature}: {state}", feature=FEATURE_NAMES[feature], state=state),
            Button(
                action("community", "set", "feature", feature, "off" if on else "on"),
                _("Switch off") if on else _("Switch on"),
            ),
        )

    return _("what is on"), (
        row(Feature.TIPS),
        row(Feature.RESOURCES),
        Text(
            _(
                "Looking at ordinary messages for signs of danger stays off until you post a "
                "notice to members. "
                "You find it in /peerbot panel. Help that people ask for works from the first "
                "moment."
            )
        ),
    )


def _summary(
    settings: Settings, facts: SpaceFacts, countries: Countries
) -> tuple[Msg, tuple[Node, ...]]:
    names = dict(countries.options(settings.language))
    open_ = in_the_way(settings, facts)
    again = action("community", "setup", int(Step.SUMMARY))
    return _("look and publish"), (
        Fields(
            (
                (_("Language"), LANGUAGE_NAMES[settings.language]),
                (_("Time zone"), settings.zone),
                (_("Moderators"), _role_names(settings.moderator_roles, facts)),
                (_("Counselling staff"), _role_names(settings.staff_roles, facts)),
                (_("Alerts go to"), _where_alerts_go(settings, facts)),
                (_("Help lines of"), names.get(settings.country, _("not chosen"))),
                (_("Check-ins in"), _room_name(settings.checkin_room, facts)),
                (_("How often"), RHYTHMS.get(settings.checkin_rhythm, RHYTHMS[NONE])),
                (_("Tips"), _("on") if settings.has(Feature.TIPS) else _("off")),
                (_("Resources"), _("on") if settings.has(Feature.RESOURCES) else _("off")),
            )
        ),
        *_to_mend(Standing(open_, beside(settings, facts)), again),
        Note(
            _(
                "A drill shows you what a member and responders would see, and notifies those on "
                "duty. Nothing is in force before you publish."
            )
        ),
    )


_BODIES: dict[Step, Callable[[Settings, SpaceFacts, Countries], tuple[Msg, tuple[Node, ...]]]] = {
    Step.LANGUAGE: _language,
    Step.ROLES: _roles,
    Step.ALERTS: _alerts,
    Step.LINES: _lines,
    Step.CHECKINS: _checkins,
    Step.FEATURES: _features,
    Step.SUMMARY: _summary,
}


def published(standing: Standing) -> Card:
    """Return what is so from now on, and what is still to be mended."""
    ready = not standing.in_the_way
    return card(
        "setup.published",
        Heading(_("peerbot is ready")) if ready else Heading(_("Published")),
        *_to_mend(standing, action("community", "check")),
        Text(
            _(
                "What to tell members: /help-now, /checkin, /tip, /resources, /privacy and "
                "/what-happens."
            )
        ),
        buttons(
            Button(action("community", "panel"), _("Open the panel"), Style.PRIMARY),
            Button(action("crisis", "duty"), _("Duty times")),
        ),
        summary=_("The settings are in force now."),
        tone=Tone.GOOD,
    )


def _to_mend(standing: Standing, again: Action) -> tuple[Node, ...]:
    """Return what is to be mended, with a button that asks the platform once more."""
    wrong = (*standing.in_the_way, *standing.beside)
    if not wrong:
        return ()
    return (*map(Text, wrong), buttons(Button(again, _("Check again"))))


def which_alert_room(facts: SpaceFacts) -> Words | None:
    """Return why the room for alerts is asked for; None where there is none to choose."""
    if all(one.everyone for one in facts.rooms):
        return None
    return _(
        "No name of a private room tells me that alerts may go there. Please choose it; I suggest "
        "the rest."
    )


def ping(name: str) -> Card:
    return card(
        "setup.ping",
        Text(
            _("This is a test: alerts of {name} will arrive here. Nobody is in danger.", name=name)
        ),
        summary=_("This is a test. Nobody is in danger."),
    )


def _role_names(ids: frozenset[str], facts: SpaceFacts) -> Words:
    names = [role.name for role in facts.roles if role.id in ids]
    return ", ".join(names) if names else _("not chosen")


def _where_alerts_go(settings: Settings, facts: SpaceFacts) -> Words:
    name = _room_name(settings.alert_room, facts)
    if settings.alert_room is None or not settings.alert_pings:
        return name
    roles = _role_names(frozenset(settings.alert_pings), facts)
    return _("{room}, notifying {roles}", room=name, roles=roles)


def _room_name(room: Room | None, facts: SpaceFacts) -> Words:
    if room is None:
        return _("not chosen")
    gone = _("a room that is no longer there")
    return next((one.name for one in facts.rooms if one.room == room), gone)
