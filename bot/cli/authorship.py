"""Who changed a file, as far as this machine knows: for the audit log."""

import pwd
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

PATIENCE = 5.0
"""Seconds for each question to git."""

_FIELDS = {"commit": "%H", "author": "%ae", "committed_at": "%cI"}


def authorship(path: Path) -> Mapping[str, str]:
    """Return the file's owner and when it was written (UTC), and the commit that it is as, if git knows one.

    A file with changes that are in no commit has none. What cannot be known is left out.
    """
    try:
        found = path.stat()
    except OSError:
        return {}
    written = datetime.fromtimestamp(found.st_mtime, UTC).isoformat(timespec="seconds")
    return {"file": path.name, "owner": _name(found.st_uid), "written_at": written, **_commit(path)}


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)  # a container without a list of users


def _commit(path: Path) -> Mapping[str, str]:
    if _git(path, "status", "--porcelain", "--ignored", "--", path.name) != "":
        return {}
    said = _git(path, "log", "-1", f"--format={'%x1f'.join(_FIELDS.values())}", "--", path.name)
    values = said.split("\x1f") if said else []
    return dict(zip(_FIELDS, values, strict=True)) if len(values) == len(_FIELDS) else {}


def _git(path: Path, *arguments: str) -> str | None:
    """Return what git says, None without git, or where nothing is under version control."""
    git = shutil.which("git")
    if git is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with arguments of ours
            [git, "-C", str(path.parent), *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
