"""What is done at the command line, and how each process starts, in the audit log."""

import getpass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from pydantic import SecretStr

from bot.settings import Settings
from workflows.audit.entry import Draft
from workflows.model import Actor, ActorType
from workflows.policy import Policy
from workflows.store import Database


async def note(database: Database, action: str, **data: object) -> None:
    """Write down what somebody did at the command line, by their name on that machine."""
    actor = Actor(type=ActorType.OPERATOR, id=operator())
    async with database.begin() as work:
        await work.append(Draft(action=action, actor=actor, at=datetime.now(UTC), data=data))


def operator() -> str:
    """Return the name of whoever runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""  # a container without a list of users


def configuration(settings: Settings, policy: Policy, *, listens: bool, works: bool) -> dict[str, object]:
    """Return what a process starts with; of a secret only whether there is one."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {
        "version": _version(),
        "listens": listens,
        "works": works,
        "policy": policy.digest,
        "secrets": sorted(name for name, value in values.items() if isinstance(value, SecretStr)),
        "settings": {
            name: None if value is None else str(value)
            for name, value in values.items()
            if not isinstance(value, SecretStr)
        },
    }


def _version() -> str:
    try:
        return version("countersign")
    except PackageNotFoundError:
        return ""  # run from a checkout
