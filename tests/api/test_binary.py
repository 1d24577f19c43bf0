"""Files: Binary as FHIR and as what it holds."""

from __future__ import annotations

import base64

from tests.api.conftest import Api, issue, patient, unique

PDF = b"%PDF-1.7\n\x00\xff" * 300


async def stored(api: Api) -> str:
    made = await api.post("Binary", PDF, content_type="application/pdf")
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_a_file_is_kept_as_a_binary(api: Api):
    id_ = await stored(api)
    for accept in ("application/fhir+json", "*/*", "application/json"):
        binary = (await api.get(f"Binary/{id_}", accept=accept)).json()
        assert (binary["contentType"], base64.b64decode(binary["data"])) == ("application/pdf", PDF)


async def test_a_file_comes_back_as_it_was_to_who_asks_for_its_kind(api: Api):
    path = f"Binary/{await stored(api)}"
    for accept in ("application/pdf", "image/png, application/pdf", "application/pdf;q=0.1"):
        answer = await api.get(path, accept=accept)
        assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
        assert answer.headers["etag"] == 'W/"1"'
    issue(await api.get(path, accept="image/png"), 406, "not-supported", "Accept")
    issue(await api.get(path, accept="application/pdf;q=0"), 406, "not-supported", "Accept")
    issue(await api.get(f"{path}?_format=xml", accept="application/pdf"), 406, "not-supported")
    assert (await api.get(f"{path}/_history/1", accept="application/pdf")).content == PDF
    assert (await api.get(path, accept="application/pdf", if_none_match='W/"1"')).status_code == 304


async def test_a_file_never_runs_as_a_page_of_ours(api: Api):
    made = await api.post("Binary", b"<script>alert(1)</script>", content_type="text/html")
    answer = await api.get(f"Binary/{made.json()['id']}", accept="text/html")
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_can_be_put_and_belong_to_a_patient(api: Api):
    about, id_ = await api.made(patient()), unique("file-")
    reference = f"Patient/{about['id']}"
    answer = await api.put(f"Binary/{id_}", PDF, content_type="image/png", x_security_context=reference)
    assert (answer.status_code, answer.json()["securityContext"]) == (201, {"reference": reference})
    nobody = await api.post("Binary", PDF, content_type="image/png", x_security_context="Patient/nobody")
    issue(nobody, 422, "not-found")


async def test_what_is_fhir_is_read_as_fhir(api: Api):
    issue(await api.post("Binary", b"<Binary/>", content_type="application/fhir+xml"), 415, "not-supported")
    issue(await api.post("Binary", b"{", content_type="application/json"), 400, "invalid")
    issue(await api.post("Patient", PDF, content_type="application/pdf"), 415, "not-supported")
    issue(await api.get("Binary/nothing", accept="application/pdf"), 404, "not-found")
    issue(await api.post("Binary", PDF, content_type="  a  b  /c"), 400, "value", "Binary.contentType")


async def test_a_binary_without_data_is_an_empty_file(api: Api):
    made = await api.made({"resourceType": "Binary", "contentType": "text/plain"})
    answer = await api.get(f"Binary/{made['id']}", accept="text/plain")
    assert (answer.status_code, answer.content) == (200, b"")
