"""A chart as a picture: bars with their names and numbers, large enough to read on a phone."""

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from adapters.discord.markup import ELLIPSIS, clean
from peerbot.chat.cards import Chart
from peerbot.chat.plain import plain

Font = ImageFont.FreeTypeFont

# All in pixels of the finished picture. A phone shows it about 350 points wide, so a letter of 36
# is read at 12 to 13.
WIDTH = 1000
MARGIN = 52
CORNER = 36
LETTERS = 36
BAR = 40
LOW_BAR = 30
UNDER_NAME = 14
"""Between a name and its bar below."""
BETWEEN = 36
"""Between a bar and the next name."""
LOW_BETWEEN = 20
BESIDE = 28
"""Between a name, its bar and its number on one line."""

FEW = 7
"""So many bars have their names above them; more stand in lines with their names beside them."""
MOST = 31
"""A month of days. What is more is in the table below the picture."""

# A light ground of its own, so that Discord's dark and light themes both show it. Bars have more
# than 4.5:1 on it and differ in length only, so colour carries nothing.
# https://www.w3.org/TR/WCAG22/#non-text-contrast
GROUND = "#f8f7f3"
TRACK = "#e7e5dd"
INK = "#23272d"
FILL = "#2f6d9c"

_FINER = 2
"""Drawn this much larger and made smaller, since Pillow's shapes have jagged edges."""

FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")
"""Looked for where the system keeps its fonts; Pillow's own has neither accents nor dashes."""

# Letters that do not come apart into a plain one and an accent.
_PLAINER = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "−": "-", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}
    | {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One bar as it is drawn."""

    name: str
    number: str
    part: float
    """Of the longest bar: 0 to 1."""


def png_of(chart: Chart, fonts: Sequence[str] = FONTS) -> bytes:
    """Return the chart as a PNG, `WIDTH` pixels wide and as high as it has bars.

    Its title stands above it as text, where screen readers find it. `fonts` are tried in order;
    without any of them accents are left out, and a name in letters that no font has is the number
    of its line in the table. Takes tens of milliseconds: call it off the event loop.
    """
    font = letters(LETTERS * _FINER, tuple(fonts))
    lines = _lines(chart, font)
    tall = len(lines) <= FEW
    step = LETTERS + UNDER_NAME + BAR + BETWEEN if tall else LETTERS + LOW_BETWEEN
    height = 2 * MARGIN + len(lines) * step - (BETWEEN if tall else LOW_BETWEEN)
    picture = Image.new("RGBA", (WIDTH * _FINER, max(height, 2 * MARGIN) * _FINER))
    paper = _Paper(picture, font, max((_width(one.number, font) for one in lines), default=0))
    paper.ground()
    names = min(max((_width(one.name, font) for one in lines), default=0), WIDTH * 2 // 5)
    for number, one in enumerate(lines):
        top = MARGIN + number * step
        if tall:
            paper.above(one, top)
        else:
            paper.beside(one, top, names)
    return _png(picture)


@cache
def letters(size: int, fonts: tuple[str, ...]) -> Font:
    """Return the first of the fonts that this machine has, else the one in Pillow."""
    for name in fonts:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    own = ImageFont.load_default(size)
    assert isinstance(own, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return own


def legible(text: str, font: Font, instead: str) -> str:
    """Return `text` in letters that `font` has, without accents if need be; else `instead`."""
    if has_letters(text, font):
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_PLAINER))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return bare if has_letters(bare, font) else instead


def has_letters(text: str, font: Font) -> bool:
    """Whether `font` can draw every letter of `text`."""
    return all(one.isspace() or _drawn(one, font) != _drawn("\uffff", font) for one in set(text))


def number_of(value: float) -> str:
    """Return a number as people write it, with two digits after the point at most."""
    if not math.isfinite(value):
        return "?"
    return f"{value:.2f}".rstrip("0").rstrip(".")


class _Paper:
    """Draws in pixels of the finished picture on one that is finer."""

    def __init__(self, picture: Image.Image, font: Font, numbers: float) -> None:
        self._pen = ImageDraw.Draw(picture)
        self._font = font
        self._height = picture.height // _FINER
        self._right = WIDTH - MARGIN - numbers - BESIDE
        """Where bars end, so that the numbers have a column of their own."""

    def ground(self) -> None:
        self._box(0, 0, WIDTH, self._height, CORNER, GROUND)

    def above(self, line: _Line, top: float) -> None:
        """Draw a bar with its name above it."""
        self._text(line.name, MARGIN, top + LETTERS / 2, "lm", WIDTH - 2 * MARGIN)
        self._bar(line, MARGIN, top + LETTERS + UNDER_NAME + BAR / 2, BAR)

    def beside(self, line: _Line, top: float, names: float) -> None:
        """Draw a bar on one line with its name, for which there are `names` pixels."""
        middle = top + LETTERS / 2
        self._text(line.name, MARGIN, middle, "lm", names)
        self._bar(line, MARGIN + names + BESIDE, middle, LOW_BAR)

    def _bar(self, line: _Line, left: float, middle: float, high: float) -> None:
        top = middle - high / 2
        self._box(left, top, self._right, top + high, high / 2, TRACK)
        if line.part > 0:
            # Never shorter than it is high: a smaller one would have no round ends.
            long = max(high, line.part * (self._right - left))
            self._box(left, top, left + long, top + high, high / 2, FILL)
        self._text(line.number, WIDTH - MARGIN, middle, "rm", WIDTH)

    def _box(self, x: float, y: float, x2: float, y2: float, corner: float, fill: str) -> None:
        edges = (x * _FINER, y * _FINER, x2 * _FINER - 1, y2 * _FINER - 1)
        self._pen.rounded_rectangle(edges, corner * _FINER, fill=fill)

    def _text(self, text: str, x: float, y: float, anchor: str, most: float) -> None:
        """Write at a point, which is the `anchor` of the text, in at most `most` pixels."""
        while text and _width(text, self._font) > most:
            text = text.removesuffix(ELLIPSIS)[:-1].rstrip() + ELLIPSIS
            if text == ELLIPSIS:
                break
        self._pen.text((x * _FINER, y * _FINER), text, INK, self._font, anchor)


def _lines(chart: Chart, font: Font) -> list[_Line]:
    bars = chart.bars[:MOST]
    most = max((one.value for one in bars if math.isfinite(one.value)), default=0)
    return [
        _Line(
            legible(" ".join(clean(plain(one.label)).split()), font, f"{number}."),
            number_of(one.value),
            _part(one.value, most),
        )
        for number, one in enumerate(bars, 1)
    ]


def _part(value: float, most: float) -> float:
    return min(1.0, max(0.0, value / most)) if most > 0 and math.isfinite(value) else 0.0


def _drawn(letter: str, font: Font) -> bytes:
    mask = font.getmask(letter)
    return bytes(mask) + repr(mask.size).encode()


def _width(text: str, font: Font) -> float:
    return font.getlength(text) / _FINER


def _png(picture: Image.Image) -> bytes:
    size = (picture.width // _FINER, picture.height // _FINER)
    finished = io.BytesIO()
    picture.resize(size, Image.Resampling.LANCZOS).save(finished, "PNG", compress_level=6)
    return finished.getvalue()
