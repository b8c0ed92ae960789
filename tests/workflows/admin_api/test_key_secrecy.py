"""The value of a new key stands in one SecretStr: in no repr, error, traceback or log line."""

import json
import logging
from typing import Any

import httpx
import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, everything, reply
from workflows.admin_api import AdminAPI
from workflows.errors import AdminAPIError, AdminAPIUnclear

VALUE = "sk-svcacct-notARealKey0123456789"
ISSUED = {"id": "key_1", "name": "deploy", "value": VALUE, "created_at": 1711474333, "expires_at": None}


async def test_value_is_in_its_secret_and_in_no_repr(answering: Answering) -> None:
    issued = await answering(reply(ISSUED)).api.create_key("proj_1", "svc_acct_1", name="deploy")

    assert issued.value.get_secret_value() == VALUE
    assert VALUE not in f"{issued!r} {issued} {issued.value!r} {issued.value} {vars(issued)}"


UNREADABLE: list[Any] = [
    pytest.param(json.dumps({**ISSUED, "id": None}), id="no id"),
    pytest.param(json.dumps({**ISSUED, "expires_at": VALUE}), id="value for a time"),
    pytest.param(json.dumps({**ISSUED, "value": [VALUE]}), id="value in a list"),
    pytest.param(json.dumps([ISSUED]), id="list"),
    pytest.param(json.dumps(ISSUED)[:-1], id="cut short"),
]


@pytest.mark.parametrize("body", UNREADABLE)
async def test_value_in_an_unreadable_reply_stands_in_no_error(answering: Answering, body: str) -> None:
    scripted = answering(httpx.Response(200, text=body))

    with pytest.raises(AdminAPIUnclear, match="cannot be read") as raised:
        await scripted.api.create_key("proj_1", "svc_acct_1", name="deploy")

    assert VALUE not in everything(raised.value)
    assert len(scripted.wire.sent) == 1


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_value_in_a_refusal_stands_in_no_error(answering: Answering, status: int) -> None:
    body = {"error": {"message": f"{VALUE} was made and then refused"}}

    with pytest.raises(AdminAPIError) as raised:
        await answering(reply(body, status)).api.create_key("proj_1", "svc_acct_1", name="deploy")

    assert VALUE not in everything(raised.value)


@pytest.mark.parametrize("value", [None, "", 7])
async def test_key_without_its_value_is_unclear(answering: Answering, value: Any) -> None:
    with pytest.raises(AdminAPIUnclear, match="value is missing"):
        await answering(reply({**ISSUED, "value": value})).api.create_key("proj_1", "svc_acct_1", name="deploy")


async def test_value_is_logged_at_no_level(api: AdminAPI, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    project = await api.create_project("alpha")
    account = await api.create_service_account(project.id, "ci")
    caplog.set_level(logging.DEBUG)

    issued = await api.create_key(project.id, account.id, name="deploy")
    listed = await api.keys(project.id)

    assert any(record.name.startswith("http") for record in caplog.records)
    value = issued.value.get_secret_value()
    assert value not in caplog.text + repr([vars(record) for record in caplog.records])
    assert value not in repr(listed)
