"""The console keeps every promise of the port."""

import pytest

from adapters.console.harness import ConsoleHarness
from peerbot.testing import CONFORMANCE, NamedCheck


@pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
async def test_the_console_conforms(check: NamedCheck) -> None:
    await check(ConsoleHarness.start)
