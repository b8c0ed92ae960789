"""A local Slack workspace whose page shows a local OpenAI organisation, and the hands of who changes things there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from sandbox import openai, slack
from sandbox.serving import serving

CHANNEL = "requests"
PROJECT = "support-assistant"


@dataclass(frozen=True, kw_only=True)
class Company:
    base_url: str
    """Of the workspace."""
    organization: openai.Organization
    api: httpx.AsyncClient
    """The Administration API, with its key."""
    project_id: str

    async def write(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.api.post(path, json=body)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read

    async def set_limit(self, dollars: int) -> None:
        limit = {"threshold_amount": dollars * 100, "currency": "USD", "interval": "month"}
        await self.write(f"/projects/{self.project_id}/spend_limit", **limit)


@asynccontextmanager
async def open_company() -> AsyncIterator[Company]:
    """Serve both; the organisation has one project with a limit of $2,000, of which $1,700 are spent."""
    organization, workspace = openai.Organization(), slack.Workspace("Fernlight")
    ada = workspace.add_user("ada", "Ada Lindqvist", "ada@fernlight.example", "Europe/Stockholm")
    workspace.add_channel(CHANNEL, [ada.id])
    project = organization.add_project(name=PROJECT)
    user = organization.add_user(email="ada@fernlight.example", name="Ada Lindqvist")
    organization.add_member(project.id, user.id, "owner")
    organization.add_spend(project.id, Decimal(1700), "gpt-5.1", organization.clock.today())
    headers = {"authorization": f"Bearer {organization.admin_key}"}
    async with (
        serving(openai.create_app(organization)) as openai_url,
        serving(slack.create_app(workspace, openai_url=openai_url)) as base_url,
        httpx.AsyncClient(base_url=f"{openai_url}/v1/organization", headers=headers, trust_env=False) as api,
    ):
        company = Company(base_url=base_url, organization=organization, api=api, project_id=project.id)
        await company.set_limit(2000)
        yield company
