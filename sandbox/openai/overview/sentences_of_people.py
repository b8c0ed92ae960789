"""What is said of who works in a project: people, groups, service accounts, and the keys of all of them."""

import datetime as dt

from sandbox.openai.overview.names import Names
from sandbox.openai.records import (
    API_KEYS,
    ASSIGNMENTS,
    MEMBERSHIPS,
    PROJECT_GROUPS,
    ROLES,
    SERVICE_ACCOUNTS,
)
from sandbox.openai.store import Written


def member(written: Written, names: Names) -> str | None:
    who, before, after = names.user(written.key), written.before, written.after
    if after is None:
        return f"{who} is no longer in the project."
    if before is None:
        return f"{who} joined the project." if after.role == "none" else f"{who} joined the project as {after.role}."
    return _new_role(who, before.role, after.role)


def group(written: Written, names: Names) -> str | None:
    who = names.principal(written.owner, written.key)
    if written.after is None:
        return f"The group {who} has no access to the project any more."
    return f"The group {who} has access to the project now." if written.before is None else None


def assignment(written: Written, names: Names) -> str | None:
    given = written.after or written.before
    who, role = names.principal(written.owner, given.principal_id), names.role(written.owner, given.role_id)
    return f"{who} no longer has the role {role}." if written.after is None else f"{who} has the role {role} now."


def role(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The role {before.name} was deleted."
    return f"There is a role {after.name} now." if before is None else f"The role {after.name} was changed."


def account(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The service account {before.name} was deleted."
    if before is None:
        return f"The service account {after.name} was made."
    if before.name != after.name:
        return f"The service account {before.name} is called {after.name} now."
    return _new_role(f"The service account {after.name}", before.role, after.role)


def key(written: Written, names: Names) -> str | None:
    before, after = written.before, written.after
    known = after or before
    who = f"The key {known.name or known.id} of {names.principal(written.owner, known.owner_id)}"
    if after is None:
        return f"{who} was revoked."
    if before is None:
        return f"{who} was made; {_life(after.expires_at)}."
    if before.expires_at != after.expires_at:
        return f"{who} was changed; {_life(after.expires_at)}."
    return f"{who} has other permissions now." if before.scopes != after.scopes else None


def _new_role(who: str, before: str, after: str) -> str | None:
    if before == after:
        return None
    return f"{who} is {after} now, not {before}." if "none" not in (before, after) else f"The role of {who} changed."


def _life(expires_at: int | None) -> str:
    if expires_at is None:
        return "it does not expire"
    return f"it expires on {dt.datetime.fromtimestamp(expires_at, dt.UTC):%Y-%m-%d}"


SAY = {
    MEMBERSHIPS.name: member,
    PROJECT_GROUPS.name: group,
    ASSIGNMENTS.name: assignment,
    ROLES.name: role,
    SERVICE_ACCOUNTS.name: account,
    API_KEYS.name: key,
}
