"""Budgets: a card that some platform could not show whole is named before anybody sees it."""

import pytest

from peerbot.chat.actions import action
from peerbot.chat.budget import components_of, form_over_budget, over_budget
from peerbot.chat.cards import (
    Actions,
    Bar,
    Button,
    Card,
    Chart,
    Fields,
    Heading,
    Image,
    Node,
    Option,
    Pager,
    Row,
    Select,
    Text,
    card,
)
from peerbot.chat.forms import Choice, Form, Surface, TextIn
from peerbot.i18n import _

GO = action("toy", "go")


def a_button(label: str = "Go") -> Button:
    return Button(GO, label)


def problems(*nodes: Node, summary: str = "In short") -> str:
    return "; ".join(over_budget(card("toy.card", *nodes, summary=summary), "en"))


def test_an_ordinary_card_is_within_budget() -> None:
    assert problems(Heading("Hi"), Text("Words"), Actions((a_button(),))) == ""


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (Actions((a_button(),) * 6), "6 buttons side by side"),
        (Actions(()), "0 buttons side by side"),
        (Actions((a_button("x" * 35),)), "a button label of 35 characters"),
        (Row("Beside", a_button("")), "a button label of 0 characters"),
        (Text(""), "an empty Text"),
        (Text("x" * 3001), "a Text of 3001 characters"),
        (Heading("x" * 151), "a heading of 151 characters"),
        (Fields((("a", "b"),) * 11), "11 fields"),
        (Select(GO, "Pick", (Option("a", "A"),) * 26), "a list of 26 options"),
        (Select(GO, "Pick", (Option("a", ""),)), "an option of 0 characters"),
        (Image(b"", ""), "an alt text of 0 characters"),
        (Chart("t", (Bar("a", 1),), "", (("a",),)), "an alt text of 0 characters"),
    ],
)
def test_what_is_too_much_is_named(node: Node, problem: str) -> None:
    assert problem in problems(node)


def test_the_whole_card_has_limits_too() -> None:
    assert "4200 characters; at most 4000" in problems(Text("x" * 2100), Text("y" * 2100))
    assert "components; at most 40" in problems(*([Row("x", a_button())] * 14))
    assert "a summary of 0 characters" in problems(Text("x"), summary="")
    assert "a summary of 151 characters" in problems(Text("x"), summary="s" * 151)


def test_nested_components_are_counted() -> None:
    whole = Card(
        "k", (Text("x"), Row("x", a_button()), Actions((a_button(),) * 2), Pager(1, 2, GO)), "s"
    )
    assert components_of(whole) == 1 + 1 + 3 + 3 + 4


def test_the_problem_names_card_and_language() -> None:
    assert over_budget(card("toy.card", summary=_("")), "fr")[0].startswith("toy.card (fr): ")


def test_forms_have_limits() -> None:
    form = Form(
        title="x" * 25,
        submit="",
        fields=(
            TextIn(key="w", label="l" * 46, surface=Surface.PRIVATE, most=3001, hint="h" * 101),
            Choice(key="c", label="C", options=()),
        ),
    )
    found = "; ".join(form_over_budget(form, "en"))
    for problem in (
        "a title of 25",
        "a submit label of 0",
        "w: a label of 46",
        "w: a hint of 101",
        "w: takes 3001",
        "c: 0 options",
    ):
        assert problem in found
