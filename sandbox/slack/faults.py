"""What goes wrong next: for deliveries to the app, for its sockets and for its Web API calls."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FOREVER = -1


RetryReason = Literal[
    "http_timeout",
    "http_error",
    "connection_failed",
    "ssl_error",
    "too_many_redirects",
    "unknown_error",
]
"""Slack's words in ``x-slack-retry-reason``; docs.slack.dev/apis/events-api#retries."""

COUNTED = ("drop_deliveries", "drop_acks", "delay_deliveries", "redeliver", "refuse_tickets", "forge_signatures")


class MethodFault(BaseModel):
    """What the next *times* calls of *method* meet instead of their answer."""

    model_config = ConfigDict(extra="forbid")

    method: str
    times: int = Field(default=1, ge=FOREVER)
    error: str | None = None
    """An error code of Slack's; ``ratelimited`` comes as 429 with ``Retry-After``."""
    retry_after: int = Field(default=1, ge=0)
    """Seconds."""
    drop: Literal["before", "after"] | None = None
    """Cut the connection before the call has its effect, or after."""

    @model_validator(mode="after")
    def _one_fault(self) -> Self:
        if (self.error is None) == (self.drop is None):
            raise ValueError("give either an error code or where to drop the connection")
        return self


class Orders(BaseModel):
    """The body of ``POST /_sandbox/faults``; what is left out stays as it was. A count of -1 means always."""

    model_config = ConfigDict(extra="forbid")

    clear: bool = False
    drop_deliveries: int | None = Field(default=None, ge=FOREVER)
    drop_acks: int | None = Field(default=None, ge=FOREVER)
    delay_deliveries: int | None = Field(default=None, ge=FOREVER)
    delay: float = Field(default=1.0, ge=0)
    """Seconds that a delayed delivery waits."""
    redeliver: int | None = Field(default=None, ge=FOREVER)
    retry_reason: RetryReason | None = None
    """Why a repeated delivery comes again, in Slack's word; ``http_timeout`` at first."""
    forge_signatures: int | None = Field(default=None, ge=FOREVER)
    """Sign with a secret that is not the app's."""
    signature_age: float | None = None
    """Seconds by which signed requests seem older than they are; an app refuses more than 300."""
    trigger_age: float | None = Field(default=None, ge=0)
    """Seconds that each new trigger id has already lived when the app gets it."""
    disconnect: bool | Literal["abrupt", "warning", "refresh_requested", "link_disabled"] = False
    refuse_tickets: int | None = Field(default=None, ge=FOREVER)
    tier_limits: bool | None = None
    file_examination: float | None = Field(default=None, ge=0)
    """Seconds after its upload until a file can be shown as a picture."""
    events_an_hour: int | None = Field(default=None, ge=0)
    """Events that a workspace may send before the app hears ``app_rate_limited`` instead."""
    disable_events: bool | None = None
    """Turn event subscriptions off as Slack does for an app that fails, or on again."""
    methods: list[MethodFault] = Field(default_factory=list)


class Faults:
    """Counts down what was ordered; an empty one lets everything through."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._left: dict[str, int] = {}
        self._methods: list[MethodFault] = []
        self.delay = 0.0
        self.tier_limits = False
        self.file_examination = 0.0
        self.retry_reason: RetryReason = "http_timeout"
        self.signature_age = 0.0
        self.trigger_age = 0.0

    def order(self, orders: Orders) -> None:
        if orders.clear:
            self.clear()
        for name in COUNTED:
            count = getattr(orders, name)
            if count is not None:
                self._left[name] = count
        self.delay = orders.delay
        for name in ("retry_reason", "signature_age", "trigger_age", "tier_limits", "file_examination"):
            value = getattr(orders, name)
            if value is not None:
                setattr(self, name, value)
        self._methods += [each.model_copy() for each in orders.methods]

    def strikes(self, name: str) -> bool:
        """Whether the fault *name* happens now; uses up one of its count."""
        left = self._left.get(name, 0)
        if left > 0:
            self._left[name] = left - 1
        return left != 0

    def for_method(self, method: str) -> MethodFault | None:
        """Return the fault that this call of *method* meets, and count it."""
        for fault in self._methods:
            if fault.method == method and fault.times != 0:
                fault.times -= fault.times > 0
                return fault
        return None
