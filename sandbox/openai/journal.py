"""An append-only file of changes that survives the process being killed at any instant."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

if sys.platform != "win32":
    import fcntl

Change = tuple[str, str, str, Any]
"""Shelf, owner, id and the value as JSON knows it, or None for a removal."""


class Journal:
    """One JSON line per committed transaction; a torn last line is a transaction that never happened."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "organization.jsonl"
        self._lock = os.open(directory / "organization.lock", os.O_CREAT | os.O_RDWR, 0o600)
        self._file = -1
        self._claim()

    def replay(self) -> Iterator[Change]:
        """Yield every committed change, oldest first. Raises ``ValueError`` when the file is damaged."""
        lines = self._path.read_bytes().split(b"\n") if self._path.exists() else []
        for number, line in enumerate(lines[:-1], start=1):
            try:
                changes = from_json(line)
            except ValueError:
                raise ValueError(f"{self._path} is damaged at line {number}.") from None
            yield from changes

    def rewrite(self, changes: Iterable[Change]) -> None:
        """Replace the file by one that holds only *changes*, and append to that one from now on."""
        fresh = self._path.with_suffix(".new")
        target = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(target, "wb") as file:
            file.writelines(to_json([change]) + b"\n" for change in changes)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._file = os.open(self._path, os.O_APPEND | os.O_WRONLY)

    def append(self, changes: list[Change]) -> None:
        """Write *changes* as one transaction. Raises ``OSError`` when they could not be written whole."""
        line = to_json(changes) + b"\n"
        # The kernel keeps what was written even if this process dies the next moment.
        if os.write(self._file, line) != len(line):
            raise OSError(f"{self._path} could not be written: is the disk full?")

    def close(self) -> None:
        """Let go of the directory; closing twice is fine, writing afterwards is an ``OSError``."""
        for handle in (self._file, self._lock):
            if handle >= 0:
                os.close(handle)
        self._file = self._lock = -1

    def _claim(self) -> None:
        if sys.platform == "win32":
            return
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise OSError(f"{self._path.parent} is in use by another sandbox.") from None
