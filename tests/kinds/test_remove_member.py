"""Somebody is taken out of a project: what is shown of it, what is refused, what happens, what fails."""

from typing import Any

import pytest

from tests.support.access import DANA, MEMBER, NEW, OLIVIA, PETRA, VIEWER, leave, places, promises, user_id
from tests.support.company import POLICY, Company
from tests.support.grants import SOON, after, refused, told
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text


def values(acme: Company, who: str = DANA, **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "person": who, "reason": "Moved on"} | changes


async def ask(acme: Company, who: str = DANA, **changes: Any) -> Request:
    return await acme.ask("remove_member", values(acme, who, **changes))


async def removed(acme: Company, who: str = DANA) -> Request:
    return await acme.carried_out(await ask(acme, who), "pat")


async def join(acme: Company, who: str = DANA, role: str = "member") -> None:
    await acme.api.add_project_user(acme.project_id, user_id=await user_id(acme, who), role=role)


def line(request: Request, label: str) -> tuple[str, str]:
    return next((each.now, each.proposed) for each in request.changes if each.label == label)


@pytest.mark.parametrize("role", ["member", "owner"])
async def test_a_member_is_taken_out_and_stays_in_the_organisation(acme: Company, role: str) -> None:
    await join(acme, role=role)

    request = await removed(acme)

    assert request.state is State.COMPLETED
    assert request.title == f"Remove {DANA} from internal-qa"
    assert line(request, "Place in the project") == (role, "not in it")
    assert DANA not in await places(acme)
    assert await acme.api.users([DANA])


async def test_who_has_other_roles_only_is_taken_out_as_well(acme: Company) -> None:
    await acme.api.assign_user_role(acme.project_id, await user_id(acme, DANA), VIEWER)

    request = await removed(acme)

    assert line(request, "Place in the project") == ("other roles only", "not in it")
    assert DANA not in await places(acme)


async def test_an_invite_that_was_not_accepted_is_withdrawn(acme: Company) -> None:
    await acme.api.create_invite(NEW, "reader", [(acme.project_id, "member")])

    request = await removed(acme, NEW)

    assert request.state is State.COMPLETED
    assert line(request, "Place in the project") == ("invited as member", "not in it")
    assert await acme.api.invites() == []


async def test_an_invite_accepted_meanwhile_leads_out_again(acme: Company) -> None:
    invite = await acme.api.create_invite(NEW, "reader", [(acme.project_id, "member")])
    request = await acme.decide(await ask(acme, NEW), "pat")
    acme.local.accept_invite(invite.id)

    assert (await acme.carried_out(request)).state is State.COMPLETED
    assert NEW not in await places(acme)


async def test_the_card_names_the_keys_that_stop_working(acme: Company) -> None:
    await join(acme)
    acme.local.add_user_key(acme.project_id, await user_id(acme, DANA), "laptop")
    acme.local.add_user_key(acme.project_id, await user_id(acme, PETRA), "another's")

    now, proposed = line(await ask(acme), "Their keys")

    assert (now.startswith("laptop"), "another's" in now, "last used never" in now) == (True, False, True)
    assert proposed == "stop working"


async def test_access_through_a_group_stays_and_is_said(acme: Company) -> None:
    await join(acme)
    acme.local.add_user_key(acme.project_id, await user_id(acme, DANA), "laptop")
    group = acme.local.add_group(name="Research", member_ids=[await user_id(acme, DANA)])
    await acme.api.add_project_group(acme.project_id, group.id, MEMBER)

    request = await removed(acme)

    assert line(request, "Access through groups") == ("Research", "stays")
    assert line(request, "Their keys")[1] == "work on, through a group"
    assert "They keep access through a group; only taking them out of that group ends it." in request.risks
    assert await acme.api.user_roles(acme.project_id, await user_id(acme, DANA))


async def test_the_last_owner_is_pointed_out_and_a_policy_can_tell(acme: Company) -> None:
    stages = "[{name: platform, approvers: [{group: platform}]}]"
    rule = f"  - {{name: last, kinds: [remove_member], when: request.last_owner, stages: {stages}}}\n"
    acme.service.policy = policy_from_text(POLICY + rule, name="policy.yml")
    await join(acme, role="member")

    last, other = await ask(acme, PETRA), await ask(acme, DANA)

    assert (last.ruling.rule, last.risks) == ("last", ("Nobody else owns the project.",))
    assert (other.ruling.rule == "last", other.risks) == (False, ())


async def test_one_of_two_owners_is_not_the_last(acme: Company) -> None:
    await join(acme, role="owner")

    assert (await ask(acme, PETRA)).risks == ()


async def test_the_person_hears_of_it(acme: Company) -> None:
    request = await ask(acme, PETRA)

    assert "U_PETRA" in [each.payload.get("to") for each in await told(acme, request)]


# What the form refuses


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        pytest.param(OLIVIA, "owns the organisation", id="owner-of-the-organisation"),
        pytest.param(DANA, "is not a member of internal-qa, and not invited to it", id="not-there"),
        pytest.param(NEW, "is not a member of internal-qa, and not invited to it", id="not-invited"),
        pytest.param("dana@", "is not an e-mail address", id="no-address"),
    ],
)
async def test_who_cannot_be_taken_out_is_refused(acme: Company, who: str, sentence: str) -> None:
    assert sentence in (await refused(acme, "remove_member", values(acme, who)))["person"]


async def test_an_invite_to_several_projects_is_left_to_people(acme: Company) -> None:
    other = acme.local.add_project(name="other")
    await acme.api.create_invite(NEW, "reader", [(acme.project_id, "member"), (other.id, "member")])

    assert "several projects" in (await refused(acme, "remove_member", values(acme, NEW)))["person"]


async def test_an_invite_to_another_project_only_is_none_here(acme: Company) -> None:
    other = acme.local.add_project(name="other")
    await acme.api.create_invite(NEW, "reader", [(other.id, "member")])

    assert "not invited to it" in (await refused(acme, "remove_member", values(acme, NEW)))["person"]


async def test_nobody_leaves_the_default_project(acme: Company) -> None:
    project = acme.local.default_project.id

    assert list(await refused(acme, "remove_member", values(acme, project=project))) == ["project"]


async def test_an_archived_project_is_refused(acme: Company) -> None:
    await acme.api.archive_project(acme.project_id)

    assert list(await refused(acme, "remove_member", values(acme))) == ["project"]


# What it means for grants


async def test_the_end_of_a_grant_brings_nobody_back_who_was_removed(acme: Company) -> None:
    await join(acme)
    owner = {"project": acme.project_id, "person": DANA, "role": "owner", "until": SOON, "reason": "On call"}
    grant = await acme.carried_out(await acme.ask("member", owner), "pat")
    await removed(acme)
    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert DANA not in await places(acme)


# What fails, and what does not


async def test_a_project_archived_meanwhile_fails_in_openais_words(acme: Company) -> None:
    await join(acme)
    request = await acme.decide(await ask(acme), "pat")
    await acme.api.archive_project(acme.project_id)

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert "OpenAI said: Project internal-qa is archived" in failed.problem


async def test_who_left_or_was_taken_out_meanwhile_is_out(acme: Company) -> None:
    await join(acme)
    request = await acme.decide(await ask(acme), "pat")
    await leave(acme, DANA)

    assert (await acme.carried_out(request)).state is State.COMPLETED


async def test_who_became_an_owner_of_the_organisation_meanwhile_fails_and_can_be_tried_again(acme: Company) -> None:
    await join(acme)
    request = await acme.decide(await ask(acme), "pat")
    user = acme.local.people.get(await user_id(acme, DANA))
    acme.local.access.set_organization_role(user, "owner")

    failed = await acme.carried_out(request)
    assert failed.state is State.FAILED
    assert "OpenAI said: Organization owners cannot be removed from a project." in failed.problem

    acme.local.access.set_organization_role(user, "reader")
    await acme.service.retry(request.id, "U_PAT")
    assert (await acme.carried_out(request)).state is State.COMPLETED
    assert DANA not in await places(acme)


async def test_an_invite_that_came_to_cover_several_projects_fails_with_nothing_done(acme: Company) -> None:
    await acme.api.create_invite(NEW, "reader", [(acme.project_id, "member")])
    request = await acme.decide(await ask(acme, NEW), "pat")
    other = acme.local.add_project(name="other")
    await acme.api.create_invite(NEW, "reader", [(acme.project_id, "member"), (other.id, "member")])

    failed = await acme.carried_out(request)

    assert failed.state is State.FAILED
    assert "several projects" in failed.problem
    assert len(await promises(acme)) == 1
    assert len(await acme.api.invites()) == 2
