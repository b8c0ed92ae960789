"""The Administration API as the rest of the program calls it: one method per operation, values in, values out."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

import httpx
from pydantic import SecretStr

from workflows.admin_api.calling import Caller
from workflows.admin_api.limiter import Limiter
from workflows.admin_api.sending import Call, OnCall, Sender
from workflows.admin_api.wire import read
from workflows.admin_api.wire.fields import Fields
from workflows.admin_api.wire.pages import Paging
from workflows.admin_api.wire.refusals import means_none
from workflows.admin_api.wire.values import (
    APIProject,
    APIUser,
    Cost,
    Invite,
    ModelPermissions,
    ProjectUser,
    RateLimit,
    ServiceAccount,
    SpendLimit,
)
from workflows.errors import AdminAPINotFound

BACKGROUND = 120.0
"""Seconds that a call may wait for its turn when nobody looks at a screen for it."""

_PROJECTS = "/organization/projects"
_PROJECT = f"{_PROJECTS}/{{project_id}}"
_MODEL_PERMISSIONS = f"{_PROJECT}/model_permissions"
_SPEND_LIMIT = f"{_PROJECT}/spend_limit"
_INVITES = "/organization/invites"
_ADDRESSES_PER_CALL = 50  # they travel in the URL

T = TypeVar("T")


class AdminAPI:
    """OpenAI's Administration API (https://platform.openai.com/docs/api-reference/administration).

    Every method raises ``AdminAPIRefused`` (nothing happened; ``AdminAPINotFound`` and ``AdminAPIThrottled`` are
    special cases) or ``AdminAPIUnclear`` (cut off: look before trying again). A write is sent at most once; a read may
    be sent again twice. *base_url* ends in ``/v1``; *timeout* is seconds for one call as a whole; *patience* is seconds
    to wait for one call's turn, after which it is ``AdminAPIThrottled``.
    """

    def __init__(
        self,
        *,
        base_url: str,
        admin_key: SecretStr,
        limiter: Limiter | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 30.0,
        patience: float = BACKGROUND,
        on_call: OnCall | None = None,
    ) -> None:
        sender = Sender(
            base_url=base_url,
            admin_key=admin_key,
            limiter=limiter or Limiter(),
            transport=transport,
            timeout=timeout,
            on_call=on_call,
        )
        self._caller = Caller(sender=sender, patience=patience)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, also for every view of them."""
        await self._caller.sender.aclose()

    def with_patience(self, seconds: float, *, urgent: bool = False) -> Self:
        """Return a view of the same connections and pace for callers in a hurry (a person waits: 2 s).

        *urgent* reads go before other reads, as writes always do: for looking before and after a write.
        """
        view = copy.copy(self)
        view._caller = replace(self._caller, patience=seconds, urgent=urgent)  # noqa: SLF001 - its own class
        return view

    # Projects

    async def projects(self, *, include_archived: bool = False) -> list[APIProject]:
        """Return every project, those under way only unless told otherwise (API page: List projects)."""
        params = (("include_archived", "true"),) if include_archived else ()
        return await self._caller.everything(read.project, Call(method="GET", template=_PROJECTS, params=params))

    async def project(self, project_id: str) -> APIProject:
        """Return one project, archived or not (API page: Retrieve project)."""
        return await self._caller.value(read.project, _get(_PROJECT, project_id))

    async def create_project(self, name: str) -> APIProject:
        """Make a project; calling twice makes two, and neither can be deleted (API page: Create project)."""
        return await self._caller.value(read.project, Call(method="POST", template=_PROJECTS, body={"name": name}))

    async def update_project(self, project_id: str, name: str) -> APIProject:
        """Rename a project; the Default project refuses (API page: Modify project)."""
        return await self._caller.value(read.project, _post(_PROJECT, project_id, {"name": name}))

    async def archive_project(self, project_id: str) -> APIProject:
        """Archive a project for good: there is no way back (API page: Archive project)."""
        return await self._caller.value(read.project, _post(f"{_PROJECT}/archive", project_id))

    # People

    async def users(self, emails: Sequence[str] = ()) -> list[APIUser]:
        """Return the organisation's members, or those with one of *emails* (API page: List users)."""
        if not emails:
            return await self._caller.everything(read.user, _users())
        found: list[APIUser] = []
        for start in range(0, len(emails), _ADDRESSES_PER_CALL):
            found += await self._caller.everything(read.user, _users(emails[start : start + _ADDRESSES_PER_CALL]))
        wanted = {email.strip().lower() for email in emails}
        return [user for user in found if user.email in wanted]

    async def invites(self) -> list[Invite]:
        """Return every invite, pending or past (API page: List invites)."""
        return await self._caller.everything(read.invite, Call(method="GET", template=_INVITES))

    async def create_invite(self, email: str, role: str, projects: Sequence[tuple[str, str]]) -> Invite:
        """Invite somebody to the organisation as ``reader`` or ``owner`` and to *projects*, (id, role) each.

        An empty *projects* means none; left out, OpenAI would add the Default project (API page: Create invite).
        """
        places = [{"id": project_id, "role": project_role} for project_id, project_role in projects]
        body = {"email": email, "role": role, "projects": places}
        return await self._caller.value(read.invite, Call(method="POST", template=_INVITES, body=body))

    async def project_users(self, project_id: str) -> list[ProjectUser]:
        """Return a project's members; an archived one refuses (API page: List project users)."""
        return await self._caller.everything(read.project_user, _get(f"{_PROJECT}/users", project_id))

    async def add_project_user(self, project_id: str, *, user_id: str, role: str) -> ProjectUser:
        """Add a member of the organisation as ``owner`` or ``member`` (API page: Create project user)."""
        body = {"user_id": user_id, "role": role}
        return await self._caller.value(read.project_user, _post(f"{_PROJECT}/users", project_id, body))

    async def service_accounts(self, project_id: str) -> list[ServiceAccount]:
        """Return a project's service accounts, without keys (API page: List project service accounts)."""
        return await self._caller.everything(read.service_account, _get(f"{_PROJECT}/service_accounts", project_id))

    # What a project may do

    async def model_permissions(self, project_id: str) -> ModelPermissions | None:
        """Return a project's model policy, None when it has none (API page: Retrieve model permissions).

        Raises ``AdminAPINotFound`` when OpenAI says that the project itself is missing.
        """
        return await self._one_or_none(read.model_permissions, _get(_MODEL_PERMISSIONS, project_id))

    async def set_model_permissions(self, project_id: str, model_ids: Sequence[str]) -> ModelPermissions:
        """Allow exactly these models, in place of whatever was allowed (API page: Modify model permissions)."""
        body = {"mode": "allow_list", "model_ids": list(model_ids)}
        return await self._caller.value(read.model_permissions, _post(_MODEL_PERMISSIONS, project_id, body))

    async def rate_limits(self, project_id: str) -> list[RateLimit]:
        """Return a project's rate limits, one for each model it may use (API page: List project rate limits)."""
        return await self._caller.everything(read.rate_limit, _get(f"{_PROJECT}/rate_limits", project_id))

    # Money

    async def spend_limit(self, project_id: str) -> SpendLimit | None:
        """Return a project's hard monthly limit in cents, None when it has none (API page: Spend limits).

        Raises ``AdminAPINotFound`` when OpenAI says that the project itself is missing.
        """
        return await self._one_or_none(read.spend_limit_or_none, _get(_SPEND_LIMIT, project_id))

    async def set_spend_limit(self, project_id: str, cents: int) -> SpendLimit:
        """Set or replace a project's hard monthly limit, at least 1 cent; returns what OpenAI then states."""
        body = {"threshold_amount": cents, "currency": "USD", "interval": "month"}
        return await self._caller.value(read.spend_limit, _post(_SPEND_LIMIT, project_id, body))

    async def delete_spend_limit(self, project_id: str) -> None:
        """Remove a project's hard limit; that there was none is no error."""
        try:
            await self._caller.send(Call(method="DELETE", template=_SPEND_LIMIT, ids={"project_id": project_id}))
        except AdminAPINotFound as missing:
            if not means_none(missing, project_id):
                raise

    async def organization_spend_limit(self) -> SpendLimit | None:
        """Return the whole organisation's hard monthly limit, None when it has none."""
        return await self._one_or_none(
            read.spend_limit_or_none, Call(method="GET", template="/organization/spend_limit")
        )

    async def costs(self, start: datetime, end: datetime) -> list[Cost]:
        """Return what each UTC day from *start* until before *end* cost, by project and line item (API page: Costs).

        Days are whole: *start* is moved back and *end* forward to midnight UTC. The newest days still grow.
        """
        params = (
            ("start_time", str(_midnight(start))),
            ("end_time", str(_midnight(end + timedelta(days=1) - timedelta(microseconds=1)))),
            ("bucket_width", "1d"),
            ("group_by[]", "project_id"),
            ("group_by[]", "line_item"),
        )
        call = Call(method="GET", template="/organization/costs", params=params)
        return [cost for day in await self._caller.everything(read.costs, call, Paging.TIME) for cost in day]

    async def _one_or_none(self, reader: Callable[[Fields], T | None], call: Call) -> T | None:
        """Return what a project has of something, None for nothing; raises when the project itself is missing."""
        try:
            return await self._caller.value(reader, call)
        except AdminAPINotFound as missing:
            if not means_none(missing, call.ids.get("project_id", "")):
                raise
            return None


def _users(emails: Sequence[str] = ()) -> Call:
    return Call(method="GET", template="/organization/users", params=tuple(("emails[]", email) for email in emails))


def _get(template: str, project_id: str) -> Call:
    return Call(method="GET", template=template, ids={"project_id": project_id})


def _post(template: str, project_id: str, body: Mapping[str, Any] | None = None) -> Call:
    return Call(method="POST", template=template, ids={"project_id": project_id}, body=body)


def _midnight(moment: datetime) -> int:
    """Return the Unix seconds of the UTC midnight before *moment*, which must know its zone."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone is nobody's midnight.")
    return int(moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
