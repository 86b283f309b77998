"""What check-ins say in the room and in reminders, and the words that all their cards share."""

from collections.abc import Sequence
from datetime import datetime

from peerbot.chat.actions import action
from peerbot.chat.addresses import Person
from peerbot.chat.cards import (
    Bar,
    Button,
    Card,
    Chart,
    Fields,
    Heading,
    Note,
    Quote,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Mention, Moment, When, Words, listed
from peerbot.checkins.model import (
    Audience,
    Checkin,
    Help,
    Round,
    Step,
)
from peerbot.checkins.summary import Group, Released
from peerbot.i18n import Msg, _, n_

PREVIEW = "preview"
"""Stands for the round in a preview: nothing is kept there."""

NAMES: dict[str, Msg] = {
    "weekly": _("Weekly check-in"),
    "fortnightly": _("Check-in every two weeks"),
    "daily": _("Small daily check-in"),
    "monthly": _("Monthly look back"),
}
QUESTIONS: dict[str, Msg] = {
    "weekly": _("How connected have you felt this week?"),
    "fortnightly": _("How connected have you felt these two weeks?"),
    "daily": _("How connected do you feel today?"),
    "monthly": _("Looking back at this month: how connected have you felt?"),
}
STEPS: dict[Step, Msg] = {
    Step.VERY_ALONE: _("Very alone"),
    Step.RATHER_ALONE: _("Rather alone"),
    Step.IN_BETWEEN: _("In between"),
    Step.RATHER_CONNECTED: _("Rather connected"),
    Step.VERY_CONNECTED: _("Very connected"),
}
HELP: dict[Help, Msg] = {
    Help.EMOTIONAL: _("Someone to listen"),
    Help.TANGIBLE: _("Practical help"),
    Help.INFORMATIONAL: _("Information"),
    Help.COMPANY: _("Company"),
    Help.SHARING: _("Just sharing"),
}
AUDIENCES: dict[Audience, Msg] = {
    Audience.ME: _("Only me"),
    Audience.STAFF: _("Me and counselling staff"),
    Audience.BY_NAME: _("The channel, with my name"),
    Audience.ANONYMOUS: _("The channel, without my name"),
}


def name_of(thing: Checkin | Round) -> Words:
    """Return its name for moderators; the form says that it is for them alone."""
    return thing.name or NAMES.get(thing.template, NAMES["weekly"])


def title_of(thing: Checkin | Round) -> Words:
    """Return what everybody may call it: its template's name, else what it asks."""
    return NAMES[thing.template] if thing.template in NAMES else question_of(thing)


def question_of(thing: Checkin | Round) -> Words:
    return thing.question or QUESTIONS.get(thing.template, QUESTIONS["weekly"])


def help_now() -> Button:
    return Button(action("crisis", "help"), _("I need help now"))


def a_person() -> Button:
    return Button(action("crisis", "ask-moderator"), _("Talk to a person"))


# -- In the room -------------------------------------------------------------------------------


def prompt(asked: Round) -> Card:
    """Return the question for everybody; whoever answers does so in private."""
    return _prompt(asked, asked.id, Moment(asked.closes_at, asked.zone))


def preview(checkin: Checkin, closes_at: datetime) -> Card:
    """Return the question as the room would see it, for its maker alone."""
    return _prompt(checkin, PREVIEW, Moment(closes_at, checkin.zone))


def _prompt(thing: Checkin | Round, round_id: str, until: Moment) -> Card:
    return card(
        "checkins.prompt",
        Heading(question_of(thing)),
        Text(_("Your answer is private. You choose who may see it, and you can skip.")),
        buttons(
            Button(action("checkins", "begin", round_id), _("Answer privately"), Style.PRIMARY),
            Button(action("checkins", "skip", round_id), _("Skip this one")),
            Button(action("checkins", "what", round_id), _("What happens with my answer?")),
        ),
        Note(_("Open until {moment}.", moment=until)),
        summary=question_of(thing),
    )


def only_preview() -> Card:
    return card(
        "checkins.preview",
        Text(_("This was a preview for you alone. Nothing is kept, and nobody else saw it.")),
        summary=_("This was a preview. Nothing is kept."),
    )


def shared(asked: Round, who: Person, words: str) -> Card:
    return card(
        "checkins.shared",
        Text(_("{who} shares with you:", who=Mention(who))),
        Quote(words),
        Note(question_of(asked)),
        summary=_("Somebody shares their answer to the check-in"),
    )


def taken_back() -> Card:
    return card(
        "checkins.taken-back",
        Note(_("Its writer has taken this back.")),
        summary=_("Its writer has taken this back."),
    )


def summary(
    asked: Round, shown: Released | None, earlier: Sequence[tuple[Round, Released]]
) -> Card:
    """Return what everybody may know of a closed round; nothing that tells about one or two."""
    if shown is None:
        return card(
            "checkins.summary",
            Heading(question_of(asked)),
            Text(
                _("Not enough answers to show this time. Thank you to everyone who took a moment.")
            ),
            summary=_("Not enough answers to show this time. Thank you."),
            tone=Tone.GOOD,
        )
    wished = [HELP[kind] for kind in shown.wished if kind is not Help.SHARING]
    return card(
        "checkins.summary",
        Heading(question_of(asked)),
        Text(
            n_(
                "{n} person answered. Thank you!",
                "{n} people answered. Thank you!",
                shown.people,
            )
        ),
        _chart(asked, shown) if shown.groups else None,
        None
        if shown.groups
        else Text(_("The answers cannot be shown apart without telling what single people said.")),
        Text(_("Several people wished for: {kinds}.", kinds=listed(wished))) if wished else None,
        Fields(tuple(_beside(one, released) for one, released in earlier)) if earlier else None,
        Note(_("Nobody can see who answered what. Skipping is always fine and is not counted.")),
        summary=n_(
            "Check-in closed: {n} person answered",
            "Check-in closed: {n} people answered",
            shown.people,
        ),
        tone=Tone.GOOD,
    )


def _chart(asked: Round, shown: Released) -> Chart:
    lines = [(_group(one), str(one.people)) for one in shown.groups]
    return Chart(
        title=title_of(asked),
        bars=tuple(Bar(_group(one), one.people) for one in shown.groups),
        alt=listed([_("{group}: {n}", group=name, n=count) for name, count in lines]),
        table=((_("How connected"), _("People")), *lines),
    )


def _beside(asked: Round, shown: Released) -> tuple[Words, Words]:
    groups = [_("{group}: {n}", group=_group(one), n=one.people) for one in shown.groups]
    people = n_("{n} person", "{n} people", shown.people)
    return Moment(asked.opens_at, asked.zone, When.DAY), listed(groups) if groups else people


def _group(one: Group) -> Words:
    if one.first is one.last:
        return STEPS[one.first]
    return _("{first} – {last}", first=STEPS[one.first], last=STEPS[one.last])


def voices(asked: Round, words: Sequence[str]) -> Card:
    """Return words that were given without a name; their order says nothing."""
    return card(
        "checkins.voices",
        Heading(_("In your own words")),
        Note(_("Shared without names, in no particular order.")),
        *(Quote(one) for one in words),
        Note(question_of(asked)),
        summary=_("Some of you shared words without a name"),
    )


def reminder(asked: Round) -> Card:
    """Return the one reminder of a round, for somebody who asked for it."""
    return card(
        "checkins.reminder",
        Text(_("You asked for a reminder: {question}", question=question_of(asked))),
        Note(
            _(
                "Open until {moment}. No answer is fine too.",
                moment=Moment(asked.closes_at, asked.zone),
            )
        ),
        buttons(
            Button(action("checkins", "begin", asked.id), _("Answer privately"), Style.PRIMARY),
            Button(action("checkins", "skip", asked.id), _("Skip this one")),
            Button(action("checkins", "pause-mine"), _("Pause until a date")),
            Button(action("checkins", "remind-off"), _("Stop reminders")),
        ),
        summary=_("You asked for a reminder of the check-in"),
    )
