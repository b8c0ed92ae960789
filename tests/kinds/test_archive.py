"""A project is archived: what will be lost, what is refused, what happens to it, what fails."""

from typing import Any

import pytest

from tests.support.access import DANA, PETRA, user_id, without_access
from tests.support.company import POLICY, Company
from tests.support.grants import SOON, after, refused, told
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text

FINAL = "This is final: OpenAI has no way back. Every key, service account and access ends with it."


def values(acme: Company, **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "confirm_name": "internal-qa", "reason": "Nobody needs it"} | changes


async def ask(acme: Company, **changes: Any) -> Request:
    return await acme.ask("archive", values(acme, **changes))


async def archived(acme: Company) -> Request:
    return await acme.carried_out(await ask(acme), "pat")


def line(request: Request, label: str) -> tuple[str, str]:
    return next((each.now, each.proposed) for each in request.changes if each.label == label)


async def test_the_project_is_archived_and_nobody_is_offered_it_any_more(acme: Company) -> None:
    request = await archived(acme)

    assert request.state is State.COMPLETED
    assert request.title == "Archive internal-qa"
    assert (await acme.api.project(acme.project_id)).archived
    found = await acme.organization.search_projects("internal", 9)
    assert [each for each in found if not each.archived] == []


async def test_the_card_shows_everything_that_will_be_lost(acme: Company) -> None:
    account = await acme.api.create_service_account(acme.project_id, "support-bot")
    await acme.api.create_key(acme.project_id, account.id, name="nightly")
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, spent=12_00, spent_at=acme.clock())
    grant = await acme.ask_for_budget(until=SOON)
    await acme.carried_out(grant, "petra")

    request = await ask(acme)

    keys, _ = line(request, "Keys")
    assert keys.startswith("nightly (")
    assert keys.endswith("last used never")
    assert line(request, "Service accounts") == ("support-bot", "end")
    assert line(request, "Members") == (PETRA, "end")
    assert line(request, "Given for a time") == ("1", "end")
    assert line(request, "Spent this month") == ("$12", "nothing more")
    assert request.risks == (FINAL,)


async def test_what_ended_with_it_is_in_the_proof(acme: Company) -> None:
    account = await acme.api.create_service_account(acme.project_id, "support-bot")
    key = await acme.api.create_key(acme.project_id, account.id, name="nightly")

    request = await archived(acme)

    (step,) = (await acme.service.dossier(request.id)).steps
    assert step.before == {"members": [PETRA], "service_accounts": ["support-bot"], "keys": [key.id]}


async def test_whoever_owns_it_or_has_a_key_there_hears_of_it(acme: Company) -> None:
    await acme.api.add_project_user(acme.project_id, user_id=await user_id(acme, "pat@acme.example"), role="member")
    acme.local.add_user_key(acme.project_id, await user_id(acme, "pat@acme.example"), "laptop")

    request = await ask(acme)

    assert {"U_PETRA", "U_PAT"} <= {each.payload.get("to") for each in await told(acme, request)}


async def test_a_policy_can_ask_two_people_for_it(acme: Company) -> None:
    stages = "[{name: owners, approvers: [project_owners, organization_owners], quorum: 2}]"
    rule = f"  - {{name: archive, kinds: [archive], when: request.members > 0, stages: {stages}}}\n"
    acme.service.policy = policy_from_text(POLICY + rule, name="policy.yml")

    request = await acme.decide(await ask(acme), "petra")

    assert request.state is State.PENDING
    assert (await acme.carried_out(request, "olivia")).state is State.COMPLETED


# What the form refuses


@pytest.mark.parametrize("typed", ["Internal-QA", "internal", "internal-qa-2", "internal\u2011qa"])
async def test_another_name_than_its_own_archives_nothing(acme: Company, typed: str) -> None:
    said = await refused(acme, "archive", values(acme, confirm_name=typed))

    assert said == {"confirm_name": "This is not its name. Type internal-qa to archive it."}


async def test_the_name_must_be_typed_at_all(acme: Company) -> None:
    assert await refused(acme, "archive", values(acme, confirm_name=" ")) == {"confirm_name": "Please fill this in."}


async def test_the_default_project_is_refused(acme: Company) -> None:
    project = acme.local.default_project

    said = await refused(acme, "archive", values(acme, project=project.id, confirm_name=project.name))

    assert said == {"project": "The Default project cannot be archived. Choose another."}


async def test_what_is_archived_already_is_refused(acme: Company) -> None:
    await acme.api.archive_project(acme.project_id)

    said = await refused(acme, "archive", values(acme))

    assert said == {"project": "This project does not exist any more. Choose another."}


# What happens besides


async def test_two_requests_for_the_same_archive_it_once(acme: Company) -> None:
    first, second = await ask(acme), await ask(acme)
    await acme.decide(first, "pat")

    assert (await acme.carried_out(second, "pat")).state is State.COMPLETED
    assert await acme.state(first) is State.COMPLETED
    assert await acme.calls("POST", "/archive") == 1


async def test_grants_in_it_end_quietly_when_their_time_is_over(acme: Company) -> None:
    grant = await acme.carried_out(await acme.ask_for_budget(until=SOON), "petra")
    await archived(acme)
    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED


async def test_what_was_approved_in_it_fails_in_openais_words(acme: Company) -> None:
    late = await acme.decide(
        await acme.ask("member", {"project": acme.project_id, "person": DANA, "role": "member", "reason": "Late"}),
        "pat",
    )
    await acme.api.archive_project(acme.project_id)

    failed = await acme.carried_out(late)

    assert failed.state is State.FAILED
    assert "OpenAI said: Project internal-qa is archived" in failed.problem


async def test_a_refused_archive_can_be_tried_again(acme: Company) -> None:
    request = await acme.decide(await ask(acme), "pat")
    async with without_access(acme):
        failed = await acme.carried_out(request)
    assert failed.state is State.FAILED
    assert "OpenAI said" in failed.problem
    assert not (await acme.api.project(acme.project_id)).archived

    await acme.service.retry(request.id, "U_PAT")
    done = await acme.carried_out(request)

    assert done.state is State.COMPLETED
    (step,) = (await acme.service.dossier(request.id)).steps
    assert step.before["members"] == [PETRA]
