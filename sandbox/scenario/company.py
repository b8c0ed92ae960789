"""The people, channels and OpenAI projects that are there before anybody asks for anything."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import httpx

from sandbox import openai, slack

PEOPLE = {
    "dana": ("Dana Diaz", "Developer", "Europe/Madrid"),
    "priya": ("Priya Patel", "Developer, not yet in OpenAI", "Asia/Kolkata"),
    "sam": ("Sam Okafor", "Owns support-assistant", "Europe/London"),
    "quinn": ("Quinn Weber", "Owns internal-qa", "Europe/Berlin"),
    "lena": ("Lena Fischer", "Owns prompt-lab", "Europe/Berlin"),
    "olivia": ("Olivia Hart", "Organisation owner", "America/New_York"),
    "omar": ("Omar Rahman", "Organisation owner", "America/New_York"),
    "audra": ("Audra Stein", "Finance", "Europe/Zurich"),
}
WELCOME = (
    "Need an OpenAI project, or a bigger budget for one? Type `/openai` here. "
    "A budget is decided by its project's owner, a new project by Omar or me, in the thread of your request."
)
ORGANIZATION_OWNERS = ("olivia", "omar")
GROUPS = {"Engineering": ("dana", "sam", "quinn", "lena"), "Finance": ("audra",)}
SCIM_GROUP = "All of Acme"
NOT_YET_IN_OPENAI = ("priya",)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One project of the company; money in dollars, ``daily`` an ordinary working day's spend by line item."""

    name: str
    environment: str
    purpose: str
    cost_centre: str
    owner: str
    members: tuple[str, ...]
    models: tuple[str, ...]
    limit: int
    daily: dict[str, float]


PLANS = (
    Plan(
        name="support-assistant",
        environment="production",
        purpose="Answers customers' first questions in the help centre.",
        cost_centre="CC-4200",
        owner="sam",
        members=("dana",),
        models=("gpt-5.1", "gpt-5-mini", "text-embedding-3-small"),
        limit=2000,
        daily={"gpt-5.1, input_tokens": 24.0, "gpt-5.1, output_tokens": 31.0, "text-embedding-3-small": 2.5},
    ),
    Plan(
        name="internal-qa",
        environment="staging",
        purpose="Checks answers against the handbook before a release.",
        cost_centre="CC-4300",
        owner="quinn",
        members=("dana", "sam"),
        models=("gpt-5.1", "gpt-5-mini"),
        limit=400,
        daily={"gpt-5-mini, input_tokens": 4.0, "gpt-5-mini, output_tokens": 5.5},
    ),
    Plan(
        name="prompt-lab",
        environment="sandbox",
        purpose="Prompt experiments, with no customer data.",
        cost_centre="CC-4400",
        owner="lena",
        members=("dana", "quinn"),
        models=("gpt-5-mini",),
        limit=100,
        daily={"gpt-5-mini, input_tokens": 0.9, "gpt-5-mini, output_tokens": 1.4},
    ),
)
WEEKEND = 0.35  # of a working day's traffic
NOISE = (0.8, 1.25)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the company's registry knows of a project that OpenAI has no field for."""

    project_id: str
    environment: str
    purpose: str
    cost_centre: str
    channel: str
    owners: tuple[str, ...]


async def furnish(workspace: slack.Workspace, organization: openai.Organization) -> list[Known]:
    """Fill both sandboxes, unless they are (a demo that goes on); returns what a registry should know."""
    if workspace.people():
        return []
    _people(workspace, organization)
    async with _administration(organization) as api:
        return [await _project(plan, workspace, organization, api) for plan in PLANS]


def _people(workspace: slack.Workspace, organization: openai.Organization) -> None:
    for name, (real_name, title, tz) in PEOPLE.items():
        workspace.add_user(name, real_name, address(name), tz, title=title)
        if name not in NOT_YET_IN_OPENAI:
            role: Literal["reader", "owner"] = "owner" if name in ORGANIZATION_OWNERS else "reader"
            organization.add_user(email=address(name), name=real_name, role=role)
    everybody = [each.id for each in workspace.people()] + [workspace.bot.user_id]
    for channel in ("general", "requests", *(plan.name for plan in PLANS)):
        workspace.add_channel(channel, everybody)
    _groups(organization)
    olivia = workspace.user_named("olivia").id
    workspace.post(user=olivia, channel=workspace.channel_named("general").id, text=WELCOME)
    workspace.add_usergroup("platform", "Platform team", _ids(workspace, ORGANIZATION_OWNERS))


def _groups(organization: openai.Organization) -> None:
    """Make OpenAI's groups; the last is one that the identity provider keeps."""
    users = {name: organization.people.by_email(address(name)) for name in PEOPLE}
    ids = {name: user.id for name, user in users.items() if user is not None}
    for name, people in GROUPS.items():
        organization.add_group(name=name, member_ids=[ids[each] for each in people])
    organization.add_group(name=SCIM_GROUP, scim_managed=True, member_ids=list(ids.values()))


def address(name: str) -> str:
    return f"{name}@acme.example"


def _ids(workspace: slack.Workspace, names: tuple[str, ...]) -> list[str]:
    return [workspace.user_named(name).id for name in names]


def _administration(organization: openai.Organization) -> httpx.AsyncClient:
    """Return a client that speaks to the organisation as its administrator, without a network between."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=openai.create_app(organization)),
        base_url="http://openai.local/v1/organization/projects",
        headers={"Authorization": f"Bearer {organization.admin_key}"},
    )


async def _project(
    plan: Plan, workspace: slack.Workspace, organization: openai.Organization, api: httpx.AsyncClient
) -> Known:
    project = organization.add_project(name=plan.name)
    _join(organization, project.id, plan.owner, "owner")
    for member in plan.members:
        _join(organization, project.id, member, "member")
    calls: dict[str, dict[str, Any]] = {
        "model_permissions": {"mode": "allow_list", "model_ids": list(plan.models)},
        "spend_limit": {"threshold_amount": plan.limit * 100, "currency": "USD", "interval": "month"},
        "service_accounts": {"name": f"{plan.name}-backend"},
    }
    for part, body in calls.items():
        (await api.post(f"/{project.id}/{part}", json=body)).raise_for_status()
    _month(plan, project.id, organization)
    return Known(
        project_id=project.id,
        environment=plan.environment,
        purpose=plan.purpose,
        cost_centre=plan.cost_centre,
        channel=workspace.channel_named(plan.name).id,
        owners=(address(plan.owner),),
    )


def _join(organization: openai.Organization, project_id: str, name: str, role: Literal["member", "owner"]) -> None:
    user = organization.people.by_email(address(name))
    if user is not None:
        organization.add_member(project_id, user.id, role)


def _month(plan: Plan, project_id: str, organization: openai.Organization) -> None:
    """Book the last 35 days: quiet weekends, a little growth, and the same noise every time."""
    dice = random.Random(plan.name)  # noqa: S311 - a made-up company's spend, the same at every start
    today = datetime.now(UTC).date()
    for ago in range(35, -1, -1):
        day = today - timedelta(days=ago)
        for item, dollars in plan.daily.items():
            amount = dollars * _shape(day, ago) * dice.uniform(*NOISE)
            organization.add_spend(project_id, Decimal(f"{amount:.4f}"), item, day)


def _shape(day: date, ago: int) -> float:
    growth = 1.15 - 0.005 * ago
    return growth * (WEEKEND if day.isoweekday() > 5 else 1.0)  # noqa: PLR2004 - Saturday and Sunday
