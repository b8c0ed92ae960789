"""Certificates for mutual TLS: uploaded once to the organisation, activated there and project by project.

Source: Administration API reference, Certificates. At most 50; ten at a time are (de)activated, all or none, as often
as one likes; one that is active anywhere cannot be deleted. The sandbox asks no client for a certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from pydantic import Field

from sandbox.openai.call import JSON, Body, Call, Question
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.pem import validity
from sandbox.openai.routing import Operations
from sandbox.openai.store import ORGANIZATION, Shelf

operations = Operations()

MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """*valid_at* and *expires_at* are Unix seconds."""

    id: str
    name: str | None
    content: str = field(repr=False)
    created_at: int
    valid_at: int
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Active:
    """That a certificate is active, in the organisation or a project."""

    since: int


CERTIFICATES = Shelf(name="certificates", holds=Certificate)
ACTIVE = Shelf(name="active_certificates", holds=Active)


class CertificateCursor(Cursor):
    order: Literal["asc", "desc"] = "desc"


class CertificateQuestion(Question):
    include: tuple[Literal["content"], ...] = ()


class CertificateUpload(Body):
    certificate: str
    name: str = ""


class CertificateUpdate(Body):
    name: str = ""


class Toggle(Body):
    certificate_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)]


@operations.get("/organization/certificates")
@operations.get("/organization/projects/{project_id}/certificates")
def list_certificates(organization: Organization, call: Call) -> JSON:
    owner, cursor = _owner(organization, call), call.question(CertificateCursor)
    certificates = list(organization.store[CERTIFICATES].of().values())
    if cursor.order == "desc":
        certificates.reverse()
    return id_page(certificates, cursor, lambda each: draw(organization, owner, each))


@operations.post("/organization/certificates")
def upload_certificate(organization: Organization, call: Call) -> JSON:
    body, kept = call.body(CertificateUpload), organization.store[CERTIFICATES]
    if len(kept.of()) >= MOST:
        raise invalid(f"An organization can have at most {MOST} certificates.", code="certificate_limit_reached")
    try:
        valid_at, expires_at = validity(body.certificate)
    except ValueError as error:
        raise invalid(f"Invalid value for 'certificate': {error}.", "certificate") from None
    certificate = Certificate(
        id=identifier("cert_"),
        name=body.name or None,
        content=body.certificate,
        created_at=organization.clock.now(),
        valid_at=valid_at,
        expires_at=expires_at,
    )
    kept.put(certificate.id, certificate)
    organization.audit.record("certificate.created", _named(certificate))
    return _draw_alone(certificate, ())


@operations.get("/organization/certificates/{certificate_id}")
def get_certificate(organization: Organization, call: Call) -> JSON:
    return _draw_alone(_found(organization, call.path["certificate_id"]), call.question(CertificateQuestion).include)


@operations.post("/organization/certificates/{certificate_id}")
def rename_certificate(organization: Organization, call: Call) -> JSON:
    certificate = _found(organization, call.path["certificate_id"])
    body = call.body(CertificateUpdate)
    renamed = replace(certificate, name=body.name if "name" in body.model_fields_set else certificate.name)
    organization.store[CERTIFICATES].put(renamed.id, renamed)
    organization.audit.record("certificate.updated", _named(renamed))
    return _draw_alone(renamed, ())


@operations.delete("/organization/certificates/{certificate_id}")
def delete_certificate(organization: Organization, call: Call) -> JSON:
    certificate, active = _found(organization, call.path["certificate_id"]), organization.store[ACTIVE]
    if any(active.get(certificate.id, owner) for owner in active.owners()):
        raise invalid(f"The certificate {certificate.id} is active; deactivate it first.", code="certificate_active")
    organization.store[CERTIFICATES].remove(certificate.id)
    organization.audit.record("certificate.deleted", {**_named(certificate), "certificate": certificate.content})
    return {"object": "certificate.deleted", "id": certificate.id}


@operations.post("/organization/certificates/activate")
@operations.post("/organization/projects/{project_id}/certificates/activate")
def activate(organization: Organization, call: Call) -> JSON:
    owner, certificates = _asked(organization, call)
    now = organization.clock.now()
    for each in certificates:
        if organization.store[ACTIVE].get(each.id, owner) is None:
            organization.store[ACTIVE].put(each.id, Active(since=now), owner)
    return _toggled(organization, owner, certificates, "activation")


@operations.post("/organization/certificates/deactivate")
@operations.post("/organization/projects/{project_id}/certificates/deactivate")
def deactivate(organization: Organization, call: Call) -> JSON:
    owner, certificates = _asked(organization, call)
    for each in certificates:
        if organization.store[ACTIVE].get(each.id, owner):
            organization.store[ACTIVE].remove(each.id, owner)
    return _toggled(organization, owner, certificates, "deactivation")


def draw(organization: Organization, owner: str, certificate: Certificate) -> JSON:
    return {
        "object": _noun(owner),
        "id": certificate.id,
        "name": certificate.name,
        "created_at": certificate.created_at,
        "certificate_details": _details(certificate),
        "active": organization.store[ACTIVE].get(certificate.id, owner) is not None,
    }


def _draw_alone(certificate: Certificate, include: tuple[str, ...]) -> JSON:
    content = {"content": certificate.content} if "content" in include else {}
    return {
        "object": "certificate",
        "id": certificate.id,
        "name": certificate.name,
        "created_at": certificate.created_at,
        "certificate_details": {**_details(certificate), **content},
    }


def _details(certificate: Certificate) -> Mapping[str, int]:
    return {"valid_at": certificate.valid_at, "expires_at": certificate.expires_at}


def _named(certificate: Certificate) -> JSON:
    return {"id": certificate.id, "name": certificate.name or ""}


def _noun(owner: str) -> str:
    return "organization.certificate" if owner == ORGANIZATION else "organization.project.certificate"


def _toggled(organization: Organization, owner: str, certificates: list[Certificate], event: str) -> JSON:
    names = {"activation": "certificates.activated", "deactivation": "certificates.deactivated"}
    organization.audit.record(names[event], {"certificates": [_named(each) for each in certificates]})
    drawn = [draw(organization, owner, each) for each in certificates]
    return {"object": f"{_noun(owner)}.{event}", "data": drawn}


def _owner(organization: Organization, call: Call) -> str:
    project_id = call.path.get("project_id")
    return ORGANIZATION if project_id is None else organization.active_project(project_id).id


def _asked(organization: Organization, call: Call) -> tuple[str, list[Certificate]]:
    owner, ids = _owner(organization, call), call.body(Toggle).certificate_ids
    return owner, [_found(organization, each) for each in dict.fromkeys(ids)]


def _found(organization: Organization, certificate_id: str) -> Certificate:
    certificate = organization.store[CERTIFICATES].get(certificate_id)
    if certificate is None:
        raise not_found("certificate", certificate_id)
    return certificate
