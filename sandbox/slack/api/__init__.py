"""Slack's Web API: each file here defines methods, and is found by being here."""

import importlib
import pkgutil

from sandbox.slack.api.method import Method, Methods


def every_method() -> dict[str, Method]:
    """Collect the methods of all files of this folder."""
    found: dict[str, Method] = {}
    for each in pkgutil.iter_modules(__path__):
        table = getattr(importlib.import_module(f"{__name__}.{each.name}"), "methods", None)
        if isinstance(table, Methods):
            found |= table.found
    return found
