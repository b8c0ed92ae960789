"""The usage endpoints: what each counts, and by what it can be grouped and filtered.

Source: Administration API reference, Usage. The names in the results of ``file_search_calls`` and
``web_search_calls`` differ from their paths, there as here. ``decisions`` came after the published description.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CALLER = ("project_id", "user_id", "api_key_id")
TOKENS = ("input_tokens", "input_cached_tokens", "output_tokens", "num_model_requests")


@dataclass(frozen=True, kw_only=True)
class UsageEndpoint:
    """*labels* tell records apart and can be grouped by; *counts* are summed."""

    name: str
    result: str
    labels: tuple[str, ...]
    counts: tuple[str, ...]

    @property
    def has_tokens(self) -> bool:
        return self.counts == TOKENS


def usage_endpoints() -> Mapping[str, UsageEndpoint]:
    """Return the endpoints by the last step of their path."""
    model = (*CALLER, "model")
    table = (
        ("completions", "completions", (*model, "batch", "service_tier"), TOKENS),
        ("decisions", "decisions", (*model, "batch", "service_tier"), TOKENS),
        ("embeddings", "embeddings", model, ("input_tokens", "num_model_requests")),
        ("moderations", "moderations", model, ("input_tokens", "num_model_requests")),
        ("images", "images", (*model, "size", "source"), ("images", "num_model_requests")),
        ("audio_speeches", "audio_speeches", model, ("characters", "num_model_requests")),
        ("audio_transcriptions", "audio_transcriptions", model, ("seconds", "num_model_requests")),
        ("vector_stores", "vector_stores", ("project_id",), ("usage_bytes",)),
        ("code_interpreter_sessions", "code_interpreter_sessions", ("project_id",), ("num_sessions",)),
        ("file_search_calls", "file_searches", (*CALLER, "vector_store_id"), ("num_requests",)),
        ("web_search_calls", "web_searches", (*model, "context_level"), ("num_model_requests", "num_requests")),
    )
    return {
        name: UsageEndpoint(name=name, result=result, labels=labels, counts=counts)
        for name, result, labels, counts in table
    }
