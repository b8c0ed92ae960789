"""Makes the file of an audit export and brings it to the person who ordered it."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.notifier.channels import Channels
from bot.notifier.mailbox import Mailbox
from bot.notifier.outcomes import Refused, raise_for
from bot.slack_api import FAILURES, problem_of
from workflows.audit.filters import Filter
from workflows.audit.formats import Format, write
from workflows.model import OutboxEntry
from workflows.store import Database

NOTHING = "The audit log has no entry that fits what you asked for, so there is no file."


class Exporting:
    """Uploads exports. Raises ``Later`` or ``Refused``."""

    def __init__(self, *, database: Database, mailbox: Mailbox, channels: Channels) -> None:
        self._database = database
        self._mailbox = mailbox
        self._channels = channels

    async def send(self, entry: OutboxEntry) -> None:
        """Bring the file, unless an attempt that was cut off had brought it already."""
        try:
            form = Format(str(entry.payload["format"]))
        except ValueError:
            raise Refused("no export is written in that format") from None
        channel = await self._direct(str(entry.payload["to"]))
        name = f"countersign-audit-{entry.created_at:%Y-%m-%d}-{entry.id}.{form.suffix}"
        if entry.cut_off and await self._mailbox.find_file(channel, name, entry.created_at):
            return
        only = _filter(entry.payload["filter"])
        with tempfile.TemporaryDirectory(prefix="countersign-") as folder:
            path = Path(folder) / name
            count = await self._write(path, only, form)
            how = " --filtered" if only.has_gaps else ""
            if count:
                await self._mailbox.upload(channel, path, _comment(count, form, how))
            else:
                await self._mailbox.say(channel, NOTHING)

    async def _direct(self, person: str) -> str:
        try:
            return await self._channels.direct(person)
        except FAILURES as error:
            raise_for(problem_of(error))
            raise

    async def _write(self, path: Path, only: Filter, form: Format) -> int:
        """Stream the entries into *path* and return how many there are."""
        async with self._database.read() as work:
            return await write(work.audit_batches(only), form, path)


def _comment(count: int, form: Format, how: str) -> str:
    said = f"The audit log you asked for, {count:,} entries."
    # Events of OCSF hold an entry's hash, but not its text.
    return said if form is Format.OCSF else f"{said} `python -m bot audit verify{how} FILE` checks it offline."


def _filter(stored: dict[str, Any]) -> Filter:
    return Filter(
        since=_moment(stored.get("since")),
        until=_moment(stored.get("until")),
        project=str(stored.get("project") or ""),
        kind=str(stored.get("kind") or ""),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
