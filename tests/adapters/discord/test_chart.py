"""Charts as pictures: bars as long as their numbers, readable in dark and light, in any script."""

import io
from pathlib import Path

import pytest
import simcord
from PIL import Image

from adapters.discord.chart import (
    FILL,
    GROUND,
    INK,
    LETTERS,
    MOST,
    TRACK,
    WIDTH,
    has_letters,
    legible,
    letters,
    number_of,
    png_of,
)
from peerbot.chat.cards import Bar, Chart

OWN = letters(LETTERS, ())
"""Pillow's own font, which every machine has."""


def a_chart(*bars: tuple[str, float]) -> Chart:
    return Chart("How it went", tuple(Bar(name, value) for name, value in bars), "alt", ())


def picture(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(png_of(chart, ()))).convert("RGBA")


def runs(drawn: Image.Image, colour: str) -> list[int]:
    """Return how long each bar is in pixels, from above."""
    wanted = (*(int(colour[n : n + 2], 16) for n in (1, 3, 5)), 255)
    pixels = drawn.load()
    assert pixels is not None
    counts = [sum(pixels[x, y] == wanted for x in range(drawn.width)) for y in range(drawn.height)]
    return [
        max(counts[start:end])
        for start, end in _spans([count > 20 for count in counts])
        if end - start > 8
    ]


def _spans(flags: list[bool]) -> list[tuple[int, int]]:
    edges = [n for n in range(1, len(flags)) if flags[n] != flags[n - 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def test_bars_are_as_long_as_their_numbers() -> None:
    whole, half, quarter = runs(picture(a_chart(("a", 8), ("b", 4), ("c", 2))), FILL)
    assert half / whole == pytest.approx(0.5, abs=0.03)
    assert quarter / whole == pytest.approx(0.25, abs=0.03)


def test_nothing_is_an_empty_bar() -> None:
    drawn = picture(a_chart(("a", 3), ("b", 0)))
    assert len(runs(drawn, FILL)) == 1
    assert len(runs(drawn, TRACK)) == 1


@pytest.mark.parametrize("values", [(0, 0), (-1, 2), (float("nan"), 1), (float("inf"), 1), ()])
def test_odd_numbers_are_drawn_all_the_same(values: tuple[float, ...]) -> None:
    assert picture(a_chart(*(("a", value) for value in values))).width == WIDTH


def test_the_ground_is_light_with_round_corners() -> None:
    drawn = picture(a_chart(("a", 1)))
    assert drawn.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert drawn.getpixel((WIDTH // 2, 5)) == (*bytes.fromhex(GROUND[1:]), 255)


@pytest.mark.parametrize(("colour", "least"), [(INK, 7), (FILL, 4.5)])
def test_letters_and_bars_stand_out(colour: str, least: float) -> None:
    def light(code: str) -> float:
        parts = [one / 255 for one in bytes.fromhex(code[1:])]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert (light(GROUND) + 0.05) / (light(colour) + 0.05) >= least


def test_many_bars_stand_in_lines_and_stay_few_enough_to_read() -> None:
    few = picture(a_chart(*((f"day {n}", n) for n in range(7))))
    month = picture(a_chart(*((f"day {n}", n + 1) for n in range(60))))
    assert len(runs(month, FILL)) == MOST
    assert few.height < 1000
    assert month.height < 2 * WIDTH


def test_a_long_name_does_not_run_out_of_the_picture() -> None:
    drawn = picture(a_chart(("m" * 300, 1)))
    edge = drawn.crop((WIDTH - 40, 40, WIDTH, drawn.height - 40))
    assert len(edge.getcolors(10) or ()) == 1


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Very alone - 2", "Very alone - 2"),
        ("Très seul – cœur", "Tres seul - coeur"),
        ("Ça va", "Ca va"),
        ("В порядке", "3."),
        ("孤独", "3."),
    ],
)
def test_without_a_font_for_them_names_are_plainer_or_numbers(name: str, drawn: str) -> None:
    assert legible(name, OWN, "3.") == drawn


def test_with_a_font_for_them_names_are_as_they_are() -> None:
    # The one in simcord's preview: not every machine has any of `FONTS`.
    (noto,) = (Path(simcord.__file__).parent / "preview").glob("**/noto-sans-latin-v*.ttf")
    font = letters(LETTERS, (str(noto),))
    assert legible("Très seul·e – cœur", font, "3.") == "Très seul·e – cœur"


def test_no_empty_box_is_ever_drawn() -> None:
    assert not has_letters("é", OWN)
    assert not has_letters("\u4e00", OWN)
    assert has_letters("abc 123", OWN)


@pytest.mark.parametrize(
    ("value", "said"),
    [(3, "3"), (3.0, "3"), (370350, "370350"), (1234567, "1234567"), (2.5, "2.5"), (1 / 3, "0.33")],
)
def test_numbers_are_written_out(value: float, said: str) -> None:
    assert number_of(value) == said


def test_the_same_chart_is_the_same_picture() -> None:
    assert png_of(a_chart(("a", 1))) == png_of(a_chart(("a", 1)))
