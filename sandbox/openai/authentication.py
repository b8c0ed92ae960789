"""Who may call: the bearer of the admin key, nobody else."""

import hmac

from sandbox.openai.errors import Refusal
from sandbox.openai.organization import Organization


def require_admin_key(organization: Organization, authorization: str | None) -> None:
    """Admit the admin key alone.

    Raises ``Refusal`` (401): a project's key is told that it lacks the scope, any other that it is wrong.
    """
    scheme, _, value = (authorization or "").partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not value:
        raise Refusal(401, "No API key was provided: send it as a bearer token in the Authorization header.")
    if hmac.compare_digest(value.encode(), organization.admin_key.encode()):
        return
    if organization.keys.recognise(value):
        raise Refusal(
            401,
            "You have insufficient permissions for this operation. Missing scopes: api.management.read "
            "api.management.write.",
        )
    raise Refusal(401, "The API key is not an admin key of this organization.", code="invalid_api_key")
