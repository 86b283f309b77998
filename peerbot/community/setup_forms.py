"""What is typed in setup: a time zone or a country, and what is said of one that is not known."""

from collections.abc import Sequence

from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.text import Words, listed
from peerbot.community.model import Settings
from peerbot.i18n import _


def zone_form(settings: Settings) -> Form:
    return Form(
        title=_("Another time zone"),
        fields=(
            TextIn(
                key="zone",
                label=_("City or zone, such as Toronto"),
                surface=Surface.PRIVATE,
                most=60,
                initial=settings.zone,
            ),
        ),
        submit=_("Save"),
    )


def country_form() -> Form:
    return Form(
        title=_("Another country"),
        fields=(
            TextIn(
                key="country",
                label=_("Country, such as Canada"),
                surface=Surface.PRIVATE,
                most=60,
            ),
        ),
        submit=_("Save"),
    )


def taken_as(country: Words) -> Words:
    """Return how a mistyped country was read."""
    return _("I took that as {country}.", country=country)


def unknown_country(near: Sequence[Words]) -> Words:
    """Return why a typed country is not taken; `near` are those that may have been meant."""
    if not near:
        return _("I do not know this country yet. Please try its English or French name.")
    return _("Did you mean one of these: {countries}?", countries=listed(near))
