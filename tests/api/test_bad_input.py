"""Whatever is sent, the answer says what is wrong, nothing is written, and nobody else notices."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.api.wire import MARK, OBSERVATION, PATIENT, Wire, refused

FORM = "application/x-www-form-urlencoded"


def sent(text: str) -> bytes:
    return f'{{"resourceType":"Patient","name":[{{"family":"{MARK}"}}],{text}}}'.encode()


BODIES: dict[str, bytes] = {
    "not JSON": b"<Patient/>",
    "a name without quotes": sent("active: true"),
    "cut off": sent('"active":true')[:-1],
    "empty": b"",
    "an array": b"[]",
    "null": b"null",
    "text": b'"Patient"',
    "two values": sent('"active":true') * 2,
    "another type": json.dumps(OBSERVATION).encode(),
    "no type": b'{"active":true}',
    "a list as its type": b'{"resourceType":["Patient"]}',
    "100,000 levels of arrays": sent('"extension":' + "[" * 100_000 + "]" * 100_000),
    "200 levels of extensions": sent('"extension":' + '[{"url":"a","extension":' * 100 + "[]" + "}]" * 100),
    "100,000 levels never closed": sent('"extension":' + "[" * 100_000),
    "a number of 5,000 digits": sent('"multipleBirthInteger":' + "9" * 5000),
    "an integer beyond 32 bits": sent('"multipleBirthInteger":99999999999'),
    "an exponent out of this world": sent('"multipleBirthInteger":1e999999999'),
    "not a number": sent('"multipleBirthInteger":NaN'),
    "invalid UTF-8": sent('"gender":"\x00"').replace(b"\x00", b"\xff\xfe"),
    "a NUL": sent('"gender":"a\x00b"'),
    "an escaped NUL": sent('"gender":"a\\u0000b"'),
    "half a surrogate pair": sent('"gender":"\\ud800"'),
    "half a surrogate pair in UTF-8": sent('"gender":"\x00"').replace(b"\x00", b"\xed\xa0\x80"),
    "UTF-16": json.dumps(PATIENT).encode("utf-16"),
    "a key twice": sent('"active":true,"active":false'),
    "a key twice, once escaped": sent('"active":true,"\\u0061ctive":false'),
    "an unknown element": sent('"colour":"red"'),
    "an element of the wrong kind": sent('"active":"yes"'),
    "an object for an array": sent('"contact":{}'),
    "an array for an object": sent('"maritalStatus":[]'),
    "null in an array": sent('"contact":[null]'),
    "meta that is none": sent('"meta":5'),
    "tags that are none": sent('"meta":{"tag":["x"]}'),
    "an id that is none": sent('"id":5'),
    "a date that is none": sent('"birthDate":"2020-02-30"'),
    "contained text": sent('"contained":["x"]'),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_that_cannot_be_a_patient_is_refused(wire: Wire, body: bytes):
    before = await wire.count()
    refused(await wire.post("/fhir/Patient", body), 400)
    refused(
        await wire.post("/fhir", bundled(body))
        if b'"resourceType":"Patient"' in body
        else await wire.post("/fhir", body),
        400,
    )
    assert await wire.count() == before


def bundled(resource: bytes) -> bytes:
    """A transaction whose last entry is wrong."""
    good = json.dumps({"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}).encode()
    return (
        b'{"resourceType":"Bundle","type":"transaction","entry":[' + (good + b",") * 3
        + b'{"resource":' + resource + b',"request":{"method":"POST","url":"Patient"}}]}'
    )  # fmt: skip


PACKED: dict[str, tuple[bytes, str, int]] = {
    "a bomb": (gzip.compress(b" " * (300 << 20), 9), "gzip", 413),
    "not gzip": (b"abcdef", "gzip", 400),
    "cut off": (gzip.compress(json.dumps(PATIENT).encode())[:-6], "gzip", 400),
    "followed by more": (gzip.compress(json.dumps(PATIENT).encode()) * 2, "gzip", 400),
    "another packing": (b"abc", "br", 415),
}


@pytest.mark.parametrize(("body", "packing", "status"), PACKED.values(), ids=PACKED)
async def test_a_packed_body_that_cannot_be_unpacked_is_refused(wire: Wire, body: bytes, packing: str, status: int):
    refused(await wire.post("/fhir/Patient", body, content_encoding=packing), status)


@pytest.mark.parametrize("kind", ["text/plain", "application/fhir+xml", "application/fhir+json; charset=latin-1", "x"])
async def test_a_body_of_another_kind_is_refused(wire: Wire, kind: str):
    refused(await wire.post("/fhir/Patient", PATIENT, content_type=kind), 415)


# -- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/fhir/Patient/" + "a" * 65, "/fhir/Patient/a%2Fb", "/fhir/Patient/..%2f..%2fetc%2fpasswd", "/fhir/../etc/passwd",
     "/fhir/Patient/%00", "/fhir/Patient/%zz", "/fhir/Patient/%ff", "/fhir/Patient/x/y/z", "/fhir/Patientx", "/fhir/$x",
     "/fhir/Patient/x/_history/99999999999999", "/fhir/Patient/x/_history/%00", "/fhir/patient"],
)  # fmt: skip
async def test_a_place_that_is_none_is_not_found(wire: Wire, path: str):
    refused(await wire.ask("GET", path), 404)
    refused(await wire.ask("PUT", path, PATIENT | {"id": "x"}), 400, 404, 405)
    refused(await wire.ask("DELETE", path), 404, 405) if len(path) < 70 and "%" not in path else None


@pytest.mark.parametrize("id_", ["a" * 65, "a b", "ä", "a_b", ""])
async def test_an_id_that_is_none_cannot_be_written(wire: Wire, id_: str):
    from urllib.parse import quote

    refused(await wire.ask("PUT", f"/fhir/Patient/{quote(id_)}", PATIENT | {"id": id_}), 400, 404)
    one = {"resource": PATIENT | {"id": id_}, "request": {"method": "PUT", "url": f"Patient/{id_}"}}
    refused(await wire.post("/fhir", {"resourceType": "Bundle", "type": "transaction", "entry": [one]}), 400)


@pytest.mark.parametrize(
    ("method", "statuses"), [("TRACE", (501,)), ("CONNECT", (501,)), ("PROPFIND", (501,)), ("PUT", (400,))]
)
async def test_a_method_that_is_not_meant_here_is_refused(wire: Wire, method: str, statuses: tuple[int, ...]):
    refused(await wire.say(wire.head(f"{method} /fhir/Patient HTTP/1.1", content_length="0")), *statuses)


async def test_head_and_options_are_answered_without_a_body(wire: Wire):
    id_ = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)["id"]
    read = await wire.say(wire.head(f"HEAD /fhir/Patient/{id_} HTTP/1.1"))
    assert (read.status, read.body, read.headers["etag"]) == (200, b"", 'w/"1"')
    missing = await wire.say(wire.head("HEAD /fhir/Patient/nobody HTTP/1.1"))
    assert (missing.status, missing.body) == (404, b"")
    options = await wire.say(wire.head("OPTIONS /fhir/Patient HTTP/1.1"))
    assert options.status == 204
    assert "get" in options.headers["allow"]


# -- searches --------------------------------------------------------------------------------------------------------

SEARCHES = [
    "Patient?name=%00", "Patient?name=%ff", "Patient?name=%ed%a0%80", "Patient?_id=%00", "Patient?identifier=%00",
    "Patient?name=" + "a" * 60_000, "Patient?_count=-1", "Patient?_count=abc", "Patient?_count=99999999999999999999",
    "Patient?_sort=foo", "Patient?_sort=-", "Patient?_cursor=abc", "Patient?_cursor=%00", "Patient?_cursor=eyJ9",
    "Patient?name:foo=x", "Patient?birthdate=gt", "Patient?birthdate=99999", "Patient?_lastUpdated=abc",
    "Patient?_summary=foo", "Patient?_include=foo", "Patient?_revinclude=foo", "Patient?_has=x",
    "Patient?_has:Observation=x", "Patient?a.b.c=1", "Patient?_total=foo", "Patient?active=maybe", "Patient?identifier=|",
    "Patient?identifier=a|b|c", "Patient?nothing=1", "Observation?value-quantity=abc", "Observation?value-quantity=1e999999",
    "Observation?value-quantity=" + "9" * 5000, "Observation?subject=" + "a" * 5000, "Observation?code-value-quantity=a$b$c",
    "Observation?patient=Patient/" + "x" * 100, "Observation?code:in=x",
    "Procedure?" + ".".join(["part-of:Procedure"] * 200) + ".code=x",
    "Observation?subject:Patient" + ".link:Patient" * 200 + ".name=x",
    "Observation?_has:" + ":_has:".join(["Observation:has-member"] * 200) + ":code=x",
    "Observation?" + "&".join(f"code=a{n}" for n in range(501)),
    "Patient/x/_history?_since=abc", "Patient/_history?_cursor=abc", "_history?_count=x",
]  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search[:40])
async def test_a_search_that_makes_no_sense_is_refused(wire: Wire, search: str):
    refused(await wire.ask("GET", f"/fhir/{search}"), 400)


async def test_a_form_that_is_none_is_refused(wire: Wire):
    refused(await wire.post("/fhir/Patient/_search", b"name=%ff", content_type=FORM), 400)
    refused(await wire.post("/fhir/Patient/_search", b"{}"), 415)
    refused(await wire.post("/fhir/Patient/_search", b"name=" + b"a" * 1_000_001, content_type=FORM), 413)


@pytest.mark.parametrize("cursor", ["999999999999999999", "0"])
async def test_a_history_can_be_asked_for_beyond_its_ends(wire: Wire, cursor: str):
    id_ = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)["id"]
    for place in (f"Patient/{id_}/_history", "Patient/_history", "_history"):
        assert (await wire.ask("GET", f"/fhir/{place}?_cursor={cursor}")).status in (200, 400, 404)
