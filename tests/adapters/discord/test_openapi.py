"""Every screen, command and request of ours is what Discord's own specification allows."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from peerbot.testing import CONFORMANCE, NamedCheck
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.harness import DoubleHarness
from tests.adapters.discord.double.openapi import SPEC, Contract
from tests.adapters.discord.double.rest import Request
from tests.adapters.discord.golden import HERE

pytestmark = pytest.mark.skipif(
    not SPEC.is_file(), reason="Discord's own specification is not here"
)
SCREENS = sorted(one for one in HERE.glob("*.json") if one.stem != "commands")


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(SPEC)


def a_request(method: str, path: str, body: Any) -> Request:
    return Request(method=method, path=path, at=0.0, params={}, headers={}, json=body)


def a_message(**parts: Any) -> Request:
    return a_request("POST", "/channels/1/messages", parts)


@pytest.mark.parametrize("file", SCREENS, ids=lambda file: file.stem)
def test_discord_would_take_every_screen(contract: Contract, file: Path) -> None:
    screens: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    problems = {name: contract.problem_of(a_message(**one)) for name, one in screens.items()}
    assert {name: problem for name, problem in problems.items() if problem} == {}


def test_discord_would_take_every_command(contract: Contract) -> None:
    commands = json.loads((HERE / "commands.json").read_text(encoding="utf-8"))
    for command in commands:
        # The specification says number; Discord's documentation and its answers say string.
        # https://discord.com/developers/docs/interactions/application-commands
        held = command["default_member_permissions"]
        command["default_member_permissions"] = None if held is None else int(held)
    assert contract.problem_of(a_request("PUT", "/applications/1/commands", commands)) is None


@pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
async def test_discord_would_take_all_that_a_promise_needs(
    check: NamedCheck, double: Double, contract: Contract
) -> None:
    makes = partial(an_adapter, double, message_content=True)
    await check(partial(DoubleHarness.over, double, makes))
    problems = [contract.problem_of(one) for one in double.requests]
    assert [one for one in problems if one is not None] == []


async def test_the_double_answers_of_the_portal_and_of_servers_as_discord_does(
    double: Double, contract: Contract
) -> None:
    for policy, endpoint in ((None, None), ("https://example.org/p", "https://example.org/e")):
        double.portal.privacy_policy, double.portal.interactions_endpoint = policy, endpoint
        application = double.portal.application()
        assert contract.problem_of_answer("/applications/@me", application) is None
    assert contract.problem_of_answer("/users/@me/guilds", double.portal.servers({})) is None
    broken = [{"id": 1, "name": "Home"}]
    assert contract.problem_of_answer("/users/@me/guilds", broken) is not None


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"content": "x", "nonce": "n" * 26}, "$.nonce"),
        ({"content": "x", "flags": "64"}, "$.flags"),
        (
            {
                "components": [
                    {
                        "type": 1,
                        "components": [
                            {"type": 2, "style": 1, "custom_id": "a", "label": "x" * 81}
                        ],
                    }
                ]
            },
            "label",
        ),
    ],
    ids=["a long nonce", "flags in words", "a long label"],
)
def test_the_specification_finds_what_is_wrong(
    contract: Contract, wrong: dict[str, Any], where: str
) -> None:
    problem = contract.problem_of(a_message(**wrong))
    assert problem is not None
    assert where in problem


def test_the_specification_knows_what_there_is(contract: Contract) -> None:
    assert contract.problem_of(a_request("POST", "/rooms/1", {})) == "Discord has no POST /rooms/1"
