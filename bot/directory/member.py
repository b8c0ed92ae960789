"""Slack's user object, as far as we read it."""

from pydantic import BaseModel, ConfigDict, Field

from bot.slack_api import Identity
from workflows.errors import ForeignWorkspace, UnknownPerson
from workflows.model import Person

SLACKBOT = "USLACKBOT"
"""Slack's own user; it is not marked as a bot."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Profile(_Part):
    email: str | None = None
    real_name: str = ""
    display_name: str = ""


class EnterpriseUser(_Part):
    teams: tuple[str, ...] = ()


class Member(_Part):
    """https://docs.slack.dev/reference/objects/user-object. Guests are members like any other."""

    id: str
    team_id: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    name: str = ""
    tz: str | None = None
    profile: Profile = Field(default_factory=Profile)
    enterprise_user: EnterpriseUser = Field(default_factory=EnterpriseUser)

    @property
    def active(self) -> bool:
        """Whether this is somebody who could act now."""
        return not self.deleted and not self.is_bot and self.id != SLACKBOT

    @property
    def email(self) -> str:
        return (self.profile.email or "").strip().lower()

    @property
    def shown(self) -> str:
        """The name people know."""
        return self.profile.real_name or self.profile.display_name or self.name or self.id

    def of(self, ours: Identity) -> bool:
        """Whether this is a member of our workspace; on Enterprise Grid a user belongs to several."""
        return not self.is_stranger and (self.team_id == ours.team_id or ours.team_id in self.enterprise_user.teams)

    def person(self, ours: Identity) -> Person:
        """Return the domain's person; raises ``ForeignWorkspace`` or ``UnknownPerson`` with the reason."""
        if not self.of(ours):
            raise ForeignWorkspace(f"{self.shown} belongs to another Slack workspace, so they have no say here.")
        if not self.active:
            kind = "a bot" if self.is_bot or self.id == SLACKBOT else "deactivated"
            raise UnknownPerson(f"{self.shown} is {kind} in Slack.")
        if not self.email:
            raise UnknownPerson(f"{self.shown} has no e-mail address in Slack that the bot may see.")
        return Person(id=self.id, email=self.email, name=self.shown, team=self.team_id, tz=self.tz or "UTC")
