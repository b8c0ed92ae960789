"""The app: what listeners are given, and what Bolt may not read from the environment."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot import app as bolt
from bot import slack_api
from tests.bot.workplace import Workplace
from tests.support.served import only


def built(workplace: Workplace, observed: list[str] | None = None, **provided: Any) -> AsyncApp:
    return bolt.build(
        client=slack_api.client(None, f"{workplace.url}/api", workplace.session),
        signing_secret="secret",
        observe=(observed if observed is not None else []).append,
        served=only(workplace.workspace.tokens.bot, slack_api.WhoAmI(workplace.client()), provided),
    )


def request(**body: Any) -> AsyncBoltRequest:
    return AsyncBoltRequest(mode="socket_mode", body={"team_id": "T1", "user": {"id": "U1"}} | body)


def shortcut(callback_id: str) -> AsyncBoltRequest:
    return request(type="shortcut", callback_id=callback_id)


async def test_a_client_id_in_the_environment_does_not_switch_to_oauth(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")

    app = built(workplace)

    assert app.oauth_flow is None
    assert (await app.async_dispatch(shortcut("nobody-listens"))).status == 200


async def test_slack_is_asked_once_who_we_are(workplace: Workplace) -> None:
    app = built(workplace)

    for _ in range(3):
        await app.async_dispatch(shortcut("nobody-listens"))

    assert workplace.calls("auth.test") == 1


async def test_listeners_get_what_is_provided_and_act_with_the_bots_token(workplace: Workplace) -> None:
    seen: dict[str, Any] = {}
    app = built(workplace, service="the service")

    async def listen(ack: AsyncAck, service: str, context: AsyncBoltContext) -> None:
        seen.update(service=service, token=context.client.token)
        await ack()

    app._async_listeners.clear()
    app.shortcut("mine")(listen)
    await app.async_dispatch(shortcut("mine"))

    assert seen == {"service": "the service", "token": workplace.workspace.tokens.bot}


async def test_a_listener_that_breaks_is_still_acknowledged(workplace: Workplace) -> None:
    app = built(workplace)

    async def listen(ack: AsyncAck) -> None:
        await ack()
        raise RuntimeError("broken")

    app._async_listeners.clear()
    app.shortcut("mine")(listen)

    assert (await app.async_dispatch(shortcut("mine"))).status == 200


async def test_every_payload_is_counted_by_its_type(workplace: Workplace) -> None:
    observed: list[str] = []
    app = built(workplace, observed)

    await app.async_dispatch(shortcut("nobody-listens"))
    await app.async_dispatch(request(command="/nothing", text=""))

    assert observed == ["shortcut", "command"]
