"""Service accounts and the keys of a project."""

from collections.abc import Sequence

from workflows.admin_api.client.operations import PROJECT, Operations, delete, get, given, post
from workflows.admin_api.wire import read
from workflows.admin_api.wire.values import APIKey, IssuedKey, ServiceAccount

_ACCOUNTS = f"{PROJECT}/service_accounts"
_ACCOUNT = f"{_ACCOUNTS}/{{service_account_id}}"
_KEYS = f"{PROJECT}/api_keys"
_KEY = f"{_KEYS}/{{api_key_id}}"


class Accounts(Operations):
    async def service_accounts(self, project_id: str) -> list[ServiceAccount]:
        """Return a project's service accounts, without keys (API page: List project service accounts)."""
        return await self._caller.everything(read.service_account, get(_ACCOUNTS, project_id=project_id))

    async def service_account(self, project_id: str, account_id: str) -> ServiceAccount:
        """Return one service account; a new one may be *not found* for a while (API page: Retrieve service account)."""
        return await self._caller.value(
            read.service_account, get(_ACCOUNT, project_id=project_id, service_account_id=account_id)
        )

    async def create_service_account(self, project_id: str, name: str) -> ServiceAccount:
        """Make a service account without a key and without a role (API page: Create project service account).

        Calling twice makes two. Another role than ``none`` in the answer means that OpenAI did not understand the
        wish, and that there is a key which nobody has.
        """
        body = {"name": name, "create_service_account_only": True}
        return await self._caller.value(read.service_account, post(_ACCOUNTS, body, project_id=project_id))

    async def update_service_account(
        self, project_id: str, account_id: str, *, name: str | None = None, role: str | None = None
    ) -> ServiceAccount:
        """Rename a service account or make it ``owner`` or ``member`` (API page: Modify project service account)."""
        body = given(name=name, role=role)
        call = post(_ACCOUNT, body, project_id=project_id, service_account_id=account_id)
        return await self._caller.value(read.service_account, call)

    async def delete_service_account(self, project_id: str, account_id: str) -> None:
        """Delete a service account and all its keys, gone already is no error (API page: Delete service account)."""
        await self._remove(delete(_ACCOUNT, project_id=project_id, service_account_id=account_id))

    async def create_key(
        self,
        project_id: str,
        account_id: str,
        *,
        name: str,
        scopes: Sequence[str] = (),
        expires_in_seconds: int | None = None,
    ) -> IssuedKey:
        """Make a key for a service account; calling twice makes two (API page: Project service accounts).

        No *scopes* means all that the account may do. What is not asked for is not sent: an older organisation refuses
        with ``code`` ``UNKNOWN_PARAMETER`` what it does not know. A key whose making is unclear is lost: delete it.
        """
        body = given(name=name, scopes=list(scopes) or None, expires_in_seconds=expires_in_seconds)
        call = post(f"{_ACCOUNT}/api_keys", body, project_id=project_id, service_account_id=account_id)
        return await self._caller.value(read.issued_key, call)

    async def keys(self, project_id: str) -> list[APIKey]:
        """Return a project's keys, of people and service accounts (API page: List project API keys).

        OpenAI leaves out the keys of owners who lost access, unless asked for all.
        """
        call = get(_KEYS, project_id=project_id).with_params(("owner_project_access", "any"))
        return await self._caller.everything(read.key, call)

    async def key(self, project_id: str, key_id: str) -> APIKey:
        """Return one key, not found when it was deleted (API page: Retrieve project API key)."""
        return await self._caller.value(read.key, get(_KEY, project_id=project_id, api_key_id=key_id))

    async def delete_key(self, project_id: str, key_id: str) -> None:
        """Revoke a key, gone already is no error (API page: Delete project API key).

        An older organisation refuses a service account's key with 400: only deleting the account revokes it there.
        """
        await self._remove(delete(_KEY, project_id=project_id, api_key_id=key_id))
