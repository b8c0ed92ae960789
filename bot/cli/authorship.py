"""Who changed a file, as far as this machine knows: for the audit log."""

import pwd
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path


def authorship(path: Path) -> Mapping[str, str]:
    """Return the file's owner and when it was written (UTC); nothing of a file that is gone.

    Git would know more, but it runs what the configuration beside the file says: whoever may write a policy must not
    thereby run anything in a process that holds the admin key.
    """
    try:
        found = path.stat()
    except OSError:
        return {}
    written = datetime.fromtimestamp(found.st_mtime, UTC).isoformat(timespec="seconds")
    return {"file": path.name, "owner": _name(found.st_uid), "written_at": written}


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)  # a container without a list of users
