"""Somebody's place or role in a project: asked for, decided, carried out and read back; and what the form refuses."""

import pytest

from tests.support.access import DANA, MEMBER, NEW, OLIVIA, PETRA, VIEWER, custom_role, places, promises, roles
from tests.support.company import POLICY, Company
from tests.support.grants import LATER, SOON, after, refused, told
from tests.support.membership import ask, given, values
from tests.support.people import person
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text


def lines(request: Request) -> list[tuple[str, str, str]]:
    return [(each.label, each.now, each.proposed) for each in request.changes]


@pytest.mark.parametrize("role", ["owner", "member"])
async def test_somebody_of_the_organisation_is_taken_in(acme: Company, role: str) -> None:
    request = await given(acme, role=role)

    assert request.state is State.COMPLETED
    assert request.title == f"Make {DANA} {role} of internal-qa"
    assert lines(request) == [("Place in the project", "not in it", role)]
    assert (await places(acme))[DANA] == role


@pytest.mark.parametrize(
    ("now", "asked", "risk"),
    [
        pytest.param("member", "owner", "An owner manages", id="up"),
        pytest.param("owner", "member", "They have less than before.", id="down"),
    ],
)
async def test_a_member_is_given_the_other_place(acme: Company, now: str, asked: str, risk: str) -> None:
    await given(acme, role=now)

    request = await given(acme, role=asked)

    assert lines(request) == [("Place in the project", now, asked)]
    assert [each for each in request.risks if each.startswith(risk)]
    assert (await places(acme))[DANA] == asked


async def test_who_is_not_in_the_organisation_is_invited_and_the_card_says_so(acme: Company) -> None:
    request = await given(acme, NEW)

    assert request.state is State.COMPLETED
    assert lines(request)[1] == ("OpenAI organisation", "not in it", "invited")
    assert await promises(acme) == {NEW: ["member"]}


async def test_an_accepted_invite_leads_to_the_place_that_was_asked_for(acme: Company) -> None:
    await given(acme, NEW)
    (invite,) = await acme.api.invites()
    acme.local.accept_invite(invite.id)

    assert (await places(acme))[NEW] == "member"


@pytest.mark.parametrize("role", ["viewer", VIEWER])
async def test_a_viewer_is_given_the_role_besides_and_no_place(acme: Company, role: str) -> None:
    request = await given(acme, role=role)

    assert request.state is State.COMPLETED
    assert request.title == f"Give {DANA} the role viewer in internal-qa"
    assert lines(request) == [("Roles", "none", "viewer")]
    assert await roles(acme, DANA) == {VIEWER}


async def test_a_custom_role_is_given_besides_the_place_and_goes_by_its_name(acme: Company) -> None:
    role_id = await custom_role(acme, "auditor")
    await given(acme)

    request = await given(acme, role=role_id)

    assert request.title == f"Give {DANA} the role auditor in internal-qa"
    assert lines(request) == [("Roles", "member", "member, auditor")]
    assert await roles(acme, DANA) == {MEMBER, role_id}


@pytest.mark.parametrize("role_ids", ["scoped", "alias"])
async def test_a_role_is_known_by_whatever_id_openai_answers(acme: Company, role_ids: str) -> None:
    acme.local.change_settings({"role_ids": role_ids})
    scoped = f"{VIEWER}__api-project__{acme.project_id}"

    request = await given(acme, role=scoped, until=SOON)
    assert request.params["role"] == "viewer"
    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert DANA not in await places(acme)


async def test_the_person_hears_of_it(acme: Company) -> None:
    request = await ask(acme, PETRA, "member")

    assert "U_PETRA" in [each.payload.get("to") for each in await told(acme, request)]


@pytest.mark.parametrize(
    ("role", "owner_role"),
    [("owner", True), ("member", False), ("viewer", False), ("auditor", False), ("keeper", True)],
)
async def test_a_policy_tells_roles_that_own_from_others(acme: Company, role: str, *, owner_role: bool) -> None:
    ids = {
        "auditor": await custom_role(acme, "auditor"),
        "keeper": await custom_role(acme, "keeper", "api.organization.projects.api_keys.write"),
    }
    stages = "[{name: platform, approvers: [{group: platform}]}]"
    rule = f"  - {{name: owners, kinds: [member], when: request.owner_role, stages: {stages}}}\n"
    acme.service.policy = policy_from_text(POLICY + rule, name="policy.yml")

    request = await ask(acme, role=ids.get(role, role))

    assert (request.ruling.rule == "owners") is owner_role


# What the form refuses


async def test_what_somebody_has_for_good_is_not_asked_for_again(acme: Company) -> None:
    await given(acme)
    await given(acme, role="viewer")

    for role in ("member", "viewer"):
        said = {"role": f"{DANA} has this role already."}
        assert await refused(acme, "member", values(acme, role=role)) == said
        assert await refused(acme, "member", values(acme, role=role, until=SOON)) == said


async def test_an_invite_that_waits_counts_as_the_place_that_it_promises(acme: Company) -> None:
    await given(acme, NEW)

    assert await refused(acme, "member", values(acme, NEW)) == {"role": f"{NEW} has this role already."}


async def test_what_is_given_for_a_time_may_be_asked_for_longer_but_not_for_less(acme: Company) -> None:
    await given(acme, until=LATER)

    assert "2026-12-14 already" in (await refused(acme, "member", values(acme, until=SOON)))["until"]
    assert (await given(acme)).state is State.COMPLETED


@pytest.mark.parametrize(
    ("who", "role", "until", "sentence"),
    [
        pytest.param(OLIVIA, "member", "", "owns the organisation", id="less"),
        pytest.param(OLIVIA, "viewer", "", "owns the organisation", id="besides"),
        pytest.param(OLIVIA, "owner", SOON, "owns the organisation", id="for-a-time"),
        pytest.param("dana@", "member", "", "is not an e-mail address", id="no-address"),
        pytest.param("dan\u0430@acme.example", "member", "", "is not an e-mail address", id="lookalike"),
        pytest.param(NEW, "owner", "", "Nobody in this workspace", id="owner-from-elsewhere"),
    ],
)
async def test_a_person_who_cannot_be_given_this_is_refused(
    acme: Company, who: str, role: str, until: str, sentence: str
) -> None:
    assert sentence in (await refused(acme, "member", values(acme, who, role, until=until)))["person"]


async def test_an_owner_of_the_organisation_can_be_made_an_owner_of_a_project_for_good(acme: Company) -> None:
    await given(acme, OLIVIA, "owner")

    assert (await places(acme))[OLIVIA] == "owner"
    assert "person" in await refused(acme, "member", values(acme, OLIVIA, "member"))


async def test_an_address_of_another_company_is_refused(acme: Company) -> None:
    text = POLICY.replace("version: 1", "version: 1\nemail_domains: [acme.example]")
    acme.service.policy = policy_from_text(text, name="policy.yml")

    said = await refused(acme, "member", values(acme, "eve@evil.example"))

    assert said == {"person": "eve@evil.example is not an address of acme.example."}


async def test_two_people_with_one_address_are_told_apart_first(acme: Company) -> None:
    acme.people.everybody["double"] = person("fay")

    assert "Two people here" in (await refused(acme, "member", values(acme, "fay@acme.example")))["person"]


@pytest.mark.parametrize(
    ("who", "role", "sentence"),
    [
        pytest.param(DANA, "role_gone", "no such role", id="no-role"),
        pytest.param(NEW, "viewer", "not in the OpenAI organisation yet", id="outside"),
    ],
)
async def test_a_role_that_cannot_be_given_is_refused(acme: Company, who: str, role: str, sentence: str) -> None:
    assert sentence in (await refused(acme, "member", values(acme, who, role)))["role"]


async def test_the_default_project_takes_nobody(acme: Company) -> None:
    project = acme.local.default_project.id

    assert list(await refused(acme, "member", values(acme, project=project))) == ["project"]


async def test_a_last_day_that_is_over_is_refused(acme: Company) -> None:
    assert list(await refused(acme, "member", values(acme, until="2026-11-22"))) == ["until"]


async def test_an_archived_project_is_refused(acme: Company) -> None:
    await acme.api.archive_project(acme.project_id)

    assert list(await refused(acme, "member", values(acme))) == ["project"]


async def test_an_invite_to_several_projects_is_left_to_people(acme: Company) -> None:
    other = acme.local.add_project(name="other")
    await acme.api.create_invite(NEW, "reader", [(acme.project_id, "owner"), (other.id, "member")])

    assert "several projects" in (await refused(acme, "member", values(acme, NEW)))["person"]
