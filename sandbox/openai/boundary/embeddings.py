"""``/v1/embeddings``: directions that belong to texts, as numbers or in base64, in the shape of OpenAI's reference."""

import base64
import sys
from array import array
from collections.abc import Sequence

from sandbox.openai.boundary.answers import vector
from sandbox.openai.boundary.prompts import EmbeddingAsk
from sandbox.openai.boundary.service import Models, Visit, Work
from sandbox.openai.call import JSON
from sandbox.openai.errors import invalid

DIMENSIONS = {"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072}
MOST_INPUTS = 2_048
MOST_TOKENS = 8_192


def embed(models: Models, visit: Visit, asked: EmbeddingAsk) -> JSON:
    """Answer and charge. Raises ``Refusal``: 400 for the input, 403 or 404 for the model, 429 for limits."""
    model = models.model(visit, asked.model)
    inputs = asked.inputs()
    _refuse(inputs)
    most = DIMENSIONS[model.id]
    if asked.dimensions is not None and asked.dimensions > most:
        raise invalid(f"{model.id} has at most {most} dimensions.", "dimensions")
    total = sum(tokens for _, tokens in inputs)
    models.use(visit, model, Work(endpoint="embeddings", tokens=total, counts={"input_tokens": total}))
    vectors = (vector(model.id, text, asked.dimensions or most) for text, _ in inputs)
    return {
        "object": "list",
        "model": model.id,
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _packed(each) if asked.encoding_format == "base64" else list(each),
            }
            for index, each in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": total, "total_tokens": total},
    }


def _refuse(inputs: list[tuple[str, int]]) -> None:
    if not inputs or not all(tokens for _, tokens in inputs):
        raise invalid("The input is empty.", "input")
    if len(inputs) > MOST_INPUTS:
        raise invalid(f"At most {MOST_INPUTS} inputs fit in one request.", "input")
    if max(tokens for _, tokens in inputs) > MOST_TOKENS:
        raise invalid(f"An input can have at most {MOST_TOKENS} tokens.", "input", "context_length_exceeded")


def _packed(numbers: Sequence[float]) -> str:
    packed = array("f", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode()
