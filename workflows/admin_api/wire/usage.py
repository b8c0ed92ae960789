"""Reads what an hour used. Shapes from the Administration API reference, Usage."""

from sys import intern

from workflows.admin_api.wire.fields import Fields, as_objects, flag, integer, moment, text
from workflows.admin_api.wire.values import TokenUse


def token_use(bucket: Fields) -> list[TokenUse]:
    """Read one hour; tokens that were cached are among the input tokens there, and told apart here."""
    hour = moment(bucket, "start_time")
    found = []
    for result in as_objects(bucket, "results"):
        tokens, cached, output = (
            max(0, integer(result, name) or 0) for name in ("input_tokens", "input_cached_tokens", "output_tokens")
        )
        found.append(
            TokenUse(
                hour=hour,
                project_id=intern(text(result, "project_id")) or None,
                model=intern(text(result, "model")) or None,
                fresh=max(0, tokens - cached),
                cached=min(tokens, cached),
                output=output,
                batch=flag(result, "batch"),
            )
        )
    return found
