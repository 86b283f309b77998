"""Cards: every word in them is resolved, and nothing else is touched."""

from dataclasses import fields, is_dataclass

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Attachment,
    Bar,
    Button,
    Card,
    Chart,
    Confirm,
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
    Style,
    Text,
    Tone,
    buttons,
    buttons_of,
    card,
    in_language,
)
from peerbot.i18n import Msg, _

GO = action("toy", "go")
ASKED = Confirm(question=_("Really?"), yes=_("Yes"), no=_("No"))
WHOLE = card(
    "toy.whole",
    Heading(_("Heading")),
    Text(_("Text")),
    Quote(_("Quote")),
    Note(_("Note")),
    Divider(),
    Fields(((_("Name"), _("Value")),)),
    Row(_("Row"), Button(GO, _("In a row"))),
    Row(_("Bare row")),
    buttons(Button(GO, _("Go"), Style.DANGER, ASKED), LinkButton("https://a.test", _("Out"))),
    Select(GO, _("Select"), (Option("a", _("Option"), _("Hint"), chosen=True),), most=2),
    Image(b"png", _("Picture")),
    Attachment("all.json", b"{}", _("File")),
    Chart(title=_("Chart"), bars=(Bar(_("Bar"), 1),), alt=_("Alt"), table=((_("Cell"),),)),
    Pager(1, 2, GO),
    summary=_("Summary"),
    tone=Tone.CARE,
    pings=("team",),
)


def messages_in(thing: object) -> list[Msg]:
    if isinstance(thing, Msg):
        return [thing]
    if is_dataclass(thing):
        return [one for f in fields(thing) for one in messages_in(getattr(thing, f.name))]
    if isinstance(thing, tuple):
        return [one for part in thing for one in messages_in(part)]
    return []


def test_every_word_of_a_card_is_resolved() -> None:
    assert len(messages_in(WHOLE)) == 28
    assert messages_in(in_language(WHOLE, "en")) == []


def test_what_is_not_words_stays() -> None:
    shown = in_language(WHOLE, "en")
    assert (shown.key, shown.tone, shown.pings) == ("toy.whole", Tone.CARE, ("team",))
    assert [type(one) for one in shown.children] == [type(one) for one in WHOLE.children]
    select = next(one for one in shown.children if isinstance(one, Select))
    assert (select.action, select.most, select.options[0].value) == (GO, 2, "a")
    assert select.options[0].chosen


def test_children_that_are_none_are_left_out() -> None:
    assert card("a.b", None, Text("x"), summary="s").children == (Text("x"),)
    assert buttons(None, Button(GO, "x")).buttons == (Button(GO, "x"),)


def test_the_buttons_of_a_card_in_reading_order() -> None:
    labels = [str(one.label) for one in buttons_of(WHOLE)]
    assert labels == ["In a row", "Go", "Out"]


def test_one_card_below_another() -> None:
    both = card("a.b", Text("mine"), summary="s").below(card("c.d", Text("help"), summary="h"))
    assert both.children == (Text("help"), Divider(), Text("mine"))
    assert both.key == "a.b"


def test_cards_are_values() -> None:
    assert card("a.b", Text(_("x")), summary=_("s")) == Card("a.b", (Text(_("x")),), _("s"))
    assert hash(WHOLE) == hash(WHOLE)
