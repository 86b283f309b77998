"""Choosing a country: the likeliest in a list, all others one press away by their first letter."""

from collections.abc import Sequence

from peerbot.chat.actions import Action
from peerbot.chat.budget import MAX_BUTTONS_IN_ROW, MAX_OPTIONS
from peerbot.chat.cards import Actions, Button, Node, Note, Option, Select
from peerbot.chat.text import Words
from peerbot.community.countries import Country, in_lists, letter_of
from peerbot.i18n import _


def country_choice(
    pick: Action, turn: Action, countries: Sequence[Country], page: int = 0, chosen: str = ""
) -> tuple[Node, ...]:
    """Return a list to pick from, and buttons that turn to the others.

    Page 0 holds the first of `countries`, which begin with the likeliest, and what is chosen; the
    pages after it hold all of them by the alphabet. `turn` gets the page appended. There is no
    page that does not exist: it is page 0.
    """
    if not countries:
        return ()
    lists = in_lists(countries) if len(countries) > MAX_OPTIONS else ()
    page = page if 0 < page <= len(lists) else 0
    shown = lists[page - 1] if page else _likeliest(countries, chosen)
    options = tuple(Option(code, name, chosen=code == chosen) for code, name in shown)
    back = [Button(_page(turn, 0), _("The first list"))] if page else []
    others = [
        Button(_page(turn, number), _letters(one))
        for number, one in enumerate(lists, 1)
        if number != page
    ]
    note = (Note(_("Another country? By its first letter:")),) if lists and not page else ()
    return (Select(pick, _("Country"), options), *note, *_rows([*back, *others]))


def _likeliest(countries: Sequence[Country], chosen: str) -> Sequence[Country]:
    first = countries[:MAX_OPTIONS]
    mine = [one for one in countries[MAX_OPTIONS:] if one[0] == chosen]
    return (*mine, *first[: MAX_OPTIONS - len(mine)])


def _page(turn: Action, page: int) -> Action:
    return Action(turn.feature, turn.verb, (*turn.args, str(page)))


def _letters(countries: Sequence[Country]) -> Words:
    first, last = letter_of(countries[0]), letter_of(countries[-1])
    return first if first == last else _("{first} to {last}", first=first, last=last)


def _rows(several: Sequence[Button]) -> tuple[Actions, ...]:
    most = MAX_BUTTONS_IN_ROW
    starts = range(0, len(several), most)
    return tuple(Actions(tuple(several[start : start + most])) for start in starts)
