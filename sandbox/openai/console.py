"""The ``/_sandbox`` calls: looking into the organisation, moving its clock, spending, breaking things.

They need no key and answer on loopback only. A call that is unknown or malformed is answered by 400 and a sentence.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, ValidationError, model_validator
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from sandbox.openai.call import JSON, refusal
from sandbox.openai.calls import CallLog
from sandbox.openai.errors import Refusal, invalid
from sandbox.openai.exchange import answer, refused
from sandbox.openai.faults import FaultSpec
from sandbox.openai.organization import Organization
from sandbox.openai.records import PROJECTS

LOOPBACK = {"127.0.0.1", "::1", "testclient"}
DAY = 86_400
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
F = TypeVar("F", bound=BaseModel)
Endpoint = Callable[[Request], Awaitable[Response]]
ConsoleCall = tuple[str, str, Endpoint]
"""Method, path and what answers."""


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Changes(RootModel[dict[str, Any]]):
    """Some of the organisation's settings, each by its name."""


class ClockForm(Form):
    """Exactly one of them: go on by seconds or days, or jump to a Unix time in seconds."""

    advance_seconds: float | None = None
    advance_days: float | None = None
    set: float | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> "ClockForm":
        if [self.advance_seconds, self.advance_days, self.set].count(None) != len(ClockForm.model_fields) - 1:
            raise ValueError("give one of advance_seconds, advance_days or set")
        return self


class SpendForm(Form):
    """*amount* in dollars, booked on a UTC day (today when absent); a null project leaves it unattributed."""

    project_id: str | None
    amount: Decimal
    line_item: Text
    day: dt.date | None = Field(default=None, alias="date")
    api_key_id: str | None = None


class UserForm(Form):
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]
    name: Text
    role: Literal["reader", "owner"] = "reader"


class AcceptForm(Form):
    invite_id: str


class GroupForm(Form):
    """*members* are ids of users or service accounts; a SCIM group's are the identity provider's business alone."""

    name: Text
    scim_managed: bool = False
    members: tuple[str, ...] = ()


class ClearForm(Form):
    clear: Literal[True]


def console(organization: Organization, calls: CallLog, more: Sequence[ConsoleCall] = ()) -> ASGIApp:
    """Return the console with *more* calls of others."""
    desk = Console(organization, calls)
    routes = [
        Route(path, _guarded(endpoint), methods=[method])
        for method, path, endpoint in (
            ("GET", "/organization", desk.organization),
            ("POST", "/organization", desk.change_settings),
            ("GET", "/calls", desk.calls),
            ("DELETE", "/calls", desk.forget_calls),
            ("GET", "/clock", desk.clock),
            ("POST", "/clock", desk.move_clock),
            ("GET", "/faults", desk.faults),
            ("POST", "/faults", desk.arm),
            ("DELETE", "/faults", desk.disarm),
            ("POST", "/spend", desk.spend),
            ("POST", "/users", desk.add_user),
            ("POST", "/groups", desk.add_group),
            ("POST", "/accept_invite", desk.accept_invite),
            *more,
        )
    ]
    unknown = Route("/{path:path}", _guarded(_unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return Router([*routes, unknown], redirect_slashes=False)


class Console:
    def __init__(self, organization: Organization, calls: CallLog) -> None:
        self._organization = organization
        self._calls = calls

    async def organization(self, request: Request) -> Response:
        projects = self._organization.store[PROJECTS].of().values()
        return answer(
            {
                "id": self._organization.id,
                "base_url": f"{request.url.scheme}://{request.url.netloc}/v1",
                "admin_key": self._organization.admin_key,
                "projects": [{"id": each.id, "name": each.name, "status": each.status} for each in projects],
                "settings": self._organization.settings.now.drawn(),
            }
        )

    async def change_settings(self, request: Request) -> Response:
        changes = await _read(request, Changes)
        try:
            self._organization.change_settings(changes.root)
        except ValidationError as error:
            raise refusal(error) from None
        return await self.organization(request)

    async def calls(self, _request: Request) -> Response:
        return answer({"calls": self._calls.listed()})

    async def forget_calls(self, _request: Request) -> Response:
        self._calls.clear()
        return answer({"calls": []})

    async def clock(self, _request: Request) -> Response:
        return answer(self._now())

    async def move_clock(self, request: Request) -> Response:
        form, clock = await _read(request, ClockForm), self._organization.clock
        try:
            if form.set is not None:
                clock.set(form.set)
            else:
                clock.advance((form.advance_seconds or 0.0) + (form.advance_days or 0.0) * DAY)
        except ValueError as error:
            raise invalid(str(error)) from None
        return answer(self._now())

    async def faults(self, _request: Request) -> Response:
        return answer({"faults": self._organization.faults.listed()})

    async def arm(self, request: Request) -> Response:
        if await _names(request, "clear"):
            await _read(request, ClearForm)
            return await self.disarm(request)
        spec = await _read(request, FaultSpec)
        return answer(self._organization.faults.arm(spec.root))

    async def disarm(self, request: Request) -> Response:
        self._organization.faults.clear()
        return await self.faults(request)

    async def spend(self, request: Request) -> Response:
        form = await _read(request, SpendForm)
        day = form.day or self._organization.clock.today()
        try:
            self._organization.add_spend(form.project_id, form.amount, form.line_item, day, api_key_id=form.api_key_id)
        except ValueError as error:
            raise invalid(str(error), "amount") from None
        return answer({"project_id": form.project_id, "amount": str(form.amount), "date": day.isoformat()})

    async def add_user(self, request: Request) -> Response:
        form = await _read(request, UserForm)
        return answer(asdict(self._organization.add_user(email=form.email, name=form.name, role=form.role)))

    async def add_group(self, request: Request) -> Response:
        form = await _read(request, GroupForm)
        group = self._organization.add_group(name=form.name, scim_managed=form.scim_managed, member_ids=form.members)
        return answer(asdict(group))

    async def accept_invite(self, request: Request) -> Response:
        form = await _read(request, AcceptForm)
        return answer(asdict(self._organization.accept_invite(form.invite_id)))

    def _now(self) -> JSON:
        now = self._organization.clock.now()
        return {"now": now, "utc": dt.datetime.fromtimestamp(now, dt.UTC).isoformat()}


async def _read(request: Request, model: type[F]) -> F:
    try:
        return model.model_validate_json(await request.body() or b"{}")
    except ValidationError as error:
        raise refusal(error) from None


async def _names(request: Request, field: str) -> bool:
    """Whether the body is an object with *field*; what else is wrong with it shows when it is read."""
    try:
        body = from_json(await request.body() or b"{}")
    except ValueError:
        return False
    return isinstance(body, dict) and field in body


async def _unknown(request: Request) -> Response:
    raise invalid(f"The sandbox has no call {request.method} {request.url.path}.")


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def guard(request: Request) -> Response:
        if request.client and request.client.host not in LOOPBACK:
            return refused(Refusal(403, "The sandbox's own calls are answered on this machine only."))
        try:
            return await endpoint(request)
        except Refusal as refusal_:
            # Only OpenAI's own paths have other statuses to be true to.
            return refused(invalid(refusal_.message, refusal_.param, refusal_.code))

    return guard
