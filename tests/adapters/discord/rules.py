"""Discord's own rules for a message, as its documents say them: what breaks one, in words.

https://discord.com/developers/docs/components/reference
https://discord.com/developers/docs/resources/message#create-message
Written without a look at what our renderer does, so that it can catch it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

V2 = 1 << 15
ROW, BUTTON, SELECT, SECTION, TEXT, GALLERY, FILE, LINE, CONTAINER = 1, 2, 3, 9, 10, 12, 13, 14, 17
ALLOWED = {
    ROW: {"type", "components"},
    BUTTON: {"type", "style", "label", "custom_id", "url", "disabled"},
    SELECT: {"type", "custom_id", "placeholder", "min_values", "max_values", "required", "options"},
    SECTION: {"type", "components", "accessory"},
    TEXT: {"type", "content"},
    GALLERY: {"type", "items"},
    FILE: {"type", "file"},
    LINE: {"type", "divider", "spacing"},
    CONTAINER: {"type", "components", "accent_color"},
}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def everything(components: list[Json]) -> Iterator[Json]:
    """Yield every component, each before what it holds."""
    for one in components:
        yield one
        yield from everything(one.get("components", []))
        if "accessory" in one:
            yield one["accessory"]


def problems(payload: Json, names: tuple[str, ...]) -> list[str]:
    """Return each rule that the message breaks; `names` are those of the files beside it."""
    return [*_message(payload), *_files(payload, names), *_mentions(payload)]


def _message(payload: Json) -> Iterator[str]:
    odd = set(payload) - {"flags", "content", "embeds", "components", "allowed_mentions"}
    if odd:
        yield f"keys that are not ours: {odd}"
    for key in ("content", "embeds", "components", "allowed_mentions"):
        if key not in payload:
            yield f"not whole: no {key}"
    inside = list(everything(payload["components"]))
    yield from _ids(inside)
    for one in inside:
        yield from _component(one)
    if payload.get("flags", 0) & V2:
        yield from _v2(payload, inside)
    else:
        yield from _legacy(payload)


def _ids(inside: list[Json]) -> Iterator[str]:
    ids = Counter(one["custom_id"] for one in inside if "custom_id" in one)
    for name, times in ids.items():
        if times > 1:
            yield f"the id {name} stands {times} times"
        if not 1 <= units(name) <= 100:
            yield f"an id of {units(name)}"


def _v2(payload: Json, inside: list[Json]) -> Iterator[str]:
    if payload["content"] is not None or payload["embeds"]:
        yield "content or embeds beside Components V2"
    if not 1 <= len(inside) <= 40:
        yield f"{len(inside)} components"
    if (told := sum(units(one["content"]) for one in inside if one["type"] == TEXT)) > 4000:
        yield f"{told} characters"
    for one in payload["components"]:
        if one["type"] not in {ROW, SECTION, TEXT, GALLERY, FILE, LINE, CONTAINER}:
            yield f"a {one['type']} at the top"


def _legacy(payload: Json) -> Iterator[str]:
    if not payload["content"] or not payload["content"].strip():
        yield "nothing to preview"
    elif units(payload["content"]) > 2000:
        yield f"content of {units(payload['content'])}"
    if len(payload["components"]) > 5:
        yield f"{len(payload['components'])} rows"
    if any(one["type"] != ROW for one in payload["components"]):
        yield "something but rows below a legacy message"
    if len(payload["embeds"]) > 10:
        yield f"{len(payload['embeds'])} embeds"
    together = 0
    for embed in payload["embeds"]:
        together += sum(units(text) for text in texts(embed))
        yield from _embed(embed)
    if together > 6000:
        yield f"{together} characters in embeds"


def texts(embed: Json) -> Iterator[str]:
    yield from (embed[key] for key in ("title", "description") if key in embed)
    yield from embed.get("footer", {}).values()
    for field in embed.get("fields", []):
        yield from (field["name"], field["value"])


def _embed(embed: Json) -> Iterator[str]:
    if not set(embed) - {"color"}:
        yield "an empty embed"
    if set(embed) - {"color", "title", "description", "fields", "image", "footer"}:
        yield f"odd keys in an embed: {set(embed)}"
    for key, most in (("title", 256), ("description", 4096)):
        if key in embed and not 1 <= units(embed[key].strip()) <= most:
            yield f"an embed's {key} of {units(embed[key])}"
    if "footer" in embed and not 1 <= units(embed["footer"]["text"].strip()) <= 2048:
        yield f"an embed's footer of {units(embed['footer']['text'])}"
    if len(embed.get("fields", [])) > 25:
        yield f"{len(embed['fields'])} fields"
    for field in embed.get("fields", []):
        for key, most in (("name", 256), ("value", 1024)):
            if not 1 <= units(field[key].strip()) <= most:
                yield f"a field's {key} of {units(field[key])}"


def _component(one: Json) -> Iterator[str]:
    kind = one["type"]
    if kind not in ALLOWED or set(one) - ALLOWED[kind]:
        yield f"odd component {kind}: {set(one)}"
    match kind:
        case 1:
            yield from _row(one["components"])
        case 2:
            yield from _button(one)
        case 3:
            yield from _select(one)
        case 9:
            if not 1 <= len(one["components"]) <= 3:
                yield "a section of too much or nothing"
            if any(each["type"] != TEXT for each in one["components"]):
                yield "a section of something but texts"
            if one["accessory"]["type"] != BUTTON:
                yield "a section without its button"
        case 10:
            if not one["content"].strip() or units(one["content"]) > 4000:
                yield f"a text of {units(one['content'])}"
        case 12:
            if not 1 <= len(one["items"]) <= 10:
                yield "a gallery of too much or nothing"
            for item in one["items"]:
                if not 1 <= units(item.get("description", "x")) <= 1024:
                    yield "an alt text of too much or nothing"
        case 14:
            if one["spacing"] not in {1, 2} or not isinstance(one["divider"], bool):
                yield "an odd separator"
        case 17:
            inner = {each["type"] for each in one["components"]}
            if not inner or inner - {ROW, SECTION, TEXT, GALLERY, FILE, LINE}:
                yield f"a container of {inner}"
            if not 0 <= one["accent_color"] <= 0xFFFFFF:
                yield "an odd colour"


def _row(inside: list[Json]) -> Iterator[str]:
    kinds = {one["type"] for one in inside}
    if kinds not in ({BUTTON}, {SELECT}):
        yield f"a row of {kinds}"
    if not 1 <= len(inside) <= (5 if kinds == {BUTTON} else 1):
        yield f"{len(inside)} in a row"


def _button(one: Json) -> Iterator[str]:
    if not 1 <= units(one["label"].strip()) <= 80:
        yield f"a label of {units(one['label'])}"
    leads_out = one["style"] == 5
    if leads_out != ("url" in one) or leads_out == ("custom_id" in one):
        yield "a link with an id, or a button without"
    if one["style"] not in {1, 2, 3, 4, 5}:
        yield f"style {one['style']}"
    url = one.get("url", "https://")
    if not url.startswith(("https://", "http://")) or len(url) > 512 or not url.isascii():
        yield f"a link to {url}"


def _select(one: Json) -> Iterator[str]:
    options = one["options"]
    if not 1 <= len(options) <= 25:
        yield f"{len(options)} options"
    if len({each["value"] for each in options}) != len(options):
        yield "an option stands twice"
    if units(one["placeholder"]) > 150:
        yield "a long placeholder"
    least, most = one["min_values"], one["max_values"]
    if not 0 <= least <= min(25, len(options)) or not 1 <= most <= len(options) or least > most:
        yield f"{least} to {most} of {len(options)}"
    if one["required"] != (least > 0):
        yield "required and the least number disagree"
    if sum(each["default"] for each in options) > most:
        yield "more chosen than may be"
    for each in options:
        if set(each) - {"label", "value", "description", "default"}:
            yield f"odd keys in an option: {set(each)}"
        for key in ("label", "value", "description"):
            if key in each and not 1 <= units(each[key].strip()) <= 100:
                yield f"an option's {key} of {units(each[key])}"


def _files(payload: Json, names: tuple[str, ...]) -> Iterator[str]:
    if len(names) > 10 or len(set(names)) != len(names):
        yield f"files: {names}"
    used = [one["file"]["url"] for one in everything(payload["components"]) if one["type"] == FILE]
    for one in everything(payload["components"]):
        used += [item["media"]["url"] for item in one.get("items", [])]
    used += [embed["image"]["url"] for embed in payload["embeds"] if "image" in embed]
    there = {f"attachment://{name}" for name in names}
    if set(used) - there:
        yield f"points to files that are not there: {set(used) - there}"
    if payload.get("flags", 0) & V2 and there - set(used):
        # https://discord.com/developers/docs/components/reference: files are shown by components
        yield f"files that nobody sees: {there - set(used)}"


def _mentions(payload: Json) -> Iterator[str]:
    allowed = payload["allowed_mentions"]
    if set(allowed) != {"parse", "users", "roles"} or allowed["parse"] != []:
        yield f"allowed mentions: {allowed}"
    for ids in (allowed.get("users", []), allowed.get("roles", [])):
        if len(ids) > 100 or len(set(ids)) != len(ids) or not all(one.isdigit() for one in ids):
            yield f"ids that may be mentioned: {ids}"
