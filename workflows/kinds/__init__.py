"""One file per kind of request, nothing else: whatever stands in this folder is a kind people can ask for."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from typing import Any

from workflows.kind import Kind


def discover() -> Mapping[str, type[Kind]]:
    """Return every kind in this folder, by name, in the order of the launcher."""
    kinds: list[type[Kind]] = []
    for module in pkgutil.iter_modules(__path__):
        found = importlib.import_module(f"{__name__}.{module.name}")
        # A kind may be a folder, and its class stand in a file of that.
        own = f"{found.__name__}."
        kinds += [each for _, each in inspect.getmembers(found, _is_kind) if f"{each.__module__}.".startswith(own)]
    return {each.kind: each for each in sorted(kinds, key=lambda each: (each.place, each.kind))}


def examples(kinds: Mapping[str, type[Kind]]) -> dict[str, dict[str, Any]]:
    """Return, for each kind, a request as a policy's conditions see it, so that a policy is checked when it is read."""
    return {name: each.example() for name, each in kinds.items()}


def _is_kind(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Kind) and not inspect.isabstract(value)
