"""What Slack's own form says about an input before it lets anybody submit (pure)."""

import re
from decimal import Decimal, InvalidOperation

from sandbox.slack.model import Json

REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch
_URL = re.compile(r"https?://\S+").fullmatch


def complaint(block: Json, entry: Json) -> str | None:
    """Return why the ``input`` *block* cannot be submitted with this entry, or ``None``."""
    element = block["element"]
    value = next(value for name, value in entry.items() if name != "type")
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    if isinstance(value, str):
        return _about_text(element, value)
    if isinstance(value, list):
        return _about_number_of(element, value)
    return None


def _about_text(element: Json, value: str) -> str | None:
    match element["type"]:
        case "plain_text_input":
            return _about_length(element, value)
        case "number_input":
            return _about_number(element, value)
        case "email_text_input":
            return None if _EMAIL(value) else "Please enter a valid email address."
        case "url_text_input":
            return None if _URL(value) else "Please enter a valid URL."
    return None


def _about_length(element: Json, value: str) -> str | None:
    low, high = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < low:
        return f"Please enter at least {low} characters."
    if len(value) > high:
        return f"Please enter no more than {high} characters."
    return None


def _about_number(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if element.get("min_value") is not None and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if element.get("max_value") is not None and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None


def _about_number_of(element: Json, value: list[object]) -> str | None:
    most = element.get("max_selected_items")
    return f"Please choose no more than {most}." if most is not None and len(value) > most else None
