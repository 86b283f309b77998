"""Tells the story as it happens: who was shown what, where, in order, with the kills."""

import asyncio
import tempfile
from pathlib import Path

from tests.adapters.discord.life.story import a_life, whole


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="peerbot-life-") as folder:
        async with a_life(Path(folder), print) as life:
            await whole(life)


if __name__ == "__main__":
    asyncio.run(main())
