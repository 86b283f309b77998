"""Words about a community itself: consent, panel, settings, trail, the notice to members."""

import json
from collections.abc import Sequence
from datetime import timedelta

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import (
    Button,
    Card,
    Confirm,
    Divider,
    Fields,
    Heading,
    Node,
    Note,
    Option,
    Row,
    Select,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.commands import Role
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.text import Mention, Moment, Words, joined, minutes
from peerbot.community.model import (
    OURSELVES,
    AuditEntry,
    Feature,
    Purpose,
    Settings,
    Version,
)
from peerbot.community.readiness import Standing
from peerbot.i18n import Msg, _, n_

FOLLOW_UP_HOURS = (24, 36, 48)
"""By day it may become half a day more, so within 24 to 72 hours: safety.md."""

FEATURE_NAMES: dict[Feature, Msg] = {
    Feature.CHECKINS: _("Check-ins"),
    Feature.TIPS: _("Tips"),
    Feature.RESOURCES: _("Resources"),
    Feature.READING: _("Noticing danger in messages"),
    Feature.WORD_FILTER: _("Noticing danger with the platform's word filter"),
}
ROLE_NAMES: dict[Role, Msg] = {
    Role.MEMBER: _("members"),
    Role.MODERATOR: _("moderators"),
    Role.STAFF: _("counselling staff"),
    Role.ADMIN: _("whoever runs this space"),
}


DEEDS: dict[str, Msg] = {
    "settings.draft": _("changed the draft"),
    "settings.publish": _("published the settings"),
    "settings.revert": _("went back to earlier settings"),
    "settings.timers": _("changed timers or days"),
    "settings.first-answer": _("changed the first private answer"),
    "settings.private-emergencies": _("changed who hears of private emergencies"),
    "settings.follow-up": _("changed when responders are reminded"),
    "duty.add": _("planned duty times"),
    "duty.remove": _("removed duty times"),
    "notice.posted": _("posted the notice to members"),
    "lab.room": _("chose what is looked at in a room"),
    "lab.silent-start": _("began to listen silently"),
    "lab.silent-end": _("let me act on what I find"),
    "lab.phrase-add": _("added a phrase of your own"),
    "lab.phrase-change": _("changed a phrase of your own"),
    "lab.phrase-remove": _("took out a phrase of your own"),
    "checkin.make": _("made a check-in"),
    "checkin.words": _("reworded a check-in"),
    "checkin.days": _("moved a check-in"),
    "checkin.span": _("changed how long a check-in is open"),
    "checkin.publish": _("published a check-in"),
    "checkin.pause": _("paused or resumed a check-in"),
    "checkin.delete": _("deleted a check-in"),
    "checkin.undo": _("brought a check-in back"),
    "checkin.answers-read": _("read answers shared with staff"),
    "resources.add": _("added a resource"),
    "resources.edit": _("edited a resource"),
    "resources.verify": _("verified a resource"),
    "resources.retire": _("retired a resource"),
    "resources.bring-back": _("brought a resource back"),
    "tips.plan": _("planned a tip"),
    "helplines.works": _("found that a help line works"),
    "helplines.wrong": _("reported a help line as wrong"),
    "worry.words-read": _("read the words of a worry"),
    "about-team.add": _("chose who hears of worries about the team"),
    "about-team.remove": _("took somebody off worries about the team"),
}
"""What stands in the audit trail, in words; by the name under which it is stored."""


def no_community() -> Card:
    return card(
        "community.none",
        Text(
            _(
                "I do not know yet which community you are from. Please try this in its own "
                "rooms once."
            )
        ),
        Text(_("If you need help now, use /help-now: it works everywhere.")),
        summary=_("Please try this in your community's own rooms once."),
    )


def needs_role(role: Role) -> Card:
    return card(
        "community.needs-role",
        Text(_("This one is for {who}. Nothing was changed.", who=ROLE_NAMES[role])),
        summary=_("This one is for {who}.", who=ROLE_NAMES[role]),
    )


def where_roles_are_known() -> Card:
    """Return why something for the team is not possible in a direct message."""
    return card(
        "community.only-there",
        Text(
            _(
                "Here I cannot see what you are in your community, so nothing was changed. Please "
                "do this in one of its rooms."
            )
        ),
        Text(_("Help works here too: /help-now.")),
        summary=_("Please do this in one of your community's rooms."),
    )


def switched_off() -> Card:
    return card(
        "community.switched-off",
        Text(
            _("The moderators have switched this off for now. Help in danger stays on: /help-now.")
        ),
        summary=_("This is switched off for now."),
    )


def consent(purpose: Purpose, settings: Settings, wanted: tuple[str, ...]) -> Card:
    """Return the question that comes before anything about a member is kept."""
    days = settings.answers_kept.days
    return card(
        "community.consent",
        Heading(_("Before your first check-in")),
        Text(
            _(
                "Your answers are yours. Each time you choose who may see them: only you, "
                "staff, or the channel. "
                "Your words are stored encrypted."
            )
        ),
        Text(
            n_(
                "After {n} day they become counts without a name. You can see, export or erase "
                "everything with /privacy.",
                "After {n} days they become counts without a name. You can see, export or "
                "erase everything with /privacy.",
                days,
            )
        ),
        Note(_("Is that all right, and are you {age} or older?", age=settings.minimum_age)),
        buttons(
            Button(
                action("community", "agree", purpose, *wanted),
                _("Yes, I am {age} or older", age=settings.minimum_age),
                Style.PRIMARY,
            ),
            Button(action("community", "younger"), _("I am younger")),
            Button(action("community", "not-now"), _("Not now")),
        ),
        summary=_("Before your first check-in: what is kept, and is that all right?"),
    )


def agreed(wanted: Action | None) -> Card:
    return card(
        "community.agreed",
        Text(_("Thank you. You can change your mind at any time with /privacy.")),
        buttons(Button(wanted, _("Go on"), Style.PRIMARY)) if wanted else None,
        summary=_("Thank you. You can change your mind at any time."),
        tone=Tone.GOOD,
    )


def too_young() -> Card:
    return card(
        "community.too-young",
        Text(_("Thank you for saying so. Check-ins have to wait, and nothing was kept.")),
        Text(_("Tips, resources and help are open to you all the same.")),
        buttons(Button(action("crisis", "help"), _("I need help now"))),
        summary=_("Check-ins will have to wait a little; help is here for you now."),
    )


def not_now() -> Card:
    return card(
        "community.not-now",
        Text(_("That is fine. Nothing was kept, and you can come back whenever you like.")),
        summary=_("That is fine. Nothing was kept."),
    )


def panel(
    name: str,
    settings: Settings,
    standing: Standing,
    undelivered: int,
    in_draft: int,
    *,
    duty: Sequence[Words] = (),
    word_filter: Row | None = None,
    notice_gone: bool = False,
) -> Card:
    """Return what is on, what is off and whether help would arrive.

    `duty` says who is on duty, and when nobody is. `word_filter` is the platform's own, where there
    is one. `notice_gone` says that somebody deleted the notice although messages are looked at.
    """
    missing = standing.in_the_way
    return card(
        "community.panel",
        Heading(_("peerbot in {name}", name=name)),
        Text(_("Ready: help would reach your responders."))
        if not missing
        else Text(joined(_("Not ready yet: "), *_spaced(missing))),
        Text(joined(_("Also to be mended: "), *_spaced(standing.beside)))
        if standing.beside
        else None,
        Row(joined(*_spaced(duty)[:-1]), Button(action("crisis", "duty"), _("Duty times")))
        if duty
        else None,
        *(_switch_row(one, settings) for one in Feature if one is not Feature.WORD_FILTER),
        word_filter,
        Row(
            _("I listen silently: what I find is counted, and only emergencies are acted on.")
            if settings.is_silent and settings.reads_messages
            else _("What I notice, and phrases of your own"),
            Button(action("lab", "home"), _("Rule lab")),
        ),
        Row(
            _("The notice to members is no longer there, so newcomers cannot know of this."),
            Button(action("community", "post-notice", "again"), _("Post it again"), Style.PRIMARY),
        )
        if notice_gone
        else None,
        Note(
            n_(
                "{n} message could not be delivered in the last seven days.",
                "{n} messages could not be delivered in the last seven days.",
                undelivered,
            )
        )
        if undelivered
        else None,
        Note(
            n_(
                "{n} setting is changed but not published yet.",
                "{n} settings are changed but not published yet.",
                in_draft,
            )
        )
        if in_draft
        else None,
        Divider(),
        buttons(
            Button(action("community", "setup", "here"), _("Setup")),
            Button(action("community", "settings"), _("Timers and privacy")),
            Button(action("community", "versions"), _("Undo a change")),
            Button(action("community", "trail"), _("Who changed what")),
            Button(action("community", "panel"), _("Check again"))
            if missing or standing.beside
            else None,
        ),
        summary=_("What is on, what is off, and whether help would arrive"),
        tone=Tone.GOOD if not missing else Tone.CARE,
    )


SWITCH_OFF = Confirm(
    question=_("Switch this off for everyone? /help-now stays."),
    yes=_("Switch off"),
    no=_("Keep it on"),
)


def switching(wanted: Action) -> Confirm | None:
    """Return what is asked before something is switched; nothing before it is switched on."""
    return SWITCH_OFF if wanted.args[1:] == ("off",) else None


def _switch_row(feature: Feature, settings: Settings) -> Row:
    on = settings.reads_messages if feature is Feature.READING else settings.has(feature)
    state = _("on") if on else _("off")
    press = Button(
        action("community", "switch", feature, "off" if on else "on"),
        _("Switch off") if on else _("Switch on"),
        confirm=SWITCH_OFF if on else None,
    )
    return Row(_("{feature}: {state}", feature=FEATURE_NAMES[feature], state=state), press)


def _spaced(words: Sequence[Words]) -> tuple[Words, ...]:
    return tuple(part for one in words for part in (one, " "))


def needs_notice(settings: Settings) -> Card:
    """Return why messages are not looked at yet, and what members would be told."""
    ready = settings.alert_room is not None and settings.checkin_room is not None
    return card(
        "community.needs-notice",
        Heading(_("Noticing danger in messages")),
        Text(
            _(
                "Members are told first: a notice is posted and pinned in your check-in room for "
                "all to read. From then on messages are looked at by rules, never by people, and "
                "none is stored."
            )
        ),
        None
        if ready
        else Text(
            _("First choose a private room for alerts and a room for check-ins in the setup.")
        ),
        buttons(
            Button(
                action("community", "post-notice"), _("Post the notice, switch on"), Style.PRIMARY
            )
            if ready
            else Button(action("community", "setup", "here"), _("Setup")),
            Button(action("lab", "silent-start"), _("Post it, listen silently first"))
            if ready
            else None,
        ),
        Note(
            _(
                "We recommend to listen silently for a week first: what I find is only counted, "
                "without words or names. Emergencies are acted on all the same."
            )
        )
        if ready
        else None,
        summary=_("Members are told before any message is looked at."),
    )


def notice(settings: Settings) -> Card:
    """Return the notice to members, posted before any message is looked at."""
    filters = settings.has(Feature.WORD_FILTER)
    return card(
        "community.notice",
        Heading(_("How peerbot looks out for you here")),
        Text(
            _(
                "From today peerbot looks at messages in the rooms it can read for signs that "
                "someone may be in danger. "
                "If it finds some, it writes to that person privately with help, and asks the "
                "responders of this community to look after them."
            )
        )
        if settings.has(Feature.READING) or not filters
        else None,
        *(Text(one) for one in _filter_told(settings) if filters),
        Text(
            _(
                "At first I only count what I find, without words or names, and act in "
                "emergencies alone. The moderators switch on the rest later."
            )
        )
        if settings.is_silent
        else None,
        Text(
            _(
                "It may open a private conversation for that first answer, even if you never "
                "wrote to it."
            )
        )
        if settings.first_private_answer
        else None,
        Text(
            _(
                'In an emergency it also tells the responders of words that somebody marked "only '
                'me".'
            )
        )
        if settings.private_emergencies
        else None,
        Text(
            _(
                "It is a program. It makes mistakes and misses things. It never replies to anyone "
                "in public; if it cannot reach someone, a note for nobody in particular may appear "
                "in the room. It stores no message and keeps no score about anyone."
            )
        ),
        Note(_("Details at any time: /what-happens. If you need help now: /help-now.")),
        buttons(Button(action("crisis", "help"), _("I need help now"))),
        summary=_("peerbot now looks out for signs of danger in messages. /what-happens says how."),
        pinned=True,
    )


def _filter_told(settings: Settings) -> tuple[Words, ...]:
    """Return what members are told of the platform's own word filter."""
    passed_on = _(
        "The platform's own word filter (on Discord: AutoMod) looks for phrases that can mean "
        "danger. When somebody writes one, it shows that message, word for word, to the "
        "responders in their private room, and tells peerbot who wrote which phrase, and where. "
        "Nothing is blocked or deleted."
    )
    if settings.has(Feature.READING):
        return (passed_on,)
    follows = _(
        "peerbot then writes to that person privately with help, and asks the responders of this "
        "community to look after them. It looks at no other message in rooms."
    )
    return passed_on, follows


def notice_stands(settings: Settings, *, pinned: bool) -> Words:
    """Return where the notice can be read now, and what is left to do if it was not pinned."""
    room = Mention(settings.checkin_room) if settings.checkin_room else ""
    if pinned:
        return _("The notice to members is pinned in {room}.", room=room)
    return _(
        "The notice to members stands in {room}, but I could not pin it. Please pin it, so that "
        "people who come later read it.",
        room=room,
    )


def notice_again(stands: Words) -> Card:
    return card(
        "community.notice-again",
        Text(stands),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("The notice to members is there again."),
    )


def cannot_read() -> Card:
    """Return why messages in rooms cannot be looked at here, and what is noticed all the same."""
    return card(
        "community.cannot-read",
        Text(
            _(
                "Here I do not get to see what is written in rooms, so nothing was changed. "
                "Whoever runs peerbot has to allow it first (message content, in its settings)."
            )
        ),
        Text(
            _(
                "I notice danger all the same in what people write to me, in forms, and in what "
                "members flag; /help-now works everywhere."
            )
        ),
        summary=_("Messages in rooms cannot be looked at here yet."),
    )


def notice_refused(settings: Settings) -> Card:
    return card(
        "community.notice-refused",
        Text(
            _(
                "The notice to members could not be posted in {room}, so nothing was changed. "
                "Please check that I may write there.",
                room=Mention(settings.checkin_room),
            )
            if settings.checkin_room is not None
            else _(
                "The notice to members has no room yet, so nothing was changed. Please choose "
                "one for check-ins in the setup."
            )
        ),
        summary=_("The notice could not be posted, so nothing was changed."),
    )


def switched(feature: Feature, *, on: bool, note: Words | None = None) -> Card:
    state = _("on") if on else _("off")
    return card(
        "community.switched",
        Text(
            _("{feature}: {state}, from this moment.", feature=FEATURE_NAMES[feature], state=state)
        ),
        Note(note) if note is not None else None,
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("{feature}: {state}.", feature=FEATURE_NAMES[feature], state=state),
    )


def settings_card(settings: Settings, note: Words | None = None) -> Card:
    """Return the timers and privacy choices in force. `note` says what just happened."""

    def toggle(name: str, words: Msg, *, on: bool) -> Row:
        label = _("Switch off") if on else _("Switch on")
        state = _("on") if on else _("off")
        return Row(
            _("{what}: {state}", what=words, state=state),
            Button(action("community", "toggle", name, "off" if on else "on"), label),
        )

    return card(
        "community.settings",
        Heading(_("Timers and privacy")),
        Fields(
            (
                (_("An emergency is passed on after"), _minutes(settings.claim_emergency)),
                (_("An urgent alert is passed on after"), _minutes(settings.claim_urgent)),
                (_("Quiet time after an alert"), _minutes(settings.quiet_for)),
                (_("Check-in answers kept for"), _days(settings.answers_kept.days)),
                (_("Youngest age for check-ins"), str(settings.minimum_age)),
            )
        ),
        buttons(Button(action("community", "timers"), _("Change these"), Style.PRIMARY)),
        Divider(),
        toggle(
            "first-answer",
            _("Write first, in private, to someone in danger"),
            on=settings.first_private_answer,
        ),
        toggle(
            "private-emergencies",
            _('Tell responders of emergencies in "only me" words too'),
            on=settings.private_emergencies,
        ),
        Select(
            action("community", "follow-up"),
            _("Remind whoever took an alert, after it is closed"),
            (
                Option("off", _("Never"), chosen=settings.follow_up_after is None),
                *(
                    Option(
                        str(hours),
                        n_("After {n} hour", "After {n} hours", hours),
                        chosen=settings.follow_up_after == timedelta(hours=hours),
                    )
                    for hours in FOLLOW_UP_HOURS
                ),
            ),
        ),
        Row(
            _("Worries about the team go to chosen people"),
            Button(action("community", "about-team"), _("Who?")),
        ),
        Note(note) if note is not None else None,
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Timers and privacy"),
    )


def timers_form(settings: Settings) -> Form:
    def number(key: str, label: Msg, value: int) -> TextIn:
        return TextIn(key=key, label=label, surface=Surface.PRIVATE, most=4, initial=str(value))

    return Form(
        title=_("Timers and privacy"),
        fields=(
            number(
                "emergency",
                _("Emergency: pass on after (minutes)"),
                minutes(settings.claim_emergency),
            ),
            number("urgent", _("Urgent: pass on after (minutes)"), minutes(settings.claim_urgent)),
            number("quiet", _("Quiet time after an alert (minutes)"), minutes(settings.quiet_for)),
            number("days", _("Check-in answers kept (days)"), settings.answers_kept.days),
            number("age", _("Youngest age for check-ins"), settings.minimum_age),
        ),
        submit=_("Save"),
    )


def not_between(low: int, high: int) -> Msg:
    return _("Please write a whole number from {low} to {high}.", low=low, high=high)


def versions(several: Sequence[Version], settings: Settings) -> Card:
    """Return the published versions, newest first, each but the newest with a way back to it."""
    published = [one for one in several if one.published_at is not None][:6]
    rows: list[Node] = [
        Row(
            _(
                "Version {number}, {when}",
                number=one.number,
                when=Moment(one.published_at, settings.zone_info) if one.published_at else "",
            ),
            None
            if place == 0
            else Button(
                action("community", "revert", one.number),
                _("Go back to this"),
                confirm=_go_back(one.number),
            ),
        )
        for place, one in enumerate(published)
    ]
    return card(
        "community.versions",
        Heading(_("Earlier settings")),
        *(rows or [Text(_("Nothing has been published yet."))]),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Earlier settings"),
    )


def reverting(wanted: Action) -> Confirm | None:
    """Return what is asked before earlier settings are taken up again."""
    number = wanted.arg()
    return _go_back(int(number)) if number.isascii() and number.isdigit() else None


def _go_back(number: int) -> Confirm:
    return Confirm(
        question=_("Go back to version {number}?", number=number), yes=_("Go back"), no=_("Stay")
    )


def trail(entries: Sequence[AuditEntry], settings: Settings) -> Card:
    """Return who changed what, newest first."""
    lines = [
        Text(
            _(
                "{when}: {who} {deed} {change}",
                when=Moment(one.at, settings.zone_info),
                who=Mention(one.who) if one.who != OURSELVES else _("peerbot itself"),
                deed=_deed(one.what),
                change=_change(one),
            )
        )
        for one in entries[:15]
    ]
    return card(
        "community.trail",
        Heading(_("Who changed what")),
        *(lines or [Text(_("Nothing has been changed yet."))]),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Who changed what"),
    )


def _deed(what: str) -> Words:
    feature = what.removeprefix("feature.")
    if feature in set(Feature):
        return _("switched {feature}", feature=FEATURE_NAMES[Feature(feature)])
    return DEEDS.get(what, what)


def _change(entry: AuditEntry) -> str:
    """Return before and after in a line of at most 160 characters."""
    if not entry.before and not entry.after:
        return entry.subject[:160]
    try:
        before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
    except ValueError:
        return entry.after[:160]
    parts = [f"{key}: {_short(before.get(key))} -> {_short(after.get(key))}" for key in after]
    return "; ".join(parts)[:160]


def _short(value: object) -> str:
    return json.dumps(value)[:40]


def _minutes(length: timedelta) -> Words:
    return n_("{n} minute", "{n} minutes", minutes(length))


def _days(days: int) -> Words:
    return n_("{n} day", "{n} days", days)
