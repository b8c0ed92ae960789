"""Read one page of a list and say where the next one begins, in the API's three styles of paging."""

from dataclasses import dataclass
from enum import Enum

from workflows.admin_api.wire.fields import Fields, Malformed, as_objects, text


class Paging(Enum):
    """How a list is cut: the field with the cursor, the parameter that takes it, the largest page to ask for."""

    AFTER_ID = ("last_id", "after", "100")  # projects, users, invites, project users, rate limits, service accounts
    CURSOR = ("next", "after", "100")  # groups, roles and their assignments
    TIME = ("next_page", "page", "180")  # costs, in days
    HOURS = ("next_page", "page", "24")  # usage, of which an hour of a large organisation has thousands of results

    def __init__(self, field: str, parameter: str, largest_page: str) -> None:
        self.field = field
        self.parameter = parameter
        self.largest_page = largest_page


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page's objects; ``cursor`` is where the next begins, empty on the last page."""

    items: list[Fields]
    cursor: str


def page(reply: Fields, paging: Paging) -> Page:
    """Read one page. Raises ``Malformed`` when it promises more without saying where: a list is never cut short."""
    if not isinstance(reply.get("data"), list):
        raise Malformed("it is not a list")
    cursor = text(reply, paging.field)
    more = reply.get("has_more") is True
    if more and not cursor:
        raise Malformed("it promises another page without saying where it begins")
    return Page(items=as_objects(reply, "data"), cursor=cursor if more else "")
