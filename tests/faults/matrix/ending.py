"""How a trial ended, as far as it must end like one without faults: times left out, and new ids numbered."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from bot.cards.words import BADGES
from sandbox.openai.journal import Journal
from tests.faults.matrix.stage import Stage
from workflows.audit.verify import Verifier
from workflows.model import Role
from workflows.store import UnitOfWork

Ending = Mapping[str, str]
"""What is looked at → what it was like."""

BESIDE = frozenset({"clock", "identity", "admin_api_keys", "usage"})
"""Shelves of the organisation that say nothing of what a request did."""

MADE_UP = frozenset({"digest", "redacted_value"})
TIME = "_at"
MAY_HAPPEN = frozenset({"cut_off", "looked"})
"""What is written down of a fault itself, as often as it takes."""

_ID = re.compile(r"(?:proj_|user-|svc_acct_|key_|group_|role_|invite-|audit_log-)[A-Za-z0-9]{16,}")
_MOMENT = re.compile(r'<!date\^\d+[^>]*>|"block_id":"[^"]*"')


class Plain:
    """Writes values as text, with a number in the place of each id that was not there when the trial began."""

    def __init__(self, organization: Path) -> None:
        self._old = frozenset(_ID.findall((organization / "organization.jsonl").read_text("utf-8")))
        self._new: dict[str, str] = {}

    def __call__(self, value: Any) -> str:
        return _ID.sub(self._named, _MOMENT.sub("…", to_json(value, fallback=str).decode()))

    def _named(self, found: re.Match[str]) -> str:
        text = found[0]
        return text if text in self._old else self._new.setdefault(text, f"new {len(self._new)}")


async def ending(here: Stage, request_id: str, plain: Plain) -> Ending:
    """Tell people, close the organisation, and return all that has to be the same; raises for a broken chain."""
    await here.tell()
    here.organization.close()
    # The organisation first: the order of its records is what the new ids are numbered by.
    found = {"the organisation": plain(_organization(here.office.openai))}
    async with here.database.read() as work:
        found |= {what: plain(value) for what, value in (await _stored(work, request_id)).items()}
        request = await work.get(request_id)
    roles = Counter(role for role, _ in here.office.marked())
    cards = [each for role, each in here.office.marked() if role == Role.CARD]
    return found | {
        "the cards": plain([[each.text, each.blocks] for each in cards]),
        "cards that say how it ended": str([BADGES[request.state][1] in each.text for each in cards]),
        "messages told twice": str([role for role, count in roles.items() if count > 1]),
    }


def _organization(folder: Path) -> Mapping[str, Any]:
    """Return every record of the organisation, by its shelf; its audit log says how often something was done."""
    shelves: dict[str, dict[str, Any]] = {}
    journal = Journal(folder)
    for shelf, owner, key, value in journal.replay():
        records = shelves.setdefault(shelf, {})
        if value is None:
            records.pop(f"{owner} {key}", None)
        else:
            records[f"{owner} {key}"] = _lasting(value)
    journal.close()
    return {name: shelves[name] for name in sorted(shelves) if name not in BESIDE}


def _lasting(value: Any) -> Any:
    """Return a record without what is made up anew each time; of a time it stays whether there is one."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in MADE_UP}
        return {name: each is not None if name.endswith(TIME) else _lasting(each) for name, each in kept.items()}
    return [_lasting(each) for each in value] if isinstance(value, list) else value


async def _stored(work: UnitOfWork, request_id: str) -> Mapping[str, Any]:
    request, claim = await work.get(request_id), await work.claim_of(request_id)
    project = await work.project(request.project_id)
    steps = await work.steps(request_id)
    standing = [each for found in (await work.standing_in(request.project_id)).values() for each in found]
    actions = Counter(each.action for each in await work.trail(request_id))
    return {
        "the request": [request.state, request.project_id, request.project_name, request.problem, request.receipt],
        "its end": request.ends_at,
        "its steps": [[each.name, each.state, each.before, each.receipt, each.problem] for each in steps],
        "its claim": [claim.state, vars(claim.terms), claim.attempt] if claim else [],
        "the registry": _lasting(vars(project)) if project else {},
        "the ledger": [[each.subject, each.value, each.before, each.base, each.ends_at] for each in standing],
        "what was written down": sorted((each, count) for each, count in actions.items() if each not in MAY_HAPPEN),
        "the chain": await _verified(work),
    }


async def _verified(work: UnitOfWork) -> str:
    verifier = Verifier()
    async for entry in work.audit_entries():
        verifier.feed(entry)
    verifier.finish(await work.audit_head())
    return "verified"
