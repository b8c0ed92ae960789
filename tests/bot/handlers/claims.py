"""Dana takes a key, in tests of what becomes of it."""

import re

from tests.bot.handlers.office import JSON, Office, until
from workflows.admin_api import APIKey
from workflows.model import ClaimState, Request

KEY = re.compile(r"sk-[A-Za-z0-9_-]{20,}")
ONCE = "you will not see it again"
LATER = "as soon as you can take it again"


async def taken(office: Office) -> JSON:
    """Have Dana press the button, and return the dialog with the key."""
    await office.press("dana", "claim")
    return await office.view_saying("dana", ONCE)


async def keys(office: Office) -> list[APIKey]:
    return await office.company.api.keys(office.company.project_id)


async def claim_state(office: Office, request: Request) -> ClaimState | None:
    claim = (await office.service.dossier(request.id)).claim
    return claim.state if claim else None


async def settled(office: Office, request: Request, state: ClaimState) -> None:
    async def there() -> bool:
        return await claim_state(office, request) is state

    await until(there)


async def given_up(office: Office, request: Request) -> None:
    """Wait until the attempt is known to have failed, and let what was made of it be revoked."""

    async def there() -> bool:
        claim = (await office.service.dossier(request.id)).claim
        return claim is not None and bool(claim.problem)

    await until(there)
    await office.company.custodian.run_due()
    await office.told_everybody()
