"""The newer blocks of Block Kit: figures, cards, what holds other blocks, what announces something."""

from typing import Any

from tests.browser.trying_blocks import Json, asked, button, mrkdwn, plain, said

PICTURE = "/page/icon.svg"


def rich(text: str, *, bold: bool = False) -> Json:
    part: Json = {"type": "text", "text": text} | ({"style": {"bold": True}} if bold else {})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [part]}]}


def image(words: str) -> Json:
    return {"type": "image", "image_url": PICTURE, "alt_text": words}


def spend_table() -> Json:
    """Return a data table of seven projects, so that it has two pages."""
    heads = [{"type": "raw_text", "text": text} for text in ("Project", "Spend")]
    amounts = {"qa": 215, "lab": 52, "support": 1327, "voice": 9, "search": 640, "batch": 88, "notes": 0}
    rows = [
        [{"type": "raw_text", "text": name}, {"type": "raw_number", "value": value, "text": f"${value:,}"}]
        for name, value in amounts.items()
    ]
    return {"type": "data_table", "caption": "Spend by project", "rows": [heads, *rows]}


def chart(kind: str) -> Json:
    """Return a chart of two series, or a pie of two slices."""
    days = ["Mon", "Tue", "Wed"]
    series = [
        {"name": name, "data": [{"label": day, "value": value} for day, value in zip(days, values, strict=True)]}
        for name, values in (("input", (24, 31, -4)), ("output", (12.5, 18, 22)))
    ]
    segments = [{"label": "gpt-5.1", "value": 60}, {"label": "gpt-5-mini", "value": 20}]
    drawn: Json = {"segments": segments} if kind == "pie" else {"series": series, "axis_config": {"categories": days}}
    return {"type": "data_visualization", "title": f"Spend as {kind}", "chart": {"type": kind, **drawn}}


def card(title: str, **more: Any) -> Json:
    return {
        "type": "card",
        "icon": image("Mark"),
        "title": plain(title),
        "subtitle": plain("production"),
        "body": mrkdwn("Answers *first* questions."),
    } | more


def carousel() -> Json:
    hero = {"hero_image": image("A chart"), "actions": [button("Approve", "approve", style="primary")]}
    return {
        "type": "carousel",
        "elements": [card("support-assistant", **hero), card("internal-qa"), card("prompt-lab")],
    }


def task(title: str, status: str, **more: Any) -> Json:
    return {"type": "task_card", "task_id": title, "title": title, "status": status} | more


def plan() -> Json:
    sources = [{"type": "url", "url": "https://example.com/limits", "text": "Limits"}]
    done = task("Look up the limit", "complete", output=rich("It is $2,000."), sources=sources)
    return {
        "type": "plan",
        "title": "Raise the budget",
        "tasks": [done, task("Set it", "in_progress"), task("Say so", "error")],
    }


def container(**more: Any) -> Json:
    inside = [said("Inside of it.", "inside"), {"type": "actions", "elements": [button("Open", "open_box")]}]
    return {
        "type": "container",
        "title": plain("Details"),
        "subtitle": plain("Two blocks"),
        "child_blocks": inside,
    } | more


def reactions() -> Json:
    rating = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }
    remove = {"type": "icon_button", "action_id": "explain", "icon": "trash", "text": plain("Remove")}
    return {"type": "context_actions", "elements": [rating, remove]}


def provider() -> Json:
    return {
        "type": "auth_provider",
        "value": "openai",
        "name": plain("OpenAI"),
        "is_connected": False,
        "description": plain("Sign in to see your keys"),
        "auth_url": "https://example.com/sign-in",
    }


def video() -> Json:
    return {
        "type": "video",
        "title": plain("How limits work"),
        "alt_text": "A person at a board",
        "thumbnail_url": PICTURE,
        "video_url": "https://example.com/limits",
        "author_name": "Olivia",
    }


def boxed_form(channel: str) -> Json:
    """Return a form whose one input stands in a container, under an alert."""
    words = {"type": "rich_text_input", "initial_value": rich("Because")}
    return {
        "type": "modal",
        "callback_id": "boxed",
        "private_metadata": channel,
        "title": plain("Boxed"),
        "submit": plain("Send it"),
        "blocks": [
            {"type": "alert", "level": "warning", "text": plain("This cannot be undone.")},
            {"type": "container", "title": plain("Box"), "child_blocks": [asked("why", "Why", words)]},
        ],
    }
