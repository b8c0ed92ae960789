"""Every environment variable, its type and its default."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.sealing import Seal

WHERE = {
    "slack_bot_token": "copy the Bot User OAuth Token (it begins with xoxb-) from OAuth & Permissions"
    " of your Slack app",
    "slack_app_token": "make an app-level token (it begins with xapp-) with the scope connections:write under"
    " Basic Information of your Slack app",
    "slack_signing_secret": "copy the Signing Secret from Basic Information of your Slack app",
    "openai_admin_key": "make an admin key (it begins with sk-admin-) in the organisation settings of the OpenAI"
    " platform",
    "slack_client_secret": "copy the Client Secret from Basic Information of your Slack app",
    "installations_key": "make one with `python -m bot workspaces key`, and keep it where the database is not",
    "audit_webhook_secret": "give the secret with which what goes to AUDIT_WEBHOOK_URL is signed",
}
"""Where each secret comes from, for the sentence that says it is missing."""

_SQLITE = re.compile(r"sqlite(?:\+aiosqlite)?:///(?P<file>.+)")
_POSTGRESQL = re.compile(r"(?:postgres|postgresql|postgresql\+psycopg)://(?P<rest>[^/].*)")
_CHANNEL = re.compile(r"#?[^\s#@<>,|]{1,80}")


class SettingsInvalid(Exception):
    """The environment cannot be used; the text is one sentence that names the variable and never its value."""


def _address(value: str) -> str:
    """Accept an http(s) address, without the slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("give an address like https://host/path")
    return value.rstrip("/")


def _versioned(value: str) -> str:
    if not value.endswith("/v1"):
        raise ValueError("it must end in /v1, like https://api.openai.com/v1")
    return value


def _database(value: Any) -> Any:
    """Turn what platforms write into SQLAlchemy's address with the driver we use."""
    if not isinstance(value, str):
        return value
    if found := _SQLITE.fullmatch(value):
        return f"sqlite+aiosqlite:///{found['file']}"
    if found := _POSTGRESQL.fullmatch(value):
        return f"postgresql+psycopg://{found['rest']}"
    raise ValueError("give postgresql://user:password@host/name, or sqlite:///countersign.db for a file")


def _begins(*prefixes: str) -> AfterValidator:
    """Accept a secret of one line that begins with one of *prefixes*."""

    def check(value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if not secret.startswith(prefixes or ("",)) or not secret.isascii() or re.search(r"\s", secret):
            raise ValueError(f"it begins with {' or '.join(prefixes)} and has no spaces" if prefixes else "no spaces")
        return value

    return AfterValidator(check)


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise ValueError("give one channel, like #requests or its id")
    return value


def _client_id(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,15}", value):
        raise ValueError("copy the Client ID, like 123.456, from Basic Information of your Slack app")
    return value


def _keys(value: SecretStr) -> SecretStr:
    Seal.of(value.get_secret_value())
    return value


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(_address)]
Channel = Annotated[str, AfterValidator(_channel)]


class Storage(BaseSettings):
    """What every command needs, those too that never speak to Slack or OpenAI. An empty variable counts as not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: Annotated[SecretStr, BeforeValidator(_database)] = SecretStr("sqlite+aiosqlite:///countersign.db")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment, once; *given* goes before it. Raises ``SettingsInvalid``."""
        try:
            return cls(**given)
        except ValidationError as invalid:
            error = invalid.errors(include_input=False)[0]
            reason = str(error["ctx"]["error"]) if error["type"] == "value_error" else error["msg"]
            name = str(error["loc"][0]).upper()
            raise SettingsInvalid(f"{name} is malformed: {reason[:1].lower()}{reason[1:]}.") from None

    def secret(self, name: str) -> str:
        """Return the secret *name* (a field's name); raises ``SettingsInvalid`` when it is missing."""
        value = getattr(self, name)
        if value is None:
            raise SettingsInvalid(f"{name.upper()} is missing: {WHERE[name]}.")
        return str(value.get_secret_value())


class Settings(Storage):
    """The whole environment."""

    slack_bot_token: Annotated[SecretStr, _begins("xoxb-", "xoxe.xoxb-")] | None = None
    slack_app_token: Annotated[SecretStr, _begins("xapp-")] | None = None
    slack_signing_secret: Annotated[SecretStr, _begins()] | None = None
    slack_client_id: Annotated[str, AfterValidator(_client_id)] | None = None
    slack_client_secret: Annotated[SecretStr, _begins()] | None = None
    installations_key: Annotated[SecretStr, AfterValidator(_keys)] | None = None
    workspaces_file: Annotated[Path, AfterValidator(_existing)] | None = None
    slack_api_url: Address = "https://slack.com/api"
    openai_admin_key: Annotated[SecretStr, _begins()] | None = None
    openai_base_url: Annotated[Address, AfterValidator(_versioned)] = "https://api.openai.com/v1"
    promptlayer_api_key: Annotated[SecretStr, _begins()] | None = None
    promptlayer_base_url: Address = "https://api.promptlayer.com"
    policy_file: Annotated[Path, AfterValidator(_existing)] | None = None
    prices_file: Annotated[Path, AfterValidator(_existing)] | None = None
    requests_channel: Channel = "#requests"
    alerts_channel: Channel | None = None
    security_channel: Channel | None = None
    audit_webhook_url: Address | None = None
    audit_webhook_secret: Annotated[SecretStr, _begins()] | None = None
    audit_token: Annotated[SecretStr, _begins()] | None = None
    acts_per_minute: Annotated[int, Field(ge=10, le=100_000)] = 60
    port: Annotated[int, Field(ge=1, le=65535)] | None = None

    @property
    def alarm_channels(self) -> dict[str, str]:
        """The channels that have been set for what should not wait until somebody reads a thread."""
        channels = {"alerts": self.alerts_channel, "security": self.security_channel}
        return {to: channel for to, channel in channels.items() if channel is not None}

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode; else it posts to us over HTTP."""
        return self.slack_app_token is not None

    def complete(self) -> None:
        """Check what only makes sense together. Raises ``SettingsInvalid``."""
        if self.audit_webhook_url is not None:
            self.secret("audit_webhook_secret")

    @property
    def several(self) -> bool:
        """Whether workspaces install the app by themselves, instead of one whose token is given."""
        return self.slack_client_id is not None

    def needs_token(self) -> None:
        """Check what every call to Slack needs: the token of one workspace, or what opens those of several.

        Raises ``SettingsInvalid``.
        """
        if not self.several:
            self.secret("slack_bot_token")
            return
        if self.slack_bot_token is not None:
            raise SettingsInvalid(
                "SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for several that install the app: give one."
            )
        self.secret("slack_client_secret")
        self.secret("installations_key")
        if self.workspaces_file is None:
            raise SettingsInvalid("WORKSPACES_FILE is missing: name the file that lists the workspaces to serve.")

    def needs_slack(self) -> None:
        """Check what talking to people needs: a token, and one of the two ways in.

        Raises ``SettingsInvalid``.
        """
        self.needs_token()
        if self.several and self.port is None:
            raise SettingsInvalid("PORT is missing: workspaces install the app at /slack/install on it.")
        if self.socket_mode:
            return
        if self.slack_signing_secret is None:
            raise SettingsInvalid(
                f"SLACK_APP_TOKEN is missing: {WHERE['slack_app_token']},"
                " or set SLACK_SIGNING_SECRET and PORT to be called over HTTP."
            )
