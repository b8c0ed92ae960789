"""What was asked for can be changed until somebody decided; nobody approves what they did not see."""

import pytest
import sqlalchemy as sa

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_escalating import told
from tests.workflows.service.test_handing_over import awaited, proofs
from tests.workflows.service.test_restraint import decree
from workflows.errors import Conflict, InvalidFields, NotAllowed
from workflows.lifecycle import State
from workflows.model import Reference, Request, Verdict
from workflows.policy import policy_from_text
from workflows.store import tables

_database_url = tried_on("sqlite")


async def edit(acme: Company, request: Request, who: str = "dana", **changes: str) -> Request:
    """Change a request's form in these fields."""
    person = acme.people.everybody[who].id
    _, values = await acme.service.editable(request.id, person)
    return await acme.service.edit(request.id, {**values, **changes}, person, revision=request.revision)


async def limit_of(acme: Company) -> int | None:
    """Return the project's limit at OpenAI, in cents."""
    found = await acme.api.spend_limit(acme.project_id)
    return found.cents if found else None


@BOTH
async def test_the_changed_request_is_what_is_decided_and_carried_out(acme: Company) -> None:
    request = await acme.ask_for_budget("900")

    edited = await edit(acme, request, monthly_limit="700", reason="Less will do")

    assert (edited.id, edited.revision, edited.created_at) == (request.id, 1, request.created_at)
    assert "$700" in edited.title
    (proof,) = await proofs(acme, "edited")
    assert (proof["before"]["monthly_limit"], proof["params"]["monthly_limit"]) == (900_00, 700_00)
    assert await told(acme, "edited_for_you") == {"U_PETRA"}
    done = await acme.carried_out(edited, "petra")
    assert done.state is State.COMPLETED
    assert await limit_of(acme) == 700_00


async def test_the_policy_says_anew_who_decides(acme: Company) -> None:
    request = await acme.ask_for_budget("900")
    assert request.ruling.rule == "small raises"

    edited = await edit(acme, request, monthly_limit="9,000")

    assert (edited.ruling.rule, len(edited.ruling.stages)) == ("big raises", 2)
    assert await awaited(acme, edited) == {"Petra": []}


async def test_a_button_that_was_drawn_for_the_old_one_decides_nothing(acme: Company) -> None:
    request = await acme.ask_for_budget("700")
    await edit(acme, request, monthly_limit="1400")

    for verdict in Verdict:
        with pytest.raises(Conflict, match="changed meanwhile"):
            await acme.service.decide(Reference.of(request), "U_PETRA", verdict, "x")

    assert await acme.state(request) is State.PENDING
    assert (await acme.decide(await acme.request(request), "petra")).state is State.APPROVED


@pytest.mark.parametrize("verdict", Verdict)
async def test_once_somebody_decided_it_stays_what_it_is(acme: Company, verdict: Verdict) -> None:
    request = await acme.ask_for_budget("9000")
    await acme.decide(request, "petra", verdict, "Because")

    with pytest.raises(Conflict):
        await edit(acme, request, monthly_limit="700")


async def test_only_its_requester_changes_it_and_an_attempt_is_written_down(acme: Company) -> None:
    request = await acme.ask_for_budget("900")

    with pytest.raises(NotAllowed, match="Only Dana"):
        await acme.service.edit(request.id, {}, "U_PETRA", revision=0)

    assert "edit_refused" in await acme.trail(request)


async def test_a_form_from_before_another_change_is_refused(acme: Company) -> None:
    request = await acme.ask_for_budget("900")
    await edit(acme, request, monthly_limit="800")

    with pytest.raises(Conflict, match="changed meanwhile"):
        await acme.service.edit(request.id, {}, "U_DANA", revision=0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({}, "project"), ({"monthly_limit": "lots"}, "monthly_limit"), ({"monthly_limit": "500000"}, "")],
)
async def test_what_cannot_be_leaves_it_as_it_was(acme: Company, changes: dict[str, str], field: str) -> None:
    request = await acme.ask_for_budget("900")

    with pytest.raises(InvalidFields if field else NotAllowed) as refused:
        await edit(acme, request, **changes)

    assert field in getattr(refused.value, "errors", {"": ""})
    assert await acme.request(request) == request


async def test_another_project_is_another_request(acme: Company) -> None:
    request = await acme.ask_for_budget("900")
    other = await acme.api.create_project("other")
    await acme.organization.refresh()

    with pytest.raises(InvalidFields) as refused:
        await edit(acme, request, project=other.id)

    assert "This request is about internal-qa" in refused.value.errors["project"]


async def test_an_answered_question_does_not_stand_in_the_way(acme: Company) -> None:
    request = await acme.ask_for_budget("900")
    await acme.service.ask_back(Reference.of(request), "U_PETRA", "Would 700 do?")

    assert (await edit(acme, request, monthly_limit="700")).revision == 1


@BOTH
async def test_what_a_rule_approves_by_itself_after_the_change_is_approved(acme: Company) -> None:
    decree(acme, "{count: 9}")
    request = await acme.ask_for_budget("1400")
    assert request.state is State.PENDING

    edited = await edit(acme, request, monthly_limit="700")

    assert (edited.state, edited.ruling.rule) == (State.APPROVED, "small")
    assert await told(acme, "approved_by_rule") == {"thread", "security"}


async def test_what_nobody_decided_in_time_is_not_revived_by_a_change(acme: Company) -> None:
    request = await acme.ask_for_budget("900")
    _, values = await acme.service.editable(request.id, "U_DANA")
    acme.clock.advance(hours=73)

    for attempt in (
        acme.service.editable(request.id, "U_DANA"),
        acme.service.edit(request.id, {**values, "monthly_limit": "700"}, "U_DANA", revision=0),
        acme.service.narrowable(Reference.of(request), "U_PETRA"),
        acme.service.ask_back(Reference.of(request), "U_PETRA", "Why?"),
        acme.service.breakable(Reference.of(request), "U_DANA"),
    ):
        with pytest.raises(Conflict, match="in time"):
            await attempt


async def test_that_the_policy_failed_is_told_besides_the_change(acme: Company) -> None:
    broken = """rules:
  - name: broken
    kinds: [budget]
    when: request.monthly_limit / (request.monthly_limit - 700.0) > 1.0 && int(request.reason) > 1
    stages: [{name: owner, approvers: [project_owners]}]
  - {name: all, kinds: [budget], stages: [{name: owner, approvers: [project_owners]}]}
"""
    request = await acme.ask_for_budget("900", reason="5")
    acme.service.policy = policy_from_text(POLICY.partition("rules:")[0] + broken, "policy.yml")

    await edit(acme, request, monthly_limit="800", reason="Launch")

    async with acme.database.read() as work:
        texts = (await work.connection.execute(sa.select(tables.outbox.c.payload))).scalars().all()
    assert {"edited", "policy_failed"} <= {str(each.get("event")) for each in texts}


async def test_a_new_project_is_not_in_its_own_way(acme: Company) -> None:
    request = await acme.ask_for_project()

    edited = await edit(acme, request, who="dana", monthly_limit="90")

    assert edited.params["name"] == request.params["name"]
    assert edited.params["monthly_limit"] == 90_00
    with pytest.raises(InvalidFields, match="Nothing here differs"):
        await edit(acme, edited)
