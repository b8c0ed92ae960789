"""What a workspace is made of, as it is stored: people, channels, messages, user groups, files, views."""

import datetime as dt
import zoneinfo
from typing import Any

from pydantic import BaseModel, Field

Json = dict[str, Any]
SLACKBOT = "USLACKBOT"
BROADCAST = "thread_broadcast"
"""The subtype of a reply that also stands in the channel."""


class Enterprise(BaseModel):
    """An organisation that several workspaces belong to."""

    id: str
    name: str


class User(BaseModel):
    """A member, the app's bot user, or a person of another workspace (then *team_id* differs)."""

    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "Etc/UTC"
    team_id: str
    deleted: bool = False
    is_bot: bool = False
    bot_id: str | None = None

    def as_json(self, *, with_email: bool = True, updated: int = 0) -> Json:
        """Return Slack's user object; the e-mail is there only for a token with ``users:read.email``."""
        offset = dt.datetime.now(zoneinfo.ZoneInfo(self.tz)).utcoffset() or dt.timedelta()
        profile: Json = {
            "title": self.title,
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "status_text": "",
            "status_emoji": "",
            "team": self.team_id,
        }
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        elif with_email:
            profile["email"] = self.email
        found = {"id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted}
        if self.deleted:
            return found | {"profile": profile, "is_bot": self.is_bot, "updated": updated}
        return found | {
            "color": "9f69e7",
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz.rpartition("/")[2].replace("_", " "),
            "tz_offset": int(offset.total_seconds()),
            "profile": profile,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": updated,
        }


class Message(BaseModel):
    """A message of a channel; *user* is its author, *for_user* the only reader of an ephemeral one."""

    ts: str
    user: str
    text: str = ""
    bot_id: str | None = None
    username: str | None = None
    subtype: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    files: list[str] = Field(default_factory=list)
    reactions: list[Json] = Field(default_factory=list)
    for_user: str | None = None
    execution: str | None = None
    """The run of a custom function that posted it."""

    @property
    def in_channel(self) -> bool:
        """Whether it stands in the channel itself, and not only in a thread."""
        return self.thread_ts in (None, self.ts) or self.subtype == BROADCAST


class Channel(BaseModel):
    """A public or private channel, or the direct messages of the bot with *partner*."""

    id: str
    name: str
    members: list[str] = Field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    partner: str | None = None
    creator: str
    created: int
    messages: list[Message] = Field(default_factory=list)
    pins: list[str] = Field(default_factory=list)
    """The ts of each pinned message."""

    @property
    def is_im(self) -> bool:
        return self.partner is not None

    @property
    def last_ts(self) -> str:
        return self.messages[-1].ts if self.messages else "0000000000.000000"

    def message(self, ts: str) -> Message | None:
        return next((each for each in self.messages if each.ts == ts), None)

    def thread(self, ts: str) -> list[Message]:
        """Return the message *ts* with all replies to it, oldest first."""
        return [each for each in self.messages if ts in (each.ts, each.thread_ts)]


class Usergroup(BaseModel):
    id: str
    handle: str
    name: str
    members: list[str] = Field(default_factory=list)
    created: int


class File(BaseModel):
    """An upload: *secret* stands in its upload address, *size* and the bytes arrive with the upload."""

    id: str
    name: str
    title: str = ""
    secret: str
    size: int = 0
    uploaded: bool = False
    completed: bool = False
    examined_at: float = 0.0
    """From when on (UNIX seconds) Slack knows what it is."""
    created: int
    user: str
    alt_txt: str = ""
    shares: list[tuple[str, str]] = Field(default_factory=list)


class Scheduled(BaseModel):
    """A message for later, at *post_at* (UNIX seconds)."""

    id: str
    channel: str
    post_at: int
    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    has_metadata: bool = False


class View(BaseModel):
    """A modal or an App Home as the app described it, with what its reader has typed so far."""

    id: str
    user: str
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    described: Json
    values: dict[str, dict[str, Json]] = Field(default_factory=dict)
    """What was entered or chosen: block_id → action_id → Slack's state entry."""
    execution: str | None = None
    """The run of a custom function in which it was opened."""

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.described["blocks"]
        return found

    @property
    def is_home(self) -> bool:
        return bool(self.described["type"] == "home")
