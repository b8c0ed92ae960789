"""How much of a model a project may use in a minute: asked for, decided, carried out, read back, and taken back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.openai.catalogue import REQUESTS, Model
from tests.support.company import Company
from tests.support.grants import LATER, SOON, after, by_two_workers, extended, given_back, refused
from workflows.ledger import Mark
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text
from workflows.steps.limits import RATE

MODEL = "gpt-5"
FIRST = (10_000, 4_000_000)
"""What OpenAI gave the project: requests and tokens in a minute."""


def values(acme: Company, requests: str = "", tokens: str = "", **changes: Any) -> dict[str, Any]:
    asked = {"requests_per_minute": requests, "tokens_per_minute": tokens}
    return {"project": acme.project_id, "model": MODEL, "reason": "Load test"} | asked | changes


async def ask(acme: Company, requests: str = "", tokens: str = "", **changes: Any) -> Request:
    return await acme.ask("limit", values(acme, requests, tokens, **changes))


async def given(acme: Company, requests: str = "", tokens: str = "", *, until: str = "") -> Request:
    """Have a rate limit set, until that day or for good."""
    return await acme.carried_out(await ask(acme, requests, tokens, until=until), "pat")


async def limits(acme: Company, model: str = MODEL) -> tuple[int | None, int | None]:
    (found,) = [each for each in await acme.api.rate_limits(acme.project_id) if each.model == model]
    return found.requests_per_minute, found.tokens_per_minute


async def by_hand(acme: Company, requests: int | None = None, tokens: int | None = None) -> None:
    """Set a limit as somebody would at the dashboard."""
    await acme.api.set_rate_limit(
        acme.project_id, f"rl-{MODEL}", requests_per_minute=requests, tokens_per_minute=tokens
    )


def lines(request: Request) -> list[tuple[str, str, str]]:
    return [(each.label, each.now, each.proposed) for each in request.changes]


async def test_both_limits_of_a_model_are_set_and_no_other_models(acme: Company) -> None:
    request = await ask(acme, "500", "100,000")
    assert lines(request) == [
        ("Requests per minute", "10,000", "500 for good"),
        ("Tokens per minute", "4,000,000", "100,000 for good"),
    ]
    assert request.title == "Limit gpt-5 in internal-qa"

    done = await acme.carried_out(request, "pat")

    assert done.state is State.COMPLETED
    assert done.receipt["set_rate_limit"] == {
        "model": MODEL,
        "requests_per_minute": 500,
        "tokens_per_minute": 100_000,
    }
    assert await limits(acme) == (500, 100_000)
    assert await limits(acme, "gpt-5.1") == FIRST


async def test_one_that_is_left_empty_keeps_what_it_is(acme: Company) -> None:
    await given(acme, tokens="250000")

    assert await limits(acme) == (10_000, 250_000)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({}, "requests_per_minute", "Fill in at least one of the two limits."),
        ({"requests_per_minute": "many"}, "requests_per_minute", "Write a whole number, like 500 or 1,000."),
        ({"tokens_per_minute": "0"}, "tokens_per_minute", "Write a whole number, at least 1."),
        ({"tokens_per_minute": "1.5"}, "tokens_per_minute", "Write a whole number, like 500 or 1,000."),
        ({"requests_per_minute": "10,000"}, "requests_per_minute", "The limit is 10,000 already."),
        ({"requests_per_minute": "5", "model": ""}, "model", "Please fill this in."),
        (
            {"requests_per_minute": "5", "model": "gpt-9"},
            "model",
            "OpenAI lists no rate limit for gpt-9 in this project. Choose another, or ask for the model first.",
        ),
        ({"requests_per_minute": "5", "until": "2026-11-22"}, "until", "Choose today or a later day."),
        ({"requests_per_minute": "5", "reason": ""}, "reason", "Please fill this in."),
        (
            {"requests_per_minute": "5", "project": "proj_gone"},
            "project",
            "This project does not exist any more. Choose another.",
        ),
    ],
)
async def test_a_wrong_value_is_refused_at_its_field(
    acme: Company, changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert await refused(acme, "limit", values(acme, **changes)) == {field: sentence}


async def test_a_model_that_the_project_may_not_use_has_no_rate_limit(acme: Company) -> None:
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5-mini"])

    assert list(await refused(acme, "limit", values(acme, "5"))) == ["model"]


async def test_a_limit_that_the_model_does_not_have_is_refused_at_its_field(acme: Company) -> None:
    acme.local.models = {MODEL: Model(id=MODEL, ceiling={REQUESTS: 50})}

    errors = await refused(acme, "limit", values(acme, "5", "10"))

    assert errors == {"tokens_per_minute": "gpt-5 has no limit of tokens per minute. Leave this empty."}
    acme.judge.violations.clear()  # the description knows no model without


async def test_the_first_values_ever_seen_stand_on_the_card(acme: Company) -> None:
    await ask(acme, "500")  # whoever looks first sees what OpenAI gave
    await by_hand(acme, requests=200)

    request = await ask(acme, "300")

    assert lines(request)[0] == ("Requests per minute", "200 (10,000 when first seen)", "300 for good")


async def test_a_limit_that_a_request_set_before_anybody_looked_is_not_taken_for_the_first(acme: Company) -> None:
    made = await acme.ask_for_budget()
    await by_hand(acme, requests=500)
    async with acme.database.begin() as work:
        mark = Mark(subject=f"{RATE}{MODEL}:requests_per_minute", value=500, before=10_000)
        await work.mark(made, [mark], acme.clock())

    assert lines(await ask(acme, "300"))[0][1] == "500 (10,000 when first seen)"


async def test_more_than_was_ever_seen_is_pointed_out(acme: Company) -> None:
    assert (await ask(acme, "9,999", "4,000,000")).risks == ()

    assert (await ask(acme, "10,001", "5")).risks == (
        "10,001 requests per minute is more than the 10,000 first seen; OpenAI may refuse it.",
    )


async def test_more_than_the_organisation_has_fails_in_openais_words(acme: Company) -> None:
    failed = await given(acme, "20000", "5")

    assert failed.state is State.FAILED
    assert "can be at most the organization's 10000" in failed.problem
    assert await limits(acme) == FIRST


async def test_a_model_taken_away_before_it_is_carried_out_fails_with_a_sentence(acme: Company) -> None:
    request = await ask(acme, "500")
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5-mini"])

    failed = await acme.carried_out(request, "pat")

    assert failed.state is State.FAILED
    assert "OpenAI lists no rate limit for gpt-5 in this project" in failed.problem


async def test_conditions_see_the_limits_as_they_would_be_and_what_is_raised(acme: Company) -> None:
    await by_hand(acme, requests=500)
    asked = values(acme, "600", until=SOON)

    shown = (await acme.service.preview("limit", asked, "U_DANA")).outlook.request

    assert shown == {
        "project": acme.project_id,
        "model": MODEL,
        "reason": "Load test",
        "until": SOON,
        "requests_per_minute": 600,
        "tokens_per_minute": 4_000_000,
        "raise_percent": pytest.approx(20.0),
        "above_first": True,
    }


@pytest.mark.parametrize(
    ("requests", "tokens", "percent"),
    [("5000", "", -50.0), ("5000", "8000000", 100.0), ("", "", 0.0)],
    ids=["a cut", "the most of the two", "nothing yet"],
)
async def test_a_raise_is_counted_from_what_lasts(acme: Company, requests: str, tokens: str, percent: float) -> None:
    await given(acme, "1000", "1000", until=SOON)

    shown = await acme.service.preview("limit", values(acme, requests, tokens), "U_DANA")

    assert shown.outlook.request["raise_percent"] == pytest.approx(percent)


RULES = """
version: 1
environments: {sandbox: {description: Tries., monthly_limit: 50}}
fallback: [{group: platform}]
rules:
  - {name: cuts, kinds: [limit], when: request.raise_percent <= 0.0, stages: [{approvers: [project_owners]}]}
  - {name: beyond, kinds: [limit], when: request.above_first, deny: Nobody gets that much.}
"""


@pytest.mark.parametrize(("requests", "deciders"), [("500", "Rule: cuts."), ("20000", "Nobody gets that much.")])
async def test_a_policy_can_tell_cuts_from_raises(acme: Company, requests: str, deciders: str) -> None:
    acme.service.policy = policy_from_text(RULES, "policy.yml")

    shown = await acme.service.preview("limit", values(acme, requests), "U_DANA")

    assert shown.deciders.endswith(deciders)


async def test_a_grant_is_taken_back_at_its_end(acme: Company) -> None:
    request = await given(acme, "500", "100000", until=SOON)
    assert (request.state, request.ends_at) == (State.GRANTED, datetime(2026, 12, 1, tzinfo=UTC))
    assert lines(request)[0][2] == f"500 until {SOON}"

    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await limits(acme) == FIRST
    (_, back) = (await acme.service.dossier(request.id)).steps
    assert back.before == {"requests_per_minute": 500, "tokens_per_minute": 100_000}
    assert back.receipt == {"model": MODEL, "requests_per_minute": 10_000, "tokens_per_minute": 4_000_000}


async def test_it_can_be_given_back_before(acme: Company) -> None:
    assert (await given_back(acme, await given(acme, "500", until=SOON))).state is State.REVERTED
    assert await limits(acme) == FIRST


async def test_a_temporary_limit_can_be_asked_for_for_good_and_the_card_says_so(acme: Company) -> None:
    await given(acme, "500", until=SOON)

    request = await ask(acme, "500")

    assert lines(request)[0] == (
        "Requests per minute",
        "500 for a time, then 10,000 (10,000 when first seen)",
        "500 for good",
    )


async def test_a_limit_whose_base_was_changed_meanwhile_goes_to_the_new_base(acme: Company) -> None:
    await by_hand(acme, requests=1000, tokens=1000)
    grant = await given(acme, "5000", "5000", until=SOON)
    await given(acme, "2000")

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await limits(acme) == (2000, 1000)


async def test_each_of_the_two_limits_ends_by_itself(acme: Company) -> None:
    await given(acme, "500", until=SOON)
    await given(acme, tokens="1000", until=LATER)

    await after(acme, SOON)
    assert await limits(acme) == (10_000, 1000)
    await after(acme, LATER)
    assert await limits(acme) == FIRST


async def test_two_grants_of_one_limit_in_the_order_of_their_ends(acme: Company) -> None:
    await given(acme, "500", until=SOON)
    await given(acme, "700", until=LATER)

    await after(acme, SOON)
    assert await limits(acme) == (700, 4_000_000)
    await after(acme, LATER)
    assert await limits(acme) == FIRST


async def test_two_grants_of_one_limit_in_the_other_order(acme: Company) -> None:
    await given(acme, "500", until=SOON)
    longer = await given(acme, "700", until=LATER)

    await given_back(acme, longer)
    assert await limits(acme) == (500, 4_000_000)
    await after(acme, SOON)
    assert await limits(acme) == FIRST


async def test_an_extension_keeps_it_longer(acme: Company) -> None:
    await extended(acme, await given(acme, "500", until=SOON), "pat")

    await after(acme, SOON)
    assert await limits(acme) == (500, 4_000_000)
    await after(acme, "2026-12-08")
    assert await limits(acme) == FIRST


async def test_an_end_never_gives_more_than_somebody_left_by_hand(acme: Company) -> None:
    grant = await given(acme, "500", "100000", until=SOON)
    await by_hand(acme, requests=50)

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await limits(acme) == (50, 4_000_000)


async def test_an_end_finds_nothing_to_do_for_a_model_that_the_project_lost(acme: Company) -> None:
    grant = await given(acme, "500", until=SOON)
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5-mini"])

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert (await acme.service.dossier(grant.id)).steps[-1].receipt == {"model": MODEL, "not_listed": True}


async def test_two_approved_requests_about_one_limit_at_once_both_take_effect(acme: Company) -> None:
    first, second = await ask(acme, "500"), await ask(acme, tokens="1000")
    for request in (first, second):
        await acme.decide(request, "pat")

    await by_two_workers(acme)

    assert {await acme.state(first), await acme.state(second)} == {State.COMPLETED}
    assert await limits(acme) == (500, 1000)
