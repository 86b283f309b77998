"""Starting up and memory, against an empty Python."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.timing import Benchmark, Measured, compared, seconds

PEERBOT = (sys.executable, str(Path(sys.executable).with_name("peerbot")))
EMPTY = (sys.executable, "-c", "pass")
IMPORTS = "import adapters.console.adapter, dbos, apscheduler.schedulers.asyncio, peerbot.stage"
RULES = "from peerbot.content.crisis import crisis_detector; crisis_detector()"
HOUSE = "import asyncio; from tests.benchmarks.bench_start import stay; asyncio.run(stay({}))"
# Not `ru_maxrss`: that begins with what the process was before it was ours.
RESIDENT = """
from pathlib import Path
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line[:6] == "VmRSS:"))
"""


async def stay(communities: int) -> None:
    """Open a house that so many communities live in, let somebody speak, and print its memory."""
    from peerbot.chat.addresses import Space
    from peerbot.community.model import Community, Settings
    from peerbot.community.store import CommunityStore
    from peerbot.db import Database
    from peerbot.migrate import upgrade
    from peerbot.testing import NOW, a_message
    from tests.whole_house import a_house

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/peerbot.sqlite"
        await upgrade(url)
        db = Database(url)
        async with db.begin() as session:
            for number in range(communities):
                new = Community(id=f"c{number}", name=f"Home {number}", created_at=NOW)
                await CommunityStore(session).add(new, Space("test", f"s{number}"), Settings())
        house = a_house(db, Path(folder))
        await house.start()
        await house.switchboard.dispatch(a_message("hello", room=None))
        exec(RESIDENT)
        await house.stop()


def version() -> Measured:
    return compared(
        "peerbot --version / an empty Python",
        lambda: _run(*PEERBOT, "--version"),
        lambda: _run(*EMPTY),
        at_most=8,
        pairs=15,
    )


def console_help() -> Measured:
    return compared(
        "peerbot console --help / an empty Python",
        lambda: _run(*PEERBOT, "console", "--help"),
        lambda: _run(*EMPTY),
        at_most=20,
    )


def memory() -> tuple[Measured, ...]:
    """What is resident, in steps."""
    empty, imported, ruled, opened, full = (
        _resident_megabytes(code)
        for code in ("", IMPORTS, f"{IMPORTS}\n{RULES}", HOUSE.format(0), HOUSE.format(1_000))
    )
    growth = full - opened
    return (
        Measured(
            name="memory of an open house / an empty Python",
            ours=f"{opened:.0f} MB",
            baseline=f"{empty:.0f} MB",
            ratio=opened / empty,
        ),
        Measured(name="of which what it imports", ours=f"{imported - empty:.0f} MB"),
        Measured(name="of which the crisis rules", ours=f"{ruled - imported:.0f} MB"),
        Measured(
            name="and 1,000 communities more",
            ours=f"{growth:.0f} MB",
            goal="<= 10 MB",
            is_reached=growth <= 10,
        ),
    )


def benchmarks() -> tuple[Benchmark, ...]:
    return version, console_help, memory


def _run(*command: str) -> float:
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True))


def _resident_megabytes(code: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", code if "stay(" in code else f"{code}\n{RESIDENT}"],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", "")},
    )
    return int(done.stdout.split()[-1]) / 1024
