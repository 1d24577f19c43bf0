"""Media types, packing, other sites' pages, and limits."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import httpx
import pytest

from osler.core.errors import Unavailable
from osler.interfaces.api.bodies import Disconnected, read_body
from osler.interfaces.api.load import LARGE, Holding, Load
from osler.interfaces.api.outcome import HttpError
from tests.api.conftest import BASE, Api, bundle, entry, issue, patient, serving, unique

FHIR, PLAIN = "application/fhir+json; charset=utf-8", "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", FHIR),
        ("application/fhir+json", FHIR),
        ("application/json", PLAIN),
        ("application/fhir+json; fhirVersion=4.0", FHIR),
        ("text/html, application/xml;q=0.9, */*;q=0.8", FHIR),
        ("application/fhir+xml, application/json;q=0.5", PLAIN),
        ("", FHIR),
    ],
)
async def test_json_comes_under_the_name_that_the_client_accepts(api: Api, accept: str, given: str):
    answer = await api.get(f"Patient?_id={unique()}", accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)


@pytest.mark.parametrize(
    "accept", ["application/fhir+xml", "text/turtle", "application/fhir+json; fhirVersion=3.0", "a"]
)
async def test_what_osler_does_not_write_is_406(api: Api, accept: str):
    issue(await api.get("Patient", accept=accept), 406, "not-supported", "Accept")


async def test_a_name_that_is_refused_is_not_sent_back_whole(api: Api):
    answer = await api.get("Patient?" + "a" * 5000 + "=1")
    issue(answer, 400, "invalid")
    assert len(answer.text) < 2000


async def test_format_goes_over_accept(api: Api):
    path = f"Patient?_id={unique()}"
    answer = await api.get(f"{path}&_format=json", accept="application/fhir+xml")
    assert (answer.status_code, answer.headers["content-type"]) == (200, FHIR)
    assert (await api.get(f"{path}&_format=application/json")).headers["content-type"] == PLAIN
    assert (await api.get(f"{path}&_format=application/fhir%2Bjson")).status_code == 200
    issue(await api.get(f"{path}&_format=xml"), 406, "not-supported", "_format")
    made = await api.made(patient())
    issue(await api.get(f"Patient/{made['id']}?_format=ttl"), 406, "not-supported")


@pytest.mark.parametrize(
    "sent", ["application/fhir+json", "application/json; charset=UTF-8", "application/fhir+json;fhirVersion=4.0"]
)
async def test_json_is_taken_under_its_names(api: Api, sent: str):
    assert (await api.post("Patient", patient(), content_type=sent)).status_code == 201


@pytest.mark.parametrize("sent", ["application/fhir+xml", "text/plain", "application/json; charset=latin-1"])
async def test_other_bodies_are_415(api: Api, sent: str):
    issue(await api.post("Patient", patient(), content_type=sent), 415, "not-supported", "Content-Type")


async def test_pretty_changes_white_space_alone(api: Api):
    made = await api.post("Observation", b'{"resourceType":"Observation","status":"final","code":{"text":"\xc3\xa4"},'
                                         b'"valueQuantity":{"value":1.10}}')  # fmt: skip
    answer = await api.get(f"Observation/{made.json()['id']}?_pretty=true")
    assert b'"value": 1.10' in answer.content
    assert answer.json() == made.json()


async def test_bodies_are_packed_both_ways(api: Api):
    big = patient(name=[{"family": "x" * 5000}])
    body = gzip.compress(httpx.Request("POST", BASE, json=big).content)
    made = await api.post("Patient", body, content_encoding="gzip", accept_encoding="identity")
    assert (made.status_code, "content-encoding" in made.headers) == (201, False)
    answer = await api.get(f"Patient/{made.json()['id']}", accept_encoding="gzip;q=1.0, br")
    assert (answer.headers["content-encoding"], answer.json()) == ("gzip", made.json())
    assert int(answer.headers["content-length"]) < 1000
    assert "content-encoding" not in (await api.get("Patient/nobody", accept_encoding="gzip")).headers
    refused = await api.get(f"Patient/{made.json()['id']}", accept_encoding="gzip;q=0")
    assert "content-encoding" not in refused.headers


async def test_packing_that_is_none_is_refused(api: Api):
    issue(await api.post("Patient", b"{}", content_encoding="gzip"), 400, "invalid", "Content-Encoding")
    issue(await api.post("Patient", gzip.compress(b"{}" * 99)[:-9], content_encoding="gzip"), 400, "invalid")
    issue(await api.post("Patient", b"{}", content_encoding="br"), 415, "not-supported", "Content-Encoding")


async def test_too_much_is_refused(fresh_database, tmp_path):
    async with serving(fresh_database, tmp_path, max_body_bytes=2000, max_bundle_entries=3) as api:
        issue(await api.post("Patient", patient(name=[{"family": "x" * 3000}])), 413, "too-long")
        bomb = zlib.compressobj(9, wbits=31)
        packed = bomb.compress(b" " * 1_000_000) + bomb.flush()
        assert len(packed) < 2000
        issue(await api.post("Patient", packed, content_encoding="gzip"), 413, "too-long")
        four = bundle("batch", *(entry("GET", "Patient") for _ in range(4)))
        issue(await api.post("", four), 413, "too-costly", "Bundle.entry")
        issue(await api.get("Patient?" + "&".join("name=x" for _ in range(600))), 400, "invalid")
        assert (await api.post("Patient", patient())).status_code == 201


async def test_an_address_that_is_too_long_is_refused(api: Api, monkeypatch):
    monkeypatch.setattr("osler.interfaces.api.front.MOST_ADDRESS", 100)
    issue(await api.get(f"Patient?name={'x' * 100}"), 414, "too-long")


async def test_a_body_that_announces_too_much_is_refused_before_it_is_read_when_its_client_asks():
    async def receive():
        raise AssertionError("was read")

    with pytest.raises(HttpError) as refused:
        await read_body(receive, {"content-length": "11", "expect": "100-continue"}, 10, Holding(Load()))
    assert (refused.value.status, refused.value.headers) == (413, ((b"connection", b"close"),))


@pytest.mark.parametrize("announced", [{"content-length": "15"}, {"content-length": "900"}, {}])
async def test_a_body_that_is_too_long_is_heard_out_within_limits_and_not_kept(announced):
    read, load = 0, Load()

    async def receive():
        nonlocal read
        read += 1
        return {
            "type": "http.request",
            "body": b"x" * 4,
            "more_body": announced.get("content-length") != "15" or read < 4,
        }

    holding = Holding(load)
    with pytest.raises(HttpError) as refused:
        await read_body(receive, announced, 14, holding)
    assert refused.value.status == 413
    heard_out = 4 * 14 // 4
    assert (read, holding.bytes) == (
        (4 if announced["content-length"] == "15" else heard_out, 0) if announced else (4 + heard_out, 12)
    )


async def test_a_body_that_is_too_long_and_falls_silent_is_refused_all_the_same(monkeypatch):
    monkeypatch.setattr("osler.interfaces.api.bodies.HEARD_OUT_SECONDS", 0.01)
    said = iter([b"x" * 8, b"x" * 8, b"x"])

    async def receive():
        words = next(said, None)
        if words is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": words, "more_body": True}

    with pytest.raises(HttpError) as refused:
        await read_body(receive, {}, 14, Holding(Load()))
    assert refused.value.status == 413


async def test_bodies_of_all_requests_together_have_a_limit_and_give_it_back():
    load = Load(most_bytes=10)
    first, second = Holding(load), Holding(load)
    first.add(8)
    with pytest.raises(Unavailable):
        second.add(8)
    first.release()
    second.add(8)


async def test_a_client_that_goes_away_is_answered_by_nobody():
    async def receive():
        return {"type": "http.disconnect"}

    with pytest.raises(Disconnected):
        await read_body(receive, {}, 10, Holding(Load()))


async def test_a_client_that_stops_sending_is_given_up(monkeypatch):
    monkeypatch.setattr("osler.interfaces.api.bodies.PATIENCE", 0.01)
    with pytest.raises(HttpError) as refused:
        await read_body(asyncio.Event().wait, {}, 10, Holding(Load()))
    assert refused.value.status == 408


async def test_more_requests_than_can_be_answered_are_sent_away_at_once(api: Api, monkeypatch):
    monkeypatch.setattr(api.app.state.context.load, "most_requests", 2)
    answers = await asyncio.gather(*(api.get(f"Patient?_id={unique()}") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200, 503}
    away = next(answer for answer in answers if answer.status_code == 503)
    issue(away, 503, "transient")
    assert away.headers["retry-after"] == "1"
    assert api.app.state.context.load.requests == 0


async def test_a_request_that_takes_too_long_is_given_up(api: Api, monkeypatch):
    monkeypatch.setattr("osler.interfaces.api.front.REQUEST_SECONDS", 0.0)
    issue(await api.get(f"Patient?_id={unique()}"), 503, "transient")
    monkeypatch.undo()
    assert (await api.get(f"Patient?_id={unique()}")).status_code == 200


async def test_options_say_what_can_be_done(api: Api):
    answer = await api.http.options(f"{BASE}/Patient")
    assert (answer.status_code, answer.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")


async def test_pages_of_other_sites_may_call_only_when_the_settings_name_them(fresh_database, tmp_path):
    async with serving(fresh_database, tmp_path, cors_origins=("https://app.test",)) as api:
        asked = await api.http.options(
            f"{BASE}/Patient", headers={"origin": "https://app.test", "access-control-request-method": "POST"}
        )
        assert asked.headers["access-control-allow-origin"] == "https://app.test"
        assert asked.headers["access-control-allow-credentials"] == "true"
        assert "Authorization" in asked.headers["access-control-allow-headers"]
        answer = await api.get("Patient", origin="https://app.test")
        assert "ETag" in answer.headers["access-control-expose-headers"]
        other = await api.get("Patient", origin="https://evil.test")
        assert "access-control-allow-origin" not in other.headers
        assert other.headers["vary"] == "Origin"


async def test_any_site_may_call_but_never_with_cookies(fresh_database, tmp_path):
    async with serving(fresh_database, tmp_path, cors_origins=("*",)) as api:
        answer = await api.get("Patient", origin="https://any.test")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


async def test_each_answer_names_its_request(api: Api):
    assert (await api.get("metadata", x_request_id="abc-1")).headers["x-request-id"] == "abc-1"
    odd = (await api.get("metadata", x_request_id="<script>")).headers["x-request-id"]
    assert odd not in ("<script>", "")
    assert odd != (await api.get("metadata")).headers["x-request-id"]


async def test_the_settings_may_fix_the_address(fresh_database, tmp_path):
    async with serving(fresh_database, tmp_path, base_url="https://clinic.test/") as api:
        made = await api.post("Patient", patient())
        assert made.headers["location"].startswith("https://clinic.test/fhir/Patient/")
        absolute = made.headers["location"].split("/_history")[0]
        found = await api.post("Observation", {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                                               "subject": {"reference": absolute}})  # fmt: skip
        assert found.status_code == 201
        answer = (await api.get(f"Observation?patient={made.json()['id']}")).json()
        assert answer["total"] == 1
        assert answer["entry"][0]["fullUrl"].startswith("https://clinic.test/fhir/Observation/")


async def test_an_unexpected_failure_tells_nothing_of_what_was_in_it(api: Api, monkeypatch, caplog):
    async def fail(*_args: object) -> None:
        raise ValueError("Marsh, Ada")

    monkeypatch.setattr("osler.access.records.Records.read", fail)
    answer = await api.get("Patient/somebody")
    assert issue(answer, 500, "exception")["severity"] == "fatal"
    assert "Marsh" not in answer.text


async def test_large_requests_have_their_turn_one_after_the_other_and_small_ones_do_not_wait(monkeypatch):
    load, order = Load(), []

    async def large(name: str) -> None:
        async with load.turn(LARGE):
            order.append(f"{name} begins")
            await asyncio.sleep(0.01)
            async with load.turn(LARGE - 1):
                order.append(f"{name} ends")

    await asyncio.gather(large("one"), large("two"))
    assert order == ["one begins", "one ends", "two begins", "two ends"]
    monkeypatch.setattr("osler.interfaces.api.load.TURN_SECONDS", 0.01)
    async with load.turn(LARGE):
        with pytest.raises(Unavailable):
            await large("three")
        monkeypatch.setattr("osler.interfaces.api.load.MOST_WAITING", 0)
        with pytest.raises(Unavailable):
            await large("four")
    assert load.large == 0
    await large("five")
    assert order[-1] == "five ends"
