"""What whoever took an alert reads: first words to copy, the steps, the end, a reminder later.

After #chatsafe (orygen.org.au/chatsafe) and the Samaritans: say that you read it, that you care,
ask directly, listen. A lint test holds these texts to the safe-messaging rules of `safety.md`.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Heading,
    Note,
    Quote,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Moment, When
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.model import Alert, Reason, State
from peerbot.crisis.openers import is_about_another
from peerbot.crisis.responder_cards import CHOSEN, OUTCOMES, press, steps
from peerbot.i18n import Msg, _

_READ = _("Hi, I read what you wrote, and I'm glad you wrote it. I care how you are. I'm here.")
_LISTENS = _("Thank you for telling me. I'm not shocked, and you need not hurry. I'm listening.")
_STAYS = _("I'm staying with you. Tell me when somebody is on the line.")
_ASKS: dict[Category, Msg] = {
    Category.SUICIDE: _("Are you thinking about suicide? You can tell me as it is."),
    Category.SELF_HARM: _(
        "Have you hurt yourself, or does it feel as if you might? Does anything need looking after "
        "by a doctor now?"
    ),
    Category.OVERDOSE: _(
        "What have you taken, and when? Please call the emergency number now; I'll stay with you "
        "while you do."
    ),
    Category.ABUSE: _(
        "It is not your fault. Are you safe where you are right now? You decide what happens next; "
        "would it help to look for someone who knows about this together?"
    ),
    Category.THREAT_RECEIVED: _(
        "That sounds frightening. Are you safe where you are right now, and is somebody with you?"
    ),
    Category.THREAT_MADE: _(
        "It sounds as if you are very angry or hurt. Is everybody safe right now, and can you put "
        "some distance in between while we talk?"
    ),
    Category.EATING: _(
        "How is your body doing: do you feel faint, or is there pain in your chest? If so, let's "
        "find you a doctor today."
    ),
    Category.BEREAVEMENT: _(
        "I'm so sorry about the person you lost. Would you like to tell me about them? And are you "
        "having thoughts of suicide yourself?"
    ),
    Category.NONE: _("How are you right now? Are you thinking about suicide?"),
}
_OTHER = _(
    "Hi, I read that you are worried about someone. It's good that you say so; you don't have to "
    "carry it alone."
)
_OTHER_ASKS = _(
    "What makes you worry most, and who is with them now? Could you ask them directly if they are "
    "thinking about suicide? I can help you find the words."
)
_NOW_ASKS = _("Are you safe right now? Where are you, and is anybody with you?")
_OTHER_NOW_ASKS = _(
    "Where are they, and is somebody with them? If their life is at risk, please call the "
    "emergency number now; I'll stay with you meanwhile."
)


def first_words(alert: Alert) -> tuple[Msg, ...]:
    """Return words to copy to whom the alert is about: two or three short messages, in order."""
    if is_about_another(alert.category, alert.whose):
        urgent = alert.tier is Tier.EMERGENCY
        return _OTHER, _OTHER_NOW_ASKS if urgent else _OTHER_ASKS
    asks = _ASKS.get(alert.category, _ASKS[Category.NONE])
    if alert.category is Category.OVERDOSE:
        return _READ, asks, _STAYS
    if alert.tier is Tier.EMERGENCY:
        return _READ, _NOW_ASKS, asks
    return _READ, asks, _LISTENS


def claimed(alert: Alert) -> Card:
    """Return what the responder who claimed it sees."""
    return card(
        "crisis.claimed",
        Heading(_("It is yours, thank you")),
        Text(_yours(alert)),
        Text(_("First words, if you want some. Copy them or say it your own way:")),
        *(Quote(words) for words in first_words(alert)),
        Note(steps(alert)),
        Note(
            _(
                'You need not do this alone or perfectly: press "Need backup" whenever you want. '
                "Afterwards, take a break, and tell someone here how it was for you."
            )
        ),
        buttons(
            Button(press(alert, "close"), _("Done"), Style.PRIMARY),
            Button(press(alert, "backup"), _("Need backup")),
        ),
        summary=_("It is yours, thank you."),
        tone=Tone.GOOD,
    )


def _yours(alert: Alert) -> Msg:
    if alert.reason is Reason.DRILL:
        return _("This is a drill. In earnest they would now hear that you will write.")
    if alert.untold:
        return _(
            "I could not tell them that you will write: no private way to them is open. Please "
            "write to them yourself, as well as you can."
        )
    if alert.owed is not None:
        return _("I am still trying to tell them; please do not wait for me and write to them.")
    return _("They were told that you will write.")


def how_did_it_end(alert: Alert) -> Card:
    return card(
        "crisis.close",
        Text(_("How did it end? No details are kept.")),
        buttons(
            *(
                Button(press(alert, "outcome", outcome), words)
                for outcome, words in OUTCOMES.items()
            )
        ),
        summary=_("How did it end?"),
    )


def thanks(
    alert: Alert | None,
    zone: ZoneInfo,
    *,
    card_is_closed: bool = True,
    is_for_chosen: bool = False,
) -> Card:
    """Return thanks to whoever closed an alert; says if its responder is to be reminded.

    `is_for_chosen` says that only chosen people heard of it, which a closed alert no longer knows.
    """
    reminder = None if alert is None else alert.follow_up_at
    no_reminder = f"{CHOSEN}no-follow-up" if is_for_chosen else "no-follow-up"
    return card(
        "crisis.thanks",
        Text(_("Thank you. The card is closed and no longer says who it was."))
        if card_is_closed
        else Text(
            _(
                "Thank you, it is closed. I could not change the card in the room: please delete "
                "it there, since it still says who it was."
            )
        ),
        Note(_("That was a lot. Take a break before the next one, and tell someone how it was."))
        if alert is None or alert.state is not State.MISREAD
        else None,
        Note(_reminded(reminder, zone)) if reminder is not None else None,
        buttons(Button(action("crisis", no_reminder, alert.id), _("No reminder, please")))
        if alert is not None and reminder is not None
        else None,
        summary=_("Thank you. It is closed."),
        tone=Tone.GOOD,
    )


def _reminded(at: datetime, zone: ZoneInfo) -> Msg:
    return _(
        "Whoever took it gets one private reminder on {day} that a short hello may be welcome; it "
        "names nobody.",
        day=Moment(at, zone, When.DAY),
    )


def no_follow_up() -> Card:
    return card(
        "crisis.no-follow-up",
        Text(_("All right, there will be no reminder.")),
        summary=_("There will be no reminder."),
    )


def follow_up(alert: Alert, zone: ZoneInfo) -> Card:
    """Return the reminder for whoever helped: no name, no words, nothing to answer."""
    return card(
        "crisis.follow-up",
        Text(
            _(
                "On {day} you helped somebody here. A short hello may be welcome now: how are you, "
                "and no need to answer. Only if it feels right to you.",
                day=Moment(alert.claimed_at or alert.raised_at, zone, When.DAY),
            )
        ),
        Note(_("This is a program's reminder; it comes once. How are you yourself?")),
        summary=_("You helped somebody a little while ago; a short hello may be welcome."),
    )
