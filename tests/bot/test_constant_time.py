"""What is compared with a secret is compared in constant time: how long a refusal takes tells nothing of the secret."""

import ast
import hmac
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier

from bot.audit_feed import AuditFeed
from bot.metrics import Metrics
from bot.server import build
from tests.support.installation import ROOT
from workflows.store import Database

SECRETS = re.compile(r"token|secret|signature|password|credential|admin_key", re.IGNORECASE)
"""Names of what nobody may guess. What only speaks of one is not compared with it."""

SPEAKS_OF_ONE = {
    "len(key) != SecretBox.KEY_SIZE",
    "problem in slack_api.TOKEN_REFUSED",
    "problem_of(error).code in TOKEN_REFUSED",
}
UNSAFE = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)


@pytest.fixture(name="compared")
def _compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    """Return what is compared in constant time from now on, as bytes."""
    seen: list[tuple[bytes, bytes]] = []
    really = hmac.compare_digest

    def noting(one: str | bytes, other: str | bytes) -> bool:
        first, second = (each.encode() if isinstance(each, str) else each for each in (one, other))
        seen.append((first, second))
        return really(first, second)

    monkeypatch.setattr("hmac.compare_digest", noting)
    return seen


@pytest.mark.parametrize("tried", ["p", "pull-toke", "pull-token", "pull-tokenx", "wrong"])
async def test_the_token_of_the_feed(database: Database, compared: list[tuple[bytes, bytes]], tried: str) -> None:
    web = build(metrics=Metrics(database), checks={}, feed=AuditFeed(database, SecretStr("pull-token")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://bot") as client:
        answer = await client.get("/audit", headers={"authorization": f"Bearer {tried}"})

    assert (answer.status_code == httpx.codes.OK) == (tried == "pull-token")
    assert compared == [(tried.encode(), b"pull-token")]


@pytest.mark.parametrize("given", ["v0=", "v0=00", None], ids=["short", "wrong", "right"])
def test_slacks_signature(compared: list[tuple[bytes, bytes]], given: str | None) -> None:
    verifier, moment = SignatureVerifier("secret"), f"{time.time():.0f}"
    right = verifier.generate_signature(timestamp=moment, body=b"{}")
    assert right is not None

    accepted = verifier.is_valid(b"{}", moment, right if given is None else given)

    assert accepted == (given is None)
    assert [{*each} for each in compared] == [{right.encode(), (given or right).encode()}]


def test_nothing_else_is_compared_with_a_secret() -> None:
    assert {each for path in _sources() for each in _comparisons(path)} <= SPEAKS_OF_ONE


def test_the_search_finds_such_a_comparison(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("ok = given == self._token.get_secret_value() or state.signature in seen\nfine = a == b\n")

    assert [*_comparisons(source)] == ["given == self._token.get_secret_value()", "state.signature in seen"]


def _sources() -> Iterator[Path]:
    for package in ("bot", "workflows"):
        yield from (ROOT / package).rglob("*.py")


def _comparisons(path: Path) -> Iterator[str]:
    """Yield the comparisons of *path* that stop at the first difference and name a secret."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Compare) and any(isinstance(each, UNSAFE) for each in node.ops):
            text = ast.unparse(node)
            if SECRETS.search(text):
                yield text
