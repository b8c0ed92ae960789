"""What an auditor ordered: the days and the format of an export."""

from datetime import UTC, date, datetime, time, timedelta

from bot.forms import values
from bot.payloads import Submission
from workflows.audit.filters import Filter
from workflows.errors import InvalidFields
from workflows.service import Service

_NEXT_DAY = timedelta(days=1)


async def order(service: Service, submission: Submission) -> None:
    """Order the export. Raises ``InvalidFields`` for days that hold nothing and ``NotAllowed``."""
    given = {name: str(value) for name, value in values(submission.view.state).items()}
    since, until = _midnight(given.get("since", "")), _midnight(given.get("until", ""))
    if since and until and until < since:
        raise InvalidFields({"until": "This is before the first day. Choose the same day or a later one."})
    await service.order_export(
        submission.user_id,
        only=Filter(since=since, until=until + _NEXT_DAY if until else None),
        format=given.get("format") or "csv",
        origin=f"view:{submission.view.id}",
    )


def _midnight(day: str) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(), UTC) if day else None
