"""The app's manifest, as far as the workspace acts on it: commands, shortcuts, scopes, events."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Command(_Part):
    command: str
    description: str = ""
    usage_hint: str = ""


class Shortcut(_Part):
    name: str
    type: str
    callback_id: str
    description: str = ""


class _BotUser(_Part):
    display_name: str = ""


class _AppHome(_Part):
    home_tab_enabled: bool = True
    messages_tab_enabled: bool = True
    messages_tab_read_only_enabled: bool = False


class _Features(_Part):
    app_home: _AppHome = Field(default_factory=_AppHome)
    bot_user: _BotUser = Field(default_factory=_BotUser)
    slash_commands: list[Command] = Field(default_factory=list)
    shortcuts: list[Shortcut] = Field(default_factory=list)


class Parameter(_Part):
    type: str
    title: str = ""
    description: str = ""
    is_required: bool = False


class Function(_Part):
    """A step that Workflow Builder offers."""

    title: str
    description: str = ""
    input_parameters: dict[str, Parameter] = Field(default_factory=dict)
    output_parameters: dict[str, Parameter] = Field(default_factory=dict)


class _Display(_Part):
    name: str = ""


class _Scopes(_Part):
    bot: list[str] = Field(default_factory=list)
    user: list[str] = Field(default_factory=list)


class _OAuth(_Part):
    scopes: _Scopes = Field(default_factory=_Scopes)
    redirect_urls: list[str] = Field(default_factory=list)
    pkce_enabled: bool = False


class _Events(_Part):
    bot_events: list[str] = Field(default_factory=list)


class _Settings(_Part):
    event_subscriptions: _Events = Field(default_factory=_Events)
    org_deploy_enabled: bool = False
    token_rotation_enabled: bool = False


class Manifest(_Part):
    """Slack's app manifest, https://docs.slack.dev/reference/app-manifest."""

    display_information: _Display = Field(default_factory=_Display)
    features: _Features = Field(default_factory=_Features)
    oauth_config: _OAuth = Field(default_factory=_OAuth)
    settings: _Settings = Field(default_factory=_Settings)
    functions: dict[str, Function] = Field(default_factory=dict)

    @classmethod
    def read(cls, given: dict[str, Any]) -> Self:
        """Read a manifest; raises pydantic's ``ValidationError`` naming the field that is wrong."""
        return cls.model_validate(given)


class App:
    """What the installed app may do; without a manifest everything."""

    def __init__(self, manifest: dict[str, Any] | None) -> None:
        self._manifest = None if manifest is None else Manifest.read(manifest)
        self._granted: list[str] | None = None

    def limited_to(self, scopes: list[str]) -> "App":
        """Return the same app with the scopes that somebody granted it."""
        limited = App(None)
        limited._manifest, limited._granted = self._manifest, scopes
        return limited

    @property
    def name(self) -> str:
        if self._manifest is None:
            return "Countersign"
        shown = self._manifest.features.bot_user.display_name or self._manifest.display_information.name
        return shown or "Countersign"

    @property
    def commands(self) -> list[Command]:
        return [] if self._manifest is None else self._manifest.features.slash_commands

    @property
    def shortcuts(self) -> list[Shortcut]:
        return [] if self._manifest is None else self._manifest.features.shortcuts

    @property
    def has_home(self) -> bool:
        """Whether the app shows a Home tab."""
        return self._manifest is None or self._manifest.features.app_home.home_tab_enabled

    @property
    def has_messages(self) -> bool:
        """Whether the app can write to people directly."""
        return self._manifest is None or self._manifest.features.app_home.messages_tab_enabled

    @property
    def listens(self) -> bool:
        """Whether people can write to the app in its direct messages."""
        return self._manifest is None or not self._manifest.features.app_home.messages_tab_read_only_enabled

    @property
    def scopes(self) -> list[str] | None:
        """The bot token's scopes; ``None`` means all of them."""
        if self._granted is not None:
            return self._granted
        return None if self._manifest is None else self._manifest.oauth_config.scopes.bot

    @property
    def is_described(self) -> bool:
        """Whether there is a manifest at all."""
        return self._manifest is not None

    @property
    def functions(self) -> dict[str, Function]:
        """The steps for Workflow Builder by callback_id."""
        return {} if self._manifest is None else self._manifest.functions

    @property
    def redirect_urls(self) -> list[str]:
        return [] if self._manifest is None else self._manifest.oauth_config.redirect_urls

    @property
    def user_scopes(self) -> list[str] | None:
        """What the app may ask a person for; ``None`` means anything."""
        return None if self._manifest is None else self._manifest.oauth_config.scopes.user

    @property
    def is_org_ready(self) -> bool:
        """Whether a whole organisation can install it."""
        return self._manifest is None or self._manifest.settings.org_deploy_enabled

    @property
    def rotates(self) -> bool:
        """Whether its tokens live for twelve hours only."""
        return self._manifest is not None and self._manifest.settings.token_rotation_enabled

    @property
    def proves_itself(self) -> bool:
        """Whether it may use PKCE."""
        return self._manifest is None or self._manifest.oauth_config.pkce_enabled

    def may(self, *any_of: str) -> bool:
        """Whether the bot token has one of these scopes (none asked for: always)."""
        return self.scopes is None or not any_of or bool(set(any_of) & set(self.scopes))

    def knows_command(self, command: str) -> bool:
        return self._manifest is None or any(each.command == command for each in self.commands)

    def knows_shortcut(self, callback_id: str, kind: str) -> bool:
        known = ((each.callback_id, each.type) for each in self.shortcuts)
        return self._manifest is None or (callback_id, kind) in known

    def hears(self, event: str) -> bool:
        """Whether the app subscribed to *event*."""
        return self._manifest is None or event in self._manifest.settings.event_subscriptions.bot_events
