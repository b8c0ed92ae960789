"""What is done at the command line, and how each process starts, in the audit log."""

import getpass
from collections.abc import Mapping
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
    async with database.begin() as work:
        await work.append(noted(action, **data))


def noted(action: str, **data: object) -> Draft:
    """Return the entry for what somebody does at the command line, for the transaction that does it."""
    actor = Actor(type=ActorType.OPERATOR, id=operator())
    return Draft(action=action, actor=actor, at=datetime.now(UTC), data=data)


def operator() -> str:
    """Return the name of whoever runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""  # a container without a list of users


def configuration(
    settings: Settings, policies: Mapping[str, Policy], *, listens: bool, works: bool
) -> dict[str, object]:
    """Return what a process starts with; of a secret only whether there is one.

    *policies* are those of the workspaces, home's first, by their teams; one that is served alone has no team.
    """
    digests = {team: policy.digest for team, policy in policies.items()}
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {
        "version": _version(),
        "listens": listens,
        "works": works,
        "policy": next(iter(digests.values())),
        **({"workspaces": digests} if settings.several else {}),
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
