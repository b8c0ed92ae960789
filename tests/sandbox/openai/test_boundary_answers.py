"""Models answer through a project's key in the shapes the official SDK reads, always the same, honestly counted."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest

from sandbox.openai import Organization, models
from sandbox.openai.boundary.tokens import count
from tests.sandbox.openai.calling import KINDS, Client, Issued, calling, issue


@pytest.fixture
def issued(organization: Organization) -> Issued:
    return issue(organization)


@pytest.fixture(params=KINDS)
async def client(request: pytest.FixtureRequest, address: str, issued: Issued) -> AsyncIterator[Client]:
    async with calling(address, issued.value, request.param) as client:
        yield client


async def test_models_are_listed_and_looked_up(client: Client) -> None:
    listed = await client("models.list")
    one = await client("models.retrieve", "gpt-5-mini")

    assert {model.id for model in listed} == set(models())
    assert (one.id, one.owned_by) == ("gpt-5-mini", "openai")


async def test_chat_answers_the_same_to_the_same_question(client: Client) -> None:
    first, again = await client.chat(), await client.chat()
    other = await client.chat(messages=[{"role": "user", "content": "Something else"}])

    assert first.choices[0].message.content == again.choices[0].message.content
    assert first.choices[0].message.content != other.choices[0].message.content
    assert (first.object, first.choices[0].finish_reason, first.model) == ("chat.completion", "stop", "gpt-4.1")


async def test_tokens_are_counted_as_they_are(client: Client) -> None:
    done = await client.chat(n=2)

    said = sum(count(choice.message.content) for choice in done.choices)
    assert done.usage.completion_tokens == said
    assert done.usage.total_tokens == done.usage.prompt_tokens + said


async def test_thinking_models_bill_what_they_do_not_say(client: Client) -> None:
    done = await client.chat("o3")

    thought = done.usage.completion_tokens_details.reasoning_tokens
    assert thought > 0
    assert done.usage.completion_tokens == thought + count(done.choices[0].message.content)


async def test_streamed_chat_says_what_the_whole_one_says(client: Client) -> None:
    whole = await client.chat()
    chunks = await client.chat(stream=True, stream_options={"include_usage": True})

    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"


async def test_stream_tells_no_usage_unless_asked(client: Client) -> None:
    chunks = await client.chat(stream=True)

    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


async def test_response_is_a_message_of_text(client: Client) -> None:
    reply = await client("responses.create", model="gpt-4.1", input="Hello", instructions="Be brief.")

    assert (reply.status, reply.usage.output_tokens) == ("completed", count(reply.output_text))
    assert reply.usage.total_tokens == reply.usage.input_tokens + reply.usage.output_tokens


async def test_streamed_response_ends_with_the_whole_one(client: Client) -> None:
    events = await client("responses.create", model="gpt-4.1", input=[{"role": "user", "content": "Hi"}], stream=True)

    deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    assert events[-1].response.output_text == deltas


async def test_output_stops_at_the_most_tokens_asked_for(client: Client) -> None:
    chat = await client.chat(max_completion_tokens=5)
    reply = await client("responses.create", model="gpt-4.1", input="Hello", max_output_tokens=16)

    assert (chat.usage.completion_tokens, chat.choices[0].finish_reason) == (5, "length")
    assert (reply.usage.output_tokens, reply.status) == (16, "incomplete")


async def test_json_is_answered_where_json_is_asked_for(client: Client) -> None:
    done = await client.chat(response_format={"type": "json_object"})

    assert done.choices[0].message.content.startswith('{"answer": "')


@pytest.mark.parametrize("encoding", [{}, {"encoding_format": "float"}], ids=["base64 by itself", "float"])
async def test_embeddings_have_length_one_and_belong_to_the_text(client: Client, encoding: dict[str, Any]) -> None:
    texts = ["cat", "dog", "cat"]
    done = await client("embeddings.create", model="text-embedding-3-small", input=texts, **encoding)

    cat, dog, again = (each.embedding for each in done.data)
    assert (len(cat), cat == again, cat == dog) == (1_536, True, False)
    assert sum(each * each for each in cat) == pytest.approx(1, abs=1e-4)
    assert done.usage.prompt_tokens == 3


async def test_embeddings_are_as_short_as_asked_for(client: Client) -> None:
    done = await client("embeddings.create", model="text-embedding-3-large", input=[[1, 2, 3]], dimensions=8)

    assert (len(done.data[0].embedding), done.usage.total_tokens) == (8, 3)


async def test_long_prompt_is_cheaper_the_second_time(client: Client) -> None:
    messages = [{"role": "system", "content": "word " * 3_000}, {"role": "user", "content": "Hello"}]

    first, second = await client.chat(messages=messages), await client.chat(messages=messages)

    cached = [done.usage.prompt_tokens_details.cached_tokens for done in (first, second)]
    assert cached == [0, second.usage.prompt_tokens // 128 * 128]


async def test_prompts_are_forgotten_after_a_while(client: Client, organization: Organization) -> None:
    messages = [{"role": "user", "content": "word " * 3_000}]
    await client.chat(messages=messages)
    organization.clock.advance(3_600)

    late = await client.chat(messages=messages)

    assert late.usage.prompt_tokens_details.cached_tokens == 0


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/chat/completions", {"messages": []}, "model"),
        ("/chat/completions", {"model": "gpt-4.1"}, "messages"),
        ("/chat/completions", {"model": "gpt-4.1", "messages": []}, "messages"),
        ("/chat/completions", {"model": "gpt-4.1", "messages": [{"role": "king"}]}, "messages[0].role"),
        ("/responses", {"model": "gpt-4.1"}, "input"),
        ("/responses", {"model": "gpt-4.1", "input": "x", "background": True}, "background"),
        ("/responses", {"model": "gpt-4.1", "input": "x", "previous_response_id": "r"}, "previous_response_id"),
        ("/embeddings", {"model": "text-embedding-3-small", "input": ""}, "input"),
        ("/embeddings", {"model": "text-embedding-3-small", "input": []}, "input"),
        ("/embeddings", {"model": "text-embedding-3-small", "input": "x", "dimensions": 9_999}, "dimensions"),
        ("/embeddings", {"model": "text-embedding-3-small", "input": "word " * 9_000}, "input"),
    ],
)
async def test_request_that_makes_no_sense_is_refused_by_its_field(
    address: str, issued: Issued, path: str, body: dict[str, object], param: str
) -> None:
    headers = {"Authorization": f"Bearer {issued.value}"}
    async with httpx.AsyncClient(base_url=f"{address}/v1", headers=headers) as http:
        answer = await http.post(path, json=body)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_body_that_is_no_json_is_refused(address: str, issued: Issued) -> None:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {issued.value}"}) as http:
        answer = await http.post(f"{address}/v1/chat/completions", content=b"{")

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


async def test_pictures_and_odd_characters_are_taken(client: Client) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:,"}}
    messages = [{"role": "user", "content": [{"type": "text", "text": "Grüße 你好 🎉"}, picture]}]

    done = await client.chat(messages=messages)

    assert done.usage.prompt_tokens > 85


async def test_armed_fault_strikes_model_traffic(
    client: Client, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await sandbox.post("/faults", json={"fault": "server_error", "path": "/v1/chat/completions", "count": 1})

    with pytest.raises(openai.InternalServerError):
        await client.chat()
    assert (await client.chat()).choices
