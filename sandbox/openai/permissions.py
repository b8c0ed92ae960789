"""The permissions that roles are made of, and the roles that OpenAI predefines.

OpenAI publishes no list of permissions: these are the ones its reference and guides show, with their counterparts.
"""

from collections.abc import Mapping

from sandbox.openai.records import Role

READING = ("api.model.read", "api.responses.read", "api.files.read", "api.webhooks.read")
USING = ("api.model.request", "api.responses.write", "api.files.write", "api.webhooks.write")
OWNING = (
    "api.organization.projects.api_keys.read",
    "api.organization.projects.api_keys.write",
    "api.organization.projects.service_accounts.read",
    "api.organization.projects.service_accounts.write",
)
GROUPING = ("api.groups.read", "api.groups.write")
ADMINISTRATION = ("api.management.read", "api.management.write")

FOR_PROJECTS = frozenset(("api.all.read", *READING, *USING, *OWNING))
"""What a custom role of a project may grant; of the organisation, groups as well. Administration never."""
FOR_ORGANIZATIONS = FOR_PROJECTS | frozenset(GROUPING)

OWNER_OF_ORGANIZATION = "role-api-organization-owner"
READER_OF_ORGANIZATION = "role-api-organization-reader"
OWNER_OF_PROJECT = "role-api-project-owner"
MEMBER_OF_PROJECT = "role-api-project-member"
VIEWER_OF_PROJECT = "role-api-project-viewer"


def predefined(*, project: bool) -> Mapping[str, Role]:
    """Return the predefined roles of a project or of the organisation, by alias."""
    if project:
        roles = [
            _role(OWNER_OF_PROJECT, "owner", "Manages the project.", (*READING, *USING, *OWNING)),
            _role(MEMBER_OF_PROJECT, "member", "Uses the project.", (*READING, *USING)),
            _role(VIEWER_OF_PROJECT, "viewer", "Looks at the project.", READING),
        ]
    else:
        everything = (*READING, *USING, *OWNING, *GROUPING, *ADMINISTRATION)
        roles = [
            _role(OWNER_OF_ORGANIZATION, "owner", "Manages the organization.", everything),
            _role(READER_OF_ORGANIZATION, "reader", "Belongs to the organization.", READING),
        ]
    return {role.id: role for role in roles}


def _role(alias: str, name: str, description: str, permissions: tuple[str, ...]) -> Role:
    return Role(id=alias, name=name, description=description, permissions=permissions, predefined=True)
