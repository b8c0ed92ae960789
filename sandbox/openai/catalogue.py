"""The models this organisation can see, each with the highest rate limits it may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

REQUESTS = "max_requests_per_1_minute"
TOKENS = "max_tokens_per_1_minute"
IMAGES = "max_images_per_1_minute"
AUDIO = "max_audio_megabytes_per_1_minute"
DAILY = "max_requests_per_1_day"
BATCH = "batch_1_day_max_input_tokens"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model's id and its ceiling: only the limits named in it exist for the model.

    Units as in the field names; the audio limit is in megabytes, the batch limit in queued input tokens.
    """

    id: str
    ceiling: Mapping[str, int] = field(default_factory=dict)


# What an organisation of a middle tier is given, written down once: id, requests and tokens a minute, batch tokens.
TEXT = (
    ("gpt-5.2", 10_000, 4_000_000, 200_000_000),
    ("gpt-5.2-pro", 1_000, 800_000, 20_000_000),
    ("gpt-5.1", 10_000, 4_000_000, 200_000_000),
    ("gpt-5", 10_000, 4_000_000, 200_000_000),
    ("gpt-5-mini", 10_000, 10_000_000, 1_000_000_000),
    ("gpt-5-nano", 10_000, 10_000_000, 1_000_000_000),
    ("gpt-4.1", 10_000, 2_000_000, 200_000_000),
    ("gpt-4.1-mini", 10_000, 10_000_000, 1_000_000_000),
    ("gpt-4.1-nano", 10_000, 10_000_000, 1_000_000_000),
    ("gpt-4o", 10_000, 2_000_000, 200_000_000),
    ("gpt-4o-mini", 10_000, 10_000_000, 1_000_000_000),
    ("gpt-3.5-turbo", 10_000, 10_000_000, 1_000_000_000),
    ("o3", 10_000, 2_000_000, 200_000_000),
    ("o3-mini", 10_000, 10_000_000, 1_000_000_000),
    ("o4-mini", 10_000, 10_000_000, 1_000_000_000),
    ("text-embedding-3-small", 10_000, 5_000_000, 500_000_000),
    ("text-embedding-3-large", 10_000, 5_000_000, 500_000_000),
)
SPECIAL = (
    Model(id="gpt-image-1", ceiling={REQUESTS: 500, TOKENS: 800_000, IMAGES: 50}),
    Model(id="gpt-image-1-mini", ceiling={REQUESTS: 500, TOKENS: 800_000, IMAGES: 150}),
    Model(id="gpt-realtime", ceiling={REQUESTS: 5_000, TOKENS: 400_000, DAILY: 20_000}),
    Model(id="gpt-4o-transcribe", ceiling={REQUESTS: 2_000, TOKENS: 400_000, AUDIO: 500}),
    Model(id="whisper-1", ceiling={REQUESTS: 500, TOKENS: 150_000, AUDIO: 500}),
    Model(id="gpt-4o-mini-tts", ceiling={REQUESTS: 2_000, TOKENS: 600_000}),
    Model(id="tts-1", ceiling={REQUESTS: 500, TOKENS: 150_000}),
    Model(id="sora-2", ceiling={REQUESTS: 50, TOKENS: 150_000}),
    Model(id="omni-moderation-latest", ceiling={REQUESTS: 1_000, TOKENS: 50_000, DAILY: 100_000}),
)


def models() -> Mapping[str, Model]:
    """Return the catalogue by model id, in the order in which answers list it."""
    text = (
        Model(id=name, ceiling={REQUESTS: requests, TOKENS: tokens, BATCH: batch})
        for name, requests, tokens, batch in TEXT
    )
    return {model.id: model for model in (*text, *SPECIAL)}
