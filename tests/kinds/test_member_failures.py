"""What becomes of a place or a role that cannot be given when its turn comes."""

import pytest

from tests.support.access import DANA, OWNER, custom_role, delete_role, leave, places, roles, user_id, without_access
from tests.support.company import Company
from tests.support.grants import LATER, SOON, after
from tests.support.membership import approved, given
from workflows.lifecycle import State


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_a_project_archived_meanwhile_fails_in_openais_words(acme: Company, role: str) -> None:
    request = await approved(acme, role=role)
    await acme.api.archive_project(acme.project_id)

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert "OpenAI said: Project internal-qa is archived" in failed.problem


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_who_left_meanwhile_is_not_invited_and_can_be_tried_again_when_they_are_back(
    acme: Company, role: str
) -> None:
    request = await approved(acme, role=role, until=LATER)
    await leave(acme, DANA)

    failed = await acme.carried_out(request)
    assert failed.state is State.FAILED
    assert "is not in the OpenAI organisation" in failed.problem
    assert await acme.api.invites() == []

    acme.local.add_user(email=DANA, name="Dana")
    await acme.service.retry(request.id, "U_PAT")
    assert (await acme.carried_out(request)).state is State.GRANTED
    assert (await places(acme))[DANA] == role
    await after(acme, LATER)
    assert DANA not in await places(acme)


async def test_a_custom_role_deleted_meanwhile_fails_in_openais_words(acme: Company) -> None:
    role_id = await custom_role(acme, "auditor")
    request = await approved(acme, role=role_id)
    await delete_role(acme, role_id)

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert f"OpenAI said: The role {role_id} was not found" in failed.problem
    assert DANA not in await places(acme)


async def test_who_became_an_owner_of_the_organisation_meanwhile_fails_in_openais_words(acme: Company) -> None:
    await given(acme, role="owner")
    request = await approved(acme, role="member")
    user = acme.local.people.get(await user_id(acme, DANA))
    acme.local.access.set_organization_role(user, "owner")

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert "organization owner cannot be changed" in failed.problem
    assert (await places(acme))[DANA] == "owner"


async def test_what_was_refused_before_anything_was_noted_still_ends_in_what_was(acme: Company) -> None:
    await given(acme)
    request = await approved(acme, role="owner", until=SOON)
    async with without_access(acme):
        assert (await acme.carried_out(request)).state is State.FAILED

    await acme.service.retry(request.id, "U_PAT")
    assert (await acme.carried_out(request)).state is State.GRANTED
    await after(acme, SOON)
    assert (await places(acme))[DANA] == "member"


async def test_owner_and_member_go_by_one_role_each(acme: Company) -> None:
    await given(acme, role=OWNER)

    assert await roles(acme, DANA) == {OWNER}
