"""Whatever people, clocks and Slack do in whatever order: what happens to requests is what a model of them says."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
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
from tests.workflows.service.modelled import Click, Known, World, decide, known_of
from workflows.audit.verify import Verifier
from workflows.errors import InvalidFields, Redelivered, Refusal, WorkflowError
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
        self.world = World(now=self.clock)
        self.deliveries = 0

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def some(self) -> st.SearchStrategy[Known]:
        """Draw a request that waits, mostly; else any."""
        steady = [each for each in self.known if not each.raced]
        waiting = [each for each in steady if each.state is State.PENDING]
        return st.sampled_from([*waiting * 6, *steady])

    def any_there(self) -> bool:
        return any(not each.raced for each in self.known)

    def somebody(self, known: Known) -> st.SearchStrategy[str]:
        """Draw somebody who may decide it, mostly; else anybody."""
        panel = self.world.panel(known, known.stage, known.heard(*range(known.stage))).everybody
        return st.sampled_from([*panel * 4, *PEOPLE])

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
        assert who not in self.world.gone
        self.known.append(known_of(request, who))

    @precondition(lambda self: self.any_there())
    @rule(data=st.data(), limit=st.sampled_from(("700", "6,000")))
    def change(self, data: Any, limit: str) -> None:
        known = data.draw(self.some())
        who = data.draw(st.sampled_from([known.requester, known.requester, *PEOPLE]))
        revision = known.revision + data.draw(STALE)
        undecided = known.state is State.PENDING and not any(known.approved) and self.clock() < known.expires_at
        allowed = undecided and who == known.requester and who not in self.world.gone and revision == known.revision
        values = {"project": self.acme.project_id, "monthly_limit": limit, "reason": f"r{len(self.known)}{revision}"}
        person = self.acme.people.everybody[who].id
        try:
            request = self.run(self.acme.service.edit(known.id, values, person, revision=revision))
        except (InvalidFields, Refusal):
            return  # nobody could decide it, or it is that already
        except WorkflowError:
            assert not allowed, known
        else:
            assert allowed, known
            self.known[self.known.index(known)] = known_of(request, who)

    @precondition(lambda self: self.any_there())
    @rule(data=st.data())
    def several_click(self, data: Any) -> None:
        for _ in range(data.draw(st.integers(2, 5))):
            self.click(data, data.draw(VERDICTS), data.draw(STALE), twice=data.draw(st.booleans()))

    @precondition(lambda self: self.any_there())
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
        who, revision = data.draw(self.somebody(known)), known.revision + data.draw(STALE)
        click = Click(who=who, verdict=verdict, stage=known.stage + stale, revision=revision)
        voice = self.world.may_decide(known, click)
        self.deliveries += 1
        delivery = f"click {self.deliveries}"
        assert self.decided(known, click, delivery) is (voice is not None), (known, click, self.world)
        if voice is not None:
            decide(known, voice, verdict)
        if twice:
            with pytest.raises(WorkflowError) as again:
                self.run(self._decide(known, click, delivery))
            assert isinstance(again.value, Redelivered) or voice is None

    @precondition(lambda self: self.any_there())
    @rule(data=st.data())
    def two_click_at_once(self, data: Any) -> None:
        """Two at the same moment end like one after the other, in one order or the other."""
        known = data.draw(self.some())
        clicks = tuple(
            Click(who=data.draw(self.somebody(known)), verdict=verdict, stage=known.stage, revision=known.revision)
            for verdict in (Verdict.APPROVE, data.draw(VERDICTS))
        )

        async def both() -> list[Any]:
            return await asyncio.gather(*(self._decide(known, each, "") for each in clicks), return_exceptions=True)

        outcomes = zip(clicks, self.run(both()), strict=True)
        done = [str(click) for click, outcome in outcomes if isinstance(outcome, Request)]
        ways = []
        for order in (clicks, clicks[::-1]):
            other, went = known.copy(), []
            for click in order:
                if (voice := self.world.may_decide(other, click)) is not None:
                    decide(other, voice, click.verdict)
                    went.append(str(click))
            ways.append((sorted(went), other))
        possible = [other for went, other in ways if went == sorted(done)]
        assert possible, (known, done)
        raced = possible[0]
        raced.raced = True
        self.known[self.known.index(known)] = raced
        self.nothing_is_otherwise_than_the_model_says()
        if raced.state in (State.PENDING, State.APPROVED):
            # Which of them was first is not the same in every run, and what follows must be.
            self.run(self.acme.service.cancel(raced.id, self.acme.people.everybody["pat"].id))
            raced.state = State.CANCELLED

    @precondition(lambda self: self.any_there())
    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def cancel(self, data: Any, who: str) -> None:
        known = data.draw(self.some())
        allowed = (
            who not in self.world.gone
            and who in (known.requester, "pat")
            and known.state in (State.PENDING, State.APPROVED)
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
        self.world.gone ^= {who}
        self.acme.people.away ^= {who}

    @rule(who=st.sampled_from(("fay", "finn", "fred", "petra", "dana")))
    def join_or_leave_finance(self, who: str) -> None:
        self.world.finance ^= {who}
        self.acme.people.groups["finance"] = sorted(self.world.finance)

    @rule(
        who=st.sampled_from(("petra", "fay", "finn", "pat")), delegate=st.sampled_from(("fay", "fred", "omar", "dana"))
    )
    def hand_over(self, who: str, delegate: str) -> None:
        ids = {name: each.id for name, each in self.acme.people.everybody.items()}
        last = self.clock().date() + timedelta(days=9)
        try:
            absence = self.run(self.acme.service.hand_over(ids[who], ids[delegate], None, last))
        except WorkflowError:
            assert who == delegate or {who, delegate} & self.world.gone or delegate in self.world.absent
        else:
            self.world.absences[who] = (delegate, absence.until)

    @rule(who=st.sampled_from(("petra", "fay", "finn", "pat")))
    def come_back(self, who: str) -> None:
        if who not in self.world.gone:
            self.run(self.acme.service.take_back(self.acme.people.everybody[who].id))
            self.world.absences.pop(who, None)

    @rule(hours=st.sampled_from((1, 1, 5, 20, 60)))
    def time_passes(self, hours: int) -> None:
        self.acme.pass_time(hours=hours)
        self.run(self.acme.service.expire_due())
        self.run(self.acme.service.hand_over_due())
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
            assert request.revision == known.revision
            approvals = [
                (each.stage, each.approver.name.lower(), each.on_behalf.name.lower() if each.on_behalf else None)
                for each in dossier.decisions
                if each.verdict is Verdict.APPROVE
            ]
            expected = [(n, each.who, each.place) for n, voices in enumerate(known.approved) for each in voices]
            assert sorted(map(str, approvals)) == sorted(map(str, expected)), known
            if known.state in (State.APPROVED, State.COMPLETED):
                assert all(len(who) == need for who, (_, need) in zip(known.approved, known.needs, strict=True))
                everybody = [who for voices in known.approved for voice in voices for who in voice.heard]
                assert len(everybody) == len(set(everybody))
                assert known.requester not in everybody

    def decided(self, known: Known, click: Click, delivery: str) -> bool:
        try:
            self.run(self._decide(known, click, delivery))
        except WorkflowError:
            return False
        return True

    async def _decide(self, known: Known, click: Click, delivery: str) -> Request:
        reference = Reference(request_id=known.id, stage=click.stage, revision=click.revision)
        person = self.acme.people.everybody[click.who].id
        return await self.acme.service.decide(reference, person, click.verdict, "Because", delivery=delivery)

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

    tried(fresh, *((300, 100) if whole else (8, 50)))


def test_any_course_of_things_is_so_on_postgresql_too(postgresql_template: PostgreSQLTemplate, tmp_path: Path) -> None:
    tried(lambda: postgresql_template.fresh(tmp_path), 5, 30)
