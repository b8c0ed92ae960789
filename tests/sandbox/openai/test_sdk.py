"""The official SDK, blocking and asynchronous, drives every resource and understands every answer."""

import time
from decimal import Decimal
from typing import Any

import openai
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import User


async def test_projects_live_from_creation_to_archive(admin: Any) -> None:
    project = await admin.projects.create(name="QA", residency="EU_STORAGE_PROCESSING")
    renamed = await admin.projects.update(project.id, name="Quality")
    archived = await admin.projects.archive(project.id)

    assert (project.name, renamed.name, project.residency) == ("QA", "Quality", "EU_STORAGE_PROCESSING")
    assert (archived.status, (await admin.projects.retrieve(project.id)).status) == ("archived", "archived")
    assert project.id not in {each.id for each in await admin.projects.every()}
    assert project.id in {each.id for each in await admin.projects.every(include_archived=True)}


async def test_users_are_found_by_email_changed_and_removed(admin: Any, owner: User, reader: User) -> None:
    (found,) = await admin.users.every(emails=["RITA@example.com"])
    promoted = await admin.users.update(found.id, role="owner", technical_level="high")
    read = await admin.users.retrieve(found.id)
    deleted = await admin.users.delete(found.id)

    assert (found.id, promoted.role, read.technical_level, deleted.deleted) == (reader.id, "owner", "high", True)
    assert [user.id for user in await admin.users.every()] == [owner.id]


async def test_invites_are_sent_read_and_taken_back(admin: Any, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    grants = [{"id": project.id, "role": "owner"}]
    invite = await admin.invites.create(email="new@example.com", role="reader", projects=grants)

    assert (invite.status, invite.projects[0].role) == ("pending", "owner")
    assert (await admin.invites.retrieve(invite.id)).expires_at == invite.created_at + 7 * 86_400
    assert [each.id for each in await admin.invites.every()] == [invite.id]
    assert (await admin.invites.delete(invite.id)).deleted
    assert await admin.invites.every() == []


async def test_members_join_change_role_and_leave(admin: Any, organization: Organization, reader: User) -> None:
    project = organization.add_project(name="QA")
    added = await admin.projects.users.create(project.id, role="member", email=reader.email)
    changed = await admin.projects.users.update(reader.id, project_id=project.id, role="owner")
    read = await admin.projects.users.retrieve(reader.id, project_id=project.id)
    listed = await admin.projects.users.every(project_id=project.id)
    gone = await admin.projects.users.delete(reader.id, project_id=project.id)

    assert (added.id, added.role, changed.role, read.role) == (reader.id, "member", "owner", "owner")
    assert ([each.email for each in listed], gone.deleted) == ([reader.email], True)
    assert await admin.projects.users.every(project_id=project.id) == []


async def test_model_permissions_are_set_read_and_lifted(admin: Any, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    permissions = admin.projects.model_permissions
    await permissions.update(project.id, mode="allow_list", model_ids=["gpt-5-mini", "o3"])

    assert (await permissions.retrieve(project.id)).model_ids == ["gpt-5-mini", "o3"]
    assert (await permissions.delete(project.id)).deleted
    with pytest.raises(openai.NotFoundError):
        await permissions.retrieve(project.id)


async def test_rate_limits_are_listed_per_model_and_lowered(admin: Any, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    limits = await admin.projects.rate_limits.list_rate_limits(project.id)
    mini = next(limit for limit in limits.data if limit.model == "gpt-5-mini")
    lowered = await admin.projects.rate_limits.update_rate_limit(
        mini.id, project_id=project.id, max_requests_per_1_minute=5
    )

    assert mini.id == "rl-gpt-5-mini"
    assert (lowered.max_requests_per_1_minute, lowered.max_tokens_per_1_minute) == (5, mini.max_tokens_per_1_minute)
    assert len(limits.data) == len(organization.models)


async def test_spend_limits_of_project_and_organization_are_apart(admin: Any, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    limit: dict[str, Any] = {"threshold_amount": 20_000, "currency": "USD", "interval": "month"}
    of_project = await admin.projects.spend_limit.update(project.id, **limit)
    of_all = await admin.spend_limit.update(**{**limit, "threshold_amount": 90_000})

    assert (of_project.threshold_amount, of_all.threshold_amount) == (20_000, 90_000)
    assert (await admin.projects.spend_limit.delete(project.id)).deleted
    assert (await admin.spend_limit.retrieve()).enforcement.status == "inactive"
    assert (await admin.spend_limit.delete()).deleted
    with pytest.raises(openai.NotFoundError):
        await admin.projects.spend_limit.retrieve(project.id)


async def test_spend_alerts_are_kept_for_project_and_organization(admin: Any, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    channel = {"type": "email", "recipients": ["fin@example.com"], "subject_prefix": "Spend"}
    alert: dict[str, Any] = {
        "threshold_amount": 0,
        "currency": "USD",
        "interval": "month",
        "notification_channel": channel,
    }
    for resource, where in ((admin.projects.spend_alerts, {"project_id": project.id}), (admin.spend_alerts, {})):
        made = await resource.create(**where, **alert)
        changed = await resource.update(made.id, **where, **{**alert, "threshold_amount": 700})
        read = await resource.retrieve(made.id, **where)

        assert (changed.threshold_amount, read.notification_channel.recipients) == (700, ["fin@example.com"])
        assert [each.id for each in await resource.every(**where, order="desc")] == [made.id]
        assert (await resource.delete(made.id, **where)).deleted
        assert await resource.every(**where) == []


async def test_costs_come_as_dollars_by_project(admin: Any, organization: Organization) -> None:
    project, today = organization.add_project(name="QA"), organization.clock.today()
    organization.add_spend(project.id, Decimal("12.34"), "gpt-5-mini, input_tokens", today)
    midnight = int(time.time()) // 86_400 * 86_400

    page = await admin.usage.costs(
        start_time=midnight,
        group_by=["project_id", "line_item"],
        project_ids=[project.id],
        line_items=["gpt-5-mini, input_tokens"],
    )

    (result,) = page.data[0].results
    assert (result.amount.value, result.amount.currency) == (12.34, "usd")
    assert (result.project_id, result.line_item) == (project.id, "gpt-5-mini, input_tokens")


async def test_audit_log_tells_what_the_admin_key_did(admin: Any, organization: Organization, owner: User) -> None:
    project = await admin.projects.create(name="QA")

    (entry,) = await admin.audit_logs.every(
        event_types=["project.created"], resource_ids=[project.id], effective_at={"gte": project.created_at}
    )

    assert entry.project_created.data.name == "QA"
    assert entry.actor.api_key.user.email == owner.email


async def test_service_accounts_and_their_keys_come_and_go(admin: Any, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    accounts, keys = admin.projects.service_accounts, admin.projects.api_keys
    account = await accounts.create(project.id, name="ci", expires_in_seconds=3600)
    second = await accounts.api_keys.create(account.id, project_id=project.id, name="nightly", scopes=["api.all.read"])
    changed = await accounts.update(account.id, project_id=project.id, role="owner", name="CI")
    renewed = await keys.update(second.id, project_id=project.id, expires_in_seconds=60, scopes=[])

    assert account.api_key.expires_at == account.created_at + 3600
    assert (changed.role, (await accounts.retrieve(account.id, project_id=project.id)).name) == ("owner", "CI")
    assert [each.id for each in await accounts.every(project_id=project.id)] == [account.id]
    assert renewed.expires_at - second.created_at in (60, 61)
    assert {each.name for each in await keys.every(project_id=project.id)} == {"Secret Key", "nightly"}
    assert (await keys.retrieve(second.id, project_id=project.id)).owner.service_account.id == account.id
    assert (await keys.delete(second.id, project_id=project.id)).deleted
    assert (await accounts.delete(account.id, project_id=project.id)).deleted
    assert await keys.every(project_id=project.id, owner_project_access="any") == []
