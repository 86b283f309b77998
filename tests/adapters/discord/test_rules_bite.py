"""The checker of Discord's rules finds what breaks them, and the reader sees what works."""

from copy import deepcopy
from typing import Any

import pytest

from peerbot.chat.actions import action
from peerbot.chat.cards import Actions, Option, Row, Select, Text, Tone
from tests.adapters.discord.reader import read
from tests.adapters.discord.rules import problems
from tests.adapters.discord.samples import a_button, a_card, sent

LIST = Select(action("t", "l"), "Pick", (Option("v", "First"),))
V2 = sent(a_card(Text("One"), Row("Two", a_button(1)), Actions((a_button(2),)), LIST)).payload
LEGACY = sent(a_card(Text("One"), Actions((a_button(),)), tone=Tone.URGENT)).payload


def put(value: Any, *path: str | int) -> tuple[tuple[str | int, ...], Any]:
    return path, value


INSIDE = ("components", 0, "components")
SELECT = (*INSIDE, 3, "components", 0)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put("hello", "content"), "content or embeds beside"),
        (put([{"title": "x"}], "embeds"), "content or embeds beside"),
        (put("", *INSIDE, 0, "content"), "a text of 0"),
        (put("x" * 4001, *INSIDE, 0, "content"), "4004 characters"),
        (put([], *INSIDE, 1, "components"), "a section of"),
        (put("pb1|test|press|2", *INSIDE, 1, "accessory", "custom_id"), "stands 2 times"),
        (put("x" * 101, *INSIDE, 1, "accessory", "custom_id"), "an id of 101"),
        (put("x" * 81, *INSIDE, 1, "accessory", "label"), "a label of 81"),
        (put("https://a", *INSIDE, 1, "accessory", "url"), "a link with an id"),
        (put([], *INSIDE, 2, "components"), "a row of"),
        (put("x" * 151, *SELECT, "placeholder"), "a long placeholder"),
        (put(2, *SELECT, "max_values"), "1 to 2 of 1"),
        (put(False, *SELECT, "required"), "disagree"),
        (put([], *SELECT, "options"), "0 options"),
        (put("x" * 101, *SELECT, "options", 0, "label"), "label of 101"),
        (put([{"type": 10, "content": "x"}] * 40, *INSIDE), "41 components"),
        (put({"parse": ["everyone"]}, "allowed_mentions"), "allowed mentions"),
        (put([{"type": 13, "file": {"url": "attachment://x"}}], *INSIDE), "not there"),
    ],
)
def test_a_broken_rule_of_components_is_found(
    change: tuple[tuple[str | int, ...], Any], problem: str
) -> None:
    assert problem in " ".join(problems(changed(V2, *change), ()))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put("", "content"), "nothing to preview"),
        (put("x" * 2001, "content"), "content of 2001"),
        (put("x" * 4097, "embeds", 0, "description"), "description of 4097"),
        (put("x" * 257, "embeds", 0, "title"), "title of 257"),
        (put([{"name": "n", "value": ""}], "embeds", 0, "fields"), "value of 0"),
        (put([{"name": "n", "value": "v"}] * 26, "embeds", 0, "fields"), "26 fields"),
        (put([{"description": "x" * 4000}] * 2, "embeds"), "8000 characters"),
        (put([{"color": 1}], "embeds"), "an empty embed"),
        (put([LEGACY["components"][0]] * 6, "components"), "6 rows"),
        (put([{"type": 10, "content": "x"}], "components"), "something but rows"),
    ],
)
def test_a_broken_rule_of_embeds_is_found(
    change: tuple[tuple[str | int, ...], Any], problem: str
) -> None:
    assert problem in " ".join(problems(changed(LEGACY, *change), ()))


def changed(payload: Any, path: tuple[str | int, ...], value: Any) -> Any:
    copy = deepcopy(payload)
    spot = copy
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# x", "heading"),
        ("a\n  -# x", "small"),
        ("a\n1. x", "list"),
        ("> x", "quote"),
        ("[a](https://b)", "link"),
        ("<@1>", "user"),
        ("<@&1>", "role"),
        ("<#1>", "room"),
        ("</a b:1>", "command"),
        ("<t:1:R>", "time"),
        ("<:x:1>", "emoji"),
        (":smile:", "emoji"),
        ("<id:home>", "guide"),
        ("<https://a.b>", "address"),
        ("see https://a.b", "address"),
        ("@here", "everyone"),
        ("`x`", "code"),
        (r"\***x**", "bold"),
        ("_x_", "italic"),
        ("~~x~~", "strike"),
        ("||x||", "spoiler"),
    ],
)
def test_the_reader_sees_what_works(text: str, kind: str) -> None:
    assert [name for name, _source in read(text)[1]] == [kind]
