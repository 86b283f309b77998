"""Every word of the rule lab but those about own phrases: the lab, silence, rooms, verdicts."""

from collections.abc import Mapping, Sequence
from datetime import date

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import (
    Bar,
    Button,
    Card,
    Chart,
    Confirm,
    Fields,
    Heading,
    Node,
    Note,
    Option,
    Pager,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
    page_of,
)
from peerbot.chat.commands import Command, Role
from peerbot.chat.forms import ChannelPick, Choice, Form
from peerbot.chat.text import Code, Mention, Words, joined, listed
from peerbot.community.model import Level, Settings
from peerbot.crisis.detection import OWN, OwnPhrase, Tier
from peerbot.crisis.lab.model import TRIAL_DAYS, Report, Score
from peerbot.crisis.responder_cards import CATEGORIES, TIERS
from peerbot.i18n import Msg, _, n_

LAB = Command(
    name="peerbot lab",
    summary=_("Try phrases, add your own, see how the rules do"),
    role=Role.MODERATOR,
)
LEVELS: dict[Level | None, Msg] = {
    None: _("Act on everything"),
    Level.URGENT: _("Only what is urgent, and emergencies"),
    Level.EMERGENCY: _("Only emergencies"),
    Level.OFF: _("Look at nothing there"),
}
EVERYTHING = "everything"
PER_PAGE = 8
_MOST_SHOWN = 8
_MOST_DAYS = 14
_MOST_ROOMS = 20


def home(settings: Settings, phrases: int) -> Card:
    """Return the way to everything in the lab."""
    return card(
        "lab.home",
        Heading(_("Rule lab")),
        Text(
            _(
                "I notice danger by written rules, never by guessing. Here you see what they make "
                "of a sentence, and fit them to your community."
            )
        ),
        Row(
            _("Write a sentence and see what I make of it. Nothing follows, nothing is kept."),
            Button(action("lab", "try"), _("Try a sentence"), Style.PRIMARY),
        ),
        Row(
            n_(
                "{n} phrase of your own: what I should notice, or what means nothing here.",
                "{n} phrases of your own: what I should notice, or what means nothing here.",
                phrases,
            ),
            Button(action("lab", "phrases"), _("Own phrases")),
        ),
        Row(
            n_(
                "{n} room in which I act on less.",
                "{n} rooms in which I act on less.",
                len(settings.room_levels),
            ),
            Button(action("lab", "rooms"), _("Rooms")),
        ),
        Row(_silence_in_short(settings), Button(action("lab", "silence"), _("Listen silently"))),
        Row(
            _("How often you closed an alert as a misreading, rule by rule."),
            Button(action("lab", "scores"), _("How the rules do")),
        ),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Try sentences, add phrases of your own, see how the rules do"),
    )


def _silence_in_short(settings: Settings) -> Msg:
    if not settings.is_silent:
        return _("Count what I find for a while, before I act on it.")
    if settings.reads_messages:
        return _("I listen silently: I count what I find, and act on emergencies only.")
    return _("I will listen silently once messages are looked at.")


# -- rooms -----------------------------------------------------------------------------------


def rooms(settings: Settings) -> Card:
    """Return the rooms in which less is acted on."""
    chosen = settings.room_levels
    return card(
        "lab.rooms",
        Heading(_("Rooms in which I act on less")),
        Text(
            _(
                "For rooms full of games, songs or news, for example. What people write to me "
                "directly, and what they flag, is always looked at in full."
            )
        ),
        *(
            Text(_("{room}: {level}", room=Mention(one.room), level=LEVELS[one.level]))
            for one in chosen[:_MOST_ROOMS]
        ),
        None if chosen else Text(_("None. I act on everything in every room that I can read.")),
        Note(n_("And {n} more room.", "And {n} more rooms.", len(chosen) - _MOST_ROOMS))
        if len(chosen) > _MOST_ROOMS
        else None,
        Note(
            _(
                "Where nothing is looked at, nobody is helped by me, not even in an emergency. "
                "/what-happens tells members which rooms these are."
            )
        ),
        buttons(
            Button(action("lab", "room"), _("Choose for a room"), Style.PRIMARY),
            _back(),
        ),
        summary=_("Rooms in which I act on less"),
    )


def room_form() -> Form:
    return Form(
        title=_("How much in a room"),
        fields=(
            ChannelPick(key="room", label=_("Channel")),
            Choice(
                key="level",
                label=_("What I act on there"),
                options=tuple(
                    Option(level or EVERYTHING, words, chosen=level is None)
                    for level, words in LEVELS.items()
                ),
            ),
        ),
        submit=_("Save"),
    )


# -- silence ---------------------------------------------------------------------------------


def silence(settings: Settings, report: Report | None, own: Mapping[str, OwnPhrase]) -> Card:
    """Return whether I listen silently, and what I found so far."""
    if not settings.is_silent or report is None:
        return card(
            "lab.silence",
            Heading(_("Listening silently")),
            Text(
                _(
                    "For some days I look at messages and count what I find. I write to nobody and "
                    "alert nobody, except in an emergency. Then you see the counts and decide."
                )
            ),
            Text(_("Counted are days, kinds and rules; never words, never who it was.")),
            Note(_("It begins with a notice, in which members read that it is so.")),
            buttons(*(_begin(days) for days in TRIAL_DAYS), _back()),
            summary=_("Count what I find for a while, before I act on it"),
        )
    return card(
        "lab.silence",
        Heading(_("Listening silently")),
        Text(
            _(
                "Since {day} I have only counted. Emergencies are acted on all the same. It stays "
                "like this until you decide.",
                day=report.began_on,
            )
            if report.is_over
            else _(
                "Since {day} I have only counted. Emergencies are acted on all the same. On {end} "
                "the counts are shown in the room for alerts; then you decide.",
                day=report.began_on,
                end=report.ends_at,
            )
        ),
        *_found(report, own),
        _decide(),
        summary=_("What I found while I listened silently"),
    )


BEGINNING = Confirm(
    question=_("Until you end it, only emergencies are acted on in rooms."),
    yes=_("Begin"),
    no=_("Not now"),
)


def beginning(wanted: Action) -> Confirm | None:
    """Return what is asked before silent listening begins from the lab.

    Under the notice that is still to be posted the button has no days, and nothing to ask.
    """
    return BEGINNING if wanted.args else None


def _begin(days: int) -> Button:
    return Button(
        action("lab", "silent-start", days),
        n_("Begin: {n} day", "Begin: {n} days", days),
        Style.PRIMARY if days == TRIAL_DAYS[0] else Style.PLAIN,
        BEGINNING,
    )


def silence_over(report: Report, own: Mapping[str, OwnPhrase]) -> Card:
    """Return what responders are shown when a trial has lasted long enough."""
    return card(
        "lab.silence-over",
        Heading(_("What I would have told you")),
        Text(
            _(
                "Since {day} I have listened silently. Look at the numbers: would that many "
                "alerts have been right for you?",
                day=report.began_on,
            )
        ),
        *_found(report, own),
        Text(_("I go on counting, and acting on emergencies only, until you switch the rest on.")),
        _decide(),
        summary=_("I have listened silently long enough: please look and decide."),
        tone=Tone.CARE,
    )


ENDING = Confirm(
    question=_("From now on, write to people in danger and alert responders?"),
    yes=_("Yes, switch it on"),
    no=_("Not yet"),
)


def _decide() -> Node:
    return buttons(
        Button(
            action("lab", "silent-end"),
            _("Act on what you find"),
            Style.PRIMARY,
            ENDING,
        ),
        Button(action("lab", "silent-more"), _("Seven more days")),
        Button(action("lab", "try"), _("Try a sentence")),
        Button(action("lab", "phrases"), _("Own phrases")),
        _back(),
    )


def _found(report: Report, own: Mapping[str, OwnPhrase]) -> tuple[Node, ...]:
    if not report.messages:
        return (Text(_("Nothing was found so far.")),)
    kinds = [
        _("{what}: {n}", what=CATEGORIES[category], n=n)
        for category, n in report.categories.items()
    ]
    ruled = [
        _("{what}: {n}", what=rule_name(rule, own), n=n)
        for rule, n in list(report.rules.items())[:_MOST_SHOWN]
    ]
    tiers = sorted(report.tiers.items(), reverse=True)
    return (
        Fields(tuple((TIERS[tier], _messages(n)) for tier, n in tiers if tier is not Tier.NONE)),
        Text(_("Kinds: {list}", list=listed(kinds))),
        Note(_("Rules that had a part in it: {list}", list=listed(ruled))),
        _by_day(report.days),
    )


def _by_day(days: Mapping[date, int]) -> Chart:
    shown = list(days.items())[-_MOST_DAYS:]
    said = listed([_("{what}: {n}", what=day.isoformat(), n=n) for day, n in shown])
    return Chart(
        title=_("Messages found, day by day"),
        bars=tuple(Bar(day.isoformat(), n) for day, n in shown),
        alt=_("Messages found, day by day: {list}", list=said),
        table=(
            (_("Day"), _("Messages")),
            *((day.isoformat(), str(n)) for day, n in shown),
        ),
    )


def _messages(n: int) -> Msg:
    return n_("{n} message", "{n} messages", n)


def acting() -> Card:
    return card(
        "lab.acting",
        Text(_("From now on I write to people in danger, and alert responders.")),
        Note(_("Close what was a false alarm with Misread: that is how you see which rule errs.")),
        buttons(Button(action("lab", "home"), _("Back to the lab"))),
        summary=_("From now on I act on what I find."),
        tone=Tone.GOOD,
    )


def listening(notice: Words) -> Card:
    return card(
        "lab.listening",
        Text(_("I listen silently now, and act on emergencies only.")),
        Note(notice),
        buttons(Button(action("lab", "silence"), _("See what I find"), Style.PRIMARY), _back()),
        summary=_("I listen silently now, and act on emergencies only."),
        tone=Tone.GOOD,
    )


# -- verdicts --------------------------------------------------------------------------------


def scores(several: Sequence[Score], own: Mapping[str, OwnPhrase], *, page: int, few: int) -> Card:
    """Return a page of rules with their share of false alarms, the worst first.

    `few` is how many more rules have verdicts, but fewer than five.
    """
    page, pages = page_of(len(several), page, PER_PAGE)
    shown = several[(page - 1) * PER_PAGE : page * PER_PAGE]
    return card(
        "lab.scores",
        Heading(_("How the rules do here")),
        Text(
            _(
                "Each alert that you close counts for the rules that raised it: as right, or as a "
                "misreading. Nobody's name is kept with it."
            )
        ),
        *(Text(_scored(one, own)) for one in shown),
        None if several else Text(_("No rule has five verdicts yet.")),
        Note(
            n_(
                "{n} more rule has fewer than five verdicts: too few to say anything.",
                "{n} more rules have fewer than five verdicts: too few to say anything.",
                few,
            )
        )
        if few
        else None,
        Pager(page, pages, action("lab", "scores")) if pages > 1 else None,
        buttons(_back()),
        summary=_("How often each rule was misread here"),
    )


def _scored(score: Score, own: Mapping[str, OwnPhrase]) -> Msg:
    said = joined(rule_name(score.rule, own), ": ", misread_so_often(score))
    if not score.member_misread:
        return said
    members = n_(
        "{n} member said that I misread them.",
        "{n} times members said that I misread them.",
        score.member_misread,
    )
    return joined(said, " ", members)


def misread_so_often(score: Score) -> Msg:
    """Return a rule's share of false alarms in words, for one with at least five verdicts."""
    return _(
        "misread in {misread} of {n} alerts ({share} %).",
        misread=score.misread,
        n=score.verdicts,
        share=round(100 * (score.false_alarms or 0)),
    )


def rule_name(rule: str, own: Mapping[str, OwnPhrase]) -> Words:
    """Return what to call a rule: an own phrase by its words, a shipped rule by its id."""
    if rule in own:
        return _('your phrase "{phrase}"', phrase=own[rule].text)
    return _("a phrase that you took out") if rule.startswith(OWN) else Code(rule)


def _back() -> Button:
    return Button(action("lab", "home"), _("Back to the lab"))
