"""What every operation stands on: how its call is worded, what a 404 means for it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from workflows.admin_api.calling import Caller
from workflows.admin_api.sending import Call
from workflows.admin_api.wire.fields import Fields
from workflows.admin_api.wire.refusals import means_gone, means_none
from workflows.errors import AdminAPINotFound, AdminAPIRefused

PROJECTS = "/organization/projects"
PROJECT = f"{PROJECTS}/{{project_id}}"

T = TypeVar("T")


class Operations:
    """Base of all operations."""

    _caller: Caller

    async def _one_or_none(self, reader: Callable[[Fields], T | None], call: Call) -> T | None:
        """Return what a project has of something, None for nothing; raises when the project itself is missing."""
        call.path()  # an id of bad shape is none of a project, so it is not one without anything either
        try:
            return await self._caller.value(reader, call)
        except AdminAPINotFound as missing:
            if not means_none(missing, call.ids.get("project_id", "")):
                raise
            return None

    async def _remove(self, call: Call) -> AdminAPIRefused | None:
        """Remove something. Returns None, or what OpenAI said when there was nothing to remove.

        Raises when the project itself is missing: what was to be removed may be alive in another one.
        """
        call.path()
        try:
            await self._caller.send(call)
        except AdminAPIRefused as refused:
            if not means_gone(refused, call.ids.get("project_id", "")):
                raise
            return refused
        return None


def get(template: str, **ids: str) -> Call:
    return Call(method="GET", template=template, ids=ids)


def post(template: str, body: Mapping[str, Any] | None = None, **ids: str) -> Call:
    return Call(method="POST", template=template, ids=ids, body=body)


def delete(template: str, **ids: str) -> Call:
    return Call(method="DELETE", template=template, ids=ids)


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were asked for: one that is not sent stays as it is."""
    return {name: value for name, value in fields.items() if value is not None}
