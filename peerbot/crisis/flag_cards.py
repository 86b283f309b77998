"""What somebody reads who flagged a message for moderators."""

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Note, Text, Tone, buttons, card
from peerbot.i18n import Msg, _


def flagged(*, anyone_here: bool, arrived: bool) -> Card:
    """Return what somebody who flagged a message hears: who was told, truly."""
    return card(
        "crisis.flagged",
        Text(_flagged(anyone_here=anyone_here, arrived=arrived)),
        Note(_("Nobody else sees that you flagged it.")),
        buttons(
            Button(action("crisis", "coach"), _("What can I say to them?")),
            None if anyone_here else Button(action("crisis", "help"), _("Show me who I can call")),
        ),
        summary=_("Thank you for looking out."),
        tone=Tone.CARE,
    )


def _flagged(*, anyone_here: bool, arrived: bool) -> Msg:
    if not anyone_here:
        return _(
            "Thank you for looking out. There is nobody in this community yet whom I can tell. "
            "Please tell someone who can look after them, or write to them yourself."
        )
    if arrived:
        return _("Thank you for looking out. The responders have been told.")
    return _(
        "Thank you for looking out. I could not reach the responders yet; I keep "
        "trying. Please tell one yourself if you can."
    )
