"""Make the pictures of the README from the real page of a running demo.

``python -m tests.browser.pictures docs/pictures`` starts the demo, looks at it as its people do, in Chromium at nearly
two pixels a point, and writes ``approval-card.png`` and ``form.png`` into the folder.
"""

import asyncio
import contextlib
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import FloatRect, Page, expect

from tests.browser.people import Windows, running_chromium
from tests.support.installation import ROOT
from tests.support.ports import free_port

PIXELS_A_POINT = 1.75
MOST_BYTES = 300_000
PATIENCE = 30_000
"""Milliseconds until the demo's people have asked for what is pictured."""


async def take(folder: Path) -> None:
    """Write both pictures into *folder*."""
    async with demonstrated() as address, running_chromium() as chromium:
        windows = Windows(chromium, scale=PIXELS_A_POINT)
        owner = await windows.person_page(address, "sam", where="support-assistant", width=1120, height=600)
        await approval_card(owner, folder)
        await form(await windows.person_page(address, "dana", where="general", height=900), folder)
        await windows.close()


def check(folder: Path) -> None:
    """Raise ``SystemExit`` when a picture has become too big for a README."""
    for picture in folder.glob("*.png"):
        if picture.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{picture} has {picture.stat().st_size:,} bytes; make it smaller than {MOST_BYTES:,}.")


async def approval_card(page: Page, folder: Path) -> None:
    """Picture a request in its project's channel and its thread, with the buttons, as the owner sees them."""
    await page.get_by_role("button", name=re.compile(r"^\d+ repl")).last.click(timeout=PATIENCE)
    await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await _rest(page)
    sidebar = await page.get_by_role("navigation", name="Workspace").bounding_box()
    size = page.viewport_size
    assert sidebar is not None
    assert size is not None
    left, right = sidebar["width"], size["width"] - sidebar["width"]
    beside: FloatRect = {"x": left, "y": 0, "width": right, "height": size["height"]}
    await page.screenshot(path=folder / "approval-card.png", clip=beside)


async def form(page: Page, folder: Path) -> None:
    """Picture the form for a budget: what is asked for, what is now, and who will decide."""
    await page.get_by_label("Message #general").fill("/openai budget support-assistant")
    await page.get_by_label("Message #general").press("Enter")
    dialog = page.get_by_role("dialog", name="Change a budget")
    await dialog.get_by_label("New monthly limit").fill("3,200")
    await dialog.get_by_label("New monthly limit").press("Enter")
    await expect(dialog.get_by_text("$3,200")).to_be_visible()
    await dialog.get_by_label("Reason").fill("The help centre opens in Spain and Portugal on Thursday.")
    await _rest(page)
    await dialog.screenshot(path=folder / "form.png")


async def _rest(page: Page) -> None:
    """Take hand and caret off the page."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")


@asynccontextmanager
async def demonstrated() -> AsyncIterator[str]:
    """Run ``python -m bot demo`` and yield the address of its page."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port)]
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    assert running.stdout is not None
    try:
        said = (await running.stdout.readline()).decode()
        found = re.search(r"http://\S+", said)
        if found is None:
            raise SystemExit(f"The demo did not start: {said}")
        yield found[0]
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        await running.wait()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
    check(target)
