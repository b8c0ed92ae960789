"""Every operation, against a local organisation over real HTTP."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox
from workflows.admin_api import AdminAPI, Cost, InvitedTo, ModelPermissions, ProjectUser, SpendLimit
from workflows.errors import AdminAPINotFound, AdminAPIRefused


async def test_project_is_made_renamed_and_archived(api: AdminAPI, sandbox: Sandbox) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)

    made = await api.create_project("Support assistant")
    renamed = await api.update_project(made.id, "Support assistant (prod)")
    archived = await api.archive_project(made.id)

    assert (made.name, made.archived) == ("Support assistant", False)
    assert before <= made.created_at <= datetime.now(UTC) + timedelta(seconds=2)
    assert renamed.name == "Support assistant (prod)"
    assert archived.archived
    assert await api.project(made.id) == archived


async def test_archived_projects_are_listed_on_request_only(api: AdminAPI, sandbox: Sandbox) -> None:
    kept = await api.create_project("kept")
    gone = await api.archive_project((await api.create_project("gone")).id)

    assert {kept.id} < {project.id for project in await api.projects()}
    assert gone not in await api.projects()
    assert gone in await api.projects(include_archived=True)


async def test_list_longer_than_a_page_is_complete(api: AdminAPI, sandbox: Sandbox) -> None:
    names = {f"project {n}" for n in range(205)}
    for name in names:
        sandbox.organization.add_project(name=name)

    listed = await api.projects()

    assert names <= {project.name for project in listed}
    assert len(listed) == len({project.id for project in listed}) == 206
    assert len(await sandbox.calls("GET", "/v1/organization/projects")) == 3


async def test_list_without_its_cursor_is_an_error_not_a_short_list(api: AdminAPI, sandbox: Sandbox) -> None:
    for n in range(101):
        sandbox.organization.add_project(name=f"project {n}")
    await sandbox.arm("lost_cursor", count=None)

    with pytest.raises(Exception, match="promises another page"):
        await api.projects()


async def test_default_project_refuses_a_new_name(api: AdminAPI, sandbox: Sandbox) -> None:
    default = sandbox.organization.default_project

    with pytest.raises(AdminAPIRefused) as refused:
        await api.update_project(default.id, "ours")

    assert refused.value.status == 400
    assert str(refused.value).startswith("OpenAI said: ")


async def test_users_are_found_by_address_in_any_case(api: AdminAPI, sandbox: Sandbox) -> None:
    ada = sandbox.organization.add_user(email="ada@example.com", name="Ada", role="owner")
    sandbox.organization.add_user(email="bob@example.com", name="Bob")

    assert len(await api.users()) == 2
    [found] = await api.users(emails=["ADA@example.com", "nobody@example.com"])
    assert (found.id, found.email, found.name, found.role) == (ada.id, "ada@example.com", "Ada", "owner")


async def test_invite_without_projects_promises_none(api: AdminAPI, sandbox: Sandbox) -> None:
    invite = await api.create_invite("new@example.com", "reader", [])

    assert invite.projects == ()
    assert (invite.email, invite.role, invite.status) == ("new@example.com", "reader", "pending")
    assert await api.invites() == [invite]


async def test_invite_promises_its_projects(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")

    invite = await api.create_invite("new@example.com", "reader", [(project.id, "owner")])

    assert invite.projects == (InvitedTo(project_id=project.id, role="owner"),)
    assert invite.project_ids == (project.id,)


async def test_member_of_the_organization_joins_a_project(api: AdminAPI, sandbox: Sandbox) -> None:
    user = sandbox.organization.add_user(email="ada@example.com", name="Ada")
    project = await api.create_project("alpha")

    joined = await api.add_project_user(project.id, user_id=user.id, role="owner")

    assert joined == ProjectUser(id=user.id, email="ada@example.com", name="Ada", role="owner")
    assert joined in await api.project_users(project.id)


async def test_joining_twice_is_refused_with_openais_sentence(api: AdminAPI, sandbox: Sandbox) -> None:
    user = sandbox.organization.add_user(email="ada@example.com", name="Ada")
    project = await api.create_project("alpha")
    await api.add_project_user(project.id, user_id=user.id, role="member")

    with pytest.raises(AdminAPIRefused, match="already exists in project"):
        await api.add_project_user(project.id, user_id=user.id, role="member")


async def test_archived_project_refuses_to_list_its_members(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.archive_project((await api.create_project("alpha")).id)

    with pytest.raises(AdminAPIRefused, match="is archived"):
        await api.project_users(project.id)


async def test_model_permissions_are_replaced_as_a_whole(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    first, second = list(sandbox.organization.models)[:2]

    assert await api.model_permissions(project.id) is None
    await api.set_model_permissions(project.id, [first, second])
    answered = await api.set_model_permissions(project.id, [second])

    assert answered == ModelPermissions(mode="allow_list", model_ids=frozenset({second}))
    assert await api.model_permissions(project.id) == answered
    assert {limit.model for limit in await api.rate_limits(project.id)} == {second}


async def test_rate_limits_name_model_and_numbers(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")

    limits = {limit.model: limit for limit in await api.rate_limits(project.id)}

    assert set(limits) == set(sandbox.organization.models)
    for model in sandbox.organization.models.values():
        assert limits[model.id].requests_per_minute == model.ceiling.get("max_requests_per_1_minute")
        assert limits[model.id].tokens_per_minute == model.ceiling.get("max_tokens_per_1_minute")
        assert limits[model.id].id == f"rl-{model.id}"


async def test_spend_limit_is_set_read_and_removed(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")

    assert await api.spend_limit(project.id) is None
    assert await api.set_spend_limit(project.id, 25_000) == SpendLimit(cents=25_000)
    assert await api.spend_limit(project.id) == SpendLimit(cents=25_000)
    await api.delete_spend_limit(project.id)
    await api.delete_spend_limit(project.id)
    assert await api.spend_limit(project.id) is None


async def test_organization_spend_limit_is_read(api: AdminAPI, sandbox: Sandbox) -> None:
    assert await api.organization_spend_limit() is None

    limit = {"threshold_amount": 900_000, "currency": "USD", "interval": "month"}
    headers = {"Authorization": f"Bearer {sandbox.organization.admin_key}"}
    await sandbox.http.post("/v1/organization/spend_limit", json=limit, headers=headers)

    assert await api.organization_spend_limit() == SpendLimit(cents=900_000)


@pytest.mark.parametrize("operation", [AdminAPI.spend_limit, AdminAPI.model_permissions, AdminAPI.delete_spend_limit])
async def test_missing_project_is_not_taken_for_one_without_a_policy(api: AdminAPI, operation: Any) -> None:
    with pytest.raises(AdminAPINotFound, match="proj_gone"):
        await operation(api, "proj_gone")


async def test_new_project_that_cannot_be_seen_yet_is_not_found(api: AdminAPI, sandbox: Sandbox) -> None:
    await sandbox.arm("not_found_after_create", method="POST", seconds=60)
    project = await api.create_project("alpha")

    for operation in (api.project, api.spend_limit, api.model_permissions):
        with pytest.raises(AdminAPINotFound):
            await operation(project.id)


@pytest.mark.parametrize(
    "project_id", ["", ".", "..", "../../users", "proj_1/archive", "proj_1?x=", "proj_1\n", "proj_%2e%2e"]
)
async def test_id_of_bad_shape_reaches_nothing_else(api: AdminAPI, sandbox: Sandbox, project_id: str) -> None:
    with pytest.raises(AdminAPINotFound):
        await api.project(project_id)

    assert (await sandbox.http.get("/_sandbox/calls")).json() == {"calls": []}


async def test_service_accounts_are_listed_without_keys(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    headers = {"Authorization": f"Bearer {sandbox.organization.admin_key}"}
    url = f"/v1/organization/projects/{project.id}/service_accounts"
    made = (await sandbox.http.post(url, json={"name": "ci"}, headers=headers)).json()

    [account] = await api.service_accounts(project.id)

    assert (account.id, account.name, account.role) == (made["id"], "ci", "member")
    assert made["api_key"]["value"] not in repr(account)


async def test_costs_of_all_projects_come_by_day_and_line_item(api: AdminAPI, sandbox: Sandbox) -> None:
    alpha = await api.create_project("alpha")
    today = sandbox.organization.clock.today()
    first = today - timedelta(days=200)
    book = sandbox.organization.add_spend
    book(alpha.id, Decimal("12.345678901"), "gpt-5, input", first)
    book(alpha.id, Decimal("0.1"), "gpt-5, output", today)
    book(None, Decimal("-3.5"), "credit", today)

    start = datetime(first.year, first.month, first.day, 17, 30, tzinfo=UTC)
    costs = await api.costs(start, datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(hours=1))

    assert sorted(costs, key=lambda cost: cost.amount) == [
        Cost(project_id=None, day=today, amount=Decimal("-3.5"), line_item="credit"),
        Cost(project_id=alpha.id, day=today, amount=Decimal("0.1"), line_item="gpt-5, output"),
        Cost(project_id=alpha.id, day=first, amount=Decimal("12.345678901"), line_item="gpt-5, input"),
    ]
    assert len(await sandbox.calls("GET", "/v1/organization/costs")) == 2


async def test_costs_need_times_with_a_zone(api: AdminAPI) -> None:
    with pytest.raises(ValueError, match="zone"):
        await api.costs(datetime(2026, 11, 1), datetime(2026, 11, 2))  # noqa: DTZ001 - the case


async def test_days_of_costs_are_whole(answering: Answering) -> None:
    scripted = answering(httpx.Response(200, json={"data": [], "has_more": False}))

    await scripted.api.costs(datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))

    query = scripted.wire.sent[0].url.params
    days = [datetime.fromtimestamp(int(query[name]), UTC).date() for name in ("start_time", "end_time")]
    assert days == [date(2026, 11, 1), date(2026, 11, 3)]
    assert query.get_list("group_by[]") == ["project_id", "line_item"]
