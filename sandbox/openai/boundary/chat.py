"""``/v1/chat/completions``: the answer whole or in pieces, in the shapes of OpenAI's reference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.openai.boundary.answers import Answer, made_up
from sandbox.openai.boundary.prompts import ChatAsk
from sandbox.openai.boundary.service import Models, Visit, Work
from sandbox.openai.call import JSON
from sandbox.openai.ids import identifier


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A chat completion that has been paid for; times in Unix seconds."""

    id: str
    created: int
    asked: ChatAsk
    answers: Sequence[Answer]
    prompt_tokens: int
    cached_tokens: int

    def whole(self) -> JSON:
        return {
            **self._head("chat.completion"),
            "choices": [
                {
                    "index": index,
                    "message": {"role": "assistant", "content": answer.text, "refusal": None, "annotations": []},
                    "logprobs": None,
                    "finish_reason": _reason(answer),
                }
                for index, answer in enumerate(self.answers)
            ],
            "usage": self._usage(),
        }

    def chunks(self) -> Iterator[JSON]:
        """Yield the stream's chunks; the usage comes last, when it was asked for."""
        for index, answer in enumerate(self.answers):
            yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})
            for token in answer.tokens:
                yield self._chunk(index, {"content": token})
            yield self._chunk(index, {}, _reason(answer))
        if self.asked.stream_options.include_usage:
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage()}

    def _chunk(self, index: int, delta: JSON, finish_reason: str | None = None) -> JSON:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self.asked.stream_options.include_usage else {}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **usage}

    def _head(self, kind: str) -> JSON:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.asked.model,
            "service_tier": self.asked.tier,
            "system_fingerprint": "fp_local",
        }

    def _usage(self) -> JSON:
        output = sum(answer.output_tokens for answer in self.answers)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": output,
            "total_tokens": self.prompt_tokens + output,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": sum(answer.reasoning for answer in self.answers),
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


def complete(models: Models, visit: Visit, asked: ChatAsk) -> Completion:
    """Answer and charge. Raises ``Refusal``: 403 or 404 for the model, 429 for limits."""
    model = models.model(visit, asked.model)
    prompt = asked.prompt()
    text, as_json = "".join(prompt), asked.response_format.type != "text"
    answers = [
        made_up(model.id, text, number=number, at_most=asked.at_most, as_json=as_json) for number in range(asked.n)
    ]
    output = sum(answer.output_tokens for answer in answers)
    cached = models.cache.cached(visit.caller.project.id, model.id, prompt)
    counts = {"input_tokens": len(prompt), "input_cached_tokens": cached, "output_tokens": output}
    work = Work(
        endpoint="completions",
        tokens=len(prompt) + max(output, asked.at_most or 0),
        counts=counts,
        service_tier=asked.tier,
    )
    models.use(visit, model, work)
    models.cache.remember(visit.caller.project.id, model.id, prompt)
    return Completion(
        id=identifier("chatcmpl-"),
        created=models.organization.clock.now(),
        asked=asked,
        answers=answers,
        prompt_tokens=len(prompt),
        cached_tokens=cached,
    )


def _reason(answer: Answer) -> str:
    return "length" if answer.cut else "stop"
