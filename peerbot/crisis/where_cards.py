"""Where somebody is, which nobody guesses, and whom they can reach there."""

from collections.abc import Sequence

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Heading, Note, Text, Tone, buttons, card
from peerbot.chat.text import ByLanguage, Words
from peerbot.community.country_cards import country_choice
from peerbot.crisis.detection.finding import Category
from peerbot.i18n import _


def which_country(category: Category, countries: Sequence[tuple[str, str]], page: int = 0) -> Card:
    """Return the question where somebody is; nothing is guessed from language or profile."""
    return card(
        "crisis.where",
        Text(_("Where are you right now? Nothing is kept unless you ask me to.")),
        *country_choice(
            action("crisis", "lines", category),
            action("crisis", "elsewhere", category),
            countries,
            page,
        ),
        Note(
            _(
                "Not in the lists? Your local emergency number helps in immediate danger, and "
                "findahelpline.com knows lines in most countries."
            )
        ),
        buttons(Button(action("crisis", "now"), _("Something for right now"))),
        summary=_("Where are you right now?"),
        tone=Tone.CARE,
    )


def lines_of(country: str, lines: Sequence[Words], *, can_remember: bool) -> Card:
    """Return every line of a country."""
    return card(
        "crisis.lines",
        Heading(_("People you can reach")),
        *(Text(line) for line in lines),
        buttons(
            Button(action("crisis", "remember", country), _("Remember this country"))
            if can_remember
            else None,
            Button(action("crisis", "words"), _("Words to send someone")),
        ),
        summary=_("People you can reach now"),
        tone=Tone.CARE,
    )


def remembered(names: tuple[tuple[str, str], ...]) -> Card:
    return card(
        "crisis.remembered",
        Text(
            _(
                "I will show you the lines of {country} first. /privacy takes that back.",
                country=ByLanguage(names),
            )
        ),
        summary=_("I will show you these lines first."),
        tone=Tone.GOOD,
    )
