"""Who may call: the bearer of a valid admin key, nobody else."""

from sandbox.openai.errors import Refusal
from sandbox.openai.organization import Organization
from sandbox.openai.records import AdminKey


def require_admin_key(organization: Organization, authorization: str | None) -> AdminKey:
    """Admit an admin key alone, and note its use.

    Raises ``Refusal`` (401): a project's key is told that it lacks the scope, any other (expired, deleted, of
    somebody who is no owner any more, unknown) that it is wrong.
    """
    scheme, _, value = (authorization or "").partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not value:
        raise Refusal(401, "No API key was provided: send it as a bearer token in the Authorization header.")
    key = organization.admin_keys.admit(value)
    if key:
        return key
    if organization.keys.recognise(value):
        raise Refusal(
            401,
            "You have insufficient permissions for this operation. Missing scopes: api.management.read "
            "api.management.write.",
        )
    raise Refusal(401, "The API key is not an admin key of this organization.", code="invalid_api_key")
