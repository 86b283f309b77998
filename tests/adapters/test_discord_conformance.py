"""Discord keeps every promise of the port, as far as it declares that it can."""

import pytest

from peerbot.testing import CONFORMANCE, NamedCheck
from tests.adapters.discord.harness import DiscordHarness


@pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
async def test_discord_conforms(check: NamedCheck) -> None:
    await check(DiscordHarness.start)
