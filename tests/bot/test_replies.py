"""One sentence for every error that a person can meet."""

import inspect

import pytest
from slack_sdk.errors import SlackClientError

from bot import replies
from workflows import errors

EXAMPLES: dict[type[Exception], Exception] = {
    errors.InvalidFields: errors.InvalidFields({"name": "Please fill this in."}),
    errors.ChainBroken: errors.ChainBroken(3, "Entry 3 was altered."),
    errors.AdminAPIRefused: errors.AdminAPIRefused("No such project.", status=404),
    errors.AdminAPINotFound: errors.AdminAPINotFound("No such project.", status=404),
    errors.AdminAPIThrottled: errors.AdminAPIThrottled("Slow down.", retry_after=12.4),
    errors.PromptLayerRefused: errors.PromptLayerRefused("PromptLayer answers HTTP 404.", status=404),
}


@pytest.mark.parametrize(
    "error", [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, Exception)]
)
def test_every_error_has_one_whole_sentence(error: type[Exception]) -> None:
    said = replies.reply_to(EXAMPLES.get(error) or error("It is like this."))

    assert replies.BUG not in said
    assert "\n" not in said
    if error is errors.Redelivered:
        assert said == ""
    else:
        assert said.endswith(".")


def test_a_pause_is_given_in_seconds() -> None:
    assert "12 seconds" in replies.reply_to(EXAMPLES[errors.AdminAPIThrottled])


def test_unclear_and_refused_are_told_apart() -> None:
    unclear = replies.reply_to(errors.AdminAPIUnclear("timeout"))

    assert "did not answer" in unclear
    assert "refused" not in unclear


def test_an_unknown_error_says_nothing_of_its_cause_but_a_reference() -> None:
    said = replies.reply_to(RuntimeError("password=hunter2"), "a1b2c3")

    assert "hunter2" not in said
    assert "a1b2c3" in said


def test_slacks_own_trouble_is_called_so() -> None:
    assert replies.reply_to(SlackClientError("no answer")) == replies.SLACK


@pytest.mark.parametrize(
    ("typed", "meant"), [("bugdet", "budget"), ("BUDGETS", "budget"), ("aproval", "approvals"), ("xyzzy", ""), ("", "")]
)
def test_the_nearest_word_is_found_when_there_is_one(typed: str, meant: str) -> None:
    assert replies.nearest(typed, ["new", "budget", "mine", "approvals"]) == meant
