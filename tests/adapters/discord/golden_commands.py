"""Writes golden/commands.json: our commands as Discord is told of them.

After a change to them: `python -m tests.adapters.discord.golden_commands`, and read the difference.
"""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.discord.commands import payload_of
from adapters.discord.native import Json
from peerbot.chat.commands import Command
from peerbot.db import Database
from tests.whole_house import a_house

GOLDEN = Path(__file__).parent / "golden" / "commands.json"


def commands_of_the_house() -> tuple[Command, ...]:
    """Return every command that a whole house declares."""
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/peerbot.sqlite")
        try:
            return a_house(db, Path(folder)).router.commands
        finally:
            asyncio.run(db.close())


def as_text(payload: list[Json]) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(as_text(payload_of(commands_of_the_house())), encoding="utf-8")
