"""Usage: how many tokens were used, long before they are booked as costs."""

from datetime import UTC, datetime

from workflows.admin_api.client.operations import Operations
from workflows.admin_api.sending import Call
from workflows.admin_api.wire import usage
from workflows.admin_api.wire.pages import Paging
from workflows.admin_api.wire.values import TokenUse

_GROUPS = {
    "completions": ("project_id", "model", "batch"),
    "embeddings": ("project_id", "model"),
}
"""What is counted in tokens, and what it can be told apart by."""


class Usage(Operations):
    async def token_use(self, start: datetime, end: datetime) -> list[TokenUse]:
        """Return the tokens of every UTC hour from *start* to *end*, of all projects (API page: Usage).

        Hours are whole: *start* is moved back. Requests to models that speak, draw or listen are counted by OpenAI in
        other units, and are not among them.
        """
        first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        found: list[TokenUse] = []
        for endpoint, groups in _GROUPS.items():
            params = (
                ("start_time", str(int(first.timestamp()))),
                ("end_time", str(int(end.timestamp()) + 1)),
                ("bucket_width", "1h"),
                *(("group_by[]", each) for each in groups),
            )
            call = Call(method="GET", template=f"/organization/usage/{endpoint}", params=params)
            for bucket in await self._caller.everything(usage.token_use, call, Paging.HOURS):
                found += bucket
        return found
