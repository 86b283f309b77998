"""Any card as lines of text."""

from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Attachment,
    Bar,
    Button,
    Chart,
    Divider,
    Fields,
    Heading,
    Image,
    LinkButton,
    Note,
    Option,
    Pager,
    Quote,
    Row,
    Select,
    Text,
    buttons,
    card,
    in_language,
)
from peerbot.chat.plain import plain, plain_card, plain_moment
from peerbot.chat.text import Bold, Code, Link, Mention, Moment, When, joined
from peerbot.testing import GENERAL, NOW, SAM

GO = action("toy", "go")


def test_a_whole_card() -> None:
    whole = card(
        "toy.card",
        Heading("A title"),
        Text("one\ntwo"),
        Quote("said\nso"),
        Note("small"),
        Fields((("Name", "Value"),)),
        Divider(),
        Row("Beside", Button(GO, "Press")),
        buttons(Button(GO, "Go"), LinkButton("https://a.test", "Out")),
        Select(GO, "Pick", (Option("a", "A"), Option("b", "B"))),
        Image(b"", "a point"),
        Attachment("all.json", b"{}", "Everything"),
        Chart(title="Chart", bars=(Bar("x", 1),), alt="one", table=(("x", "1"),)),
        Pager(2, 3, GO),
        summary="s",
    )
    assert plain_card(whole).split("\n") == [
        "A TITLE",
        "one",
        "two",
        "> said",
        "> so",
        "(small)",
        "Name: Value",
        "--------",
        "Beside",
        "[Press]",
        "[Go] [Out (https://a.test)]",
        "Pick: A / B",
        "[a point]",
        "[Everything: all.json]",
        "Chart",
        "x | 1",
        "< 2/3 >",
    ]


def test_a_name_and_its_value_are_parted_as_the_language_does_it() -> None:
    whole = card(
        "toy.card",
        Fields((("Nom", "Valeur"),)),
        Select(GO, "Choix", (Option("a", "A"),)),
        Attachment("tout.json", b"{}", "Tout"),
        summary="s",
    )
    said = ["Nom\u00a0: Valeur", "Choix\u00a0: A", "[Tout\u00a0: tout.json]"]
    assert plain_card(whole, "fr").split("\n") == said
    assert plain_card(in_language(whole, "fr")).split("\n") == said


def test_spans_inside_a_sentence() -> None:
    words = joined(Bold("b"), " ", Code("988"), " ", Link("l", "https://a.test"), " ", Mention(SAM))
    assert plain(words) == "b 988 l (https://a.test) @sam"
    assert plain(Mention(GENERAL)) == "#general"
    assert plain(Mention("role")) == "@role"


def test_a_moment_is_shown_on_the_wall_clock_of_its_zone() -> None:
    toronto = ZoneInfo("America/Toronto")
    assert plain(Moment(NOW, toronto)) == "2026-03-02 04:00"
    assert plain_moment(NOW, toronto, When.TIME) == "04:00"
    assert plain_moment(NOW, toronto, When.DAY) == "2026-03-02"
