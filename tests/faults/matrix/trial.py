"""One life of a scene in which one thing goes wrong at one call, compared with the life in which nothing does."""

import asyncio
import uuid
from dataclasses import dataclass

from tests.faults.matrix.ending import Ending, Plain, ending
from tests.faults.matrix.faults import Fault
from tests.faults.matrix.office import Office
from tests.faults.matrix.scene import POLICY_FILE, Scene
from tests.faults.matrix.stage import LATER, Stage, stage
from tests.support.doomed.nursery import KILLED, Nursery
from tests.support.doomed.order import Order

CALLS = r"^(?:before|after) \w+ \S*/v1/"
"""The points at which a worker can be killed here."""


@dataclass(frozen=True, kw_only=True)
class Unharmed:
    """The calls of a plan, each *METHOD path*, and how it ends without faults."""

    calls: list[str]
    ending: Ending


async def unharmed(scene: Scene, office: Office) -> Unharmed:
    """Live the scene without faults."""
    calls: list[str] = []
    await _set(scene, office)
    async with stage(office, heard=calls) as here:
        return Unharmed(calls=calls, ending=await _lived(here, scene))


async def harmed(scene: Scene, office: Office, nursery: Nursery, fault: Fault, call: int) -> Ending:
    """Live the scene with *fault* at the call with this number, from 0."""
    await _set(scene, office)
    async with stage(office, patience=fault.patience) as here:
        if fault.spec:
            here.organization.faults.arm(fault.armed(call))
        else:
            await _killed(here, scene, nursery, fault.point(call))
        return await _lived(here, scene)


async def _set(scene: Scene, office: Office) -> None:
    """Put everything back to where the scene begins."""
    await asyncio.to_thread(office.furnish, scene.kept)
    office.restore(scene.told)


async def _lived(here: Stage, scene: Scene) -> Ending:
    plain = Plain(scene.kept / "openai")
    await here.carry_out(scene.request)
    return await ending(here, scene.request, plain)


async def _killed(here: Stage, scene: Scene, nursery: Nursery, point: int) -> None:
    """Have a worker die at that point, and let time pass until its leases are over."""
    order = Order(
        name=uuid.uuid4().hex,
        environment=_environment(here),
        request=scene.request,
        jobs=("execute",),
        kill_at=point,
        counted=CALLS,
    )
    code, points = await nursery.run(order)
    assert code == KILLED, f"The worker that was to die ended with {code} after {points}."
    here.pass_time(LATER)


def _environment(here: Stage) -> dict[str, str]:
    tokens = here.office.workspace.tokens
    return {
        "SLACK_BOT_TOKEN": tokens.bot,
        "SLACK_SIGNING_SECRET": tokens.signing_secret,
        "SLACK_API_URL": f"{here.office.slack_url}/api/",
        "OPENAI_ADMIN_KEY": here.organization.admin_key,
        "OPENAI_BASE_URL": f"{here.url}/v1",
        "DATABASE_URL": f"sqlite:///{here.office.folder}/countersign.db",
        "REQUESTS_CHANNEL": "#requests",
        "POLICY_FILE": str(here.office.folder / POLICY_FILE),
    }
