"""Files that a person uploads into a form's ``file_input``."""

import base64
import binascii
from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.slack import files
from sandbox.slack.errors import Malformed
from sandbox.slack.model import Json, User
from sandbox.slack.person import who
from sandbox.slack.team import Team

LARGEST = 10_000_000
"""Bytes of one file here; Slack takes a gigabyte."""

MOST = 10
"""Files of one input, unless its ``max_files`` says less (docs.slack.dev/reference/block-kit/block-elements)."""


class UploadCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    name: str
    content: str
    """Base64."""


async def upload(team: Team, call: UploadCall) -> Json:
    """Keep a person's file; its id is what a ``file_input`` takes as a value."""
    user = who.person(team, call.user)
    try:
        content = base64.b64decode(call.content, validate=True)
    except binascii.Error:
        raise Malformed("The content of a file is given as base64.") from None
    if not call.name.strip() or len(content) > LARGEST:
        raise Malformed(f"A file needs a name, and at most {LARGEST:,} bytes.")
    file = files.begin(team, call.name, len(content), "", user=user.id)
    files.receive(team, file, content)
    files.complete(team, file)
    return {"ok": True, "file": files.render(team, file)}


def entry(team: Team, user: User, element: Json, value: Any) -> Json:
    """Return the state entry of a ``file_input`` that holds these files, by id.

    Raises ``Malformed`` for files that are not this person's, of another type than it takes, or too many.
    """
    ids = [] if value in (None, "") else value if isinstance(value, list) else [value]
    if len(ids) > (most := int(element.get("max_files") or MOST)):
        raise Malformed(f"'{element['action_id']}' takes at most {most} files.")
    return {"type": "file_input", "files": [_rendered(team, user, element, str(each)) for each in ids]}


def _rendered(team: Team, user: User, element: Json, file_id: str) -> Json:
    file = team.state.files.get(file_id)
    if file is None or file.user != user.id:
        raise Malformed(f"'{file_id}' is no file of this person; upload it first.")
    allowed = [each.lower() for each in element.get("filetypes") or ()]
    if allowed and file.name.rpartition(".")[2].lower() not in allowed:
        raise Malformed(f"'{element['action_id']}' takes only {', '.join(allowed)}; {file.name} is none.")
    return files.render(team, file)
