"""Every word for the one who worries about somebody else: the form, the coaching, what was told."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Heading,
    Node,
    Note,
    Option,
    Quote,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.forms import Choice, Form, MemberPick, Surface, TextIn, Toggle
from peerbot.chat.text import Mention, Moment, When, Words
from peerbot.crisis.cards import NOT_YET, Told
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.model import Alert
from peerbot.crisis.openers import OTHER_NOW
from peerbot.crisis.worry import Urgency, Whom
from peerbot.i18n import Msg, _

MOST_WORDS = 1000


def form() -> Form:
    """Return the questions to one who worries; it says who will hear of what."""
    return Form(
        title=_("Worried about someone"),
        intro=_(
            "In danger this minute? Ring the emergency number first. What you send goes to the "
            "responders here, with your name; the person hears nothing from me. About somebody of "
            "the team, only people outside its room hear of it."
        ),
        fields=(
            Choice(
                key="whom",
                label=_("Who is it?"),
                options=(
                    Option(Whom.MEMBER, _("Someone in this community")),
                    Option(Whom.TEAM, _("A moderator or responder here")),
                    Option(Whom.OUTSIDE, _("Someone who is not here")),
                ),
            ),
            MemberPick(
                key="member",
                label=_("Which member? You may leave this open"),
                required=False,
            ),
            Choice(
                key="urgency",
                label=_("How urgent does it feel?"),
                options=(
                    Option(Urgency.NOW, _("They may be in danger right now")),
                    Option(Urgency.SOON, _("Someone should look today")),
                    Option(Urgency.QUIET, _("I am uneasy; it can wait")),
                ),
            ),
            TextIn(
                key="words",
                label=_("What worries you? You may leave this empty"),
                hint=_("My rules look at it. If you seem in danger yourself, they hear that too."),
                surface=Surface.REPORT,
                long=True,
                most=MOST_WORDS,
                required=False,
            ),
            Toggle(
                key="may-be-read",
                label=_("They may read these words"),
                hint=_("Kept encrypted until it is closed. Without this, nobody reads them."),
            ),
        ),
        submit=_("Send"),
    )


def coaching(lines: Sequence[Words]) -> Card:
    """Return what somebody who worries about another can say and do."""
    return card(
        "crisis.coaching",
        Heading(_("For the one who worries")),
        *_coaching(lines),
        buttons(
            Button(action("crisis", "worry"), _("Tell the responders"), Style.PRIMARY),
            Button(action("crisis", "words", Category.THIRD_PARTY), _("Words to send someone")),
            Button(action("crisis", "elsewhere", Category.THIRD_PARTY), _("I'm somewhere else")),
        ),
        summary=_("What you can say, and who helps you help"),
        tone=Tone.CARE,
    )


def reported(
    told: Told,
    tier: Tier,
    lines: Sequence[Words],
    zone: ZoneInfo,
    *,
    team: bool,
    many: bool = False,
    speaks_of_self: bool = False,
    words_lost: bool = False,
) -> Card:
    """Return who hears of a worry, truly, and what the one who worries can say and do now.

    `many` says that it waits because they told of several today; `words_lost` that their words
    could not be kept for anybody to read.
    """
    return card(
        "crisis.reported",
        Text(OTHER_NOW) if tier is Tier.EMERGENCY else None,
        Text(_who_hears(told, zone, team=team, many=many)),
        Text(_("They will see that you may need somebody as well."))
        if speaks_of_self and told.anyone_here and told.arrived
        else None,
        Text(_("Your words could not be kept, so please tell them again when somebody writes."))
        if words_lost
        else None,
        Text(_("If you fear for their life:")) if team else None,
        *_coaching(lines),
        buttons(
            Button(action("crisis", "anyone", told.alert_id), _("Is anyone there?"), Style.PRIMARY)
            if told.alert_id
            else None,
            Button(action("crisis", "words", Category.THIRD_PARTY), _("Words to send someone")),
            Button(action("crisis", "elsewhere", Category.THIRD_PARTY), _("I'm somewhere else")),
            Button(action("crisis", "now"), _("Something for me")),
        ),
        summary=_("Thank you for looking out. Here is what you can say now."),
        tone=Tone.CARE,
    )


def _coaching(lines: Sequence[Words]) -> tuple[Node, ...]:
    return (
        Text(_("Asking about suicide does not put the idea into anyone's head. You could say:")),
        Quote(_("I care about you and I'm worried. Are you thinking about suicide?")),
        Quote(
            _(
                "Thank you for telling me. I'm not going anywhere. Who else could be with you "
                "tonight?"
            )
        ),
        Text(_("Ask where they are, who is with them, and what would help in this hour. Listen.")),
        Text(
            _(
                "Never promise to keep it secret, to be there at every hour, or that all will be "
                "well. You can promise to help them find help."
            )
        ),
        Text(
            _(
                "Ring the emergency number if they may act soon, are hurt, or said goodbye and "
                "cannot be reached. You need nobody's leave for that."
            )
        ),
        *(Text(line) for line in lines),
        Note(_("You may stop when it is too much. These lines are for you as well.")),
    )


def _who_hears(told: Told, zone: ZoneInfo, *, team: bool, many: bool) -> Msg:
    if not told.anyone_here and team:
        return _(
            "Thank you for saying it. Nobody could be told without the team hearing of it, so I "
            "told nobody. You can turn to whoever runs this community, if that feels safe."
        )
    if not told.anyone_here:
        return _(
            "Thank you for looking out. There is nobody in this community whom I can tell. This is "
            "what you can do yourself."
        )
    if not told.arrived:
        return NOT_YET
    if told.taken_by is not None:
        return _("{name} knows of this already and will write to you.", name=Mention(told.taken_by))
    if many and team:
        return _(
            "Thank you for saying it. You have told of several worries today, so this one waits "
            "for a quiet moment with those who hear of worries about the team; the team's room "
            "does not see it. If somebody may be in danger now, send it again and say so: then I "
            "call at once."
        )
    if many:
        return _(
            "Thank you for looking out. You have told of several worries today, so this one waits "
            "for a quiet moment. If they may be in danger now, send it again and say so: then I "
            "call at once."
        )
    if told.quiet and team:
        return _(
            "Thank you for saying it. Those who hear of worries about the team have a quiet note, "
            "with your name. The team's room does not see it; the person hears nothing from me."
        )
    if told.quiet:
        return _(
            "Thank you for looking out. The responders have a quiet note, with your name. The "
            "person hears nothing from me."
        )
    if told.until is None:
        return _("They were told, and nobody has taken it so far. Please do not wait for them.")
    until = Moment(told.until, zone, When.TIME)
    if team:
        return _(
            "Thank you for saying it. I have told those who hear of worries about the team, with "
            "your name. The team's room does not see it; the person hears nothing from me. If "
            "nobody has written to you by {time}, nobody was free.",
            time=until,
        )
    if told.unstaffed:
        return _(
            "Thank you for looking out. Nobody is on duty here now, so I am asking the others, "
            "with your name; the person hears nothing from me. If nobody has written to you by "
            "{time}, nobody was free.",
            time=until,
        )
    return _(
        "Thank you for looking out. I have told the responders, with your name; the person hears "
        "nothing from me. If nobody has written to you by {time}, nobody was free.",
        time=until,
    )


def words(alert: Alert, several: Sequence[str]) -> Card:
    """Return what the one who worries lets those read who look after it."""
    return card(
        "crisis.worry-words",
        Text(_("What {who} wrote, for those who look after this:", who=Mention(alert.about))),
        *(Quote(one) for one in several),
        Text(_("The words are no longer there.")) if not several else None,
        Note(_("Please do not copy it. It goes when this is closed.")),
        summary=_("Words about a worry, for you alone"),
    )
