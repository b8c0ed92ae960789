"""What goes wrong next: for deliveries to the app, for its sockets and for its Web API calls."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FOREVER = -1


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
    disconnect: bool | Literal["abrupt"] = False
    refuse_tickets: int | None = Field(default=None, ge=FOREVER)
    tier_limits: bool | None = None
    methods: list[MethodFault] = Field(default_factory=list)


class Faults:
    """Counts down what was ordered; an empty one lets everything through."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}
        self._methods: list[MethodFault] = []
        self.delay = 0.0
        self.tier_limits = False

    def order(self, orders: Orders) -> None:
        if orders.clear:
            self._left, self._methods, self.tier_limits = {}, [], False
        for name in ("drop_deliveries", "drop_acks", "delay_deliveries", "redeliver", "refuse_tickets"):
            count = getattr(orders, name)
            if count is not None:
                self._left[name] = count
        self.delay = orders.delay
        self.tier_limits = self.tier_limits if orders.tier_limits is None else orders.tier_limits
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
