"""Files of a form: uploaded by the person, told to the app as Slack's file objects, refused where they do not fit."""

import base64
from typing import Any

import pytest

from sandbox.slack.errors import Malformed
from sandbox.slack.model import Json
from sandbox.slack.person import uploads
from sandbox.slack.person.uploads import UploadCall, entry, upload
from sandbox.slack.workspace import Workspace

INPUT: Json = {"type": "file_input", "action_id": "notes", "filetypes": ["csv"], "max_files": 2}


@pytest.fixture(name="workspace")
def _workspace() -> Workspace:
    workspace = Workspace("Acme")
    for name in ("dana", "omar"):
        workspace.add_user(name, name.title(), f"{name}@acme.example", "UTC")
    return workspace


async def uploaded(workspace: Workspace, name: str, who: str = "dana", content: bytes = b"a,b") -> str:
    call = UploadCall(user=workspace.user_named(who).id, name=name, content=base64.b64encode(content).decode())
    return str((await upload(workspace, call))["file"]["id"])


async def test_what_was_uploaded_is_told_whole_with_its_address(workspace: Workspace) -> None:
    file = await uploaded(workspace, "tariffs.CSV")

    told = entry(workspace, workspace.user_named("dana"), INPUT, [file])

    (only,) = told["files"]
    assert (told["type"], only["id"], only["name"], only["size"]) == ("file_input", file, "tariffs.CSV", 3)
    assert only["user"] == workspace.user_named("dana").id
    assert only["url_private"]
    assert entry(workspace, workspace.user_named("dana"), INPUT, None) == {"type": "file_input", "files": []}


async def test_what_does_not_fit_is_said(workspace: Workspace) -> None:
    mine, text, theirs = [
        await uploaded(workspace, name, who) for name, who in (("a.csv", "dana"), ("b.txt", "dana"), ("c.csv", "omar"))
    ]

    cases: list[tuple[Any, str]] = [
        ([text], "takes only csv"),
        ([theirs], "no file of this person"),
        (["F0NOTHING"], "no file of this person"),
        ([mine] * 3, "at most 2 files"),
    ]
    for value, sentence in cases:
        with pytest.raises(Malformed, match=sentence):
            entry(workspace, workspace.user_named("dana"), INPUT, value)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ({"name": "a.csv", "content": "no base64!"}, "base64"),
        ({"name": " ", "content": ""}, "needs a name"),
        ({"name": "a.csv", "content": base64.b64encode(b"12345").decode()}, "at most 4 bytes"),
    ],
)
async def test_what_is_no_upload_is_refused(
    workspace: Workspace, call: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 4)

    with pytest.raises(Malformed, match=sentence):
        await upload(workspace, UploadCall(user=workspace.user_named("dana").id, **call))
