"""Rows to values and back."""

from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from workflows.lifecycle import State
from workflows.model import (
    Change,
    Claim,
    ClaimState,
    Decision,
    Effect,
    KeyTerms,
    OutboxEntry,
    OutboxTopic,
    Person,
    Project,
    Request,
    Ruling,
    StepRecord,
    StepState,
    Verdict,
)

PERSON = TypeAdapter(Person)
RULING = TypeAdapter(Ruling)
PEOPLE = TypeAdapter(tuple[Person, ...])
CHANGES = TypeAdapter(tuple[Change, ...])
TERMS = TypeAdapter(KeyTerms)
_PROJECT = tuple(each.name for each in fields(Project))
_EFFECT = tuple(each.name for each in fields(Effect))


def request_from(row: sa.Row[Any]) -> Request:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    del values["requester_id"], values["lease_until"], values["holder"]
    return Request(
        **values
        | {
            "state": State(row.state),
            "requester": PERSON.validate_python(row.requester),
            "ruling": RULING.validate_python(row.ruling),
            "changes": CHANGES.validate_python(row.changes),
            "risks": tuple(row.risks),
        }
    )


def request_row(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "kind": request.kind,
        "params": dict(request.params),
        "state": request.state.value,
        "version": request.version,
        "stage": request.stage,
        "requester_id": request.requester.id,
        "requester": PERSON.dump_python(request.requester, mode="json"),
        "ruling": RULING.dump_python(request.ruling, mode="json"),
        "title": request.title,
        "changes": CHANGES.dump_python(request.changes, mode="json"),
        "risks": list(request.risks),
        "project_id": request.project_id,
        "project_name": request.project_name,
        "channel": request.channel,
        "origin": request.origin or request.id,
        "receipt": dict(request.receipt),
        "problem": request.problem,
        "fallback_used": request.fallback_used,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "expires_at": request.expires_at,
        "due_at": request.due_at,
        "attempts": request.attempts,
        "lease_until": None,
        "holder": "",
        "granted_at": request.granted_at,
        "ends_at": request.ends_at,
        "extends": request.extends,
        "escalation": request.escalation,
        "revision": request.revision,
        "workspace": request.workspace,
    }


def decision_from(row: sa.Row[Any]) -> Decision:
    return Decision(
        request_id=row.request_id,
        stage=row.stage,
        approver=PERSON.validate_python(row.approver),
        verdict=Verdict(row.verdict),
        note=row.note,
        at=row.at,
        on_behalf=PERSON.validate_python(row.on_behalf) if row.on_behalf else None,
    )


def step_from(row: sa.Row[Any]) -> StepRecord:
    return StepRecord(
        request_id=row.request_id,
        position=row.position,
        name=row.name,
        says=row.says,
        state=StepState(row.state),
        intended_at=row.intended_at,
        before=row.before,
        receipt=row.receipt,
        problem=row.problem,
    )


def outbox_from(row: sa.Row[Any], *, cut_off: bool) -> OutboxEntry:
    return OutboxEntry(
        id=row.id,
        topic=OutboxTopic(row.topic),
        request_id=row.request_id,
        role=row.role,
        payload=row.payload,
        attempts=row.attempts,
        cut_off=cut_off,
        created_at=row.created_at,
        workspace=row.workspace,
    )


def project_from(row: sa.Row[Any]) -> Project:
    values = {name: row._mapping[name] for name in _PROJECT}  # noqa: SLF001 - SQLAlchemy's public name for it
    return Project(**values | {"owners": tuple(row.owners)})


def effect_from(row: sa.Row[Any]) -> Effect:
    return Effect(**{name: row._mapping[name] for name in _EFFECT})  # noqa: SLF001 - SQLAlchemy's public name for it


def claim_from(row: sa.Row[Any]) -> Claim:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Claim(**values | {"state": ClaimState(row.state), "terms": TERMS.validate_python(row.terms)})


def claim_row(claim: Claim) -> dict[str, Any]:
    return vars(claim) | {"state": claim.state.value, "terms": TERMS.dump_python(claim.terms, mode="json")}
