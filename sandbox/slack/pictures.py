"""Pictures in blocks that are files of the workspace: which ones Slack takes, and who sees them.

docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.slack import files
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, File, Json, Message
from sandbox.slack.team import Team

MIMETYPES = frozenset({"image/png", "image/jpeg", "image/gif"})
_IN_ADDRESS = re.compile(r"[-/](F[A-Z0-9]{8,})/")


def check(team: Team, blocks: list[Json] | None, reader: str = "") -> None:
    """Raise ``invalid_blocks`` for pictures that cannot be shown; *reader* is the only one who would see them.

    A file has to be a picture, uploaded, completed, and examined, which takes Slack a moment. An ephemeral message does
    not share a file (node-slack-sdk#1790, java-slack-sdk#1349): its reader must see it already.
    """
    found = problems(team, blocks or [], "/blocks", reader)
    if found:
        told = {"messages": [f"[ERROR] {each}" for each in found]}
        raise SlackError("invalid_blocks", errors=found, response_metadata=told)


def problems(team: Team, blocks: list[Json], at: str, reader: str = "") -> list[str]:
    """Return a sentence for each picture in *blocks*, which lie *at* a place, that cannot be shown."""
    return [
        f"invalid slack file [json-pointer:{place}]"
        for place, reference in _references(blocks, at)
        if not _is_fit(team, find(team, reference), reader)
    ]


def find(team: Team, reference: Any) -> File | None:
    """Return the file that a ``slack_file`` object names, by its id or one of its addresses."""
    if not isinstance(reference, dict):
        return None
    named = _IN_ADDRESS.search(str(reference.get("url") or ""))
    return team.state.files.get(str(reference.get("id") or (named[1] if named else "")))


def is_seen_by(team: Team, user: str, file: File) -> bool:
    """Say whether *user* sees the file somewhere: shared, or as a picture in a message, a modal or their Home."""
    views = [*team.screens[user].modals, *filter(None, [team.state.homes.get(user)])]
    if any(_is_picture_in(team, view.blocks, file) for view in views):
        return True
    own = team.screens[user].ephemerals.values()
    channels: Iterable[Channel] = (each for each in team.state.channels.values() if user in each.members)
    shown: list[Iterable[Message]] = [*own, *(each.messages for each in channels)]
    return any(_shows(team, message, file) for messages in shown for message in messages)


def _shows(team: Team, message: Message, file: File) -> bool:
    return file.id in message.files or _is_picture_in(team, message.blocks or [], file)


def _is_picture_in(team: Team, blocks: list[Json], file: File) -> bool:
    return any(find(team, reference) is file for _, reference in _references(blocks, ""))


def _is_fit(team: Team, file: File | None, reader: str) -> bool:
    if file is None or not file.completed or not files.is_examined(team, file):
        return False
    return files.mimetype(file) in MIMETYPES and (not reader or is_seen_by(team, reader, file))


def _references(thing: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Yield every ``slack_file`` in *thing*, with its place."""
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for name, value in pairs:
        if name == "slack_file":
            yield f"{at}/{name}", value
        else:
            yield from _references(value, f"{at}/{name}")
