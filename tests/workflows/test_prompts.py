"""PromptLayer beside the rest: an alert's prompts, a project's folder once, and nothing that waits for either."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from tests.support.company import Company
from tests.support.promptlayer import KEY, PromptLayerStandIn, promptlayer
from tests.workflows.budgets.watching import later, never_read, proofs, spend, told
from workflows.errors import PromptLayerRefused, PromptLayerUnclear
from workflows.model import OutboxTopic, PromptCost
from workflows.promptlayer import PromptLayer
from workflows.prompts import AGAIN, Prompts


@pytest.fixture(name="standin")
async def _standin() -> AsyncIterator[PromptLayerStandIn]:
    async with promptlayer() as stands:
        yield stands


@pytest.fixture(name="layer")
async def _layer(standin: PromptLayerStandIn) -> AsyncIterator[PromptLayer]:
    async with PromptLayer(base_url=standin.url, key=SecretStr(KEY), timeout=2.0) as client:
        yield client


@pytest.fixture(name="prompts")
def _prompts(acme: Company, layer: PromptLayer) -> Prompts:
    return Prompts(promptlayer=layer, database=acme.database, now=acme.clock)


async def warned(acme: Company) -> str:
    """Have the project reach 82% of its limit; returns the alert's id."""
    await never_read(acme)
    spend(acme, 410)
    await later(acme)
    return (await told(acme.database))[0].id


async def ordered(acme: Company, role: str) -> int:
    """Return how many messages of this role the alerts' channel waits for."""
    async with acme.database.begin() as work:
        found = 0
        while entries := await work.claim_outbox(acme.clock(), timedelta(minutes=1), 1):
            for each in entries:
                found += (each.topic, each.role) == (OutboxTopic.ALERT, role)
                await work.settle_outbox(each.id, acme.clock())
        return found


async def test_an_alert_gets_the_costliest_prompts_of_its_project_and_month_and_is_drawn_anew(
    acme: Company, standin: PromptLayerStandIn, prompts: Prompts
) -> None:
    now, last_month = acme.clock(), acme.clock() - timedelta(days=40)
    standin.names = {"7": "support/answer", "8": "triage"}
    for project, prompt, cost, at in [
        (acme.project_id, "7", 80.5, now),
        (acme.project_id, "7", 19.5, now),
        (acme.project_id, "8", 12, now),
        (acme.project_id, "9", 3, now),
        (acme.project_id, "10", 1, now),
        (acme.project_id, None, 500, now),
        (acme.project_id, "8", 900, last_month),
        ("proj_other", "8", 900, now),
    ]:
        standin.log(project, prompt, cost, at)
    alert_id = await warned(acme)

    await prompts.run_due()
    await prompts.run_due()

    expected = [("support/answer", 100_00), ("triage", 12_00), ("prompt 9", 3_00)]
    dossier = await acme.budgets.dossier(alert_id)
    assert dossier.prompts == tuple(PromptCost(name=name, cents=cents) for name, cents in expected)
    assert dossier.alert.spent == 410_00, "Never the budget's figure."
    assert await ordered(acme, f"{alert_id}:prompts") == 1
    assert len(standin.heard) == 1


@pytest.mark.parametrize("status", [401, 500, 429])
async def test_while_promptlayer_answers_no_the_alert_is_told_and_the_prompts_follow(
    acme: Company, standin: PromptLayerStandIn, prompts: Prompts, status: int
) -> None:
    standin.status = status
    standin.log(acme.project_id, "7", 80, acme.clock())
    alert_id = await warned(acme)

    for _ in range(5):
        await prompts.run_due()

    assert await ordered(acme, alert_id) == 1
    assert len(standin.heard) == 1, "It is left alone for a while."
    standin.status = None
    acme.clock.advance(seconds=AGAIN.total_seconds())
    await prompts.run_due()
    assert (await acme.budgets.dossier(alert_id)).prompts == (PromptCost(name="prompt 7", cents=80_00),)


async def completed(acme: Company, **changes: str) -> str:
    """Have a project approved and made; returns its id."""
    return (await acme.carried_out(await acme.approved_project(**changes))).project_id


async def test_an_approved_project_gets_its_folder_once(
    acme: Company, standin: PromptLayerStandIn, prompts: Prompts, layer: PromptLayer
) -> None:
    project_id = await completed(acme)

    for each in (prompts, prompts, Prompts(promptlayer=layer, database=acme.database, now=acme.clock)):
        await each.run_due()

    (folder,) = standin.folders
    assert folder["name"] == "support-assistant"
    assert folder["external_ids"] == [{"source": "openai", "external_id": project_id}]
    (proof,) = await proofs(acme.database, "folder_made")
    assert proof == {"source": "openai", "folder": "1"}


async def test_a_folder_whose_making_was_cut_off_is_found_and_not_made_twice(
    acme: Company, standin: PromptLayerStandIn, prompts: Prompts
) -> None:
    await completed(acme)
    standin.lost = True
    await prompts.run_due()
    acme.clock.advance(seconds=AGAIN.total_seconds())

    await prompts.run_due()

    assert len(standin.folders) == 1
    assert len(await proofs(acme.database, "folder_made")) == 1


async def test_a_folder_of_that_name_that_is_somebody_elses_is_left_alone(
    acme: Company, standin: PromptLayerStandIn, prompts: Prompts
) -> None:
    standin.folders.append({"id": 1, "name": "support-assistant", "external_ids": []})
    project_id = await completed(acme)

    await prompts.run_due()

    assert [each["name"] for each in standin.folders][1] == f"support-assistant ({project_id})"


async def test_one_folder_that_is_refused_is_written_down_once_and_the_request_stays_done(
    acme: Company, standin: PromptLayerStandIn, prompts: Prompts
) -> None:
    request = await acme.carried_out(await acme.approved_project())
    standin.status = 422

    for _ in range(3):
        await prompts.run_due()
        acme.clock.advance(seconds=2 * AGAIN.total_seconds())

    assert (await acme.state(request)) == request.state
    assert len(await proofs(acme.database, "folder_not_made")) == 1


async def test_the_key_stands_in_no_error(standin: PromptLayerStandIn) -> None:
    async with PromptLayer(base_url=standin.url, key=SecretStr("pl_wrong"), timeout=2.0) as client:
        with pytest.raises(PromptLayerRefused) as refused:
            await client.folder_of("proj_1")
    async with PromptLayer(base_url="http://127.0.0.1:9", key=SecretStr("pl_wrong"), timeout=2.0) as client:
        with pytest.raises(PromptLayerUnclear) as unclear:
            await client.folder_of("proj_1")

    for error in (refused.value, unclear.value):
        assert (error.__context__, error.__cause__) == (None, None)
        assert "pl_wrong" not in str(error)
