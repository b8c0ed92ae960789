"""Carrying out: exactly one effect, whatever goes wrong between here and OpenAI."""

import asyncio

import pytest

from tests.support.company import Company
from workflows.executor import Executor
from workflows.lifecycle import State
from workflows.model import StepState


async def test_an_approved_project_exists_with_its_people_models_and_limit(acme: Company) -> None:
    request = await acme.approved_project()

    await acme.executor.run_due()

    (made,) = await acme.made("support-assistant")
    members = {each.email: each.role for each in await acme.api.project_users(made.id)}
    permissions = await acme.api.model_permissions(made.id)
    limit = await acme.api.spend_limit(made.id)
    (invite,) = await acme.api.invites()
    assert await acme.state(request) is State.COMPLETED
    assert members["olivia@acme.example"] == "owner"
    assert members["dana@acme.example"] == "member"
    assert (invite.email, invite.project_ids) == ("new.hire@acme.example", (made.id,))
    assert permissions is not None
    assert permissions.model_ids == {"gpt-5-mini"}
    assert limit is not None
    assert limit.cents == 500_00


async def test_the_registry_knows_what_openai_has_no_field_for(acme: Company) -> None:
    request = await acme.approved_project(cost_centre="CC-1")
    await acme.executor.run_due()

    (made,) = await acme.made("support-assistant")
    async with acme.database.read() as work:
        project = await work.project(made.id)
    assert project is not None
    assert (project.cost_centre, project.environment, project.request_id) == ("CC-1", "production", request.id)
    assert (project.owners, project.limit) == (("olivia@acme.example",), 500_00)


async def test_a_raise_is_what_was_approved_and_shows_in_the_next_form(acme: Company) -> None:
    request = await acme.decide(await acme.ask_for_budget("800"), "petra")

    await acme.executor.run_due()

    limit = await acme.api.spend_limit(acme.project_id)
    assert limit is not None
    assert limit.cents == 800_00
    assert await acme.state(request) is State.COMPLETED
    assert (await acme.organization.project(acme.project_id)).limit == 800_00


async def test_a_restart_between_approval_and_execution_executes_exactly_once(acme: Company) -> None:
    request = await acme.approved_project()
    started_again = [
        Executor(api=acme.api, database=acme.database, kinds=acme.service.kinds, now=acme.clock) for _ in range(2)
    ]

    await asyncio.gather(*(each.run_due() for each in started_again))

    assert await acme.state(request) is State.COMPLETED
    assert len(await acme.made("support-assistant")) == 1
    assert await acme.calls("POST", "/organization/projects") == 1


async def test_nothing_runs_that_is_not_approved(acme: Company) -> None:
    await acme.ask_for_project()

    assert await acme.executor.run_due() == 0
    assert await acme.made("support-assistant") == []


CREATE = "/v1/organization/projects"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"fault": "server_error", "when": "before_commit"}, id="500-before"),
        pytest.param({"fault": "server_error", "when": "after_commit"}, id="500-after"),
        pytest.param({"fault": "cut", "when": "before_commit"}, id="cut-before"),
        pytest.param({"fault": "cut", "when": "after_commit"}, id="cut-after"),
        pytest.param({"fault": "rate_limited"}, id="429"),
        pytest.param({"fault": "not_found_after_create", "seconds": 3}, id="404-after-create"),
    ],
)
async def test_a_create_that_went_wrong_makes_one_project(acme: Company, fault: dict[str, object]) -> None:
    request = await acme.approved_project()
    await acme.fault(**fault, method="POST", path=CREATE)

    for _ in range(6):
        await acme.executor.run_due()
        acme.clock.advance(minutes=11)
        acme.local.clock.advance(660)

    assert await acme.state(request) is State.COMPLETED
    assert len(await acme.made("support-assistant")) == 1
    async with acme.database.read() as work:
        assert {each.state for each in await work.steps(request.id)} == {StepState.DONE}


async def test_a_cut_off_call_is_said_once_and_looked_at_before_it_is_repeated(acme: Company) -> None:
    request = await acme.approved_project()
    await acme.fault(fault="server_error", when="after_commit", method="POST", path=CREATE)

    await acme.executor.run_due()
    unconfirmed = await acme.request(request)
    acme.clock.advance(minutes=1)
    await acme.executor.run_due()

    assert unconfirmed.state is State.UNCONFIRMED
    assert unconfirmed.problem
    assert await acme.state(request) is State.COMPLETED
    assert await acme.calls("POST", "/organization/projects") == 1
    trail = await acme.trail(request)
    assert trail[trail.index("cut_off") + 1] == "looked"


async def test_openai_away_for_hours_loses_nothing(acme: Company) -> None:
    request = await acme.approved_project()
    await acme.fault(fault="server_error", status=503, count=None)
    for _ in range(20):
        await acme.executor.run_due()
        acme.clock.advance(minutes=15)
    assert await acme.state(request) is State.UNCONFIRMED
    await acme.fault(clear=True)

    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    assert len(await acme.made("support-assistant")) == 1


async def test_a_refusal_in_the_middle_fails_with_its_step_and_is_retried_from_there(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await acme.approved_project()
    monkeypatch.setattr(acme.local, "models", {})
    await acme.executor.run_due()
    failed = await acme.request(request)
    assert failed.state is State.FAILED
    assert "gpt-5-mini" in failed.problem
    assert len(await acme.made("support-assistant")) == 1

    monkeypatch.undo()
    await acme.service.retry(request.id, "U_OMAR")
    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    assert len(await acme.made("support-assistant")) == 1


async def test_a_name_that_was_taken_meanwhile_is_not_adopted(acme: Company) -> None:
    request = await acme.approved_project()
    acme.local.add_project(name="support-assistant")

    await acme.executor.run_due()

    failed = await acme.request(request)
    assert failed.state is State.FAILED
    assert "another name" in failed.problem
    assert len(await acme.made("support-assistant")) == 1


async def test_two_workers_carry_a_request_out_once(acme: Company) -> None:
    await acme.approved_project()

    await asyncio.gather(*(acme.executor.run_due() for _ in range(4)))

    assert await acme.calls("POST", "/organization/projects") == 1


async def test_a_key_never_is_in_the_database(acme: Company) -> None:
    await acme.approved_project()
    await acme.executor.run_due()

    async with acme.database.read() as work:
        entries = [each.data async for each in work.audit_entries()]
    assert not any(acme.local.admin_key in each or "sk-" in each for each in entries)
