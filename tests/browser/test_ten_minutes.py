"""A newcomer's first ten minutes: the demo's command, a project asked for and approved, its key used, an alert seen."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.people import Windows
from tests.browser.test_journey import card, fill_new_project, open_thread, opened
from tests.support.ports import free_ports

ROOT = Path(__file__).parents[2]
KEY = re.compile(r"sk-svcacct-[\w-]+")
PROGRAM = """
import openai
client = openai.OpenAI(max_retries=0)
for number in range(6):
    answer = client.responses.create(model="gpt-5-mini", input=f"{number} " * 350_000)
print(answer.output_text)
"""
"""What somebody types into a terminal with their new key: six long questions, nine cents each."""


@pytest_asyncio.fixture(name="demo", loop_scope="session")
async def _demo(tmp_path: Path) -> AsyncIterator[int]:
    """Run README's command, as a process of its own; yields the port of its page."""
    port = free_ports(3)
    command = ("-m", "bot", "demo", "--port", str(port), "--no-open")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"Ctrl-C" not in await process.stdout.readline():
            pass
    yield port
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0


async def at(windows: Windows, port: int, who: str, where: str, width: int = 1280, height: int = 800) -> Page:
    return await windows.person_page(f"http://127.0.0.1:{port}", who, where=where, width=width, height=height)


async def spent(port: int, key: str) -> str:
    """Use the key with OpenAI's own client, in another process."""
    environment = os.environ | {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": f"http://127.0.0.1:{port + 1}/v1"}
    terminal = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, wrong = await terminal.communicate()
    assert terminal.returncode == 0, wrong.decode()
    return said.decode()


async def test_from_the_demos_command_to_the_first_alert(demo: int, windows: Windows) -> None:
    sam = await at(windows, demo, "sam", "general")
    await fill_new_project(await opened(sam, "new", "New project"), name="spanish-desk", amount="1")

    olivia = await at(windows, demo, "olivia", "requests", width=390, height=844)
    thread = await open_thread(olivia, "New project spanish-desk")
    await thread.get_by_role("button", name="Approve", exact=True).click()
    await expect(thread.get_by_text("Done", exact=True)).to_be_visible()

    await sam.get_by_role("link", name=re.compile("^Countersign")).click()
    await sam.get_by_role("button", name="Take the key").last.click()
    shown = sam.get_by_role("dialog")
    await expect(shown).to_contain_text(KEY)
    key = KEY.search(await shown.inner_text())
    assert key is not None
    assert await spent(demo, key[0])

    await sam.get_by_role("button", name="Close dialog").click()
    await sam.get_by_role("link", name="requests").click()
    alert = sam.get_by_role("main").get_by_role("article").filter(has_text="spanish-desk has reached 50")
    await expect(alert).to_be_visible(timeout=90_000)
    await expect(alert.get_by_role("img").first).to_be_visible()
    telephone = await at(windows, demo, "sam", "requests", width=390, height=844)
    await expect(card(telephone, "New project spanish-desk")).to_contain_text("Done")
    assert await telephone.evaluate("document.documentElement.scrollWidth") <= 390
