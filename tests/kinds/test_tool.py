"""OpenAI's hosted tools for a project: asked for, decided, carried out, read back, and taken back again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.company import Company
from tests.support.grants import LATER, SOON, after, by_two_workers, extended, given_back, refused, told
from workflows.kind import choices
from workflows.kinds import discover, examples
from workflows.lifecycle import State
from workflows.model import OutboxTopic, Request
from workflows.policy import load_policy
from workflows.steps import TOOLS

ON = "file_search"


@pytest.fixture(name="project", autouse=True)
async def _project(acme: Company) -> None:
    """Let internal-qa use one tool."""
    await acme.api.set_hosted_tools(acme.project_id, {ON: True})


def values(acme: Company, *tools: str, **changes: Any) -> dict[str, Any]:
    return {"project": acme.project_id, "tools": list(tools or ("code_interpreter",)), "reason": "Charts"} | changes


async def ask(acme: Company, *tools: str, **changes: Any) -> Request:
    return await acme.ask("tool", values(acme, *tools, **changes))


async def given(acme: Company, *tools: str, until: str = "") -> Request:
    """Have tools enabled, until that day or for good."""
    return await acme.carried_out(await ask(acme, *tools, until=until), "pat")


async def enabled(acme: Company) -> set[str]:
    return {tool for tool, on in (await acme.api.hosted_tools(acme.project_id)).items() if on}


def decide_for_all_projects(acme: Company, **policies: str) -> None:
    """Have the organisation force tools on (``all``) or off (``none``), as at its dashboard."""
    acme.local.settings.change({"hosted_tools": policies})


async def test_what_is_asked_for_is_enabled_besides_what_was(acme: Company) -> None:
    request = await ask(acme, "code_interpreter", "image_generation")
    assert [(each.label, each.now, each.proposed) for each in request.changes] == [
        ("Code interpreter", "not enabled", "enabled for good"),
        ("Image generation", "not enabled", "enabled for good"),
    ]
    assert request.title == "Enable code interpreter, image generation in internal-qa"
    assert request.risks == ()

    done = await acme.carried_out(request, "pat")

    assert done.state is State.COMPLETED
    assert done.receipt["enable_tools"] == {"tools": ["code_interpreter", "image_generation"]}
    assert await enabled(acme) == {ON, "code_interpreter", "image_generation"}


async def test_the_form_offers_every_tool_there_is() -> None:
    assert choices(discover()["tool"], "tools") == list(TOOLS)


async def test_tools_that_reach_out_of_openai_are_pointed_out(acme: Company) -> None:
    request = await ask(acme, "web_search", "mcp", "code_interpreter")

    assert [each.split()[0] for each in request.risks] == ["Web", "MCP"]


async def test_the_form_says_what_is_enabled_and_what_it_cannot_do(acme: Company) -> None:
    shown = await acme.service.preview("tool", {"project": acme.project_id}, "U_DANA")

    assert shown.outlook.hints[0] == "It may use these tools now: file search."
    assert "OpenAI answers 409" in shown.outlook.hints[1]
    assert "an end" in shown.outlook.hints[1]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"tools": []}, "tools", "Please fill this in."),
        (
            {"tools": ["teleport"]},
            "tools",
            "Choose one of these: file_search, web_search, image_generation, mcp or code_interpreter.",
        ),
        ({"tools": [ON]}, "tools", "This is enabled already. Choose something that is not."),
        ({"until": "2026-11-22"}, "until", "Choose today or a later day."),
        ({"reason": ""}, "reason", "Please fill this in."),
        ({"project": "proj_gone"}, "project", "This project does not exist any more. Choose another."),
    ],
)
async def test_a_wrong_value_is_refused_at_its_field(
    acme: Company, changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert await refused(acme, "tool", values(acme, **changes)) == {field: sentence}


@pytest.mark.parametrize("written", ["mcp", "mcp, mcp", ["mcp", "mcp"]])
async def test_one_tool_is_one_however_it_is_written(acme: Company, written: str | list[str]) -> None:
    assert (await ask(acme, tools=written)).params["tools"] == ["mcp"]


@pytest.mark.parametrize(
    ("tools", "rule"),
    [(["mcp", ON], "tool that reaches out"), (["code_interpreter"], "within a project")],
)
async def test_conditions_see_the_tools_and_what_of_them_is_new(acme: Company, tools: list[str], rule: str) -> None:
    acme.service.policy = load_policy(None, examples=examples(discover()))
    whole = values(acme, *tools)

    shown = await acme.service.preview("tool", whole, "U_DANA")

    assert shown.outlook.request == whole | {"new_tools": [each for each in tools if each != ON]}
    assert shown.deciders.endswith(f"Rule: {rule}.")


async def test_a_grant_is_taken_back_at_its_end(acme: Company) -> None:
    request = await given(acme, ON, "code_interpreter", until=SOON)
    assert (request.state, request.ends_at) == (State.GRANTED, datetime(2026, 12, 1, tzinfo=UTC))

    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await enabled(acme) == {ON}


async def test_it_can_be_given_back_before(acme: Company) -> None:
    assert (await given_back(acme, await given(acme, until=SOON))).state is State.REVERTED
    assert await enabled(acme) == {ON}


async def test_what_only_a_grant_enables_can_be_asked_for_and_the_card_says_so(acme: Company) -> None:
    await given(acme, until=SOON)

    longer = await ask(acme, until=LATER)

    assert [(each.now, each.proposed) for each in longer.changes] == [
        (f"enabled until {SOON}", f"enabled until {LATER}")
    ]
    sentence = "This is enabled until 2026-11-30 already. Choose a later day, or none to have it for good."
    assert await refused(acme, "tool", values(acme, until=SOON)) == {"until": sentence}


async def test_a_tool_that_a_permanent_request_gave_meanwhile_stays(acme: Company) -> None:
    grant = await given(acme, "code_interpreter", "mcp", until=SOON)
    await given(acme, "code_interpreter")

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await enabled(acme) == {ON, "code_interpreter"}


async def test_two_grants_of_one_tool_in_the_order_of_their_ends(acme: Company) -> None:
    await given(acme, until=SOON)
    await given(acme, until=LATER)

    await after(acme, SOON)
    assert await enabled(acme) == {ON, "code_interpreter"}
    await after(acme, LATER)
    assert await enabled(acme) == {ON}


async def test_two_grants_of_one_tool_in_the_other_order(acme: Company) -> None:
    await given(acme, until=SOON)
    longer = await given(acme, until=LATER)

    await given_back(acme, longer)
    assert await enabled(acme) == {ON, "code_interpreter"}
    await after(acme, SOON)
    assert await enabled(acme) == {ON}


async def test_an_extension_keeps_it_longer(acme: Company) -> None:
    await extended(acme, await given(acme, until=SOON), "pat")

    await after(acme, SOON)
    assert await enabled(acme) == {ON, "code_interpreter"}
    await after(acme, "2026-12-08")
    assert await enabled(acme) == {ON}


async def test_one_that_somebody_disabled_by_hand_is_back_already(acme: Company) -> None:
    grant = await given(acme, until=SOON)
    await acme.api.set_hosted_tools(acme.project_id, {"code_interpreter": False})

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await enabled(acme) == {ON}


async def test_two_approved_requests_about_one_project_at_once_both_take_effect(acme: Company) -> None:
    first, second = await ask(acme, "mcp"), await ask(acme, "code_interpreter")
    for request in (first, second):
        await acme.decide(request, "pat")

    await by_two_workers(acme)

    assert {await acme.state(first), await acme.state(second)} == {State.COMPLETED}
    assert await enabled(acme) == {ON, "mcp", "code_interpreter"}


async def test_a_tool_that_the_organisation_forbids_fails_in_openais_words_and_enables_nothing(acme: Company) -> None:
    decide_for_all_projects(acme, mcp="none")

    failed = await given(acme, "code_interpreter", "mcp")

    assert failed.state is State.FAILED
    assert "OpenAI said: The organization enables mcp for no project" in failed.problem
    assert await enabled(acme) == {ON}


async def test_once_the_organisation_allows_it_who_has_authority_has_it_tried_again(acme: Company) -> None:
    decide_for_all_projects(acme, mcp="none")
    failed = await given(acme, "mcp")
    decide_for_all_projects(acme, mcp="selected")

    await acme.service.retry(failed.id, "U_PAT")
    await acme.executor.run_due()

    assert await acme.state(failed) is State.COMPLETED
    assert await enabled(acme) == {ON, "mcp"}


async def test_a_tool_that_the_organisation_gave_to_all_before_is_not_taken_at_the_end(acme: Company) -> None:
    request = await ask(acme, "code_interpreter", until=SOON)
    decide_for_all_projects(acme, code_interpreter="all")
    await acme.carried_out(request, "pat")

    await after(acme, SOON)

    assert await acme.state(request) is State.REVERTED
    assert await enabled(acme) == {ON, "code_interpreter"}


async def forced_on_at_the_end(acme: Company) -> Request:
    """Return a grant of two tools whose end OpenAI refuses, for one of them is forced on meanwhile."""
    grant = await given(acme, "web_search", "mcp", until=SOON)
    decide_for_all_projects(acme, web_search="all")
    await after(acme, SOON)
    return await acme.request(grant)


async def test_an_end_that_openai_refuses_has_failed_with_its_words(acme: Company) -> None:
    failed = await forced_on_at_the_end(acme)

    assert failed.state is State.REVERT_FAILED
    assert "OpenAI said: The organization enables web_search for all projects" in failed.problem


async def test_what_else_ends_with_it_is_taken_back_all_the_same(acme: Company) -> None:
    await forced_on_at_the_end(acme)

    assert await enabled(acme) == {ON, "web_search"}


async def test_an_end_that_failed_is_loud(acme: Company) -> None:
    failed = await forced_on_at_the_end(acme)

    said = [each for each in await told(acme, failed) if each.payload.get("event") == "revert_failed"]

    assert {each.topic for each in said} == {OutboxTopic.POST}
    assert {each.role.partition(":")[0] for each in said} == {"direct", "note", "alarm"}
    (alarm,) = [each for each in said if each.role.startswith("alarm")]
    assert (alarm.payload["to"], alarm.payload["note"]) == ("alerts", failed.problem)


async def test_an_end_that_failed_is_tried_again_by_itself(acme: Company) -> None:
    failed = await forced_on_at_the_end(acme)
    assert failed.due_at is not None
    assert failed.due_at - acme.clock() <= timedelta(minutes=15)
    decide_for_all_projects(acme, web_search="selected")

    acme.pass_time(minutes=15)
    await acme.executor.run_due()

    assert await acme.state(failed) is State.REVERTED
    assert await enabled(acme) == {ON}


async def test_an_end_that_fails_again_waits_longer_and_is_loud_again(acme: Company) -> None:
    failed = await forced_on_at_the_end(acme)
    await told(acme, failed)

    acme.pass_time(minutes=15)
    await acme.executor.run_due()

    again = await acme.request(failed)
    assert again.state is State.REVERT_FAILED
    assert again.due_at is not None
    assert timedelta(minutes=15) < again.due_at - acme.clock() <= timedelta(minutes=30)
    assert "alarm" in {each.role.partition(":")[0] for each in await told(acme, failed)}
