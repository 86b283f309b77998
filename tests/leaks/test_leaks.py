"""What people write is nowhere that they did not write it for, on either database."""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tests.leaks.broken import Broken
from tests.leaks.inputs import declared_inputs
from tests.leaks.ledger import Ledger
from tests.leaks.permitted import no_longer_found, unexplained
from tests.leaks.places import people_named, search
from tests.leaks.story import Story
from tests.leaks.town import a_town
from tests.leaks.waiting import FOR_SECONDS, KEPT, QUARTER_OF_AN_HOUR, waiting


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)],
    indirect=True,
)
async def test_what_people_write_is_nowhere_that_they_did_not_write_it_for(
    database_url: str, tmp_path: Path
) -> None:
    ledger, paper = Ledger(), StringIO()
    name = ledger.words("name of the community", "alex")
    with redirect_stdout(paper), redirect_stderr(paper):
        async with a_town(database_url, tmp_path, name=name, furnish=Broken) as town:
            await Story(town, ledger).play()
            found = await search(town, ledger, paper.getvalue())
            named = people_named(town, paper.getvalue())
            declared = set(declared_inputs(town))
            await town.wait(QUARTER_OF_AN_HOUR)
            left = waiting(town)
    assert declared - {one.entry for one in ledger.planted.values()} == set()
    assert {type(one.error).__name__ for one in town.stage.failures} >= MUST_HAVE_BROKEN
    assert unexplained(found) == []
    assert no_longer_found(found) == []
    assert named == []
    assert town.vault.purposes == KEPT | FOR_SECONDS.keys()
    assert left == []


MUST_HAVE_BROKEN = {"DatabaseAway", "IntegrityError", "TryLater", "ValueError"}
"""Else their texts were never looked at."""
