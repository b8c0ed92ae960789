"""Whatever people, clocks and Slack do in whatever order: what happens to requests is what a model of them says.

The model knows the rules only as sentences: who is in which group and active, who asked, who decided which stage.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.clock import Clock
from tests.support.company import Company, company
from tests.support.databases import PostgreSQLTemplate, SQLiteTemplate
from workflows.audit.verify import Verifier
from workflows.errors import Redelivered, WorkflowError
from workflows.lifecycle import FINAL, State
from workflows.model import Reference, Request, Verdict
from workflows.store import Database

PEOPLE = ("dana", "petra", "fay", "finn", "fred", "pat", "olivia")
MOST_OPEN = 5
VERDICTS = st.sampled_from((*[Verdict.APPROVE] * 6, Verdict.DENY))
STALE = st.sampled_from((*[0] * 8, -1, 1))
ENDED = FINAL | {State.FAILED}
Fresh = Callable[[], Any]
"""Returns a context manager that yields the URL of a new database."""


@dataclass
class Known:
    """What the model knows of a request: ``approved`` has the people of each stage."""

    id: str
    requester: str
    needs: list[tuple[str, int]]
    expires_at: Any
    state: State = State.PENDING
    stage: int = 0
    approved: list[set[str]] = field(default_factory=list)


class Course(RuleBasedStateMachine):
    """One company, from its founding until every request has ended."""

    fresh: Fresh

    @initialize()
    def found(self) -> None:
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.url = self.fresh()
        self.database = Database(self.url.__enter__())
        self.clock = Clock()
        self.acme: Company = self.run(self.stack.enter_async_context(company(self.database, self.clock)))
        self.known: list[Known] = []
        self.away: set[str] = set()
        self.finance = {"fay", "finn", "fred"}
        self.deliveries = 0

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    # What is true of people, in the model

    def members(self, stage: str) -> set[str]:
        named = {"owner": {"petra"}, "finance": self.finance, "fallback": {"pat"}}[stage]
        return named - self.away

    def panel(self, known: Known, number: int, approved: list[set[str]]) -> set[str]:
        """Return who may decide that stage when those before it were *approved* so."""
        stage, quorum = known.needs[number]
        barred = {known.requester}.union(*approved[:number])
        free = self.members(stage) - barred
        return free if len(free) >= quorum else free | (self.members("fallback") - barred)

    def some(self) -> st.SearchStrategy[Known]:
        """Draw a request that waits, mostly; else any."""
        waiting = [each for each in self.known if each.state is State.PENDING]
        return st.sampled_from([*waiting * 6, *self.known])

    def somebody(self, known: Known) -> st.SearchStrategy[str]:
        """Draw somebody who may decide it, mostly; else anybody."""
        panel = sorted(self.panel(known, known.stage, known.approved))
        return st.sampled_from([*panel * 4, *PEOPLE])

    def may_decide(self, known: Known, stage: int, who: str, verdict: Verdict) -> bool:
        waits = known.state is State.PENDING and stage == known.stage and self.clock() < known.expires_at
        if not waits or who in self.away or who in known.approved[stage]:
            return False
        if who == known.requester or who not in self.panel(known, stage, known.approved):
            return False
        if verdict is Verdict.DENY or known.requester in self.away:
            return verdict is Verdict.DENY
        _, quorum = known.needs[stage]
        last = stage + 1 == len(known.needs)
        if last or len(known.approved[stage]) + 1 < quorum:
            return True
        after = [*known.approved[:stage], known.approved[stage] | {who}]
        return len(self.panel(known, stage + 1, after)) >= known.needs[stage + 1][1]

    def decide(self, known: Known, who: str, verdict: Verdict) -> None:
        if verdict is Verdict.DENY:
            known.state = State.DENIED
            return
        known.approved[known.stage].add(who)
        if len(known.approved[known.stage]) < known.needs[known.stage][1]:
            return
        if known.stage + 1 == len(known.needs):
            known.state = State.APPROVED
        else:
            known.stage += 1

    # What can happen

    @precondition(lambda self: sum(each.state is State.PENDING for each in self.known) < MOST_OPEN)
    @rule(
        who=st.sampled_from(("dana", "dana", "petra", "fay")), limit=st.sampled_from(("600", "900", "5,000", "9,000"))
    )
    def ask(self, who: str, limit: str) -> None:
        values = {"project": self.acme.project_id, "monthly_limit": limit, "reason": "r"}
        try:
            request: Request = self.run(self.acme.ask("budget", values, who))
        except WorkflowError:
            return  # they left, nobody could decide, or it is that already
        assert who not in self.away
        needs = [(each.name, each.quorum) for each in request.ruling.stages]
        self.known.append(
            Known(
                id=request.id,
                requester=who,
                needs=needs,
                expires_at=request.expires_at,
                approved=[set() for _ in needs],
            )
        )

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def several_click(self, data: Any) -> None:
        for _ in range(data.draw(st.integers(2, 5))):
            self.click(data, data.draw(VERDICTS), data.draw(STALE), twice=data.draw(st.booleans()))

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(),
        verdict=VERDICTS,
        stale=STALE,
        twice=st.booleans(),
    )
    def one_clicks(self, data: Any, verdict: Verdict, stale: int, *, twice: bool) -> None:
        self.click(data, verdict, stale, twice=twice)

    def click(self, data: Any, verdict: Verdict, stale: int, *, twice: bool) -> None:
        known = data.draw(self.some())
        stage = known.stage + stale
        who = data.draw(self.somebody(known))
        allowed = self.may_decide(known, stage, who, verdict)
        self.deliveries += 1
        delivery = f"click {self.deliveries}"
        assert self.decided(known, stage, who, verdict, delivery) is allowed, (known, stage, who, verdict)
        if allowed:
            self.decide(known, who, verdict)
        if twice:
            with pytest.raises(WorkflowError) as again:
                self.run(self._decide(known, stage, who, verdict, delivery))
            assert isinstance(again.value, Redelivered) or not allowed

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def two_click_at_once(self, data: Any) -> None:
        """Two at the same moment end like one after the other, in one order or the other."""
        known = data.draw(self.some())
        first, second = data.draw(self.somebody(known)), data.draw(self.somebody(known))
        stage, clicks = known.stage, ((first, Verdict.APPROVE), (second, Verdict.DENY))

        async def both() -> list[Any]:
            work = (self._decide(known, stage, who, verdict, "") for who, verdict in clicks)
            return await asyncio.gather(*work, return_exceptions=True)

        done = [click for click, outcome in zip(clicks, self.run(both()), strict=True) if isinstance(outcome, Request)]
        ways = []
        for order in (clicks, clicks[::-1]):
            other, went = Known(**{**vars(known), "approved": [set(each) for each in known.approved]}), []
            for who, verdict in order:
                if self.may_decide(other, stage, who, verdict):
                    self.decide(other, who, verdict)
                    went.append((who, verdict))
            ways.append((sorted(went), other))
        possible = [other for went, other in ways if went == sorted(done)]
        assert possible, (known, done)
        self.known[self.known.index(known)] = possible[0]

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def cancel(self, data: Any, who: str) -> None:
        known = data.draw(self.some())
        allowed = (
            who not in self.away and who in (known.requester, "pat") and known.state in (State.PENDING, State.APPROVED)
        )
        try:
            self.run(self.acme.service.cancel(known.id, self.acme.people.everybody[who].id))
        except WorkflowError:
            assert not allowed, known
        else:
            assert allowed, known
            known.state = State.CANCELLED

    @rule(who=st.sampled_from(("dana", "petra", "finn")))
    def leave_or_return(self, who: str) -> None:
        self.away ^= {who}
        self.acme.people.away ^= {who}

    @rule(who=st.sampled_from(("fay", "finn", "fred", "petra", "dana")))
    def join_or_leave_finance(self, who: str) -> None:
        self.finance = self.finance ^ {who}
        self.acme.people.groups["finance"] = sorted(self.finance)

    @rule(hours=st.sampled_from((1, 1, 5, 20, 60)))
    def time_passes(self, hours: int) -> None:
        self.acme.pass_time(hours=hours)
        self.run(self.acme.service.expire_due())
        for known in self.known:
            if known.state is State.PENDING and self.clock() >= known.expires_at:
                known.state = State.EXPIRED

    @rule()
    def work(self) -> None:
        self.run(self.acme.executor.run_due())
        for known in self.known:
            if known.state is State.APPROVED:
                known.state = self.run(self.acme.service.dossier(known.id)).request.state
                assert known.state in (State.COMPLETED, State.FAILED, State.UNCONFIRMED), known

    # What must always hold

    @invariant()
    def nothing_is_otherwise_than_the_model_says(self) -> None:
        for known in getattr(self, "known", ()):
            dossier = self.run(self.acme.service.dossier(known.id))
            request = dossier.request
            assert (request.state, request.stage) == (known.state, known.stage), known
            approvals = [
                (each.stage, each.approver.name.lower())
                for each in dossier.decisions
                if each.verdict is Verdict.APPROVE
            ]
            assert sorted(approvals) == sorted((n, who) for n, people in enumerate(known.approved) for who in people)
            if known.state in (State.APPROVED, State.COMPLETED):
                assert all(len(who) == need for who, (_, need) in zip(known.approved, known.needs, strict=True))
                everybody = [who for people in known.approved for who in people]
                assert len(everybody) == len(set(everybody))
                assert known.requester not in everybody

    def decided(self, known: Known, stage: int, who: str, verdict: Verdict, delivery: str) -> bool:
        try:
            self.run(self._decide(known, stage, who, verdict, delivery))
        except WorkflowError:
            return False
        return True

    async def _decide(self, known: Known, stage: int, who: str, verdict: Verdict, delivery: str) -> Request:
        reference, person = Reference(request_id=known.id, stage=stage), self.acme.people.everybody[who]
        return await self.acme.service.decide(reference, person.id, verdict, "Because", delivery=delivery)

    def teardown(self) -> None:
        if not hasattr(self, "stack"):
            return
        try:
            self.time_passes(1000)
            for _ in range(3):
                self.work()
                self.acme.pass_time(minutes=11)
            assert all(each.state in ENDED for each in self.known), self.known
            self.run(self._verified())
        finally:
            self.run(self.stack.aclose())
            self.run(self.database.close())
            self.runner.close()
            self.url.__exit__(None, None, None)

    async def _verified(self) -> None:
        verifier = Verifier()
        async with self.database.read() as work:
            async for each in work.audit_entries():
                verifier.feed(each)
            verifier.finish(await work.audit_head())


def tried(fresh: Fresh, courses: int, steps: int) -> None:
    machine = type("Tried", (Course,), {"fresh": staticmethod(fresh)})
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=courses,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=slow,
            derandomize=True,
            phases=[
                Phase.generate
            ],  # to find the shortest course that fails takes an hour, and the first one says enough
        ),
    )


def test_any_course_of_things_is_what_the_model_says(
    sqlite_template: SQLiteTemplate, tmp_path: Path, *, whole: bool
) -> None:
    @contextmanager
    def fresh() -> Iterator[str]:
        with sqlite_template.fresh(tmp_path) as url:
            yield url

    tried(fresh, *((300, 100) if whole else (12, 60)))


def test_any_course_of_things_is_so_on_postgresql_too(postgresql_template: PostgreSQLTemplate, tmp_path: Path) -> None:
    tried(lambda: postgresql_template.fresh(tmp_path), 5, 30)
