"""Costs by UTC day in decimal dollars, grouped by any of project, line item and key.

Source: Administration API reference, Costs. A field that was not grouped by is null. Pages are of days; a day without
costs is an empty bucket, and no bucket lies in the future.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from sandbox.openai.call import JSON, Call, Question
from sandbox.openai.errors import invalid
from sandbox.openai.ledger import NANODOLLARS, UNATTRIBUTED, Charge, ProjectDay
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Operations

operations = Operations()

DAY = 86_400
EPOCH = dt.date(1970, 1, 1)
LATEST = 253_402_214_400  # the last midnight of the calendar, Unix seconds
Group = tuple[str | None, str | None, str | None]


class CostQuestion(Question):
    """Times in Unix seconds, the end excluded. *line_items* came after the published description."""

    start_time: int = Field(ge=0, le=LATEST)
    end_time: int | None = Field(default=None, ge=0)
    bucket_width: Literal["1d"] = "1d"
    project_ids: tuple[str, ...] = ()
    api_key_ids: tuple[str, ...] = ()
    line_items: tuple[str, ...] = ()
    group_by: tuple[Literal["project_id", "line_item", "api_key_id"], ...] = ()
    limit: int = Field(default=7, ge=1, le=180)
    page: str | None = None

    def wants(self, charge: Charge) -> bool:
        return (not self.api_key_ids or charge.api_key_id in self.api_key_ids) and (
            not self.line_items or charge.line_item in self.line_items
        )


@operations.get("/organization/costs")
def list_costs(organization: Organization, call: Call) -> JSON:
    question = call.question(CostQuestion)
    first = question.start_time // DAY if question.page is None else _day_of(question.page)
    end = _end(organization, question)
    last = min(first + question.limit, end)
    more = last < end
    return {
        "object": "page",
        "data": [_bucket(organization, question, day) for day in range(first, last)],
        "has_more": more,
        "next_page": _page_of(last) if more else None,
    }


def _bucket(organization: Organization, question: CostQuestion, day: int) -> JSON:
    spent = organization.ledger.day(EPOCH + dt.timedelta(days=day))
    return {
        "object": "bucket",
        "start_time": day * DAY,
        "end_time": (day + 1) * DAY,
        "results": [_result(group, total) for group, total in _totals(question, spent).items()],
    }


def _totals(question: CostQuestion, spent: Mapping[str, ProjectDay]) -> dict[Group, int]:
    by_project = "project_id" in question.group_by
    by_item = "line_item" in question.group_by
    by_key = "api_key_id" in question.group_by
    totals: dict[Group, int] = {}
    for project_id, project in _projects(question, spent):
        shown = (project_id or None) if by_project else None
        for charge in project.charges:
            if question.wants(charge):
                group = (shown, charge.line_item if by_item else None, charge.api_key_id if by_key else None)
                totals[group] = totals.get(group, 0) + charge.nanodollars
    return totals


def _projects(question: CostQuestion, spent: Mapping[str, ProjectDay]) -> Iterator[tuple[str, ProjectDay]]:
    if not question.project_ids:
        yield from spent.items()
        return
    for project_id in dict.fromkeys(question.project_ids):
        if project_id in spent and project_id != UNATTRIBUTED:
            yield project_id, spent[project_id]


def _result(group: Group, total: int) -> JSON:
    project_id, line_item, api_key_id = group
    return {
        "object": "organization.costs.result",
        "amount": {"value": total / NANODOLLARS, "currency": "usd"},
        "line_item": line_item,
        "project_id": project_id,
        "api_key_id": api_key_id,
        "quantity": None,
        "quantity_unit": None,
    }


def _end(organization: Organization, question: CostQuestion) -> int:
    """Return the first day that is not asked for, counted from 1970: tomorrow at the latest."""
    tomorrow = organization.clock.now() // DAY + 1
    if question.end_time is None:
        return tomorrow
    if question.end_time <= question.start_time:
        raise invalid("end_time must be after start_time.", "end_time")
    return min(-(-question.end_time // DAY), tomorrow)


def _page_of(day: int) -> str:
    return "page_" + base64.urlsafe_b64encode(f"day:{day}".encode()).decode()


def _day_of(page: str) -> int:
    try:
        name, _, day = base64.urlsafe_b64decode(page.removeprefix("page_")).decode().partition(":")
        if name == "day" and int(day) >= 0:
            return int(day)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise invalid("The page is none that an earlier answer gave.", "page")
