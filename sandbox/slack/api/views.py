"""``views.*`` and ``blocks.validate``: modals, App Homes, and a judgement without showing anything."""

from typing import Any

from sandbox.slack import views
from sandbox.slack.api.content import decoded
from sandbox.slack.api.method import Answer, Arguments, Methods, Token
from sandbox.slack.blockkit import Problem, Surface, blocks_problems, message_problems, view_problems
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Json
from sandbox.slack.team import Team
from sandbox.slack.triggers import Trigger

methods = Methods()


class Open(Arguments):
    view: Any
    trigger_id: str | None = None
    interactivity_pointer: str | None = None


class Update(Arguments):
    view: Any
    view_id: str | None = None
    external_id: str | None = None
    hash: str | None = None


class Publish(Arguments):
    view: Any
    user_id: str
    hash: str | None = None


class Judged(Arguments):
    blocks: Any = None
    view: Any = None
    message: Any = None


@methods.method("views.open", Open, tier=4)
def open_(team: Team, asked: Open) -> Answer:
    """https://docs.slack.dev/reference/methods/views.open ."""
    described = _described(team, asked.view, Surface.MODAL)
    trigger = _exchanged(team, asked)
    view = views.open_modal(team, trigger.user, described)
    view.execution = trigger.execution
    return {"view": views.render(team, view)}


@methods.method("views.push", Open, tier=4)
def push(team: Team, asked: Open) -> Answer:
    """https://docs.slack.dev/reference/methods/views.push ."""
    described = _described(team, asked.view, Surface.MODAL)
    trigger = _exchanged(team, asked)
    if not trigger.in_modal:
        raise SlackError("not_found")
    view = views.push_modal(team, trigger.user, described)
    view.execution = trigger.execution
    return {"view": views.render(team, view)}


@methods.method("views.update", Update, tier=4)
def update(team: Team, asked: Update) -> Answer:
    """https://docs.slack.dev/reference/methods/views.update ."""
    if not asked.view_id and not asked.external_id:
        raise invalid_arguments("must provide either `view_id` or `external_id`")
    described = _described(team, asked.view)
    view = views.find(team, view_id=asked.view_id, external_id=asked.external_id)
    return {"view": views.render(team, views.update(team, view, described, asked.hash))}


@methods.method("views.publish", Publish, tier=4)
def publish(team: Team, asked: Publish) -> Answer:
    """https://docs.slack.dev/reference/methods/views.publish ."""
    if not team.app.has_home:
        raise SlackError("not_enabled")
    user = team.user(asked.user_id)
    if user is None or user.deleted or user.is_bot:
        raise invalid_arguments("invalid `user_id`")
    described = _described(team, asked.view, Surface.HOME)
    return {"view": views.render(team, views.publish_home(team, user.id, described, asked.hash))}


@methods.method("blocks.validate", Judged, tier=5, token=Token.NONE)
def validate(team: Team, asked: Judged) -> Answer:  # noqa: ARG001 - it needs no workspace, but has the shape of all
    """https://docs.slack.dev/reference/methods/blocks.validate ."""
    given = {name: value for name, value in asked if value is not None}
    if len(given) != 1:
        told = {"messages": ["must provide exactly one of `blocks`, `view`, or `message`"]}
        raise SlackError("invalid_arguments", response_metadata=told)
    [(name, value)] = given.items()
    value = decoded(value, "invalid_arguments")
    if name == "blocks":
        problems = blocks_problems(value, at="")
    elif name == "view":
        problems = view_problems(value, at="")
    else:
        problems = message_problems(value)
    if problems:
        raise SlackError(f"invalid_{name}", errors=[_explained(each) for each in problems])
    return {}


def _explained(problem: Problem) -> Json:
    shown: Json = {"code": problem.code, "message": problem.message, "pointer": problem.pointer}
    field = problem.pointer.rpartition("/")[2]
    return shown | {"field": field} | ({"constraint": dict(problem.constraint)} if problem.constraint else {})


def _described(team: Team, given: Any, *surfaces: Surface) -> Json:
    found = decoded(given, "invalid_arguments")
    if not isinstance(found, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    return views.check(team, found, *surfaces)


def _exchanged(team: Team, asked: Open) -> Trigger:
    trigger_id = asked.trigger_id or asked.interactivity_pointer
    if not trigger_id:
        raise invalid_arguments("missing required field: trigger_id")
    return team.triggers.exchange(trigger_id)
