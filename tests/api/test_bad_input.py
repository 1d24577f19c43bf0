"""Whatever is sent, the answer says what is wrong, nothing is written, and nobody else notices."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from osler.store.embedded import Address
from tests.api.wire import MARK, PATIENT, Wire, refused, wired
from tests.conftest import copied_database

OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "pulse"}}
FORM = "application/x-www-form-urlencoded"
PATCH = "application/json-patch+json"


@pytest.fixture(scope="module")
async def wire(postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    async with copied_database(postgres, template) as address, wired(tmp_path_factory.mktemp("wire"), address) as wire:
        yield wire
        assert "failed unexpectedly" not in wire.served.log.read_text()


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


# -- the wire --------------------------------------------------------------------------------------------------------

WHOLE = b'{"resourceType":"Patient"}'
WORDS: dict[str, tuple[dict[str, str], bytes, tuple[int, ...]]] = {
    "a length that is too short": ({"content_length": "10"}, WHOLE, (400,)),
    "a negative length": ({"content_length": "-1"}, WHOLE, (400,)),
    "a length of thirty digits": ({"content_length": "9" * 30}, WHOLE, (400,)),
    "a length that is no number": ({"content_length": "abc"}, WHOLE, (400,)),
    "a length and chunks": ({"content_length": "26", "transfer_encoding": "chunked"}, b"1a\r\n" + WHOLE + b"\r\n0\r\n\r\n", (400,)),
    "chunks that are none": ({"transfer_encoding": "chunked"}, b"zz\r\n" + WHOLE, (400,)),
    "a header of 5 MB": ({"x_a": "a" * 5_000_000}, b"", (400, 431)),
    "20,000 headers": ({f"x_{n}": "a" for n in range(20_000)}, b"", (400, 431)),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "body", "statuses"), WORDS.values(), ids=WORDS)
async def test_what_is_not_http_is_refused_and_hung_up_on(
    wire: Wire, headers: dict[str, str], body: bytes, statuses: tuple[int, ...]
):
    before = await wire.count()
    reply = await wire.say(wire.head("POST /fhir/Patient HTTP/1.1", content_type="application/json", **headers) + body)
    assert reply.status in (*statuses, 0), (reply.status, reply.body[:200])
    assert reply.headers.get("connection", "close") == "close"
    assert b"Traceback" not in reply.body
    assert await wire.count() == before


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x00\xff\x00\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"FOO / HTTP/1.1\r\n\r\n",
    ],
)
async def test_noise_is_refused(wire: Wire, data: bytes):
    assert (await wire.say(data, seconds=2)).status in (0, 400)
    assert (await wire.ask("GET", "/readyz")).status == 200


async def test_a_body_in_chunks_is_taken(wire: Wire):
    half = len(WHOLE) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (WHOLE[:half], WHOLE[half:], b""))
    head = wire.head("POST /fhir/Patient HTTP/1.1", content_type="application/json", transfer_encoding="chunked")
    assert (await wire.say(head + chunks)).status == 201


async def test_an_address_that_is_too_long_is_refused(wire: Wire):
    reply = await wire.say(wire.head(f"GET /fhir/Patient?name={'a' * 70_000} HTTP/1.1"))
    assert reply.status in (400, 414)


async def test_a_body_that_is_longer_than_allowed_is_told_so_also_to_a_client_that_sends_it_all(wire: Wire):
    reply = await wire.say(wire.head("POST /fhir/Patient HTTP/1.1", content_length=str(60 << 20)) + b" " * (60 << 20))
    refused(reply, 413)
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    reply = await wire.say(
        wire.head("POST /fhir/Patient HTTP/1.1", transfer_encoding="chunked") + chunk * 60 + b"0\r\n\r\n"
    )
    refused(reply, 413)


async def test_a_body_of_99_gigabytes_is_refused_at_once_to_who_asks_first(wire: Wire):
    reply = await wire.say(
        wire.head("POST /fhir/Patient HTTP/1.1", content_length="99999999999", expect="100-continue")
    )
    refused(reply, 413)


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


# -- writes ----------------------------------------------------------------------------------------------------------


def entry(method: str, url: Any, resource: Any = PATIENT, **request: Any) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": method, "url": url, **request}}


GOOD = entry("POST", "Patient")
BUNDLES: dict[str, Any] = {
    "no bundle": PATIENT,
    "no type": {"resourceType": "Bundle", "entry": [GOOD]},
    "a list as its type": {"resourceType": "Bundle", "type": ["transaction"], "entry": [GOOD]},
} | {
    name: {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    for name, entries in {
        "text for entries": "x",
        "a number for entries": 5,
        "an object for entries": {"a": 1},
        "entries that are none": [GOOD, 1, "a", None, []],
        "a request that is none": [GOOD, {"resource": PATIENT, "request": "x"}],
        "an address that is a number": [GOOD, entry("GET", 5)],
        "a full address that is a number": [GOOD, GOOD | {"fullUrl": 5}],
        "a method that is a list": [GOOD, entry(["POST"], "Patient")],  # type: ignore[arg-type]
        "an unknown method": [GOOD, entry("STEAL", "Patient")],
        "a version that is a number": [GOOD, entry("POST", "Patient", ifMatch=5)],
        "a condition that is a number": [GOOD, entry("POST", "Patient", ifNoneExist=5)],
        "a condition that is not UTF-8": [GOOD, entry("PUT", "Patient?identifier=%ff")],
        "a condition without criteria": [GOOD, entry("PUT", "Patient?_count=5")],
        "one id twice": [GOOD, *[entry("PUT", "Patient/d", PATIENT | {"id": "d"})] * 2],
        "one id twice, once by condition": [
            GOOD, entry("PUT", "Patient/d", PATIENT | {"id": "d"}), entry("PUT", "Patient?identifier=d", PATIENT | {"id": "d"}),
        ],
        "one condition twice": [GOOD, *[entry("PUT", "Patient?identifier=qqq")] * 2],
        "one full address twice": [GOOD, *[GOOD | {"fullUrl": "urn:uuid:1"}] * 2],
        "the last entry wrong": [*[GOOD] * 50, entry("POST", "Patient", {"resourceType": "Patient", "active": "yes"})],
        "a bundle in a bundle": [GOOD, entry("POST", "", {"resourceType": "Bundle", "type": "batch"})],
        "an address elsewhere": [GOOD, entry("POST", "http://elsewhere.test/Patient")],
        "a path that climbs": [GOOD, entry("DELETE", "../../Patient/x")],
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)
async def test_a_transaction_with_anything_wrong_writes_nothing(wire: Wire, bundle: Any):
    before = await wire.count()
    refused(await wire.post("/fhir", bundle), 400)
    assert await wire.count() == before


@pytest.mark.parametrize("reference", ["Patient/nobody", "urn:uuid:9", "Patient?identifier=nobody"])
async def test_a_transaction_whose_last_reference_leads_nowhere_writes_nothing(wire: Wire, reference: str):
    before = await wire.count()
    wrong = entry("POST", "Observation", OBSERVATION | {"subject": {"reference": reference}})
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [*[GOOD] * 5, wrong]}
    assert refused(await wire.post("/fhir", bundle), 422)["expression"] == ["Bundle.entry[5].resource"]
    assert await wire.count() == before


async def test_a_transaction_whose_read_finds_nothing_writes_nothing(wire: Wire):
    before = await wire.count()
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [GOOD, entry("GET", "Patient/nobody", None)]}
    refused(await wire.post("/fhir", bundle), 404)
    assert await wire.count() == before


async def test_who_changed_an_old_version_is_told_which_one_is_stored(wire: Wire):
    stored = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)
    place = f"/fhir/Patient/{stored['id']}"
    assert (await wire.ask("PUT", place, stored, if_match='W/"1"')).status == 200
    for stale in ('W/"1"', 'W/"7"', 'W/"999999999"'):
        refused(await wire.ask("PUT", place, stored, if_match=stale), 412)
        refused(await wire.ask("DELETE", place, if_match=stale), 412)
    for nonsense in ("abc", "*", 'W/"-1"', "9" * 40):
        refused(await wire.ask("PUT", place, stored, if_match=nonsense), 400)
    assert json.loads((await wire.ask("GET", place)).body)["meta"]["versionId"] == "2"


PATCHES: dict[str, bytes] = {
    "not JSON": b"x",
    "an object": b"{}",
    "no operation": b"[5]",
    "a place that is not there": b'[{"op":"add","path":"/name/99999999999999999999","value":1}]',
    "a test that fails": b'[{"op":"replace","path":"/gender","value":"male"},{"op":"test","path":"/gender","value":"other"}]',
    "nothing left": b'[{"op":"replace","path":"","value":5}]',
    "another id": b'[{"op":"replace","path":"/id","value":"x"}]',
    "a bomb": json.dumps([{"op": "copy", "from": "/name", "path": "/name/-"}] * 60).encode(),
    "a depth": json.dumps([{"op": "add", "path": "/extension" * 3000, "value": []}]).encode(),
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES)
async def test_a_patch_that_cannot_be_done_changes_nothing(wire: Wire, patch: bytes):
    id_ = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)["id"]
    refused(await wire.ask("PATCH", f"/fhir/Patient/{id_}", patch, content_type=PATCH), 400)
    assert json.loads((await wire.ask("GET", f"/fhir/Patient/{id_}")).body)["meta"]["versionId"] == "1"


@pytest.mark.parametrize("condition", ["", "nothing=1", "name:contains=", "identifier=%ff", "identifier=" + "a" * 5000])
async def test_a_condition_that_makes_no_sense_creates_nothing(wire: Wire, condition: str):
    before = await wire.count()
    reply = await wire.post("/fhir/Patient", PATIENT, if_none_exist=condition)
    assert (reply.status == 201) == (len(condition) > 4000), reply.body
    if reply.status != 201:
        refused(reply, 400)
        assert await wire.count() == before


async def test_two_writers_at_once_have_one_winner(wire: Wire):
    stored = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)
    asked = (wire.ask("PUT", f"/fhir/Patient/{stored['id']}", stored, if_match='W/"1"') for _ in range(6))
    assert sorted(reply.status for reply in await asyncio.gather(*asked)) == [200, 412, 412, 412, 412, 412]
    once = PATIENT | {"identifier": [{"system": "urn:once", "value": "1"}]}
    asked = (wire.post("/fhir/Patient", once, if_none_exist="identifier=urn:once|1") for _ in range(6))
    replies = await asyncio.gather(*asked)
    assert sorted(reply.status for reply in replies) == [200] * 5 + [201]
    assert len({json.loads(reply.body)["id"] for reply in replies}) == 1


async def test_clients_that_hang_up_in_mid_request_leave_no_half_write_and_no_connection_behind(wire: Wire):
    before = await wire.count()
    body = json.dumps(PATIENT).encode()
    whole = (
        wire.head("POST /fhir/Patient HTTP/1.1", content_type="application/json", content_length=str(len(body))) + body
    )
    complete = 0
    for batch in range(20):
        cuts = [(batch * 25 + n) * 7919 % (len(whole) + 20) for n in range(25)]
        complete += sum(cut >= len(whole) for cut in cuts)
        await asyncio.gather(*(cut_off(wire, whole[:cut]) for cut in cuts))
    for _ in range(100):
        if await wire.count() == before + complete:
            break
        await asyncio.sleep(0.1)
    # Only what was sent whole; a server that hears of the hang-up first may leave it, none may be written in part.
    assert before < await wire.count() <= before + complete

    async def nothing_is_held() -> bool:
        metrics = (await wire.ask("GET", "/metrics")).body.decode().splitlines()
        held = ("osler_database_connections_busy{", "osler_request_body_bytes{")
        return {line.split()[1] for line in metrics if line.startswith(held)} == {"0"}

    await until_so(nothing_is_held)
    answers = await asyncio.gather(*(wire.post("/fhir/Patient", PATIENT) for _ in range(30)))
    assert {reply.status for reply in answers} == {201}


async def cut_off(wire: Wire, data: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", wire.served.port)
    writer.write(data)
    await asyncio.sleep(0.005)
    writer.transport.abort()
