"""The domain's directory over Slack's Web API."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from pydantic import ValidationError
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory.member import Member
from bot.recent import Recent
from bot.slack_api import FAILURES, Identity, problem_of
from workflows.errors import AmbiguousPerson, ForeignWorkspace, UnknownPerson, WorkflowError
from workflows.model import Person

FRESH = 30.0
"""Seconds that what decides about authority is believed: users, addresses, groups and their members."""

LISTED = 600.0
"""Seconds that the list of all users is believed; it serves type-ahead, and finding a second account."""

PAGE = 200
AT_ONCE = 5
"""Members of a group looked up at the same time."""


class DirectoryUnavailable(WorkflowError):
    """Slack could not say who is who; nothing may be decided on a guess."""


class SlackDirectory:
    """Implements ``workflows.model.Directory``: doubt is an error, never an empty yes."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        identity: Callable[[], Awaitable[Identity]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._identity = identity
        self._members = Recent(self._ask_member, life=FRESH, clock=clock)
        self._addresses = Recent(self._ask_address, life=FRESH, clock=clock)
        self._groups = Recent(self._ask_group, life=FRESH, clock=clock)
        self._everybody = Recent(self._ask_everybody, life=LISTED, clock=clock)

    async def person(self, person_id: str) -> Person:
        """Return the active person with this id.

        Raises ``UnknownPerson``, ``ForeignWorkspace`` or ``DirectoryUnavailable``.
        """
        return (await self._members.get(person_id)).person(await self._ours())

    async def by_email(self, email: str) -> Person:
        """Return the one active person with this address.

        Raises ``UnknownPerson``, ``ForeignWorkspace``, ``AmbiguousPerson`` or ``DirectoryUnavailable``.
        """
        address = email.strip().lower()
        found, listed, ours = await asyncio.gather(
            self._addresses.get(address), self._everybody.get(None), self._ours()
        )
        # Slack answers with one of two accounts; the list shows the other.
        others = [each for each in listed if each.email == address and each.id != found.id and each.active]
        if others:
            names = " and ".join(sorted({found.shown, *(each.shown for each in others)}))
            raise AmbiguousPerson(f"Two accounts in Slack have the address {address} ({names}); one of them must go.")
        return found.person(ours)

    async def group(self, handle: str) -> Sequence[Person]:
        """Return the active members of a user group; raises ``UnknownPerson`` or ``DirectoryUnavailable``."""
        members = await self._groups.get(handle.removeprefix("@").strip().lower())
        turns = asyncio.Semaphore(AT_ONCE)
        found = await asyncio.gather(*(self._active(member_id, turns) for member_id in members))
        return [person for person in found if person is not None]

    async def search(self, text: str, limit: int) -> Sequence[Person]:
        """Return up to *limit* active people whose name or address holds *text*."""
        wanted, ours = text.strip().casefold(), await self._ours()
        found: list[Person] = []
        for member in await self._everybody.get(None):
            if len(found) >= limit:
                break
            words = f"{member.shown} {member.name} {member.profile.display_name} {member.email}".casefold()
            if wanted in words and member.active and member.email and member.of(ours):
                found.append(member.person(ours))
        return found

    async def _active(self, member_id: str, turns: asyncio.Semaphore) -> Person | None:
        """Return the person, or None for who cannot act: deactivated, a bot, of another workspace."""
        async with turns:
            try:
                return await self.person(member_id)
            except (UnknownPerson, ForeignWorkspace):
                return None

    async def _ours(self) -> Identity:
        async with _answered():
            return await self._identity()

    async def _ask_member(self, person_id: str) -> Member:
        unknown = "Nobody in this Slack workspace has that id."
        async with _answered(users_not_found=unknown, user_not_found=unknown, user_not_visible=unknown):
            return Member.model_validate((await self._client.users_info(user=person_id))["user"])

    async def _ask_address(self, email: str) -> Member:
        async with _answered(users_not_found=f"Nobody active in this Slack workspace has the address {email}."):
            return Member.model_validate((await self._client.users_lookupByEmail(email=email))["user"])

    async def _ask_group(self, handle: str) -> tuple[str, ...]:
        async with _answered(no_such_subteam=f"There is no user group @{handle} in Slack."):
            groups = (await self._client.usergroups_list())["usergroups"]
            found = [each["id"] for each in groups if each["handle"].lower() == handle and not each.get("date_delete")]
            if not found:
                raise UnknownPerson(f"There is no user group @{handle} in Slack.")
            return tuple((await self._client.usergroups_users_list(usergroup=found[0]))["users"])

    async def _ask_everybody(self, _key: None) -> tuple[Member, ...]:
        members: list[Member] = []
        cursor: str | None = None
        async with _answered():
            while cursor != "":
                page: Any = await self._client.users_list(limit=PAGE, cursor=cursor)
                members.extend(Member.model_validate(each) for each in page["members"])
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        return tuple(sorted(members, key=lambda member: member.shown.casefold()))


@contextlib.asynccontextmanager
async def _answered(**unknown: str) -> AsyncIterator[None]:
    """Turn Slack's errors into ours: *unknown* maps its codes for *nobody* to sentences, all others are doubt."""
    try:
        yield
    except FAILURES as error:
        problem = problem_of(error)
        if problem.code in unknown:
            raise UnknownPerson(unknown[problem.code]) from None
        raise DirectoryUnavailable(
            f"Slack could not say who is who just now ({problem}); nothing was done, please try again in a minute."
        ) from None
    except (ValidationError, KeyError):
        raise DirectoryUnavailable(
            "Slack's answer about people could not be read; nothing was done, please try again in a minute."
        ) from None
