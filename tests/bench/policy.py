"""How long a policy of 200 rules takes to decide about one request, against its conditions alone."""

import statistics
import time
from collections.abc import Callable, Iterator

import cel

from tests.bench.table import Row
from tests.workflows.policy.policies import EXAMPLES, HEAD, question
from workflows.policy import policy_from_text

RULES = 200
ROUNDS = 500
AIM_MS = 1.0


def rows() -> Iterator[Row]:
    policy = policy_from_text(_text(), "policy.yml", examples=EXAMPLES)
    last, none = question(raise_amount=RULES - 1.0), question(raise_amount=-1.0)
    assert (policy.rule_on(last).rule, policy.rule_on(none).rule) == (f"rule {RULES - 1}", "no rule matched")
    programs, context = [cel.compile(_condition(each)) for each in range(RULES)], none.context()
    floor = _median(lambda: [each.execute(context) for each in programs])
    for what, asked in (("the last of them matches", last), ("none of them matches", none)):
        took = _median(lambda asked=asked: policy.rule_on(asked))  # type: ignore[misc]
        figures = f"{took:.3f} ms (median of {ROUNDS}), {took / floor:.0%} of the bare conditions ({floor:.3f} ms)"
        yield Row(what=f"{RULES} rules, {what}", figures=figures, aim=f"< {AIM_MS} ms")


def _condition(number: int) -> str:
    return f'request.raise_amount == {number}.0 && project.name != "p{number}" && spend.share < 2.0'


def _text() -> str:
    stages = "stages: [{approvers: [project_owners]}]"
    rules = (f"  - {{name: rule {n}, kinds: [budget], when: '{_condition(n)}', {stages}}}\n" for n in range(RULES))
    return f"{HEAD}rules:\n{''.join(rules)}"


def _median(work: Callable[[], object]) -> float:
    """Return milliseconds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000
