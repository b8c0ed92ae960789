"""Keeps the workspace in one JSON file, written whole and swapped in at once, with uploads beside it."""

import os
import secrets
from pathlib import Path

from pydantic import BaseModel, Field

from sandbox.slack.grants import Grant
from sandbox.slack.ids import new_id
from sandbox.slack.model import Channel, Enterprise, File, Scheduled, User, Usergroup, View


class Tokens(BaseModel):
    """The secrets of the installed app; they stand in no repr."""

    bot: str = Field(default_factory=lambda: f"xoxb-{secrets.token_hex(16)}", repr=False)
    app: str = Field(default_factory=lambda: f"xapp-1-{secrets.token_hex(16)}", repr=False)
    signing_secret: str = Field(default_factory=lambda: secrets.token_hex(16), repr=False)
    verification: str = Field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    client_secret: str = Field(default_factory=lambda: secrets.token_hex(16), repr=False)


class State(BaseModel):
    """All that survives a restart; open modals and ephemerals do not, as in Slack."""

    team_id: str = Field(default_factory=lambda: new_id("T"))
    name: str = ""
    enterprise: Enterprise | None = None
    app_id: str = Field(default_factory=lambda: new_id("A"))
    client_id: str = Field(default_factory=lambda: f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}")
    tokens: Tokens = Field(default_factory=Tokens)
    users: dict[str, User] = Field(default_factory=dict)
    channels: dict[str, Channel] = Field(default_factory=dict)
    usergroups: dict[str, Usergroup] = Field(default_factory=dict)
    files: dict[str, File] = Field(default_factory=dict)
    homes: dict[str, View] = Field(default_factory=dict)
    scheduled: list[Scheduled] = Field(default_factory=list)
    grants: list[Grant] | None = None
    """The app's tokens on the whole server, kept with its first workspace; ``None`` before the app is installed."""
    ended: dict[str, str] = Field(default_factory=dict)
    """Tokens that are no longer good, each with Slack's code for why."""


class Store:
    """Loads and saves a ``State``; without a folder everything stays in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._uploads: dict[str, bytes] = {}
        self.move(folder)

    def move(self, folder: Path | None) -> None:
        """Keep everything in *folder* from now on."""
        self._folder = folder
        if folder is not None:
            (folder / "files").mkdir(parents=True, exist_ok=True)

    def beside(self) -> dict[str, Path]:
        """Return the folders of the workspaces that came after this one, by their id."""
        folder = None if self._folder is None else self._folder / "teams"
        return {each.name: each for each in sorted(folder.iterdir())} if folder and folder.exists() else {}

    def place_beside(self, team_id: str) -> Path | None:
        return None if self._folder is None else self._folder / "teams" / team_id

    def load(self) -> State:
        """Return what was saved, or a fresh workspace; raises ``ValueError`` when the file is damaged."""
        path = None if self._folder is None else self._folder / "workspace.json"
        if path is None or not path.exists():
            return State()
        return State.model_validate_json(path.read_bytes())

    def save(self, state: State) -> None:
        if self._folder is None:
            return
        fresh = self._folder / "workspace.json.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(state.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / "workspace.json")

    def keep_upload(self, file_id: str, content: bytes) -> None:
        if self._folder is None:
            self._uploads[file_id] = content
        else:
            (self._folder / "files" / file_id).write_bytes(content)

    def upload(self, file_id: str) -> bytes:
        if self._folder is None:
            return self._uploads[file_id]
        return (self._folder / "files" / file_id).read_bytes()
