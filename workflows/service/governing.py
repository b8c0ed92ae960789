"""The policy that holds: another one can take its place while the bot runs, and a broken file never does."""

import difflib
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import structlog

from workflows.audit.entry import Draft
from workflows.model import OutboxTopic
from workflows.policy import Policy
from workflows.service.desk import POLICY, Desk
from workflows.store import UnitOfWork
from workflows.store.policies import Standing

NOTICE = "policy"
NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_LINES = 400
"""Lines of a difference that the audit log takes."""

log = structlog.get_logger(__name__)


class Governing(Desk):
    async def adopt(self, policy: Policy, changed: Mapping[str, str] = NOTHING) -> None:
        """Let *policy* hold from now on, in this process; *changed* says what is known of who changed its file.

        The first process to do so writes it down and tells the channels; nothing is told of the first policy of all.
        """
        async with self.database.begin() as work:
            before = await work.standing_policy()
            standing = Standing(digest=policy.digest, text=policy.text)
            if before is None or before != standing or before.text != policy.text:
                await work.let_stand(standing, self.now())
            if before is not None and before.digest != policy.digest:
                said = {"name": policy.name, "rules": len(policy.rules), "before": before.digest}
                proof = {"diff": _difference(before.text, policy.text), "changed": dict(changed)}
                await _announce(work, self.now(), "policy_changed", policy.digest, said, proof)
        self.policy = policy

    async def decline(self, digest: str, problem: str) -> None:
        """Keep the policy that holds: the file (SHA-256 *digest*, empty for none) has a *problem*, said once."""
        log.error("policy_not_taken", problem=problem)
        async with self.database.begin() as work:
            before = await work.standing_policy()
            holds = before.digest if before is not None else self.policy.digest
            if before is not None and before.problem == problem:
                return
            text = before.text if before is not None else self.policy.text
            await work.let_stand(Standing(digest=holds, problem=problem, text=text), self.now())
            await _announce(work, self.now(), "policy_declined", digest, {"problem": problem, "holds": holds})


def _difference(before: str, after: str) -> list[str]:
    """Return the lines that went and came, as ``diff -u`` writes them; a long difference ends with how much is left."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=1))
    left = len(lines) - MOST_LINES
    return lines if left <= 0 else [*lines[:MOST_LINES], f"... and {left} lines more"]


async def _announce(
    work: UnitOfWork,
    now: datetime,
    action: str,
    digest: str,
    said: dict[str, Any],
    proof: Mapping[str, Any] = NOTHING,
) -> None:
    """Write it down, with its *proof*, and tell the channels."""
    for where in ("requests", "security"):
        payload = {"kind": NOTICE, "where": where, "says": {"action": action, "digest": digest, **said}}
        await work.tell(OutboxTopic.REPORT, f"{NOTICE}:{where}", f"{action}:{now.isoformat()}", now, payload)
    await work.append(Draft(action=action, actor=POLICY, at=now, data={"digest": digest, **said, **proof}))
    work.announced = True
