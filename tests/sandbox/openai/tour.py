"""A tour with the official SDK through every operation of the Administration API, each answered with success."""

import time
from typing import Any

from sandbox.openai import Organization
from tests.sandbox.openai.sample_certificates import AUTHORITY

"""The title of the table that tells how far the tour came."""

LIMIT: dict[str, Any] = {"threshold_amount": 700, "currency": "USD", "interval": "month"}
ALERT: dict[str, Any] = {**LIMIT, "notification_channel": {"type": "email", "recipients": ["fin@example.com"]}}
AWS: dict[str, Any] = {"type": "aws", "external_id": "x", "kms_arn": "arn:aws:kms:k", "role_arn": "arn:aws:iam:r"}
USAGE = (
    *("completions", "embeddings", "moderations", "images", "audio_speeches", "audio_transcriptions"),
    *("vector_stores", "code_interpreter_sessions", "file_search_calls", "web_search_calls", "decisions", "costs"),
)


async def whole_tour(admin: Any, organization: Organization) -> None:
    """Call everything; the organisation needs an owner."""
    project = await admin.projects.create(name="Tour")
    guest = organization.add_user(email="guest@example.com", name="Guest").id
    await the_organization(admin)
    await the_keys_of_the_organization(admin)
    await the_people(admin, guest)
    await the_groups(admin, guest)
    await the_members(admin, project.id, guest)
    await the_groups_in(admin, project.id)
    await the_controls(admin, project.id)
    await the_money(admin, project.id)
    await the_service_accounts(admin, project.id)
    await the_certificates(admin, project.id)
    await the_end(admin, project.id, guest)


async def the_organization(admin: Any) -> None:
    role = await admin.roles.create(role_name="Group manager", permissions=["api.groups.read", "api.groups.write"])
    await admin.roles.update(role.id, description="Keeps the groups in order.")
    assert role.id in {each.id for each in await admin.roles.every()}
    assert (await admin.roles.retrieve(role.id)).description == "Keeps the groups in order."
    await admin.roles.delete(role.id)
    await admin.data_retention.update(retention_type="zero_data_retention")
    assert (await admin.data_retention.retrieve()).type == "zero_data_retention"


async def the_keys_of_the_organization(admin: Any) -> None:
    key = await admin.admin_api_keys.create(name="second", expires_in_seconds=3600)
    assert (await admin.admin_api_keys.retrieve(key.id)).name == "second"
    assert key.id in {each.id for each in await admin.admin_api_keys.every()}
    await admin.admin_api_keys.delete(key.id)
    external = await admin.external_keys.create(name="EKM", **AWS)
    assert (await admin.external_keys.retrieve(external.id)).kms_arn == AWS["kms_arn"]
    assert (await admin.external_keys.validate(external.id)).status == "valid"
    assert [each.id for each in await admin.external_keys.every()] == [external.id]
    await admin.external_keys.delete(external.id)


async def the_people(admin: Any, guest: str) -> None:
    assert guest in {each.id for each in await admin.users.every()}
    await admin.users.update(guest, technical_level="high")
    role = await admin.roles.create(role_name="Reader of files", permissions=["api.files.read"])
    given = await admin.users.roles.create(guest, role_id=role.id)
    assert (given.user.id, given.role.id) == (guest, role.id)
    assert role.id in {each.id for each in await admin.users.roles.every(guest)}
    assert (await admin.users.roles.retrieve(role.id, user_id=guest)).created_by
    await admin.users.roles.delete(role.id, user_id=guest)
    assert (await admin.users.retrieve(guest)).technical_level == "high"
    invite = await admin.invites.create(email="new@example.com", role="reader")
    assert (await admin.invites.retrieve(invite.id)).status == "pending"
    assert len(await admin.invites.every()) == 1
    await admin.invites.delete(invite.id)


async def the_groups(admin: Any, guest: str) -> None:
    group = await admin.groups.create(name="Writers")
    assert (await admin.groups.update(group.id, name="Authors")).name == "Authors"
    assert (await admin.groups.retrieve(group.id)).name == "Authors"
    await admin.groups.users.create(group.id, user_id=guest)
    assert (await admin.groups.users.retrieve(guest, group_id=group.id)).user_type == "user"
    assert [each.id for each in await admin.groups.users.every(group.id)] == [guest]
    await admin.groups.roles.create(group.id, role_id="role-api-organization-reader")
    (held,) = await admin.groups.roles.every(group.id)
    assert (await admin.groups.roles.retrieve(held.id, group_id=group.id)).name == "reader"
    await admin.groups.roles.delete(held.id, group_id=group.id)
    await admin.groups.users.delete(guest, group_id=group.id)
    assert [each.id for each in await admin.groups.every()] == [group.id]
    await admin.groups.delete(group.id)


async def the_members(admin: Any, project: str, guest: str) -> None:
    where = {"project_id": project}
    await admin.projects.users.create(project, role="member", user_id=guest)
    await admin.projects.users.update(guest, **where, role="owner")
    assert (await admin.projects.users.retrieve(guest, **where)).role == "owner"
    await admin.projects.users.roles.create(guest, **where, role_id="role-api-project-viewer")
    roles = await admin.projects.users.roles.every(guest, **where)
    assert [each.name for each in roles] == ["owner", "viewer"]
    viewer = {**where, "user_id": guest}
    assert (await admin.projects.users.roles.retrieve(roles[1].id, **viewer)).predefined_role
    await admin.projects.users.roles.delete(roles[1].id, **viewer)
    assert [each.id for each in await admin.projects.users.every(project)] == [guest]
    await admin.projects.users.delete(guest, **where)


async def the_groups_in(admin: Any, project: str) -> None:
    where = {"project_id": project}
    role = await admin.projects.roles.create(project, role_name="Runner", permissions=["api.model.request"])
    await admin.projects.roles.update(role.id, **where, permissions=["api.model.read", "api.model.request"])
    assert len((await admin.projects.roles.retrieve(role.id, **where)).permissions) == 2
    assert role.id in {each.id for each in await admin.projects.roles.every(project)}
    group = await admin.groups.create(name="Runners")
    here = {**where, "group_id": group.id}
    await admin.projects.groups.create(project, group_id=group.id, role=role.id)
    await admin.projects.groups.roles.create(group.id, **where, role_id="role-api-project-viewer")
    held = await admin.projects.groups.roles.every(group.id, **where)
    assert [each.name for each in held] == ["viewer", "Runner"]
    assert (await admin.projects.groups.roles.retrieve(role.id, **here)).name == "Runner"
    await admin.projects.groups.roles.delete(held[0].id, **here)
    assert (await admin.projects.groups.retrieve(group.id, **where)).group_name == "Runners"
    assert len(await admin.projects.groups.every(project)) == 1
    await admin.projects.groups.delete(group.id, **where)
    await admin.projects.roles.delete(role.id, **where)


async def the_controls(admin: Any, project: str) -> None:
    tools = await admin.projects.hosted_tool_permissions.update(project, web_search={"enabled": True})
    assert await admin.projects.hosted_tool_permissions.retrieve(project) == tools
    await admin.projects.data_retention.update(project, retention_type="none")
    assert (await admin.projects.data_retention.retrieve(project)).type == "none"
    await admin.projects.service_tier_settings.update(project, default="standard", enabled_tiers=["flex"])
    assert (await admin.projects.service_tier_settings.retrieve(project)).enabled_tiers == ["flex"]
    await admin.projects.model_permissions.update(project, mode="allow_list", model_ids=["gpt-5-mini"])
    assert (await admin.projects.model_permissions.retrieve(project)).model_ids == ["gpt-5-mini"]
    (limit,) = (await admin.projects.rate_limits.list_rate_limits(project)).data
    await admin.projects.rate_limits.update_rate_limit(limit.id, project_id=project, max_requests_per_1_minute=5)
    await admin.projects.model_permissions.delete(project)


async def the_money(admin: Any, project: str) -> None:
    for place, where in ((admin, {}), (admin.projects, {"project_id": project})):
        await place.spend_limit.update(**where, **LIMIT)
        assert (await place.spend_limit.retrieve(**where)).threshold_amount == 700
        await place.spend_limit.delete(**where)
        alert = await place.spend_alerts.create(**where, **ALERT)
        await place.spend_alerts.update(alert.id, **where, **ALERT)
        assert (await place.spend_alerts.retrieve(alert.id, **where)).threshold_amount == 700
        assert len(await place.spend_alerts.every(**where)) == 1
        await place.spend_alerts.delete(alert.id, **where)
    midnight = int(time.time()) // 86_400 * 86_400
    for name in USAGE:
        page = await getattr(admin.usage, name)(start_time=midnight, group_by=["project_id"], limit=1)
        assert page.object == "page"


async def the_service_accounts(admin: Any, project: str) -> None:
    where, accounts, keys = {"project_id": project}, admin.projects.service_accounts, admin.projects.api_keys
    account = await accounts.create(project, name="ci")
    await accounts.update(account.id, **where, role="owner")
    assert (await accounts.retrieve(account.id, **where)).role == "owner"
    assert len(await accounts.every(project)) == 1
    key = await accounts.api_keys.create(account.id, **where, name="nightly")
    await keys.update(key.id, **where, expires_in_seconds=60)
    assert (await keys.retrieve(key.id, **where)).expires_at
    assert len(await keys.every(project)) == 2
    await keys.delete(key.id, **where)
    await accounts.delete(account.id, **where)


async def the_certificates(admin: Any, project: str) -> None:
    certificate = await admin.certificates.create(certificate=AUTHORITY, name="Gateway")
    ids = {"certificate_ids": [certificate.id]}
    assert (await admin.certificates.update(certificate.id, name="Edge")).name == "Edge"
    assert (await admin.certificates.retrieve(certificate.id, include=["content"])).certificate_details.content
    for place, where in ((admin, ()), (admin.projects, (project,))):
        (active,) = [each async for each in _pages(await place.certificates.activate(*where, **ids))]
        assert active.active
        assert [each.active for each in await place.certificates.every(*where)] == [True]
        (idle,) = [each async for each in _pages(await place.certificates.deactivate(*where, **ids))]
        assert not idle.active
    await admin.certificates.delete(certificate.id)


async def the_end(admin: Any, project: str, guest: str) -> None:
    assert (await admin.projects.update(project, name="Grand tour")).name == "Grand tour"
    assert (await admin.projects.archive(project)).status == "archived"
    assert (await admin.projects.retrieve(project)).archived_at
    assert project not in {each.id for each in await admin.projects.every()}
    assert (await admin.users.delete(guest)).deleted
    assert await admin.audit_logs.every(event_types=["project.archived"], resource_ids=[project])


async def _pages(page: Any) -> Any:
    """Yield what (de)activating answered, which the SDK takes for a page of a list."""
    for each in page.data:
        yield each
