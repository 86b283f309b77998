"""Discord keeps the promises of the port over real sockets, within what Discord would take."""

from functools import partial

import pytest

from peerbot.testing import CONFORMANCE, NamedCheck
from tests.adapters.discord.conftest import an_adapter
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.harness import DoubleHarness
from tests.adapters.discord.double.openapi import SPEC, Contract


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(SPEC)


@pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
async def test_discord_conforms_over_sockets(check: NamedCheck, double: Double) -> None:
    makes = partial(an_adapter, double, message_content=True)
    await check(partial(DoubleHarness.over, double, makes))


@pytest.mark.skipif(not SPEC.is_file(), reason="Discord's own specification is not here")
@pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
async def test_discord_would_take_what_it_is_sent(
    check: NamedCheck, double: Double, contract: Contract
) -> None:
    makes = partial(an_adapter, double, message_content=True)
    await check(partial(DoubleHarness.over, double, makes))
    problems = [contract.problem_of(one) for one in double.requests]
    assert [one for one in problems if one is not None] == []
