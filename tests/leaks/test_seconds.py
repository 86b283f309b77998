"""What cannot be stored at once waits sealed, without words, and no longer than it has to."""

from pathlib import Path

from peerbot.chat.stage import Trouble
from tests.leaks.ledger import Ledger
from tests.leaks.places import search
from tests.leaks.town import a_town
from tests.leaks.waiting import QUARTER_OF_AN_HOUR, waiting


async def test_what_waited_for_the_database_held_no_words_and_is_gone_in_a_quarter_of_an_hour(
    database_url: str, tmp_path: Path
) -> None:
    ledger = Ledger()
    async with a_town(database_url, tmp_path) as town:
        await town.stage.make(Trouble.DATABASE_AWAY)
        for who in ("sam", "kim"):
            await town.be(who)
            await town.say(ledger.words("dangerous message", who, danger=True))
        await town.wait(QUARTER_OF_AN_HOUR)
        assert len(waiting(town)) == 2, "while it is away, nobody in danger is forgotten"
        town.stage.db.unplugged = False
        assert await search(town, ledger, "") == []
        await town.wait(QUARTER_OF_AN_HOUR)
        assert waiting(town) == []
        assert await search(town, ledger, "") == []
