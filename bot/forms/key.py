"""The dialog in which a key is seen once: no input, so that nothing of it ever travels back."""

from datetime import datetime

from bot.blocks import Block, context, date, divider, escape, inline, modal, section
from workflows.admin_api import IssuedKey

OPENAI = "https://api.openai.com/v1"
TITLE = "Your key"
_CALL = (
    'python -c "from openai import OpenAI; '
    "print(OpenAI().responses.create(model='{model}', input='Say hello').output_text)\""
)


def making() -> Block:
    """Return what stands there while the key is made."""
    return modal(
        TITLE,
        [
            section("*The key is being made.* One moment…"),
            context("Is this still here after a minute? Then close it: you hear when you can take the key again."),
        ],
        callback_id="key",
    )


def key_shown(key: IssuedKey, request: str, *, base_url: str, model: str) -> Block:
    """Return the key with the lines that use it. *request* is its title, *model* one that its project may use."""
    value = key.value.get_secret_value()
    return modal(
        TITLE,
        [
            section(f"*{inline(request)}*"),
            section(f"```{escape(value)}```"),
            section("⚠️ *Copy it now: you will not see it again.* Whoever has it can spend this project's money."),
            context(_life(key.expires_at)),
            divider(),
            section("In a terminal, with OpenAI's own library (`pip install openai`):"),
            section(f"```{escape(_lines(value, base_url, model))}```"),
        ],
        callback_id="key",
        close="I have copied it",
    )


def _life(expires_at: datetime | None) -> str:
    return date(expires_at, "It works until") if expires_at else "It works until somebody revokes it."


def _lines(value: str, base_url: str, model: str) -> str:
    elsewhere = [] if base_url == OPENAI else [f"export OPENAI_BASE_URL={base_url}"]
    return "\n".join([f"export OPENAI_API_KEY={value}", *elsewhere, _CALL.format(model=model)])
