"""Every word that responders read: the live card, the ladder, the list."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import (
    Button,
    Card,
    Fields,
    Heading,
    Node,
    Note,
    Pager,
    Ping,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.forms import Surface
from peerbot.chat.text import Code, Link, Mention, Moment, When, Words, joined
from peerbot.crisis import worry_facts
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.detection.own import OWN
from peerbot.crisis.model import Alert, Outcome, Reason, State, Way
from peerbot.i18n import Msg, _, n_

CHOSEN = "chosen-"
"""Begins the verbs of what chosen people alone may press."""

TIERS: dict[Tier, Msg] = {
    Tier.NONE: _("not sure"),
    Tier.CONCERN: _("concern"),
    Tier.URGENT: _("urgent"),
    Tier.EMERGENCY: _("emergency"),
}
CATEGORIES: dict[Category, Msg] = {
    Category.SUICIDE: _("thoughts of suicide"),
    Category.SELF_HARM: _("self-harm"),
    Category.OVERDOSE: _("taken too much of something"),
    Category.ABUSE: _("violence or abuse"),
    Category.THREAT_RECEIVED: _("being threatened"),
    Category.THREAT_MADE: _("threatening somebody"),
    Category.EATING: _("eating, with medical danger"),
    Category.THIRD_PARTY: _("worry about somebody else"),
    Category.BEREAVEMENT: _("a death by suicide near them"),
    Category.NONE: _("distress"),
}
WAYS: dict[Way, Msg] = {
    Way.REPLY: _("answered privately, where they wrote"),
    Way.INBOX: _("answered in their inbox"),
    Way.NEW_INBOX: _("answered in a new private conversation"),
    Way.THREAD: _("answered in a private thread"),
    Way.OFFER: _("not reached in private; a general offer will appear in the room"),
    Way.NOT_REACHED: _("not reached: no private way to them was open"),
    Way.NOT_TRIED: _("being reached now"),
    Way.BEFORE: _("answered a little earlier"),
    Way.NOT_WRITTEN: _("not written to by me"),
}
OUTCOMES: dict[Outcome, Msg] = {
    Outcome.SAFE: _("Safe for now"),
    Outcome.HANDED_ON: _("With professionals"),
    Outcome.NOT_REACHED: _("Could not reach them"),
}


def alert_card(alert: Alert, zone: ZoneInfo, pings: tuple[Ping, ...] = ()) -> Card:
    """Return the live card of an alert; once it is over, only what is not sensitive."""
    if alert.is_over:
        return _over(alert, zone)
    drill = alert.reason is Reason.DRILL
    return card(
        "crisis.alert",
        Heading(_title(alert)),
        Text(_("This is a drill. Nobody is in danger; press the buttons as you would."))
        if drill
        else None,
        Fields(
            (
                (_("Who worries") if alert.worry else _("Who"), _who(alert)),
                *worry_facts.fields(alert.worry),
                (_("Where"), _where(alert)),
                (_("What"), _what(alert)),
                *(() if drill else ((_("Contact"), WAYS[alert.way]),)),
                (_("Since"), Moment(alert.raised_at, zone)),
                *(((_("Messages"), str(alert.count)),) if alert.count > 1 else ()),
                *(((_("Rule"), _rules(alert)),) if alert.rules else ()),
            )
        ),
        Text(_state(alert, zone)),
        *worry_facts.texts(alert.worry),
        Text(_("The person says that this was a misreading. Please look all the same, gently."))
        if alert.says_misread
        else None,
        Text(_("They would rather be left alone. Step in only if you fear for their life."))
        if alert.wants_privacy
        else None,
        Text(_("Backup is wanted: whoever can, please join.")) if alert.needs_backup else None,
        Note(
            n_(
                "{n} other person wrote the very same words just before; they have a card too.",
                "{n} others wrote the very same words just before; each has a card too.",
                alert.alike,
            )
        )
        if alert.alike
        else None,
        Note(steps(alert)),
        Note(_("Afterwards, look after yourself too: tell someone here how it was.")),
        buttons(
            Button(press(alert, "claim"), _("I've got this"), Style.PRIMARY)
            if alert.is_waiting
            else Button(press(alert, "close"), _("Done"), Style.PRIMARY),
            Button(press(alert, "backup"), _("Need backup")),
            Button(press(alert, "verdict"), _false_alarm(alert)),
            Button(press(alert, "worry-words"), _("Read their words"))
            if alert.worry and alert.worry.words
            else None,
        ),
        summary=_summary(alert),
        tone=Tone.URGENT if alert.tier >= Tier.URGENT and alert.is_waiting else Tone.CARE,
        pings=pings,
    )


def _rules(alert: Alert) -> Words:
    """Return which rules raised it; never an own phrase itself, which may be what was said."""
    shipped = [one for one in alert.rules if not one.startswith(OWN)]
    own: tuple[Words, ...] = (_("a phrase of your own"),) if shipped != list(alert.rules) else ()
    named: tuple[Words, ...] = (Code(", ".join(shipped)[:120]),) if shipped else ()
    return joined(own[0], ", ", named[0]) if own and named else (*own, *named)[0]


def _title(alert: Alert) -> Msg:
    if alert.reason is Reason.DRILL:
        return _("Drill: please check on a member")
    if alert.worry is not None:
        return _("Somebody worries about another person")
    if alert.tier <= Tier.CONCERN:
        return _("A quiet note about a member")
    return _("Please check on a member")


def _summary(alert: Alert) -> Msg:
    if alert.reason is Reason.DRILL:
        return _("A drill: nobody is in danger. Please press the buttons as you would.")
    if alert.worry is not None:
        return _("Somebody worries about another person: {what}", what=_what(alert))
    if alert.tier <= Tier.CONCERN:
        return _("A quiet note about a member: {what}", what=_what(alert))
    return _("Please check on a member: {what}", what=_what(alert))


def _who(alert: Alert) -> Words:
    return Mention(alert.about) if alert.about.is_named else _("a name that a program posts under")


def _what(alert: Alert) -> Msg:
    if alert.reason is Reason.DRILL:
        return _("a test of the way to you")
    if alert.reason is Reason.ASKED:
        return _("they asked for somebody")
    if alert.reason is Reason.FLAGGED and alert.category is Category.NONE:
        return _("a member flagged this message; no rule found anything")
    words = _("{tier}, {what}", tier=TIERS[alert.tier], what=CATEGORIES[alert.category])
    about_other = alert.whose is Whose.OTHER and alert.category is not Category.THIRD_PARTY
    return _("{words} (about somebody else)", words=words) if about_other else words


def _where(alert: Alert) -> Words:
    if alert.reason is Reason.DRILL:
        return _("in the setup")
    if alert.permalink:
        return Link(_("their message"), alert.permalink)
    if alert.surface in {Surface.PUBLIC, Surface.FLAGGED}:
        return _("their message is gone") if alert.source is None else _("a message in a room")
    if alert.worry is not None:
        return _("told me with the form")
    if alert.reason is Reason.ASKED:
        return _("asked me privately")
    return _("in words to the bot or to staff")


def _state(alert: Alert, zone: ZoneInfo) -> Msg:
    match alert.state:
        case State.CLAIMED if alert.claimed_by and alert.claimed_at:
            return _(
                "{name} has this, since {time}.",
                name=Mention(alert.claimed_by),
                time=Moment(alert.claimed_at, zone, When.TIME),
            )
        case State.UNANSWERED if alert.owed is not None:
            return _("Nobody took this in time; they are being told so. It still can be taken.")
        case State.UNANSWERED if alert.untold:
            return _(
                "Nobody took this in time, and I could not tell them so. It still can be taken."
            )
        case State.UNANSWERED:
            return _("Nobody took this in time, and they were told so. It still can be taken.")
        case _:
            if alert.reason is Reason.DRILL:
                return _("Nobody has taken this yet.")
            if alert.until is None:
                return _("Nobody has taken this yet. It can wait for a quiet moment.")
            return _(
                "Nobody has taken this yet. At {time} they will be told that nobody was free.",
                time=Moment(alert.until, zone, When.TIME),
            )


def press(alert: Alert, verb: str, *args: str) -> Action:
    """Return what a button does; what chosen people alone hear of goes by a door of its own."""
    return action("crisis", f"{CHOSEN}{verb}" if alert.hearers else verb, alert.id, *args)


def steps(alert: Alert) -> Msg:
    """Return what to do, after #chatsafe and the Lifeline policy: least invasive first."""
    if alert.whose is Whose.OTHER and alert.tier is Tier.EMERGENCY:
        return _(
            "Write to the one who worries now: where is the person, and who is with them? Help "
            "them call the emergency number; stay with them until help is there."
        )
    if alert.tier is Tier.EMERGENCY:
        return _(
            "Write to them privately now. Ask directly if they are safe, and where they "
            "are. Stay with them until help is there; if their life is at risk, call the "
            "emergency number yourself."
        )
    if alert.whose is Whose.OTHER:
        return _(
            "Write to the one who worries. Ask what they know and who is with the person. "
            "Help them get help; contact the other person only if both of you find it "
            "right."
        )
    return _(
        "Write to them privately. Say that you read it and that you care, ask directly "
        "about suicide if you fear it, listen, and bring in professional help together."
    )


def _over(alert: Alert, zone: ZoneInfo) -> Card:
    result = (
        _("Closed as a misreading.")
        if alert.state is State.MISREAD
        else _("Closed: {outcome}", outcome=OUTCOMES[alert.outcome] if alert.outcome else _("done"))
    )
    return card(
        "crisis.alert-over",
        Text(result),
        Note(
            _(
                "{tier}, {when}. Thank you, {name}.",
                tier=TIERS[alert.tier],
                when=Moment(alert.raised_at, zone),
                name=Mention(alert.claimed_by) if alert.claimed_by else _("everyone"),
            )
        ),
        summary=result,
    )


def _false_alarm(alert: Alert) -> Msg:
    return _("Misread") if alert.worry is None else _("No cause")


def second_card(alert: Alert, zone: ZoneInfo, pings: tuple[Ping, ...] = ()) -> Card:
    """Return a further card about an alert, as things stand: the call to the backup, or less."""
    if alert.is_over:
        return _over(alert, zone)
    if not alert.is_waiting:
        return card(
            "crisis.second-taken", Text(_state(alert, zone)), summary=_("This alert is taken.")
        )
    drill = alert.reason is Reason.DRILL
    return card(
        "crisis.passed-on",
        Heading(
            _("Drill: still nobody, please check on a member")
            if drill
            else _("Still nobody: somebody worries about another person")
            if alert.worry is not None
            else _("Still nobody: please check on a member")
        ),
        Text(_("This is a drill. Nobody is in danger; press the buttons as you would."))
        if drill
        else None,
        Text(
            _(
                "{who} has been waiting since {time}.",
                who=_who(alert),
                time=Moment(alert.raised_at, zone, When.TIME),
            )
        ),
        Text(_state(alert, zone)),
        buttons(
            Button(press(alert, "claim"), _("I've got this"), Style.PRIMARY),
            Button(press(alert, "verdict"), _false_alarm(alert)),
        ),
        summary=_summary(alert)
        if drill
        else _("Still nobody has taken an alert: {what}", what=_what(alert)),
        tone=Tone.URGENT,
        pings=pings,
    )


def forgotten(alert: Alert, zone: ZoneInfo) -> Card:
    """Return a card about an old alert, without who it was and where."""
    return card(
        "crisis.forgotten",
        Text(_("An alert of {day}. Who it was is no longer kept.", day=_day(alert, zone))),
        summary=_("An old alert"),
    )


def _day(alert: Alert, zone: ZoneInfo) -> Moment:
    return Moment(alert.raised_at, zone, When.DAY)


def backup_wanted(alert: Alert, zone: ZoneInfo, pings: tuple[Ping, ...]) -> Card:
    """Return the call for others to join a responder."""
    since = Moment(alert.raised_at, zone, When.TIME)
    return card(
        "crisis.backup-wanted",
        Heading(_("Backup, please")),
        Text(
            _(
                "A second person is wanted to look after {who} (since {time}).",
                who=_who(alert),
                time=since,
            )
        ),
        buttons(Button(press(alert, "show"), _("Show"), Style.PRIMARY)),
        summary=_("A second person is wanted."),
        tone=Tone.URGENT,
        pings=pings,
    )


def waiting(
    alerts: Sequence[Alert], zone: ZoneInfo, *, page: int = 1, pages: int = 1, total: int = 0
) -> Card:
    """Return a page of the alerts that are not over."""
    rows: list[Node] = [
        Row(
            _(
                "{who}, {what}, since {time}: {state}",
                who=_who(alert),
                what=_what(alert),
                time=Moment(alert.raised_at, zone),
                state=_taken_by(alert),
            ),
            Button(press(alert, "show"), _("Show")),
        )
        for alert in alerts
    ]
    return card(
        "crisis.waiting",
        Heading(_("Alerts")),
        *(rows or [Text(_("Nobody is waiting."))]),
        Pager(page, pages, action("crisis", "alerts")) if pages > 1 else None,
        summary=n_("{n} alert is open", "{n} alerts are open", max(total, len(alerts))),
    )


def _taken_by(alert: Alert) -> Msg:
    if alert.state is State.CLAIMED and alert.claimed_by is not None:
        return _("{name} has it", name=Mention(alert.claimed_by))
    return _("waiting")


def no_way_to_responders(community: str, tier: Tier) -> Card:
    """Return what those hear who look after the space when an alert has no room to go to."""
    return card(
        "crisis.no-way",
        Heading(_("An alert has no room to go to")),
        Text(
            _(
                "Somebody in {community} may be in danger ({tier}), and I cannot write in the room "
                "for alerts: it is gone, or closed to me. They were given help lines, and wait.",
                community=community,
                tier=TIERS[tier],
            )
        ),
        Text(
            _(
                "Please go there and type /peerbot alerts to see who it is, or ask a moderator to. "
                "Then an admin can choose another room with /peerbot setup, step 3."
            )
        ),
        summary=_("Somebody may be in danger, and the room for alerts cannot be reached."),
        tone=Tone.URGENT,
    )
