"""Taking a key: made for its requester while they look, shown once, and revoked by itself when it was not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from workflows.admin_api import UNKNOWN_PARAMETER, IssuedKey
from workflows.errors import AdminAPIRefused, AdminAPIThrottled, Conflict, Frozen, NotAllowed
from workflows.lifecycle import State
from workflows.model import Actor, Claim, ClaimState, Person, Request
from workflows.service.desk import Desk, offer_key, record, redraw, tell_requester, tell_thread
from workflows.store import UnitOfWork

ATTEMPT = timedelta(minutes=2)
"""How long an attempt may take. One that has not ended by then is taken for broken, and its key is revoked."""

SETTLING = timedelta(seconds=30)
"""How long after a cut-off call a key may still appear, before a look that finds none counts."""

FIRST_LOOK = timedelta(seconds=15)
GRACE = timedelta(hours=1)
"""How long a key that could not be made can still be taken, when its time would be over before."""

LACKING = {
    "expires_in_seconds": ("key_expiry", "an end"),
    "scopes": ("key_scopes", "scopes"),
}
"""A field that an older organisation's API does not know → the ability that it lacks, and what people call it."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody takes a key: who, of which request, and the claim as it is stored while the key is made."""

    request: Request
    person: Person
    claim: Claim


class Claiming(Desk):
    async def begin_claim(self, request_id: str, person_id: str, *, delivery: str = "") -> Attempt:
        """Begin to take the key. Raises ``NotAllowed`` for anybody but its requester, and ``Conflict``."""
        await self.fresh(delivery)
        person = await self.known(person_id, "claim", delivery, request_id)
        request = await self.look_up(request_id)
        if person.id != request.requester.id:
            refusal = NotAllowed("This key is for who asked for it, and for nobody else.")
            raise await self.refuse(request, person, "claim", refusal, delivery)
        try:
            return await self._begin(request, person, delivery)
        except (Conflict, Frozen) as late:
            raise await self.refuse(request, person, "claim", late, delivery) from None

    async def _begin(self, request: Request, person: Person, delivery: str) -> Attempt:
        now = self.now()
        async with self.database.begin() as work:
            await self.once(work, delivery)
            request = await work.get(request.id, lock=True)
            claim = await work.claim_of(request.id)
            if claim is None or request.state is not State.COMPLETED:
                raise Conflict("There is no key to take here.")
            self._check_open(claim)
            if (freeze := await work.freeze()) is not None:
                raise Frozen(f"No key is made now: {freeze.by.name} has frozen everything. {freeze.reason}")
            begun = replace(
                claim,
                state=ClaimState.MINTING,
                attempt=claim.attempt + 1,
                lease_until=now + ATTEMPT,
                problem="",
            )
            await work.save_claim(claim, begun)
            proof = {"before": claim.state.value, "after": begun.state.value, "key_name": begun.key_name}
            await record(work, request, "claim_begun", Actor.of(person), now, **proof)
        return Attempt(request=request, person=person, claim=begun)

    def _check_open(self, claim: Claim) -> None:
        match claim.state:
            case ClaimState.CLAIMED:
                raise Conflict("You have taken this key already. If you have lost it, rotate it: `/openai rotate`.")
            case ClaimState.MINTING if claim.problem:
                raise Conflict("The key that could not be shown is being revoked. Try again in a minute.")
            case ClaimState.MINTING:
                raise Conflict("The key is being made at this moment, in another window of yours.")
            case ClaimState.LAPSED:
                raise Conflict("You did not come for it in time. *Offer it again* gives you another go.")
        if self.now() >= claim.lapses_at:
            raise Conflict("You did not come for it in time.")

    async def mint(self, attempt: Attempt) -> IssuedKey:
        """Make the key. Raises ``AdminAPIError``; ``unshown`` has to follow whatever goes wrong from here on.

        After a clear no there is no key to look for, so the claim is free again at once.
        """
        try:
            return await self.keyring.mint(attempt.claim)
        except AdminAPIThrottled as busy:
            await self._free(attempt, str(busy))
            raise
        except AdminAPIRefused as refused:
            sentence = await self._learnt(refused) or str(refused)
            await self._free(attempt, sentence)
            raise AdminAPIRefused(sentence, status=refused.status, code=refused.code, param=refused.param) from None

    async def _learnt(self, refused: AdminAPIRefused) -> str:
        """Remember what this organisation's API turns out to be without, and say it in one sentence."""
        ability, name = LACKING.get(refused.param or "", ("", ""))
        if not ability or refused.code != UNKNOWN_PARAMETER:
            return ""
        await self.organization.learn_ability(ability, there=False)
        return f"This organisation's API cannot give a key {name}, so none was made; ask for it again without."

    async def _free(self, attempt: Attempt, problem: str) -> None:
        """Let the key be taken again after a clear no."""
        lapses_at = max(attempt.claim.lapses_at, self.now() + GRACE)
        await self._over(attempt, problem, state=ClaimState.OPEN, lease_until=None, lapses_at=lapses_at)

    async def shown(self, attempt: Attempt, key: IssuedKey) -> None:
        """Write down that the key stands before its requester's eyes. Raises ``Conflict`` when it came too late."""
        now, claim = self.now(), attempt.claim
        if claim.lease_until is not None and now >= claim.lease_until:
            raise Conflict("This took too long, so the key is being revoked. Take it once more in a minute.")
        replaced = bool(claim.terms.replaces)
        claimed = replace(
            claim,
            state=ClaimState.CLAIMED,
            lease_until=None,
            key_id=key.id,
            claimed_at=now,
            expires_at=key.expires_at,
            retire_at=now + timedelta(days=claim.terms.overlap_days) if replaced else None,
            look_at=now + FIRST_LOOK,
        )
        proof = {
            "before": claim.state.value,
            "after": claimed.state.value,
            "key_id": key.id,
            "key_name": key.name,
            "expires_at": key.expires_at,
            "scopes": list(claim.terms.scopes),
            "replaces": claim.terms.replaces,
            "openai_request_ids": list(key.request_ids),
        }
        async with self.database.begin() as work:
            request = await work.get(claim.request_id, lock=True)
            await work.save_claim(claim, claimed)
            work.changed.add(claim.project_id)
            await self._told(work, request, attempt.person, proof)

    async def unshown(self, attempt: Attempt, problem: str, *, doubtful: bool) -> None:
        """Write down that nobody saw a key: what was made of it is found by its name and revoked.

        *doubtful*: the call was cut off, so it may still have its effect for a while. An attempt that is over already
        stays as it is.
        """
        await self._over(attempt, problem, lease_until=self.now() + (SETTLING if doubtful else timedelta(0)))

    async def _over(self, attempt: Attempt, problem: str, **changes: Any) -> None:
        """Store how an attempt ended without a key that anybody saw; one that is over already stays as it is."""
        now, claim = self.now(), attempt.claim
        async with self.database.begin() as work:
            request = await work.get(claim.request_id, lock=True)
            stored = await work.claim_of(claim.request_id)
            if stored is None or (stored.state, stored.attempt) != (ClaimState.MINTING, claim.attempt):
                return
            over = replace(stored, problem=problem, **changes)
            await work.save_claim(stored, over)
            proof = {
                "before": stored.state.value,
                "after": over.state.value,
                "reason": problem,
                "key_name": over.key_name,
            }
            after = await work.save(request, now)
            await record(work, after, "claim_failed", Actor.of(attempt.person), now, **proof)
            await redraw(work, after)
            if over.state is ClaimState.OPEN:
                await tell_requester(work, after, "key_not_made", note=problem)

    async def offer_again(self, request_id: str, person_id: str, *, delivery: str = "") -> Request:
        """Offer a key anew that nobody came for; its requester, its approvers or an administrator may."""
        await self.fresh(delivery)
        person = await self.known(person_id, "offer", delivery, request_id)
        request = await self.look_up(request_id)
        if person.id != request.requester.id and not await self.decides(request, person):
            refusal = NotAllowed("Only who asked for this key, its approvers or an administrator can offer it again.")
            raise await self.refuse(request, person, "offer", refusal, delivery)
        try:
            return await self._offer_again(request_id, person, delivery)
        except Conflict as late:
            raise await self.refuse(request, person, "offer", late, delivery) from None

    async def _offer_again(self, request_id: str, person: Person, delivery: str) -> Request:
        now = self.now()
        async with self.database.begin() as work:
            await self.once(work, delivery)
            request = await work.get(request_id, lock=True)
            claim = await work.claim_of(request_id)
            if claim is None or claim.state is not ClaimState.LAPSED:
                raise Conflict("This key is not waiting to be offered again.")
            again = replace(
                claim,
                state=ClaimState.OPEN,
                offers=claim.offers + 1,
                lapses_at=now + timedelta(hours=claim.terms.claim_hours),
                problem="",
            )
            await work.save_claim(claim, again)
            after = await work.save(request, now)
            proof = {"before": claim.state.value, "after": again.state.value, "lapses_at": again.lapses_at}
            await record(work, after, "offered_again", Actor.of(person), now, **proof)
            await offer_key(work, after, again, now)
            await redraw(work, after)
            return after

    async def _told(self, work: UnitOfWork, request: Request, person: Person, proof: Mapping[str, Any]) -> None:
        now = self.now()
        after = await work.save(request, now)
        await record(work, after, "key_claimed", Actor.of(person), now, **proof)
        await redraw(work, after)
        await tell_thread(work, after, "key_claimed", by=person.name)
        await tell_requester(work, after, "key_claimed")
