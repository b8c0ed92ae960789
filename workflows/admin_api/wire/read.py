"""Turn the Administration API's replies into values: pure, one function per object of the API.

Each takes the parsed object and raises ``Malformed`` when what matters in it is missing or makes no sense.
"""

from datetime import date
from decimal import Decimal

from workflows.admin_api.wire.fields import (
    Fields,
    Malformed,
    as_object,
    as_objects,
    decimal,
    email,
    identifier,
    integer,
    moment,
    text,
    text_or_none,
    texts,
)
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


def costs(bucket: Fields) -> list[Cost]:
    """Read one UTC day; a result that states no amount cost nothing."""
    day = moment(bucket, "start_time").date()
    return [_cost(result, day=day) for result in as_objects(bucket, "results")]


def _cost(result: Fields, *, day: date) -> Cost:
    amount = as_object(result.get("amount") or {})
    _in_dollars(amount)
    return Cost(
        project_id=text_or_none(result, "project_id"),
        day=day,
        amount=decimal(amount, "value") or Decimal(0),
        line_item=text_or_none(result, "line_item"),
    )


def _in_dollars(fields: Fields) -> None:
    """Money of another currency is not to be added up as dollars."""
    if text(fields, "currency").lower() not in ("", "usd"):
        raise Malformed("its currency is not USD")
