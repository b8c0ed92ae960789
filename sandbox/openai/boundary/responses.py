"""``/v1/responses``: the answer whole or as a stream of events, in the shapes of OpenAI's reference.

Responses are not kept: ``store`` is answered with false, and an earlier response cannot be continued.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.openai.boundary.answers import Answer, made_up
from sandbox.openai.boundary.prompts import ResponseAsk
from sandbox.openai.boundary.service import Models, Visit, Work
from sandbox.openai.call import JSON
from sandbox.openai.errors import invalid
from sandbox.openai.ids import identifier


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A response that has been paid for; times in Unix seconds."""

    id: str
    message_id: str
    created: int
    asked: ResponseAsk
    answer: Answer
    input_tokens: int
    cached_tokens: int

    def whole(self) -> JSON:
        status = "incomplete" if self.answer.cut else "completed"
        return self._draw(status, [self._message(status, [self._part(self.answer.text)])], self._usage())

    def events(self) -> Iterator[JSON]:
        """Yield the events of the stream, numbered."""
        for number, event in enumerate(self._told()):
            yield {**event, "sequence_number": number}

    def _told(self) -> Iterator[JSON]:
        whole = self.whole()
        (item,) = whole["output"]
        empty = self._message("in_progress", [])
        place = {"item_id": self.message_id, "output_index": 0, "content_index": 0}
        yield {"type": "response.created", "response": self._draw("in_progress", [], None)}
        yield {"type": "response.in_progress", "response": self._draw("in_progress", [], None)}
        yield {"type": "response.output_item.added", "output_index": 0, "item": empty}
        yield {"type": "response.content_part.added", **place, "part": self._part("")}
        for token in self.answer.tokens:
            yield {"type": "response.output_text.delta", **place, "delta": token, "logprobs": []}
        yield {"type": "response.output_text.done", **place, "text": self.answer.text, "logprobs": []}
        yield {"type": "response.content_part.done", **place, "part": item["content"][0]}
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        yield {"type": f"response.{whole['status']}", "response": whole}

    def _draw(self, status: str, output: list[JSON], usage: JSON | None) -> JSON:
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
            "instructions": self.asked.instructions,
            "max_output_tokens": self.asked.max_output_tokens,
            "metadata": self.asked.metadata or {},
            "model": self.asked.model,
            "output": output,
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "service_tier": self.asked.tier,
            "store": False,
            "temperature": 1.0 if self.asked.temperature is None else self.asked.temperature,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": usage,
        }

    def _message(self, status: str, content: list[JSON]) -> JSON:
        return {
            "id": self.message_id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": content,
        }

    @staticmethod
    def _part(text: str) -> JSON:
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    def _usage(self) -> JSON:
        output = self.answer.output_tokens
        return {
            "input_tokens": self.input_tokens,
            "input_tokens_details": {"cached_tokens": self.cached_tokens},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": self.answer.reasoning},
            "total_tokens": self.input_tokens + output,
        }


def respond(models: Models, visit: Visit, asked: ResponseAsk) -> Reply:
    """Answer and charge. Raises ``Refusal``: 400 for what is not offered, 403 or 404 for the model, 429 for limits."""
    if asked.background:
        raise invalid("Responses in the background are not offered here.", "background", "unsupported_value")
    model = models.model(visit, asked.model)
    if asked.previous_response_id is not None:
        message = f"Previous response with id '{asked.previous_response_id}' not found."
        raise invalid(message, "previous_response_id", "previous_response_not_found")
    prompt = asked.prompt()
    as_json = asked.text.format.type != "text"
    answer = made_up(model.id, "".join(prompt), at_most=asked.max_output_tokens, as_json=as_json)
    cached = models.cache.cached(visit.caller.project.id, model.id, prompt)
    work = Work(
        endpoint="completions",
        tokens=len(prompt) + max(answer.output_tokens, asked.max_output_tokens or 0),
        counts={
            "input_tokens": len(prompt),
            "input_cached_tokens": cached,
            "output_tokens": answer.output_tokens,
        },
        service_tier=asked.tier,
    )
    models.use(visit, model, work)
    models.cache.remember(visit.caller.project.id, model.id, prompt)
    return Reply(
        id=identifier("resp_", 48),
        message_id=identifier("msg_", 48),
        created=models.organization.clock.now(),
        asked=asked,
        answer=answer,
        input_tokens=len(prompt),
        cached_tokens=cached,
    )
