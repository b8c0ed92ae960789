"""A group's role in a project: asked for, decided, carried out, read back, and taken back again."""

from typing import Any

import httpx
import pytest

from tests.support.access import MEMBER, OWNER, VIEWER, custom_role, delete_role, without_access
from tests.support.company import POLICY, Company
from tests.support.grants import LATER, SOON, after, extended, given_back, refused
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text


@pytest.fixture(name="group_id")
def _group_id(acme: Company) -> str:
    return acme.local.add_group(name="Research").id


def values(acme: Company, group_id: str, role: str = "member", **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "group": group_id, "role": role, "reason": "They need it"} | changes


async def ask(acme: Company, group_id: str, role: str = "member", **changes: Any) -> Request:
    return await acme.ask("group", values(acme, group_id, role, **changes))


async def given(acme: Company, group_id: str, role: str = "member", **changes: Any) -> Request:
    """Have the group let in, until that day or for good."""
    return await acme.carried_out(await ask(acme, group_id, role, **changes), "pat")


async def approved(acme: Company, group_id: str, role: str = "member", **changes: Any) -> Request:
    return await acme.decide(await ask(acme, group_id, role, **changes), "pat")


async def held(acme: Company, group_id: str) -> set[str] | None:
    """Return the roles that the group has in the project, None when it is not in it."""
    if group_id not in {each.id for each in await acme.api.project_groups(acme.project_id)}:
        return None
    return {each.id for each in await acme.api.group_roles(acme.project_id, group_id)}


async def delete_group(acme: Company, group_id: str) -> None:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        (await client.delete(f"{acme.url}/v1/organization/groups/{group_id}")).raise_for_status()


@pytest.mark.parametrize(("role", "role_id"), [("owner", OWNER), ("member", MEMBER), ("viewer", VIEWER)])
async def test_a_group_is_let_in_and_everything_speaks_in_names(
    acme: Company, group_id: str, role: str, role_id: str
) -> None:
    request = await given(acme, group_id, role)

    assert request.state is State.COMPLETED
    assert request.title == f"Let the group Research into internal-qa as {role}"
    assert [(each.now, each.proposed) for each in request.changes] == [("not let in", role)]
    (step,) = (await acme.service.dossier(request.id)).steps
    assert step.says == f"Let the group Research in as {role}"
    assert await held(acme, group_id) == {role_id}


async def test_a_group_has_exactly_the_role_that_was_asked_for(acme: Company, group_id: str) -> None:
    role_id = await custom_role(acme, "auditor")
    await given(acme, group_id, "owner")
    await acme.api.assign_group_role(acme.project_id, group_id, VIEWER)

    request = await given(acme, group_id, role_id)

    assert [(each.now, each.proposed) for each in request.changes] == [("owner, viewer", "auditor")]
    assert await held(acme, group_id) == {role_id}


@pytest.mark.parametrize("role_ids", ["scoped", "alias"])
async def test_a_role_is_known_by_whatever_id_openai_answers(acme: Company, group_id: str, role_ids: str) -> None:
    acme.local.change_settings({"role_ids": role_ids})
    await acme.fault(fault="alias_not_found", count=None)

    request = await given(acme, group_id, f"{VIEWER}__api-project__{acme.project_id}", until=SOON)
    assert await held(acme, group_id) == {VIEWER}
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) is None


async def test_of_a_group_of_the_identity_provider_it_is_said_who_is_in_it(acme: Company) -> None:
    group = acme.local.add_group(name="Everybody", scim_managed=True)

    request = await given(acme, group.id)

    assert ("Who is in it", "whom the identity provider puts there") in [
        (each.label, each.now) for each in request.changes
    ]
    assert await held(acme, group.id) == {MEMBER}


@pytest.mark.parametrize(("role", "owner_role"), [("owner", True), ("member", False)])
async def test_a_policy_tells_a_group_of_owners(acme: Company, group_id: str, role: str, *, owner_role: bool) -> None:
    stages = "[{name: platform, approvers: [{group: platform}]}]"
    rule = f"  - {{name: owners, kinds: [group], when: request.owner_role, stages: {stages}}}\n"
    acme.service.policy = policy_from_text(POLICY + rule, name="policy.yml")

    request = await ask(acme, group_id, role)

    assert (request.ruling.rule == "owners") is owner_role
    assert bool(request.risks) is owner_role


# What the form refuses


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        pytest.param({"group": "group_gone"}, "group", "no such group", id="no-group"),
        pytest.param({"role": "role_gone"}, "role", "no such role", id="no-role"),
        pytest.param({"until": "2026-11-22"}, "until", "today or a later day", id="over"),
        pytest.param({"project": "proj_gone"}, "project", "does not exist", id="no-project"),
    ],
)
async def test_what_is_not_there_is_refused(
    acme: Company, group_id: str, changes: dict[str, str], field: str, sentence: str
) -> None:
    assert sentence in (await refused(acme, "group", values(acme, group_id, **changes)))[field]


async def test_the_default_project_takes_no_group(acme: Company, group_id: str) -> None:
    project = acme.local.default_project.id

    assert list(await refused(acme, "group", values(acme, group_id, project=project))) == ["project"]


async def test_the_role_that_it_has_for_good_is_not_asked_for_again(acme: Company, group_id: str) -> None:
    await given(acme, group_id)

    said = {"role": "The group Research has this role already."}
    assert await refused(acme, "group", values(acme, group_id)) == said


async def test_the_role_that_it_has_for_a_time_may_be_asked_for_longer(acme: Company, group_id: str) -> None:
    await given(acme, group_id, until=LATER)

    assert list(await refused(acme, "group", values(acme, group_id, until=SOON))) == ["until"]
    assert (await given(acme, group_id)).state is State.COMPLETED


# The end of a grant


@pytest.mark.parametrize("before", ["", "viewer", "owner"])
async def test_the_end_brings_back_what_was(acme: Company, group_id: str, before: str) -> None:
    if before:
        await given(acme, group_id, before)
    had = await held(acme, group_id)

    request = await given(acme, group_id, until=SOON)
    assert await held(acme, group_id) == {MEMBER}
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) == had
    says = (await acme.service.dossier(request.id)).steps[-1].says
    assert says == (f"Have the group Research as {before} again" if before else "Take the group Research out")


async def test_several_roles_come_back_together(acme: Company, group_id: str) -> None:
    await given(acme, group_id, "viewer")
    await acme.api.assign_group_role(acme.project_id, group_id, OWNER)

    await given_back(acme, await given(acme, group_id, until=SOON))

    assert await held(acme, group_id) == {VIEWER, OWNER}


@pytest.mark.parametrize("calls_before", [0, 1, 2])
async def test_an_end_that_is_cut_off_in_between_brings_back_everything(
    acme: Company, group_id: str, calls_before: int
) -> None:
    await given(acme, group_id, "viewer")
    await acme.api.assign_group_role(acme.project_id, group_id, OWNER)
    request = await given(acme, group_id, until=SOON)
    regex = f"^/projects/.*/groups/{group_id}/roles"
    for method in ("POST", "DELETE"):
        await acme.fault(fault="cut", when="before_commit", method=method, path_regex=regex, skip=calls_before)

    await after(acme, SOON)
    for _ in range(3):
        acme.pass_time(minutes=11)
        await acme.executor.run_due()

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) == {VIEWER, OWNER}


async def test_what_a_request_gave_for_good_meanwhile_stays(acme: Company, group_id: str) -> None:
    request = await given(acme, group_id, until=SOON)
    await given(acme, group_id, "owner")
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) == {OWNER}


async def test_of_two_grants_the_later_one_counts_until_both_are_over(acme: Company, group_id: str) -> None:
    await given(acme, group_id, until=LATER)
    await given(acme, group_id, "owner", until=SOON)

    await after(acme, SOON)
    assert await held(acme, group_id) == {MEMBER}
    await after(acme, LATER)
    assert await held(acme, group_id) is None


async def test_it_can_be_prolonged(acme: Company, group_id: str) -> None:
    request = await extended(acme, await given(acme, group_id, until=SOON), "pat")
    await after(acme, SOON)

    assert request.state is State.GRANTED
    assert await held(acme, group_id) == {MEMBER}


async def test_a_group_taken_out_by_hand_stays_out(acme: Company, group_id: str) -> None:
    await given(acme, group_id, "viewer")
    request = await given(acme, group_id, until=SOON)
    await acme.api.remove_project_group(acme.project_id, group_id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) is None


async def test_a_role_given_by_hand_meanwhile_stays(acme: Company, group_id: str) -> None:
    request = await given(acme, group_id, until=SOON)
    await acme.api.assign_group_role(acme.project_id, group_id, VIEWER)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) == {VIEWER}


async def test_of_a_role_that_is_deleted_meanwhile_nothing_comes_back(acme: Company, group_id: str) -> None:
    role_id = await custom_role(acme, "auditor")
    await given(acme, group_id, role_id)
    request = await given(acme, group_id, until=SOON)
    await delete_role(acme, role_id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await held(acme, group_id) is None


async def test_the_grant_of_a_group_that_is_deleted_ends_quietly(acme: Company, group_id: str) -> None:
    await given(acme, group_id, "viewer")
    request = await given(acme, group_id, until=SOON)
    await delete_group(acme, group_id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED


async def test_the_grant_in_a_project_that_is_archived_ends_quietly(acme: Company, group_id: str) -> None:
    request = await given(acme, group_id, until=SOON)
    await acme.api.archive_project(acme.project_id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED


# What fails


async def test_a_project_archived_meanwhile_fails_in_openais_words(acme: Company, group_id: str) -> None:
    request = await approved(acme, group_id)
    await acme.api.archive_project(acme.project_id)

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert "OpenAI said: Project internal-qa is archived" in failed.problem


async def test_a_group_deleted_meanwhile_fails_in_openais_words(acme: Company, group_id: str) -> None:
    request = await approved(acme, group_id)
    await delete_group(acme, group_id)

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert f"OpenAI said: The group {group_id} was not found" in failed.problem


async def test_what_was_refused_goes_on_when_it_is_tried_again(acme: Company, group_id: str) -> None:
    await given(acme, group_id, "viewer")
    request = await approved(acme, group_id, until=SOON)
    async with without_access(acme):
        assert (await acme.carried_out(request)).state is State.FAILED
    assert await held(acme, group_id) == {VIEWER}

    await acme.service.retry(request.id, "U_PAT")
    assert (await acme.carried_out(request)).state is State.GRANTED
    await after(acme, SOON)
    assert await held(acme, group_id) == {VIEWER}
