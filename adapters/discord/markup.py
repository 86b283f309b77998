"""Words as Discord's markdown: ours drawn, everybody else's shown as typed and doing nothing."""

import re
import unicodedata
from bisect import bisect_left
from urllib.parse import urlsplit

from peerbot.chat.addresses import Person, Room
from peerbot.chat.plain import plain
from peerbot.chat.text import Bold, Code, Link, Mention, Moment, Rich, Span, When, Words, resolve
from peerbot.i18n import SOURCE_LANGUAGE

ELLIPSIS = "…"

# https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
_MOMENTS = {When.TIME: "t", When.DAY: "D", When.DAY_AND_TIME: "f"}

# https://discord.com/developers/docs/reference#snowflakes
_ID = re.compile(r"[0-9]{1,20}")
_URL = re.compile(r"https://[^\s<>()\[\]\\|\"`\x00-\x20\x7f-\x9f]{3,2000}")
_LIKE_URL = re.compile(r"[\[\]]|://|\bwww\.|\w\.[a-z]{2,}(?:[/:?#]|\b)", re.IGNORECASE)

_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
# Controls; halves of pairs, which no JSON takes; and overrides and isolates, which make a line read
# backwards: https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

# Headings, lists, quotes and small print begin a line, and one may stand in another ("> - # x").
# https://support.discord.com/hc/en-us/articles/210298617
_LEADING = re.compile(r"[-+>#*\s\ufeff]*(?:[0-9]+[.)])?")
_MARKER = re.compile(r"[-+>#*.)]")
_ANYWHERE = re.compile(r"[\\*_~`|<\[\]@]")
# A colon makes addresses (https://) and emoji (:smile:); "10:30" and "Hours: 9" stay as they are.
_COLON = re.compile(r":(?!\s)(?!(?<=[0-9]:)[0-9]{2}(?![\w:]))")
_BACKSLASHED = r"\\\g<0>"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def markdown(words: Words) -> str:
    """Return `words` as markdown for a message's content, an embed or a text display.

    Strings in it, whoever wrote them, are shown as typed: nothing in them is a format, a mention, a
    link or an emoji. https://discord.com/developers/docs/reference#message-formatting
    """
    return _spans(resolve(words, SOURCE_LANGUAGE).spans, bold=False)


def escaped(text: str) -> str:
    """Return `text` with a backslash before whatever Discord would take as markup."""
    return _COLON.sub(r"\\:", "\n".join(map(_line, clean(text).split("\n"))))


def unescaped(text: str) -> str:
    """Return what was escaped as it was typed, control characters excepted."""
    return _ESCAPED.sub(r"\1", text)


def clean(text: str) -> str:
    """Return `text` without control characters and overrides of direction; line breaks stay."""
    return _STEERING.sub("", _BREAKS.sub("\n", text))


def plain_label(words: Words, most: int) -> str:
    """Return `words` on one line for a button, an option or a placeholder, which know no markup.

    What is longer than `most` is cut and ends in an ellipsis.
    """
    return cut(" ".join(clean(plain(words)).split()), most)


def cut(text: str, most: int) -> str:
    """Return `text`, at most `most` long by `size`, ending in an ellipsis if it was cut."""
    if size(text) <= most:
        return text
    end = bisect_left(range(len(text)), most, key=lambda there: size(text[:there])) - 1
    while end > 0 and _joins(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS if most else ""


def size(text: str) -> int:
    """Return the length of `text` in UTF-16 units: never less than what Discord counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(words: Words, most: int) -> Rich:
    """Return as much of `words` as `markdown` draws in `most` characters, ending in an ellipsis."""
    spans = resolve(words, SOURCE_LANGUAGE).spans
    fits = size(_spans(spans, bold=False)) <= most
    return Rich(spans) if fits else _ended(spans, most)


def _ended(spans: tuple[Span, ...], most: int) -> Rich:
    kept: list[Span] = []
    for span in spans:
        if size(_spans((*kept, span, ELLIPSIS), bold=False)) > most:
            left = most - size(_spans(tuple(kept), bold=False))
            return Rich((*kept, *_part(span, left)))
        kept.append(span)
    return Rich((*kept, ELLIPSIS))


def _part(span: Span, most: int) -> tuple[Span, ...]:
    match span:
        case str():
            return (_beginning(span, most),)
        case Bold(words) if most > len("****") + 1:
            inner = resolve(words, SOURCE_LANGUAGE).spans
            return (Bold(_ended(inner, most - len("****"))),)
        case _:
            return (ELLIPSIS,)


def _beginning(text: str, most: int) -> str:
    """Return the longest beginning of `text`, with an ellipsis, that is `most` once escaped."""
    least, end = 0, size(text) - 1
    while least < end:
        middle = (least + end + 1) // 2
        if size(escaped(cut(text, middle))) <= most:
            least = middle
        else:
            end = middle - 1
    return cut(text, least) or ELLIPSIS


def _spans(spans: tuple[Span, ...], *, bold: bool) -> str:
    drawn = ""
    before: Span = ""
    for span in spans:
        piece = _span(span, bold=bold)
        # "**a****b**" and "`a``b`" are neither two bold words nor two codes.
        if not isinstance(before, str) and drawn[-1:] in {"*", "`"} and drawn[-1:] == piece[:1]:
            drawn += " "
        drawn += piece
        before = span
    return drawn


def _span(span: Span, *, bold: bool) -> str:
    match span:
        case Bold(words):
            inner = _spans(resolve(words, SOURCE_LANGUAGE).spans, bold=True)
            return inner if bold or not inner.strip() else f"**{inner}**"
        case Code(text):
            return _code(clean(text))
        case Link(label, url):
            return _link(label, url, bold=bold)
        case Mention(who):
            return _mention(who)
        case Moment(at, _zone, style):
            return f"<t:{int(at.timestamp())}:{_MOMENTS[style]}>"
        case _:
            return escaped(span)


def _code(text: str) -> str:
    # Inside a code nothing can be escaped, so what would end it is shown as ordinary words.
    if not text.strip() or "`" in text or "\n" in text:
        return escaped(text)
    return f"`{text}`"


def _link(label: Words, url: str, *, bold: bool) -> str:
    shown = _spans(resolve(label, SOURCE_LANGUAGE).spans, bold=bold)
    if not is_ours(url):
        return f"{shown} ({escaped(url)})" if url else shown
    # Discord reads brackets in a label whether escaped or not, and shows no masked link whose label
    # is an address itself: such a label stands before its address.
    said = plain(label)
    if not said.strip() or _LIKE_URL.search(said):
        return f"{shown} (<{url}>)".lstrip()
    return f"[{shown}](<{url}>)"


def is_ours(url: str) -> bool:
    """Whether `url` is a whole https address that nothing around it can end or change."""
    if not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _mention(who: Person | Room | str) -> str:
    name = who if isinstance(who, str) else who.id
    sign = "#" if isinstance(who, Room) else "@"
    if not _ID.fullmatch(name):
        return escaped(sign + name)
    return {Person: f"<@{name}>", Room: f"<#{name}>"}.get(type(who), f"<@&{name}>")


def _line(text: str) -> str:
    lead = _LEADING.match(text)
    end = lead.end() if lead else 0
    return _MARKER.sub(_BACKSLASHED, text[:end]) + _ANYWHERE.sub(_BACKSLASHED, text[end:])


def _joins(text: str, end: int) -> bool:
    """Whether a cut at `end` would part a letter from its accent, or an emoji from its rest."""
    after = text[end : end + 1]
    return text[end - 1] == "\u200d" or bool(
        after and (after == "\u200d" or unicodedata.category(after) in {"Mn", "Me", "Mc", "Sk"})
    )
