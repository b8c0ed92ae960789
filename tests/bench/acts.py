"""What people send who decide and submit: the payloads of Slack's own, for requests that are there."""

import os
import time
from typing import Any

from tests.support.installation import Installation
from workflows.model import Reference, Request
from workflows.service import Service


def _who(acme: Installation, name: str) -> dict[str, Any]:
    team = acme.workspace.id
    return {
        "user": {"id": acme.hands.users[name], "team_id": team},
        "team": {"id": team},
        "trigger_id": f"{time.time()}.{os.urandom(4).hex()}",
    }


async def approvals(acme: Installation, service: Service, count: int) -> list[dict[str, Any]]:
    """Open requests, and return the click that approves each."""
    (project,) = await acme.projects("prompt-lab")
    opened: list[Request] = []
    for number in range(count):
        values = {"project": project, "monthly_limit": str(110 + number), "reason": "Bench"}
        opened.append(await service.open("budget", values, acme.hands.users["dana"], origin=""))
    where = {
        "channel": {"id": acme.hands.channels["requests"]},
        "message": {"ts": "1.1"},
        "container": {"type": "message"},
    }
    return [
        {
            "type": "block_actions",
            **_who(acme, "lena"),
            **where,
            "actions": [_button(each, number)],
        }
        for number, each in enumerate(opened)
    ]


def _button(request: Request, number: int) -> dict[str, Any]:
    value = str(Reference.of(request))
    return {
        "type": "button",
        "action_id": "approve",
        "block_id": "b",
        "value": value,
        "action_ts": f"{time.time():.6f}{number}",
    }


async def submissions(acme: Installation, count: int) -> list[dict[str, Any]]:
    """Return what Slack sends of so many submitted forms."""
    (project,) = await acme.projects("prompt-lab")
    moment = time.time()
    return [
        {
            "type": "view_submission",
            **_who(acme, "dana"),
            "view": {
                "id": f"V{moment}{number}",
                "type": "modal",
                "callback_id": "submit:budget",
                "private_metadata": "",
                "blocks": [],
                "state": {
                    "values": {
                        "project": {"value": _option(project)},
                        "monthly_limit": {"value": {"type": "plain_text_input", "value": str(120 + number)}},
                        "reason": {"value": {"type": "plain_text_input", "value": "Bench"}},
                    }
                },
            },
        }
        for number in range(count)
    ]


def _option(project: str) -> dict[str, Any]:
    return {"type": "external_select", "selected_option": {"value": project}}
