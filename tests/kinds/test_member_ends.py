"""The end of a grant of a place or a role: it brings back what was, and respects what came meanwhile."""

import pytest

from tests.support.access import DANA, NEW, VIEWER, custom_role, delete_role, leave, places, promises, roles, user_id
from tests.support.company import Company
from tests.support.grants import LATER, SOON, after, extended, given_back
from tests.support.membership import given
from tests.support.people import person
from workflows.lifecycle import State


@pytest.mark.parametrize(
    ("before", "role"),
    [
        pytest.param("", "member", id="in-and-out"),
        pytest.param("", "viewer", id="role-and-none"),
        pytest.param("member", "owner", id="up-and-down"),
        pytest.param("owner", "member", id="down-and-up"),
        pytest.param("viewer", "owner", id="viewer-in-between-owner"),
        pytest.param("member", "viewer", id="besides"),
    ],
)
async def test_the_end_brings_back_what_was(acme: Company, before: str, role: str) -> None:
    if before:
        await given(acme, role=before)
    had = (await roles(acme, DANA), (await places(acme)).get(DANA))

    request = await given(acme, role=role, until=SOON)
    assert request.state is State.GRANTED
    assert (await roles(acme, DANA), (await places(acme)).get(DANA)) != had
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert (await roles(acme, DANA), (await places(acme)).get(DANA)) == had


async def test_it_can_be_given_back_early(acme: Company) -> None:
    request = await given_back(acme, await given(acme, until=LATER))

    assert request.state is State.REVERTED
    assert DANA not in await places(acme)


async def test_it_can_be_prolonged(acme: Company) -> None:
    request = await extended(acme, await given(acme, until=SOON), "pat")
    await after(acme, SOON)

    assert request.state is State.GRANTED
    assert (await places(acme))[DANA] == "member"


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_what_a_request_gave_for_good_meanwhile_stays(acme: Company, role: str) -> None:
    request = await given(acme, role=role, until=SOON)
    await given(acme, role=role)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert (await places(acme))[DANA] == role


async def test_of_two_grants_the_later_one_counts_until_both_are_over(acme: Company) -> None:
    await given(acme, until=LATER)
    await given(acme, role="owner", until=SOON)

    await after(acme, SOON)
    assert (await places(acme))[DANA] == "member"
    await after(acme, LATER)
    assert DANA not in await places(acme)


async def test_the_end_of_the_first_of_two_grants_changes_nothing(acme: Company) -> None:
    await given(acme, until=SOON)
    await given(acme, role="owner", until=LATER)
    await after(acme, SOON)

    assert (await places(acme))[DANA] == "owner"


async def test_whoever_was_taken_out_by_hand_stays_out(acme: Company) -> None:
    await given(acme)
    request = await given(acme, role="owner", until=SOON)
    await acme.remove("dana")
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert DANA not in await places(acme)


async def test_an_end_gives_nobody_more_than_they_were_left_by_hand(acme: Company) -> None:
    await given(acme, role="owner")
    request = await given(acme, role="member", until=SOON)
    await acme.remove("dana")
    await acme.api.assign_user_role(acme.project_id, await user_id(acme, DANA), VIEWER)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await roles(acme, DANA) == {VIEWER}


async def test_an_end_takes_no_role_that_was_given_besides_by_hand(acme: Company) -> None:
    request = await given(acme, until=SOON)
    await acme.api.assign_user_role(acme.project_id, await user_id(acme, DANA), VIEWER)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await roles(acme, DANA) == {VIEWER}


async def test_a_role_that_a_group_gives_as_well_is_given_and_taken_like_any(acme: Company) -> None:
    group = acme.local.add_group(name="Research", member_ids=[await user_id(acme, DANA)])
    await acme.api.add_project_group(acme.project_id, group.id, VIEWER)

    request = await given(acme, role="viewer", until=SOON)
    assert request.state is State.GRANTED
    assert await roles(acme, DANA) == {VIEWER}
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await roles(acme, DANA) == set()


async def test_a_custom_role_that_is_deleted_meanwhile_is_no_trouble_at_the_end(acme: Company) -> None:
    role_id = await custom_role(acme, "auditor")
    request = await given(acme, role=role_id, until=SOON)
    await delete_role(acme, role_id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED


async def test_the_end_withdraws_an_invite_that_was_never_accepted(acme: Company) -> None:
    request = await given(acme, NEW, until="2026-11-24")
    assert "They stay in the organisation when this ends." in request.risks
    await after(acme, "2026-11-24")

    assert await acme.state(request) is State.REVERTED
    assert await acme.api.invites() == []


async def test_the_end_takes_whoever_accepted_out_again(acme: Company) -> None:
    request = await given(acme, NEW, until=SOON)
    (invite,) = await acme.api.invites()
    acme.local.accept_invite(invite.id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert NEW not in await places(acme)


async def test_an_expired_invite_is_nothing_to_take_back_and_may_be_asked_for_again(acme: Company) -> None:
    request = await given(acme, NEW, until=LATER)
    await after(acme, LATER)
    assert await acme.state(request) is State.REVERTED

    await given(acme, NEW)
    acme.pass_time(days=8)
    assert (await given(acme, NEW)).state is State.COMPLETED
    assert await promises(acme) == {NEW: ["member"]}


async def test_an_invite_promises_what_was_asked_for_last_and_at_the_end_what_it_did_before(acme: Company) -> None:
    acme.people.everybody["new.hire"] = person("new.hire")
    await given(acme, NEW)

    request = await given(acme, NEW, "owner", until="2026-11-24")
    assert [(each.label, each.now, each.proposed) for each in request.changes] == [
        ("Place in the project", "invited as member", "owner")
    ]
    assert await promises(acme) == {NEW: ["owner"]}
    await after(acme, "2026-11-24")

    assert await acme.state(request) is State.REVERTED
    assert await promises(acme) == {NEW: ["member"]}


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_the_grant_of_who_left_the_organisation_ends_quietly(acme: Company, role: str) -> None:
    request = await given(acme, role=role, until=SOON)
    await leave(acme, DANA)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED


async def test_the_grant_in_a_project_that_is_archived_ends_quietly(acme: Company) -> None:
    request = await given(acme, until=SOON)
    await acme.api.archive_project(acme.project_id)
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
