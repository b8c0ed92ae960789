"""Steps about a key that is there already, and how people call it."""

from collections.abc import Iterable

from workflows.admin_api import APIKey
from workflows.errors import AdminAPIRefused, ForeignWorkspace, Refusal, UnknownPerson
from workflows.kind import Context, Receipt, Step, Work

BAD_REQUEST = 400
ACCOUNT = "service_account"
FOR_GOOD = 36_500
"""Days that a key without an end lives, to a policy's condition: a hundred years."""


def find_key(key_id: str, name: str) -> Step:
    """Make sure that the key that another one shall follow is there still."""

    async def look(work: Work) -> Receipt | None:
        if key_with(key_id, await work.api.keys(work.project_id)) is None:
            raise Refusal(f"The key {name} is gone, so nothing can follow it. Ask for a new key instead.")
        return {"key_id": key_id}

    async def act(work: Work) -> None:
        del work

    return Step(name="find_key", says=f"Find the key {name}", look=look, act=act)


def revoke_key(key_id: str, name: str) -> Step:
    """End one key at once.

    Until autumn 2026 OpenAI refused (400) to delete a service account's key; there the account goes with it, if it
    has no other key.
    """

    async def note(work: Work) -> Receipt:
        key = key_with(key_id, await work.api.keys(work.project_id))
        used = key.last_used_at if key else None
        return {"owner": key.owner_name, "last_used_at": used.isoformat() if used else None} if key else {}

    async def look(work: Work) -> Receipt | None:
        there = key_with(key_id, await work.api.keys(work.project_id))
        return {"revoked": key_id} if there is None else None

    async def act(work: Work) -> None:
        try:
            await work.api.delete_key(work.project_id, key_id)
        except AdminAPIRefused as refused:
            if refused.status != BAD_REQUEST:
                raise
            await _with_its_account(work, key_id)

    return Step(name="revoke_key", says=f"Revoke the key {name}", look=look, act=act, note=note)


async def _with_its_account(work: Work, key_id: str) -> None:
    keys = await work.api.keys(work.project_id)
    key = key_with(key_id, keys)
    if key is None:
        return
    if key.owner_type != ACCOUNT or sum(each.owner_id == key.owner_id for each in keys) > 1:
        raise Refusal(
            f"This organisation's API cannot revoke one key of {key.owner_name or 'its owner'} alone. "
            "Revoke it in OpenAI's dashboard, or delete the whole service account."
        )
    await work.api.delete_service_account(work.project_id, key.owner_id)


def key_with(key_id: str, keys: Iterable[APIKey]) -> APIKey | None:
    return next((each for each in keys if each.id == key_id), None)


def key_in_words(key: APIKey) -> str:
    """Return what people tell a key by: its name and what OpenAI shows of its value."""
    return f"{key.name or 'without a name'} ({key.redacted or key.id})"


def owner_in_words(key: APIKey) -> str:
    known = key.owner_name or key.owner_email or key.owner_id or "unknown"
    if key.owner_type == ACCOUNT:
        return f"the service account {known}"
    return f"{known}, {key.owner_email}" if key.owner_email not in ("", known) else known


def last_used(key: APIKey) -> str:
    return f"{key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never"


def life_in_words(days: int | None) -> str:
    return f"{days} day{'s' if days != 1 else ''}" if days is not None else "for good"


async def holder_of(key: APIKey, context: Context) -> str:
    """Return the address of whoever took the key here, or else owns it; empty when that is nobody."""
    claim = await context.organization.claim_of_key(key.id)
    if claim is None:
        return key.owner_email
    try:
        return (await context.directory.person(claim.requester_id)).email
    except (UnknownPerson, ForeignWorkspace):
        return ""  # whoever took it left
