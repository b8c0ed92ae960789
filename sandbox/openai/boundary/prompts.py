"""Reading what is asked of a model: prompts as plain text, with their tokens."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from sandbox.openai.boundary.tokens import pieces

PER_MESSAGE = 3
PICTURE = 85  # tokens of a picture or file, whatever it shows
PICTURE_MARK = "\x00"
Content = StrictStr | tuple[dict[str, Any], ...] | None
Tier = Literal["auto", "default", "flex", "priority", "scale"]


class Ask(BaseModel):
    """What all requests have. Parameters that change nothing here are taken and left alone."""

    model_config = ConfigDict(extra="allow", frozen=True)

    model: StrictStr
    stream: bool | None = None
    service_tier: Tier | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)

    @property
    def tier(self) -> str:
        return self.service_tier if self.service_tier in ("flex", "priority") else "default"


class Message(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    role: Literal["developer", "system", "user", "assistant", "tool", "function"]
    content: Any = None


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    include_usage: bool = False


class ResponseFormat(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    type: Literal["text", "json_object", "json_schema"] = "text"


class ChatAsk(Ask):
    messages: tuple[Message, ...] = Field(min_length=1)
    n: StrictInt = Field(default=1, ge=1, le=128)
    max_tokens: StrictInt | None = Field(default=None, ge=1)
    max_completion_tokens: StrictInt | None = Field(default=None, ge=1)
    stream_options: StreamOptions = StreamOptions()
    response_format: ResponseFormat = ResponseFormat()

    @property
    def at_most(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    def prompt(self) -> list[str]:
        """Return the prompt's tokens: what each message says, its role, and what frames it."""
        tokens = [mark for message in self.messages for mark in _message(message.role, message.content)]
        return [*tokens, *("<",) * PER_MESSAGE]


class ResponseText(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    format: ResponseFormat = ResponseFormat()


class ResponseAsk(Ask):
    """*input* is a text or a list of messages and other items."""

    input: StrictStr | tuple[dict[str, Any], ...]
    instructions: str | None = None
    max_output_tokens: StrictInt | None = Field(default=None, ge=16)
    previous_response_id: str | None = None
    background: bool | None = None
    text: ResponseText = ResponseText()
    metadata: dict[str, str] | None = None

    def prompt(self) -> list[str]:
        tokens = _message("system", self.instructions) if self.instructions else []
        items = [{"content": self.input}] if isinstance(self.input, str) else self.input
        for item in items:
            told = item.get("content", item.get("output", item.get("arguments")))
            tokens += _message(str(item.get("role", "user")), told)
        return [*tokens, *("<",) * PER_MESSAGE]


class EmbeddingAsk(Ask):
    """*input* is one text, several, one list of tokens, or several."""

    input: StrictStr | tuple[StrictStr, ...] | tuple[StrictInt, ...] | tuple[tuple[StrictInt, ...], ...]
    dimensions: StrictInt | None = Field(default=None, ge=1)
    encoding_format: Literal["float", "base64"] = "float"

    def inputs(self) -> list[tuple[str, int]]:
        """Return each text (or a stand-in for tokens) with its number of tokens."""
        if isinstance(self.input, str):
            return [_counted(self.input)]
        if self.input and isinstance(self.input[0], int):
            return [_counted(self.input)]
        return [_counted(each) for each in self.input]


def _counted(told: Any) -> tuple[str, int]:
    return (told, len(pieces(told))) if isinstance(told, str) else (repr(told), len(told))


def _message(role: str, content: Any) -> list[str]:
    return [*("<",) * PER_MESSAGE, role, *(token for text in _texts(content) for token in pieces(text))]


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Sequence):
        for part in content:
            told = part.get("text", part.get("refusal")) if isinstance(part, Mapping) else None
            yield told if isinstance(told, str) else PICTURE_MARK * PICTURE
