"""A changed policy file is taken while the process runs: each process looks for itself."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

from bot.cli.authorship import authorship
from workflows.alongside import alongside
from workflows.errors import PolicyInvalid
from workflows.kinds import examples
from workflows.policy import load_policy
from workflows.service import Service

EVERY = 2.0
"""Seconds between two looks; a file that changed since the last one is not read yet: it may be half written."""

Look = tuple[int, ...] | None
"""What tells one version of a file from another; None when there is no file."""

NEVER: Look = ()

log = structlog.get_logger(__name__)


class Reloader:
    """Reads the policy file once, and again whenever it is not what it was."""

    def __init__(self, service: Service, path: Path) -> None:
        self._service = service
        self._path = path
        # What the service holds was read some time ago: the file may have changed since, so the first look reads it.
        self._taken = self._last = NEVER

    async def look(self) -> bool:
        """Take the file if it changed and stands still now; says whether it was read."""
        seen = await asyncio.to_thread(_look, self._path)
        still, self._last = seen == self._last, seen
        if not still or seen == self._taken:
            return False
        try:
            policy = await asyncio.to_thread(load_policy, self._path, examples=examples(self._service.kinds))
        except PolicyInvalid as problem:
            await self._service.decline(await asyncio.to_thread(_digest, self._path), str(problem))
        else:
            await self._service.adopt(policy, await asyncio.to_thread(authorship, self._path))
        self._taken = seen
        return True

    async def run(self) -> None:
        """Look for ever; what keeps it from being written down is tried again."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception:
                log.exception("policy_not_looked_at")


@contextlib.asynccontextmanager
async def reloading(service: Service, path: Path | None) -> AsyncIterator[None]:
    """Let the present policy be written down, and the file at *path* be watched for the block; None is no file."""
    if path is None:
        await service.adopt(service.policy)
        yield
        return
    await service.adopt(service.policy, await asyncio.to_thread(authorship, path))
    async with alongside(Reloader(service, path).run(), "watch the policy"):
        yield


def _look(path: Path) -> Look:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
