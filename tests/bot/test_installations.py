"""Where the app is installed: which workspace a payload is from, and what becomes of an installation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.oauth.installation_store import Installation

from bot import slack_api
from bot.installations import Installations, InstalledClient, Listed, NotInstalled, Seal, SealedStore
from bot.installations.flow import SCOPES, Flow, NotTaken, installing
from bot.sealing import new_key
from bot.slack_api import problem_of
from tests.bot.workplace import Workplace
from tests.support.databases import BOTH, tried_on
from workflows.store import Database

_database_url = tried_on("sqlite")
HOME = Listed(id="", team="T0ACME")
LABS = Listed(id="T0LABS", team="T0LABS", enterprise="E0GROUP")
STUDIO = Listed(id="T0STUDIO", team="T0STUDIO", enterprise="E0GROUP")


@pytest.fixture(name="store")
def _store(database: Database) -> SealedStore:
    return SealedStore(client_id="1.2", database=database, seal=Seal.of(new_key()))


@pytest.fixture(name="installations")
def _installations(store: SealedStore, database: Database, workplace: Workplace) -> Installations:
    return Installations(
        store=store,
        database=database,
        listed=(HOME, LABS, STUDIO),
        client=slack_api.client(None, f"{workplace.url}/api", workplace.session),
        now=lambda: datetime.now(UTC),
    )


@pytest.fixture(name="flow")
def _flow(installations: Installations, database: Database, workplace: Workplace) -> Flow:
    client = slack_api.client(None, f"{workplace.url}/api", workplace.session)
    return installing(
        installations=installations, database=database, client=client, client_id="1.2", client_secret="secret"
    )


def installation(**changes: Any) -> Installation:
    made: dict[str, Any] = {
        "app_id": "A1",
        "team_id": "T0ACME",
        "team_name": "Acme",
        "bot_token": "xoxb-unknown",
        "bot_id": "B1",
        "bot_user_id": "U0BOT",
        "bot_scopes": list(SCOPES),
        "user_id": "U0PETRA",
    }
    return Installation(**made | changes)


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"team_id": "T0ACME", "command": "/openai"}, HOME),
        ({"type": "block_actions", "team": {"id": "T0LABS"}}, LABS),
        ({"type": "view_submission", "team": None, "view": {"team_id": "T0STUDIO"}}, STUDIO),
        ({"team_id": "T0LABS", "authorizations": [{"team_id": None, "enterprise_id": "E0GROUP"}]}, LABS),
        # Somebody of another company clicks in a channel that both share: the card is ours.
        ({"team": {"id": "T9RIVAL"}, "message": {"team": "T0ACME"}}, HOME),
        ({"team": {"id": "T0LABS"}, "message": {"team": "T0ACME"}}, HOME),
        ({"team": {"id": "T9RIVAL"}}, None),
        # A workspace of the organisation that is not on the list is not served by those that are.
        ({"team": {"id": "T9OTHER"}, "enterprise": {"id": "E0GROUP"}}, None),
        ({"team_id": None, "enterprise_id": "E0GROUP", "event": {"type": "app_uninstalled"}}, LABS),
        ({"team_id": None, "enterprise_id": "E9RIVAL"}, None),
        ({}, None),
        ({"team": "T0ACME", "team_id": 5, "view": None, "message": None, "authorizations": None}, None),
    ],
)
def test_a_payload_is_from_the_workspace_that_it_names(payload: Mapping[str, Any], found: Listed | None) -> None:
    served = Installations(store=Mock(), database=Mock(), listed=(HOME, LABS, STUDIO), client=Mock(), now=Mock())

    assert served.of_payload(payload) == found


async def test_a_call_without_an_installation_is_refused_as_slack_does(
    installations: Installations, workplace: Workplace
) -> None:
    client = InstalledClient(
        lambda: installations.of(HOME), **slack_api.options(f"{workplace.url}/api", workplace.session)
    )

    with pytest.raises(NotInstalled) as refused:
        await client.auth_test()

    assert problem_of(refused.value).code in slack_api.TOKEN_REFUSED
    assert not problem_of(refused.value).cut_off


@BOTH
async def test_an_installation_is_heard_of_at_once_and_its_token_is_used(
    installations: Installations, workplace: Workplace
) -> None:
    with pytest.raises(NotInstalled):
        await installations.of(HOME)
    token = workplace.workspace.tokens.bot

    await installations.keep(installation(bot_token=token))

    found = await installations.of(HOME)
    assert (found.token, found.bot_user_id, found.org_wide) == (token, "U0BOT", False)
    assert token not in repr(found)
    client = InstalledClient(
        lambda: installations.of(HOME), **slack_api.options(f"{workplace.url}/api", workplace.session)
    )
    assert (await client.auth_test())["ok"]


@BOTH
async def test_a_second_installation_takes_the_place_of_the_first(installations: Installations) -> None:
    await installations.keep(installation(bot_token="xoxb-first", installed_at=1.0))
    await installations.keep(installation(bot_token="xoxb-second", installed_at=2.0))

    assert (await installations.of(HOME)).token == "xoxb-second"


async def test_news_of_an_end_that_is_over_takes_nothing_away(
    installations: Installations, workplace: Workplace
) -> None:
    await installations.keep(installation(bot_token=workplace.workspace.tokens.bot))

    await installations.look_again(HOME)  # it was taken out, and installed again before we heard of it

    assert (await installations.of(HOME)).token == workplace.workspace.tokens.bot


@BOTH
async def test_a_token_that_slack_does_not_know_is_forgotten(installations: Installations, database: Database) -> None:
    await installations.keep(installation(bot_token="xoxb-revoked"))

    await installations.look_again(HOME)
    await installations.look_again(HOME)

    with pytest.raises(NotInstalled):
        await installations.of(HOME)
    async with database.read() as work:
        actions = [each.action async for each in work.audit_entries()]
    assert actions == ["workspace_installed", "workspace_uninstalled"]


async def test_an_outage_of_slack_forgets_nothing(installations: Installations, workplace: Workplace) -> None:
    await installations.keep(installation(bot_token="xoxb-revoked"))
    workplace.fault(methods=[{"method": "auth.test", "drop": "before", "times": 5}])

    await installations.look_again(HOME)

    assert (await installations.of(HOME)).token == "xoxb-revoked"


@BOTH
async def test_an_organisation_has_it_for_each_of_its_workspaces(installations: Installations) -> None:
    whole = {"team_id": None, "team_name": None, "enterprise_id": "E0GROUP", "is_enterprise_install": True}
    await installations.keep(installation(bot_token="xoxb-wide", **whole))

    assert [(await installations.of(each)).org_wide for each in (LABS, STUDIO)] == [True, True]
    assert (await installations.of(LABS)).identity.team_id == "T0LABS"
    with pytest.raises(NotInstalled):
        await installations.of(HOME)
    await installations.keep(installation(bot_token="xoxb-own", team_id="T0LABS", enterprise_id="E0GROUP"))
    assert (await installations.of(LABS)).token == "xoxb-own"

    await installations.look_again(STUDIO)

    with pytest.raises(NotInstalled):
        await installations.of(STUDIO)
    assert (await installations.of(LABS)).token == "xoxb-own"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"team_id": "T9RIVAL", "team_name": "Rival <b>"}, "Rival <b> (T9RIVAL) is not one of the workspaces"),
        ({"team_id": "T0LABS"}, "(T0LABS) is not one of the workspaces"),  # it is listed with its organisation
        ({"enterprise_id": "E0NEW"}, "write enterprise: E0NEW below it"),
        ({"team_id": None, "enterprise_id": "E9", "is_enterprise_install": True}, "(E9) is not one of the workspaces"),
        ({"team_id": None, "enterprise_id": None, "is_enterprise_install": True}, "is not one of the workspaces"),
    ],
)
async def test_what_is_not_taken_is_given_back(
    flow: Flow, installations: Installations, workplace: Workplace, changes: dict[str, Any], sentence: str
) -> None:
    token = workplace.workspace.tokens.bot

    with pytest.raises(NotTaken) as refused:
        await flow.store_installation(None, installation(bot_token=token, **changes))  # type: ignore[arg-type]

    assert sentence in str(refused.value)
    with pytest.raises(NotInstalled):
        await installations.of(HOME)
    answer = await slack_api.client(token, f"{workplace.url}/api", workplace.session).api_call("api.test")
    assert answer["ok"]
    assert workplace.workspace.grant is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bot_refresh_token": "xoxe-1-r"}, "token rotation"),
        ({"bot_scopes": ["chat:write"]}, "was not given app_mentions:read, channels:history"),
    ],
)
async def test_what_is_of_no_use_ends_nothing_that_works(
    flow: Flow, installations: Installations, workplace: Workplace, changes: dict[str, Any], sentence: str
) -> None:
    token = workplace.workspace.tokens.bot
    await installations.keep(installation(bot_token=token))

    with pytest.raises(NotTaken, match=sentence):
        await flow.store_installation(None, installation(bot_token=token, **changes))  # type: ignore[arg-type]

    assert (await installations.of(HOME)).token == token
    assert (await workplace.client().auth_test())["ok"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["T0ACME", "T0LABS", "E0GROUP"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "team_id", "team"]), inner),
    max_leaves=6,
)
PLACES = ("team", "team_id", "view", "message", "authorizations", "enterprise", "enterprise_id")


@given(st.dictionaries(st.sampled_from(PLACES), ANYTHING))
def test_whatever_a_payload_says_it_is_from_some_workspace_or_none(payload: dict[str, Any]) -> None:
    served = Installations(store=Mock(), database=Mock(), listed=(HOME, LABS), client=Mock(), now=Mock())

    assert served.of_payload(payload) in (HOME, LABS, None)
