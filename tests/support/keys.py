"""Keys in tests of the domain: asked for, approved, taken, used, and what became of them."""

import json
from dataclasses import replace
from typing import Any

import httpx
import sqlalchemy as sa

from sandbox.openai.records import API_KEYS
from tests.support.company import POLICY, Company
from workflows.admin_api import APIKey, IssuedKey
from workflows.audit.verify import Verifier
from workflows.model import Claim, Request
from workflows.policy import policy_from_text
from workflows.service.claiming import Attempt
from workflows.store import tables


def govern(acme: Company, more: str) -> None:
    """Let the company's policy go on with these rules, or other sections."""
    acme.service.policy = policy_from_text(POLICY + more, name="policy.yml")


async def ask_for_key(acme: Company, who: str = "dana", **changes: Any) -> Request:
    values = {"project": acme.project_id, "service_account": "support-bot", "reason": "Launch"}
    return await acme.ask("key", values | changes, who)


async def offered_key(acme: Company, who: str = "dana", **changes: Any) -> Request:
    """Have a key asked for, approved and carried out, so that it can be taken."""
    return await acme.carried_out(await ask_for_key(acme, who, **changes), "pat")


async def take(acme: Company, request: Request, who: str = "dana") -> IssuedKey:
    """Take the key as its requester does in the dialog, which shows it."""
    attempt = await begin(acme, request, who)
    key = await acme.service.mint(attempt)
    await acme.service.shown(attempt, key)
    return key


async def begin(acme: Company, request: Request, who: str = "dana", delivery: str = "") -> Attempt:
    return await acme.service.begin_claim(request.id, acme.people.everybody[who].id, delivery=delivery)


async def taken_key(acme: Company, who: str = "dana", **changes: Any) -> IssuedKey:
    return await take(acme, await offered_key(acme, who, **changes), who)


async def claim_of(acme: Company, request: Request) -> Claim:
    claim = (await acme.service.dossier(request.id)).claim
    assert claim is not None
    return claim


async def keys(acme: Company, project_id: str = "") -> dict[str, APIKey]:
    """Return the project's keys at OpenAI, by id."""
    return {each.id: each for each in await acme.api.keys(project_id or acme.project_id)}


async def accounts(acme: Company, project_id: str = "") -> dict[str, str]:
    """Return the project's service accounts at OpenAI: name and role."""
    return {each.name: each.role for each in await acme.api.service_accounts(project_id or acme.project_id)}


def use(acme: Company, key_id: str) -> None:
    """Let a program use a key now."""
    shelf = acme.local.store[API_KEYS]
    key = shelf.get(key_id, acme.project_id)
    assert key is not None
    shelf.put(key_id, replace(key, last_used_at=int(acme.clock().timestamp())), acme.project_id)


def laptop(acme: Company, who: str = "petra") -> str:
    """Let somebody have a key of their own, as they make it at OpenAI's dashboard; returns its id."""
    user = acme.local.people.by_email(f"{who}@acme.example")
    assert user is not None
    key, _ = acme.local.add_user_key(acme.project_id, user.id, "laptop")
    return key.id


async def look(acme: Company, **span: float) -> None:
    """Let time pass, and the custodian do what is due."""
    acme.pass_time(**span)
    await acme.custodian.run_due()


async def change_settings(acme: Company, **settings: Any) -> None:
    """Change what an owner sets at OpenAI's dashboard, or the organisation's age."""
    async with httpx.AsyncClient() as client:
        (await client.post(f"{acme.url}/_sandbox/organization", json=settings)).raise_for_status()


async def mend(acme: Company) -> None:
    """Let nothing go wrong at OpenAI any more."""
    async with httpx.AsyncClient() as client:
        (await client.delete(f"{acme.url}/_sandbox/faults")).raise_for_status()


async def told(acme: Company, request: Request, role: str = "direct") -> list[dict[str, Any]]:
    """Return what people are told of a request in messages of this role, in order."""
    outbox = tables.outbox
    query = sa.select(outbox.c.payload).where(outbox.c.request_id == request.id, outbox.c.role.startswith(role))
    async with acme.database.read() as work:
        return list((await work.connection.execute(query.order_by(outbox.c.id))).scalars())


async def proofs(acme: Company, action: str) -> list[dict[str, Any]]:
    """Return what the audit log holds of this action; the chain must be whole."""
    async with acme.database.read() as work:
        log = [each async for each in work.audit_entries()]
        head = await work.audit_head()
    verifier = Verifier()
    for each in log:
        verifier.feed(each)
    verifier.finish(head)
    return [json.loads(each.data) for each in log if each.action == action]


async def lost(acme: Company, request: Request) -> str:
    """Let a key be made that nobody gets to see; returns its name."""
    attempt = await begin(acme, request)
    await acme.service.mint(attempt)
    await acme.service.unshown(attempt, "The dialog could not be drawn.", doubtful=False)
    return attempt.claim.key_name


async def events(acme: Company, request: Request) -> list[str]:
    return [each["event"] for each in await told(acme, request)]
