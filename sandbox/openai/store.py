"""The organisation's state: typed records on named shelves, changed in transactions, kept in memory and a file."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from sandbox.openai.journal import Change, Journal

ORGANIZATION = "organization"
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Shelf(Generic[T]):
    """A place for one sort of record; a resource declares its own beside its operations."""

    name: str
    holds: type[T]

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """Reads and writes such records; building it takes milliseconds, so every organisation shares it."""
        return TypeAdapter(self.holds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A record that was added (nothing *before*), replaced, or removed (nothing *after*)."""

    shelf: str
    owner: str
    key: str
    before: Any
    after: Any


Watcher = Callable[[Sequence[Written]], None]
"""Hears of each committed transaction; it must not raise, for nothing can be taken back any more."""


class Collection(Generic[T]):
    """The records of one shelf, by owner (a project's id, or the organisation) and id, oldest first."""

    def __init__(self, shelf: Shelf[T], store: "Store", saved: Mapping[str, Mapping[str, Any]]) -> None:
        self._name = shelf.name
        self._store = store
        self._adapter = shelf.adapter
        read = self._adapter.validate_python
        self._owners = {owner: {key: read(value) for key, value in values.items()} for owner, values in saved.items()}
        self._revisions: dict[str, int] = {}

    def of(self, owner: str = ORGANIZATION) -> Mapping[str, T]:
        return self._owners.get(owner, {})

    def get(self, key: str, owner: str = ORGANIZATION) -> T | None:
        return self.of(owner).get(key)

    def owners(self) -> Iterator[str]:
        return iter(self._owners)

    def revision(self, owner: str = ORGANIZATION) -> int:
        """Return a number that is another after every change of *owner*'s records, one taken back included."""
        return self._revisions.get(owner, 0)

    def put(self, key: str, value: T, owner: str = ORGANIZATION) -> T:
        """Add a record at the end, or replace it where it stands."""
        records = self._owners.setdefault(owner, {})
        before = records.get(key)
        undo = partial(records.pop, key) if before is None else partial(records.__setitem__, key, before)
        records[key] = value
        kept = self._adapter.dump_python(value, mode="json") if self._store.keeps else None
        self._changed(Written(shelf=self._name, owner=owner, key=key, before=before, after=value), kept, undo)
        return value

    def remove(self, key: str, owner: str = ORGANIZATION) -> None:
        records = self._owners[owner]
        before = dict(records)
        written = Written(shelf=self._name, owner=owner, key=key, before=records.pop(key), after=None)
        self._changed(written, None, partial(_restore, records, before))

    def clear(self, owner: str = ORGANIZATION) -> None:
        for key in list(self.of(owner)):
            self.remove(key, owner)

    def _changed(self, written: Written, kept: Any, undo: Callable[[], Any]) -> None:
        self._revise(written.owner)

        def take_back() -> None:
            undo()
            self._revise(written.owner)

        self._store.changed(written, kept, take_back)

    def _revise(self, owner: str) -> None:
        self._revisions[owner] = self._revisions.get(owner, 0) + 1


class Store:
    """Every shelf of one organisation. Without a *directory* it ends with the process."""

    def __init__(self, directory: Path | None) -> None:
        self._collections: dict[str, Collection[Any]] = {}
        self._undo: list[Callable[[], Any]] = []
        self._changes: list[Change] = []
        self._written: list[Written] = []
        self._watchers: list[Watcher] = []
        self._depth = 0
        self._journal = Journal(directory) if directory else None
        try:
            self._saved = self._load(self._journal) if self._journal else {}
        except ValueError:
            self.close()
            raise

    @property
    def keeps(self) -> bool:
        return self._journal is not None

    def __getitem__(self, shelf: Shelf[T]) -> Collection[T]:
        if shelf.name not in self._collections:
            self._collections[shelf.name] = Collection(shelf, self, self._saved.pop(shelf.name, {}))
        return self._collections[shelf.name]

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside happen, or none: an exception takes every one of them back."""
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            self._roll_back()
            raise
        self._depth -= 1
        self._commit()

    @contextlib.contextmanager
    def watched(self, watcher: Watcher) -> Iterator[None]:
        """Tell *watcher* of every transaction that is committed meanwhile."""
        self._watchers.append(watcher)
        try:
            yield
        finally:
            self._watchers.remove(watcher)

    def changed(self, written: Written, kept: Any, undo: Callable[[], Any]) -> None:
        """Take note of a change inside a transaction; *kept* is the new value as the journal has it."""
        self._changes.append((written.shelf, written.owner, written.key, kept))
        self._written.append(written)
        self._undo.append(undo)
        self._commit()

    def close(self) -> None:
        if self._journal:
            self._journal.close()

    def _commit(self) -> None:
        if self._depth:
            return
        try:
            if self._journal and self._changes:
                self._journal.append(self._changes)
        except OSError:
            self._roll_back()
            raise
        written = self._written
        self._forget()
        for watcher in self._watchers if written else ():
            watcher(written)

    def _roll_back(self) -> None:
        for undo in reversed(self._undo):
            undo()
        self._forget()

    def _forget(self) -> None:
        self._changes, self._undo, self._written = [], [], []

    @staticmethod
    def _load(journal: Journal) -> dict[str, dict[str, dict[str, Any]]]:
        saved: dict[str, dict[str, dict[str, Any]]] = {}
        for shelf, owner, key, value in journal.replay():
            records = saved.setdefault(shelf, {}).setdefault(owner, {})
            if value is None:
                records.pop(key, None)
            else:
                records[key] = value
        journal.rewrite(
            (shelf, owner, key, value)
            for shelf, owners in saved.items()
            for owner, records in owners.items()
            for key, value in records.items()
        )
        return saved


def _restore(records: dict[str, T], before: dict[str, T]) -> None:
    # In place: earlier changes of the same transaction undo themselves in this very dictionary.
    records.clear()
    records.update(before)
