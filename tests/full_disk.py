"""A disk that takes nothing more, for this process alone and without root.

The kernel refuses every byte that would go into a file: our database's, the engine's, the spool's,
as it does when a disk is full. SQLite calls that an I/O error; where its own word for it matters
(`SQLITE_FULL`), `PRAGMA max_page_count` on the connections says so.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def full_disk() -> Iterator[None]:
    # Python ignores SIGXFSZ from its start on, so that a write fails with EFBIG instead.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
