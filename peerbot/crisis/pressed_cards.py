"""What a responder hears back for a press that was too late, not theirs, or asked the others."""

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Style, Text, Tone, buttons, card
from peerbot.chat.text import Mention, Words
from peerbot.crisis.model import Alert, Outcome
from peerbot.crisis.responder_cards import press
from peerbot.i18n import _


def over() -> Card:
    return card(
        "crisis.over",
        Text(_("This one is closed already. Thank you for looking.")),
        summary=_("This one is closed already."),
    )


def too_late(alert: Alert) -> Card:
    who: Words = Mention(alert.claimed_by) if alert.claimed_by else _("Somebody else")
    return card(
        "crisis.too-late",
        Text(_("{name} has this already. Thank you for being there.", name=who)),
        summary=_("Somebody else has this already."),
    )


def about_you() -> Card:
    return card(
        "crisis.about-you",
        Text(
            _(
                "This alert is about you, so somebody else takes it. You may let yourself be "
                "looked after."
            )
        ),
        buttons(Button(action("crisis", "help"), _("I need help now"))),
        summary=_("This alert is about you, so somebody else takes it."),
        tone=Tone.CARE,
    )


def nobody_reached(alert: Alert) -> Card:
    """Return what can be done when a responder could not reach somebody who may be in danger."""
    return card(
        "crisis.nobody-reached",
        Text(
            _(
                "Thank you for trying. If you fear for their life, call the emergency number. "
                "Shall somebody else try as well?"
            )
        ),
        buttons(
            Button(press(alert, "release"), _("Ask the others"), Style.PRIMARY),
            Button(
                press(alert, "outcome", Outcome.NOT_REACHED, "closed"),
                _("Close it all the same"),
            ),
        ),
        summary=_("Shall somebody else try as well?"),
        tone=Tone.CARE,
    )


def released(*, arrived: bool) -> Card:
    return card(
        "crisis.released",
        Text(_("The others have been asked; the alert waits for whoever takes it."))
        if arrived
        else Text(_("I could not reach the others. Please call one yourself.")),
        summary=_("The alert waits for somebody else."),
    )


def backup_called(*, arrived: bool) -> Card:
    return card(
        "crisis.backup",
        Text(_("The others have been asked to join you."))
        if arrived
        else Text(_("I could not reach the others. Please call one yourself.")),
        summary=_("Backup"),
    )
