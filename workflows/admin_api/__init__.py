"""The only HTTP client for OpenAI's Administration API."""

from workflows.admin_api.client import AdminAPI
from workflows.admin_api.limiter import Limiter
from workflows.admin_api.wire.values import (
    APIProject,
    APIUser,
    Cost,
    Invite,
    InvitedTo,
    ModelPermissions,
    ProjectUser,
    RateLimit,
    ServiceAccount,
    SpendLimit,
)

__all__ = [
    "APIProject",
    "APIUser",
    "AdminAPI",
    "Cost",
    "Invite",
    "InvitedTo",
    "Limiter",
    "ModelPermissions",
    "ProjectUser",
    "RateLimit",
    "ServiceAccount",
    "SpendLimit",
]
