"""Every write that breaks on the way is unclear and was sent once, on whichever side of the change it broke."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from pydantic import SecretStr

from tests.workflows.admin_api.rig import KEY, Answering, Sandbox, reply
from workflows.admin_api import AdminAPI
from workflows.errors import AdminAPIThrottled, AdminAPIUnclear

WRITES: dict[str, Callable[[AdminAPI], Awaitable[object]]] = {
    "create_service_account": lambda api: api.create_service_account("proj_1", "ci"),
    "update_service_account": lambda api: api.update_service_account("proj_1", "svc_acct_1", role="member"),
    "delete_service_account": lambda api: api.delete_service_account("proj_1", "svc_acct_1"),
    "create_key": lambda api: api.create_key("proj_1", "svc_acct_1", name="deploy", expires_in_seconds=60),
    "delete_key": lambda api: api.delete_key("proj_1", "key_1"),
    "set_hosted_tools": lambda api: api.set_hosted_tools("proj_1", {"mcp": True}),
    "set_model_permissions": lambda api: api.set_model_permissions("proj_1", [], mode="deny_list"),
    "delete_model_permissions": lambda api: api.delete_model_permissions("proj_1"),
    "set_rate_limit": lambda api: api.set_rate_limit("proj_1", "rl-x", requests_per_minute=1),
    "update_project_user": lambda api: api.update_project_user("proj_1", "user-1", "owner"),
    "remove_project_user": lambda api: api.remove_project_user("proj_1", "user-1"),
    "delete_invite": lambda api: api.delete_invite("invite-1"),
    "add_project_group": lambda api: api.add_project_group("proj_1", "group_1", "role_1"),
    "remove_project_group": lambda api: api.remove_project_group("proj_1", "group_1"),
    "assign_user_role": lambda api: api.assign_user_role("proj_1", "user-1", "role_1"),
    "assign_group_role": lambda api: api.assign_group_role("proj_1", "group_1", "role_1"),
    "unassign_user_role": lambda api: api.unassign_user_role("proj_1", "user-1", "role_1"),
    "unassign_group_role": lambda api: api.unassign_group_role("proj_1", "group_1", "role_1"),
}
CUTS = [(fault, when) for fault in ("server_error", "no_answer", "cut") for when in ("before_commit", "after_commit")]


@pytest.fixture(name="hurried")
async def _hurried(sandbox: Sandbox) -> AsyncIterator[AdminAPI]:
    """Yield a client that waits for an answer no longer than a test likes to."""
    async with AdminAPI(base_url=f"{sandbox.address}/v1", admin_key=SecretStr(KEY), timeout=0.3) as api:
        yield api


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_write_without_an_answer_is_unclear_and_sent_once(
    answering: Answering, write: Callable[[AdminAPI], Awaitable[object]]
) -> None:
    scripted = answering(httpx.ReadTimeout("slow"))

    with pytest.raises(AdminAPIUnclear):
        await write(scripted.api)

    assert len(scripted.wire.sent) == 1


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_throttled_write_is_told_and_sent_once(
    answering: Answering, write: Callable[[AdminAPI], Awaitable[object]]
) -> None:
    scripted = answering(reply({"error": {"message": "slow down"}}, 429))

    with pytest.raises(AdminAPIThrottled):
        await write(scripted.api)

    assert len(scripted.wire.sent) == 1


@pytest.mark.parametrize(("fault", "when"), CUTS)
async def test_new_account_that_is_cut_off_is_unclear_and_sent_once(
    sandbox: Sandbox, hurried: AdminAPI, fault: str, when: str
) -> None:
    project = sandbox.organization.add_project(name="alpha")
    await sandbox.arm(fault, when=when, method="POST")

    with pytest.raises(AdminAPIUnclear):
        await hurried.create_service_account(project.id, "ci")

    path = f"/v1/organization/projects/{project.id}/service_accounts"
    assert len(await sandbox.calls("POST", path)) == 1
    assert len(await hurried.service_accounts(project.id)) == (when == "after_commit")


@pytest.mark.parametrize(("fault", "when"), CUTS)
async def test_new_key_that_is_cut_off_is_unclear_and_sent_once(
    sandbox: Sandbox, hurried: AdminAPI, fault: str, when: str
) -> None:
    project = sandbox.organization.add_project(name="alpha")
    account = await hurried.create_service_account(project.id, "ci")
    await sandbox.arm(fault, when=when, method="POST")

    with pytest.raises(AdminAPIUnclear):
        await hurried.create_key(project.id, account.id, name="deploy")

    path = f"/v1/organization/projects/{project.id}/service_accounts/{account.id}/api_keys"
    assert len(await sandbox.calls("POST", path)) == 1
    assert len(await hurried.keys(project.id)) == (when == "after_commit")
