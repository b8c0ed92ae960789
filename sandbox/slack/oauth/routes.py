"""``/oauth/v2/authorize``: shows the pages, and sends the browser back to the app with a code or a refusal."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request as HTTPRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.slack.oauth import page
from sandbox.slack.oauth.codes import Consent
from sandbox.slack.oauth.request import Refused, Request
from sandbox.slack.server import Server
from sandbox.slack.team import Team

PATH = "/oauth/v2/authorize"
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


def routes(server: Server) -> list[Route]:
    """Return the routes of the installation pages."""
    return [
        Route(PATH, _guarded(server, _show), methods=["GET"]),
        Route(PATH, _guarded(server, _decide), methods=["POST"]),
    ]


def _guarded(
    server: Server, answer: Callable[[Server, HTTPRequest], Awaitable[Response]]
) -> Callable[[HTTPRequest], Awaitable[Response]]:
    async def endpoint(request: HTTPRequest) -> Response:
        try:
            return await answer(server, request)
        except Refused as problem:
            return HTMLResponse(page.refusal(problem), status_code=400, headers=_HEADERS)

    return endpoint


async def _show(server: Server, request: HTTPRequest) -> Response:
    asked = _judged(server, Request.model_validate(dict(request.query_params)))
    teams = list(server.teams.values())
    team = _team(server, asked.team) if asked.team else teams[0] if len(teams) == 1 else None
    shown = page.choice(asked, teams) if team is None else page.consent(asked, team)
    return HTMLResponse(shown, headers=_HEADERS)


async def _decide(server: Server, request: HTTPRequest) -> Response:
    async with request.form() as form:
        given = {name: value for name, value in form.items() if isinstance(value, str)}
    asked = _judged(server, Request.model_validate(given))
    team = _team(server, asked.team)
    user = team.user(given.get("user", ""))
    if given.get("choice") != "allow" or user is None or user.is_bot or user.deleted:
        return RedirectResponse(asked.answered(server.app, error="access_denied"), status_code=302)
    is_wide = given.get("reach") == "organisation" and team.enterprise is not None and server.app.is_org_ready
    consent = Consent(
        user_id=user.id,
        team_id=None if is_wide else team.id,
        enterprise_id=team.enterprise_id,
        scopes=asked.scopes,
        user_scopes=asked.user_scopes,
        redirect_uri=asked.target(server.app),
        said_redirect_uri=bool(asked.redirect_uri),
        challenge=asked.code_challenge,
        given=server.codes.now(),
    )
    return RedirectResponse(asked.answered(server.app, code=server.codes.issue(consent)), status_code=302)


def _judged(server: Server, asked: Request) -> Request:
    first = next(iter(server.teams.values()))
    asked.judge(server.app, first.state.client_id)
    return asked


def _team(server: Server, team_id: str) -> Team:
    team = server.teams.get(team_id)
    if team is None:
        raise Refused("invalid_team")
    return team
