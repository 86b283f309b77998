"""The durable engine (DBOS) in its own words: nobody else imports it, and only `engine` this.

What it stores are ids and enums, as JSON; an exception is stored as the name of its type.
"""

import asyncio
import contextvars
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    Serializer,
    SetEnqueueOptions,
    SetWorkflowID,
    WorkflowStatus,
)

from peerbot.failures import DatabaseAway, failures_understood
from peerbot.logs import WordlessRecord

T = TypeVar("T")

Value = str | int | Sequence[str]
Run = Callable[[str, str, Sequence[Value]], Awaitable[None]]
"""Called with a work's id, the name of its handler and its arguments."""

# A hash of the code by default: after every change, pending work would silently never run. Bump
# it only with a plan for the work that is still pending.
APPLICATION_VERSION = "1"

# There is one process (see `engine`), and it has to find the work of the one before it.
EXECUTOR_ID = "peerbot"

PATIENCE = timedelta(seconds=10)
"""How long the engine may take for one of our questions."""

_NAME = "peerbot"
_QUEUE = "sends"
_BEGUN = "PENDING"
_UNDER_WAY = [_BEGUN, "ENQUEUED", "DELAYED"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PRUNED_AT_ONCE = 500

_log = logging.getLogger("dbos")


class Stands(StrEnum):
    """How a work stands with the engine."""

    UNKNOWN = "unknown"
    UNDER_WAY = "under-way"
    ENDED = "ended"
    """However it ended, its id never runs again."""


class StoredError(Exception):
    """What is left of an exception that the engine stored: the name of its type."""


class WordlessJson(Serializer):
    """Stores plain values as JSON, and of an exception its type's name; never its text."""

    def name(self) -> str:
        # Written on every row: never change it.
        return "peerbot_json"

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {"$error": str(data) if isinstance(data, StoredError) else type(data).__name__}
        return json.dumps(data, separators=(",", ":"), allow_nan=False)

    def deserialize(self, serialized_data: str) -> Any:
        data = json.loads(serialized_data)
        if isinstance(data, dict) and data.keys() == {"$error"}:
            return StoredError(data["$error"])
        return data


class _Wordless(logging.Filter):
    """The engine logs arguments and the texts of exceptions: keep the place, drop the words.

    For whoever runs it without `logs.set_up`, which does so for every library.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record, WordlessRecord):
            return True
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        record.msg = f"{record.filename}:{record.lineno} {kind}".strip()
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


_run: Run | None = None


@DBOS.workflow(name="peerbot.work")
async def _work(name: str, values: list[Any]) -> str:
    """The one workflow that there is. Returns how it ended, and never raises but to be resumed."""
    if _run is None:
        # Nothing is recorded: the work stays pending, and the next start resumes it.
        raise asyncio.CancelledError
    try:
        await _run(str(DBOS.workflow_id), name, values)
    except Exception as error:  # noqa: BLE001
        # A workflow that ends in an error never runs again under its id; an outcome says the same
        # and nobody has to open it. The sweep starts the next attempt.
        _log.error("work failed", exc_info=error)
        return type(error).__name__
    return "done"


def launch(url: str, run: Run, *, poll: float) -> None:
    """Start the engine on the running loop's own thread, so that its work runs on this loop.

    Work that an earlier process left begins at once. The tables are there already (`make_tables`).
    """
    global _run  # noqa: PLW0603 - the engine is one per process, whatever we do
    _quieten()
    _run = run
    config: DBOSConfig = {
        "name": _NAME,
        "system_database_url": url,
        "executor_id": EXECUTOR_ID,
        "application_version": APPLICATION_VERSION,
        "serializer": WordlessJson(),
        "enable_otlp": False,
        "log_level": "WARNING",
        "run_migrations": False,
        "max_executor_threads": 16,
        "sys_db_idle_transaction_timeout_sec": 10.0,
        "scheduler_polling_interval_sec": 3600.0,
        "notification_listener_polling_interval_sec": poll,
    }
    DBOS(config=config)
    DBOS.launch()


def make_tables(url: str, queue_poll: float) -> None:
    """Make or update the engine's tables, with a queue that runs one work at a time per domain.

    A queue that is registered later, in the running engine, would be noticed after a second.
    """
    _quieten()
    DBOS.migrate(url)
    client = DBOSClient(system_database_url=url, serializer=WordlessJson(), application_name=_NAME)
    try:
        client.register_queue(_QUEUE, partition_concurrency=1, polling_interval_sec=queue_poll)
    finally:
        client.destroy()


def pause() -> None:
    """Begin nothing more; what the queue still hands out stays pending."""
    global _run  # noqa: PLW0603
    _run = None


def destroy() -> None:
    """Close the engine. Blocks for as long as a poll of the queue takes: not on the loop."""
    DBOS.destroy()


async def start(work_id: str, name: str, values: Sequence[Value]) -> None:
    """Run once per `work_id`, now."""

    async def go() -> None:
        with SetWorkflowID(work_id):
            await DBOS.start_workflow_async(_work, name, list(values))

    await _outside(go())


async def enqueue(
    work_id: str, domain: str, priority: int, name: str, values: Sequence[Value]
) -> None:
    """Run once per `work_id`, one at a time per domain, the lowest `priority` (from 1) first."""

    async def go() -> None:
        options = SetEnqueueOptions(queue_partition_key=domain, priority=priority)
        with SetWorkflowID(work_id), options:
            await DBOS.enqueue_workflow_async(_QUEUE, _work, name, list(values))

    await _outside(go())


async def stands(work_id: str) -> Stands:
    rows = await _list(workflow_ids=[work_id])
    if not rows:
        return Stands.UNKNOWN
    return Stands.UNDER_WAY if rows[0].status in _UNDER_WAY else Stands.ENDED


async def under_way() -> tuple[set[str], set[str]]:
    """Return the ids of all work that waits, and of all that has begun and not ended."""
    rows = await _list(status=_UNDER_WAY)
    begun = {row.workflow_id for row in rows if row.status == _BEGUN}
    return {row.workflow_id for row in rows} - begun, begun


async def end(work_ids: Collection[str]) -> None:
    """Count these as ended."""
    await _outside(DBOS.cancel_workflows_async(sorted(work_ids)))


async def prune(before: datetime) -> int:
    """Remove what ended before (aware, by the machine's clock); return how many."""
    pruned = 0
    while rows := await _list(
        completed_before=before.isoformat(), status=_ENDED, limit=_PRUNED_AT_ONCE
    ):
        await _outside(DBOS.delete_workflows_async([row.workflow_id for row in rows]))
        pruned += len(rows)
    return pruned


async def _list(**query: Any) -> list[WorkflowStatus]:
    return await _outside(DBOS.list_workflows_async(load_input=False, load_output=False, **query))


async def _outside(verb: Coroutine[Any, Any, T]) -> T:
    """Run it without the engine's context: within work it would count as a step of that.

    Raises DatabaseAway. Where the engine would rather wait for its database, in a thread and for
    as long as it takes, it is left behind: whatever it still does is found by the sweep.
    """
    with failures_understood():
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await asyncio.create_task(verb, context=contextvars.Context())
        except TimeoutError:
            raise DatabaseAway("the engine does not get an answer") from None


def _quieten() -> None:
    if not _log.handlers:
        # Else the engine adds one of its own that prints.
        _log.addHandler(logging.NullHandler())
    if not any(isinstance(known, _Wordless) for known in _log.filters):
        _log.addFilter(_Wordless())
    _log.setLevel(logging.WARNING)
