"""The environment: what is taken, and the one sentence for what is not."""

import re

import pytest

from bot.settings import Settings, SettingsInvalid

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "SLACK_SIGNING_SECRET": "5ecret",
    "OPENAI_ADMIN_KEY": "sk-admin-secret",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_everything_but_secrets_has_a_default() -> None:
    settings = Settings.load()

    assert settings.slack_api_url == "https://slack.com/api"
    assert settings.openai_base_url == "https://api.openai.com/v1"
    assert settings.secret("database_url") == "sqlite+aiosqlite:///countersign.db"
    assert (settings.port, settings.log_level, settings.policy_file) == (None, "INFO", None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgres://u:p@h:5432/d", "postgresql+psycopg://u:p@h:5432/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("sqlite:////var/x.db", "sqlite+aiosqlite:////var/x.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_a_database_is_taken_as_platforms_write_it(monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    monkeypatch.setenv("DATABASE_URL", written)

    assert Settings.load().secret("database_url") == read


def test_alarms_go_to_the_channels_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().alarm_channels == {}
    monkeypatch.setenv("SECURITY_CHANNEL", "#security")

    assert Settings.load().alarm_channels == {"security": "#security"}


def test_addresses_lose_the_slash_at_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8400/api/")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8401/v1/")

    settings = Settings.load()

    assert (settings.slack_api_url, settings.openai_base_url) == (
        "http://127.0.0.1:8400/api",
        "http://127.0.0.1:8401/v1",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "secret-of-another-sort"),
        ("SLACK_BOT_TOKEN", "xoxb-secret secret"),
        ("SLACK_BOT_TOKEN", "xoxp-secret"),
        ("SLACK_APP_TOKEN", "xoxb-secret"),
        ("SLACK_SIGNING_SECRET", "two secret words"),
        ("OPENAI_ADMIN_KEY", "sk-admin-secret\n"),
        ("OPENAI_BASE_URL", "https://secret.example.com"),
        ("OPENAI_BASE_URL", "ftp://secret.example.com/v1"),
        ("OPENAI_BASE_URL", "secret/v1"),
        ("SLACK_API_URL", "secret"),
        ("DATABASE_URL", "mysql://u:secret@h/d"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "secret.db"),
        ("POLICY_FILE", "/no/such/secret.yml"),
        ("REQUESTS_CHANNEL", "two secret channels"),
        ("ALERTS_CHANNEL", "<!secret>"),
        ("SECURITY_CHANNEL", "#"),
        ("PORT", "secret"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "secret"),
    ],
)
def test_what_is_malformed_is_named_in_one_sentence_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsInvalid) as refused:
        Settings.load()

    sentence = str(refused.value)
    assert sentence.startswith(f"{name} is malformed: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "secret" not in sentence.removeprefix(name)


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_secret_is_named_with_where_to_get_it(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^{name} is missing: (copy|make) "):
        Settings.load().secret(name.lower())


@pytest.mark.parametrize("name", SECRETS)
def test_an_empty_variable_counts_as_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")

    with pytest.raises(SettingsInvalid, match=f"^{name} is missing"):
        Settings.load().secret(name.lower())


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), "SLACK_BOT_TOKEN"),
        (("SLACK_BOT_TOKEN",), "SLACK_APP_TOKEN"),
        (("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), None),
        (("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"), None),
    ],
)
def test_talking_to_people_needs_a_token_and_one_way_in(
    monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], missing: str | None
) -> None:
    for name in given:
        monkeypatch.setenv(name, SECRETS[name])
    settings = Settings.load()

    if missing is None:
        settings.needs_slack()
        return

    with pytest.raises(SettingsInvalid, match=f"^{missing} is missing"):
        settings.needs_slack()


def test_secrets_are_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", "postgres://u:5ecret@h/d")

    shown = repr(Settings.load()) + str(Settings.load())

    assert "secret" not in re.sub(r"\w+_secret=", "", shown)
    assert "5ecret" not in shown


SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "5ecret",
    "INSTALLATIONS_KEY": "A" * 43 + "=",
    "SLACK_SIGNING_SECRET": "5ecret",
    "WORKSPACES_FILE": __file__,
    "PORT": "8080",
}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"SLACK_CLIENT_ID": "1.two"}, "SLACK_CLIENT_ID is malformed: copy the Client ID, like 123.456,"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is missing: copy the Client Secret"),
        ({"INSTALLATIONS_KEY": ""}, "INSTALLATIONS_KEY is missing: make one with `python -m bot workspaces key`"),
        ({"INSTALLATIONS_KEY": "secret"}, "INSTALLATIONS_KEY is malformed: it is 32 random bytes in base64"),
        ({"WORKSPACES_FILE": ""}, "WORKSPACES_FILE is missing: name the file"),
        ({"WORKSPACES_FILE": "none.yml"}, "WORKSPACES_FILE is malformed: there is no such file"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-secret"}, "SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for several"),
        ({"PORT": ""}, "PORT is missing: workspaces install the app at /slack/install"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_APP_TOKEN is missing"),
    ],
)
def test_several_workspaces_need_what_opens_them(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    for name, value in {**SEVERAL, **given}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsInvalid) as refused:
        Settings.load().needs_slack()

    assert str(refused.value).startswith(sentence)
    assert "secret" not in str(refused.value).replace("SECRET", "").partition(":")[2].replace("Secret", "")


def test_several_workspaces_need_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SEVERAL.items():
        monkeypatch.setenv(name, value)

    Settings.load().needs_slack()
