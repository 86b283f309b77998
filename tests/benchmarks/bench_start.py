"""Starting up and memory, against an empty Python."""

import os
import subprocess
import sys

from tests.benchmarks.timing import Benchmark, Measured, compared, seconds

PEERBOT = "from peerbot.__main__ import main; main()"
HOUSE = """
import asyncio
from peerbot import stage
from peerbot.paths import shipped
from peerbot.settings import load
import io, contextlib
with contextlib.redirect_stdout(io.StringIO()):
    asyncio.run(stage.play(load(shipped("config") / "peerbot.toml"), script="sam> hello"))
"""
# Not `ru_maxrss`: that begins with what the process was before it was ours.
RESIDENT = """
from pathlib import Path
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line[:6] == "VmRSS:"))
"""


def version() -> Measured:
    return compared(
        "peerbot --version / an empty Python",
        lambda: _run(PEERBOT, "--version"),
        lambda: _run("pass"),
        reach=8.0,
    )


def console_help() -> Measured:
    return compared(
        "peerbot console --help / an empty Python",
        lambda: _run(PEERBOT, "console", "--help"),
        lambda: _run("pass"),
        reach=20.0,
    )


def memory() -> Measured:
    """A whole house that has played one line, with rules of five languages and the engine."""
    ours, empty = _resident_kilobytes(HOUSE), _resident_kilobytes("")
    return Measured(
        name="resident memory of a house / an empty Python",
        ours=f"{ours / 1024:.0f} MB",
        baseline=f"{empty / 1024:.0f} MB",
        ratio=ours / empty,
        reach=30.0,
    )


def benchmarks() -> tuple[Benchmark, ...]:
    return version, console_help, memory


def _run(code: str, *arguments: str) -> float:
    command = [sys.executable, "-c", code, *arguments]
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True))


def _resident_kilobytes(code: str) -> int:
    environment = {"PATH": os.environ.get("PATH", "")}
    done = subprocess.run(
        [sys.executable, "-c", code + RESIDENT],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return int(done.stdout.split()[-1])
