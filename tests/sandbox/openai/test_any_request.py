"""Whatever is sent, right or wrong: no server error, no answer of another shape, no wrong request that succeeds."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sandbox.openai import Organization, create_app
from tests.sandbox.openai.sample_certificates import AUTHORITY
from tests.support.openapi import ABSENT, Description, Judged
from tests.support.openapi.imagined import Imagination, Imagined

EXAMPLES = 14
ROLES = ("role-api-project-owner", "role-api-project-viewer", "role-api-organization-reader")


class Target:
    """An organisation with one of everything, and a client of it without a network between."""

    def __init__(self, description: Description) -> None:
        self.organization = Organization()
        self.judge = Judged(create_app(self.organization), description, tolerate_refused=True)
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.judge),
            base_url="http://127.0.0.1/v1",
            headers={"Authorization": f"Bearer {self.organization.admin_key}"},
        )

    async def send(self, request: Imagined) -> int:
        query = httpx.QueryParams(tuple(request.query))
        answer = await self._http.request(request.method, request.path, params=query, content=request.content)
        return answer.status_code

    async def post(self, path: str, **body: Any) -> str:
        """Make something and return its id."""
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        return str(answer.json()["id"])

    async def furnish(self) -> Mapping[str, Sequence[Any]]:
        """Make one of everything; return what can be named, by the names of parameters and fields."""
        owner = self.organization.add_user(email="olga@example.com", name="Olga", role="owner").id
        reader = self.organization.add_user(email="rita@example.com", name="Rita").id
        project = await self.post("/organization/projects", name="QA")
        group = await self.post("/organization/groups", name="Writers")
        scim = self.organization.add_group(name="Everybody", scim_managed=True, member_ids=[reader]).id
        self.organization.add_member(project, reader)
        key, _ = self.organization.add_user_key(project, reader, "laptop")
        where = f"/organization/projects/{project}"
        account = await self.post(f"{where}/service_accounts", name="ci")
        roles = [
            await self.post("/organization/roles", role_name="Own", permissions=["api.files.read"]),
            await self.post(f"/projects/{project}/roles", role_name="Run", permissions=["api.model.request"]),
        ]
        limit: dict[str, Any] = {"threshold_amount": 5, "currency": "USD", "interval": "month"}
        alert = {**limit, "notification_channel": {"type": "email", "recipients": ["f@example.com"]}}
        external = {"type": "azure", "key_name": "k", "tenant_id": "t", "vault_uri": "https://v"}
        return {
            "project_id": [project],
            "user_id": [reader, owner, account],
            "group_id": [group, scim],
            "service_account_id": [account],
            "api_key_id": [key.id],
            "key_id": [await self.post("/organization/admin_api_keys", name="second")],
            "rate_limit_id": ["rl-o3", "rl-sora-2"],
            "invite_id": [await self.post("/organization/invites", email="n@example.com", role="reader")],
            "alert_id": [await self.post(f"{where}/spend_alerts", **alert)],
            "certificate_id": [certificate := await self.post("/organization/certificates", certificate=AUTHORITY)],
            "external_key_id": [await self.post("/organization/external_keys", name="EKM", **external)],
            "role_id": [*ROLES, *roles],
            "role": ["owner", "member", "reader", *ROLES],
            "certificate_ids": [certificate],
            "certificate": [AUTHORITY],
            "permissions": ["api.files.read", "api.model.request"],
            "model_ids": ["o3", "gpt-5-mini"],
            "email": ["rita@example.com", "fresh@example.com"],
            "start_time": [0],
        }


@pytest.fixture(scope="module")
def description() -> Description:
    description = Description.published()
    if description is None:
        pytest.skip(ABSENT)
    return description


def named() -> list[str]:
    description = Description.published()
    return [f"{each.method} {each.path}" for each in description.operations] if description else ["none"]


@pytest.mark.parametrize("name", named())
def test_every_answer_is_one_that_is_described(description: Description, name: str) -> None:
    method, _, path = name.partition(" ")
    (operation,) = (each for each in description.operations if (each.method, each.path) == (method, path))
    with asyncio.Runner() as runner:
        target = Target(description)
        known = runner.run(target.furnish())
        imagination = Imagination(description.schemas, known)

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(imagination.requests(operation))
        def try_one(request: Imagined) -> None:
            assert runner.run(target.send(request)) < 500, request
            target.judge.verdict()

        try_one()
