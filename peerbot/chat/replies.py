"""What people read when something is not possible: the few words that belong to no feature."""

from collections.abc import Mapping

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Node, Text, Tone, buttons, card
from peerbot.chat.text import Words
from peerbot.i18n import _


def _help() -> Node:
    return buttons(Button(action("crisis", "help"), _("I need help now")))


def unknown() -> Card:
    return card(
        "chat.unknown",
        Text(_("This button is out of date. Please use the command again.")),
        summary=_("This button is out of date."),
    )


def not_yours() -> Card:
    return card(
        "chat.not-yours",
        Text(_("This button is meant for somebody else. Nothing was changed.")),
        summary=_("This button is meant for somebody else."),
    )


def gone() -> Card:
    return card(
        "chat.gone",
        Text(_("This is closed, or it is no longer there. Nothing was changed.")),
        summary=_("This is closed or no longer there."),
    )


def refused(reasons: Mapping[str, object]) -> Card:
    said = tuple(Text(reason) for reason in reasons.values())  # type: ignore[arg-type]
    return card("chat.refused", *said, summary=said[0].words)


def not_saved() -> Words:
    return _(
        "We cannot save this just now. What you wrote is still here: please try again "
        "in a few minutes."
    )


def gone_before_your_words() -> Words:
    return _(
        "This was closed or taken away meanwhile, so it cannot be saved. What you wrote is still "
        "here for you to copy."
    )


def broken_but_kept() -> Words:
    return _(
        "Something went wrong on our side; it is not about you. What you wrote is still here: "
        "please try again in a moment."
    )


def storage_away() -> Card:
    return card(
        "chat.storage-away",
        Text(
            _(
                "peerbot cannot reach its storage just now, so nothing was saved. Please try "
                "again in a few minutes."
            )
        ),
        Text(_("Help works all the same.")),
        _help(),
        summary=_("Nothing was saved just now. Please try again in a few minutes."),
        tone=Tone.CARE,
    )


def our_fault() -> Card:
    return card(
        "chat.our-fault",
        Text(
            _(
                "Something went wrong on our side; it is not about you. Please try again in a "
                "moment."
            )
        ),
        _help(),
        summary=_("Something went wrong on our side. Please try again."),
        tone=Tone.CARE,
    )
