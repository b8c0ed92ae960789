"""What goes wrong at one call to OpenAI: the columns of the matrix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.openai.faults import Fault as Armed
from sandbox.openai.faults import FaultSpec
from sandbox.openai.faults.kinds import ADMINISTRATION

WRITES = ("POST", "DELETE")
SHORT = 0.3
"""Seconds, so that a call which nobody answers does not take long to be cut off."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """``spec`` is what is armed in the organisation; a worker that is killed has none, but a ``side`` of the call.

    ``methods`` are those of the calls at which it can happen at all; ``patience`` is in seconds for one call.
    """

    name: str
    spec: Mapping[str, Any] = field(default_factory=dict)
    side: Literal["", "before", "after"] = ""
    methods: tuple[str, ...] = ("GET", *WRITES)
    patience: float = 10.0

    def strikes(self, call: str) -> bool:
        """Say whether it can happen at a call, given as *METHOD path*."""
        return call.startswith(self.methods)

    def armed(self, call: int) -> Armed:
        """Return what strikes the call with this number, counted from 0."""
        aim = {"path_regex": ADMINISTRATION, "skip": call, "count": 1}
        return FaultSpec.model_validate({**self.spec, **aim}).root

    def point(self, call: int) -> int:
        """Return which of the points around calls (two for each, counted from 1) is the worker's last one."""
        return 2 * call + (1 if self.side == "before" else 2)


FAULTS = (
    Fault(name="429", spec={"fault": "rate_limited"}),
    Fault(name="500 before", spec={"fault": "server_error", "when": "before_commit"}),
    # A call that only reads commits nothing: there is no after.
    Fault(name="500 after", spec={"fault": "server_error", "when": "after_commit"}, methods=WRITES),
    Fault(name="timeout", spec={"fault": "no_answer", "when": "after_commit"}, patience=SHORT),
    Fault(name="cut", spec={"fault": "cut", "when": "after_commit"}),
    Fault(name="404", spec={"fault": "not_found_after_create", "seconds": 5}, methods=("POST",)),
    Fault(name="kill before", side="before"),
    Fault(name="kill after", side="after"),
)
