"""A small Bolt app that shows a person every element, block and answer that the page has to draw."""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.trying_blocks import Json, card, form, home_view, option, plain, said
from tests.browser.trying_more_blocks import boxed_form

PROJECTS = ["Support assistant", "Support archive", "Internal QA", "Prompt experiments"]
MANIFEST: Json = {
    "display_information": {"name": "Countersign"},
    "features": {
        "bot_user": {"display_name": "Countersign"},
        "slash_commands": [
            {"command": "/try", "description": "Opens a form with every element", "usage_hint": "[what]"},
            {"command": "/tell", "description": "Says something to you alone"},
            {"command": "/mute", "description": "Never answers"},
        ],
        "shortcuts": [
            {"name": "Try the form", "type": "global", "callback_id": "open_form", "description": "Every element"},
            {"name": "Quote this", "type": "message", "callback_id": "quote", "description": "Shows the words"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:read",
                "channels:history",
                "chat:write",
                "commands",
                "files:write",
                "im:history",
                "im:write",
                "users:read",
            ]
        }
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "message.im"]}},
}


def trying_app(client: AsyncWebClient) -> AsyncApp:
    """Return the app with its listeners in place."""
    app = AsyncApp(client=client, request_verification_enabled=False)
    _commands(app)
    _form(app)
    _card(app)
    _home(app)
    _nested(app)
    return app


def _commands(app: AsyncApp) -> None:
    @app.command("/try")
    async def try_it(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=form(command["channel_id"]))

    @app.command("/tell")
    async def tell(ack: AsyncAck, command: Json, respond: AsyncRespond) -> None:
        await ack()
        await respond(f":no_entry: You said _{command['text']}_.")

    @app.command("/mute")
    async def mute(command: Json) -> None:
        """Leave the person without an answer."""

    @app.shortcut("open_form")
    async def open_form(ack: AsyncAck, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form(""))

    @app.shortcut("quote")
    async def quote(ack: AsyncAck, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        words = shortcut["message"]["text"]
        view = {"type": "modal", "title": plain("Quoted"), "blocks": [said(f">{words}", "quoted")]}
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)


def _form(app: AsyncApp) -> None:
    @app.options("value")
    async def offer(ack: AsyncAck, payload: Json) -> None:
        wanted = payload["value"].lower()
        await ack(options=[option(each, f"p{at}") for at, each in enumerate(PROJECTS) if wanted in each.lower()])

    @app.action("explain")
    async def explain(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        name = body["view"]["state"]["values"]["name"]["value"]["value"]
        told = said(f"Each field is _explained_ here, {name}.", "why")
        view = {"type": "modal", "title": plain("Explained"), "blocks": [told]}
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.action("value")
    async def template(ack: AsyncAck, body: Json, payload: Json, client: AsyncWebClient) -> None:
        await ack()
        view = body["view"]
        changed = form(view["private_metadata"], template=payload["selected_option"]["value"])
        await client.views_update(view_id=view["id"], hash=view["hash"], view=changed)

    @app.view("form")
    async def submitted(ack: AsyncAck, view: Json, body: Json, client: AsyncWebClient) -> None:
        values = {name: next(iter(each.values())) for name, each in view["state"]["values"].items()}
        if float(values["amount"]["value"]) < 10:
            await ack(response_action="errors", errors={"amount": "The smallest limit is $10.00."})
            return
        await ack()
        facts = {"Limit": f"${values['amount']['value']}", "Asked by": f"<@{body['user']['id']}>"}
        title = f"New project: {values['name']['value']}"
        await client.chat_postMessage(channel=view["private_metadata"], text=title, blocks=card(title, facts))
        await client.chat_postMessage(channel=body["user"]["id"], text=_written(values))


def _written(values: dict[str, Json]) -> str:
    return "\n".join(f"{name}={_value(entry)}" for name, entry in values.items())


def _value(entry: Json) -> str:
    name, found = next((name, value) for name, value in entry.items() if name != "type")
    if isinstance(found, list):
        named = (each.get("value") or each["name"] if isinstance(each, dict) else f"<@{each}>" for each in found)
        return "+".join(map(str, named))
    if isinstance(found, dict):
        return str(found["value"])
    sign = {"selected_user": "@", "selected_channel": "#", "selected_conversation": "#"}.get(name)
    return f"<{sign}{found}>" if sign else str(found)


def _card(app: AsyncApp) -> None:
    async def settle(body: Json, client: AsyncWebClient, word: str) -> None:
        message, channel = body["message"], body["channel"]["id"]
        blocks = [*message["blocks"][:2], said(f"{word} by <@{body['user']['id']}>", "outcome")]
        await client.chat_update(channel=channel, ts=message["ts"], text=word, blocks=blocks)
        await client.chat_postMessage(channel=channel, thread_ts=message["ts"], text=f"It was {word.lower()}.")

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await settle(body, client, "Approved")

    @app.action("deny")
    async def deny(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await settle(body, client, "Denied")

    @app.action("priority")
    async def priority(ack: AsyncAck, payload: Json, respond: AsyncRespond) -> None:
        await ack()
        await respond(text=f"Priority {payload['selected_option']['value']} it is.", replace_original=False)

    @app.action("more")
    async def more(ack: AsyncAck, payload: Json, respond: AsyncRespond) -> None:
        await ack()
        await respond(text=f"More: {payload['selected_option']['value']}.", replace_original=False)


def _home(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home_view("Nothing waits for you."))

    @app.action("refresh")
    async def refresh(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home_view("Looked again."))

    @app.event("app_mention")
    async def mentioned(event: Json, client: AsyncWebClient) -> None:
        thread = event.get("thread_ts", event["ts"])
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=thread, text=f"You called, <@{event['user']}>?"
        )

    @app.event("message")
    async def heard() -> None:
        """Direct messages need no answer here."""


def _nested(app: AsyncApp) -> None:
    @app.action("rate")
    async def rate(ack: AsyncAck, payload: Json, respond: AsyncRespond) -> None:
        await ack()
        await respond(text=f"Rated: {payload['value']}.", replace_original=False)

    @app.action("open_box")
    async def open_box(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=boxed_form(body["channel"]["id"]))

    @app.view("boxed")
    async def boxed(ack: AsyncAck, view: Json, client: AsyncWebClient) -> None:
        await ack()
        entry = view["state"]["values"]["why"]["value"]
        words = entry["rich_text_value"]["elements"][0]["elements"][0]["text"]
        await client.chat_postMessage(channel=view["private_metadata"], text=f"In the box: {words}")
