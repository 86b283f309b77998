"""Every card of the project, in every language: Discord takes it, whole, and as it was agreed."""

from collections.abc import Sequence

import pytest

from adapters.discord.controls import MAX_LABEL
from adapters.discord.ids import decoded
from adapters.discord.native import Json, Native
from adapters.discord.render import message_of
from peerbot.chat.cards import (
    Attachment,
    Button,
    Card,
    Chart,
    Fields,
    Heading,
    Image,
    Note,
    Pager,
    Quote,
    Row,
    Select,
    Text,
    Tone,
    buttons_of,
    in_language,
)
from peerbot.chat.plain import plain_card
from peerbot.i18n import LANGUAGES
from tests.adapters.discord.golden import HERE, drawn
from tests.adapters.discord.rules import everything, problems
from tests.test_words import CARDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slice_", CARDS)
def test_discord_takes_every_card_whole(slice_: str, language: str) -> None:
    found: set[str] = set()
    for sample in longest_of_each_shape(CARDS[slice_](), language):
        card = in_language(sample, language)
        native = message_of(card)
        names = tuple(file.name for file in native.files)
        found.update(f"{card.key}: {problem}" for problem in problems(native.payload, names))
        found.update(f"{card.key}: {loss}" for loss in losses(card, native))
    assert sorted(found) == []


def longest_of_each_shape(cards: Sequence[Card], language: str) -> tuple[Card, ...]:
    """Return of all cards with the same nodes and buttons the one that says most."""
    found: dict[object, tuple[int, Card]] = {}
    for one in cards:
        pressed = tuple(type(each).__name__ for each in buttons_of(one))
        shape = (one.key, one.tone, bool(one.pings), pressed, *(type(n) for n in one.children))
        length = len(plain_card(one, language))
        if shape not in found or length > found[shape][0]:
            found[shape] = (length, one)
    return tuple(card for _length, card in found.values())


@pytest.mark.parametrize("slice_", CARDS)
def test_every_card_looks_as_it_was_agreed(slice_: str) -> None:
    """If this is a wanted change: `python -m tests.adapters.discord.golden`, and look at it."""
    agreed = (HERE / f"{slice_}.json").read_text(encoding="utf-8")
    assert drawn(CARDS[slice_]()).splitlines() == agreed.splitlines()


def losses(card: Card, native: Native) -> list[str]:
    """Return what a card has and its message has not."""
    inside = list(everything(native.payload["components"]))
    pressed = [decoded(one["custom_id"]) for one in inside if one["type"] == 2 and _works(one)]
    wanted = [
        (one.action, one.confirm is not None) for one in buttons_of(card) if isinstance(one, Button)
    ]
    lost = [f"the button {one}" for one in wanted if one not in pressed]
    lists = sum(isinstance(one, Select) for one in card.children)
    if sum(one["type"] == 3 for one in inside) != lists:
        lost.append("a list")
    pictures = [one for one in card.children if isinstance(one, Attachment | Chart | Image)]
    if len(native.files) != len(pictures):
        lost.append("a picture or file")
    if any(text.rstrip("*").endswith("…") for text in _texts(native) if not _ends_so(card)):
        lost.append("words at an end")
    if native.is_v2 == (card.tone is Tone.URGENT or bool(card.pings)):
        lost.append("its preview")
    return lost


def _works(button: Json) -> bool:
    return "custom_id" in button and not button.get("disabled", False)


def _texts(native: Native) -> list[str]:
    inside = everything(native.payload["components"])
    labels = [one["label"] for one in inside if one["type"] == 2]
    assert all(len(one) <= MAX_LABEL for one in labels)
    parts = [one["content"] for one in everything(native.payload["components"]) if "content" in one]
    return [*parts, *labels, *(embed.get("description", "") for embed in native.payload["embeds"])]


def _ends_so(card: Card) -> bool:
    """Whether the card's own words end in an ellipsis somewhere."""
    kinds = Heading | Text | Quote | Note | Row | Fields | Pager
    return any("…" in repr(one) for one in card.children if isinstance(one, kinds))
