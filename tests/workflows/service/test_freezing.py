"""A freeze: decisions are taken, nothing is carried out anywhere, every card says so, and nothing is lost."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from tests.support.company import Company
from tests.support.keys import begin, claim_of, keys, offered_key, take
from workflows.errors import Frozen, NotAllowed, Refusal, UnknownPerson
from workflows.kind import Step, Work
from workflows.kinds.new_project import NewProject
from workflows.lifecycle import State
from workflows.model import ClaimState, OutboxTopic, StepState, Verdict
from workflows.store import tables

WHY = "Somebody took an admin's laptop."


async def freeze(acme: Company, who: str = "pat", reason: str = WHY) -> None:
    await acme.service.freeze(acme.people.everybody[who].id, reason)


async def unfreeze(acme: Company, who: str = "pat") -> None:
    await acme.service.unfreeze(acme.people.everybody[who].id)


async def overwritten(acme: Company, cents: int) -> None:
    """Have a spend alert overwrite the project's limit, as OpenAI was seen to do."""
    await acme.fault(fault="alert_overwrites_limit", method="POST", count=None)
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        url = f"{acme.url}/v1/organization/projects/{acme.project_id}/spend_alerts"
        recipients = {"type": "email", "recipients": ["fay@acme.example"]}
        body = {"threshold_amount": cents, "currency": "USD", "interval": "month", "notification_channel": recipients}
        (await client.post(url, json=body)).raise_for_status()


async def limit(acme: Company) -> int:
    """Return the project's limit at OpenAI, in cents."""
    found = await acme.api.spend_limit(acme.project_id)
    assert found is not None
    return found.cents


async def proofs(acme: Company) -> list[str]:
    async with acme.database.read() as work:
        query = sa.select(tables.audit_entries.c.action).where(tables.audit_entries.c.action.like("%fr%"))
        return list((await work.connection.execute(query.order_by(tables.audit_entries.c.seq))).scalars())


async def redraws(acme: Company) -> set[str]:
    """Return the requests whose cards wait to be redrawn by an order that was given last."""
    outbox, requests = tables.outbox, tables.requests
    latest = "v" + sa.cast(requests.c.version, sa.Text)
    query = sa.select(outbox.c.request_id).join(
        requests, sa.and_(requests.c.id == outbox.c.request_id, outbox.c.role == latest)
    )
    async with acme.database.read() as work:
        found = await work.connection.execute(query.where(outbox.c.topic == OutboxTopic.REDRAW.value))
        return set(found.scalars())


async def test_decisions_are_taken_in_a_freeze_and_carried_out_after_it(acme: Company) -> None:
    request = await acme.ask_for_budget()
    before = await acme.api.spend_limit(acme.project_id)
    await freeze(acme)

    assert await acme.state(await acme.carried_out(request, "petra")) is State.APPROVED
    assert await acme.api.spend_limit(acme.project_id) == before
    later = await acme.ask_for_budget("900")
    assert later.state is State.PENDING

    await unfreeze(acme)
    await acme.executor.run_due()
    assert await acme.state(request) is State.COMPLETED
    assert await proofs(acme) == ["frozen", "unfrozen"]


async def test_a_bundle_halts_between_two_steps_and_goes_on_with_the_next(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await acme.approved_project()
    steps: Callable[[NewProject], Sequence[Step]] = NewProject.steps

    def freezing_meanwhile(params: NewProject) -> Sequence[Step]:
        first, *rest = steps(params)

        async def act(scene: Work) -> None:
            await first.act(scene)
            await freeze(acme)

        return (replace(first, act=act), *rest)

    with monkeypatch.context() as patch:
        patch.setattr(NewProject, "steps", freezing_meanwhile)
        await acme.executor.run_due()

    halted = await acme.service.dossier(request.id)
    assert halted.request.state is State.EXECUTING
    assert halted.frozen is not None
    assert [each.state for each in halted.steps].count(StepState.DONE) == 1
    assert request.id in await redraws(acme)
    assert await acme.executor.run_due() == 0

    await unfreeze(acme)
    acme.clock.advance(seconds=1)
    await acme.executor.run_due()
    assert await acme.state(request) is State.COMPLETED
    assert len(await acme.made("support-assistant")) == 1
    assert (await acme.trail(request)).count("claimed") == 1


async def test_a_grant_that_ends_in_a_freeze_is_taken_back_after_it(acme: Company) -> None:
    until = (acme.clock() + timedelta(days=1)).date().isoformat()
    request = await acme.carried_out(await acme.ask_for_budget(until=until), "petra")
    await freeze(acme)
    acme.pass_time(days=3)
    await acme.service.end_due()
    await acme.executor.run_due()
    assert await acme.state(request) is State.REVERTING
    assert (await acme.service.dossier(request.id)).frozen is not None

    await unfreeze(acme)
    await acme.executor.run_due()
    assert await acme.state(request) is State.REVERTED


async def test_an_overwritten_limit_waits_for_the_end_of_the_freeze(acme: Company) -> None:
    await acme.carried_out(await acme.ask_for_budget("200"), "petra")
    await overwritten(acme, 160_00)
    await freeze(acme)
    await acme.guard.run_due()
    assert await limit(acme) == 160_00

    await unfreeze(acme)
    await acme.guard.run_due()
    assert await limit(acme) == 200_00


async def test_no_key_is_made_in_a_freeze(acme: Company) -> None:
    request = await offered_key(acme)
    await freeze(acme)

    with pytest.raises(Frozen, match="laptop"):
        await begin(acme, request)
    assert not await keys(acme)
    assert "claim_refused" in await acme.trail(request)

    await unfreeze(acme)
    assert await take(acme, request)


async def test_a_key_that_nobody_saw_is_revoked_in_a_freeze_and_no_offer_lapses(acme: Company) -> None:
    unseen, waiting = await offered_key(acme), await offered_key(acme)
    attempt = await begin(acme, unseen)
    await acme.service.mint(attempt)
    await acme.service.unshown(attempt, "The dialog was closed.", doubtful=False)
    await freeze(acme)
    acme.pass_time(days=30)

    await acme.custodian.run_due()

    assert not await keys(acme)
    assert (await claim_of(acme, waiting)).state is ClaimState.OPEN


async def test_every_card_that_waits_is_redrawn_and_says_so_and_those_that_ended_are_not(acme: Company) -> None:
    ended = await acme.decide(await acme.ask_for_budget(), "petra", Verdict.DENY, "No")
    pending, approved = await acme.ask_for_budget("900"), await acme.approved_project()
    await freeze(acme)

    assert await redraws(acme) >= {pending.id, approved.id}
    assert (await acme.service.dossier(ended.id)).frozen is None
    for each in (pending, approved):
        told = (await acme.service.dossier(each.id)).frozen
        assert told is not None
        assert (told.by.name, told.reason) == ("Pat", WHY)
    await unfreeze(acme)
    assert await redraws(acme) >= {pending.id, approved.id}
    assert (await acme.service.dossier(pending.id)).frozen is None


async def test_only_an_administrator_freezes_and_every_attempt_is_written_down(acme: Company) -> None:
    for who in ("dana", "petra", "olivia"):
        with pytest.raises(NotAllowed, match="administrators"):
            await freeze(acme, who)
    with pytest.raises(UnknownPerson):
        await acme.service.freeze("U_NOBODY", WHY)
    await freeze(acme)
    with pytest.raises(NotAllowed):
        await unfreeze(acme, "dana")

    assert await acme.service.frozen() is not None
    assert await proofs(acme) == ["freeze_refused"] * 4 + ["frozen", "unfreeze_refused"]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        pytest.param("  ", "Say why", id="none"),
        pytest.param("a" * 501, "at most 500 characters; this has 501", id="long"),
        pytest.param("because of sk-proj-" + "a1B2" * 10, "secret key", id="secret"),
        pytest.param("a\x00b", "cannot be stored", id="nul"),
    ],
)
async def test_a_reason_that_cannot_be_kept_freezes_nothing(acme: Company, reason: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        await freeze(acme, reason=reason)

    assert await acme.service.frozen() is None


async def test_of_two_at_once_one_freezes_and_the_other_hears_of_it(acme: Company) -> None:
    results = await asyncio.gather(freeze(acme), freeze(acme), return_exceptions=True)

    assert sorted(type(each).__name__ for each in results) == ["NoneType", "Refusal"]
    assert await proofs(acme) == ["frozen"]
    with pytest.raises(Refusal, match="frozen already, by Pat: Somebody took"):
        await freeze(acme, reason="")
    await unfreeze(acme)
    with pytest.raises(Refusal, match="Nothing is frozen"):
        await unfreeze(acme)
    await freeze(acme)
    assert await proofs(acme) == ["frozen", "unfrozen", "frozen"]
