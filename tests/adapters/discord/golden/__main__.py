"""Writes the files that the renderer is compared with."""

from tests.adapters.discord.golden import HERE, drawn
from tests.test_words import CARDS

for slice_, cards in CARDS.items():
    (HERE / f"{slice_}.json").write_text(drawn(cards()), encoding="utf-8")
