"""More models for a project: asked for, decided, carried out, read back, and taken back again."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.company import Company
from tests.support.grants import LATER, SOON, after, by_two_workers, extended, given_back, refused
from workflows.lifecycle import State
from workflows.model import Request

HAS = "gpt-5-mini"
NEW = "gpt-5.2"


@pytest.fixture(name="project", autouse=True)
async def _project(acme: Company) -> None:
    """Let internal-qa use one model and no other."""
    await acme.api.set_model_permissions(acme.project_id, [HAS])


def values(acme: Company, *models: str, **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "models": list(models or (NEW,)), "reason": "Evaluation"} | changes


async def ask(acme: Company, *models: str, **changes: Any) -> Request:
    return await acme.ask("model", values(acme, *models, **changes))


async def given(acme: Company, *models: str, until: str = "") -> Request:
    """Have models allowed, until that day or for good."""
    return await acme.carried_out(await ask(acme, *models, until=until), "pat")


async def listed(acme: Company, mode: str) -> set[str]:
    permissions = await acme.api.model_permissions(acme.project_id)
    assert permissions is not None
    assert permissions.mode == mode
    return set(permissions.model_ids)


async def allowed(acme: Company) -> set[str]:
    return await listed(acme, "allow_list")


async def denied(acme: Company) -> set[str]:
    return await listed(acme, "deny_list")


async def test_what_is_asked_for_is_allowed_besides_what_was(acme: Company) -> None:
    request = await ask(acme, NEW, "o3")
    lines = [(each.label, each.now, each.proposed) for each in request.changes]
    assert lines == [(model, "not allowed", "allowed for good") for model in (NEW, "o3")]
    assert request.title == "Allow gpt-5.2, o3 in internal-qa"

    done = await acme.carried_out(request, "pat")

    assert done.state is State.COMPLETED
    assert done.receipt["add_models"] == {"models": [NEW, "o3"]}
    assert await allowed(acme) == {HAS, NEW, "o3"}


async def test_a_list_of_what_is_denied_loses_what_is_asked_for_until_its_end(acme: Company) -> None:
    await acme.api.set_model_permissions(acme.project_id, [NEW, "o3"], mode="deny_list")

    grant = await given(acme, until=SOON)
    assert await denied(acme) == {"o3"}
    await given_back(acme, grant)
    assert await denied(acme) == {NEW, "o3"}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"models": []}, "models", "Please fill this in."),
        ({"models": ["gpt-9"]}, "models", "gpt-9 is not a model of this organisation. Choose from the list."),
        ({"models": [HAS]}, "models", "This is allowed already. Choose something that is not."),
        ({"models": [f"m-{each}" for each in range(101)]}, "models", "At most 100 of these; this has 101."),
        ({"until": "2026-11-22"}, "until", "Choose today or a later day."),
        ({"until": "soon"}, "until", "Choose a date, like 2027-01-31."),
        ({"reason": ""}, "reason", "Please fill this in."),
        ({"project": ""}, "project", "Please fill this in."),
        ({"project": "proj_gone"}, "project", "This project does not exist any more. Choose another."),
    ],
)
async def test_a_wrong_value_is_refused_at_its_field(
    acme: Company, changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert await refused(acme, "model", values(acme, **changes)) == {field: sentence}


async def test_a_project_without_a_policy_may_use_every_model_and_has_nothing_to_ask_for(acme: Company) -> None:
    await acme.api.delete_model_permissions(acme.project_id)

    errors = await refused(acme, "model", values(acme))

    assert errors == {"models": "This project may use every model already, so there is nothing to ask for."}


async def test_an_archived_project_is_refused(acme: Company) -> None:
    await acme.api.archive_project(acme.project_id)

    assert "does not exist any more" in (await refused(acme, "model", values(acme)))["project"]


async def test_a_model_that_openai_does_not_let_the_organisation_have_fails_in_its_words(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_models(["gpt-4-classic"])  # OpenAI withdrew it since the models were read

    failed = await given(acme, "gpt-4-classic")

    assert failed.state is State.FAILED
    assert "The model gpt-4-classic is not available to this organization." in failed.problem
    assert await allowed(acme) == {HAS}


async def test_one_that_is_new_makes_the_others_no_fault(acme: Company) -> None:
    request = await ask(acme, HAS, NEW)

    assert [(each.now, each.proposed) for each in request.changes] == [
        ("allowed for good", "allowed for good"),
        ("not allowed", "allowed for good"),
    ]


@pytest.mark.parametrize(
    ("mode", "models", "hint"),
    [
        ("allow_list", [HAS, "o3"], "It may use these models now: gpt-5-mini, o3."),
        ("allow_list", [], "It may use no model now."),
        ("deny_list", ["o3"], "It may use every model now but o3."),
        ("deny_list", [], "It may use every model now."),
    ],
)
async def test_the_form_says_what_may_be_used_now(acme: Company, mode: str, models: list[str], hint: str) -> None:
    await acme.api.set_model_permissions(acme.project_id, models, mode=mode)

    shown = await acme.service.preview("model", {"project": acme.project_id}, "U_DANA")

    assert shown.outlook.title == "Allow models in internal-qa"
    assert shown.outlook.hints == (hint,)


async def test_conditions_see_what_is_asked_for_and_what_of_it_is_new(acme: Company) -> None:
    whole = values(acme, HAS, NEW, until=SOON)
    shown = await acme.service.preview("model", whole, "U_DANA")

    assert shown.outlook.request == whole | {"new_models": [NEW]}


async def test_a_grant_is_taken_back_at_its_end(acme: Company) -> None:
    request = await given(acme, until=SOON)
    assert (request.state, request.ends_at) == (State.GRANTED, datetime(2026, 12, 1, tzinfo=UTC))
    assert request.changes[0].proposed == f"allowed until {SOON}"

    await after(acme, SOON)

    reverted = await acme.request(request)
    assert reverted.state is State.REVERTED
    assert await allowed(acme) == {HAS}


async def test_it_can_be_given_back_before(acme: Company) -> None:
    request = await given(acme, until=SOON)

    assert (await given_back(acme, request)).state is State.REVERTED
    assert await allowed(acme) == {HAS}


async def test_a_grant_with_a_model_that_was_there_leaves_that_one(acme: Company) -> None:
    await given_back(acme, await given(acme, HAS, NEW, until=SOON))

    assert await allowed(acme) == {HAS}


@pytest.mark.parametrize(
    ("until", "proposed"), [("", "allowed for good"), (LATER, f"allowed until {LATER}")], ids=["for good", "longer"]
)
async def test_what_only_a_grant_allows_can_be_asked_for_and_the_card_says_so(
    acme: Company, until: str, proposed: str
) -> None:
    await given(acme, until=SOON)

    request = await ask(acme, until=until)

    assert [(each.now, each.proposed) for each in request.changes] == [(f"allowed until {SOON}", proposed)]


@pytest.mark.parametrize("until", [SOON, "2026-11-25"])
async def test_what_a_grant_allows_for_as_long_already_is_refused(acme: Company, until: str) -> None:
    await given(acme, until=SOON)

    errors = await refused(acme, "model", values(acme, until=until))

    sentence = "This is allowed until 2026-11-30 already. Choose a later day, or none to have it for good."
    assert errors == {"until": sentence}


async def test_a_model_that_a_permanent_request_gave_meanwhile_stays(acme: Company) -> None:
    grant = await given(acme, NEW, "o3", until=SOON)
    await given(acme, NEW)

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await allowed(acme) == {HAS, NEW}


async def test_two_grants_of_one_model_in_the_order_of_their_ends(acme: Company) -> None:
    await given(acme, until=SOON)
    await given(acme, until=LATER)

    await after(acme, SOON)
    assert await allowed(acme) == {HAS, NEW}
    await after(acme, LATER)
    assert await allowed(acme) == {HAS}


async def test_two_grants_of_one_model_in_the_other_order(acme: Company) -> None:
    await given(acme, until=SOON)
    longer = await given(acme, until=LATER)

    await given_back(acme, longer)
    assert await allowed(acme) == {HAS, NEW}
    await after(acme, SOON)
    assert await allowed(acme) == {HAS}


async def test_an_extension_keeps_it_longer(acme: Company) -> None:
    grant = await extended(acme, await given(acme, until=SOON), "pat")
    assert grant.ends_at == datetime(2026, 12, 9, tzinfo=UTC)

    await after(acme, SOON)
    assert await allowed(acme) == {HAS, NEW}
    await after(acme, "2026-12-08")
    assert await acme.state(grant) is State.REVERTED
    assert await allowed(acme) == {HAS}


async def test_what_was_changed_by_hand_meanwhile_stays(acme: Company) -> None:
    grant = await given(acme, NEW, "o3", until=SOON)
    await acme.api.set_model_permissions(acme.project_id, [HAS, NEW, "gpt-4o"])

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await allowed(acme) == {HAS, "gpt-4o"}


async def test_a_project_whose_policy_was_lifted_meanwhile_keeps_every_model(acme: Company) -> None:
    grant = await given(acme, until=SOON)
    await acme.api.delete_model_permissions(acme.project_id)

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await acme.api.model_permissions(acme.project_id) is None


async def test_two_approved_requests_about_one_project_at_once_both_take_effect(acme: Company) -> None:
    first, second = await ask(acme, NEW), await ask(acme, "o3")
    for request in (first, second):
        await acme.decide(request, "pat")
    # So slow that both would read the list before either writes it, did they not wait for each other.
    await acme.fault(fault="delay", method="GET", path_regex="model_permissions$", seconds=0.2, count=None)

    await by_two_workers(acme)

    assert {await acme.state(first), await acme.state(second)} == {State.COMPLETED}
    assert await allowed(acme) == {HAS, NEW, "o3"}


async def test_a_call_that_takes_effect_long_after_it_was_cut_off_undoes_nobody_elses(acme: Company) -> None:
    first, second = await ask(acme, NEW), await ask(acme, "o3")
    for request in (first, second):
        await acme.decide(request, "pat")
    await acme.fault(fault="delay", method="POST", path_regex="model_permissions$", seconds=5.6)

    await acme.executor.run_due()  # our patience is five seconds
    assert {await acme.state(first), await acme.state(second)} == {State.UNCONFIRMED, State.APPROVED}
    await asyncio.sleep(1.0)
    acme.pass_time(seconds=10)
    await acme.executor.run_due()

    assert {await acme.state(first), await acme.state(second)} == {State.COMPLETED}
    assert await allowed(acme) == {HAS, NEW, "o3"}
