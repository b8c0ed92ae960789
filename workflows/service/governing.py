"""The policy that holds: another one can take its place while the bot runs, and a broken file never does."""

from datetime import datetime
from typing import Any

import structlog

from workflows.audit.entry import Draft
from workflows.model import OutboxTopic
from workflows.policy import Policy
from workflows.service.desk import POLICY, Desk
from workflows.store import UnitOfWork
from workflows.store.policies import Standing

NOTICE = "policy"
log = structlog.get_logger(__name__)


class Governing(Desk):
    async def adopt(self, policy: Policy) -> None:
        """Let *policy* hold from now on, in this process.

        The first process to do so writes it down and tells the channels; nothing is told of the first policy of all.
        """
        async with self.database.begin() as work:
            before = await work.standing_policy()
            if before is None or before != Standing(digest=policy.digest):
                await work.let_stand(Standing(digest=policy.digest), self.now())
            if before is not None and before.digest != policy.digest:
                said = {"name": policy.name, "rules": len(policy.rules), "before": before.digest}
                await _announce(work, self.now(), "policy_changed", policy.digest, said)
        self.policy = policy

    async def decline(self, digest: str, problem: str) -> None:
        """Keep the policy that holds: the file (SHA-256 *digest*, empty for none) has a *problem*, said once."""
        log.error("policy_not_taken", problem=problem)
        async with self.database.begin() as work:
            before = await work.standing_policy()
            holds = before.digest if before is not None else self.policy.digest
            if before is not None and before.problem == problem:
                return
            await work.let_stand(Standing(digest=holds, problem=problem), self.now())
            await _announce(work, self.now(), "policy_declined", digest, {"problem": problem, "holds": holds})


async def _announce(work: UnitOfWork, now: datetime, action: str, digest: str, said: dict[str, Any]) -> None:
    """Write it down, and tell the channels."""
    for where in ("requests", "security"):
        payload = {"kind": NOTICE, "where": where, "says": {"action": action, "digest": digest, **said}}
        await work.tell(OutboxTopic.REPORT, f"{NOTICE}:{where}", f"{action}:{now.isoformat()}", now, payload)
    await work.append(Draft(action=action, actor=POLICY, at=now, data={"digest": digest, **said}))
    work.announced = True
