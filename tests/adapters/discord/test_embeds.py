"""Cards that call somebody: a phone's preview has the summary, and exactly the right people."""

import pytest

from peerbot.chat.actions import action
from peerbot.chat.addresses import Person
from peerbot.chat.cards import (
    Actions,
    Attachment,
    Bar,
    Button,
    Chart,
    Confirm,
    Divider,
    Fields,
    Heading,
    Image,
    LinkButton,
    Node,
    Note,
    Option,
    Pager,
    Quote,
    Row,
    Select,
    Text,
    Tone,
)
from peerbot.chat.text import Code, joined
from peerbot.testing.stand import HOSTILE, PNG
from tests.adapters.discord.reader import read
from tests.adapters.discord.samples import a_button, a_card, called, controls, sent, texts

FIELDS = Fields((("Who", "Sam"), ("Since", "10:30")))
LIST = Select(action("t", "pick"), "Pick", (Option("v", "First"),))


def test_the_preview_has_the_summary_and_then_whom_it_calls() -> None:
    payload = called(Text("Come"), pings=("12", Person("discord", "34")))
    assert payload["content"] == "In short\n<@&12> <@34>"
    assert payload["allowed_mentions"] == {"parse": [], "users": ["34"], "roles": ["12"]}
    assert "flags" not in payload


def test_a_calm_card_that_calls_somebody_has_a_preview_too() -> None:
    payload = sent(a_card(Text("Come"), pings=("12",))).payload
    assert payload["content"] == "In short\n<@&12>"


def test_nobody_is_called_twice_nor_by_what_is_no_id() -> None:
    payload = called(pings=("12", "12", "everyone", Person("discord", "sam")))
    assert payload["allowed_mentions"] == {"parse": [], "users": [], "roles": ["12"]}
    assert read(payload["content"])[1] == [("role", "<@&12>"), ("role", "<@&12>")]


def test_what_is_said_stands_in_its_order() -> None:
    payload = called(Heading("Alert"), FIELDS, Text("One"), Quote("two"), Note("3"), Note("4"))
    (embed,) = payload["embeds"]
    assert embed["title"] == "Alert"
    assert embed["description"] == "**Who:** Sam\n**Since:** 10:30\n\nOne\n\n> two"
    assert embed["footer"]["text"] == "3\n4"


def test_small_print_that_a_footer_cannot_show_stays_where_it_is() -> None:
    """A footer knows no markup: a number to copy would lose what sets it apart."""
    payload = called(Heading("Alert"), Text("One"), Note(joined("call ", Code("988"))))
    (embed,) = payload["embeds"]
    assert "footer" not in embed
    assert embed["description"] == "One\n\n-# call `988`"


def test_names_and_values_at_the_end_are_fields() -> None:
    (embed,) = called(Heading("Alert"), Text("One"), Divider(), FIELDS, LIST)["embeds"]
    assert embed["description"] == "One"
    assert embed["fields"] == [
        {"name": "Who", "value": "Sam", "inline": False},
        {"name": "Since", "value": "10:30", "inline": False},
    ]


@pytest.mark.parametrize(
    "pairs",
    [
        (("n" * 257, "v"),),
        (("n", "v" * 1025),),
        (("n", ""),),
        tuple(("n", "v") for _n in range(26)),
    ],
)
def test_what_is_no_field_is_a_line(pairs: tuple[tuple[str, str], ...]) -> None:
    (embed,) = called(Text("One"), Fields(pairs))["embeds"]
    assert "fields" not in embed
    assert "**n" in embed["description"]


@pytest.mark.parametrize(
    "pairs",
    [
        (("n", "v"),),
        (("n" * 256, "v"),),
        (("n", "v" * 1024),),
        tuple(("n", "v") for _n in range(25)),
    ],
)
def test_what_just_fits_is_a_field(pairs: tuple[tuple[str, str], ...]) -> None:
    (embed,) = called(Text("One"), Fields(pairs))["embeds"]
    assert [(one["name"], one["value"]) for one in embed["fields"]] == list(pairs)


def test_a_paragraph_alone_with_its_button_needs_no_number() -> None:
    payload = called(Row("Only one", a_button()))
    assert payload["embeds"][0]["description"] == "Only one"
    assert [one["label"] for one in payload["components"][0]["components"]] == ["Press"]


def test_buttons_lists_and_pagers_stand_below() -> None:
    buttons = Actions((a_button(), LinkButton("https://a.test", "Out")))
    payload = called(Text("One"), buttons, LIST, Pager(1, 2, action("t", "list")))
    kinds = [[one["type"] for one in row["components"]] for row in payload["components"]]
    assert kinds == [[2, 2], [3], [2, 2, 2]]


def test_paragraphs_with_buttons_are_numbered_like_them() -> None:
    native = sent(a_card(Row("Sam", a_button(1)), Row("Robin", a_button(2)), tone=Tone.URGENT))
    assert [one["label"] for one in controls(native)] == ["1. Press", "2. Press"]
    assert native.payload["embeds"][0]["description"] == "**1\\.** Sam\n\n**2\\.** Robin"


def test_a_question_and_twins_are_told_by_their_ids() -> None:
    asked = Confirm(question="Really?", yes="Yes", no="No")
    sure = Button(action("t", "go"), "Go", confirm=asked)
    native = sent(a_card(Actions((sure, sure, a_button())), tone=Tone.URGENT))
    assert [one["custom_id"][:4] for one in controls(native)] == ["pbc|", "p2c|", "pb1|"]


def test_of_too_many_rows_no_button_is_lost() -> None:
    rows = [Actions((a_button(2 * n), a_button(2 * n + 1))) for n in range(8)]
    lists = [Select(action("t", f"l{n}"), "Pick", (Option("v", "First"),)) for n in range(2)]
    native = sent(a_card(lists[0], *rows, lists[1], tone=Tone.URGENT))
    assert len(controls(native)) == 16
    assert len(controls(native, kind=3)) == 1


def test_pictures_charts_and_files_are_there() -> None:
    chart = Chart("How", (Bar("a", 1),), "One a", (("Step", "n"), ("a", "1")))
    file = Attachment("all.json", b"{}", "Everything")
    native = sent(a_card(Text("One"), Image(PNG, "Grey"), chart, file, tone=Tone.URGENT))
    first, second = native.payload["embeds"]
    assert first["image"] == {"url": "attachment://picture.png"}
    assert second["image"] == {"url": "attachment://chart.png"}
    assert first["description"] == "One\n\n**How**\na: 1\n\nEverything"
    assert [one.alt for one in native.files] == ["Grey", "One a", None]


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("kind", [Heading, Text, Quote])
def test_what_somebody_wrote_does_nothing(kind: type, typed: str) -> None:
    native = sent(a_card(kind(typed), Fields(((typed, typed),)), tone=Tone.URGENT))
    (embed,) = native.payload["embeds"]
    said = [embed.get("title", ""), embed.get("description", ""), *embed["fields"][0].values()]
    works = [name for one in said if isinstance(one, str) for name, _source in read(one)[1]]
    assert set(works) <= {"quote"}


@pytest.mark.parametrize("summary", ["", "\x00", "x" * 9000, "*" * 9000])
def test_there_is_always_a_preview(summary: str) -> None:
    card = a_card(Text("One"), tone=Tone.URGENT, pings=tuple(f"{n:018}" for n in range(300)))
    native = sent(type(card)(card.key, card.children, summary, card.tone, card.pings))
    assert native.payload["content"].strip()
    assert len(native.payload["allowed_mentions"]["roles"]) == 100


@pytest.mark.parametrize(
    "nodes",
    [
        (Heading("h" * 900), Text("t" * 9000), FIELDS),
        (Text("*" * 9000), Quote("q\n" * 4000), Note("n\n" * 4000)),
        tuple(Text("t" * 300) for _n in range(60)),
        (Text("One"), Fields(tuple(("n" * 200, "v" * 1000) for _n in range(20)))),
        (),
        (Actions((a_button(),)),),
    ],
)
def test_too_much_is_cut_and_the_rest_is_there(nodes: tuple[Node, ...]) -> None:
    native = sent(a_card(*nodes, Note("Help is at 112."), tone=Tone.URGENT))
    assert any("Help is at 112." in one for one in texts(native))
