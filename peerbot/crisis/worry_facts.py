"""What responders read of a worry beyond other alerts: about whom, and plain facts around it."""

from peerbot.chat.cards import Node, Text
from peerbot.chat.text import Mention, Words
from peerbot.crisis.worry import Worry
from peerbot.i18n import Msg, _, n_


def fields(worry: Worry | None) -> tuple[tuple[Msg, Words], ...]:
    """Return about whom it is; nothing where there is no report."""
    if worry is None:
        return ()
    who: Words = Mention(worry.about) if worry.about else _("somebody they did not pick")
    return ((_("About"), who),)


def texts(worry: Worry | None) -> tuple[Node, ...]:
    """Return what a report says beyond other alerts, as plain facts."""
    if worry is None:
        return ()
    return tuple(
        Text(words)
        for words in (
            _(
                "This went only to those who hear of such worries. Please keep it out of the "
                "team's room."
            )
            if worry.hearers
            else None,
            _("They are a member here, and heard nothing from me. You decide what they hear.")
            if worry.about
            else None,
            _("The words sound as if the one who worries were in danger too: ask them first.")
            if worry.speaks_of_self
            else None,
            n_(
                "The same person told of {n} other worry in the last 30 days.",
                "The same person told of {n} other worries in the last 30 days.",
                worry.earlier_by,
            )
            if worry.earlier_by
            else None,
            n_(
                "There was {n} other worry about the same member in the last 30 days.",
                "There were {n} other worries about the same member in the last 30 days.",
                worry.earlier_about,
            )
            if worry.earlier_about
            else None,
        )
        if words is not None
    )
