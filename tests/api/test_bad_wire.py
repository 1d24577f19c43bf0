"""What is no proper HTTP, or breaks off, is refused and hung up on; nobody else notices."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.api.wire import PATIENT, Wire, refused
from tests.db.processes import until_so

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


async def test_clients_that_hang_up_in_mid_request_leave_no_half_write_and_no_connection_behind(wire: Wire):
    before = await wire.count()
    body = json.dumps(PATIENT).encode()
    whole = (
        wire.head("POST /fhir/Patient HTTP/1.1", content_type="application/json", content_length=str(len(body))) + body
    )
    heard = await asyncio.gather(*(cut_off(wire, whole, after=1) for _ in range(3)))
    assert heard == [b"H"] * 3
    complete = len(heard)
    for batch in range(20):
        cuts = [(batch * 25 + n) * 7919 % (len(whole) + 20) for n in range(25)]
        complete += sum(cut >= len(whole) for cut in cuts)
        await asyncio.gather(*(cut_off(wire, whole[:cut]) for cut in cuts))
    for _ in range(100):
        if await wire.count() == before + complete:
            break
        await asyncio.sleep(0.1)
    # Only what was sent whole; a server that hears of the hang-up first may leave it, none may be written in part.
    assert before + len(heard) <= await wire.count() <= before + complete

    async def nothing_is_held() -> bool:
        metrics = (await wire.ask("GET", "/metrics")).body.decode().splitlines()
        held = ("osler_database_connections_busy{", "osler_request_body_bytes{")
        return {line.split()[1] for line in metrics if line.startswith(held)} == {"0"}

    await until_so(nothing_is_held)
    answers = await asyncio.gather(*(wire.post("/fhir/Patient", PATIENT) for _ in range(30)))
    assert {reply.status for reply in answers} == {201}


async def cut_off(wire: Wire, data: bytes, *, after: int = 0) -> bytes:
    """Hangs up after so many bytes of the answer: with none, when it likes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.served.port)
    writer.write(data)
    await asyncio.sleep(0.005)
    heard = await reader.read(after)
    writer.transport.abort()
    return heard
