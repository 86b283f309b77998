"""What the Tab key offers at the terminal."""

from collections.abc import Iterable

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.console.completing import Completing
from peerbot.chat.commands import Command, Parameter
from peerbot.chat.events import CommandUsed, OptionTyped
from peerbot.chat.router import Answer
from peerbot.chat.suggestions import Suggestion
from peerbot.i18n import _
from tests.console.conftest import Toy

WHAT = Parameter(name="what", summary=_("What"), suggested=True)
WHERE = Parameter(name="where", summary=_("Where"), suggested=True)
FIND = Command(name="find", summary=_("Find"), parameters=(WHAT, WHERE))
NONE = Command(name="peerbot look", summary=_("Look"))


@pytest.fixture
def finding(toy: Toy) -> Toy:
    """With a command that says back what was typed, and beside which other options."""

    async def find(_used: CommandUsed) -> Answer:
        return None

    async def said_back(event: OptionTyped) -> Iterable[Suggestion]:
        others = ",".join(event.options.values())
        return (Suggestion(f"{event.option}:{event.typed}:{others}", _("Said back")),)

    toy.router.command("toy", FIND, find, suggest={"what": said_back, "where": said_back})
    toy.router.command("toy", NONE, find)
    return toy


async def completed(toy: Toy, line: str) -> list[tuple[str, int]]:
    """Return what is offered, and how many characters of the line it takes the place of."""
    offered = Completing(toy.console).get_completions_async(Document(line), CompleteEvent())
    return [(one.text, -one.start_position) async for one in offered]


@pytest.mark.parametrize(
    ("line", "offered", "replaced"),
    [
        ("/find ", "what::", 0),
        ("/find two words", "what:two words:", 9),
        ("robin> /FIND tea", "what:tea:", 3),
        ("/find what=tea where=he", "where:he:tea", 2),
        ('/find where="by the', "where:by the:", 6),
        ("/find tea where=", "where::tea", 0),
    ],
)
async def test_an_option_is_completed_by_what_the_core_offers(
    finding: Toy, line: str, offered: str, replaced: int
) -> None:
    assert await completed(finding, line) == [(offered, replaced)]


@pytest.mark.parametrize("line", ["/fin", "/find", "/peerbot look ", "/nothing here", "find tea"])
async def test_no_value_is_offered_where_none_is_typed(finding: Toy, line: str) -> None:
    assert all(":" not in text for text, _length in await completed(finding, line))


async def test_commands_names_and_the_consoles_own_words_are_completed(finding: Toy) -> None:
    assert ("/find", 3) in await completed(finding, "/fi")
    assert (":who", 2) in await completed(finding, ":w")
