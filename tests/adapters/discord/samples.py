"""Small cards, and what of a message a test looks at."""

from typing import Any

from adapters.discord.native import Native
from adapters.discord.render import message_of
from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Node, Ping, Tone, in_language
from tests.adapters.discord.reader import read
from tests.adapters.discord.rules import everything, problems

Json = dict[str, Any]


def a_card(*nodes: Node, tone: Tone = Tone.CALM, pings: tuple[Ping, ...] = ()) -> Card:
    return Card("test.card", nodes, "In short", tone, pings)


def a_button(number: int = 1, label: str = "Press") -> Button:
    return Button(action("test", "press", number), label)


def sent(card: Card) -> Native:
    """Return the message of a card, after a look at every rule of Discord's."""
    native = message_of(in_language(card, "en"))
    assert problems(native.payload, tuple(file.name for file in native.files)) == []
    return native


def shown(*nodes: Node) -> list[Json]:
    """Return what the container of a card holds."""
    return list(sent(a_card(*nodes)).payload["components"][0]["components"])


def called(*nodes: Node, pings: tuple[Ping, ...] = ()) -> Json:
    """Return the body of an urgent card."""
    return sent(a_card(*nodes, tone=Tone.URGENT, pings=pings)).payload


def texts(native: Native) -> list[str]:
    """Return every text of a message, as people see it."""
    inside = everything(native.payload["components"])
    found = [one["content"] for one in inside if "content" in one]
    found += [native.payload["content"] or ""]
    found += [embed.get("title", "") for embed in native.payload["embeds"]]
    found += [embed.get("description", "") for embed in native.payload["embeds"]]
    small = [embed["footer"]["text"] for embed in native.payload["embeds"] if "footer" in embed]
    return [*(read(one)[0] for one in found if one), *small]


def controls(native: Native, kind: int = 2) -> list[Json]:
    """Return every button of a message, or every component of another kind."""
    return [one for one in everything(native.payload["components"]) if one["type"] == kind]
