"""Tokens: for whom each of them speaks, what it may do, and why an old one does no longer."""

from typing import Literal

from pydantic import BaseModel, Field

from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Clock


class Grant(BaseModel):
    """One token that a workspace, or a whole organisation (then *team_id* is ``None``), gave to the app."""

    token: str = Field(repr=False)
    kind: Literal["bot", "user", "function"] = "bot"
    team_id: str | None = None
    enterprise_id: str | None = None
    user_id: str
    """Whose token it is: the bot user, or the person who gave it."""
    scopes: list[str] | None = None
    """``None`` means all that the app asks for in its manifest."""
    refresh_token: str | None = Field(default=None, repr=False)
    expires_at: float | None = None
    """UNIX seconds; ``None`` for a token that does not rotate."""
    execution: str | None = None
    """The run of a custom function that the token was made for."""

    @property
    def is_org_wide(self) -> bool:
        return self.team_id is None


class Grants:
    """All tokens of the app on this server; *kept* and *ended* are stored with the state and changed in place."""

    def __init__(self, kept: list[Grant], ended: dict[str, str], clock: Clock) -> None:
        self._kept = kept
        self._ended = ended
        self._clock = clock
        self._passing: list[Grant] = []

    def find(self, token: str) -> Grant:
        """Return what *token* grants.

        Raises ``invalid_auth`` for an unknown one, ``token_expired``, or the code with which it ended.
        """
        if token in self._ended:
            raise SlackError(self._ended[token])
        for grant in (*self._kept, *self._passing):
            if grant.token == token:
                if grant.expires_at is not None and self._clock() >= grant.expires_at:
                    raise SlackError("token_expired")
                return grant
        raise SlackError("invalid_auth")

    def refreshed_by(self, refresh_token: str) -> Grant | None:
        return next((each for each in self._kept if each.refresh_token == refresh_token), None)

    def bot_of(self, team_id: str | None, enterprise_id: str | None) -> Grant | None:
        """Return the bot's grant in a workspace: its own, else that of its whole organisation."""
        bots = [each for each in self._kept if each.kind == "bot"]
        own = next((each for each in bots if team_id is not None and each.team_id == team_id), None)
        if own is not None or enterprise_id is None:
            return own
        return next((each for each in bots if each.is_org_wide and each.enterprise_id == enterprise_id), None)

    def of_place(self, team_id: str | None, enterprise_id: str | None) -> list[Grant]:
        """Return every lasting grant given in exactly this place, people's tokens included."""
        return [each for each in self._kept if (each.team_id, each.enterprise_id) == (team_id, enterprise_id)]

    def add(self, grant: Grant) -> None:
        """Add a token; one made for a single run of a function is not kept beyond this process."""
        (self._passing if grant.kind == "function" else self._kept).append(grant)

    def end(self, grant: Grant, why: str) -> None:
        """Take a token away; from now on it is refused with the code *why*."""
        for grants in (self._kept, self._passing):
            if grant in grants:
                grants.remove(grant)
        self._ended[grant.token] = why

    def retire(self, token: str, why: str) -> None:
        """Refuse *token*, which another one has replaced, with the code *why*."""
        self._ended[token] = why
