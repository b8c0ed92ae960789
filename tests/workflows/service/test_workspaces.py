"""Two workspaces over one database and one OpenAI organisation: what is one's own is nothing to the other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.alerts import ALERT
from tests.support.company import POLICY, Company
from workflows.audit.filters import Filter
from workflows.budgets.statements import Statements
from workflows.budgets.thresholds import marks_of
from workflows.commitment import commitment
from workflows.errors import InvalidFields, NotAllowed, UnknownRequest, WorkflowError
from workflows.kinds import discover, examples
from workflows.lifecycle import State
from workflows.model import OutboxTopic, Reference, Request, Verdict
from workflows.policy import Alerts, Terms, policy_from_text
from workflows.reports import Reports
from workflows.reports.figures import Figures
from workflows.service import Service
from workflows.store.costs import CostRead

LABS = "T0LABS"
DOLLAR = 10**9
"""In nanodollars."""

RULES = """rules:
  - {name: cheap, kinds: [budget], when: request.monthly_limit <= 600.0, auto: {count: 1}}
  - {name: rest, stages: [{approvers: [organization_owners]}]}
"""


@dataclass(frozen=True, kw_only=True)
class Two:
    """``home`` and ``labs`` are the services of two workspaces with the same people in them, as in one organisation."""

    acme: Company
    home: Service
    labs: Service

    def id(self, who: str) -> str:
        return self.acme.people.everybody[who].id

    async def ask(self, service: Service, limit: str = "800", who: str = "dana") -> Request:
        values = {"project": self.acme.project_id, "monthly_limit": limit, "reason": "Launch"}
        return await service.open("budget", values, self.id(who), origin="")

    async def assign(self, workspace: str) -> None:
        async with self.acme.database.begin() as work:
            assert await work.assign_project(self.acme.project_id, workspace)

    async def owed(self) -> list[tuple[str, str, str]]:
        """Return topic, role and workspace of every message that waits, and settle it."""
        found = []
        async with self.acme.database.begin() as work:
            while entries := await work.claim_outbox(self.acme.clock(), timedelta(minutes=1), 1):
                for each in entries:
                    what = each.role if each.topic is not OutboxTopic.REPORT else each.request_id
                    found.append((each.topic.value, what, each.workspace))
                    await work.settle_outbox(each.id, self.acme.clock())
        return found

    async def proofs(self, action: str) -> list[Mapping[str, Any]]:
        async with self.acme.database.read() as work:
            return [json.loads(each.data) async for each in work.audit_entries() if each.action == action]


@pytest.fixture(name="two")
def _two(acme: Company) -> Two:
    policy = policy_from_text(POLICY.split("rules:\n")[0] + RULES, "policy.yml", examples=examples(discover()))

    def service(workspace: str) -> Service:
        view = acme.database.of(workspace)
        return Service(
            database=view,
            organization=acme.organization.of(view),
            directory=acme.people,
            policy=policy,
            kinds=acme.service.kinds,
            keyring=acme.service.keyring,
            now=acme.clock,
        )

    return Two(acme=acme, home=service(""), labs=service(LABS))


async def test_a_request_is_unknown_in_another_workspace(two: Two) -> None:
    request = await two.ask(two.home)

    assert request.workspace == ""
    for act in (
        two.labs.dossier(request.id),
        two.labs.decide(Reference.of(request), two.id("olivia"), Verdict.APPROVE),
        two.labs.cancel(request.id, two.id("dana")),
    ):
        with pytest.raises(UnknownRequest):
            await act
    assert (await two.home.dossier(request.id)).request.state is State.PENDING


async def test_what_waits_for_somebody_waits_where_it_was_asked_for(two: Two) -> None:
    await two.ask(two.home)

    assert len(await two.home.waiting_for(two.id("olivia"))) == 1
    assert await two.labs.waiting_for(two.id("olivia")) == []
    assert len(await two.home.mine(two.id("dana"))) == 1
    assert await two.labs.mine(two.id("dana")) == []


async def test_a_project_is_governed_from_one_workspace(two: Two) -> None:
    with pytest.raises(InvalidFields) as refused:
        await two.ask(two.labs)
    assert "governed from another Slack workspace" in refused.value.errors["project"]
    assert await two.labs.organization.search_projects("internal", 9) == []

    await two.assign(LABS)

    assert (await two.ask(two.labs)).workspace == LABS
    with pytest.raises(InvalidFields):
        await two.ask(two.home)
    assert await two.home.organization.search_projects("internal", 9) == []


async def test_what_is_carried_out_is_told_and_kept_where_it_was_asked_for(two: Two) -> None:
    values = {"name": "lab-notes", "environment": "production", "purpose": "Notes.", "owners": ["olivia@acme.example"]}
    request = await two.labs.open("new_project", values, two.id("dana"), origin="")
    await two.labs.decide(Reference.of(request), two.id("olivia"), Verdict.APPROVE)
    await two.acme.executor.run_due()

    done = (await two.labs.dossier(request.id)).request
    assert (done.state, done.workspace) == (State.COMPLETED, LABS)
    async with two.acme.database.read() as work:
        assert await work.workspace_of(done.project_id) == LABS
    assert {workspace for _, _, workspace in await two.owed()} == {LABS}
    (proof,) = await two.proofs("succeeded")
    assert proof["workspace"] == LABS


async def test_a_name_is_taken_for_all(two: Two) -> None:
    values = {"name": "internal-qa", "environment": "production", "purpose": "Q.", "owners": ["olivia@acme.example"]}

    with pytest.raises(InvalidFields) as refused:
        await two.labs.open("new_project", values, two.id("dana"), origin="")

    assert "name" in refused.value.errors


async def test_each_workspace_lets_its_own_requests_lapse(two: Two) -> None:
    await two.ask(two.home)
    await two.assign(LABS)
    request = await two.ask(two.labs)
    two.acme.pass_time(days=9)

    assert await two.labs.expire_due() == 1
    assert (await two.labs.dossier(request.id)).request.state is State.EXPIRED
    assert await two.home.expire_due() == 1


async def test_what_a_rule_approved_here_is_not_counted_there(two: Two) -> None:
    assert (await two.ask(two.home, "600")).state is State.APPROVED
    await two.acme.executor.run_due()
    await two.assign(LABS)

    assert (await two.ask(two.labs, "550")).state is State.APPROVED
    await two.acme.executor.run_due()
    assert (await two.ask(two.labs, "500")).state is State.PENDING


async def test_a_breaker_opens_in_its_own_workspace(two: Two) -> None:
    now = two.acme.clock()
    async with two.labs.database.begin() as work:
        await work.open_breaker(now, now + timedelta(hours=1))

    async with two.home.database.read() as work:
        assert await work.breaker_until(now) is None
    with pytest.raises(WorkflowError, match="not open"):
        await two.home.close_breaker(two.id("pat"))
    await two.labs.close_breaker(two.id("pat"))


async def test_each_workspace_has_its_own_policy(two: Two) -> None:
    for each in (two.home, two.labs):
        await each.adopt(each.policy)
    await two.owed()

    changed = policy_from_text(two.labs.policy.text.replace("600.0", "700.0"), "p", examples=examples(discover()))
    await two.labs.adopt(changed)

    assert {(what, where) for _, what, where in await two.owed()} == {
        (f"policy:requests@{LABS}", LABS),
        (f"policy:security@{LABS}", LABS),
    }
    (proof,) = await two.proofs("policy_changed")
    assert proof["workspace"] == LABS
    async with two.home.database.begin() as work:
        standing = await work.standing_policy()
    assert standing is not None
    assert standing.digest == two.home.policy.digest


async def test_who_is_away_in_one_workspace_is_there_in_the_other(two: Two) -> None:
    tomorrow = two.acme.clock().date() + timedelta(days=1)
    await two.labs.hand_over(two.id("olivia"), two.id("omar"), None, tomorrow)

    assert await two.labs.absence_of(two.id("olivia")) is not None
    assert await two.home.absence_of(two.id("olivia")) is None
    assert await two.home.hand_over_due() == 0


async def test_a_freeze_is_thrown_at_home_and_holds_everywhere(two: Two) -> None:
    await two.assign(LABS)
    request = await two.ask(two.labs)
    await two.owed()

    for act in (two.labs.freeze(two.id("pat"), "Because"), two.labs.unfreeze(two.id("pat"))):
        with pytest.raises(NotAllowed, match="home workspace"):
            await act
    await two.home.freeze(two.id("pat"), "Because")

    owed = await two.owed()
    assert [where for topic, _, where in owed if topic == OutboxTopic.REDRAW.value] == [LABS]
    assert (OutboxTopic.REPORT.value, f"freeze:requests@{LABS}", LABS) in owed
    assert (await two.labs.dossier(request.id)).frozen is not None


async def test_what_shows_all_workspaces_is_had_at_home(two: Two) -> None:
    reports = Reports(service=two.labs, posts_showback=True)

    with pytest.raises(NotAllowed, match="home workspace"):
        await two.labs.order_export(two.id("olivia"), only=Filter(), format="csv", origin="o")
    with pytest.raises(NotAllowed, match="home workspace"):
        await reports.commitments(two.id("olivia"))


async def test_an_alert_is_told_and_seen_to_where_its_project_is_governed(two: Two) -> None:
    alert = replace(ALERT, subject=two.acme.project_id)
    await two.assign(LABS)
    async with two.acme.database.begin() as work:
        await work.add_alert(alert, 1)
        assert await work.workspace_of(alert.project_id) == LABS

    with pytest.raises(UnknownRequest):
        await two.home.acknowledge(alert.id, two.id("dana"))
    assert (await two.labs.acknowledge(alert.id, two.id("dana"))).acknowledged_at is not None
    assert [where for _, _, where in await two.owed()] == [LABS]
    # Who serves one workspace alone, by its token, sees everything: also what several were served once.
    assert (await two.acme.service.alert(alert.id)).id == alert.id


async def test_people_are_warned_by_the_policy_that_governs_the_project(two: Two) -> None:
    await two.assign(LABS)
    theirs = Alerts(terms=Terms(thresholds=(10,)))
    ours = Alerts(terms=Terms(thresholds=(90,)), elsewhere={LABS: theirs})

    (project,) = [each for each in await two.labs.organization.projects() if each.id == two.acme.project_id]

    assert [each.percent for each in marks_of(1_00, ours.terms_of(project))] == [10]
    assert [each.percent for each in marks_of(1_00, ours.terms_of(replace(project, workspace="")))] == [90]


async def test_reports_of_two_workspaces_do_not_take_each_others_turns(two: Two) -> None:
    now = two.acme.clock()
    views = (two.home.database, two.labs.database)
    for each in views:
        async with each.begin() as work:
            assert await work.write_report("digest", "olivia@acme.example", "2026-W48", now, {"told": 1})
            assert await work.lease("reports", "me", now, now + timedelta(minutes=1))
    async with views[0].begin() as work:
        await work.release("reports", "me")
    async with views[1].begin() as work:
        assert not await work.lease("reports", "another", now, now + timedelta(minutes=1))
        assert await work.report("digest", "olivia@acme.example", "2026-W48") == {"told": 1}


async def test_one_person_of_an_organisation_is_two_people_to_two_workspaces(two: Two) -> None:
    """The same id asks in both: each has their own list, and neither decides what they asked for themselves."""
    mine = await two.ask(two.home, who="olivia")
    with pytest.raises(WorkflowError):
        await two.labs.decide(Reference.of(mine), two.id("olivia"), Verdict.APPROVE)
    with pytest.raises(WorkflowError):
        await two.home.decide(Reference.of(mine), two.id("olivia"), Verdict.APPROVE)


async def test_what_other_workspaces_spend_is_in_no_sum_of_ones_own(two: Two) -> None:
    now = two.acme.clock()
    today = now.date()
    async with two.acme.database.begin() as work:
        await work.learn_project("proj_labs", name="lab-notes", workspace=LABS, cost_centre="CC-1")
        costs = {(two.acme.project_id, "a"): 5 * DOLLAR, ("proj_labs", "a"): 7 * DOLLAR, ("", "a"): 2 * DOLLAR}
        await work.replace_costs(today, costs)
        await work.record_cost_read(CostRead(settled=today, read_at=now))

    spent = {}
    for each in (two.home, two.labs):
        figures = Figures(database=each.database, alerts=Alerts, now=two.acme.clock)
        told = await figures.showback(f"{today:%Y-%m}")
        overview = await Statements(service=each, database=each.database).overview(two.id("pat"))
        spent[each.workspace] = ({line.project_id: line.nanos // DOLLAR for line in told.lines}, overview.spent)

    assert spent == {"": ({two.acme.project_id: 5, "": 2}, 7_00), LABS: ({"proj_labs": 7}, 7_00)}


async def test_what_the_limits_add_up_to_is_that_of_all_workspaces(two: Two) -> None:
    async with two.acme.database.begin() as work:
        await work.learn_project("proj_labs", name="lab-notes", workspace=LABS, limit=100_00, cost_centre="CC-1")
    figures = Figures(database=two.home.database, alerts=Alerts, now=two.acme.clock)

    told = await figures.commitments(await commitment(two.home.organization, Alerts()))

    assert told.whole.approved == sum(each.limits for each in told.centres) == 100_00
