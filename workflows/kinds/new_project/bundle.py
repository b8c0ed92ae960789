"""What a new project gets besides what its form asks for: the policy's template of its environment."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from workflows.errors import InvalidFields
from workflows.kind import Context, Step
from workflows.policy import Environment as Template
from workflows.steps import (
    TOOLS,
    create_account,
    enable_tools,
    give_account_role,
    life_in_words,
    name_account,
    set_group_role,
    set_rate_limit,
)

ROLES = ("owner", "member", "viewer")
"""The roles that a project has from its first moment; custom ones are made in it later."""


class GroupRole(BaseModel):
    """A group of the organisation, and the role in which it is let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    role: str


async def filled(template: Template, models: Sequence[str], context: Context) -> dict[str, Any]:
    """Return the fields that stand in no form. Raises ``InvalidFields`` for what the policy should not say."""
    keys = context.policy.keys
    eternal = await context.organization.lacks("key_expiry")
    return {
        "groups": await _groups(template, context),
        "tools": _tools(template),
        "rate_limits": await _rate_limits(template, models, context),
        "service_account": template.service_account,
        "key_days": None if eternal else keys.expires_in_days,
        "claim_hours": keys.claim_hours,
    }


def promised(template: Template, models: Sequence[str], context: Context) -> dict[str, Any]:
    """Return the same as the form shows it while it is filled in, without asking OpenAI."""
    return {
        "groups": tuple(GroupRole(id="", name=name, role=role) for name, role in template.groups.items()),
        "tools": template.tools,
        "rate_limits": _limits_of(template, models),
        "service_account": template.service_account,
        "key_days": context.policy.keys.expires_in_days,
    }


def lines(bundle: Mapping[str, Any]) -> dict[str, str]:
    """Return it for the card, a line for each label; what there is nothing of is left out."""
    key = f"{bundle['service_account']}, with a key for whoever asked (life: {life_in_words(bundle['key_days'])})"
    shown = {
        "Groups": ", ".join(f"{each.name} ({each.role})" for each in bundle["groups"]),
        "Tools": ", ".join(TOOLS[each] for each in bundle["tools"]),
        "Rate limits": "; ".join(_limit_in_words(*each) for each in bundle["rate_limits"].items()),
        "Service account": key if bundle["service_account"] else "",
    }
    return {label: text for label, text in shown.items() if text}


def access_steps(groups: Sequence[GroupRole]) -> tuple[Step, ...]:
    return tuple(set_group_role(each.id, each.name, f"role-api-project-{each.role}", each.role) for each in groups)


def use_steps(tools: Sequence[str], rate_limits: Mapping[str, Mapping[str, int]]) -> tuple[Step, ...]:
    """Return what sets the tools, and the limits of the models: those are listed once the models are allowed."""
    limits = (set_rate_limit(model, dict(asked), step=f"rate_limit:{model}") for model, asked in rate_limits.items())
    return (*((enable_tools(tools),) if tools else ()), *limits)


def account_steps(name: str) -> tuple[Step, ...]:
    return (create_account(name), name_account(name), give_account_role()) if name else ()


async def _groups(template: Template, context: Context) -> tuple[GroupRole, ...]:
    if not template.groups:
        return ()
    there = await context.organization.groups()
    found = []
    for name, role in template.groups.items():
        ids = [each.id for each in there if each.name == name]
        if len(ids) != 1:
            how_many = "two of that name" if ids else "none of that name"
            raise mistake(template, f"the group {name}, and the organisation has {how_many}")
        if role not in ROLES:
            raise mistake(template, f"the group {name} the role {role}; a new project has {', '.join(ROLES)}")
        found.append(GroupRole(id=ids[0], name=name, role=role))
    return tuple(found)


def _tools(template: Template) -> tuple[str, ...]:
    if unknown := [each for each in template.tools if each not in TOOLS]:
        raise mistake(template, f"the tool {unknown[0]}, which OpenAI does not have")
    return template.tools


async def _rate_limits(template: Template, models: Sequence[str], context: Context) -> dict[str, dict[str, int]]:
    limits, offered = _limits_of(template, models), await context.organization.models()
    if unknown := [each for each in limits if offered and each not in offered]:
        raise mistake(template, f"a rate limit for {unknown[0]}, which is no model of this organisation")
    return limits


def _limits_of(template: Template, models: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the limits of those models that the project may use (no models: every one)."""
    return {model: dict(asked) for model, asked in template.rate_limits.items() if not models or model in models}


def _limit_in_words(model: str, asked: Mapping[str, int]) -> str:
    numbers = (f"{value:,} {name.replace('_', ' ')}" for name, value in asked.items())
    return f"{model}: {' and '.join(numbers)}"


def mistake(template: Template, what: str) -> InvalidFields:
    """Return the refusal of what a person cannot mend in the form."""
    return InvalidFields({"environment": f"The policy gives {template.name} {what}. Tell your platform team."})
