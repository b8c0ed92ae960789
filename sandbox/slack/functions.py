"""Runs of the app's custom functions, the steps that Workflow Builder has from the manifest."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack import events
from sandbox.slack.errors import Malformed, SlackError
from sandbox.slack.grants import Grant
from sandbox.slack.ids import new_id
from sandbox.slack.manifest import Function, Parameter
from sandbox.slack.model import Json, User
from sandbox.slack.team import Team

_PLAIN: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "slack#/types/user_id": str,
    "slack#/types/channel_id": str,
    "slack#/types/usergroup_id": str,
    "slack#/types/timestamp": int,
    "slack#/types/date": str,
    "slack#/types/message_ts": str,
    "slack#/types/blocks": list,
    "slack#/types/rich_text": (dict, list),
}


@dataclass(kw_only=True)
class Execution:
    """One run: *inputs* came from the workflow, *outputs* or *error* from the app."""

    callback_id: str
    function: Function
    team_id: str
    inputs: Json
    grant: Grant
    id: str = field(default_factory=lambda: new_id("Fx"))
    workflow_id: str = field(default_factory=lambda: new_id("Wx"))
    state: Literal["running", "completed", "failed"] = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""

    def as_json(self) -> Json:
        return {
            "function_execution_id": self.id,
            "callback_id": self.callback_id,
            "state": self.state,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "error": self.error,
        }


def run(team: Team, user: User, callback_id: str, inputs: Json) -> Execution:
    """Let a workflow of *user* reach the step *callback_id*; the app hears ``function_executed``.

    Raises ``Malformed`` when the app has no such step, may not have one, or the inputs do not suit it.
    """
    function = _step(team, callback_id, inputs)
    if team.grant is None:
        raise Malformed(f"The app is not installed in {team.name}.")
    grant = team.grant.model_copy(
        update={"token": f"xwfp-{secrets.token_hex(16)}", "kind": "function", "team_id": team.id}
    )
    execution = Execution(callback_id=callback_id, function=function, team_id=team.id, inputs=inputs, grant=grant)
    grant.execution = execution.id
    team.server.grants.add(grant)
    team.server.executions[execution.id] = execution
    events.function_executed(team, _event(team, execution, user))
    return execution


def finish(team: Team, execution_id: str, *, outputs: Any = None, error: str = "") -> None:
    """End a run with its *outputs* or an *error*; raises ``SlackError`` with the code that the caller meets."""
    execution = team.server.executions.get(execution_id)
    if execution is None:
        raise SlackError("function_execution_not_found")
    made_for = team.caller.execution if team.caller else None
    if execution.team_id != team.id or made_for not in (None, execution_id):
        raise SlackError("access_denied")
    if execution.state != "running":
        raise SlackError("execution_not_in_running_state")
    if not error:
        _check_outputs(team, execution, outputs)
    execution.state = "failed" if error else "completed"
    execution.outputs, execution.error = outputs or {}, error
    team.server.grants.end(execution.grant, "token_revoked")
    team.feed.publish([each.id for each in team.people()], {"type": "function", "id": execution.id})


def attached(team: Team, execution_id: str | None) -> Json:
    """Return what an interaction inside a running step tells the app about it."""
    execution = team.server.executions.get(execution_id or "")
    if execution is None or execution.state != "running":
        return {}
    told: Json = {
        "execution_id": execution.id,
        "function": {"callback_id": execution.callback_id},
        "inputs": execution.inputs,
    }
    return {"function_data": told, "bot_access_token": execution.grant.token}


def mismatches(parameters: dict[str, Parameter], values: Json) -> list[str]:
    """Return a sentence part for each value that is missing, unknown or of the wrong type."""
    missing = [f"{name} is missing" for name, each in parameters.items() if each.is_required and name not in values]
    unknown = [f"{name} is not a parameter" for name in values if name not in parameters]
    wrong = [
        f"{name} is no {parameters[name].type}"
        for name, value in values.items()
        if name in parameters and not _suits(parameters[name].type, value)
    ]
    return missing + unknown + wrong


def _step(team: Team, callback_id: str, inputs: Json) -> Function:
    """Return the step; without a manifest every step is there and takes anything."""
    if not team.app.is_described:
        return Function(title=callback_id)
    function = team.app.functions.get(callback_id)
    if function is None:
        raise Malformed(f"The app's manifest has no function '{callback_id}'.")
    if not team.app.is_org_ready:
        raise Malformed("An app with functions needs settings.org_deploy_enabled in its manifest.")
    if not team.app.hears("function_executed"):
        raise Malformed("The app does not subscribe to function_executed.")
    if problems := mismatches(function.input_parameters, inputs):
        raise Malformed(f"The inputs do not suit '{callback_id}': {'; '.join(problems)}.")
    return function


def _check_outputs(team: Team, execution: Execution, outputs: Any) -> None:
    if not isinstance(outputs, dict):
        raise SlackError("parameter_validation_failed", response_metadata={"messages": ["[ERROR] must be an object"]})
    problems = mismatches(execution.function.output_parameters, outputs) if team.app.is_described else []
    if problems:
        told = {"messages": [f"[ERROR] {each}" for each in problems]}
        raise SlackError("parameter_validation_failed", response_metadata=told)


def _suits(kind: str, value: Any) -> bool:
    wanted = _PLAIN.get(kind)
    if isinstance(value, bool) and wanted is not bool:
        return wanted is None
    return wanted is None or isinstance(value, wanted)


def _event(team: Team, execution: Execution, user: User) -> Json:
    """Return the event as docs.slack.dev/reference/events/function_executed shows it."""
    function = execution.function
    described = {
        "id": f"Fn0{execution.callback_id.upper()}",
        "callback_id": execution.callback_id,
        "title": function.title,
        "description": function.description,
        "type": "app",
        "input_parameters": _listed(function.input_parameters),
        "output_parameters": _listed(function.output_parameters),
        "app_id": team.state.app_id,
        "date_created": team.now(),
        "date_updated": team.now(),
        "date_deleted": 0,
        "form_enabled": False,
    }
    return {
        "type": "function_executed",
        "function": described,
        "inputs": execution.inputs,
        "function_execution_id": execution.id,
        "workflow_execution_id": execution.workflow_id,
        "event_ts": team.timestamps.next(),
        "bot_access_token": execution.grant.token,
        "workflow": {"type": "workflow", "app_id": team.state.app_id, "created_by": user.id},
    }


def _listed(parameters: dict[str, Parameter]) -> list[Json]:
    return [{"name": name, **each.model_dump()} for name, each in parameters.items()]
