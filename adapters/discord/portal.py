"""What the developer portal says of our application, and what is wrong with it. Pure."""

from collections.abc import Iterator

import discord

from adapters.discord.facts import permissions
from adapters.discord.native import Json

PORTAL = "Developer portal, your application"

# https://discord.com/developers/docs/resources/application#application-object-application-flags
_MESSAGE_CONTENT = 1 << 18
_MESSAGE_CONTENT_LIMITED = 1 << 19
"""As the other, for applications in fewer servers than Discord wants to review."""


def invitation(application_id: int | str, *, word_filter: bool = False) -> str:
    """Return the address on which an admin adds peerbot to a server: never as Administrator.

    With `word_filter` it asks for Manage Server as well.

    https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
    """
    return discord.utils.oauth_url(
        application_id,
        permissions=permissions(word_filter=word_filter),
        scopes=("bot", "applications.commands"),
    )


def problems(
    application: Json, *, application_id: str = "", message_content: bool = False
) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong; `application_id` and the other are settings'.

    https://discord.com/developers/docs/resources/application#application-object
    """
    if application_id and application_id != str(application["id"]):
        yield (
            f"discord.application_id is {application_id}, but the token belongs to application "
            f"{application['id']}. Correct the one that is wrong, or leave application_id empty."
        )
    if message_content and not application.get("flags", 0) & (
        _MESSAGE_CONTENT | _MESSAGE_CONTENT_LIMITED
    ):
        yield (
            "discord.message_content is on, but its switch in the portal is off, so peerbot cannot "
            f"connect. {PORTAL}, Bot: switch on Message Content Intent; or set "
            "discord.message_content = false."
        )
    if application.get("bot_require_code_grant"):
        yield (
            "The application asks for an OAuth2 code grant, so every invitation fails. "
            f"{PORTAL}, Bot: switch off Requires OAuth2 Code Grant."
        )
    if application.get("interactions_endpoint_url"):
        yield (
            "Commands and buttons go to a web address instead of peerbot. "
            f"{PORTAL}, General Information: empty Interactions Endpoint URL."
        )
    if not application.get("privacy_policy_url"):
        yield (
            "The application has no privacy policy, and Discord asks for one. docs/discord.md has "
            f"a text to start from; put its address in: {PORTAL}, General Information, Privacy "
            "Policy URL."
        )


def hints(application: Json) -> Iterator[str]:
    """Yield a sentence for what is allowed and perhaps not meant."""
    if application.get("bot_public"):
        yield (
            "Anybody who has the invitation can add this peerbot to a server of theirs, and what "
            "is written there would lie on your machine. If it is for your own servers alone: "
            f"{PORTAL}, Installation: set Install Link to None; then Bot: switch off Public Bot."
        )
