"""The file that says which workspaces the bot serves, and what each of them has of its own.

It is the list of those that may install the app, too: the page for that can be reached by anybody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflows.policy.source import Source, read, text_of

WHAT = "file of workspaces"
_TEAM, _ENTERPRISE = re.compile(r"T[A-Z0-9]{2,31}"), re.compile(r"E[A-Z0-9]{2,31}")
_CHANNEL = re.compile(r"#?[^\s#@<>,|]{1,80}")
CHANNELS = ("requests_channel", "alerts_channel", "security_channel")
_FIELDS = ("enterprise", "policy", *CHANNELS)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A workspace of the file. ``id`` is the one that rows in the database have: empty for the home workspace.

    ``team`` is Slack's id of it, ``enterprise`` that of its organisation, if it belongs to one. ``policy`` and the
    channels are empty where the environment's hold.
    """

    id: str
    team: str
    enterprise: str = ""
    policy: Path | None = None
    requests_channel: str = ""
    alerts_channel: str = ""
    security_channel: str = ""


def load_workspaces(path: Path) -> tuple[Listed, ...]:
    """Read the file at *path*; the home workspace comes first.

    Raises ``PolicyInvalid`` with one sentence that names file, line and field.
    """
    source = read(text_of(path, WHAT), str(path), begins="home: T…")
    values = _names(source, (), source.values, "the file")
    _check_known(source, (), values, ("home", "workspaces"))
    teams = _names(source, ("workspaces",), values.get("workspaces"), "workspaces")
    home = values.get("home")
    if home not in teams:
        raise source.fault(("home",), "home must be one of the workspaces below: what was here before belongs to it")
    found = [_listed(source, team, home, of, path.parent) for team, of in teams.items()]
    return tuple(sorted(found, key=lambda each: (each.id != "", each.id)))


def _listed(source: Source, team: Any, home: Any, values: Any, folder: Path) -> Listed:
    place = ("workspaces", str(team))
    if not isinstance(team, str) or not _TEAM.fullmatch(team):
        raise source.fault(place, "a workspace is named by Slack's id of it, like T0123ABCD")
    given = _names(source, place, {} if values is None else values, team)
    _check_known(source, place, given, _FIELDS)
    for name, value in given.items():
        if not isinstance(value, str):
            raise source.fault((*place, name), f"{name} must be text; put it in quotes")
    for name in CHANNELS:
        if not _CHANNEL.fullmatch(given.get(name, "#any")):
            raise source.fault((*place, name), f'{name} must be one channel in quotes, like "#requests", or its id')
    if not _ENTERPRISE.fullmatch(given.get("enterprise", "EXX")):
        raise source.fault((*place, "enterprise"), "enterprise must be Slack's id of the organisation, like E0123ABCD")
    policy = folder / given["policy"] if "policy" in given else None
    if policy is not None and not policy.is_file():
        raise source.fault((*place, "policy"), f"there is no file {given['policy']} beside this one")
    channels = {name: given.get(name, "") for name in CHANNELS}
    return Listed(
        id="" if team == home else team, team=team, enterprise=given.get("enterprise", ""), policy=policy, **channels
    )


def _names(source: Source, place: Sequence[Any], values: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(values, dict) or (not values and not place):
        raise source.fault(place, f"{what} must be names with values under them")
    return values


def _check_known(source: Source, place: Sequence[Any], values: Mapping[Any, Any], known: Sequence[str]) -> None:
    for name in values:
        if name not in known:
            raise source.fault((*place, name), f"{name} is not known here; known are {', '.join(known)}")
