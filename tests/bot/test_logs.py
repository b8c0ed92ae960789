"""Logs carry no secret, whoever wrote them and however."""

import json
import logging

import pytest
import structlog

from bot import logs

SECRETS = [
    "sk-admin-abcDEF0123456789_-xyz",
    "sk-proj-abcDEF0123456789",
    "xoxb-123456789-abcdef",
    "xoxe.xoxb-1-abcdef",
    "xapp-1-A0-123-abc",
    "Bearer abc.def",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("console", [True, False])
def test_no_secret_is_written(capsys: pytest.CaptureFixture[str], secret: str, *, console: bool) -> None:
    logs.configure("INFO", console=console)

    structlog.get_logger("bot").warning("said", text=f"it is {secret}", nested={"deep": [secret]})
    logging.getLogger("httpx").warning("Authorization: %s", secret)
    structlog.get_logger("bot").error("failed", exc_info=ValueError(secret))

    written = capsys.readouterr().err
    assert secret.removeprefix("Bearer ") not in written
    assert "[redacted]" in written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:pa55@host:5432/d", "postgresql://u:[redacted]@host:5432/d"),
        ("http://127.0.0.1:8400/api", "http://127.0.0.1:8400/api"),
        ("wss://host/link?ticket=abc&app_id=1", "wss://host/link?ticket=[redacted]&app_id=1"),
        ('{"text": "```\\nsk-proj-abcDEF0123456789```"}', '{"text": "```\\n[redacted]```"}'),
        ("text=%60%60%60%0Ask-proj-abcDEF0123456789", "text=%60%60%60%0A[redacted]"),
        ("OPENAI_API_KEY=sk-proj-abcDEF0123456789 ", "OPENAI_API_KEY=[redacted] "),
        ("https://hooks.slack.com/commands/T1/2/3", "https://hooks.slack.com/[redacted]"),
        ("the task-force-of-eleven is asked", "the task-force-of-eleven is asked"),
    ],
)
def test_only_secrets_are_taken_out(text: str, shown: str) -> None:
    assert logs.redacted(text) == shown


def test_every_line_is_json_in_production(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", console=False)

    structlog.get_logger("bot").info("ready", port=3000)
    logging.getLogger("apscheduler").warning("late %s", 'by "a" lot')

    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["port"], ours["level"]) == ("ready", 3000, "info")
    assert theirs["event"] == 'late by "a" lot'


def test_libraries_are_quiet_about_every_call(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", console=False)

    for name in logs.LOUD:
        logging.getLogger(name).info("a body with a person's words")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["slack_sdk.web.async_base_client", "slack_bolt.AsyncApp", "countersign:openai"])
def test_a_librarys_details_are_dropped_even_when_its_logger_was_made_loud(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    logs.configure("DEBUG", console=False)
    logger = logging.getLogger(name)
    monkeypatch.setattr(logger, "level", logging.DEBUG)  # taken back afterwards
    logger.setLevel(logging.DEBUG)

    logger.debug("the body of a call")
    logger.warning("it failed")

    written = capsys.readouterr().err
    assert "the body of a call" not in written
    assert "it failed" in written
