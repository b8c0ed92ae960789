"""Keys of a project: made, listed, revoked, by a new organisation and by an older one."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, page, reply
from workflows.admin_api import UNKNOWN_PARAMETER, AdminAPI, APIKey
from workflows.errors import AdminAPINotFound, AdminAPIRefused

BORN = datetime(2024, 3, 26, 17, 32, 13, tzinfo=UTC)
KEY = {"id": "key_1", "created_at": 1711474333}


@pytest.fixture(name="home")
async def _home(api: AdminAPI) -> tuple[str, str]:
    """Return a project with a service account in it."""
    project = await api.create_project("alpha")
    return project.id, (await api.create_service_account(project.id, "ci")).id


async def test_new_key_is_listed_with_its_owner(api: AdminAPI, home: tuple[str, str]) -> None:
    project_id, account_id = home
    await api.update_service_account(project_id, account_id, role="member")

    issued = await api.create_key(project_id, account_id, name="deploy")
    [key] = await api.keys(project_id)

    assert issued.value.get_secret_value().startswith("sk-")
    assert issued.expires_at is None
    assert (key.id, key.name) == (issued.id, issued.name) == (key.id, "deploy")
    assert (key.owner_type, key.owner_id, key.owner_name, key.owner_email) == ("service_account", account_id, "ci", "")
    assert (key.last_used_at, key.expires_at, key.knows_expiry, key.owner_has_access) == (None, None, True, True)
    assert issued.value.get_secret_value().startswith(key.redacted[:5])


async def test_key_lives_as_long_as_asked(api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]) -> None:
    sandbox.organization.clock.set(1_800_000_000)

    issued = await api.create_key(*home, name="deploy", expires_in_seconds=3600)

    [key] = await api.keys(home[0])
    assert issued.expires_at == key.expires_at == datetime.fromtimestamp(1_800_003_600, UTC)


async def test_scopes_reach_openai(api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]) -> None:
    issued = await api.create_key(*home, name="deploy", scopes=["api.model.read", "api.model.request"])

    kept = sandbox.organization.keys.recognise(issued.value.get_secret_value())
    assert kept is not None
    assert kept.scopes == ("api.model.read", "api.model.request")


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        pytest.param({}, {"name": "deploy"}, id="nothing"),
        pytest.param({"scopes": []}, {"name": "deploy"}, id="no scopes"),
        pytest.param(
            {"scopes": ("a", "b"), "expires_in_seconds": 60},
            {"name": "deploy", "scopes": ["a", "b"], "expires_in_seconds": 60},
            id="both",
        ),
    ],
)
async def test_only_what_is_asked_for_is_sent(answering: Answering, asked: Any, sent: Any) -> None:
    scripted = answering(reply({"id": "key_1", "value": "sk-svcacct-x"}))

    await scripted.api.create_key("proj_1", "svc_acct_1", name="deploy", **asked)

    assert json.loads(scripted.wire.sent[0].content) == sent


async def test_keys_of_owners_who_lost_access_are_listed_as_such(
    api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]
) -> None:
    project_id, _ = home
    ada = sandbox.organization.add_user(email="Ada@example.com", name="Ada")
    sandbox.organization.add_member(project_id, ada.id)
    sandbox.organization.add_user_key(project_id, ada.id, "laptop")
    await api.remove_project_user(project_id, ada.id)

    [key] = await api.keys(project_id)

    assert (key.owner_type, key.owner_id, key.owner_name, key.owner_email) == ("user", ada.id, "Ada", "ada@example.com")
    assert key.owner_has_access is False


async def test_key_is_revoked_once_and_for_all(api: AdminAPI, home: tuple[str, str]) -> None:
    issued = await api.create_key(*home, name="deploy")

    await api.delete_key(home[0], issued.id)
    await api.delete_key(home[0], issued.id)

    assert await api.keys(home[0]) == []


async def test_key_is_not_called_revoked_in_a_project_that_does_not_exist(api: AdminAPI, home: tuple[str, str]) -> None:
    issued = await api.create_key(*home, name="deploy")

    with pytest.raises(AdminAPINotFound, match="proj_gone"):
        await api.delete_key("proj_gone", issued.id)


async def test_key_id_of_bad_shape_is_not_called_revoked(api: AdminAPI, home: tuple[str, str]) -> None:
    with pytest.raises(AdminAPINotFound):
        await api.delete_key(home[0], "../key_1")


async def test_policy_that_wants_an_expiry_names_the_field(
    api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]
) -> None:
    sandbox.organization.change_settings({"longest_key_life": 86_400})

    with pytest.raises(AdminAPIRefused) as refused:
        await api.create_key(*home, name="deploy")

    assert (refused.value.code, refused.value.param) == ("expiration_required", "expires_in_seconds")


# An older organisation


async def test_older_organization_says_that_it_does_not_know_expiry(
    api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]
) -> None:
    sandbox.organization.change_settings({"key_expiry": False})

    with pytest.raises(AdminAPIRefused) as refused:
        await api.create_key(*home, name="deploy", expires_in_seconds=3600)

    assert (refused.value.status, refused.value.code) == (400, UNKNOWN_PARAMETER)
    assert refused.value.param == "expires_in_seconds"
    assert await api.keys(home[0]) == []


async def test_key_of_an_older_organization_does_not_know_its_expiry(
    api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]
) -> None:
    sandbox.organization.change_settings({"key_expiry": False})

    issued = await api.create_key(*home, name="deploy")
    [key] = await api.keys(home[0])

    assert issued.expires_at is None
    assert (key.expires_at, key.knows_expiry) == (None, False)


async def test_older_organization_refuses_to_revoke_the_key_of_a_service_account(
    api: AdminAPI, sandbox: Sandbox, home: tuple[str, str]
) -> None:
    sandbox.organization.change_settings({"account_keys_deletable": False})
    issued = await api.create_key(*home, name="deploy")

    with pytest.raises(AdminAPIRefused, match="delete the service account"):
        await api.delete_key(home[0], issued.id)

    assert len(await api.keys(home[0])) == 1


# Odd replies


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, {}, id="little"),
        pytest.param({"owner": None, "owner_project_access": None, "last_used_at": None}, {}, id="nulls"),
        pytest.param({"owner_project_access": "unknown"}, {}, id="access nobody knows"),
        pytest.param({"owner_project_access": "inactive"}, {"owner_has_access": False}, id="no access"),
        pytest.param({"expires_at": None}, {"knows_expiry": True}, id="lives for ever"),
        pytest.param({"expires_at": 1711474333}, {"knows_expiry": True, "expires_at": BORN}, id="expires"),
        pytest.param({"owner": {"type": "team"}}, {"owner_type": "team"}, id="owner nobody knows"),
        pytest.param(
            {"owner": {"user": {"id": "user-1", "email": "A@b.c"}}},
            {"owner_type": "user", "owner_id": "user-1", "owner_email": "a@b.c"},
            id="owner without type",
        ),
    ],
)
async def test_key_is_read_leniently(answering: Answering, fields: Any, expected: Any) -> None:
    nothing = {
        "id": "key_1",
        "name": "",
        "redacted": "",
        "created_at": BORN,
        "last_used_at": None,
        "expires_at": None,
        "knows_expiry": False,
        "owner_type": "",
        "owner_id": "",
        "owner_name": "",
        "owner_email": "",
        "owner_has_access": None,
    }

    [key] = await answering(page({**KEY, **fields})).api.keys("proj_1")

    assert key == APIKey(**{**nothing, **expected})


async def test_every_page_of_keys_is_asked_for_all_owners(answering: Answering) -> None:
    scripted = answering(page(KEY, has_more=True, last_id="key_1"), page({**KEY, "id": "key_2"}))

    keys = await scripted.api.keys("proj_1")

    assert [key.id for key in keys] == ["key_1", "key_2"]
    assert {request.url.params["owner_project_access"] for request in scripted.wire.sent} == {"any"}


async def test_expiry_is_counted_by_openais_clock(api: AdminAPI, home: tuple[str, str]) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)

    issued = await api.create_key(*home, name="deploy", expires_in_seconds=3600)

    assert issued.expires_at is not None
    assert issued.expires_at >= before + timedelta(seconds=3600)
