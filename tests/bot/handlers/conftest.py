"""The office of ``office.py``, opened for each test on SQLite."""

from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import app as bolt
from bot import server, slack_api
from bot.background import Background
from bot.directory import SlackDirectory
from bot.metrics import Metrics
from bot.notifier.pacer import Pacer
from bot.pictures import Pictures
from sandbox.serving import serving
from sandbox.slack import Timing, Workspace, create_app
from tests.bot.handlers.office import PEOPLE, Office
from tests.support.alerts import no_alert
from tests.support.charts import blank
from tests.support.clock import Clock
from tests.support.company import Company, company
from tests.support.databases import SQLiteTemplate
from tests.support.notifiers import notifier_in
from tests.support.served import only
from workflows.budgets.facts import Facts
from workflows.budgets.quotes import Quotes
from workflows.budgets.statements import Statements
from workflows.prices import load_prices
from workflows.reports import Reports
from workflows.service import Service
from workflows.store import Database


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """Log in one line: the console's tracebacks with every local variable take longer than Slack waits."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


class Unhurried(Pacer):
    """Lets every message go at once: how Slack's pace is kept is tested elsewhere."""

    def wait(self, channel: str, longest: float, message: Hashable = None) -> float:
        del channel, longest, message
        return 0.0


@pytest.fixture(name="database")
async def _database(sqlite_template: SQLiteTemplate, tmp_path: Path) -> AsyncIterator[Database]:
    with sqlite_template.fresh(tmp_path) as url:
        database = Database(url)
        yield database
        await database.close()


@pytest.fixture(name="acme")
async def _acme(database: Database, clock: Clock) -> AsyncIterator[Company]:
    async with company(database, clock) as founded:
        yield founded


@pytest.fixture(name="workspace")
def _workspace() -> Workspace:
    workspace = Workspace(timing=Timing(ack=3.0, retries=(0.0, 0.02, 0.02), settle=0.3, save=0.0))
    ids = {name: workspace.add_user(name=name, email=f"{name}@acme.example").id for name in PEOPLE}
    workspace.add_usergroup("finance", "Finance", [ids[name] for name in ("fay", "finn", "fred")])
    workspace.add_usergroup("platform", "Platform", [ids["pat"]])
    for channel in ("requests", "alerts", "security"):
        workspace.add_channel(channel, [*ids.values(), workspace.bot.user_id])
    return workspace


@pytest.fixture(name="office")
async def _office(acme: Company, workspace: Workspace, database: Database) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(serving(create_app(workspace)))
        session = await stack.enter_async_context(slack_api.open_session())
        background = Background()
        stack.push_async_callback(background.drain, 5.0)

        def client(token: str | None) -> AsyncWebClient:
            return slack_api.client(token, f"{slack}/api", session)

        token = workspace.tokens.bot
        identity = slack_api.WhoAmI(client(token))
        service = Service(
            database=database,
            organization=acme.organization,
            directory=SlackDirectory(client=client(token), identity=identity),
            policy=acme.service.policy,
            kinds=acme.service.kinds,
            keyring=acme.service.keyring,
            now=acme.clock,
        )
        reports = Reports(service=service, posts_showback=True)
        notifier = notifier_in(
            database=database,
            client=client(token),
            dossier=Facts(service=service, database=database).dossier,
            alert=no_alert,
            requests_channel="#requests",
            alarm_channels={"alerts": "#alerts", "security": "#security"},
            pacer=Unhurried(),
            now=acme.clock,
        )
        app = bolt.build(
            client=client(None),
            signing_secret=workspace.tokens.signing_secret,
            observe=lambda _type: None,
            served=only(
                token,
                identity,
                {
                    "service": service,
                    "background": background,
                    "statements": Statements(service=service, database=database),
                    "quotes": Quotes(service=service, database=database, prices=load_prices(None)),
                    "pictures": Pictures(client=client(token), draw=blank),
                    "reports": reports,
                    "openai_base_url": f"{acme.url}/v1",
                },
            ),
        )
        web = server.build(metrics=Metrics(database), checks={}, app=app)
        workspace.request_url = f"{await stack.enter_async_context(serving(web))}{server.SLACK_PATH}"
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=slack, trust_env=False, timeout=20))
        yield Office(
            company=acme,
            service=service,
            reports=reports,
            workspace=workspace,
            notifier=notifier,
            background=background,
            http=http,
            requests=workspace.channel_named("requests").id,
        )
