"""A local Slack workspace as a Python object: fill it with people and channels, then serve it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.slack import channels
from sandbox.slack.ids import Clock, new_id
from sandbox.slack.manifest import App
from sandbox.slack.model import Channel, Enterprise, Message, User, Usergroup
from sandbox.slack.person import talk, who
from sandbox.slack.team import Team, wall_clock
from sandbox.slack.timing import Timing


class Workspace(Team):
    """The workspace that ``create_app`` serves.

    *manifest* is the app's manifest as a mapping (without one the app may do and hears everything),
    *request_url* turns signed HTTP delivery on instead of Socket Mode, *data* is the folder that keeps
    the state, *clock* gives UNIX seconds. One made *beside* another shares its app, sockets and server, and is
    perhaps of an *enterprise*; the app is not installed in it yet (see ``teams.open_beside``).
    Raises ``ValueError`` when the manifest or the saved state is damaged.
    """

    def __init__(
        self,
        team_name: str = "Acme",
        manifest: dict[str, Any] | None = None,
        request_url: str | None = None,
        data: Path | None = None,
        *,
        clock: Clock = wall_clock,
        timing: Timing | None = None,
        beside: Team | None = None,
        enterprise: Enterprise | None = None,
    ) -> None:
        super().__init__(
            name=team_name,
            app=App(manifest) if beside is None else beside.server.app,
            data=data,
            clock=clock,
            timing=timing or Timing(),
            beside=beside,
            enterprise=enterprise,
        )
        if beside is None:
            self.request_url = request_url

    @property
    def request_url(self) -> str | None:
        """Where signed HTTP delivery goes; ``None`` means Socket Mode."""
        return self.request_urls.url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.request_urls.url = url

    def add_user(
        self,
        name: str,
        real_name: str = "",
        email: str = "",
        tz: str = "Etc/UTC",
        *,
        title: str = "",
        deleted: bool = False,
        team_id: str | None = None,
    ) -> User:
        """Add a person; *title* says what they do, *team_id* makes them somebody of another workspace.

        Raises ``ValueError`` on a taken name.
        """
        if any(each.name == name for each in self.state.users.values()):
            raise ValueError(f"There is already a user called '{name}'.")
        user = User(
            id=new_id("U"),
            name=name,
            real_name=real_name or name.title(),
            email=email or f"{name}@example.com",
            tz=tz,
            title=title,
            team_id=team_id or self.id,
            deleted=deleted,
        )
        self.state.users[user.id] = user
        self.touch()
        return user

    def add_channel(self, name: str, members: Iterable[str] = (), *, is_private: bool = False) -> Channel:
        """Add a channel; the bot is in it only when *members* has ``workspace.bot.user_id``, as in Slack."""
        if any(each.name == name for each in self.state.channels.values()):
            raise ValueError(f"There is already a channel called '{name}'.")
        ids = self._known(members)
        return channels.create(self, name, members=ids, creator=ids[0] if ids else "USLACKBOT", is_private=is_private)

    def add_usergroup(self, handle: str, name: str, members: Iterable[str] = ()) -> Usergroup:
        group = Usergroup(
            id=new_id("S"),
            handle=handle,
            name=name,
            members=self._known(members),
            created=self.now(),
        )
        self.state.usergroups[group.id] = group
        self.touch()
        return group

    def post(self, *, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Post as *user*; the app hears of it when a loop runs. Raises ``Malformed`` when *user* cannot post there."""
        author = who.person(self, user)
        return talk.say(self, author, who.channel_of(self, author, channel), text, thread_ts)

    def user_named(self, name: str) -> User:
        """Find a person by name; raises ``KeyError``."""
        return {each.name: each for each in self.state.users.values()}[name]

    def channel_named(self, name: str) -> Channel:
        """Find a channel by name; raises ``KeyError``."""
        return {each.name: each for each in self.state.channels.values() if not each.is_im}[name]

    def _known(self, members: Iterable[str]) -> list[str]:
        ids = list(members)
        for each in ids:
            if each not in self.state.users:
                raise ValueError(f"There is no user '{each}' in this workspace.")
        return ids
