"""The ids that OpenAI gives to calls, for the audit log: whoever asks OpenAI about a change names them.

Source: API reference, Debugging requests: the answer to every call has the header ``x-request-id``.
"""

import contextlib
import re
from collections.abc import Iterator
from contextvars import ContextVar

HEADER = "x-request-id"
_FIT = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_told: ContextVar[list[str] | None] = ContextVar("openai_request_ids", default=None)


@contextlib.contextmanager
def request_ids() -> Iterator[list[str]]:
    """Yield a list that has, at the end of the block, the id of each change that was answered within it."""
    ids: list[str] = []
    before = _told.set(ids)
    try:
        yield ids
    finally:
        _told.reset(before)


def note(request_id: str | None) -> None:
    """Remember the id of an answered change, if somebody listens and it is one."""
    ids = _told.get()
    if ids is not None and request_id and _FIT.fullmatch(request_id):
        ids.append(request_id)
