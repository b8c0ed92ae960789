"""What usage costs: OpenAI's list prices as they were on one day, for every model and tool metered here.

Source: OpenAI's pricing page as public price lists quoted it in January 2026. Text prices only: audio and image
tokens of a model are priced as its text. Everything is in billionths of a dollar (nanodollars), so that a price per
million tokens is a whole number per token: 1.25 dollars a million is 1,250 nanodollars each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

P = TypeVar("P")
AS_OF = date(2026, 1, 15)

# Model: nanodollars per input token, per cached input token, per output token. No discount: the input price again.
TOKENS: Mapping[str, tuple[int, int, int]] = {
    "gpt-5.2": (1_750, 175, 14_000),
    "gpt-5.2-pro": (21_000, 21_000, 168_000),
    "gpt-5.1": (1_250, 125, 10_000),
    "gpt-5": (1_250, 125, 10_000),
    "gpt-5-mini": (250, 25, 2_000),
    "gpt-5-nano": (50, 5, 400),
    "gpt-4.1": (2_000, 500, 8_000),
    "gpt-4.1-mini": (400, 100, 1_600),
    "gpt-4.1-nano": (100, 25, 400),
    "gpt-4o": (2_500, 1_250, 10_000),
    "gpt-4o-mini": (150, 75, 600),
    "gpt-3.5-turbo": (500, 500, 1_500),
    "o3": (2_000, 500, 8_000),
    "o3-mini": (1_100, 550, 4_400),
    "o4-mini": (1_100, 275, 4_400),
    "gpt-realtime": (4_000, 400, 16_000),
}
EMBEDDINGS: Mapping[str, int] = {"text-embedding-3-small": 20, "text-embedding-3-large": 130}
MODERATIONS: Mapping[str, int] = {"omni-moderation-latest": 0}
IMAGES: Mapping[str, int] = {"gpt-image-1": 42_000_000, "gpt-image-1-mini": 11_000_000}  # medium quality, square
CHARACTERS: Mapping[str, int] = {"tts-1": 15_000, "gpt-4o-mini-tts": 15_000}
SECONDS: Mapping[str, int] = {"whisper-1": 100_000, "gpt-4o-transcribe": 100_000}
WEB_SEARCH_CALL = 10_000_000
FILE_SEARCH_CALL = 2_500_000
CODE_INTERPRETER_SESSION = 30_000_000
GIBIBYTE_DAY = 100_000_000  # of vector store

GIBIBYTE = 2**30
HALVES: Mapping[object, int] = {"flex": 1, "priority": 4}  # of the standard price; batch costs half as well
SINGLE: Mapping[str, tuple[Mapping[str, int], str, str, str]] = {
    # Endpoint: price by model, what is counted, the line item's suffix, the unit in which OpenAI states it.
    "embeddings": (EMBEDDINGS, "input_tokens", "input_tokens", "tokens"),
    "moderations": (MODERATIONS, "input_tokens", "input_tokens", "tokens"),
    "images": (IMAGES, "images", "images", "images"),
    "audio_speeches": (CHARACTERS, "characters", "characters", "characters"),
    "audio_transcriptions": (SECONDS, "seconds", "seconds", "duration_seconds"),
}
TOOLS: Mapping[str, tuple[int, str, str]] = {
    # Endpoint: price of one, what is counted, the line item.
    "web_search_calls": (WEB_SEARCH_CALL, "num_requests", "web_search, calls"),
    "file_search_calls": (FILE_SEARCH_CALL, "num_requests", "file_search, calls"),
    "code_interpreter_sessions": (CODE_INTERPRETER_SESSION, "num_sessions", "code_interpreter, sessions"),
}


@dataclass(frozen=True, kw_only=True)
class Priced:
    """One line of the bill. *quantity* is in *unit*; of ``gibibyte_hours`` it is in byte hours, to stay whole."""

    line_item: str
    nanodollars: int
    quantity: int
    unit: str | None


def price(
    endpoint: str,
    model: str | None,
    counts: Mapping[str, int],
    *,
    batch: bool = False,
    service_tier: str | None = None,
) -> Iterator[Priced]:
    """Yield the lines that *counts* of one usage endpoint cost, none of them over nothing.

    Raises ``ValueError`` when the table has no price for the model.
    """
    if endpoint in ("completions", "decisions"):
        lines = _tokens(model, counts, 1 if batch else HALVES.get(service_tier, 2))
    elif endpoint == "vector_stores":
        lines = _storage(counts["usage_bytes"])
    elif endpoint in TOOLS:
        each, counted, line_item = TOOLS[endpoint]
        lines = iter([_line(line_item, each, counts[counted], None)])
    else:
        prices, counted, suffix, unit = SINGLE[endpoint]
        lines = iter([_line(f"{model}, {suffix}", _of(prices, model), counts[counted], unit)])
    return (line for line in lines if line.quantity)


def _tokens(model: str | None, counts: Mapping[str, int], halves: int) -> Iterator[Priced]:
    fresh, cached, out = _of(TOKENS, model)
    kept = counts.get("input_cached_tokens", 0)
    for suffix, each, count in (
        ("input_tokens", fresh, counts["input_tokens"] - kept),
        ("input_cached_tokens", cached, kept),
        ("output_tokens", out, counts["output_tokens"]),
    ):
        cost = count * each * halves // 2
        yield Priced(line_item=f"{model}, {suffix}", nanodollars=cost, quantity=count, unit="tokens")


def _storage(stored: int) -> Iterator[Priced]:
    cost = (stored * GIBIBYTE_DAY + GIBIBYTE // 2) // GIBIBYTE
    yield Priced(line_item="vector_stores, storage", nanodollars=cost, quantity=stored * 24, unit="gibibyte_hours")


def _line(line_item: str, each: int, count: int, unit: str | None) -> Priced:
    return Priced(line_item=line_item, nanodollars=each * count, quantity=count, unit=unit)


def _of(prices: Mapping[str, P], model: str | None) -> P:
    if model is None or model not in prices:
        raise ValueError(f"There is no price for the model {model} here.")
    return prices[model]
