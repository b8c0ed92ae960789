"""What we know of the OpenAI organisation: a stored snapshot for showing, fresh reads for authority and detail."""

from workflows.organization.organization import Organization
from workflows.organization.recent import FRESH

__all__ = ["FRESH", "Organization"]
