"""The codes that an app gets when somebody allows it, and exchanges once for its tokens."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Clock

LIFE = 10 * 60.0
"""Seconds; docs.slack.dev/authentication/installing-with-oauth."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What a person allowed: for their workspace, or (without *team_id*) for their organisation."""

    user_id: str
    team_id: str | None
    enterprise_id: str | None
    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...] = ()
    redirect_uri: str
    said_redirect_uri: bool = True
    """Whether the app named the address itself; then it has to repeat it."""
    challenge: str = ""
    """The S256 code challenge of PKCE, if there was one."""
    given: float
    """UNIX seconds."""


class Codes:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Consent] = {}

    def now(self) -> float:
        return self._clock()

    def issue(self, consent: Consent) -> str:
        number = secrets.randbelow(10**13)
        code = f"{number}.{secrets.randbelow(10**13)}.{secrets.token_hex(32)}"
        self._open[code] = consent
        return code

    def exchange(self, code: str, redirect_uri: str | None, verifier: str | None) -> Consent:
        """Use up *code*.

        Raises ``invalid_code`` when it is unknown, used or older than ten minutes, ``bad_redirect_uri`` and
        ``invalid_code_verifier`` when it was asked for in another way.
        """
        consent = self._open.pop(code, None)
        if consent is None or self._clock() - consent.given > LIFE:
            raise SlackError("invalid_code")
        wanted = consent.redirect_uri if consent.said_redirect_uri else None
        if redirect_uri != wanted and (wanted is not None or redirect_uri != consent.redirect_uri):
            raise SlackError("bad_redirect_uri")
        if consent.challenge and not hmac.compare_digest(_challenge(verifier or ""), consent.challenge):
            raise SlackError("invalid_code_verifier")
        return consent


def _challenge(verifier: str) -> str:
    """Return the S256 challenge of *verifier* (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
