"""What a person sees of a message, as Discord's own reader takes it apart."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from simcord.preview._markdown import markdown_tokens

from tests.adapters.discord.parts import Json, parts_in

_TEXT_DISPLAY = 10


def words_in(message: Any) -> str:
    """Return all that one reads of a message, a text to a line, the markup carried out."""
    texts = texts_of(message, list(parts_in(message.components)))
    return "\n".join(filter(None, map(read, texts)))


_FLAT = {"text", "code", "code_block"}
_BLOCKS = {"paragraph", "heading", "blockquote", "subtext", "list", "list_item", "inline"}


def read(tokens: Sequence[Json]) -> str:
    """Return what one reads, the markup carried out."""
    said: list[str] = []
    for token in tokens:
        kind = token["type"]
        if kind in _FLAT:
            said.append(token["content"].replace(_AND, "&"))
        elif kind == "timestamp":
            said.append(f"{datetime.fromtimestamp(token['unix'], UTC):%Y-%m-%d %H:%M}")
        elif kind in {"mention", "command"}:
            said.append(token.get("label", ""))
        elif kind == "break":
            said.append("\n")
        if token.get("children"):
            said.append(read(token["children"]))
        if kind in _BLOCKS:
            said.append("\n")
    return "".join(said).strip("\n")


def links_of(tokens: Sequence[Json]) -> Iterator[tuple[str, str]]:
    for number, token in enumerate(tokens):
        if token["type"] == "link_open":
            label = tokens[number + 1].get("content", "") if number + 1 < len(tokens) else ""
            yield label, token["href"]
        yield from links_of(token.get("children") or [])


def texts_of(message: Any, parts: Sequence[Json]) -> Iterator[list[Json]]:
    """Yield every text as tokens, by the rules of the place it stands in."""
    yield _tokens(message.content, "message")
    for embed in message.embeds:
        yield _tokens(embed.get("title"), "embed_title")
        yield _tokens(embed.get("description"), "embed_description")
        for one in embed.get("fields") or []:
            yield _tokens(one["name"], "embed_field_name")
            yield _tokens(one["value"], "embed_field_value")
        yield _tokens((embed.get("footer") or {}).get("text"), "embed_footer")
    for one in parts:
        if one.get("type") == _TEXT_DISPLAY:
            yield _tokens(one["content"], "text_display")


_AND = "\ue000"


def _tokens(text: object, profile: str) -> list[Json]:
    # simcord's parser knows HTML's entities; Discord shows them as they are typed.
    return markdown_tokens(str(text or "").replace("&", _AND), profile)


def alts_of(message: Any, parts: Sequence[Json]) -> Iterator[str]:
    for one in parts:
        for item in one.get("items") or []:
            yield item.get("description") or ""
    for one in message.attachments:
        yield one.get("description") or ""
