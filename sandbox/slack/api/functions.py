"""``functions.*``: the end of a custom step, good or bad."""

from typing import Any

from sandbox.slack import functions
from sandbox.slack.api.content import decoded
from sandbox.slack.api.method import Answer, Arguments, Methods
from sandbox.slack.team import Team

methods = Methods()


class Success(Arguments):
    function_execution_id: str
    outputs: Any


class Failure(Arguments):
    function_execution_id: str
    error: str


@methods.method("functions.completeSuccess", Success)
def complete_success(team: Team, asked: Success) -> Answer:
    """https://docs.slack.dev/reference/methods/functions.completeSuccess ."""
    outputs = decoded(asked.outputs, "parameter_validation_failed")
    functions.finish(team, asked.function_execution_id, outputs=outputs)
    return {}


@methods.method("functions.completeError", Failure)
def complete_error(team: Team, asked: Failure) -> Answer:
    """https://docs.slack.dev/reference/methods/functions.completeError ."""
    functions.finish(team, asked.function_execution_id, error=asked.error or "failed")
    return {}
