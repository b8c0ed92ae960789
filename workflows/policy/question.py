"""What a rule is asked: a request with the facts that its conditions may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from workflows.errors import PolicyInvalid
from workflows.model import Person, Project
from workflows.policy.language import cel

# The names of docs/policy.md, each with a value of its type: conditions are tried on these when a file is loaded.
EXAMPLE: Mapping[str, Mapping[str, Any]] = {
    "project": {
        "id": "proj_1",
        "name": "support-assistant",
        "environment": "production",
        "limit": 1000.0,
        "cost_centre": "cc-1",
    },
    "requester": {"id": "U1", "email": "person@example.com"},
    "spend": {"month": 250.0, "limit": 1000.0, "share": 0.25},
}
_UNKNOWN: Mapping[str, Mapping[str, Any]] = {
    "project": {"id": "", "name": "", "environment": "", "limit": None, "cost_centre": ""},
    "requester": {"id": "", "email": ""},
    "spend": {"month": 0.0, "limit": None, "share": 0.0},
}


def _dollars(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


@dataclass(frozen=True, kw_only=True)
class Question:
    """A request and its surroundings as the policy's conditions see them: money in dollars, as doubles.

    ``request`` holds the kind's parameters and whatever the kind derives from them. ``project``, ``requester`` and
    ``spend`` have the fields of ``EXAMPLE``; one that is left out counts as empty (a limit: null). ``spend.share``
    is a fraction of the limit: 0.8 is 80 %. ``groups`` are those of ``Policy.requester_groups`` that the requester
    belongs to; conditions do not see them.
    """

    kind: str
    request: Mapping[str, Any]
    project: Mapping[str, Any] = field(default_factory=dict)
    requester: Mapping[str, Any] = field(default_factory=dict)
    spend: Mapping[str, Any] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()

    @classmethod
    def about(
        cls,
        kind: str,
        request: Mapping[str, Any],
        requester: Person,
        project: Project | None = None,
        *,
        groups: frozenset[str] = frozenset(),
    ) -> Self:
        """Ask about *request* of *requester*; *project* is the one it is about, or None when it is yet to be made."""
        known = {"id": requester.id, "email": requester.email}
        if project is None:
            return cls(kind=kind, request=request, requester=known, groups=groups)
        return cls(
            kind=kind,
            request=request,
            requester=known,
            groups=groups,
            project={
                "id": project.id,
                "name": project.name,
                "environment": project.environment,
                "limit": _dollars(project.limit),
                "cost_centre": project.cost_centre,
            },
            spend={
                "month": _dollars(project.spent),
                "limit": _dollars(project.limit),
                "share": project.spent / project.limit if project.limit else 0.0,
            },
        )

    def context(self) -> cel.Context:
        """Return what CEL evaluates against, converted once for all rules.

        Raises ``PolicyInvalid`` for a value that CEL has no type for.
        """
        facts = {"project": self.project, "requester": self.requester, "spend": self.spend}
        variables = {name: {**_UNKNOWN[name], **given} for name, given in facts.items()}
        try:
            return cel.Context(variables={"request": dict(self.request), **variables})
        except (TypeError, ValueError):
            raise PolicyInvalid(
                f"A value of this {self.kind} request is of a type that the policy's conditions cannot compare."
            ) from None
