"""Turn the Administration API's replies into values: pure, one function per object of the API.

Each takes the parsed object and raises ``Malformed`` when what matters in it is missing or makes no sense.
"""

from collections.abc import Mapping

from pydantic import SecretStr

from workflows.admin_api.wire.fields import (
    Fields,
    Malformed,
    as_object,
    as_objects,
    email,
    flag,
    flag_or_none,
    identifier,
    integer,
    moment,
    moment_or_none,
    text,
    texts,
)
from workflows.admin_api.wire.spending import DOLLARS, currency
from workflows.admin_api.wire.values import (
    APIKey,
    APIProject,
    APIRole,
    APIUser,
    Group,
    GroupUser,
    HeldRole,
    Invite,
    InvitedTo,
    IssuedKey,
    ModelPermissions,
    ProjectGroup,
    ProjectUser,
    RateLimit,
    ServiceAccount,
    SpendAlert,
    SpendLimit,
)

_SCOPE = "__"
_OWNERS = ("user", "service_account")
_ACCESS = {"active": True, "inactive": False}


def project(fields: Fields) -> APIProject:
    return APIProject(
        id=identifier(fields),
        name=text(fields, "name"),
        archived=text(fields, "status") == "archived" or fields.get("archived_at") is not None,
        created_at=moment(fields, "created_at"),
    )


def user(fields: Fields) -> APIUser:
    """Read a user; newer replies hold name and address in a nested ``user`` as well, or only there."""
    nested = as_object(fields.get("user") or {})
    return APIUser(
        id=identifier(fields),
        email=email(fields) or email(nested),
        name=text(fields, "name") or text(nested, "name"),
        role=text(fields, "role"),
    )


def invite(fields: Fields) -> Invite:
    return Invite(
        id=identifier(fields),
        email=email(fields),
        role=text(fields, "role"),
        status=text(fields, "status"),
        projects=tuple(
            InvitedTo(project_id=identifier(each), role=text(each, "role")) for each in as_objects(fields, "projects")
        ),
    )


def project_user(fields: Fields) -> ProjectUser:
    return ProjectUser(id=identifier(fields), email=email(fields), name=text(fields, "name"), role=text(fields, "role"))


def service_account(fields: Fields) -> ServiceAccount:
    return ServiceAccount(
        id=identifier(fields),
        name=text(fields, "name"),
        role=text(fields, "role"),
        created_at=moment(fields, "created_at"),
    )


def issued_key(fields: Fields) -> IssuedKey:
    """Read a new key; without its value it is lost."""
    return IssuedKey(
        id=identifier(fields),
        name=text(fields, "name"),
        value=SecretStr(identifier(fields, "value")),
        expires_at=moment_or_none(fields, "expires_at"),
    )


def key(fields: Fields) -> APIKey:
    """Read a key; what its owner is, stands in ``type`` or follows from what is told of them."""
    owner = as_object(fields.get("owner") or {})
    owner_type = text(owner, "type") or next((each for each in _OWNERS if owner.get(each)), "")
    known = as_object(owner.get(owner_type) or {})
    return APIKey(
        id=identifier(fields),
        name=text(fields, "name"),
        redacted=text(fields, "redacted_value"),
        created_at=moment(fields, "created_at"),
        last_used_at=moment_or_none(fields, "last_used_at"),
        expires_at=moment_or_none(fields, "expires_at"),
        knows_expiry="expires_at" in fields,
        owner_type=owner_type,
        owner_id=text(known, "id"),
        owner_name=text(known, "name"),
        owner_email=email(known),
        owner_has_access=_ACCESS.get(text(fields, "owner_project_access")),
    )


def group(fields: Fields) -> Group:
    """Read a group; OpenAI has two names for the field that says whose it is."""
    scim_managed = flag(fields, "is_scim_managed") or flag(fields, "scim_managed")
    return Group(id=identifier(fields), name=text(fields, "name"), scim_managed=scim_managed)


def group_user(fields: Fields) -> GroupUser:
    return GroupUser(
        id=identifier(fields),
        email=email(fields),
        name=text(fields, "name"),
        service_account=flag_or_none(fields, "is_service_account"),
    )


def project_group(fields: Fields) -> ProjectGroup:
    return ProjectGroup(
        id=text(fields, "group_id") or identifier(fields),
        name=text(fields, "group_name") or text(fields, "name"),
    )


def unscoped(role_id: str) -> str:
    """Return a role's id as it may be sent: a predefined one is answered as ``alias__kind__scope``."""
    return role_id.partition(_SCOPE)[0]


def role(fields: Fields) -> APIRole:
    return APIRole(
        id=unscoped(identifier(fields)),
        name=text(fields, "name"),
        predefined=flag(fields, "predefined_role"),
        permissions=texts(fields, "permissions"),
    )


def held_role(fields: Fields, holder_id: str) -> HeldRole:
    """Read a role that *holder_id* has; they are among its sources themselves when it also comes through a group."""
    sources = [identifier(source, "principal_id") for source in as_objects(fields, "assignment_sources")]
    return HeldRole(
        id=unscoped(identifier(fields)),
        name=text(fields, "name"),
        predefined=flag(fields, "predefined_role"),
        sources=tuple(source for source in sources if source != holder_id),
        direct=not sources or holder_id in sources,
    )


def hosted_tools(fields: Fields) -> Mapping[str, bool]:
    """Read which tools are on, whatever tools there are; an object that says neither yes nor no is none."""
    states = {name: flag_or_none(state, "enabled") for name, state in fields.items() if isinstance(state, Mapping)}
    return {name: enabled for name, enabled in states.items() if enabled is not None}


def model_permissions(fields: Fields) -> ModelPermissions:
    """Read a model policy; a list without its mode could mean its opposite, so the mode must be there."""
    return ModelPermissions(mode=identifier(fields, "mode"), model_ids=texts(fields, "model_ids"))


def rate_limit(fields: Fields) -> RateLimit:
    return RateLimit(
        id=identifier(fields),
        model=text(fields, "model"),
        requests_per_minute=integer(fields, "max_requests_per_1_minute"),
        tokens_per_minute=integer(fields, "max_tokens_per_1_minute"),
        images_per_minute=integer(fields, "max_images_per_1_minute"),
        audio_megabytes_per_minute=integer(fields, "max_audio_megabytes_per_1_minute"),
        requests_per_day=integer(fields, "max_requests_per_1_day"),
        batch_input_tokens_per_day=integer(fields, "batch_1_day_max_input_tokens"),
    )


def spend_limit_or_none(fields: Fields) -> SpendLimit | None:
    """Read a spend limit; None when the reply states no amount, so no limit."""
    return None if fields.get("threshold_amount") is None else spend_limit(fields)


def spend_limit(fields: Fields) -> SpendLimit:
    cents = integer(fields, "threshold_amount")
    if cents is None:
        raise Malformed("its threshold_amount is missing")
    _in_dollars(fields)
    return SpendLimit(cents=cents, enforcement=text(as_object(fields.get("enforcement") or {}), "status"))


def spend_alert(fields: Fields) -> SpendAlert:
    return SpendAlert(id=identifier(fields), cents=spend_limit(fields).cents)


def _in_dollars(fields: Fields) -> None:
    """Money of another currency is not to be added up as dollars."""
    if currency(fields) != DOLLARS:
        raise Malformed("its currency is not USD")
