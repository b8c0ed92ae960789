"""What the audit log says of an event that several resources cause."""

from sandbox.openai.call import JSON
from sandbox.openai.records import Role
from sandbox.openai.rolebook import RoleBook, resource_type


def assignment(roles: RoleBook, scope: str, principal_id: str, role: Role) -> JSON:
    """Describe a role's assignment; *scope* is a project's id or ``ORGANIZATION``."""
    kind = "group" if principal_id.startswith("group_") else "user"
    return {
        "id": roles.shown_id(scope, role),
        "principal_id": principal_id,
        "principal_type": kind,
        "resource_id": roles.resource_id(scope),
        "resource_type": resource_type(scope),
    }
