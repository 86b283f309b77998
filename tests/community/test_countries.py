"""Everybody finds their country: by pages that every platform can show, or by typing its name."""

from string import ascii_uppercase

import pytest

from peerbot.chat.actions import action
from peerbot.chat.budget import over_budget
from peerbot.chat.cards import Actions, Button, Select, card
from peerbot.community.countries import in_lists, letter_of, meant
from peerbot.community.country_cards import country_choice

COUNTRIES = tuple(
    (f"{letter}{n}", f"{letter}land {n}") for letter in ascii_uppercase for n in "123"
)
PICK, TURN = action("crisis", "lines", "suicide"), action("crisis", "elsewhere", "suicide")


def test_a_letter_stands_in_one_list_as_a_whole() -> None:
    lists = in_lists(COUNTRIES)
    assert sorted(one for several in lists for one in several) == sorted(COUNTRIES)
    letters = [{letter_of(one) for one in several} for several in lists]
    assert sum(len(one) for one in letters) == len(set().union(*letters)) == 26


def test_accents_do_not_send_a_country_to_the_end_of_the_alphabet() -> None:
    several = (("US", "États-Unis"), ("ZA", "Zambie"), ("ES", "Espagne"), ("FI", "Finlande"))
    assert [code for code, _name in in_lists(several)[0]] == ["ES", "US", "FI", "ZA"]


def test_a_letter_with_too_many_countries_is_cut_rather_than_lost() -> None:
    many = tuple((f"S{n}", f"Saint {n:02}") for n in range(60))
    assert [len(one) for one in in_lists(many)] == [25, 25, 10]


def test_every_page_is_one_press_away_and_keeps_the_limits() -> None:
    pages = len(in_lists(COUNTRIES))
    for page in range(pages + 1):
        nodes = country_choice(PICK, TURN, COUNTRIES, page)
        shown = card("x.y", *nodes, summary="Where?")
        assert over_budget(shown, "fr") == ()
        turns = {
            button.action.args[-1]
            for row in nodes
            if isinstance(row, Actions)
            for button in row.buttons
            if isinstance(button, Button)
        }
        assert turns == {str(one) for one in range(pages + 1)} - {str(page)}


def test_a_page_that_does_not_exist_is_the_first() -> None:
    assert country_choice(PICK, TURN, COUNTRIES, 77) == country_choice(PICK, TURN, COUNTRIES)


def test_what_is_chosen_stands_on_the_first_page() -> None:
    select = country_choice(PICK, TURN, COUNTRIES, 0, "Z3")[0]
    assert isinstance(select, Select)
    assert [one.value for one in select.options if one.chosen] == ["Z3"]
    assert len(select.options) == 25


def test_without_any_country_there_is_no_empty_list() -> None:
    assert country_choice(PICK, TURN, ()) == ()


NAMES = (
    ("DE", "Germany"),
    ("DE", "Allemagne"),
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("CI", "Côte d'Ivoire"),
    ("US", "États-Unis"),
    ("PL", "Poland"),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("germany", ("DE",)),
        ("  ALLEMAGNE ", ("DE",)),
        ("Germny", ("DE",)),
        ("cote d'ivoire", ("CI",)),
        ("etats unis", ("US",)),
        ("de", ("DE",)),
        ("Austrlia", ("AU", "AT")),
        ("Holland", ()),
        ("Atlantis", ()),
        ("", ()),
    ],
)
def test_slips_are_forgiven_and_doubt_is_asked_about(typed: str, found: tuple[str, ...]) -> None:
    assert meant(typed, NAMES) == found
