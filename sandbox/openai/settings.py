"""What is set at the dashboard and no operation of the API can: policies, entitlements, the organisation's age."""

from collections.abc import Mapping
from dataclasses import asdict, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from sandbox.openai.store import Shelf, Store

ToolPolicy = Literal["all", "none", "selected"]
Tool = Literal["file_search", "web_search", "image_generation", "mcp", "code_interpreter"]
Control = Literal[
    "zero_data_retention",
    "modified_abuse_monitoring",
    "enhanced_zero_data_retention",
    "enhanced_modified_abuse_monitoring",
]
TOOLS: tuple[Tool, ...] = ("file_search", "web_search", "image_generation", "mcp", "code_interpreter")


def _selected() -> dict[Tool, ToolPolicy]:
    return dict.fromkeys(TOOLS, "selected")


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Settings:
    """The settings of one organisation, each with the value of a new one.

    *rehearsal*: the oddities of the real API that have been reported are on (see ``faults.rehearsal``).
    *key_expiry*: False for an older organisation, whose keys cannot be given an expiry and not be changed.
    *longest_key_life*: when set, every new key must expire, at the latest after so many seconds.
    *account_keys_deletable*: False refuses deleting a service account's key, as OpenAI did until 2026.
    *role_ids*: predefined roles are answered with the scope in their ids (``scoped``, as OpenAI does) or without.
    *audit_logging*: False for an organisation that never switched its audit log on.
    *hosted_tools*: for each tool whether all projects have it, none, or the selected ones.
    *retention_controls*, *residencies*: what OpenAI's sales team has unlocked.
    """

    rehearsal: bool = False
    key_expiry: bool = True
    longest_key_life: Annotated[int, Field(ge=1, le=31_536_000)] | None = None
    account_keys_deletable: bool = True
    role_ids: Literal["scoped", "alias"] = "scoped"
    audit_logging: bool = True
    hosted_tools: Mapping[Tool, ToolPolicy] = field(default_factory=_selected)
    retention_controls: tuple[Control, ...] = ("zero_data_retention", "modified_abuse_monitoring")
    residencies: tuple[str, ...] = ("GLOBAL", "US_STORAGE_PROCESSING", "EU_STORAGE_PROCESSING")

    def changed(self, changes: Mapping[str, Any]) -> "Settings":
        """Return these settings with *changes*; policies of tools not named stay. Raises ``ValidationError``."""
        merged = {**asdict(self), **changes}
        tools = merged["hosted_tools"]
        if isinstance(tools, dict):
            merged["hosted_tools"] = {**self.hosted_tools, **tools}
        return TypeAdapter(Settings).validate_python(merged)

    def drawn(self) -> dict[str, Any]:
        return asdict(self)


SETTINGS = Shelf(name="settings", holds=Settings)
KEY = "settings"


class SettingsDesk:
    """The settings as they are now, kept with the organisation's state."""

    def __init__(self, store: Store) -> None:
        self._kept = store[SETTINGS]
        self._default = Settings()

    @property
    def now(self) -> Settings:
        return self._kept.get(KEY) or self._default

    def change(self, changes: Mapping[str, Any]) -> Settings:
        return self._kept.put(KEY, self.now.changed(changes))
