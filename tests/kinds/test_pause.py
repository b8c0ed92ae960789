"""A pause: every limit of a project at the least, and afterwards what the ledger says must last."""

from datetime import date
from typing import Any

import pytest

from sandbox.openai.catalogue import BATCH, DAILY, REQUESTS, TOKENS, Model
from tests.support.company import Company
from tests.support.grants import LATER, SOON, after, extended, given_back, refused
from workflows.errors import NotAllowed
from workflows.kinds.pause import costliest_first, last_of_month
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text

RULES = """
version: 1
environments: {sandbox: {description: Tries., monthly_limit: 50}}
fallback: [{group: platform}]
rules:
  - {name: by an owner, kinds: [pause], when: request.project_owner || request.organization_owner, auto: true}
  - {name: within, kinds: [pause, limit, model], stages: [{approvers: [project_owners]}]}
"""
FIRST = {
    "gpt-5": {REQUESTS: 10_000, TOKENS: 4_000_000, BATCH: 200_000_000},
    "gpt-5-mini": {REQUESTS: 10_000, TOKENS: 10_000_000, BATCH: 1_000_000_000},
    "gpt-realtime": {REQUESTS: 5_000, TOKENS: 400_000, DAILY: 20_000},
}


@pytest.fixture(name="acme")
def _acme_with_three_models(acme: Company) -> Company:
    acme.local.models = {name: Model(id=name, ceiling=limits) for name, limits in FIRST.items()}
    acme.service.policy = policy_from_text(RULES, "policy.yml")
    return acme


def values(acme: Company, until: str = "", **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "until": until, "reason": "It costs too much"} | changes


async def paused(acme: Company, until: str = SOON, who: str = "petra") -> Request:
    """Have an owner pause the project."""
    return await acme.carried_out(await acme.ask("pause", values(acme, until), who))


async def limits(acme: Company) -> dict[str, list[int]]:
    found = await acme.api.rate_limits(acme.project_id)
    return {
        each.model: [
            value
            for value in (
                each.requests_per_minute,
                each.tokens_per_minute,
                each.requests_per_day,
                each.batch_input_tokens_per_day,
            )
            if value is not None
        ]
        for each in found
    }


def listed(**changes: list[int]) -> dict[str, list[int]]:
    return {name: list(each.values()) for name, each in FIRST.items()} | changes


LEAST = {name: [1, 1, 1] for name in FIRST}


async def limited(acme: Company, requests: str, *, until: str = "") -> Request:
    """Have a limit of gpt-5 changed while the project is paused."""
    asked = {"project": acme.project_id, "model": "gpt-5", "requests_per_minute": requests, "reason": "A test"}
    return await acme.carried_out(await acme.ask("limit", asked | {"until": until}), "petra")


async def test_an_owner_pauses_without_asking_anybody_until_the_month_ends(acme: Company) -> None:
    done = await paused(acme, until="")

    assert (done.state, done.ruling.rule) == (State.GRANTED, "by an owner")
    assert done.params["until"] == "2026-11-30"
    assert await limits(acme) == LEAST


async def test_somebody_else_is_heard_by_the_projects_owners(acme: Company) -> None:
    request = await acme.ask("pause", values(acme))

    assert (request.state, request.ruling.rule) == (State.PENDING, "within")
    assert await limits(acme) == listed()


async def test_at_its_end_everything_is_as_it_was(acme: Company) -> None:
    done = await paused(acme)

    await after(acme, SOON)

    assert await acme.state(done) is State.REVERTED
    assert await limits(acme) == listed()


async def test_a_limit_approved_meanwhile_for_good_stays_when_the_pause_ends(acme: Company) -> None:
    await paused(acme)
    await limited(acme, "500")
    assert await limits(acme) == {**LEAST, "gpt-5": [500, 1, 1]}

    await after(acme, SOON)

    assert await limits(acme) == listed(**{"gpt-5": [500, 4_000_000, 200_000_000]})


async def test_a_limit_given_meanwhile_that_ends_first_leaves_the_pause(acme: Company) -> None:
    done = await paused(acme, LATER)
    await limited(acme, "500", until=SOON)

    await after(acme, SOON)
    assert await limits(acme) == LEAST
    await given_back(acme, done)
    assert await limits(acme) == listed()


async def test_a_pause_over_a_temporary_limit_ends_in_what_was_before_that_if_it_is_over(acme: Company) -> None:
    await limited(acme, "500", until=SOON)
    done = await paused(acme, LATER)

    await after(acme, SOON)
    assert await limits(acme) == LEAST
    await given_back(acme, done)
    assert await limits(acme) == listed()


async def test_two_pauses_last_until_the_later_one_ends(acme: Company) -> None:
    await paused(acme, SOON)
    await paused(acme, LATER, who="olivia")

    await after(acme, SOON)
    assert await limits(acme) == LEAST
    await after(acme, LATER)
    assert await limits(acme) == listed()


async def test_an_extension_keeps_it_longer(acme: Company) -> None:
    await extended(acme, await paused(acme))

    await after(acme, SOON)
    assert await limits(acme) == LEAST
    await after(acme, "2026-12-08")
    assert await limits(acme) == listed()


async def test_any_owner_ends_it_and_nobody_else(acme: Company) -> None:
    done = await paused(acme, who="olivia")
    with pytest.raises(NotAllowed):
        await acme.service.give_back(done.id, "U_DANA")
    assert (await acme.state(done), (await acme.trail(done))[-1]) == (State.GRANTED, "give_back_refused")

    await acme.service.give_back(done.id, "U_PETRA")
    await acme.executor.run_due()

    assert await limits(acme) == listed()


async def test_a_model_that_the_project_gets_later_is_not_paused_and_the_card_says_so(acme: Company) -> None:
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5"])
    done = await paused(acme)
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5", "gpt-5-mini"])

    assert await limits(acme) == {"gpt-5": [1, 1, 1], "gpt-5-mini": list(FIRST["gpt-5-mini"].values())}
    assert any("gets later is not paused" in each for each in done.risks)


async def test_a_model_that_the_project_lost_keeps_no_other_from_its_limits(acme: Company) -> None:
    done = await paused(acme)
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5"])

    assert (await given_back(acme, done)).state is State.REVERTED
    assert await limits(acme) == {"gpt-5": list(FIRST["gpt-5"].values())}


async def test_an_end_never_gives_more_than_somebody_left_by_hand(acme: Company) -> None:
    done = await paused(acme)
    await acme.api.set_rate_limit(acme.project_id, "rl-gpt-5", requests_per_minute=50)

    await given_back(acme, done)

    assert await limits(acme) == listed(**{"gpt-5": [50, 4_000_000, 200_000_000]})


async def test_what_openai_refuses_of_one_model_keeps_no_other_from_its_limits(acme: Company) -> None:
    done = await paused(acme)
    acme.local.models = {**acme.local.models, "gpt-5": Model(id="gpt-5", ceiling={**FIRST["gpt-5"], REQUESTS: 50})}

    failed = await given_back(acme, done)

    assert (failed.state, "at most the organization's 50" in failed.problem) == (State.REVERT_FAILED, True)
    assert await limits(acme) == listed(**{"gpt-5": [1, 1, 1]})


async def test_while_openai_takes_no_more_changes_the_rest_waits_and_follows(acme: Company) -> None:
    request = await acme.ask("pause", values(acme, SOON), "petra")
    await acme.fault(fault="rate_limited", path_regex="/rate_limits/rl-", skip=1, count=1)

    assert (await acme.carried_out(request)).state is State.GRANTED
    assert await limits(acme) == LEAST


async def test_what_cannot_be_paused_is_refused_at_its_field(acme: Company) -> None:
    assert await refused(acme, "pause", values(acme, "2026-11-22")) == {"until": "Choose today or a later day."}
    acme.local.models = {"gpt-5": Model(id="gpt-5", ceiling={REQUESTS: 1, TOKENS: 1})}
    least = {"project": "Every rate limit of this project is at the least already."}
    assert await refused(acme, "pause", values(acme)) == least
    acme.local.models = {}
    assert "nothing to pause" in (await refused(acme, "pause", values(acme)))["project"]


async def test_the_form_says_what_it_does_and_how_fast(acme: Company) -> None:
    outlook = (await acme.service.preview("pause", values(acme), "U_PETRA")).outlook

    assert [(each.label, each.proposed) for each in outlook.changes] == [
        ("Rate limits of 3 models", "1 a minute, the least there is, until 2026-11-30"),
        ("Models", "gpt-5, gpt-5-mini, gpt-realtime"),
    ]
    assert "HTTP 429" in outlook.risks[0]
    assert "finished and billed" in outlook.risks[1]
    assert outlook.hints[0] == "It takes effect within seconds, and OpenAI counts by the minute."


async def test_while_openai_does_not_say_who_owns_the_project_nobody_counts_as_its_owner(acme: Company) -> None:
    await acme.fault(fault="server_error", path_regex="/users$", count=None)

    request = (await acme.service.preview("pause", values(acme), "U_PETRA")).outlook.request

    assert (request["project_owner"], request["organization_owner"]) == (False, False)


def test_the_costliest_models_come_first() -> None:
    spent = {"gpt-5, input": 5, "gpt-5-mini-2025-08-07, output": 9, "gpt-5-2025-08-07, output": 1, "web search": 99}

    assert costliest_first(["o3", "gpt-5", "gpt-5-mini"], spent) == ["gpt-5-mini", "gpt-5", "o3"]


@pytest.mark.parametrize(("today", "last"), [("2026-11-23", "2026-11-30"), ("2028-02-01", "2028-02-29")])
def test_the_month_ends_on_its_last_day(today: str, last: str) -> None:
    assert last_of_month(date.fromisoformat(today)).isoformat() == last
