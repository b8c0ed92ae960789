"""One command line, as somebody types it, and what it says."""

import asyncio

import pytest

from bot.cli.main import run


class Said:
    """What one command line printed, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.code = run(arguments)
        self.out, self.err = capsys.readouterr()


async def in_thread(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Run a command beside this loop: commands have loops of their own."""
    return await asyncio.to_thread(Said, capsys, *arguments)
