"""Draws every card as Discord shows it: `make pictures`, or some, named after the folder.

simcord's preview lays the native message out, Chromium draws it: one picture of the longest sample
of each card's key in each language, and a page with all of them. Look at them.
"""

import asyncio
import shutil
import sys
from html import escape
from pathlib import Path

from playwright.async_api import async_playwright

from peerbot.chat.cards import Card, in_language
from peerbot.chat.plain import plain_card
from peerbot.i18n import LANGUAGES
from peerbot.testing.fakes import RecordingCore
from tests.adapters.discord.harness import DiscordHarness
from tests.test_words import CARDS

WIDTH, HEIGHT = 760, 4000
"""The longest card there is, with the longest words, is not cut off."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Of the system: Playwright's own cannot be fetched where there is no internet."""
ALONE = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


def chosen(keys: set[str]) -> dict[str, Card]:
    """Return the longest sample of each card's key; of all keys if none is named."""
    found: dict[str, Card] = {}
    for several in CARDS.values():
        for one in several():
            known = found.get(one.key)
            if (not keys or one.key in keys) and (
                known is None or len(plain_card(one)) > len(plain_card(known))
            ):
                found[one.key] = one
    return found


async def draw(folder: Path, keys: set[str]) -> int:
    """Write the pictures and `index.html`; return how many."""
    browsers = [found for name in BROWSERS if (found := shutil.which(name))]
    if not browsers:
        raise SystemExit("pictures need Chromium. On Debian: apt install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    harness = await DiscordHarness.start(RecordingCore())
    drawn: list[tuple[str, str]] = []
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=browsers[0], args=[*ALONE])
            async with harness.preview(WIDTH, HEIGHT) as preview:
                preview._capture_manager._browser = browser
                for key, sample in sorted(chosen(keys).items()):
                    for language in LANGUAGES:
                        await harness.adapter.send(harness.room, in_language(sample, language))
                        name = f"{key}.{language}.png"
                        await harness.picture(preview, folder / name)
                        drawn.append((f"{key} ({language})", name))
            await browser.close()
    finally:
        await harness.close()
    page = "".join(
        f"<figure><figcaption>{escape(label)}</figcaption><img src='{name}' alt=''></figure>"
        for label, name in drawn
    )
    (folder / "index.html").write_text(f"<!doctype html>{page}", encoding="utf-8")
    return len(drawn)


if __name__ == "__main__":
    count = asyncio.run(draw(Path(sys.argv[1]), set(sys.argv[2:])))
    sys.stdout.write(f"{count} pictures: {sys.argv[1]}/index.html\n")
