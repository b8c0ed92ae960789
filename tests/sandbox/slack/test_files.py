"""Files in three steps: an address, the bytes, and where they are shown."""

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import Channel
from tests.sandbox.slack.acting import Person


async def test_slacks_client_uploads_into_a_thread(
    client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person
) -> None:
    parent = (await as_dana.says("export, please"))["ts"]

    uploaded = await client.files_upload_v2(
        channel=as_dana.channel,
        thread_ts=parent,
        content="a,b\n1,2\n",
        filename="audit.csv",
        title="Audit",
        initial_comment="Here it is",
    )

    [_, reply] = await as_dana.sees(thread_ts=parent)
    [file] = reply["files"]
    assert (reply["text"], file["title"], file["mimetype"], file["size"]) == ("Here it is", "Audit", "text/csv", 8)
    assert (await http.get(f"/_sandbox/files/{file['id']}")).text == "a,b\n1,2\n"
    assert (await client.files_info(file=uploaded["file"]["id"]))["file"]["channels"] == [as_dana.channel]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("audit 2026.csv", 'attachment; filename="audit 2026.csv"'),
        ("März 100%.csv", "attachment; filename=\"M_rz 100_.csv\"; filename*=UTF-8''M%C3%A4rz%20100%25.csv"),
    ],
)
async def test_a_download_keeps_the_name_of_the_file(
    client: AsyncWebClient, http: httpx.AsyncClient, general: Channel, name: str, header: str
) -> None:
    file = (await client.files_upload_v2(channel=general.id, content="x", filename=name))["file"]

    assert (await http.get(f"/_sandbox/files/{file['id']}")).headers["content-disposition"] == header


async def test_the_private_address_wants_the_bot_token(
    workspace: Workspace, client: AsyncWebClient, http: httpx.AsyncClient, general: Channel
) -> None:
    file = (await client.files_upload_v2(channel=general.id, content="x", filename="x.txt"))["file"]
    token = {"authorization": f"Bearer {workspace.tokens.bot}"}

    assert (await http.get(file["url_private"])).status_code == 403
    assert (await http.get(file["url_private"], headers=token)).text == "x"
    assert (await http.get(file["url_private_download"], headers=token)).text == "x"


async def test_bytes_may_come_as_a_form(client: AsyncWebClient, http: httpx.AsyncClient, dana: object) -> None:
    place = await client.files_getUploadURLExternal(filename="x.txt", length=3)

    sent = await http.post(place["upload_url"], files={"filename": ("x.txt", b"abc")})

    assert (sent.status_code, sent.text) == (200, "OK - 3")
    assert (await http.get(f"/_sandbox/files/{place['file_id']}")).content == b"abc"


async def test_an_upload_address_is_used_once(client: AsyncWebClient, http: httpx.AsyncClient) -> None:
    place = await client.files_getUploadURLExternal(filename="x.txt", length=3)

    assert (await http.post(place["upload_url"], content=b"abc")).status_code == 200
    assert (await http.post(place["upload_url"], content=b"abc")).status_code == 404
    assert (await http.post(place["upload_url"] + "x", content=b"abc")).status_code == 404


async def test_an_empty_file_is_no_file(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="missing_argument"):
        await client.files_getUploadURLExternal(filename="x.txt", length=0)


async def test_only_what_was_uploaded_can_be_completed(client: AsyncWebClient, general: Channel) -> None:
    place = await client.files_getUploadURLExternal(filename="x.txt", length=3)

    for file_id in (place["file_id"], "F0NONE"):
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=general.id)


async def test_a_file_goes_to_a_channel_not_to_a_person(
    client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person
) -> None:
    place = await client.files_getUploadURLExternal(filename="x.txt", length=3)
    await http.post(place["upload_url"], content=b"abc")
    files = [{"id": place["file_id"], "title": "X"}]

    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.files_completeUploadExternal(files=files, channel_id=as_dana.user)
    direct = (await client.conversations_open(users=as_dana.user))["channel"]["id"]
    await client.files_completeUploadExternal(files=files, channel_id=direct)

    assert (await as_dana.sees(as_dana.user))[0]["files"][0]["name"] == "x.txt"
