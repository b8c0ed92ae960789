"""Where the app is installed now: looked up for each payload and each call, and remembered for half a minute."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations.listed import Listed
from bot.installations.store import SealedStore
from bot.recent import Recent
from bot.sealing import Unopenable
from bot.slack_api import FAILURES, TOKEN_REFUSED, Identity, problem_of
from workflows.audit.entry import Draft
from workflows.model import Actor, ActorType
from workflows.store import Database

FRESH = 30.0
"""Seconds after which another process's installation is heard of."""

SLACK = Actor(type=ActorType.OPERATOR, id="slack")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """The app in one workspace. ``org_wide``: it has it through its organisation, and calls must name the team."""

    team: str
    enterprise: str
    token: str = field(repr=False)
    bot_id: str
    bot_user_id: str
    scopes: frozenset[str]
    org_wide: bool

    @property
    def identity(self) -> Identity:
        return Identity(
            team_id=self.team, enterprise_id=self.enterprise, bot_id=self.bot_id, bot_user_id=self.bot_user_id
        )


class NotInstalled(SlackApiError):
    """The app is not installed there; to who calls it is what Slack says of a call without a token."""

    def __init__(self, team: str) -> None:
        super().__init__(f"The app is not installed in {team}.", _Refusal())  # type: ignore[no-untyped-call] # the SDK left it out


class _Refusal:
    status_code = 200
    headers: Mapping[str, str] = {}
    data: Mapping[str, Any] = {"ok": False, "error": "not_authed"}

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)


class Installations:
    """``client`` has no token of its own, ``now`` is the clock (UTC)."""

    def __init__(
        self,
        *,
        store: SealedStore,
        database: Database,
        listed: Sequence[Listed],
        client: AsyncWebClient,
        now: Callable[[], datetime],
    ) -> None:
        self.listed = listed
        self.store = store
        self._database = database
        self._client = client
        self._now = now
        self._by_team = {each.team: each for each in listed}
        self._found = Recent(self._find, life=FRESH)

    def of_payload(self, body: Mapping[str, Any]) -> Listed | None:
        """Return the workspace that a payload is from, None for one that is not served.

        What was clicked belongs to the workspace of its message: in a channel that is shared with another company,
        the person who clicks is of theirs. What is about a whole organisation is given any workspace of it.
        """
        teams = _teams_in(body)
        if teams:
            return next((self._by_team[each] for each in teams if each in self._by_team), None)
        organization = _in(body.get("enterprise"), "id") or body.get("enterprise_id")
        return next((each for each in self.listed if organization and each.enterprise == organization), None)

    async def of(self, workspace: Listed) -> Installed:
        """Return the app there. Raises ``NotInstalled``."""
        found = await self._found.get(workspace)
        if found is None:
            raise NotInstalled(workspace.team)
        return found

    async def _find(self, workspace: Listed) -> Installed | None:
        try:
            bot = await self.store.async_find_bot(enterprise_id=workspace.enterprise or None, team_id=workspace.team)
            if bot is None and workspace.enterprise:
                bot = await self.store.async_find_bot(
                    enterprise_id=workspace.enterprise, team_id=None, is_enterprise_install=True
                )
        except Unopenable:
            bot = None
            log.warning(
                "token_not_opened", team=workspace.team, mend="give INSTALLATIONS_KEY the key it was sealed with"
            )
        return _installed(workspace, bot) if bot is not None else None

    def may_have(self, installation: Installation) -> bool:
        """Say whether the app may be installed there: in a listed workspace, or in the organisation of one."""
        if installation.is_enterprise_install:
            return any(each.enterprise == installation.enterprise_id for each in self.listed if each.enterprise)
        there = self._by_team.get(installation.team_id or "")
        return there is not None and there.enterprise == (installation.enterprise_id or "")

    def organization_missing(self, installation: Installation) -> str:
        """Return the organisation that a listed workspace belongs to and that is not said of it there, or nothing."""
        there = self._by_team.get(installation.team_id or "")
        organization = installation.enterprise_id or ""
        return organization if there is not None and there.enterprise != organization else ""

    async def keep(self, installation: Installation) -> None:
        """Keep an installation that just was made, and write down who made it."""
        await self.store.async_save(installation)
        self._found.forget()
        person = Actor(type=ActorType.PERSON, id=installation.user_id or "")
        await self._write("workspace_installed", person, installation)

    async def look_again(self, workspace: Listed) -> None:
        """Forget an installation whose token Slack does not know any more.

        The news may be older than the app's second installation there, so the token that we have is tried.
        """
        self._found.forget()
        installed = await self._found.get(workspace)
        if installed is None or not await self._is_refused(installed.token):
            return
        team = None if installed.org_wide else installed.team
        await self.store.async_delete_bot(enterprise_id=installed.enterprise or None, team_id=team)
        self._found.forget()
        await self._write("workspace_uninstalled", SLACK, installed)

    async def _is_refused(self, token: str) -> bool:
        try:
            await self._client.auth_test(token=token)
        except FAILURES as error:
            return problem_of(error).code in TOKEN_REFUSED
        return False

    async def revoke(self, token: str) -> None:
        """Give back a token that nobody is to use."""
        try:
            await self._client.auth_revoke(token=token)
        except FAILURES as error:
            log.warning("token_not_revoked", problem=str(problem_of(error)))

    async def _write(self, action: str, actor: Actor, about: Installation | Installed) -> None:
        if isinstance(about, Installed):
            data = {"team": about.team, "enterprise": about.enterprise, "org_wide": about.org_wide}
        else:
            data = {
                "team": about.team_id or "",
                "enterprise": about.enterprise_id or "",
                "org_wide": bool(about.is_enterprise_install),
                "scopes": sorted(about.bot_scopes or ()),
            }
        log.info(action, **data)
        async with self._database.begin() as work:
            await work.append(Draft(action=action, actor=actor, at=self._now(), data=data))


def _installed(workspace: Listed, bot: Bot) -> Installed:
    return Installed(
        team=workspace.team,
        enterprise=workspace.enterprise,
        token=bot.bot_token,
        bot_id=bot.bot_id,
        bot_user_id=bot.bot_user_id,
        scopes=frozenset(bot.bot_scopes),
        org_wide=bot.is_enterprise_install,
    )


def _teams_in(body: Mapping[str, Any]) -> list[str]:
    """Return the ids of teams that a payload names, those first that say more of where it is from."""
    told = body.get("authorizations")
    places = [
        _in(body.get("message"), "team"),
        _in(told[0] if isinstance(told, list) and told else None, "team_id"),
        _in(body.get("team"), "id"),
        body.get("team_id"),
        _in(body.get("view"), "team_id"),
    ]
    return [each for each in places if isinstance(each, str) and each.startswith("T")]


def _in(place: Any, name: str) -> Any:
    return place.get(name) if isinstance(place, Mapping) else None
