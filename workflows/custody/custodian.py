"""Whatever happens to keys by time alone, each change stored with its proof and told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from workflows.admin_api import APIKey, request_ids
from workflows.custody.timing import (
    LATEST,
    about_old,
    is_due,
    is_to_be_reminded,
    last_use,
    next_look,
    was_told_lately,
)
from workflows.errors import (
    AdminAPIError,
    AdminAPINotFound,
    AdminAPIRefused,
    AdminAPIThrottled,
    AdminAPIUnclear,
    Conflict,
)
from workflows.keyring import KeyRing, cannot_end_one, unshown
from workflows.model import Claim, ClaimState, Request
from workflows.service.desk import SCHEDULER, alarm, record, redraw, tell_requester, tell_thread
from workflows.store import Database, UnitOfWork

BATCH = 50
PROJECTS_AT_ONCE = 3
"""Projects whose keys are listed in one go: OpenAI allows about seven such calls a minute, for everything."""

SOON = timedelta(seconds=30)
"""How long until OpenAI is asked again that did not answer, was too busy, or does not see yet what was just made."""

HELD = timedelta(minutes=1)
"""How long one process alone has the revoking of a key."""

LATE = timedelta(minutes=10)
"""How long after a key was lost one more look is taken for it: a call that was cut off may have its effect late."""

PASSING = (AdminAPIThrottled, AdminAPINotFound, AdminAPIUnclear)
STUCK = "cannot be revoked"
CALLS = "openai_request_ids"
"""What the log calls OpenAI's ids of the calls that did something."""

log = structlog.get_logger(__name__)


class Custodian:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, keyring: KeyRing, database: Database, now: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._database = database
        self._now = now

    async def run_due(self) -> None:
        """Do everything that is due. What OpenAI does not answer now is tried again the next time.

        In a freeze only the keys are revoked that nobody saw: that makes nothing new, and they would stay alive.
        """
        async with self._database.read() as work:
            if not await work.is_a_claim_due(self._now()):
                return
            frozen = await work.freeze() is not None
        await self._revoke_unshown()
        if not frozen:
            await self._lapse()
            await self._watch()

    async def _lapse(self) -> None:
        async with self._database.read() as work:
            lapsed = await work.lapsed_claims(self._now(), BATCH)
        for claim in lapsed:
            problem = "Nobody came for it in time, so there is no key."
            look_at = self._now() if claim.attempt else None  # for a key that an attempt may have left all the same
            after = replace(claim, state=ClaimState.LAPSED, problem=problem, look_at=look_at)
            await self._change(claim, after, "claim_lapsed", {"lapses_at": claim.lapses_at})

    async def _revoke_unshown(self) -> None:
        async with self._database.read() as work:
            broken = await work.broken_claims(self._now(), BATCH)
        for each in broken:
            claim = replace(each, lease_until=self._now() + HELD)
            if await self._change(each, claim) is claim:  # or else another process does it
                await self._revoke(claim)

    async def _revoke(self, claim: Claim) -> None:
        try:
            with request_ids() as ids:
                lost = await self._keyring.revoke_unshown(claim)
        except PASSING as problem:
            log.info("unshown_key_not_looked_for", request=claim.request_id, problem=str(problem))
            await self._change(claim, replace(claim, lease_until=self._now() + SOON))
        except AdminAPIRefused as refused:
            await self._stuck(claim, refused)
        else:
            await self._reopen(claim, lost.key_ids, lost.account_id, ids)

    async def _reopen(self, claim: Claim, lost: Sequence[str], account_id: str, ids: Sequence[str]) -> None:
        """Let the key be taken again: what was made before is gone, or was never made."""
        what = "The key that could not be shown was revoked." if lost else "No key was made."
        problem = claim.problem or "It was not finished in time."
        now = self._now()
        after = replace(
            claim,
            state=ClaimState.OPEN,
            lease_until=None,
            lapses_at=max(claim.lapses_at, now + timedelta(hours=1)),
            look_at=now + LATE,
            problem=what if STUCK in problem else f"{problem} {what}",
            terms=replace(claim.terms, account_id=account_id),
        )
        proof = {"revoked": list(lost), "key_name": claim.key_name, "account_id": account_id, CALLS: list(ids)}
        await self._change(claim, after, "key_not_shown", proof)

    async def _stuck(self, claim: Claim, refused: AdminAPIRefused) -> None:
        """Say once, loudly, that a key cannot be ended, and look again later."""
        first = STUCK not in claim.problem
        sentence = f"A key that nobody saw {STUCK}: {refused}"
        if cannot_end_one(refused):
            sentence += " Delete its service account in OpenAI."
        after = replace(claim, lease_until=self._now() + LATEST, problem=sentence)
        await self._change(claim, after, "key_not_revoked", {"reason": str(refused)}, quiet=not first, loud=first)

    async def _watch(self) -> None:
        async with self._database.read() as work:
            due = await work.claims_to_look_at(self._now(), BATCH)
        projects = list(dict.fromkeys(each.project_id for each in due))[:PROJECTS_AT_ONCE]
        for project_id in projects:
            mine = [each for each in due if each.project_id == project_id]
            try:
                keys = {each.id: each for each in await self._keyring.keys(project_id)}
            except AdminAPIError as problem:
                await self._look_later(mine, problem)
            else:
                for claim in mine:
                    await self._looked(claim, keys)

    async def _look_later(self, claims: Sequence[Claim], problem: AdminAPIError) -> None:
        log.info("keys_not_looked_at", project=claims[0].project_id, problem=str(problem))
        wait = SOON if isinstance(problem, PASSING) else LATEST
        for claim in claims:
            await self._change(claim, replace(claim, look_at=self._now() + wait))

    async def _looked(self, claim: Claim, keys: Mapping[str, APIKey]) -> None:
        try:
            claim = await self._end_late(claim, keys)
            claim = await self._first_use(claim, keys.get(claim.key_id))
            if claim.retire_at is not None and claim.retired_at is None:
                claim = await self._retire(claim, keys.get(claim.terms.replaces))
        except PASSING as problem:
            await self._look_later([claim], problem)
        else:
            await self._change(claim, replace(claim, look_at=next_look(claim, keys, self._now())))

    async def _end_late(self, claim: Claim, keys: Mapping[str, APIKey]) -> Claim:
        """End keys of earlier attempts that came to be after nobody looked for them any more."""
        if not (late := unshown(claim, keys.values())):
            return claim
        proof: dict[str, object] = {"key_ids": [each.id for each in late]}
        try:
            with request_ids() as ids:
                await self._keyring.end(claim.project_id, late)
        except PASSING:
            raise
        except AdminAPIRefused as refused:
            return await self._cannot_end(claim, f"A key that nobody saw {STUCK}: {refused}", proof)
        return await self._change(claim, claim, "late_key_revoked", {**proof, CALLS: ids}, quiet=True)

    async def _cannot_end(self, claim: Claim, problem: str, proof: Mapping[str, object]) -> Claim:
        """Say loudly, once a day, that a key is alive which should not be."""
        if was_told_lately(claim, self._now()):
            return claim
        after = replace(claim, reminded_at=self._now(), problem=problem)
        return await self._change(claim, after, "key_not_revoked", {**proof, "reason": problem}, loud=True)

    async def _first_use(self, claim: Claim, key: APIKey | None) -> Claim:
        if claim.first_used_at is not None or key is None or key.last_used_at is None:
            return claim
        after = replace(claim, first_used_at=key.last_used_at)
        return await self._change(claim, after, "first_used", {"key_id": key.id, "first_used_at": key.last_used_at})

    async def _retire(self, claim: Claim, old: APIKey | None) -> Claim:
        now = self._now()
        if old is None:
            proof = {"key_id": claim.terms.replaces}
            return await self._change(claim, replace(claim, retired_at=now), "old_key_gone", proof)
        if is_due(claim, old, now):
            return await self._end_old(claim, old, now)
        if is_to_be_reminded(claim, old, now):
            after, note = replace(claim, reminded_at=now), about_old(claim, old)
            return await self._change(claim, after, "old_key_used", _about(old), note=note)
        return claim

    async def _end_old(self, claim: Claim, old: APIKey, now: datetime) -> Claim:
        try:
            with request_ids() as ids:
                await self._keyring.retire(claim)
        except PASSING:
            raise
        except AdminAPIRefused as refused:
            sentence = f"The old key {STUCK}: {refused} Revoke it in OpenAI's dashboard."
            return await self._cannot_end(claim, sentence, _about(old))
        after = replace(claim, retired_at=now, problem="")
        proof = {**_about(old), CALLS: ids}
        return await self._change(claim, after, "old_key_revoked", proof, note=last_use(old))

    async def _change(
        self,
        before: Claim,
        after: Claim,
        event: str = "",
        proof: Mapping[str, object] | None = None,
        *,
        quiet: bool = False,
        loud: bool = False,
        note: str = "",
    ) -> Claim:
        """Store what became of a claim; with an *event* it is proven, and told unless *quiet*.

        Returns what is stored now, which is not *after* when something else happened to the claim meanwhile.
        """
        states = {"before": before.state.value, "after": after.state.value}
        try:
            async with self._database.begin() as work:
                request = await work.get(before.request_id, lock=True) if event else None
                if after != before:  # else it is only proven, whatever became of the claim meanwhile
                    await work.save_claim(before, after)
                if request is not None:
                    work.changed.add(after.project_id)
                    saved = await work.save(request, self._now())
                    await record(work, saved, event, SCHEDULER, self._now(), **states, **(proof or {}))
                    await _tell(work, saved, event, note or after.problem, quiet=quiet, loud=loud)
        except Conflict as faster:
            log.info("claim_changed_meanwhile", request=before.request_id, problem=str(faster))
            return before
        return after


async def _tell(work: UnitOfWork, request: Request, event: str, note: str, *, quiet: bool, loud: bool) -> None:
    await redraw(work, request)
    if not quiet:
        await tell_thread(work, request, event, note=note)
        await tell_requester(work, request, event, note=note)
    if loud:
        await alarm(work, request, event, note=note)


def _about(old: APIKey) -> dict[str, object]:
    return {"key_id": old.id, "last_used_at": old.last_used_at}
