"""Words about consent: what is asked before anything about a member is kept."""

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import Button, Card, Heading, Note, Style, Text, Tone, buttons, card
from peerbot.community.model import Purpose, Settings
from peerbot.i18n import _, n_


def consent(purpose: Purpose, settings: Settings, wanted: tuple[str, ...]) -> Card:
    """Return the question that comes before anything about a member is kept."""
    days = settings.answers_kept.days
    return card(
        "community.consent",
        Heading(_("Before your first check-in")),
        Text(
            _(
                "Your answers are yours. Each time you choose who may see them: only you, "
                "staff, or the channel. "
                "Your words are stored encrypted."
            )
        ),
        Text(
            n_(
                "After {n} day they become counts without a name. You can see, export or erase "
                "everything with /privacy.",
                "After {n} days they become counts without a name. You can see, export or "
                "erase everything with /privacy.",
                days,
            )
        ),
        Note(_("Is that all right, and are you {age} or older?", age=settings.minimum_age)),
        buttons(
            Button(
                action("community", "agree", purpose, *wanted),
                _("Yes, I am {age} or older", age=settings.minimum_age),
                Style.PRIMARY,
            ),
            Button(action("community", "younger"), _("I am younger")),
            Button(action("community", "not-now"), _("Not now")),
        ),
        summary=_("Before your first check-in: what is kept, and is that all right?"),
    )


def agreed(wanted: Action | None) -> Card:
    return card(
        "community.agreed",
        Text(_("Thank you. You can change your mind at any time with /privacy.")),
        buttons(Button(wanted, _("Go on"), Style.PRIMARY)) if wanted else None,
        summary=_("Thank you. You can change your mind at any time."),
        tone=Tone.GOOD,
    )


def too_young() -> Card:
    return card(
        "community.too-young",
        Text(_("Thank you for saying so. Check-ins have to wait, and nothing was kept.")),
        Text(_("Tips, resources and help are open to you all the same.")),
        buttons(Button(action("crisis", "help"), _("I need help now"))),
        summary=_("Check-ins will have to wait a little; help is here for you now."),
    )


def not_now() -> Card:
    return card(
        "community.not-now",
        Text(_("That is fine. Nothing was kept, and you can come back whenever you like.")),
        summary=_("That is fine. Nothing was kept."),
    )
