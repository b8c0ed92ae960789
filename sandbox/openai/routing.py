"""Operations, and finding them: every module in ``resources`` brings its own."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.openai import resources
from sandbox.openai.call import JSON, Call
from sandbox.openai.organization import Organization

Handler = Callable[[Organization, Call], JSON]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method on a path template (without ``/v1``) and what answers it, inside one transaction."""

    method: str
    path: str
    handler: Handler


class Operations:
    """The operations of one resource, collected by decorators."""

    def __init__(self) -> None:
        self.all: list[Operation] = []

    def get(self, path: str) -> Callable[[Handler], Handler]:
        return self._on("GET", path)

    def post(self, path: str) -> Callable[[Handler], Handler]:
        return self._on("POST", path)

    def delete(self, path: str) -> Callable[[Handler], Handler]:
        return self._on("DELETE", path)

    def _on(self, method: str, path: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.all.append(Operation(method=method, path=path, handler=handler))
            return handler

        return register


def operations() -> Iterator[Operation]:
    """Every operation the organisation answers: a new resource is a new file, with no list to extend."""
    found: list[Operation] = []
    for module in pkgutil.iter_modules(resources.__path__):
        collected: Operations = importlib.import_module(f"{resources.__name__}.{module.name}").operations
        found += collected.all
    # A path that names a word must be tried before one that takes any id in its place.
    yield from sorted(found, key=lambda operation: operation.path.count("{"))
