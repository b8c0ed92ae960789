"""Who can do what in a project, in one message, however many there are."""

from collections.abc import Iterable
from datetime import datetime

from bot.blocks import Block, context, date, header, inline, section, sections
from bot.cards.message import Message, message
from bot.cards.words import day, last_used
from workflows.admin_api import APIKey
from workflows.service.knowing import Access, GroupAccess, Held, Holder

WHO = "who"
_SECTIONS = 9
_SHOWN_OF_KEY = 4


def asking() -> Message:
    """Ask which project is meant."""
    select: Block = {"type": "external_select", "action_id": WHO, "min_query_length": 0}
    select["placeholder"] = {"type": "plain_text", "text": "Type a project's name", "emoji": True}
    sentence = "Who can do what, in which project?"
    return message(sentence, [section(sentence, select)])


def who(access: Access) -> Message:
    """Draw people, groups, service accounts and keys, and say as of when and what could not be read."""
    title = f"Who can do what in {access.project.name}"
    lists = [
        _listed("People", map(_person, access.people)),
        _listed("Groups", map(_group, access.groups)),
        _listed("Service accounts", map(_account, access.accounts)),
        _listed("Keys", (_key(each, access.as_of) for each in access.keys)),
    ]
    unread = (
        [section(f"⚠️ Could not be read just now: {inline(', '.join(access.unread), 1000)}.")] if access.unread else []
    )
    body = [header(inline(title, 150)), *unread, *(block for each in lists for block in each)]
    return message(inline(title), [*body, context(date(access.as_of, "As of"))])


def _listed(heading: str, lines: Iterable[str]) -> list[Block]:
    found = [f"• {line}" for line in lines]
    return sections([f"*{heading}* ({len(found)})", *(found or ["_none_"])], most=_SECTIONS)


def _person(holder: Holder) -> str:
    name = f"*{inline(holder.name or holder.email or holder.id, 80)}*"
    address = inline(holder.email, 100) if holder.name and holder.email else ""
    more = ["owner (of the whole organisation)"] if holder.owns_organization else []
    roles = ", ".join([*more, *map(_held, holder.held)])
    late = "invited, has not accepted yet" if holder.invited else ""
    return " · ".join(filter(None, (name, address, roles, late)))


def _held(held: Held) -> str:
    through = f"through {inline(held.group, 60)}" if held.group else "directly"
    return f"{inline(held.role, 60)} ({through})"


def _group(group: GroupAccess) -> str:
    size = "" if group.size is None else "1 member" if group.size == 1 else f"{group.size} members"
    roles = inline(", ".join(group.roles), 200) or "role unknown"
    return " · ".join(filter(None, (f"*{inline(group.name, 80)}*", roles, size)))


def _account(holder: Holder) -> str:
    roles = ", ".join("no role" if each.role == "none" else _held(each) for each in holder.held)
    return f"*{inline(holder.name or holder.id, 80)}* · {roles}"


def _key(key: APIKey, now: datetime) -> str:
    owner = key.owner_name or key.owner_email or key.owner_id
    gone = "its owner has no access any more" if key.owner_has_access is False else ""
    facts = (
        f"*{inline(key.name or key.id, 80)}*",
        f"sk-…{inline(key.redacted[-_SHOWN_OF_KEY:])}",
        f"of {inline(owner, 80)}" if owner else "",
        last_used(key.last_used_at, now),
        _end(key, now),
        gone,
    )
    return " · ".join(filter(None, facts))


def _end(key: APIKey, now: datetime) -> str:
    if not key.knows_expiry:
        return ""
    if key.expires_at is None:
        return "never expires"
    return f"{'expired' if key.expires_at <= now else 'expires'} {day(key.expires_at)}"
