"""Keys as somebody who makes, watches and ends them needs OpenAI: a few calls, each safe to be cut off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workflows.admin_api import AdminAPI, APIKey, IssuedKey, ServiceAccount, request_ids
from workflows.errors import AdminAPIRefused, AdminAPIThrottled
from workflows.model import Claim

DAY = 86_400
BAD_REQUEST = 400
PATIENCE = 20.0
"""Seconds that somebody who looks at a dialog waits for OpenAI's rate limit."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """The keys that were ended, and the service account on which the next one is made."""

    key_ids: tuple[str, ...]
    account_id: str


class KeyRing:
    """Makes keys on service accounts, finds those that were lost, and ends them."""

    def __init__(self, api: AdminAPI) -> None:
        self._hurried = api.with_patience(PATIENCE, urgent=True)
        self._api = api

    async def mint(self, claim: Claim) -> IssuedKey:
        """Make the key that *claim* offers. Raises ``AdminAPIError``; one that was cut off may exist all the same."""
        days = claim.terms.expires_in_days
        with request_ids() as ids:
            key = await self._hurried.create_key(
                claim.project_id,
                claim.terms.account_id,
                name=claim.key_name,
                scopes=claim.terms.scopes,
                expires_in_seconds=days * DAY if days is not None else None,
            )
        return replace(key, request_ids=tuple(ids))

    async def keys(self, project_id: str) -> list[APIKey]:
        """Return every key of a project; an archived one has none that works. Raises ``AdminAPIError``."""
        try:
            return await self._api.keys(project_id)
        except AdminAPIThrottled:
            raise
        except AdminAPIRefused:
            if (await self._api.project(project_id)).archived:
                return []
            raise

    async def revoke_unshown(self, claim: Claim) -> Lost:
        """End every key that was made for *claim* and that nobody can have.

        Until autumn 2026 OpenAI refused to delete a service account's key; there the account goes with it, if it was
        made for this key alone, and another takes its place. Raises ``AdminAPIError``.
        """
        keys = await self.keys(claim.project_id)
        lost = unshown(claim, keys)
        try:
            await self.end(claim.project_id, lost)
        except AdminAPIRefused as refused:
            alone = {each.id for each in keys if each.owner_id == claim.terms.account_id} <= {each.id for each in lost}
            if not (cannot_end_one(refused) and claim.terms.own_account and alone):
                raise
            await self._replace_account(claim)
        return Lost(key_ids=tuple(each.id for each in lost), account_id=await self._account_of(claim))

    async def end(self, project_id: str, keys: Iterable[APIKey]) -> None:
        """End these keys; one that is gone is no error. Raises ``AdminAPIError``."""
        for each in keys:
            await self._api.delete_key(project_id, each.id)

    async def _replace_account(self, claim: Claim) -> None:
        """Put a new service account in the place of the claim's; one that was begun before is gone on with."""
        project_id, temporary = claim.project_id, f"{claim.key_name} account"
        begun = _named(temporary, await self._api.service_accounts(project_id))
        account = begun or await self._api.create_service_account(project_id, temporary)
        await self._api.update_service_account(project_id, account.id, role="member")
        await self._api.delete_service_account(project_id, claim.terms.account_id)

    async def _account_of(self, claim: Claim) -> str:
        """Return the id of the claim's account, or of the one that took its place, which may not have its name yet."""
        project_id, terms = claim.project_id, claim.terms
        if not terms.own_account:
            return terms.account_id
        try:
            accounts = await self._api.service_accounts(project_id)
        except AdminAPIThrottled:
            raise
        except AdminAPIRefused:
            return terms.account_id  # the project is archived, say: the next key cannot be made, and says why
        if any(each.id == terms.account_id for each in accounts):
            return terms.account_id
        if begun := _named(f"{claim.key_name} account", accounts):
            return (await self._api.update_service_account(project_id, begun.id, name=terms.name)).id
        named = _named(terms.name, accounts)
        return named.id if named else terms.account_id

    async def retire(self, claim: Claim) -> None:
        """End the key that *claim*'s one replaced. Raises ``AdminAPIError``."""
        await self._api.delete_key(claim.project_id, claim.terms.replaces)


def unshown(claim: Claim, keys: Iterable[APIKey]) -> list[APIKey]:
    """Return those *keys* that were made for *claim* until now, and that nobody can have."""
    names = re.compile(rf"{re.escape(claim.terms.name)} {re.escape(claim.request_id)}-(\d{{1,9}})")
    found = ((each, names.fullmatch(each.name)) for each in keys if each.id != claim.key_id)
    # An attempt that began after the claim was read may stand before its requester's eyes at this moment.
    return [each for each, name in found if name is not None and int(name[1]) <= claim.attempt]


def cannot_end_one(refused: AdminAPIRefused) -> bool:
    """Say whether a refusal means what OpenAI answered until autumn 2026: such a key goes only with its account."""
    return refused.status == BAD_REQUEST


def _named(name: str, accounts: Iterable[ServiceAccount]) -> ServiceAccount | None:
    return next((each for each in accounts if each.name == name), None)
