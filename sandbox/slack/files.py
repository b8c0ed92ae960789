"""Uploaded files: their addresses and how Slack describes them."""

import mimetypes
import secrets
from urllib.parse import quote

from sandbox.slack.ids import new_id
from sandbox.slack.model import Channel, File, Json, Message
from sandbox.slack.team import Team


def begin(team: Team, name: str, length: int, alt_txt: str, user: str = "") -> File:
    """Reserve a file of *user*, the bot's if nobody else is named; its bytes come to the upload address."""
    file = File(
        id=new_id("F"),
        name=name,
        title=name,
        secret=secrets.token_urlsafe(18),
        size=length,
        created=team.now(),
        user=user or team.bot.user_id,
        alt_txt=alt_txt,
    )
    team.state.files[file.id] = file
    team.touch()
    return file


def receive(team: Team, file: File, content: bytes) -> None:
    """Take the bytes of an upload."""
    team.store.keep_upload(file.id, content)
    file.size = len(content)
    file.uploaded = True
    team.touch()


def complete(team: Team, file: File) -> None:
    """End an upload; what the file is, Slack finds out a moment later."""
    file.completed = True
    file.examined_at = team.clock() + team.faults.file_examination


def is_examined(team: Team, file: File) -> bool:
    return team.clock() >= file.examined_at


def share(file: File, channel: Channel, message: Message) -> None:
    file.shares.append((channel.id, message.ts))


def mimetype(file: File) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def attachment(file: File) -> str:
    """Return the header by which a browser saves the file under its own name (RFC 6266), whatever is in it."""
    plain = "".join(each if each.isascii() and each.isprintable() and each not in '"\\%' else "_" for each in file.name)
    exact = "" if plain == file.name else f"; filename*=UTF-8''{quote(file.name, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def render(team: Team, file: File) -> Json:
    """Return Slack's file object; its download address wants the bot token."""
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    known = is_examined(team, file)
    address = f"{team.base_url}/files-pri/{team.id}-{file.id}"
    public = [channel for channel, _ in file.shares if not channel.startswith("D")]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype(file) if known else "",
        "filetype": kind if known else "",
        "pretty_type": kind.upper() if known else "",
        "user": file.user,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{address}/{file.name}",
        "url_private_download": f"{address}/download/{file.name}",
        "permalink": f"{team.base_url}/files/{file.user}/{file.id}/{file.name}",
        "comments_count": 0,
        "is_starred": False,
        "channels": public,
        "groups": [],
        "ims": [channel for channel, _ in file.shares if channel.startswith("D")],
        "shares": {"public": {channel: [{"ts": ts, "team_id": team.id}] for channel, ts in file.shares}},
        "has_rich_preview": False,
        "alt_txt": file.alt_txt,
    }
