"""Further workspaces of one server: opened beside the first, perhaps as parts of an organisation."""

from sandbox.slack.errors import Malformed
from sandbox.slack.ids import new_id
from sandbox.slack.model import Enterprise
from sandbox.slack.server import Server
from sandbox.slack.team import Team
from sandbox.slack.workspace import Workspace


def open_beside(first: Team, name: str, enterprise: str = "") -> Workspace:
    """Open a workspace called *name* beside *first*, in the organisation called *enterprise* if that is given.

    The same app can be installed there. Raises ``Malformed`` on a taken name.
    """
    server = first.server
    if not name.strip():
        raise Malformed("A workspace needs a name.")
    if any(each.name == name for each in server.teams.values()):
        raise Malformed(f"There is already a workspace called '{name}'.")
    team = Workspace(name, timing=first.timing, beside=first, enterprise=_organisation(server, enterprise))
    team.tokens.bot = ""
    team.store.move(first.store.place_beside(team.id))
    team.touch()
    return team


def reopen(first: Team) -> None:
    """Open what was saved beside *first*. Raises ``ValueError`` when a saved state is damaged."""
    for team_id, folder in first.store.beside().items():
        if team_id not in first.server.teams:
            Workspace("", data=folder, timing=first.timing, beside=first)


def _organisation(server: Server, name: str) -> Enterprise | None:
    if not name:
        return None
    known = (each.enterprise for each in server.teams.values() if each.enterprise is not None)
    return next((each for each in known if each.name == name), None) or Enterprise(id=new_id("E"), name=name)
