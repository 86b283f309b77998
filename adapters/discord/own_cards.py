"""The few cards that are Discord's alone: it has no confirmation and no errors beside fields."""

from collections.abc import Callable

from adapters.discord.refused import Phrases
from peerbot.chat.actions import Action
from peerbot.chat.cards import COLON, Actions, Button, Card, Confirm, Style, Text
from peerbot.chat.text import Words
from peerbot.i18n import _

Say = Callable[[Words], Words]
"""Resolves words into the language of the one who reads them."""


def of_refusals(say: Say) -> Phrases:
    """Return what stands on a form that was not taken, besides the reasons."""
    return Phrases(
        again=say(_("Open the form again")),
        kept=say(_("Everything you filled in is kept here")),
        shown_in_part=say(_("Not all of it is shown here, but all of it is kept.")),
        cut=say(
            _("That was so long that its end could not be kept. Please copy what you still have.")
        ),
        colon=say(COLON),
    )


NO = Action("discord", "no", ())


def asked(action: Action, label: str, known: Confirm | None, say: Say) -> Card:
    """Return the question before a press counts.

    Where the core knows of none, as for a button of an earlier release, its label is asked about.
    """
    question = known.question if known else _("{what}: shall I do it?", what=label)
    yes = known.yes if known else _("Yes, do it")
    no = known.no if known else _("No, leave it")
    return Card(
        "discord.confirm",
        (
            Text(say(question)),
            Actions((Button(action, say(yes), Style.DANGER), Button(NO, say(no)))),
        ),
        say(question),
    )


def left_alone(say: Say) -> Card:
    words = say(_("All right. Nothing was changed."))
    return Card("discord.left-alone", (Text(words),), words)


def too_slow(say: Say) -> Card:
    """Return what is said when a form could not be built in Discord's three seconds."""
    words = say(_("That took too long, sorry. Please press it once more."))
    return Card("discord.too-slow", (Text(words),), words)


def broken(say: Say) -> Card:
    words = say(
        _("Something went wrong on our side; it is not about you. Please try again in a moment.")
    )
    return Card("discord.broken", (Text(words),), words)


def out_of_date(say: Say) -> Card:
    words = say(_("This button is out of date. Please use the command again."))
    return Card("discord.out-of-date", (Text(words),), words)
