"""The pages on which a person chooses a workspace and allows or cancels the installation (pure)."""

from html import escape
from urllib.parse import urlencode

from sandbox.slack.oauth.request import Refused, Request
from sandbox.slack.team import Team

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 32rem; margin: 4rem auto; padding: 0 1rem; }}
fieldset {{ border: 1px solid #8886; border-radius: .5rem; margin: 1rem 0; }}
label, li {{ display: block; padding: .15rem 0; }}
ul {{ padding-left: 0; }}
button {{ font: inherit; padding: .5rem 1.25rem; border-radius: .4rem; border: 1px solid #8888; cursor: pointer; }}
button[value=allow] {{ background: #007a5a; border-color: #007a5a; color: #fff; }}
</style>
</head>
<body><main>
<h1>{title}</h1>
{body}
</main></body>
</html>
"""


def refusal(problem: Refused) -> str:
    """Return the page that says why there is nothing to allow."""
    return _FRAME.format(
        title="This app cannot be installed", body=f"<p>{escape(str(problem))}</p><p><code>{problem.code}</code></p>"
    )


def choice(request: Request, teams: list[Team]) -> str:
    """Return the page on which a person says which workspace it is about."""
    places = "".join(f'<li><a href="{_link(request, each)}">{escape(each.name)}</a></li>' for each in teams)
    return _FRAME.format(title="Sign in to a workspace", body=f"<ul>{places}</ul>")


def consent(request: Request, team: Team) -> str:
    """Return the page with what the app asks for, and the buttons to allow it or not."""
    app = escape(team.server.app.name)
    wishes = "".join(f"<li><code>{escape(each)}</code></li>" for each in request.scopes)
    personal = "".join(f"<li><code>{escape(each)}</code> on your behalf</li>" for each in request.user_scopes)
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in (request.model_dump() | {"team": team.id}).items()
    )
    body = (
        f'<form method="post">{hidden}<p>{app} asks for permission to:</p><ul>{wishes}{personal}</ul>'
        f"{_people(team)}{_reach(team)}"
        '<button name="choice" value="allow">Allow</button> <button name="choice" value="cancel">Cancel</button></form>'
    )
    return _FRAME.format(title=f"Install {app} in {escape(team.name)}", body=body)


def _people(team: Team) -> str:
    active = [each for each in team.people() if not each.deleted and each.team_id == team.id]
    options = "".join(
        f'<label><input type="radio" name="user" value="{each.id}"{" checked" if each is active[0] else ""}> '
        f"{escape(each.real_name)}</label>"
        for each in active
    )
    return f"<fieldset><legend>You are</legend>{options}</fieldset>" if active else "<p>Nobody is here to allow it.</p>"


def _reach(team: Team) -> str:
    if team.enterprise is None or not team.server.app.is_org_ready:
        return ""
    return (
        "<fieldset><legend>Install to</legend>"
        f'<label><input type="radio" name="reach" value="team" checked> {escape(team.name)}</label>'
        f'<label><input type="radio" name="reach" value="organisation"> all of {escape(team.enterprise.name)}</label>'
        "</fieldset>"
    )


def _link(request: Request, team: Team) -> str:
    return escape(f"?{urlencode(request.model_dump() | {'team': team.id})}", quote=True)
