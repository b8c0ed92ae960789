"""What an app asks for when it sends somebody to be installed, and why Slack would not even show that page."""

from collections.abc import Mapping
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from sandbox.slack.manifest import App

Sentence = str

REFUSALS: Mapping[str, Sentence] = {
    "invalid_client_id": "No app here has this client_id.",
    "bad_redirect_uri": "The redirect_uri is missing, or none of the redirect URLs in the app's manifest.",
    "no_scopes": "The address asks for no scope: give scope or user_scope.",
    "invalid_scope": "The address asks for a scope that the app's manifest does not have.",
    "pkce_not_allowed": "The app's manifest does not enable PKCE.",
    "invalid_code_challenge_method": "The code_challenge_method has to be S256.",
    "invalid_team": "There is no such workspace here.",
}


class Refused(Exception):
    """A page that is not shown; *code* is one of ``REFUSALS``."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code])
        self.code = code


class Request(BaseModel):
    """The query of ``/oauth/v2/authorize``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    client_id: str = ""
    scope: str = ""
    user_scope: str = ""
    redirect_uri: str = ""
    state: str = ""
    team: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    @property
    def scopes(self) -> tuple[str, ...]:
        return _listed(self.scope)

    @property
    def user_scopes(self) -> tuple[str, ...]:
        return _listed(self.user_scope)

    def target(self, app: App) -> str:
        """Return where the answer goes: what was asked for, else the first address of the manifest."""
        return self.redirect_uri or next(iter(app.redirect_urls), "")

    def answered(self, app: App, **said: str) -> str:
        """Return the address to go to with the answer, the state among it as it came."""
        target = self.target(app)
        state = {"state": self.state} if self.state else {}
        return f"{target}{'&' if '?' in target else '?'}{urlencode(said | state)}"

    def judge(self, app: App, client_id: str) -> None:
        """Raise ``Refused`` for what Slack shows an error page for."""
        if self.client_id != client_id:
            raise Refused("invalid_client_id")
        if not self._comes_back(app):
            raise Refused("bad_redirect_uri")
        if not self.scopes and not self.user_scopes:
            raise Refused("no_scopes")
        if not _within(self.scopes, app.scopes) or not _within(self.user_scopes, app.user_scopes):
            raise Refused("invalid_scope")
        if self.code_challenge and not app.proves_itself:
            raise Refused("pkce_not_allowed")
        if self.code_challenge and self.code_challenge_method != "S256":
            raise Refused("invalid_code_challenge_method")

    def _comes_back(self, app: App) -> bool:
        target = self.target(app)
        if not app.is_described:
            return target.startswith(("http://", "https://"))
        return any(target == each or target.startswith((f"{each}/", f"{each}?")) for each in app.redirect_urls)


def _listed(scopes: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in scopes.replace(" ", ",").split(",") if each.strip()))


def _within(asked: tuple[str, ...], allowed: list[str] | None) -> bool:
    return allowed is None or set(asked) <= set(allowed)
