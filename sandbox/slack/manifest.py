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


class _Features(_Part):
    bot_user: _BotUser = Field(default_factory=_BotUser)
    slash_commands: list[Command] = Field(default_factory=list)
    shortcuts: list[Shortcut] = Field(default_factory=list)


class _Display(_Part):
    name: str = ""


class _Scopes(_Part):
    bot: list[str] = Field(default_factory=list)


class _OAuth(_Part):
    scopes: _Scopes = Field(default_factory=_Scopes)


class _Events(_Part):
    bot_events: list[str] = Field(default_factory=list)


class _Settings(_Part):
    event_subscriptions: _Events = Field(default_factory=_Events)


class Manifest(_Part):
    """Slack's app manifest, https://docs.slack.dev/reference/app-manifest."""

    display_information: _Display = Field(default_factory=_Display)
    features: _Features = Field(default_factory=_Features)
    oauth_config: _OAuth = Field(default_factory=_OAuth)
    settings: _Settings = Field(default_factory=_Settings)

    @classmethod
    def read(cls, given: dict[str, Any]) -> Self:
        """Read a manifest; raises pydantic's ``ValidationError`` naming the field that is wrong."""
        return cls.model_validate(given)


class App:
    """What the installed app may do; without a manifest everything."""

    def __init__(self, manifest: dict[str, Any] | None) -> None:
        self._manifest = None if manifest is None else Manifest.read(manifest)

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
    def scopes(self) -> list[str] | None:
        """The bot token's scopes; ``None`` means all of them."""
        return None if self._manifest is None else self._manifest.oauth_config.scopes.bot

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
