"""Installing the app with a browser: what is begun in one counts once, there, and for ten minutes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from freezegun import freeze_time

from bot import server, slack_api
from bot.installations import Installations, Listed, Seal, SealedStore, installing
from bot.installations.flow import BEGUN_PER_MINUTE, LIFE, SCOPES
from bot.metrics import Metrics
from bot.sealing import new_key
from sandbox.serving import serving
from tests.bot.workplace import Workplace
from tests.support.databases import BOTH, tried_on
from workflows.store import Database, tables

_database_url = tried_on("sqlite")
COOKIE = "slack-app-oauth-state"
REDIRECT = "/slack/oauth_redirect"


@pytest.fixture(name="browser")
async def _browser(database: Database, workplace: Workplace) -> AsyncIterator[httpx.AsyncClient]:
    client = slack_api.client(None, f"{workplace.url}/api", workplace.session)
    installations = Installations(
        store=SealedStore(client_id="1.2", database=database, seal=Seal.of(new_key())),
        database=database,
        listed=(Listed(id="", team="T0ACME"),),
        client=client,
        now=lambda: datetime.now(UTC),
    )
    flow = installing(
        installations=installations, database=database, client=client, client_id="1.2", client_secret="secret"
    )
    async with AsyncExitStack() as stack:
        web = server.build(metrics=Metrics(database), checks={}, flow=flow)
        url = await stack.enter_async_context(serving(web))
        yield await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))


async def begun(browser: httpx.AsyncClient) -> str:
    """Begin to install; returns the state."""
    answer = await browser.get("/slack/install")
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert set(query["scope"][0].split(",")) == set(SCOPES)
    assert "user_scope" not in query
    (state,) = query["state"]
    for word in ("httponly", "secure", f"{COOKIE}={state}"):
        assert word in answer.headers["set-cookie"].lower() or word in answer.headers["set-cookie"]
    return state


async def back(browser: httpx.AsyncClient, state: str, *, cookie: str | None = None, **query: str) -> httpx.Response:
    headers = {"cookie": f"{COOKIE}={state if cookie is None else cookie}"}
    return await browser.get(REDIRECT, params={"state": state, **query}, headers=headers)


@BOTH
async def test_no_flood_of_beginnings_is_remembered(browser: httpx.AsyncClient, database: Database) -> None:
    statuses = [(await browser.get("/slack/install")).status_code for _ in range(BEGUN_PER_MINUTE + 20)]

    assert statuses.count(302) <= BEGUN_PER_MINUTE + 5
    assert statuses[-1] == 429
    async with database.begin() as work:
        await work.forget(datetime.now(UTC) + timedelta(seconds=LIFE + 1))
    async with database.read() as work:
        kept = await work.connection.execute(sa.select(sa.func.count()).select_from(tables.slack_oauth_states))
        assert kept.scalar_one() == 0


async def test_slacks_page_is_asked_where_slacks_api_is(browser: httpx.AsyncClient, workplace: Workplace) -> None:
    answer = await browser.get("/slack/install")

    assert answer.headers["location"].startswith(f"{workplace.url}/oauth/v2/authorize?")


async def test_who_does_not_agree_is_told_that_nothing_was_installed(browser: httpx.AsyncClient) -> None:
    answer = await back(browser, await begun(browser), error="access_denied")

    assert (answer.status_code, "You did not agree" in answer.text) == (200, True)


async def test_what_another_browser_began_is_not_ended_here(browser: httpx.AsyncClient) -> None:
    answer = await back(browser, await begun(browser), cookie="another", code="c")

    assert (answer.status_code, "not begun in this browser" in answer.text) == (400, True)


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's own use of aiohttp
async def test_a_state_counts_once(browser: httpx.AsyncClient) -> None:
    state = await begun(browser)

    assert "did not take the code" in (await back(browser, state, code="wrong")).text
    assert "came twice" in (await back(browser, state, code="wrong")).text


@BOTH
async def test_a_state_ends_after_ten_minutes(browser: httpx.AsyncClient) -> None:
    state = await begun(browser)

    with freeze_time(datetime.now(UTC) + timedelta(seconds=LIFE + 1), real_asyncio=True):
        answer = await back(browser, state, code="right")

    assert (answer.status_code, "longer than ten minutes" in answer.text) == (401, True)


async def test_a_state_that_nobody_was_given_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await back(browser, "made-up", code="c")

    assert answer.status_code == 401


async def test_what_slack_says_is_shown_as_text(browser: httpx.AsyncClient) -> None:
    answer = await back(browser, await begun(browser), error="<script>alert(1)</script>")

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_without_a_code_nothing_is_installed(browser: httpx.AsyncClient) -> None:
    answer = await back(browser, await begun(browser))

    assert (answer.status_code, "sent no code" in answer.text) == (401, True)
