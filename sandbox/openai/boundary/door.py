"""Who may call a model: the key, its owner, its scopes, its project, and the model asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sandbox.openai.boundary.denials import (
    archived,
    expired_key,
    forbidden_model,
    mismatched,
    missing_scope,
    no_key,
    unknown_model,
    wrong_key,
)
from sandbox.openai.catalogue import Model
from sandbox.openai.ids import digest
from sandbox.openai.organization import Organization
from sandbox.openai.records import API_KEYS, PROJECTS, USERS, ApiKey, Project
from sandbox.openai.resources.model_permissions import usable_models

READ_MODELS = ("api.model.read",)
REQUEST_MODELS = ("api.model.request",)
WRITE_RESPONSES = ("api.responses.write", "api.model.request")
EVERYTHING = "api.all"
READ_EVERYTHING = "api.all.read"


@dataclass(frozen=True, kw_only=True)
class Caller:
    key: ApiKey
    project: Project


class Door:
    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._known: dict[str, tuple[str, str]] = {}

    def admit(self, headers: Mapping[str, str], scopes: tuple[str, ...]) -> Caller:
        """Return whose request it is, when one of *scopes* is granted. Raises ``Refusal`` (401)."""
        scheme, _, value = headers.get("authorization", "").partition(" ")
        value = value.strip()
        if scheme.lower() != "bearer" or not value:
            raise no_key()
        caller = self._find(value)
        if caller is None:
            raise self._stranger(value, scopes)
        if caller.key.expired(self._organization.clock.now()):
            raise expired_key(value)
        self._refuse_mismatch(caller, headers)
        self._refuse_scopes(caller, scopes)
        if caller.project.archived_at is not None:
            raise archived(caller.project.name)
        return caller

    def model(self, caller: Caller, model_id: str) -> Model:
        """Find a model that the caller's project may use. Raises ``Refusal``: 404 unknown, 403 not permitted."""
        model = self._organization.models.get(model_id)
        if model is None:
            raise unknown_model(model_id)
        if model not in self.models(caller):
            raise forbidden_model(caller.project.id, model_id)
        return model

    def models(self, caller: Caller) -> list[Model]:
        return list(usable_models(self._organization, caller.project))

    def note_use(self, caller: Caller) -> None:
        """Keep when the key, and the person it belongs to, last called."""
        now, store = self._organization.clock.now(), self._organization.store
        if caller.key.last_used_at != now:
            store[API_KEYS].put(caller.key.id, replace(caller.key, last_used_at=now), caller.project.id)
        user = store[USERS].get(caller.key.owner_id) if caller.key.owner_type == "user" else None
        if user and user.api_key_last_used_at != now:
            store[USERS].put(user.id, replace(user, api_key_last_used_at=now))

    def _find(self, value: str) -> Caller | None:
        wanted = digest(value)
        if wanted not in self._known:
            self._learn()
        project_id, key_id = self._known.get(wanted, ("", ""))
        key = self._organization.store[API_KEYS].get(key_id, project_id)
        project = self._organization.store[PROJECTS].get(project_id)
        # What was learnt is only a hint where to look: the key may have been revoked since.
        return Caller(key=key, project=project) if key and project and key.digest == wanted else None

    def _learn(self) -> None:
        keys = self._organization.store[API_KEYS]
        self._known = {
            key.digest: (project_id, key.id) for project_id in keys.owners() for key in keys.of(project_id).values()
        }

    def _stranger(self, value: str, scopes: tuple[str, ...]) -> Exception:
        """Tell an admin key that it is good for other things, and any other that it is wrong."""
        if self._organization.admin_keys.admit(value):
            return missing_scope(scopes[0])
        return wrong_key(value)

    def _refuse_mismatch(self, caller: Caller, headers: Mapping[str, str]) -> None:
        for header, expected in (
            ("openai-organization", self._organization.id),
            ("openai-project", caller.project.id),
        ):
            if headers.get(header, expected) != expected:
                raise mismatched(header)

    def _refuse_scopes(self, caller: Caller, scopes: tuple[str, ...]) -> None:
        held = self._organization.access.permissions(caller.project.id, caller.key.owner_id)
        if not any(_covers(held, scope) and _grants(caller.key.scopes, scope) for scope in scopes):
            raise missing_scope(scopes[0])


def _grants(restriction: tuple[str, ...], scope: str) -> bool:
    """Whether a key's scopes include *scope*; no scopes are no restriction."""
    return not restriction or _covers(restriction, scope)


def _covers(held: Iterable[str], scope: str) -> bool:
    names = set(held)
    if names & {scope, scope.removeprefix("api."), EVERYTHING}:
        return True
    return scope.endswith(".read") and READ_EVERYTHING in names
