"""``files.*``: uploads in three steps, the middle one to an address of its own."""

from typing import Any

from pydantic import Field

from sandbox.slack import channels, files, messages, pictures, text
from sandbox.slack.api import content
from sandbox.slack.api.method import Answer, Arguments, Methods, Names
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.model import Channel, File
from sandbox.slack.team import Team

methods = Methods()

WRITE = ("files:write",)
ALT_TEXT = 1000
MOST_CHANNELS = 100
SNIPPET_BYTES = 1_000_000
SNIPPETS = frozenset(
    {
        *("text", "c", "cpp", "csharp", "css", "csv", "diff", "dockerfile", "go", "html", "java", "javascript", "json"),
        *("kotlin", "latex", "lua", "markdown", "perl", "php", "powershell", "puppet", "python", "r", "ruby", "rust"),
        *("scala", "shell", "sql", "swift", "tsx", "typescript", "vb", "xml", "yaml"),
    }
)
"""Snippet types; docs.slack.dev/reference/objects/file-object#types names more."""


class Begin(Arguments):
    filename: str
    length: int
    alt_txt: str = ""
    snippet_type: str | None = None


class Complete(Arguments):
    files: Any
    channel_id: str | None = None
    channels: Names = Field(default_factory=list)
    thread_ts: str | None = None
    initial_comment: str | None = None
    blocks: Any = None


class Info(Arguments):
    file: str


@methods.method("files.getUploadURLExternal", Begin, scopes=WRITE, tier=4)
def get_upload_url(team: Team, asked: Begin) -> Answer:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal ."""
    if asked.length <= 0 or not asked.filename:
        raise SlackError("missing_argument")
    if asked.snippet_type is not None and asked.snippet_type not in SNIPPETS:
        raise SlackError("unknown_snippet_type")
    if asked.snippet_type is not None and asked.length > SNIPPET_BYTES:
        raise SlackError("snippet_too_large")
    if len(asked.alt_txt) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = files.begin(team, asked.filename, asked.length, asked.alt_txt)
    return {"file_id": file.id, "upload_url": f"{team.base_url}/upload/v1/{file.id}/{file.secret}"}


@methods.method("files.completeUploadExternal", Complete, scopes=WRITE, tier=4)
def complete(team: Team, asked: Complete) -> Answer:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal ; private to the bot without a channel."""
    if len(asked.channels) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    uploads = _uploads(team, asked)
    places = [_place(team, each) for each in ([asked.channel_id] if asked.channel_id else asked.channels)]
    blocks = content.read_blocks(asked.blocks)
    pictures.check(team, blocks)
    for file in uploads:
        files.complete(team, file)
    for channel in places:
        _share(team, channel, uploads, asked, blocks)
    team.touch()
    return {"files": [files.render(team, each) for each in uploads]}


@methods.method("files.info", Info, scopes=("files:read",), tier=4)
def info(team: Team, asked: Info) -> Answer:
    """https://docs.slack.dev/reference/methods/files.info ."""
    file = team.state.files.get(asked.file)
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return {"file": files.render(team, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def _uploads(team: Team, asked: Complete) -> list[File]:
    given = content.decoded(asked.files, "invalid_arguments")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise invalid_arguments("must provide a list of files [json-pointer:/files]")
    found = []
    for each in given:
        file = team.state.files.get(str(each.get("id")))
        if file is None or not file.uploaded:
            raise SlackError("file_not_found")
        file.title = each.get("title") or file.name
        found.append(file)
    return found


def _place(team: Team, reference: str) -> Channel:
    channel = channels.for_app(team, reference)
    if team.bot.user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _share(team: Team, channel: Channel, uploads: list[File], asked: Complete, blocks: Any) -> None:
    message = messages.post(
        team,
        channel,
        user=team.bot.user_id,
        text=text.from_app(asked.initial_comment or ""),
        blocks=blocks,
        thread_ts=asked.thread_ts,
        files=[each.id for each in uploads],
        subtype="file_share",
    )
    for file in uploads:
        files.share(file, channel, message)
