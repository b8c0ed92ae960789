"""Files as pictures in blocks: what Slack takes, what it refuses, and who sees them."""

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import Channel
from tests.sandbox.slack.acting import Person

PNG = b"\x89PNG\r\n\x1a\n"


async def uploaded(client: AsyncWebClient, http: httpx.AsyncClient, name: str = "chart.png") -> str:
    """Upload a file that is shared nowhere, as an app does that wants it in a block."""
    place = await client.files_getUploadURLExternal(filename=name, length=len(PNG))
    await http.post(place["upload_url"], content=PNG)
    await client.files_completeUploadExternal(files=[{"id": place["file_id"], "highlight_type": "png"}])
    return str(place["file_id"])


def picture(**named: str) -> list[dict[str, Any]]:
    return [{"type": "image", "alt_text": "A chart", "slack_file": named}]


async def seen(http: httpx.AsyncClient, file: str, user: str) -> int:
    return (await http.get(f"/_sandbox/files/{file}", params={"user": user})).status_code


async def test_a_file_of_the_bots_own_is_shown_in_a_block_and_seen_by_who_reads_the_message(
    workspace: Workspace, client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person
) -> None:
    file = await uploaded(client, http)
    stranger = workspace.add_user("stranger").id
    assert await seen(http, file, as_dana.user) == 403

    await client.chat_postMessage(channel=as_dana.channel, text="x", blocks=picture(id=file))

    assert (await as_dana.sees())[-1]["blocks"][0]["slack_file"] == {"id": file}
    assert (await seen(http, file, as_dana.user), await seen(http, file, stranger)) == (200, 403)


async def test_a_file_may_be_named_by_its_address(
    client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person
) -> None:
    file = (await client.files_info(file=await uploaded(client, http)))["file"]

    for address in (file["url_private"], file["permalink"]):
        assert (await client.chat_postMessage(channel=as_dana.channel, text="x", blocks=picture(url=address)))["ok"]


@pytest.mark.parametrize("name", ["notes.txt", "movie.mp4"])
async def test_only_pictures_are_pictures(
    client: AsyncWebClient, http: httpx.AsyncClient, general: Channel, name: str
) -> None:
    file = await uploaded(client, http, name)

    with pytest.raises(SlackApiError, match="invalid slack file"):
        await client.chat_postMessage(channel=general.id, text="x", blocks=picture(id=file))


@pytest.mark.parametrize(
    ("named", "refusal"),
    [
        ({"id": "F0NEVERWAS1"}, "invalid slack file [json-pointer:/blocks/0/slack_file]"),
        (
            {"id": "nonsense"},
            "input must match regex pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0/slack_file/id]",
        ),
    ],
)
async def test_what_is_no_file_is_refused_with_slacks_words(
    client: AsyncWebClient, general: Channel, named: dict[str, str], refusal: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=general.id, text="x", blocks=picture(**named))

    assert (refused.value.response["error"], refused.value.response["errors"]) == ("invalid_blocks", [refusal])


async def test_a_file_that_is_still_examined_is_no_picture_yet(
    workspace: Workspace, client: AsyncWebClient, http: httpx.AsyncClient, general: Channel
) -> None:
    await http.post("/_sandbox/faults", json={"file_examination": 30})
    file = await uploaded(client, http)
    assert (await client.files_info(file=file))["file"]["mimetype"] == ""
    with pytest.raises(SlackApiError, match="invalid slack file"):
        await client.chat_postMessage(channel=general.id, text="x", blocks=picture(id=file))

    await http.post("/_sandbox/clock", json={"advance": 31})

    assert (await client.chat_postMessage(channel=general.id, text="x", blocks=picture(id=file)))["ok"]


async def test_an_ephemeral_message_shows_only_what_its_reader_sees_elsewhere(
    client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person
) -> None:
    file = await uploaded(client, http)
    with pytest.raises(SlackApiError, match="invalid slack file"):
        await client.chat_postEphemeral(channel=as_dana.channel, user=as_dana.user, text="x", blocks=picture(id=file))

    await client.chat_postMessage(channel=as_dana.user, text="x", blocks=picture(id=file))

    told = await client.chat_postEphemeral(
        channel=as_dana.channel, user=as_dana.user, text="x", blocks=picture(id=file)
    )
    assert told["ok"]


def modal(**named: str) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": "A picture"}, "blocks": picture(**named)}


async def test_a_modal_shows_a_picture_to_whom_it_is_opened_for(
    workspace: Workspace, client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person
) -> None:
    file = await uploaded(client, http)
    stranger = workspace.add_user("stranger").id
    trigger = workspace.triggers.issue(as_dana.user)

    await client.views_open(trigger_id=trigger, view=modal(id=file))

    assert (await seen(http, file, as_dana.user), await seen(http, file, stranger)) == (200, 403)


async def test_a_home_shows_a_picture(client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person) -> None:
    file = await uploaded(client, http)

    await client.views_publish(user_id=as_dana.user, view={"type": "home", "blocks": picture(id=file)})

    assert await seen(http, file, as_dana.user) == 200


@pytest.mark.parametrize("name", ["notes.txt", None])
async def test_a_modal_with_what_is_no_picture_is_refused_with_its_place(
    workspace: Workspace, client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person, name: str | None
) -> None:
    file = await uploaded(client, http, name) if name else "F0NEVERWAS1"
    trigger = workspace.triggers.issue(as_dana.user)

    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=trigger, view=modal(id=file))

    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["errors"] == ["invalid slack file [json-pointer:/view/blocks/0/slack_file]"]
    assert await as_dana.view() is None
