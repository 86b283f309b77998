"""Cards in Discord: every node and tone is there, and nothing that somebody wrote works."""

import pytest

from adapters.discord.ids import decoded
from adapters.discord.native import COMPONENTS_V2
from adapters.discord.render import COLOURS, message_of
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
    Style,
    Text,
    Tone,
    in_language,
)
from peerbot.chat.text import Bold, Code, joined
from peerbot.testing.stand import HOSTILE, PNG
from tests.adapters.discord.reader import read
from tests.adapters.discord.samples import a_button, a_card, controls, sent, shown, texts

CHART = Chart(
    title="How it *went*",
    bars=(Bar("low", 2), Bar("high", 5)),
    alt="Two low, five high",
    table=(("Step", "People"), ("low", "2"), ("high", "5")),
)
OPTIONS = (Option("v1", "First"), Option("v2", "Second", "a hint"), Option("v3", "Third"))


# -- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (Heading("# Hello\nyou"), "## \\# Hello you"),
        (Text(joined("Call ", Code("112"), ", ", Bold("now"), ".")), "Call `112`, **now**."),
        (Quote("one\n\n> two"), "> one\n> \n> \\> two"),
        (Note("small\n\n-# print"), "-# small\n-# \\-\\# print"),
        (Fields((("Who", "Sam"), ("Since", "10:30"))), "**Who:** Sam\n**Since:** 10:30"),
        (Row("Only words"), "Only words"),
    ],
)
def test_words_are_drawn_in_their_place(node: Node, said: str) -> None:
    assert shown(node) == [{"type": 10, "content": said}]


def test_in_french_a_colon_stands_apart() -> None:
    asked = a_card(Fields((("Qui", "Sam"),)), CHART)
    assert texts(sent(in_language(asked, "fr")))[:3] == [
        "**Qui\u00a0:** Sam",
        "**How it \\*went\\***",
        "low\u00a0: 2\nhigh\u00a0: 5",
    ]


def test_a_divider_is_a_line() -> None:
    assert shown(Text("a"), Divider(), Text("b"))[1] == {
        "type": 14,
        "divider": True,
        "spacing": 1,
    }


@pytest.mark.parametrize("typed", [*HOSTILE, "# x", "- x", "-# x", "> x", ">>> x", "1. x", "||x||"])
@pytest.mark.parametrize("kind", [Heading, Text, Quote, Note, Row])
def test_what_somebody_wrote_does_nothing_in_any_node(kind: type, typed: str) -> None:
    (text,) = shown(kind(typed))
    works = [name for name, _source in read(text["content"])[1]]
    ours = {Heading: ["heading"], Quote: ["quote"], Note: ["small"]}.get(kind, [])
    assert works == ours


def test_hostile_names_and_values_do_nothing() -> None:
    (text,) = shown(Fields(tuple((one, one) for one in HOSTILE)))
    assert {name for name, _source in read(text["content"])[1]} == {"bold"}


def test_what_says_nothing_is_left_out() -> None:
    assert shown(Text(""), Note("\n"), Quote(" "), Heading("\x00"), Text("here")) == [
        {"type": 10, "content": "here"}
    ]


def test_a_button_beside_no_words_is_still_there() -> None:
    (row,) = shown(Row("\x00", a_button()))
    assert row["components"][0]["label"] == "Press"


def test_a_chart_without_a_title_shows_its_numbers() -> None:
    (numbers,) = shown(Chart("", (), "alt", (("Step", "n"), ("low", "2"))))
    assert numbers["content"] == "low: 2"


def test_a_card_of_nothing_says_its_summary() -> None:
    assert shown() == [{"type": 10, "content": "In short"}]


@pytest.mark.parametrize("tone", [Tone.CALM, Tone.GOOD, Tone.CARE])
def test_a_tone_is_a_colour_and_the_words_are_the_same(tone: Tone) -> None:
    native = sent(a_card(Text("It is fine"), tone=tone))
    (whole,) = native.payload["components"]
    assert whole["accent_color"] == COLOURS[tone]
    assert texts(native) == ["It is fine"]


def light(colour: int) -> float:
    """Return the relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("ground", [0xFFFFFF, 0x313338, 0x1A1A1E])
def test_each_colour_is_seen_on_dark_and_light(tone: Tone, ground: int) -> None:
    darker, lighter = sorted((light(COLOURS[tone]), light(ground)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_the_message_is_whole_so_that_an_edit_takes_away_what_was_there() -> None:
    payload = sent(a_card(Text("now"))).payload
    assert payload["flags"] == COMPONENTS_V2
    assert (payload["content"], payload["embeds"]) == (None, [])
    assert payload["allowed_mentions"] == {"parse": [], "users": [], "roles": []}


def test_an_urgent_card_can_take_the_place_of_a_message_of_components() -> None:
    card = a_card(Text("Come"), tone=Tone.URGENT, pings=(Person("discord", "5"),))
    assert message_of(card, stays_v2=True).is_v2
    assert not message_of(card).is_v2


# -- what is pressed -----------------------------------------------------------------------------


def test_a_row_has_its_button_beside_it() -> None:
    (section,) = shown(Row("A tip", a_button()))
    assert section["type"] == 9
    assert section["components"] == [{"type": 10, "content": "A tip"}]
    assert section["accessory"]["label"] == "Press"


def test_buttons_have_their_styles_and_links_their_address() -> None:
    several = tuple(Button(action("t", one.value), one.value, one) for one in Style)
    (row,) = shown(Actions((*several, LinkButton("https://a.test/é", "Leads out"))))
    assert [one["style"] for one in row["components"]] == [2, 1, 4, 5]
    assert row["components"][3] == {
        "type": 2,
        "style": 5,
        "label": "Leads out",
        "url": "https://a.test/%C3%A9",
    }


def test_a_button_that_asks_first_is_told_by_its_id() -> None:
    asked = Confirm(question="Really?", yes="Yes", no="No")
    (row,) = shown(Actions((Button(action("p", "erase"), "Erase", Style.DANGER, asked),)))
    assert row["components"][0]["custom_id"] == "pbc|p|erase"


def test_two_buttons_of_one_action_both_work() -> None:
    native = sent(a_card(Actions((a_button(), a_button())), Row("again", a_button())))
    meant = [decoded(one["custom_id"]) for one in controls(native)]
    assert meant == [(action("test", "press", 1), False)] * 3


def test_six_buttons_take_two_rows() -> None:
    rows = shown(Actions(tuple(a_button(number) for number in range(6))))
    assert [len(row["components"]) for row in rows] == [5, 1]


@pytest.mark.parametrize(
    "url", ["javascript:x", "nowhere", "https://", "https://a b", "https://é.x"]
)
def test_a_link_that_discord_would_refuse_is_said_in_words(url: str) -> None:
    native = sent(
        a_card(Actions((a_button(), LinkButton(url, "Out"))), Row("Site", LinkButton(url, "There")))
    )
    assert [one["label"] for one in controls(native)] == ["Press"]
    assert any("Out" in text for text in texts(native))
    assert any("There" in text for text in texts(native))


def test_one_of_a_list_must_be_chosen_and_any_of_several_may() -> None:
    one = controls(sent(a_card(Select(action("t", "one"), "Pick", OPTIONS))), kind=3)[0]
    any_ = controls(sent(a_card(Select(action("t", "any"), "Pick", OPTIONS, most=9))), kind=3)[0]
    assert (one["min_values"], one["max_values"], one["required"]) == (1, 1, True)
    assert (any_["min_values"], any_["max_values"], any_["required"]) == (0, 3, False)
    assert one["placeholder"] == "Pick"
    assert one["options"][1] == {
        "label": "Second",
        "value": "v2",
        "description": "a hint",
        "default": False,
    }


def test_a_list_with_something_chosen_says_above_what_it_is() -> None:
    chosen = (*OPTIONS, Option("v4", "Fourth", chosen=True))
    label, row = shown(Select(action("t", "one"), "Pick *one*", chosen))
    assert label["content"] == "**Pick \\*one\\***"
    assert [one["default"] for one in row["components"][0]["options"]] == [False] * 3 + [True]


def test_a_list_keeps_what_discord_takes_of_it() -> None:
    many = [Option(f"v{n % 40}", "x" * 120, "y" * 120, chosen=n >= 38) for n in range(60)]
    select = controls(sent(a_card(Select(action("t", "one"), "p" * 200, tuple(many)))), kind=3)[0]
    assert len(select["options"]) == 25
    assert sum(one["default"] for one in select["options"]) == 1
    assert select["placeholder"].endswith("…")
    assert shown(Select(action("t", "one"), "Nothing here", ())) == [
        {"type": 10, "content": "Nothing here"}
    ]


@pytest.mark.parametrize(
    ("page", "pages", "back", "on"), [(2, 3, "1", "3"), (1, 3, None, "2"), (3, 3, "2", None)]
)
def test_a_pager_leads_to_the_pages_beside(
    page: int, pages: int, back: str | None, on: str | None
) -> None:
    (row,) = shown(Pager(page, pages, action("t", "list", "q7")))
    before, here, after = row["components"]
    assert (here["label"], here["disabled"]) == (f"{page} / {pages}", True)
    for leaf, wanted in ((before, back), (after, on)):
        assert leaf.get("disabled", False) == (wanted is None)
        assert wanted is None or decoded(leaf["custom_id"])[0] == action("t", "list", "q7", wanted)


def test_a_pager_whose_id_is_full_stands_still() -> None:
    full = action("t", "l", "x" * 60, "y" * 31)
    leaves = controls(sent(a_card(Pager(2, 3, full))))
    assert [one["disabled"] for one in leaves] == [True, True, True]


# -- pictures and files --------------------------------------------------------------------------


def test_a_picture_has_its_alt_text() -> None:
    native = sent(a_card(Image(PNG, "A *grey* point")))
    gallery = native.payload["components"][0]["components"][0]
    assert gallery["items"] == [
        {"media": {"url": "attachment://picture.png"}, "description": "A *grey* point"}
    ]
    assert [(one.name, one.data, one.alt) for one in native.files] == [
        ("picture.png", PNG, "A *grey* point")
    ]


def test_a_chart_has_its_title_above_and_its_numbers_below() -> None:
    native = sent(a_card(CHART, CHART))
    title, picture, numbers, *_again = native.payload["components"][0]["components"]
    assert title["content"] == r"**How it \*went\***"
    assert picture["items"][0]["description"] == "Two low, five high"
    assert numbers["content"] == "low: 2\nhigh: 5"
    assert [one.name for one in native.files] == ["chart.png", "chart2.png"]
    assert all(one.data.startswith(b"\x89PNG") for one in native.files)


def test_a_wide_table_names_its_columns_in_every_line() -> None:
    wide = Chart("T", (), "alt", (("Day", "Low", "High"), ("Mon", "1", "2")))
    assert shown(wide)[1]["content"] == "Mon: Low 1, High 2"


def test_a_file_arrives_whole_under_a_name_that_discord_keeps() -> None:
    names = ("all.json", "é à.json", "é à.json")
    files = [Attachment(name, b"{}", f"Label {name}") for name in names]
    native = sent(a_card(*files))
    assert [one.name for one in native.files] == ["all.json", "file.json", "file2.json"]
    assert texts(native)[0] == "Label all.json"


def test_more_files_than_a_message_takes_leave_their_words() -> None:
    native = sent(a_card(*(Image(PNG, f"Picture {n}") for n in range(12))))
    assert len(native.files) == 10
    assert texts(native) == ["Picture 10", "Picture 11"]
