"""What the official Python SDK 3.54 has on costs and usage and the published description of 2026-08-21 lacks."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

USAGE = "/organization/usage"
SOURCE = {"api_source": {"enum": ["agents_api", "unlabeled", None]}}
NEWER_LABELS: Mapping[str, Mapping[str, Any]] = {
    "CostsResult": {"user_id": {"type": ["string", "null"]}, **SOURCE},
    "UsageCompletionsResult": SOURCE,
    "UsageWebSearchCallsResult": SOURCE,
}
NEWER_GROUPS: Mapping[str, Sequence[str]] = {
    "/organization/costs": ("user_id", "api_source"),
    f"{USAGE}/completions": ("api_source",),
    f"{USAGE}/web_search_calls": ("api_source",),
}


def add_newer_usage(document: dict[str, Any]) -> None:
    """Put the additions into *document*: labels, groupings, and the usage of decisions."""
    schemas, paths = document["components"]["schemas"], document["paths"]
    for name, properties in NEWER_LABELS.items():
        schemas[name]["properties"].update(properties)
    for path, groups in NEWER_GROUPS.items():
        (group_by,) = (each for each in paths[path]["get"]["parameters"] if each["name"] == "group_by")
        group_by["schema"]["items"]["enum"].extend(groups)
    paths[f"{USAGE}/decisions"] = copy.deepcopy(paths[f"{USAGE}/completions"])
    decisions = copy.deepcopy(schemas["UsageCompletionsResult"])
    decisions["properties"]["object"]["enum"] = ["organization.usage.decisions.result"]
    schemas["UsageDecisionsResult"] = decisions
    one_of = schemas["UsageTimeBucket"]["properties"]["results"]["items"]["oneOf"]
    one_of.append({"$ref": "#/components/schemas/UsageDecisionsResult"})
