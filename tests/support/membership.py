"""Requests for somebody's place or role in a project."""

from typing import Any

from tests.support.access import DANA
from tests.support.company import Company
from workflows.model import Request


def values(acme: Company, who: str = DANA, role: str = "member", **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "person": who, "role": role, "reason": "On call"} | changes


async def ask(acme: Company, who: str = DANA, role: str = "member", **changes: Any) -> Request:
    return await acme.ask("member", values(acme, who, role, **changes))


async def given(acme: Company, who: str = DANA, role: str = "member", **changes: Any) -> Request:
    """Have somebody given a role, until that day or for good."""
    return await acme.carried_out(await ask(acme, who, role, **changes), "pat")


async def approved(acme: Company, who: str = DANA, role: str = "member", **changes: Any) -> Request:
    return await acme.decide(await ask(acme, who, role, **changes), "pat")
