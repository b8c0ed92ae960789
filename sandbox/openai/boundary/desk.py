"""The ``/_sandbox`` calls about model traffic: posting usage that no endpoint here makes, and how late limits bite."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, field_validator, model_validator
from starlette.requests import Request
from starlette.responses import Response

from sandbox.openai.boundary.enforcement import Enforcement
from sandbox.openai.call import refusal
from sandbox.openai.console import ConsoleCall
from sandbox.openai.errors import invalid
from sandbox.openai.exchange import answer
from sandbox.openai.ledger import NANODOLLARS
from sandbox.openai.metering import Used
from sandbox.openai.organization import Organization
from sandbox.openai.usage.endpoints import UsageEndpoint, usage_endpoints

LATEST = 253_402_300_799
MOST = 2**53  # what every client's numbers hold exactly
F = TypeVar("F", bound=BaseModel)


class UsageForm(BaseModel):
    """*at* in Unix seconds (now when absent); labels and counts by their names in the answers of the endpoint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: str
    at: int | None = Field(default=None, ge=0, le=LATEST)
    labels: Mapping[str, str | bool | None] = Field(default_factory=dict)
    counts: Mapping[str, int]

    @field_validator("endpoint")
    @classmethod
    def exists(cls, endpoint: str) -> str:
        if endpoint not in usage_endpoints():
            raise ValueError(f"there is no usage endpoint {endpoint}")
        return endpoint

    @model_validator(mode="after")
    def fits(self) -> "UsageForm":
        endpoint = self.described
        unknown = {*self.labels, *self.counts} - {*endpoint.labels, *endpoint.counts}
        if unknown:
            raise ValueError(f"{endpoint.name} has no {min(unknown)}")
        if any(not 0 <= count <= MOST for count in self.counts.values()):
            raise ValueError(f"a count lies between 0 and {MOST}")
        if self.counts.get("input_cached_tokens", 0) > self.counts.get("input_tokens", 0):
            raise ValueError("cached tokens are input tokens too, there cannot be more of them")
        return self

    @property
    def described(self) -> UsageEndpoint:
        return usage_endpoints()[self.endpoint]


class UsageForms(RootModel[tuple[UsageForm, ...]]):
    """One form, or a list of them."""

    @model_validator(mode="before")
    @classmethod
    def one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, dict) else value


class LagForm(BaseModel):
    """How many seconds of the organisation's clock a spend limit is late."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lag_seconds: float = Field(ge=0)


def console_calls(organization: Organization, enforcement: Enforcement) -> Sequence[ConsoleCall]:
    desk = TrafficDesk(organization, enforcement)
    return (
        ("POST", "/usage", desk.post_usage),
        ("GET", "/enforcement", desk.enforcement),
        ("POST", "/enforcement", desk.set_lag),
    )


class TrafficDesk:
    def __init__(self, organization: Organization, enforcement: Enforcement) -> None:
        self._organization = organization
        self._enforcement = enforcement

    async def post_usage(self, request: Request) -> Response:
        """Count and charge; all of it or nothing."""
        forms = await _read(request, UsageForms)
        with self._organization.store.transaction():
            total = sum(self._record(form) for form in forms.root)
        return answer({"recorded": len(forms.root), "amount": total / NANODOLLARS})

    async def enforcement(self, _request: Request) -> Response:
        return answer({"lag_seconds": self._enforcement.lag})

    async def set_lag(self, request: Request) -> Response:
        self._enforcement.set_lag((await _read(request, LagForm)).lag_seconds)
        return await self.enforcement(request)

    def _record(self, form: UsageForm) -> int:
        project_id = form.labels.get("project_id")
        if project_id is not None:
            self._organization.project(str(project_id))
        at = self._organization.clock.now() if form.at is None else form.at
        counts = {name: form.counts.get(name, 0) for name in form.described.counts}
        try:
            used = Used(endpoint=form.described, at=at, labels=form.labels, counts=counts)
            return self._organization.meter.record(used)
        except ValueError as error:
            raise invalid(str(error), "labels.model") from None


async def _read(request: Request, model: type[F]) -> F:
    try:
        return model.model_validate_json(await request.body() or b"{}")
    except ValidationError as error:
        raise refusal(error) from None
