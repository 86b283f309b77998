"""What stands in the log: our own sentences, and of libraries only where they spoke. No words.

Drivers log every value that they bind and every row that they read, and the text of an exception
may quote what somebody wrote. So a record that carries such things is never made, whatever level
an operator or a library sets and whoever listens.
"""

import logging
from types import TracebackType
from typing import Any

_OURS = ("peerbot", "adapters")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up(level: str) -> None:
    """Log what peerbot says from `level` on ("debug", "info", ...), and warnings of libraries."""
    logging.setLogRecordFactory(WordlessRecord)
    logging.basicConfig(format=_FORMAT)
    logging.getLogger().setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


class WordlessRecord(logging.LogRecord):
    """Of an exception its type, without text; of a library the place in its code, without words."""

    def __init__(  # noqa: PLR0917 - the factory of `logging` is called like this
        self,
        name: str | None,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,
        exc_info: ExcInfo | tuple[None, None, None] | None,
        func: str | None = None,
        sinfo: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(name or "", level, pathname, lineno, msg, args, None, func, None, **more)
        if self.name.partition(".")[0] not in _OURS:
            self.msg, self.args = f"{self.filename}:{lineno}", ()
        if exc_info is not None and exc_info[0] is not None:
            self.msg = f"{self.msg} ({exc_info[0].__name__})"
