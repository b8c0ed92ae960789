"""Carrying out, when the program, the organisation or the worker is no longer what it was at the approval."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.company import Company
from tests.support.databases import tried_on
from workflows.executor import Executor
from workflows.kind import Step
from workflows.kinds.budget import Budget
from workflows.kinds.new_project import NewProject
from workflows.lifecycle import State
from workflows.model import Request, StepState
from workflows.steps import set_limit
from workflows.store import tables

_database_url = tried_on("sqlite")
PROJECTS = "/v1/organization/projects"


async def approved_budget(acme: Company, limit: str = "800") -> Request:
    return await acme.decide(await acme.ask_for_budget(limit), "petra")


async def altered(acme: Company, request: Request, **columns: Any) -> None:
    """Give the stored request what another version of the program would have stored."""
    async with acme.database.begin() as work:
        statement = sa.update(tables.requests).where(tables.requests.c.id == request.id).values(**columns)
        await work.connection.execute(statement)


async def told(acme: Company, request: Request) -> list[str]:
    """Return the events that the requester is told of, in order."""
    outbox = tables.outbox
    query = sa.select(outbox.c.payload).where(outbox.c.request_id == request.id, outbox.c.role.startswith("direct"))
    async with acme.database.read() as work:
        rows = (await work.connection.execute(query.order_by(outbox.c.id))).scalars()
        return [each["event"] for each in rows]


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        pytest.param({"kind": "teleport"}, "no kind of request named teleport", id="kind-gone"),
        pytest.param({"params": {"project": "proj_1", "colour": "red"}}, "cannot read", id="fields-changed"),
        pytest.param({"params": {}}, "cannot read", id="no-params"),
    ],
)
async def test_what_this_version_cannot_read_fails_with_a_sentence_and_blocks_nothing(
    acme: Company, columns: dict[str, Any], word: str
) -> None:
    broken = await approved_budget(acme)
    await altered(acme, broken, **columns)
    other = await approved_budget(acme, "900")

    assert await acme.executor.run_due() == 2

    failed = await acme.request(broken)
    assert failed.state is State.FAILED
    assert word in failed.problem
    assert await told(acme, broken) == ["opened", "quorum_reached", "refused"]
    assert await acme.state(other) is State.COMPLETED


async def test_a_fault_of_ours_puts_off_is_told_once_and_heals(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    request = await approved_budget(acme)
    with monkeypatch.context() as broken:
        broken.setattr(Budget, "registered", lambda _self, receipts: receipts["bug"])
        for _ in range(3):
            await acme.executor.run_due()
            acme.clock.advance(minutes=11)

    assert (await acme.request(request)).problem == "Something went wrong on our side (KeyError)."
    assert (await told(acme, request)).count("cut_off") == 1
    await acme.executor.run_due()
    assert await acme.state(request) is State.COMPLETED
    assert await acme.calls("POST", "/spend_limit") == 2  # the company's own, and this one


async def test_a_step_that_a_new_version_puts_in_front_is_done_and_none_is_skipped(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await acme.approved_project()
    steps: Callable[[NewProject], Sequence[Step]] = NewProject.steps
    monkeypatch.setattr(acme.local, "models", {})
    await acme.executor.run_due()
    assert await acme.state(request) is State.FAILED
    monkeypatch.undo()

    def later(params: NewProject) -> Sequence[Step]:
        create, *rest = steps(params)
        return (create, replace(set_limit(77_00), name="first_limit"), *rest)

    monkeypatch.setattr(NewProject, "steps", later)
    await acme.service.retry(request.id, "U_OMAR")
    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    assert "first_limit" in (await acme.request(request)).receipt
    (made,) = await acme.made("support-assistant")
    assert (await acme.api.model_permissions(made.id)) is not None
    limit = await acme.api.spend_limit(made.id)
    assert limit is not None
    assert limit.cents == 500_00


async def test_two_steps_of_one_name_are_refused_before_anything_happens(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await approved_budget(acme)
    monkeypatch.setattr(Budget, "steps", lambda _self: (set_limit(1_00), set_limit(2_00)))

    await acme.executor.run_due()

    assert await acme.state(request) is State.FAILED
    assert "same name" in (await acme.request(request)).problem
    assert await acme.calls("POST", "/spend_limit") == 1


@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
async def test_a_project_that_somebody_makes_by_hand_while_ours_is_unclear_is_never_adopted(
    acme: Company, when: str
) -> None:
    request = await acme.approved_project()
    await acme.fault(fault="server_error", when=when, method="POST", path=PROJECTS)
    await acme.executor.run_due()
    assert await acme.state(request) is State.UNCONFIRMED
    foreign = acme.local.add_project(name="support-assistant")

    acme.clock.advance(minutes=11)
    await acme.executor.run_due()

    done = await acme.request(request)
    assert done.project_id != foreign.id
    assert await acme.api.spend_limit(foreign.id) is None
    assert done.state is (State.COMPLETED if when == "after_commit" else State.FAILED)


async def test_a_project_is_found_again_whatever_openai_did_to_its_name(acme: Company) -> None:
    request = await acme.approved_project(name=f"{'n' * 67} end")
    await acme.fault(fault="server_error", when="after_commit", method="POST", path=PROJECTS)
    await acme.executor.run_due()
    acme.clock.advance(minutes=11)
    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    assert await acme.calls("POST", "/organization/projects") == 1
    assert len(await acme.made(f"{'n' * 67} end")) == 1


async def test_a_project_archived_between_approval_and_execution_fails_with_a_sentence(acme: Company) -> None:
    request = await approved_budget(acme)
    await acme.api.archive_project(acme.project_id)

    await acme.executor.run_due()

    failed = await acme.request(request)
    assert failed.state is State.FAILED
    assert failed.problem.startswith("Set the monthly limit to $800: ")


async def test_what_was_approved_runs_though_the_limit_and_the_policy_moved_meanwhile(acme: Company) -> None:
    request = await approved_budget(acme)
    await acme.api.set_spend_limit(acme.project_id, 650_00)

    await acme.executor.run_due()

    limit = await acme.api.spend_limit(acme.project_id)
    assert limit is not None
    assert limit.cents == 800_00
    async with acme.database.read() as work:
        proofs = {each.action: json.loads(each.data) for each in await work.trail(request.id)}
    assert proofs["step_intended"]["before"] == {"limit": 650_00}
    assert proofs["step_done"]["receipt"] == {"limit": 800_00}
    assert proofs["succeeded"]["changes"][0] == ["Monthly limit", "$500", "$800"]


async def test_a_refused_step_is_proven_with_its_reason(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    request = await acme.approved_project()
    monkeypatch.setattr(acme.local, "models", {})

    await acme.executor.run_due()

    async with acme.database.read() as work:
        (proof,) = [json.loads(each.data) for each in await work.trail(request.id) if each.action == "step_refused"]
    assert proof["step"] == "allow_models"
    assert "gpt-5-mini" in proof["problem"]


async def test_a_request_whose_worker_died_is_taken_over_and_still_tells_its_first_trouble(acme: Company) -> None:
    request = await approved_budget(acme)
    async with acme.database.begin() as work:
        claimed = await work.claimable(acme.clock())
        assert claimed is not None
        executing = replace(claimed, state=State.EXECUTING, attempts=1)
        await work.save(executing, acme.clock(), holder="dead", lease=timedelta(seconds=60))
    assert await acme.executor.run_due() == 0
    await acme.fault(fault="server_error", status=503, count=None)
    acme.clock.advance(seconds=61)

    await acme.executor.run_due()

    assert await acme.state(request) is State.UNCONFIRMED
    assert (await told(acme, request))[-1] == "cut_off"


async def test_a_worker_that_lost_its_claim_writes_nothing_more(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    request = await approved_budget(acme)
    steps = Budget.steps
    reached, gate = asyncio.Event(), asyncio.Event()

    def held(params: Budget) -> Sequence[Step]:
        (step,) = steps(params)

        async def act(work: Any) -> None:
            reached.set()
            await gate.wait()
            await step.act(work)

        return (replace(step, act=act),)

    monkeypatch.setattr(Budget, "steps", held)
    slow = asyncio.create_task(acme.executor.run_due())
    await reached.wait()
    acme.clock.advance(seconds=61)
    monkeypatch.undo()
    await acme.executor.run_due()
    before = await acme.trail(request)
    gate.set()
    await slow

    assert await acme.state(request) is State.COMPLETED
    assert await acme.trail(request) == before
    assert before.count("succeeded") == 1


async def test_a_cancel_and_a_claim_at_the_same_moment_have_one_winner(acme: Company) -> None:
    request = await approved_budget(acme)

    await asyncio.gather(acme.service.cancel(request.id, "U_DANA"), acme.executor.run_due(), return_exceptions=True)

    state, limit = await acme.state(request), await acme.api.spend_limit(acme.project_id)
    assert limit is not None
    assert (state, limit.cents) in {(State.CANCELLED, 500_00), (State.COMPLETED, 800_00)}


async def test_a_worker_told_to_stop_leaves_work_that_the_next_one_ends(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await approved_budget(acme)
    reached = asyncio.Event()
    steps = Budget.steps

    def held(params: Budget) -> Sequence[Step]:
        async def act(_work: Any) -> None:
            reached.set()
            await asyncio.Event().wait()

        return tuple(replace(step, act=act) for step in steps(params))

    monkeypatch.setattr(Budget, "steps", held)
    worker = asyncio.create_task(acme.executor.run_due())
    await reached.wait()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    monkeypatch.undo()
    acme.clock.advance(seconds=61)
    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    async with acme.database.read() as work:
        assert [each.state for each in await work.steps(request.id)] == [StepState.DONE]


async def test_a_heartbeat_keeps_a_long_piece_of_work_with_its_worker(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await approved_budget(acme)
    executor = Executor(
        api=acme.api, database=acme.database, kinds=acme.service.kinds, now=acme.clock, lease=timedelta(seconds=0.06)
    )
    steps = Budget.steps

    def slow(params: Budget) -> Sequence[Step]:
        (step,) = steps(params)

        async def act(work: Any) -> None:
            before = await _lease(acme, request)
            acme.clock.advance(seconds=1)
            async with asyncio.timeout(10):
                while True:
                    if await _lease(acme, request) > before:
                        break
                    await asyncio.sleep(0.01)
            await step.act(work)

        return (replace(step, act=act),)

    monkeypatch.setattr(Budget, "steps", slow)
    await executor.run_due()

    assert await acme.state(request) is State.COMPLETED


async def _lease(acme: Company, request: Request) -> Any:
    async with acme.database.read() as work:
        query = sa.select(tables.requests.c.lease_until).where(tables.requests.c.id == request.id)
        return (await work.connection.execute(query)).scalar_one()
