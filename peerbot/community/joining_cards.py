"""Words for whoever added peerbot to a space: the first hello, and the one after a time away."""

from collections.abc import Sequence

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Heading, Note, Style, Text, buttons, card
from peerbot.chat.text import Words
from peerbot.i18n import _


def welcome(name: str, *, for_all_to_read: bool = False) -> Card:
    """Return the first hello. In a room it says to everybody else what is there for them."""
    return card(
        "community.welcome",
        Heading(_("Hello, I am peerbot")),
        Text(
            _(
                "I ask people how connected they feel, share tips, look up resources, and help "
                "privately when someone is in danger. "
                "Setting me up takes about three minutes."
            )
        ),
        Text(
            _(
                "Whoever runs {name} can begin here, or at any time with /peerbot setup. Until "
                "then I ask nobody anything.",
                name=name,
            )
        ),
        buttons(Button(action("community", "setup", "here"), _("Start the setup"), Style.PRIMARY))
        if for_all_to_read
        else None,
        Note(_("If you need help now: /help-now works already, for everybody."))
        if for_all_to_read
        else None,
        summary=_("peerbot is here. Setting it up takes about three minutes."),
    )


def welcome_back(name: str, open_: Sequence[Words], *, for_all_to_read: bool = False) -> Card:
    """Return the hello to a space that had taken us out; `open_` keeps help from arriving.

    In a room that everybody reads it does not say what is wrong: the panel does.
    """
    told = () if for_all_to_read else open_
    return card(
        "community.welcome-back",
        Heading(_("I am back")),
        Text(
            _(
                "I was taken out of {name} for a while, and nothing was posted meanwhile. Your "
                "settings are as you left them, and check-ins go on with the next one.",
                name=name,
            )
        ),
        Text(_("What is not right yet:")) if told else None,
        *(Text(one) for one in told),
        Text(_("/peerbot panel there shows what is on, and whether help would arrive.")),
        summary=_("peerbot is back, with the settings from before."),
    )
