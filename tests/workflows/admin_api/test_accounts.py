"""Service accounts, against a local organisation over real HTTP."""

import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, reply
from workflows.admin_api import AdminAPI, ServiceAccount
from workflows.errors import AdminAPINotFound, AdminAPIRefused


async def test_new_service_account_has_neither_role_nor_key(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")

    made = await api.create_service_account(project.id, "ci")

    assert (made.name, made.role) == ("ci", "none")
    assert await api.service_account(project.id, made.id) == made
    assert await api.keys(project.id) == []


async def test_service_account_is_renamed_without_touching_its_role(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    made = await api.create_service_account(project.id, "ci")

    promoted = await api.update_service_account(project.id, made.id, role="member")
    renamed = await api.update_service_account(project.id, made.id, name="deploy")

    assert (promoted.name, promoted.role) == ("ci", "member")
    assert (renamed.name, renamed.role) == ("deploy", "member")


async def test_deleted_service_account_takes_its_keys_along(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    made = await api.create_service_account(project.id, "ci")
    await api.create_key(project.id, made.id, name="first")

    await api.delete_service_account(project.id, made.id)

    assert await api.service_accounts(project.id) == []
    assert await api.keys(project.id) == []
    with pytest.raises(AdminAPINotFound):
        await api.service_account(project.id, made.id)


async def test_service_account_that_is_gone_can_be_deleted_again(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    made = await api.create_service_account(project.id, "ci")

    await api.delete_service_account(project.id, made.id)
    await api.delete_service_account(project.id, made.id)

    assert await sandbox.calls("DELETE", _path(project.id, made.id)) == [200, 404]


async def test_new_service_account_may_be_not_found_for_a_while(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    await sandbox.arm("not_found_after_create", method="POST", seconds=60)
    made = await api.create_service_account(project.id, "ci")

    with pytest.raises(AdminAPINotFound):
        await api.service_account(project.id, made.id)


async def test_default_project_takes_no_service_account(api: AdminAPI, sandbox: Sandbox) -> None:
    with pytest.raises(AdminAPIRefused, match="default project"):
        await api.create_service_account(sandbox.organization.default_project.id, "ci")


async def test_unwanted_key_shows_by_the_role_and_never_by_its_value(answering: Answering) -> None:
    """As an organisation would answer that does not know accounts without a key."""
    key = {"id": "key_1", "name": "Secret Key", "value": "sk-svcacct-unwanted", "created_at": 1711474333}
    body = {"id": "svc_acct_1", "name": "ci", "role": "member", "created_at": 1711474333, "api_key": key}

    made = await answering(reply(body)).api.create_service_account("proj_1", "ci")

    assert made == ServiceAccount(id="svc_acct_1", name="ci", role="member", created_at=made.created_at)
    assert "sk-svcacct" not in repr(made)


def _path(project_id: str, account_id: str) -> str:
    return f"/v1/organization/projects/{project_id}/service_accounts/{account_id}"
