"""Discord keeps the promises of the port over real sockets, repeated sends included."""

from functools import partial

import pytest

from peerbot.testing import CONFORMANCE, NamedCheck
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.harness import DoubleHarness


@pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
async def test_discord_conforms_over_sockets(check: NamedCheck, double: Double) -> None:
    makes = partial(an_adapter, double, message_content=True)
    await check(partial(DoubleHarness.over, double, makes))
