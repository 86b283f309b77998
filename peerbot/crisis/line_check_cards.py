"""Words for staff who look after the help lines of their country."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Heading,
    Node,
    Note,
    Pager,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import ByLanguage, Words
from peerbot.crisis.helplines import Line
from peerbot.i18n import Msg, _


@dataclass(frozen=True, slots=True)
class Due:
    """A line to look at."""

    line: Line
    words: Words
    works: bool | None
    """What staff said of it last; None if nobody has."""


def due(
    country: tuple[tuple[str, str], ...] | None, lines: Sequence[Due], *, page: int, pages: int
) -> Card:
    """Return the lines that somebody should look at, and how to say what came of it."""
    return card(
        "crisis.helplines",
        Heading(_("Help lines to look at")),
        Text(
            _(
                "Open a line's own page, or call it and say that you are checking. Then say here "
                "what you found; it holds for this community at once."
            )
        )
        if lines
        else Text(_nothing(country)),
        *(node for one in lines for node in _line(one)),
        Pager(page, pages, action("crisis", "helplines")) if pages > 1 else None,
        Note(_("Whatever is left out: the emergency number and findahelpline.com stay.")),
        summary=_("Help lines to look at"),
    )


def _nothing(country: tuple[tuple[str, str], ...] | None) -> Msg:
    if country is None:
        return _("This community has no country yet. Please choose one in the setup.")
    return _(
        "Nothing to do: every line that I know in {country} was read within a year.",
        country=ByLanguage(country),
    )


def _line(one: Due) -> Iterator[Node]:
    yield Text(one.words)
    yield Note(_state(one))
    yield buttons(
        Button(action("crisis", "line-works", one.line.id), _("It works"), Style.PRIMARY),
        Button(action("crisis", "line-wrong", one.line.id), _("It does not"))
        if one.works is not False
        else None,
    )


def _state(one: Due) -> Msg:
    day = one.line.verified_at
    if one.works is False:
        return _("Reported wrong, so nobody here is shown it.")
    if day == date.min:
        return _("Nobody has read its own page yet, so nobody here is shown it.")
    if one.works is None and not one.line.is_trusted:
        return _("Not sure, so nobody here is shown it yet. Last read on {day}.", day=str(day))
    return _("Shown to members. Last read on {day}.", day=str(day))


def said(line: Words, *, works: bool) -> Card:
    """Return what follows from what somebody found out."""
    return card(
        "crisis.helpline-said",
        Text(line),
        Text(
            _("Thank you. Members here are shown it from now on.")
            if works
            else _("Thank you. Members here are not shown it any more, until staff say it works.")
        ),
        buttons(Button(action("crisis", "helplines", 1), _("The next one"), Style.PRIMARY)),
        summary=_("Thank you, that is noted."),
        tone=Tone.GOOD,
    )
