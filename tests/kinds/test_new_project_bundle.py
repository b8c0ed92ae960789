"""A new project as a bundle: what the environment's template gives, shown and approved, made in order, taken back."""

import json
from typing import Any

import httpx
import pytest

from sandbox.openai.errors import Refusal
from sandbox.openai.resources import rate_limits, service_accounts
from tests.support.company import Company
from tests.support.keys import accounts, change_settings, claim_of, keys, take
from workflows.errors import InvalidFields
from workflows.kind import Outlook
from workflows.lifecycle import State
from workflows.model import Request, StepState
from workflows.policy import policy_from_text

POLICY = """
version: 1
environments:
  production:
    description: Real customers.
    models: [gpt-5-mini, gpt-5.2]
    monthly_limit: 500
    tools: [web_search, code_interpreter]
    groups: {engineering: member, support: viewer}
    rate_limits:
      gpt-5-mini: {requests_per_minute: 100, tokens_per_minute: 20000}
      gpt-5.2: {requests_per_minute: 50}
    service_account: app
keys: {expires_in_days: 60, claim_hours: 24}
fallback: [{group: platform}]
rules:
  - name: new projects
    kinds: [new_project]
    stages: [{name: organisation, approvers: [organization_owners]}]
"""
LINES = {
    "Groups": "engineering (member), support (viewer)",
    "Tools": "web search, code interpreter",
    "Rate limits": "gpt-5-mini: 100 requests per minute and 20,000 tokens per minute; gpt-5.2: 50 requests per minute",
    "Service account": "app, with a key for whoever asked (life: 60 days)",
}


@pytest.fixture(name="groups", autouse=True)
def _groups(acme: Company) -> dict[str, str]:
    govern(acme, POLICY)
    return {acme.local.add_group(name=name).id: name for name in ("engineering", "support")}


def govern(acme: Company, policy: str) -> None:
    acme.service.policy = policy_from_text(policy, name="policy.yml")


async def made(acme: Company) -> str:
    (project,) = await acme.made("support-assistant")
    return project.id


def shown(outlook: Outlook | Request) -> dict[str, str]:
    return {each.label: each.proposed for each in outlook.changes}


async def test_the_form_and_the_card_show_what_the_template_gives(acme: Company) -> None:
    preview = await acme.service.preview("new_project", {"environment": "production"}, "U_DANA")
    request = await acme.ask_for_project()

    assert LINES.items() <= shown(preview.outlook).items()
    assert LINES.items() <= shown(request).items()


async def test_everything_of_the_bundle_is_there(acme: Company, groups: dict[str, str]) -> None:
    request = await acme.carried_out(await acme.ask_for_project(), "olivia")

    project_id = await made(acme)
    roles = {groups[each]: [one.name for one in await acme.api.group_roles(project_id, each)] for each in groups}
    tools = await acme.api.hosted_tools(project_id)
    limits = {each.model: each for each in await acme.api.rate_limits(project_id)}
    spend = await acme.api.spend_limit(project_id)
    assert request.state is State.COMPLETED
    assert roles == {"engineering": ["member"], "support": ["viewer"]}
    assert {tool for tool, enabled in tools.items() if enabled} == {"web_search", "code_interpreter"}
    assert (limits["gpt-5-mini"].requests_per_minute, limits["gpt-5-mini"].tokens_per_minute) == (100, 20_000)
    assert limits["gpt-5.2"].requests_per_minute == 50
    assert await accounts(acme, project_id) == {"app": "member"}
    assert await keys(acme, project_id) == {}
    assert spend is not None
    assert spend.cents == 500_00


async def test_the_spend_limit_is_set_last_and_read_back(acme: Company) -> None:
    await acme.carried_out(await acme.ask_for_project(), "olivia")

    async with httpx.AsyncClient() as client:
        calls = (await client.get(f"{acme.url}/_sandbox/calls")).json()["calls"]
    writes = [number for number, each in enumerate(calls) if each["method"] == "POST" and "/v1/" in each["path"]]
    assert calls[writes[-1]]["path"].endswith("/spend_limit")
    assert any(each["path"].endswith("/spend_limit") for each in calls[writes[-1] + 1 :])


async def test_who_asked_takes_the_first_key_and_it_lives_as_the_policy_says(acme: Company) -> None:
    request = await acme.carried_out(await acme.ask_for_project(), "olivia")

    issued = await take(acme, request)

    project_id, claim = await made(acme), await claim_of(acme, request)
    ((key_id, key),) = (await keys(acme, project_id)).items()
    assert (key_id, key.owner_name, key.name) == (issued.id, "app", f"app {request.id}-1")
    assert (claim.terms.expires_in_days, claim.terms.claim_hours, claim.terms.own_account) == (60, 24, True)
    assert claim.project_id == project_id


async def test_what_was_approved_is_what_runs_whatever_the_policy_says_by_then(acme: Company) -> None:
    request = await acme.decide(await acme.ask_for_project(), "olivia")
    govern(acme, POLICY.replace("web_search, code_interpreter", "mcp").replace("support: viewer", "support: owner"))

    await acme.executor.run_due()

    assert await acme.state(request) is State.COMPLETED
    tools = await acme.api.hosted_tools(await made(acme))
    assert {tool for tool, enabled in tools.items() if enabled} == {"web_search", "code_interpreter"}


async def test_limits_of_models_that_the_project_may_not_use_are_left_out(acme: Company) -> None:
    request = await acme.ask_for_project(models=["gpt-5.2"])

    assert shown(request)["Rate limits"] == "gpt-5.2: 50 requests per minute"
    assert (await acme.carried_out(request, "olivia")).state is State.COMPLETED


async def test_the_key_has_no_end_where_there_are_none(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_ability("key_expiry", there=False, now=acme.clock())
    await change_settings(acme, key_expiry=False)
    request = await acme.ask_for_project()
    assert shown(request)["Service account"] == "app, with a key for whoever asked (life: for good)"

    issued = await take(acme, await acme.carried_out(request, "olivia"))

    assert issued.expires_at is None


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        pytest.param(
            "engineering: member",
            "enginering: member",
            "The policy gives production the group enginering, and the organisation has none of that name.",
            id="group",
        ),
        pytest.param(
            "engineering: member",
            "engineering: wizard",
            "The policy gives production the group engineering the role wizard; "
            "a new project has owner, member, viewer.",
            id="role",
        ),
        pytest.param(
            "models: [gpt-5-mini, gpt-5.2]",
            "models: [gpt-5-mini, gpt-5.2, gpt-55]",
            "The policy gives production the model gpt-55, which this organisation does not have.",
            id="model",
        ),
        pytest.param(
            "models: [gpt-5-mini, gpt-5.2]\n    monthly_limit: 500\n    tools: [web_search, code_interpreter]",
            "monthly_limit: 500\n    rate_limits: {gpt-55: {requests_per_minute: 1}}\n    tools: []",
            "The policy gives production a rate limit for gpt-55, which is no model of this organisation.",
            id="rate-limit",
        ),
    ],
)
async def test_a_slip_in_the_template_is_refused_in_the_form_and_named(
    acme: Company, right: str, wrong: str, sentence: str
) -> None:
    policy = POLICY.replace(right, wrong)
    if "rate_limits: {gpt-55" in wrong:
        policy = policy.replace(_between(policy, "    rate_limits:\n", "    service_account"), "")
    govern(acme, policy)

    with pytest.raises(InvalidFields) as refused:
        await acme.ask_for_project()

    assert refused.value.errors == {"environment": f"{sentence} Tell your platform team."}


def _between(text: str, start: str, end: str) -> str:
    return text[text.index(start) : text.index(end)]


async def test_two_groups_of_one_name_are_not_guessed_between(acme: Company) -> None:
    acme.local.add_group(name="support")

    with pytest.raises(InvalidFields, match="the group support, and the organisation has two of that name"):
        await acme.ask_for_project()


async def test_a_name_with_the_reference_of_a_request_is_refused(acme: Company) -> None:
    request = await acme.ask_for_project()

    with pytest.raises(InvalidFields, match="holds the reference of a request"):
        await acme.ask_for_project(name=f"{request.id} support")


async def test_what_is_made_for_one_request_is_bound_to_it_in_the_stored_parameters(acme: Company) -> None:
    params: Any = json.loads(json.dumps(dict((await acme.ask_for_project()).params)))

    assert [(each["name"], each["role"]) for each in params["groups"]] == [
        ("engineering", "member"),
        ("support", "viewer"),
    ]
    assert all(each["id"].startswith("group_") for each in params["groups"])


# Refused in the middle


@pytest.fixture(name="refused_limit")
def _refused_limit(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let OpenAI refuse rate limits, until undone."""

    def refuse(*_: object) -> None:
        raise Refusal(400, "The organization allows less than that.", code="invalid_request")

    monkeypatch.setattr(rate_limits, "_refuse_beyond", refuse)
    return monkeypatch


async def test_a_tool_that_the_organisation_forces_fails_with_openais_words(acme: Company) -> None:
    acme.local.change_settings({"hosted_tools": {"web_search": "none"}})

    request = await acme.carried_out(await acme.ask_for_project(), "olivia")

    assert request.state is State.FAILED
    assert "Enable web search, code interpreter: OpenAI said: The organization enables web_search for no project" in (
        request.problem
    )


async def test_trying_again_goes_on_from_the_step_that_was_refused(
    acme: Company, refused_limit: pytest.MonkeyPatch
) -> None:
    request = await acme.carried_out(await acme.ask_for_project(), "olivia")
    steps = (await acme.service.dossier(request.id)).steps
    assert request.state is State.FAILED
    assert [each.name for each in steps if each.state is StepState.REFUSED] == ["rate_limit:gpt-5-mini"]
    assert "The organization allows less than that" in request.problem
    refused_limit.undo()

    await acme.service.retry(request.id, "U_OMAR")
    done = await acme.carried_out(request)

    assert done.state is State.COMPLETED
    assert len(await acme.made("support-assistant")) == 1
    assert await acme.calls("POST", "/model_permissions") == 1
    assert await accounts(acme, await made(acme)) == {"app": "member"}


async def test_taking_back_a_half_made_project_archives_it_with_all_that_is_in_it(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refusal(403, "You may not rename this.", code="forbidden")

    monkeypatch.setattr(service_accounts, "replace", refuse)
    request = await acme.carried_out(await acme.ask_for_project(), "olivia")
    assert request.state is State.FAILED
    assert len(await acme.api.invites()) == 1
    project_id = await made(acme)

    await acme.service.abandon(request.id, "U_OMAR")
    done = await acme.carried_out(request)

    assert done.state is State.REVERTED
    assert (await acme.api.project(project_id)).archived
    assert await acme.api.invites() == []
    async with acme.database.read() as work:
        project = await work.project(project_id)
        assert await work.standing_in(project_id) == {}
    assert project is not None
    assert project.archived
    assert (await acme.service.dossier(request.id)).claim is None
    assert (await acme.ask_for_project()).state is State.PENDING  # its name is free again


async def test_a_project_that_was_not_made_needs_nothing_taken_back(acme: Company) -> None:
    request = await acme.ask_for_project()
    await acme.api.create_project("support-assistant")
    failed = await acme.carried_out(request, "olivia")
    assert "was made meanwhile" in failed.problem

    await acme.service.abandon(request.id, "U_OMAR")

    assert (await acme.carried_out(request)).state is State.REVERTED
    assert len(await acme.made("support-assistant")) == 1
