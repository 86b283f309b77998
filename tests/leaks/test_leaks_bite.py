"""Each kind of leak, planted in a running house, is found; and so is what nobody looked after."""

import gzip
import logging
import sqlite3
import tarfile
from contextlib import closing, redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path

from tests.leaks.inputs import declared_inputs
from tests.leaks.ledger import Found, Ledger
from tests.leaks.permitted import PERMITTED, no_longer_found, unexplained
from tests.leaks.places import in_backup, people_named, search
from tests.leaks.sins import SINS, SINS_ON_SQLITE, Leaky, input_of_the_engine
from tests.leaks.town import a_town


async def test_every_kind_of_leak_is_found_where_it_is(database_url: str, tmp_path: Path) -> None:
    ledger, paper = Ledger(), StringIO()
    must_be_found = set()
    async with a_town(database_url, tmp_path, furnish=Leaky) as town:
        await town.be("kim")
        await town.use("checkin")
        await town.tap("community.agree")
        await town.be("sam")
        assert await search(town, ledger, "") == []
        with redirect_stdout(paper):
            for sin, place in {
                **SINS,
                **(SINS_ON_SQLITE if town.settings.is_embedded else {}),
            }.items():
                words = ledger.words(f"message, {sin.__name__}", "sam")
                await town.say(words)
                await sin(town, words)
                must_be_found.add(
                    f"message, {sin.__name__} (by sam) in: {place.format(words=words)}"
                )
        leaks = unexplained(await search(town, ledger, paper.getvalue()))
    assert must_be_found - set(leaks) == set()


async def test_whoever_is_named_in_log_engine_or_terminal_is_noticed(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_town(sqlite_url, tmp_path, furnish=Leaky) as town:
        await town.be("sam")
        assert people_named(town, "the sample is the same") == []
        logging.getLogger("peerbot.tips").debug("%s came by", "sam")
        await input_of_the_engine(town, "alex")
        named = people_named(town, "hello sam")
    assert set(named) >= {
        *("sam in: log peerbot.tips", "sam in: printed"),
        "alex in: engine workflow_input.inputs",
    }


async def test_an_input_that_nothing_was_planted_in_is_noticed(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_town(sqlite_url, tmp_path, furnish=Leaky) as town:
        declared = set(declared_inputs(town))
    assert declared >= {
        *("command leak words", "form leaky.hidden: nobody was shown a button for it"),
        "form tips.search: nobody was shown a button for it",
    }


def test_what_lies_in_a_backup_is_found(tmp_path: Path) -> None:
    ledger = Ledger()
    packed = ledger.secret("packed", "sam")
    stored = ledger.secret("stored", "sam")
    database = tmp_path / "peerbot.sqlite"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE note (words BLOB)")
        connection.execute("INSERT INTO note VALUES (?)", (gzip.compress(stored.words.encode()),))
    with tarfile.open(tmp_path / "backup.tar", "w") as tar:
        tar.add(database, "peerbot.sqlite")
        entry = tarfile.TarInfo("drafts.gz")
        content = gzip.compress(packed.words.encode())
        entry.size = len(content)
        tar.addfile(entry, BytesIO(content))
    found = {
        (one.entry, place)
        for place, value in in_backup(tmp_path / "backup.tar")
        for one in ledger.within(value)
    }
    assert ("packed", "backup drafts.gz") in found
    assert ("stored", "backup of peerbot: note.words") in found


def test_a_place_is_permitted_to_one_input_and_to_no_other() -> None:
    secret = Ledger().secret("own question", "robin")
    assert unexplained([Found(secret, "card checkins.prompt in #check-ins")]) == []
    for place in (
        *("card checkins.prompt in #general", "card checkins.prompt for a member"),
        *("table checkin.name", "log peerbot.app", "form checkins.edit-words for a member"),
    ):
        assert unexplained([Found(secret, place)]) == [f"own question (by robin) in: {place}"]
    other = Ledger().secret("message in a room", "sam")
    for place in (
        "file peerbot.sqlite",
        "backup of peerbot: checkin.question",
        "table alert.rules",
    ):
        assert unexplained([Found(other, place)]) == [f"message in a room (by sam) in: {place}"]


def test_a_permission_that_is_not_needed_is_noticed() -> None:
    pairs = [pair for one in PERMITTED for pair in one.pairs]
    assert len(pairs) == len(set(pairs))
    ledger = Ledger()
    found = [Found(ledger.secret(entry, "sam"), place) for entry, place in pairs]
    assert no_longer_found(found) == []
    assert no_longer_found(found[1:]) == [f"{pairs[0][0]} in: {pairs[0][1]}"]


def test_nothing_is_permitted_by_a_pattern() -> None:
    assert not [pair for one in PERMITTED for pair in one.pairs if set("*?[") & set("".join(pair))]
    assert all(one.because for one in PERMITTED)
