"""The form, the card and the Home of the small app that tries out the page."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str | None = None, more: str | None = None) -> Json:
    return {"text": plain(text), "value": value or text} | ({"description": plain(more)} if more else {})


def asked(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "value"} | element,
    } | more


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id} | more


def written_fields() -> list[Json]:
    words = {"type": "plain_text_input", "placeholder": plain("support-assistant"), "max_length": 40}
    return [
        asked("name", "Name", words, hint=plain("Lower case, digits and dashes.")),
        asked("purpose", "Purpose", {"type": "plain_text_input", "multiline": True}, optional=True),
        asked("amount", "Monthly limit", {"type": "number_input", "is_decimal_allowed": True}),
        asked("contact", "Contact", {"type": "email_text_input"}, optional=True),
        asked("page", "Page", {"type": "url_text_input"}, optional=True),
        asked("ends", "Ends on", {"type": "datepicker"}, optional=True, hint=plain("Empty means permanent.")),
        asked("at", "Starts at", {"type": "timepicker", "initial_time": "09:30"}, optional=True),
    ]


def chosen_fields() -> list[Json]:
    groups = [
        {"label": plain("Customers"), "options": [option("Production", more="Customers depend on it")]},
        {"label": plain("Ourselves"), "options": [option("Staging"), option("Sandbox")]},
    ]
    models = [option("gpt-5"), option("gpt-5-mini"), option("o4-mini")]
    tools = [option("File search", more="Reads what is uploaded"), option("Web search")]
    return [
        asked("environment", "Environment", {"type": "static_select", "option_groups": groups}),
        asked("project", "Project", {"type": "external_select", "min_query_length": 2, "placeholder": plain("Search")}),
        asked("related", "Related projects", {"type": "multi_external_select", "min_query_length": 0}, optional=True),
        asked(
            "models",
            "Models",
            {
                "type": "multi_static_select",
                "options": models,
                "initial_options": [models[0]],
                "max_selected_items": 2,
            },
        ),
        asked("owner", "Owner", {"type": "users_select"}),
        asked("members", "Members", {"type": "multi_users_select"}, optional=True),
        asked("channel", "Channel", {"type": "channels_select"}, optional=True),
        asked("room", "Conversation", {"type": "conversations_select"}, optional=True),
        asked("tools", "Tools", {"type": "checkboxes", "options": tools}, optional=True),
        asked("notes", "Notes", {"type": "file_input", "filetypes": ["csv", "txt"], "max_files": 2}, optional=True),
        asked("plan", "Plan", {"type": "radio_buttons", "options": [option("Pay as you go"), option("Committed")]}),
    ]


def form(channel: str, *, template: str | None = None) -> Json:
    """Return the form; choosing a *template* adds a line and keeps whatever was typed."""
    templates = {"type": "static_select", "options": [option("Chat"), option("Batch")]}
    noted: list[Json] = [] if template is None else [said(f"Template *{template}* fits a small team.", "noted")]
    return {
        "type": "modal",
        "callback_id": "form",
        "private_metadata": channel,
        "title": plain("Try everything"),
        "submit": plain("Send it"),
        "close": plain("Cancel"),
        "blocks": [
            said("Fill in *every* field. :key:", "intro", accessory=button("Explain", "explain")),
            asked("template", "Template", templates, optional=True, dispatch_action=True),
            *noted,
            *written_fields(),
            *chosen_fields(),
        ],
    }


def said(text: str, block_id: str, **more: Any) -> Json:
    return {"type": "section", "block_id": block_id, "text": mrkdwn(text)} | more


def card(title: str, facts: dict[str, str]) -> list[Json]:
    sure = {
        "title": plain("Deny this?"),
        "text": mrkdwn("The requester will be *told*."),
        "confirm": plain("Deny it"),
        "deny": plain("Keep it"),
        "style": "danger",
    }
    fields = [mrkdwn(f"*{name}*\n{value}") for name, value in facts.items()]
    more = {"type": "overflow", "action_id": "more", "options": [option("Narrow", "narrow"), option("Log", "log")]}
    priorities = {
        "type": "static_select",
        "action_id": "priority",
        "placeholder": plain("Priority"),
        "options": [option("High"), option("Low")],
    }
    return [
        {"type": "header", "block_id": "title", "text": plain(title)},
        {
            "type": "section",
            "block_id": "facts",
            "fields": fields,
        },
        {"type": "divider", "block_id": "line"},
        {"type": "context", "block_id": "state", "elements": [mrkdwn(":hourglass_flowing_sand: Waiting")]},
        {
            "type": "actions",
            "block_id": "decide",
            "elements": [
                button("Approve", "approve", style="primary", value="r1"),
                button("Deny", "deny", style="danger", value="r1", confirm=sure),
                priorities,
                more,
            ],
        },
    ]


def home_view(words: str) -> Json:
    blocks = [
        said(words, "words"),
        {"type": "actions", "block_id": "again", "elements": [button("Refresh", "refresh")]},
    ]
    return {"type": "home", "blocks": blocks}
