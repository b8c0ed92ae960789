"""A row of the matrix: a request of one kind with all around it, kept where its plan is about to be carried out."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx

from sandbox import openai
from sandbox.openai.permissions import READING
from tests.faults.matrix.office import Messages, Office
from tests.faults.matrix.stage import Stage, stage
from tests.faults.matrix.values import Furniture, asked
from workflows.keyring import KeyRing
from workflows.kind import Grant, Kind
from workflows.kinds import discover
from workflows.model import Reference, Request, Verdict
from workflows.organization import Organization
from workflows.policy import policy_from_text
from workflows.service import Service

PROJECT = "internal-qa"
POLICY_FILE = "policy.yml"
POLICY = """
version: 1
environments:
  production:
    description: Real customers.
    models: [gpt-5-mini]
    monthly_limit: 500
    tools: [web_search]
    groups: {analysts: member}
    rate_limits: {gpt-5-mini: {requests_per_minute: 100}}
    service_account: backend
rules:
  - name: everything
    stages: [{name: owner, approvers: [organization_owners]}]
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One plan: what carries a request of this kind out, or what ends it."""

    kind: str
    ends: bool = False

    def __str__(self) -> str:
        return f"{self.kind}, its end" if self.ends else self.kind


def rows() -> list[Row]:
    """Return a row for each kind there is, and one more for the end of each that can end."""
    kinds = discover()
    ending = [Row(kind=name, ends=True) for name, kind in kinds.items() if issubclass(kind, Grant)]
    return sorted([*(Row(kind=name) for name in kinds), *ending], key=str)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """*kept* holds the database and the organisation, *told* the messages; nobody may change them any more."""

    kept: Path
    request: str
    told: Messages


async def prepared(row: Row, office: Office, kept: Path) -> Scene:
    """Ask for what the row is about and have it approved, and for its end also carried out and given back.

    *kept* holds a migrated database; afterwards it holds the scene.
    """
    (kept / POLICY_FILE).write_text(POLICY, "utf-8")
    office.furnish(kept)
    office.restore({})
    async with stage(office) as here:
        there = await _furnished(here)
        service = _service(here)
        request = await _approved(discover()[row.kind], service, there, office)
        if row.ends:
            await here.carry_out(request.id)
            await service.give_back(request.id, request.requester.id)
        await here.tell()
    shutil.rmtree(kept)
    shutil.copytree(office.folder, kept)
    return Scene(kept=kept, request=request.id, told=office.messages())


async def _approved(kind: type[Kind], service: Service, there: Furniture, office: Office) -> Request:
    people = office.people.everybody

    async def ask(values: Mapping[str, Any]) -> Request:
        return await service.open(kind.kind, values, people["dana"].id, origin="")

    request = await asked(kind, there, ask)
    reference = Reference(request_id=request.id, stage=request.stage)
    return await service.decide(reference, people["olivia"].id, Verdict.APPROVE)


def _service(here: Stage) -> Service:
    return Service(
        database=here.database,
        organization=Organization(api=here.api, database=here.database, now=here.clock),
        directory=here.office.people,
        policy=policy_from_text(POLICY, name=POLICY_FILE),
        kinds=discover(),
        keyring=KeyRing(here.api),
        now=here.clock,
    )


async def _furnished(here: Stage) -> Furniture:
    """Fill the organisation with one of each thing that can be asked about, and read it into the snapshot."""
    organization = here.organization
    project = organization.add_project(name=PROJECT)
    users = {}
    for name, each in here.office.people.everybody.items():
        role: Literal["owner", "reader"] = "owner" if name in ("olivia", "omar") else "reader"
        users[name] = organization.add_user(email=each.email, name=each.name, role=role)
    organization.add_member(project.id, users["petra"].id, "owner")
    for name in ("mia", "dana"):
        organization.add_member(project.id, users[name].id)
    groups = [organization.add_group(name=each, member_ids=[users["nina"].id]) for each in ("analysts", "auditors")]
    organization.add_user_key(project.id, users["mia"].id, "laptop")
    keys, roles = await _administered(organization, project.id)
    await Organization(api=here.api, database=here.database, now=here.clock).refresh()
    return Furniture(
        project_id=project.id,
        names=("voice-notes", PROJECT),
        people=[here.office.people.everybody[each].email for each in ("nina", "mia")],
        keys=keys,
        groups=[groups[0].id],
        roles=roles,
        channel=here.office.workspace.channel_named("requests").id,
        today=here.clock().date(),
    )


async def _administered(organization: openai.Organization, project_id: str) -> tuple[list[str], list[str]]:
    """Do what the Administration API does; returns the ids of the keys and roles that can be asked about."""
    path = f"organization/projects/{project_id}"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=openai.create_app(organization)),
        base_url="http://openai.local/v1/",
        headers={"Authorization": f"Bearer {organization.admin_key}"},
    ) as http:

        async def post(where: str, **body: Any) -> dict[str, Any]:
            made: dict[str, Any] = (await http.post(where, json=body)).raise_for_status().json()
            return made

        await post(f"{path}/spend_limit", threshold_amount=500_00, currency="USD", interval="month")
        await post(f"{path}/model_permissions", mode="allow_list", model_ids=["gpt-5-mini"])
        account = await post(f"{path}/service_accounts", name="qa-bot")
        role = await post(f"projects/{project_id}/roles", role_name="auditor", permissions=list(READING))
        roles = (await http.get(f"projects/{project_id}/roles")).json()["data"]
    basic = [each["id"] for each in roles if each["name"] == "member"]
    return [account["api_key"]["id"]], ["member", *basic, role["id"]]
