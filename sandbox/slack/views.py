"""Views: modals in a stack of three, and App Homes; opened, replaced, published, closed."""

import json
import secrets

from sandbox.slack import inputs, pictures
from sandbox.slack.blockkit import Surface, identified, view_problems
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import new_id
from sandbox.slack.model import Json, View
from sandbox.slack.team import Team

MOST_VIEWS = 3
MOST_BYTES = 250_000


def check(team: Team, described: Json, *surfaces: Surface) -> Json:
    """Return the view with its ids filled in.

    Raises ``view_too_large``, or ``invalid_arguments`` with a pointer for each problem, pictures that are no fit files
    of the workspace among them.
    """
    if len(json.dumps(described, ensure_ascii=False).encode()) > MOST_BYTES:
        raise SlackError("view_too_large")
    problems = [str(each) for each in view_problems(described, *surfaces)]
    problems = problems or pictures.problems(team, described["blocks"], "/view/blocks")
    if problems:
        told = {"messages": [f"[ERROR] {each}" for each in problems]}
        raise SlackError("invalid_arguments", errors=problems, response_metadata=told)
    return described | {"blocks": identified(described["blocks"])}


def open_modal(team: Team, user: str, described: Json) -> View:
    """Put a new modal before *user*; whatever was open gives way."""
    _claim_external_id(team, described, None)
    view_id = new_id("V")
    view = View(id=view_id, user=user, hash=_hash(team), root_view_id=view_id, described=described)
    team.screens[user].modals = [view]
    return _shown(team, view)


def push_modal(team: Team, user: str, described: Json) -> View:
    """Put a modal on top of the open ones; raises ``push_limit_reached`` on a fourth."""
    stack = team.screens[user].modals
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MOST_VIEWS:
        raise SlackError("push_limit_reached")
    _claim_external_id(team, described, None)
    view = View(
        id=new_id("V"),
        user=user,
        hash=_hash(team),
        root_view_id=stack[0].id,
        previous_view_id=stack[-1].id,
        described=described,
    )
    stack.append(view)
    return _shown(team, view)


def update(team: Team, view: View, described: Json, expected_hash: str | None = None) -> View:
    """Replace what *view* shows; what was entered stays where block_id and action_id stay.

    Raises ``hash_conflict`` when somebody else replaced it since *expected_hash*.
    """
    if expected_hash is not None and expected_hash != view.hash:
        raise SlackError("hash_conflict")
    if described["type"] != view.described["type"]:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] view type cannot be changed"]})
    _claim_external_id(team, described, view)
    view.described = described
    view.values = inputs.kept(described["blocks"], view.values)
    view.hash = _hash(team)
    return _shown(team, view)


def publish_home(team: Team, user: str, described: Json, expected_hash: str | None = None) -> View:
    """Show *described* as the App Home of *user*."""
    view = team.state.homes.get(user)
    if view is not None:
        return update(team, view, described, expected_hash)
    _claim_external_id(team, described, None)
    view_id = new_id("V")
    view = View(id=view_id, user=user, hash=_hash(team), root_view_id=view_id, described=described)
    team.state.homes[user] = view
    return _shown(team, view)


def close(team: Team, view: View, *, whole_stack: bool = False) -> list[View]:
    """Take *view* (and all under it when *whole_stack*) from the screen; returns what was closed, top first."""
    stack = team.screens[view.user].modals
    start = 0 if whole_stack else stack.index(view)
    closed = stack[start:][::-1]
    del stack[start:]
    team.feed.publish([view.user], {"type": "view"})
    return closed


def top(team: Team, user: str) -> View | None:
    stack = team.screens[user].modals
    return stack[-1] if stack else None


def find(team: Team, *, view_id: str | None = None, external_id: str | None = None) -> View:
    """Return an open modal or a Home; raises ``not_found``."""
    for view in _all(team):
        if view_id is not None and view.id == view_id:
            return view
        if external_id is not None and view.described.get("external_id") == external_id:
            return view
    raise SlackError("not_found")


def render(team: Team, view: View) -> Json:
    """Return the view as Slack's API gives it."""
    told = view.described
    return {
        "id": view.id,
        "team_id": team.id,
        "type": told["type"],
        "blocks": view.blocks,
        "private_metadata": told.get("private_metadata") or "",
        "callback_id": told.get("callback_id") or "",
        "state": inputs.state_of(view.blocks, view.values),
        "hash": view.hash,
        "title": told.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(told.get("clear_on_close")),
        "notify_on_close": bool(told.get("notify_on_close")),
        "close": told.get("close"),
        "submit": told.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": team.state.app_id,
        "external_id": told.get("external_id") or "",
        "app_installed_team_id": team.enterprise.id if team.enterprise and team.is_org_wide else team.id,
        "bot_id": team.bot.id,
    }


def _shown(team: Team, view: View) -> View:
    if not view.is_home:
        team.feed.publish([view.user], {"type": "view", "view_id": view.id})
        return view
    team.touch()
    screen = team.screens[view.user]
    quiet = {"quiet": True} if screen.home_opening else {}
    team.feed.publish([view.user], {"type": "home", **quiet})
    return view


def _all(team: Team) -> list[View]:
    modals = [view for screen in team.screens.values() for view in screen.modals]
    return modals + list(team.state.homes.values())


def _claim_external_id(team: Team, described: Json, own: View | None) -> None:
    external_id = described.get("external_id")
    taken = (view for view in _all(team) if view is not own and view.described.get("external_id") == external_id)
    if external_id and next(taken, None) is not None:
        raise SlackError("duplicate_external_id")


def _hash(team: Team) -> str:
    return f"{team.now()}.{secrets.token_hex(4)}"
