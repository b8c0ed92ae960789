"""Which models a project may use: an allow list or a deny list, replaced as a whole.

Source: Administration API reference, Model permissions; every id must be visible to the organisation. A project
without a policy answers 404.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.catalogue import Model
from sandbox.openai.errors import Refusal, invalid
from sandbox.openai.organization import Organization
from sandbox.openai.records import Project
from sandbox.openai.routing import Operations
from sandbox.openai.store import Shelf

operations = Operations()


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelPermissions:
    mode: str
    model_ids: tuple[str, ...]

    def allow(self, model_id: str) -> bool:
        return (model_id in self.model_ids) == (self.mode == "allow_list")


MODEL_PERMISSIONS = Shelf(name="model_permissions", holds=ModelPermissions)
KEY = "policy"


class ModelPermissionsUpdate(Body):
    mode: Literal["allow_list", "deny_list"]
    model_ids: tuple[str, ...]


@operations.get("/organization/projects/{project_id}/model_permissions")
def get_permissions(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    return draw(_permissions(organization, project))


@operations.post("/organization/projects/{project_id}/model_permissions")
def set_permissions(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    body = call.body(ModelPermissionsUpdate)
    for position, model_id in enumerate(body.model_ids):
        if model_id not in organization.models:
            message = f"The model {model_id} is not available to this organization."
            raise invalid(message, f"model_ids[{position}]", "model_not_found")
    permissions = ModelPermissions(mode=body.mode, model_ids=tuple(dict.fromkeys(body.model_ids)))
    return draw(organization.store[MODEL_PERMISSIONS].put(KEY, permissions, project.id))


@operations.delete("/organization/projects/{project_id}/model_permissions")
def delete_permissions(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    _permissions(organization, project)
    organization.store[MODEL_PERMISSIONS].remove(KEY, project.id)
    return {"object": "project.model_permissions.deleted", "deleted": True}


def usable_models(organization: Organization, project: Project) -> Iterator[Model]:
    """Yield the models that *project* may use, in the catalogue's order."""
    permissions = organization.store[MODEL_PERMISSIONS].get(KEY, project.id)
    for model in organization.models.values():
        if permissions is None or permissions.allow(model.id):
            yield model


def draw(permissions: ModelPermissions) -> JSON:
    return {
        "object": "project.model_permissions",
        "mode": permissions.mode,
        "model_ids": list(permissions.model_ids),
    }


def _permissions(organization: Organization, project: Project) -> ModelPermissions:
    permissions = organization.store[MODEL_PERMISSIONS].get(KEY, project.id)
    if permissions is None:
        raise Refusal(404, f"The project {project.id} has no model permissions", code="not_found")
    return permissions
