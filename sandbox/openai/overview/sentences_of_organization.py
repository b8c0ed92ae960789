"""What is said of the organisation as a whole: its people, invites, groups, settings and its clock."""

from dataclasses import fields

from sandbox.openai.clock import SHIFTS
from sandbox.openai.overview.names import Names
from sandbox.openai.records import ADMIN_KEYS, GROUP_MEMBERS, GROUPS, INVITES, USERS
from sandbox.openai.settings import SETTINGS, Settings
from sandbox.openai.store import Written

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def user(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"{before.name} left the organisation."
    if before is None:
        return f"{after.name} is in the organisation now, as {after.role}."
    return f"{after.name} is {after.role} of the organisation now." if before.role != after.role else None


def invite(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The invite of {before.email} was taken back."
    return f"{after.email} was invited." if before is None else f"{after.email} accepted the invite."


def group(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The group {before.name} was deleted."
    if before is None:
        return f"There is a group {after.name} now."
    return f"The group {before.name} is called {after.name} now." if before.name != after.name else None


def group_member(written: Written, names: Names) -> str | None:
    # The shelf is filed by group, so a service account's own project is not known here.
    who, where = names.user(written.key), names.group(written.owner)
    return f"{who} left the group {where}." if written.after is None else f"{who} joined the group {where}."


def admin_key(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The admin key {before.name} was deleted."
    return f"The admin key {after.name} was made." if before is None else None


def settings(written: Written, _names: Names) -> str | None:
    before, after = written.before or Settings(), written.after
    changed = [each.name for each in fields(Settings) if getattr(before, each.name) != getattr(after, each.name)]
    return f"Settings changed: {', '.join(changed).replace('_', ' ')}." if changed else None


def clock(written: Written, _names: Names) -> str | None:
    moved = round(written.after.seconds - (written.before.seconds if written.before else 0.0))
    return f"The clock was moved {'on' if moved > 0 else 'back'} by {_span(abs(moved))}." if moved else None


def _span(seconds: int) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds} second" if seconds == 1 else f"{seconds} seconds"


SAY = {
    USERS.name: user,
    INVITES.name: invite,
    GROUPS.name: group,
    GROUP_MEMBERS.name: group_member,
    ADMIN_KEYS.name: admin_key,
    SETTINGS.name: settings,
    SHIFTS.name: clock,
}
