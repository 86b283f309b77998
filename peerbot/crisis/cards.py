"""Every word that a person in danger reads. Warm, plain, short; never a method, never their words.

A lint test holds these texts to the safe-messaging rules of `safety.md` in every language. What
responders read stands in `responder_cards`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.addresses import Person
from peerbot.chat.cards import (
    Button,
    Card,
    Node,
    Note,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Mention, Moment, When, Words
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, State
from peerbot.crisis.openers import is_about_another, opener
from peerbot.i18n import Msg, _

NO_ALERT = "none"
"""Stands for "no alert" in a button's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is true about other people hearing of this."""

    alert_id: str | None = None
    """None if nobody is told."""
    until: datetime | None = None
    """When nobody was free, if nobody has written by then; None if that moment has passed."""
    quiet: bool = False
    """Whether responders get a note that calls nobody."""
    taken_by: Person | None = None
    """The responder who has taken it."""
    arrived: bool = True
    """Whether responders could be told, as far as is known."""
    anyone_here: bool = True
    """Whether the community has anybody to tell."""
    unstaffed: bool = False
    """Whether nobody is on duty now."""
    staffed_from: datetime | None = None
    """When somebody is on duty next, if nobody is now and it is known."""


def first_answer(
    *,
    category: Category,
    tier: Tier,
    whose: Whose,
    told: Told,
    lines: Sequence[Words],
    zone: ZoneInfo,
    asked: bool = False,
    knows_country: bool = True,
) -> Card:
    """Return the first private answer: a body of at most 600 characters, three lines of help."""
    another = is_about_another(category, whose)
    return card(
        "crisis.answer",
        Text(opener(category, tier, whose, asked=asked)),
        *(Text(line) for line in lines),
        Text(_told(told, zone)),
        Note(_("I am peerbot, a program; I may have misunderstood.") if not asked else _NOTE_ASKED),
        buttons(
            Button(action("crisis", "coach"), _("What can I say to them?"), Style.PRIMARY)
            if another
            else _for_now(category),
            Button(
                action("crisis", "words", Category.THIRD_PARTY if another else category),
                _("Words to send someone"),
            ),
            Button(
                action("crisis", "elsewhere", category),
                _("I'm somewhere else") if knows_country else _("Lines where I am"),
            ),
            _who_hears(told, category),
            Button(action("crisis", "misread", told.alert_id or NO_ALERT), _("You misread me"))
            if not asked
            else Button(action("crisis", "worry"), _("I'm worried about someone")),
        ),
        summary=_("You do not have to go through this alone. Here is help, privately."),
        tone=Tone.CARE,
    )


def _for_now(category: Category) -> Button:
    return Button(action("crisis", "now", category), _("Something for right now"), Style.PRIMARY)


def _who_hears(told: Told, category: Category) -> Button | None:
    if told.alert_id:
        return Button(action("crisis", "anyone", told.alert_id), _("Is anyone there?"))
    if told.anyone_here:
        return Button(action("crisis", "ask-moderator", category), _("Ask a moderator"))
    return None


NOT_YET = _(
    "I have not been able to reach the responders yet, and I keep trying. Please "
    "do not wait for them."
)
_NOTE_ASKED = _("I am peerbot, a program. The people behind these numbers are real.")


def _told(told: Told, zone: ZoneInfo) -> Msg:
    if not told.anyone_here:
        return _("There is nobody in this community whom I can tell, so please use one of these.")
    if told.alert_id is None:
        return _(
            'Nobody else was told. If you want someone to write to you, press "Ask a moderator".'
        )
    if not told.arrived:
        return NOT_YET
    if told.taken_by is not None:
        return _(
            "{name} from the team here knows of this and will write to you.",
            name=Mention(told.taken_by),
        )
    if told.quiet:
        return _(
            "I am leaving a quiet note for the responders of this community; nobody else sees it."
        )
    if told.until is None:
        return _(
            "I have asked the responders here, and nobody has taken it so far. Please do not wait "
            "for them: use one of these."
        )
    time = Moment(told.until, zone, When.TIME)
    if told.unstaffed and told.staffed_from is not None:
        return _(
            "Nobody is on duty here before {start}, so I am asking the others. If nobody has "
            "written to you by {time}, nobody was free: then please use one of these.",
            start=_start(told.staffed_from, told.until, zone),
            time=time,
        )
    if told.unstaffed:
        return _(
            "Nobody is on duty here now, so I am asking the others. If nobody has written to you "
            "by {time}, nobody was free: then please use one of these.",
            time=time,
        )
    return _(
        "I am asking the responders here to look after you. If nobody has written to "
        "you by {time}, nobody was free: then please use one of these.",
        time=time,
    )


def _start(start: datetime, now: datetime, zone: ZoneInfo) -> Moment:
    """Return when duty begins: the time alone only if it cannot be taken for another day's."""
    soon = start - now < timedelta(hours=20)
    return Moment(start, zone, When.TIME if soon else When.DAY_AND_TIME)


def still_here(lines: Sequence[Words], told: Told, zone: ZoneInfo, category: Category) -> Card:
    """Return the shorter answer, for somebody who was answered a little while ago."""
    return card(
        "crisis.still-here",
        Text(_("I hear you, and it still matters. You need not be alone with it now.")),
        *(Text(line) for line in lines[:2]),
        Text(_told(told, zone)),
        buttons(
            _for_now(category),
            Button(action("crisis", "words", category), _("Words to send someone")),
            _who_hears(told, category),
        ),
        Note(_("I am peerbot, a program; I may have misunderstood.")),
        summary=_("You do not have to go through this alone. Here is help, privately."),
        tone=Tone.CARE,
    )


# -- the buttons of the first answer -----------------------------------------------------------


def anyone_there(
    alert: Alert | None, told: Told, lines: Sequence[Words], zone: ZoneInfo, now: datetime
) -> Card:
    """Return the truth about who has heard, at the moment of asking."""
    nodes: list[Node] = [Text(_truth(alert, told, zone, now))]
    if alert is None or alert.state is not State.CLAIMED:
        nodes.extend(Text(line) for line in lines)
    private = alert is not None and not alert.is_over and not alert.wants_privacy
    return card(
        "crisis.anyone",
        *nodes,
        buttons(
            _for_now(alert.category if alert else Category.NONE),
            Button(action("crisis", "keep-private", alert.id), _("Keep this private"))
            if alert is not None and private
            else None,
            Button(action("crisis", "ask-moderator", alert.category), _("Ask a moderator"))
            if alert is not None and alert.is_over
            else None,
        ),
        summary=_("Who has heard, as of now"),
        tone=Tone.CARE,
    )


def _truth(alert: Alert | None, told: Told, zone: ZoneInfo, now: datetime) -> Words:
    if alert is None:
        return _("I cannot see that just now. Please do not wait for it: these people are there.")
    if alert.state is State.CLAIMED and alert.claimed_by and alert.claimed_at:
        return _(
            "{name} took this at {time} and will write to you.",
            name=Mention(alert.claimed_by),
            time=Moment(alert.claimed_at, zone, When.TIME),
        )
    if alert.state is State.UNANSWERED:
        return _(
            "I am sorry: nobody here was free. Please use one of these now; they are there for you."
        )
    if alert.is_over:
        return _("The responders have closed this. You can ask again at any time.")
    if not alert.is_known_to_responders:
        return NOT_YET
    if alert.until is None:
        return _("The responders have a quiet note about this. Nobody has taken it so far.")
    if alert.until <= now:
        return _("The responders were told, and nobody was free in time. Please use one of these.")
    if told.unstaffed:
        return _(
            "Nobody is on duty just now; I asked the others, and nobody has taken it yet. If "
            "nobody has written by {time}, nobody was free.",
            time=Moment(alert.until, zone, When.TIME),
        )
    return _(
        "The responders were told; nobody has taken it yet. If nobody has written by "
        "{time}, nobody was free.",
        time=Moment(alert.until, zone, When.TIME),
    )


def nobody_free(lines: Sequence[Words], category: Category) -> Card:
    """Return the honest end of the ladder."""
    return card(
        "crisis.nobody-free",
        Text(
            _(
                "I asked the responders here, and nobody is free right now. I am sorry. It "
                "is not about you."
            )
        ),
        Text(_("These are people you can turn to:")),
        *(Text(line) for line in lines),
        buttons(
            _for_now(category),
            Button(action("crisis", "words", category), _("Words to send someone")),
            Button(action("crisis", "elsewhere", category), _("I'm somewhere else")),
        ),
        Note(_("I am peerbot, a program. The people behind these numbers are real.")),
        summary=_("Nobody here is free right now; here is whom you can turn to."),
        tone=Tone.CARE,
    )


def taken(responder: Person) -> Card:
    """Return what the member hears once somebody took it."""
    return card(
        "crisis.taken",
        Text(
            _(
                "{name} from the team here has seen this and will write to you.",
                name=Mention(responder),
            )
        ),
        summary=_("Someone from the team has seen this and will write to you."),
        tone=Tone.CARE,
    )


def misread(lines: Sequence[Words], *, responders_know: bool) -> Card:
    """Return a smaller help, never none."""
    return card(
        "crisis.misread",
        Text(_("Thank you for telling me, and sorry for stepping in.")),
        Text(_("The responders see that you said so.")) if responders_know else None,
        *(Text(line) for line in lines[:1]),
        Note(_("Whenever you want help: /help-now, at any hour.")),
        summary=_("Thank you for telling me. /help-now is there at any hour."),
    )


def kept_private(*, responders_know: bool) -> Card:
    if not responders_know:
        return card(
            "crisis.kept-private",
            Text(
                _(
                    "I have noted that you would rather be left alone with this, but I could not "
                    "show it to the responders yet. You can tell them so yourself."
                )
            ),
            summary=_("Noted; the responders may not see it yet."),
            tone=Tone.CARE,
        )
    return card(
        "crisis.kept-private",
        Text(
            _(
                "I have told the responders that you would rather be left alone with this. "
                "They may still look, if they fear for your life."
            )
        ),
        summary=_("The responders know that you want to be left alone."),
        tone=Tone.CARE,
    )


def moderator_asked(told: Told, zone: ZoneInfo, lines: Sequence[Words]) -> Card:
    """Return what happens now that somebody asked for a person."""
    return card(
        "crisis.asked",
        Text(_told(told, zone)),
        *(Text(line) for line in lines),
        buttons(
            Button(action("crisis", "anyone", told.alert_id), _("Is anyone there?"), Style.PRIMARY)
            if told.alert_id
            else Button(action("crisis", "now"), _("Something for right now"), Style.PRIMARY)
        ),
        summary=_asked_summary(told),
        tone=Tone.CARE,
    )


def _asked_summary(told: Told) -> Msg:
    if not told.anyone_here:
        return _("There is nobody here whom I can tell; here are others.")
    if not told.arrived:
        return _("I could not reach the responders yet; here are others.")
    return _("I am asking the responders to look after you.")


def hello() -> Card:
    """Return what somebody hears who writes to the bot about something else."""
    return card(
        "crisis.hello",
        Text(
            _(
                "Hello, good that you write. I am peerbot, a program, so I cannot talk with you. I "
                "can show you help (/help-now), a tip (/tip), or a place that helps (/resources)."
            )
        ),
        buttons(Button(action("crisis", "help"), _("I need help now"))),
        summary=_("Hello, good that you write."),
    )


def offer() -> Card:
    """Return a card addressed to nobody, for a room."""
    return card(
        "crisis.offer",
        Text(_("Having a hard time? Press for something private. Nobody sees that you did.")),
        buttons(Button(action("crisis", "help"), _("Something private"), Style.PRIMARY)),
        summary=_("Having a hard time? Press for something private."),
        tone=Tone.CARE,
    )
