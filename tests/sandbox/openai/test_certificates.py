"""Certificates: read when uploaded, activated place by place, kept while active."""

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import Project
from tests.sandbox.openai.sample_certificates import AUTHORITY, LASTING

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


async def upload(api: httpx.AsyncClient, pem: str = AUTHORITY, **named: str) -> str:
    answer = await api.post("/certificates", json={"certificate": pem, **named})
    answer.raise_for_status()
    return str(answer.json()["id"])


@pytest.mark.parametrize(("pem", "expires_at"), [(AUTHORITY, 2_110_800_503), (LASTING, 3_523_440_503)])
async def test_dates_are_read_from_the_certificate(api: httpx.AsyncClient, pem: str, expires_at: int) -> None:
    certificate = await upload(api, f"\n{pem}\n")

    details = (await api.get(f"/certificates/{certificate}")).json()["certificate_details"]

    assert details == {"valid_at": 1_795_440_503, "expires_at": expires_at}


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "not a certificate",
        AUTHORITY + LASTING,
        AUTHORITY.replace("END CERTIFICATE", "END"),
        AUTHORITY[:200] + "\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\né\n-----END CERTIFICATE-----\n",
    ],
)
async def test_what_is_no_certificate_is_refused(api: httpx.AsyncClient, pem: str) -> None:
    answer = await api.post("/certificates", json={"certificate": pem})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "certificate")


async def test_content_comes_on_request(api: httpx.AsyncClient) -> None:
    certificate = await upload(api)

    plain = (await api.get(f"/certificates/{certificate}")).json()["certificate_details"]
    whole = (await api.get(f"/certificates/{certificate}?include[]=content")).json()["certificate_details"]

    assert ("content" in plain, whole["content"]) == (False, AUTHORITY)


async def test_activation_is_of_one_place_and_may_be_repeated(api: httpx.AsyncClient, project: Project) -> None:
    certificate = await upload(api, name="Gateway")
    body, path = {"certificate_ids": [certificate]}, f"/projects/{project.id}/certificates"

    first = (await api.post(f"{path}/activate", json=body)).json()
    again = (await api.post(f"{path}/activate", json=body)).json()

    assert first == again
    assert first["object"] == "organization.project.certificate.activation"
    assert [each["active"] for each in (await api.get(path)).json()["data"]] == [True]
    assert [each["active"] for each in (await api.get("/certificates")).json()["data"]] == [False]


async def test_all_are_activated_or_none(api: httpx.AsyncClient) -> None:
    certificate = await upload(api)

    answer = await api.post("/certificates/activate", json={"certificate_ids": [certificate, "cert_nothing"]})

    assert answer.status_code == 404
    assert [each["active"] for each in (await api.get("/certificates")).json()["data"]] == [False]


@pytest.mark.parametrize("ids", [[], ["cert"] * 11, None])
async def test_one_to_ten_are_activated_at_a_time(api: httpx.AsyncClient, ids: list[str] | None) -> None:
    answer = await api.post("/certificates/activate", json={"certificate_ids": ids})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "certificate_ids")


@pytest.mark.parametrize("place", ["", "/projects/{}"])
async def test_active_certificate_is_not_deleted(api: httpx.AsyncClient, project: Project, place: str) -> None:
    certificate = await upload(api)
    path, body = f"{place.format(project.id)}/certificates", {"certificate_ids": [certificate]}
    await api.post(f"{path}/activate", json=body)
    refused = await api.delete(f"/certificates/{certificate}")
    await api.post(f"{path}/deactivate", json=body)

    assert refused.status_code == 400
    assert (await api.delete(f"/certificates/{certificate}")).json() == {
        "object": "certificate.deleted",
        "id": certificate,
    }
    assert (await api.get(f"/certificates/{certificate}")).status_code == 404


async def test_archived_project_holds_on_to_no_certificate(api: httpx.AsyncClient, project: Project) -> None:
    certificate, path = await upload(api), f"/projects/{project.id}"
    await api.post(f"{path}/certificates/activate", json={"certificate_ids": [certificate]})
    await api.post(f"{path}/archive")

    assert (await api.delete(f"/certificates/{certificate}")).status_code == 200


async def test_organization_holds_fifty(api: httpx.AsyncClient) -> None:
    for _ in range(50):
        await upload(api)

    assert (await api.post("/certificates", json={"certificate": AUTHORITY})).status_code == 400
    assert (await api.get("/certificates?limit=100&order=asc")).json()["has_more"] is False


async def test_log_names_the_certificates(api: httpx.AsyncClient) -> None:
    certificate = await upload(api, name="Gateway")
    await api.post("/certificates/activate", json={"certificate_ids": [certificate]})

    entries = (await api.get("/audit_logs", params={"resource_ids[]": certificate})).json()["data"]

    assert [entry["type"] for entry in entries] == ["certificates.activated", "certificate.created"]
    assert entries[0]["certificates.activated"] == {"certificates": [{"id": certificate, "name": "Gateway"}]}
