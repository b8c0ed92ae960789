"""The only HTTP client for OpenAI's Administration API."""

from workflows.admin_api.calling import Sends
from workflows.admin_api.client import AdminAPI
from workflows.admin_api.limiter import Limiter
from workflows.admin_api.sending import Call
from workflows.admin_api.tracing import request_ids
from workflows.admin_api.wire.refusals import UNKNOWN_PARAMETER
from workflows.admin_api.wire.values import (
    APIKey,
    APIProject,
    APIRole,
    APIUser,
    Cost,
    Group,
    GroupUser,
    HeldRole,
    Invite,
    InvitedTo,
    IssuedKey,
    KeyCost,
    ModelPermissions,
    ProjectGroup,
    ProjectUser,
    RateLimit,
    ServiceAccount,
    SpendAlert,
    SpendLimit,
    TokenUse,
)

__all__ = [
    "UNKNOWN_PARAMETER",
    "APIKey",
    "APIProject",
    "APIRole",
    "APIUser",
    "AdminAPI",
    "Call",
    "Cost",
    "Group",
    "GroupUser",
    "HeldRole",
    "Invite",
    "InvitedTo",
    "IssuedKey",
    "KeyCost",
    "Limiter",
    "ModelPermissions",
    "ProjectGroup",
    "ProjectUser",
    "RateLimit",
    "Sends",
    "ServiceAccount",
    "SpendAlert",
    "SpendLimit",
    "TokenUse",
    "request_ids",
]
