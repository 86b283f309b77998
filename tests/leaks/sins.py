"""Leaks of every kind, each with the place where it must be found."""

import base64
import gzip
import logging
import pickle
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
from sqlalchemy import make_url, text

from peerbot.app import House
from peerbot.chat.addresses import NewInbox, Person, Room
from peerbot.chat.cards import Card, Text, card
from peerbot.chat.commands import Command, Parameter
from peerbot.chat.events import Event, FormSubmitted
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.router import Answer, Failure
from peerbot.delivery.model import Done
from peerbot.i18n import Msg
from tests.leaks.town import Town

Sin = Callable[[Town, str], Awaitable[None]]

FEATURE = "leaky"


class Leaky:
    """A feature without shame: everybody's export says what it heard."""

    def __init__(self, house: House) -> None:
        self.heard = ""
        house.privacy._parts = {**house.privacy._parts, FEATURE: self}
        house.delivery.does(FEATURE, self.work)
        words = Parameter(name="words", summary=Msg("Words"))
        declared = Command(name="leak", summary=Msg("Leaks"), parameters=(words,))
        house.router.command(FEATURE, declared, self.anything)
        house.router.form(FEATURE, "hidden", self.form, self.anything)

    async def export(self, member_id: str) -> dict[str, object]:
        return {"gossip": [self.heard]}

    async def erase(self, member_id: str) -> None:
        return None

    async def work(self, subject: str) -> Done:
        return Done.DONE

    async def form(self, event: Event) -> Form:
        words = TextIn(key="words", label="Words", surface=Surface.PRIVATE)
        return Form(title="Words", fields=(words,), submit="Send")

    async def anything(self, event: Event | FormSubmitted) -> Answer:
        return None


# -- in tables -----------------------------------------------------------------------------------


async def column(town: Town, words: str) -> None:
    who = Person("console", "sam")
    await town.house.communities.note(town.community.id, who, "said", after=words)


async def column_in_base64(town: Town, words: str) -> None:
    who = Person("console", "sam")
    packed = base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")
    await town.house.communities.note(town.community.id, who, "said", subject=packed)


async def column_in_a_pickle(town: Town, words: str) -> None:
    await _insert_check(town, 2, pickle.dumps({"said": words}))


async def sealed_with_the_wrong_key(town: Town, words: str) -> None:
    await _insert_check(town, 3, town.vault.seal_for_app(words.encode(), "crisis.spool"))


async def input_of_the_engine(town: Town, words: str) -> None:
    async with town.stage.db.begin() as session:
        await town.house.delivery.plan_work(session, FEATURE, words)
    await town.house.delivery.go()
    await town.stage.settle()


async def error_in_the_engine(town: Town, words: str) -> None:
    packed = base64.b64encode(pickle.dumps(ValueError(words))).decode()
    address = make_url(town.stage.url)
    if town.settings.is_embedded:
        engine = Path(address.database or "").with_name("engine.sqlite")
        with closing(sqlite3.connect(engine)) as connection, connection:
            connection.execute("UPDATE workflow_output SET error = ?", (packed,))
        return
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connected:
        connected.execute("UPDATE dbos.workflow_output SET error = %s", (packed,))


async def resource(town: Town, words: str) -> None:
    by = town.deeds.actor
    named = await town.house.resources.add(
        town.community.id, by, "leaky", lambda blank: replace(blank, name=words)
    )
    assert named.name == words
    await town.house.resources.kept(town.community.id)


async def _insert_check(town: Town, number: int, value: bytes) -> None:
    async with town.stage.db.begin() as session:
        statement = text("INSERT INTO app_key_check (id, sealed) VALUES (:id, :sealed)")
        await session.execute(statement, {"id": number, "sealed": value})


# -- in files ------------------------------------------------------------------------------------


async def file(town: Town, words: str) -> None:
    (town.settings.data_folder / "notes.gz").write_bytes(gzip.compress(words.encode()))


async def name_of_a_file(town: Town, words: str) -> None:
    (town.settings.data_folder / f"{words}.txt").touch()


async def row_deleted_but_not_overwritten(town: Town, words: str) -> None:
    _write_and_delete(town, "loose", words, "PRAGMA secure_delete = OFF")
    await town.stage.db.let_deleted_go()


async def row_deleted_and_still_in_the_log(town: Town, words: str) -> None:
    _write_and_delete(town, "logged", words, "PRAGMA secure_delete = ON")


def _write_and_delete(town: Town, table: str, words: str, pragma: str) -> None:
    with closing(sqlite3.connect(town.settings.database_file)) as connection:
        connection.execute(pragma)
        with connection:
            connection.execute(f"CREATE TABLE {table} (words TEXT)")
            connection.execute(f"INSERT INTO {table} VALUES (?)", (words,))
        with connection:
            connection.execute(f"DELETE FROM {table}")


# -- in what is said -----------------------------------------------------------------------------


async def log(town: Town, words: str) -> None:
    logging.getLogger("peerbot.tips").debug("looked for %s", words)


async def extra_of_a_log(town: Town, words: str) -> None:
    logging.getLogger("peerbot.resources").info("looked", extra={"query": words})


async def text_of_an_exception_in_a_log(town: Town, words: str) -> None:
    try:
        int(words)
    except ValueError as error:
        logging.getLogger("peerbot.privacy").error("failed: %s", error)


async def exception_that_a_log_carries(town: Town, words: str) -> None:
    """Past the house's own records, which never carry one."""
    error = ValueError(words)
    logger = logging.getLogger("driver")
    logger.handle(
        logging.LogRecord(
            logger.name, logging.DEBUG, "x.py", 1, "failed", (), (ValueError, error, None)
        )
    )


async def error(town: Town, words: str) -> None:
    town.house.router._tell(Failure("tips.search", RuntimeError(words)))


async def step_of_a_failure(town: Town, words: str) -> None:
    town.house.router._tell(Failure(words, RuntimeError()))


async def terminal(town: Town, words: str) -> None:
    sys.stdout.write(words)


# -- to people -----------------------------------------------------------------------------------


async def card_to_a_wrong_person(town: Town, words: str) -> None:
    await town.house.switchboard.send(NewInbox(Person("console", "kim")), _gossip(words))


async def card_in_a_room(town: Town, words: str) -> None:
    await town.house.switchboard.send(Room("console", "general"), _gossip(words))


async def words_repeated_to_their_writer(town: Town, words: str) -> None:
    await town.house.switchboard.send(NewInbox(Person("console", "sam")), _gossip(words))


async def export_of_others(town: Town, words: str) -> None:
    part = town.house.privacy._parts[FEATURE]
    assert isinstance(part, Leaky)
    part.heard = words


def _gossip(words: str) -> Card:
    return card("leaky.gossip", Text(words), summary="Gossip")


SINS: dict[Sin, str] = {
    column: "table audit.after",
    column_in_base64: "table audit.subject",
    column_in_a_pickle: "table app_key_check.sealed",
    sealed_with_the_wrong_key: "opened app_key_check.sealed",
    input_of_the_engine: "engine workflow_input.inputs",
    error_in_the_engine: "engine workflow_output.error",
    resource: "index resources",
    file: "file notes.gz",
    name_of_a_file: "file {words}.txt",
    log: "log peerbot.tips",
    extra_of_a_log: "log peerbot.resources",
    text_of_an_exception_in_a_log: "log peerbot.privacy",
    exception_that_a_log_carries: "log driver",
    error: "error RuntimeError",
    step_of_a_failure: "step of a failure",
    terminal: "printed",
    card_to_a_wrong_person: "card leaky.gossip for a member",
    card_in_a_room: "card leaky.gossip in #general",
    words_repeated_to_their_writer: "card leaky.gossip for its writer",
    export_of_others: "export for a member",
}
"""What somebody may do wrong with `words`, and where it must be found."""

SINS_ON_SQLITE: dict[Sin, str] = {
    row_deleted_but_not_overwritten: "file peerbot.sqlite",
    row_deleted_and_still_in_the_log: "file peerbot.sqlite-wal",
}
"""On PostgreSQL the files are its operator's."""
