"""The admin key stands in no error, log line or repr, whatever goes wrong."""

import logging
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.workflows.admin_api.rig import KEY, Answering, Sandbox, everything
from workflows.admin_api import AdminAPI, Limiter
from workflows.admin_api.sending import Sender
from workflows.admin_api.wire.refusals import presentable
from workflows.errors import AdminAPIError, AdminAPIRefused

TROUBLES: list[Any] = [
    pytest.param(httpx.Response(401, json={"error": {"message": f"Incorrect API key provided: {KEY}."}}), id="401"),
    pytest.param(httpx.Response(400, json={"message": f"Bearer {KEY} is wrong"}), id="400"),
    pytest.param(httpx.Response(500, text=f"<b>{KEY}</b>"), id="500"),
    pytest.param(httpx.Response(200, text="{"), id="unreadable"),
    pytest.param(httpx.ReadError(f"Bearer {KEY}"), id="cut off"),
    pytest.param(httpx.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'"), id="bad header"),
]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_key_stands_in_no_error(answering: Answering, trouble: Any) -> None:
    scripted = answering(trouble)

    with pytest.raises(AdminAPIError) as raised:
        await scripted.api.create_project("alpha")

    assert KEY not in everything(raised.value)
    assert "sk-" not in str(raised.value)


async def test_key_is_logged_at_no_level(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = sandbox.organization.admin_key

    async with AdminAPI(base_url=f"{sandbox.address}/v1", admin_key=SecretStr(key)) as api:
        await api.projects()
        with pytest.raises(AdminAPIRefused):
            await api.update_project(sandbox.organization.default_project.id, "x")

    assert any(record.name.startswith("http") for record in caplog.records)
    assert key not in caplog.text
    assert key not in repr([vars(record) for record in caplog.records])


async def test_key_stands_in_no_repr() -> None:
    api = AdminAPI(base_url="http://openai.test/v1", admin_key=SecretStr(KEY), limiter=Limiter())
    sender = api._caller.sender
    assert isinstance(sender, Sender)
    shown = [repr(each) for each in (api, vars(api), sender, vars(sender), vars(sender._key), sender._http.headers)]
    await api.aclose()

    assert KEY not in "".join(shown)


@pytest.mark.parametrize("key", ["", " ", "sk-admin-a b", "sk-admin-ü", "sk-admin-a\n", "sk-admin-a\x00"])
def test_key_that_cannot_be_sent_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="OPENAI_ADMIN_KEY") as refused:
        AdminAPI(base_url="http://openai.test/v1", admin_key=SecretStr(key))

    assert "sk-admin" not in str(refused.value)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Incorrect API key provided: sk-admin-****cdef. See the page.",
            "Incorrect API key provided: [key] See the page.",
        ),
        ("keys SK-PROJ-abc and sess-123", "keys [key] and [key]"),
        ("bearer abc.def", "[key]"),
        ("a task-force of risk-takers", "a task-force of risk-takers"),
        ("two\nlines\tand\x0bmore", "two lines and more"),
        ("the secret is hunter2!", "the secret is [key]!"),
    ],
)
def test_what_resembles_a_key_is_cut_out(message: str, shown: str) -> None:
    assert presentable(message, "hunter2") == shown


def test_long_message_is_shortened() -> None:
    assert len(presentable("x" * 10_000)) == 300
