"""What is said of a project itself: its name, its limits, its models and tools."""

from collections.abc import Sequence

from sandbox.openai.catalogue import AUDIO, BATCH, DAILY, IMAGES, REQUESTS, TOKENS
from sandbox.openai.overview.money import dollars
from sandbox.openai.overview.names import Names
from sandbox.openai.records import PROJECTS
from sandbox.openai.resources.data_retention import RETENTIONS
from sandbox.openai.resources.hosted_tool_permissions import SELECTED_TOOLS, SelectedTools
from sandbox.openai.resources.model_permissions import MODEL_PERMISSIONS, ModelPermissions
from sandbox.openai.resources.rate_limits import LOWERED
from sandbox.openai.resources.service_tier_settings import TIER_SETTINGS
from sandbox.openai.resources.spend_alerts import SPEND_ALERTS
from sandbox.openai.resources.spend_limits import SPEND_LIMITS
from sandbox.openai.store import Written

UNITS = {
    REQUESTS: "requests a minute",
    TOKENS: "tokens a minute",
    IMAGES: "images a minute",
    AUDIO: "megabytes of audio a minute",
    DAILY: "requests a day",
    BATCH: "queued batch tokens a day",
}


def project(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if before is None:
        return f"The project {after.name} was created."
    if before.archived_at is None and after.archived_at is not None:
        return "The project was archived, with its people, accounts and keys."
    if before.name != after.name:
        return f"The project {before.name} is called {after.name} now."
    if before.external_key_id != after.external_key_id:
        return "The external key of the project changed."
    return None


def spend_limit(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The monthly limit of {dollars(before.cents)} was taken away."
    if not after.hard:
        return f"A new alert replaced the monthly limit: {dollars(after.cents)}, and nothing enforces it."
    if before is None:
        return f"The monthly limit is {dollars(after.cents)} now; there was none."
    if before == after:
        return None
    if before.cents == after.cents:
        return f"The monthly limit of {dollars(after.cents)} is enforced again."
    return f"The monthly limit went from {dollars(before.cents)} to {dollars(after.cents)}."


def spend_alert(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if after is None:
        return f"The alert at {dollars(before.cents)} was deleted."
    if before is None:
        return f"There is an alert at {dollars(after.cents)} now."
    return None if before == after else f"The alert at {dollars(before.cents)} is one at {dollars(after.cents)} now."


def models(written: Written, _names: Names) -> str | None:
    before, after = written.before, written.after
    if before == after:
        return None
    if before is None or after is None or before.mode != after.mode:
        return _usable(after)
    came, went = _differ(before.model_ids, after.model_ids)
    if after.mode == "deny_list":
        came, went = went, came
    return _came_and_went("Models that may be used now", came, "Models that may no longer be used", went)


def tools(written: Written, _names: Names) -> str | None:
    before, after = (_turned_on(each) for each in (written.before, written.after))
    came, went = _differ(before, after)
    return _came_and_went("Hosted tools turned on", came, "Hosted tools turned off", went)


def rate_limits(written: Written, names: Names) -> str | None:
    model = names.organization.models.get(written.key)
    if model is None or written.after is None:
        return None
    before = {**model.ceiling, **(written.before.values if written.before else {})}
    told = [
        f"{UNITS[name]} from {before[name]:,} to {value:,}"
        for name, value in written.after.values.items()
        if before.get(name, value) != value
    ]
    return f"Rate limits of {written.key}: {', '.join(told)}." if told else None


def service_tiers(written: Written, _names: Names) -> str | None:
    return None if written.before == written.after else "The service tiers changed."


def retention(written: Written, _names: Names) -> str | None:
    return None if written.before == written.after else f"The data retention is {_spaced(written.after.type)} now."


def _usable(permissions: ModelPermissions | None) -> str:
    listed = ", ".join(permissions.model_ids) if permissions else ""
    if permissions is not None and permissions.mode == "allow_list":
        return f"Only these models may be used now: {listed}." if listed else "No model may be used now."
    return f"Every model but these may be used now: {listed}." if listed else "Every model may be used now."


def _turned_on(tools: SelectedTools | None) -> list[str]:
    return [_spaced(tool) for tool, enabled in tools.enabled.items() if enabled] if tools else []


def _differ(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what came and what went."""
    return [each for each in after if each not in before], [each for each in before if each not in after]


def _came_and_went(plus: str, came: Sequence[str], minus: str, went: Sequence[str]) -> str | None:
    told = [f"{label}: {', '.join(items)}." for label, items in ((plus, came), (minus, went)) if items]
    return " ".join(told) or None


def _spaced(word: str) -> str:
    return word.replace("_", " ")


SAY = {
    PROJECTS.name: project,
    SPEND_LIMITS.name: spend_limit,
    SPEND_ALERTS.name: spend_alert,
    MODEL_PERMISSIONS.name: models,
    SELECTED_TOOLS.name: tools,
    LOWERED.name: rate_limits,
    TIER_SETTINGS.name: service_tiers,
    RETENTIONS.name: retention,
}
