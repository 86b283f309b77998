"""The message whose component was pressed: what stands on it, as Discord gave it."""

import discord

from adapters.discord.native import Json


def label_of(message: discord.Message | None, custom_id: str) -> str:
    """Return what stands on the button with this id."""
    for one in _components(as_json(message)):
        if one.get("custom_id") == custom_id:
            return str(one.get("label") or "")
    return ""


def as_json(message: discord.Message | None) -> Json:
    """Return the components of a message as Discord sends them; none of no message."""
    components = [one.to_dict() for one in message.components] if message is not None else []
    return {"components": components}


def _components(part: object) -> list[Json]:
    if isinstance(part, list):
        return [found for one in part for found in _components(one)]
    if not isinstance(part, dict):
        return []
    inner = [part.get("components"), part.get("accessory"), part.get("component")]
    return [part, *(found for one in inner for found in _components(one))]
