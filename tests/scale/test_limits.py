"""Large input, many connections, a full disk, a database that is gone: answered, bounded, and over when they are over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from osler.store.embedded import Address
from tests.api.wire import MARK, PATIENT, Wire, refused, wired
from tests.conftest import copied_database
from tests.db.processes import is_alive, is_stopped, until, until_so, working_in

MIB = 1 << 20
CONNECTIONS = 10_000
LONG = 240.0
"""Seconds for what is large; a measure of nothing but patience."""
AWAY = float(os.environ.get("OSLER_TEST_AWAY_SECONDS", "10"))


@pytest.fixture(scope="module")
async def wire(postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    async with (
        copied_database(postgres, template) as address,
        wired(tmp_path_factory.mktemp("limits"), address) as wire,
    ):
        yield wire


def memory(wire: Wire) -> float:
    """MiB that the workers hold, and have held at most."""
    (worker,) = wire.served.worker_pids()
    status = Path(f"/proc/{worker}/status")
    if status.exists():
        high = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(high.split()[1]) / 1024
    return psutil.Process(worker).memory_info().rss / MIB


def large_bundle(entries: int) -> dict[str, Any]:
    """One patient and what was measured, all in each other's company."""
    made: list[dict[str, Any]] = [
        {"fullUrl": "urn:uuid:p", "resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
    ]
    for n in range(entries - 1):
        measured = {
            "resourceType": "Observation", "status": "final", "subject": {"reference": "urn:uuid:p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": f"{n % 50}-1"}]},
            "effectiveDateTime": f"2026-03-{n % 28 + 1:02}T09:20:00Z",
            "valueQuantity": {"value": n, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
        }  # fmt: skip
        made.append(
            {"fullUrl": f"urn:uuid:{n}", "resource": measured, "request": {"method": "POST", "url": "Observation"}}
        )
    return {"resourceType": "Bundle", "type": "transaction", "entry": made}


@contextlib.asynccontextmanager
async def meanwhile(wire: Wire) -> AsyncIterator[list[float]]:
    """Somebody else asks for something small all the time and never waits for the end of what goes on: on a machine
    that is busy with other things, both take longer."""
    waited: list[float] = []
    over, start = asyncio.Event(), time.monotonic()

    async def ask() -> None:
        client = wire.client()
        while not (over.is_set() and waited):
            began = time.monotonic()
            reply = await client.ask("GET", "/fhir/Patient?_count=1")
            waited.append(time.monotonic() - began)
            assert reply.status == 200, reply
            await asyncio.sleep(0.05)

    asking = asyncio.create_task(ask())
    try:
        yield waited
    finally:
        over.set()
        await asking
    assert max(waited) < max(20, (time.monotonic() - start) / 2), sorted(waited)[-5:]


# -- large input -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_transaction_of_10000_entries_is_done_and_one_of_10001_refused(wire: Wire):
    wrong = large_bundle(10_001)
    refused(await large(wire, wrong), 413)
    assert await wire.count("Observation") == 0
    before, began = memory(wire), time.monotonic()
    async with meanwhile(wire) as waited:
        reply = await large(wire, large_bundle(10_000))
    assert reply.status == 200, reply.body[:500]
    seconds = time.monotonic() - began
    print(
        f"\n10,000 entries in {seconds:.1f} s; memory at most {memory(wire):.0f} MiB, {before:.0f} before;"
        f" others waited {max(waited):.2f} s at most"
    )
    assert await wire.count("Observation") == 9_999


async def large(wire: Wire, body: Any):
    data = json.dumps(body).encode()
    head = wire.head("POST /fhir HTTP/1.1", content_type="application/json", content_length=str(len(data)))
    return await wire.say(head + data, seconds=LONG)


@pytest.mark.slow
async def test_a_transaction_of_10000_entries_whose_last_is_wrong_writes_nothing(wire: Wire):
    before = await wire.count("Observation")
    bundle = large_bundle(10_000)
    bundle["entry"][-1]["resource"]["subject"]["reference"] = "Patient/nobody"
    assert refused(await large(wire, bundle), 422)["expression"] == ["Bundle.entry[9999].resource"]
    bundle["entry"][-1]["resource"] = {"resourceType": "Observation", "status": 5}
    refused(await large(wire, bundle), 400)
    assert await wire.count("Observation") == before


@pytest.mark.slow
async def test_a_resource_of_nearly_50_megabytes_is_kept_whole_and_a_larger_one_refused(wire: Wire):
    data = "QUJD" * (12 * MIB)
    binary = {"resourceType": "Binary", "contentType": "image/png", "data": data}
    began = time.monotonic()
    async with meanwhile(wire) as waited:
        body = json.dumps(binary).encode()
        head = wire.head("POST /fhir/Binary HTTP/1.1", content_type="application/json", content_length=str(len(body)))
        reply = await wire.say(head + body, seconds=LONG)
    assert reply.status == 201, reply.body[:300]
    print(
        f"\n48 MiB in {time.monotonic() - began:.1f} s; memory at most {memory(wire):.0f} MiB; others waited {max(waited):.2f} s"
    )
    id_ = reply.headers["location"].split("/binary/")[1].split("/")[0]
    read = await wire.say(wire.head(f"GET /fhir/Binary/{id_} HTTP/1.1", accept="application/fhir+json"), seconds=LONG)
    assert json.loads(read.body)["data"] == data
    larger = json.dumps(binary | {"data": data + "QUJD" * (2 * MIB)}).encode()
    head = wire.head("POST /fhir/Binary HTTP/1.1", content_type="application/json", content_length=str(len(larger)))
    refused(await wire.say(head + larger, seconds=LONG), 413)
    assert await wire.count("Binary") == 1


@pytest.mark.slow
async def test_large_resources_of_awkward_shapes_are_kept_or_refused_and_hold_up_nobody(wire: Wire):
    shapes = {
        "one name of 10 MB": {"resourceType": "Patient", "name": [{"family": "a" * (10 * MIB)}]},
        "100,000 names": {"resourceType": "Patient", "name": [{"family": f"n{n}"} for n in range(100_000)]},
        "100,000 identifiers": {"resourceType": "Patient", "identifier": [{"value": f"n{n}"} for n in range(100_000)]},
        "100,000 faults": {"resourceType": "Patient", "name": [{"family": n} for n in range(100_000)]},
        "100,000 unknown elements": {"resourceType": "Patient"} | {f"x{n}": n for n in range(100_000)},
        "20,000 dangling references": {
            "resourceType": "Patient", "generalPractitioner": [{"reference": f"Practitioner/n{n}"} for n in range(20_000)],
        },
    }  # fmt: skip
    for name, shape in shapes.items():
        began = time.monotonic()
        async with meanwhile(wire) as waited:
            data = json.dumps(shape).encode()
            head = wire.head(
                "POST /fhir/Patient HTTP/1.1", content_type="application/json", content_length=str(len(data))
            )
            reply = await wire.say(head + data, seconds=LONG)
        print(
            f"\n{name}: {reply.status} in {time.monotonic() - began:.1f} s; others waited {max(waited):.2f} s; {len(reply.body)} bytes"
        )
        assert reply.status in (201, 400, 422), reply.body[:300]
        if reply.status != 201:
            refused(reply, 400, 422)
            assert len(reply.body) < MIB


# -- searches that would return everything ---------------------------------------------------------------------------

EVERYTHING = [
    "Observation?", "Observation?_count=1000000", "Observation?_count=1000000&_include=*",
    "Patient?_count=1000000&_revinclude=Observation:subject&_revinclude=Observation:patient",
    "Observation?_include=Observation:subject&_include:iterate=Patient:general-practitioner&_count=1000",
    "Observation?_sort=value-quantity&_count=1000", "Observation?_total=accurate&_count=1000",
    "Patient?name:contains=e&_count=1000", "Observation?code:not=x&_count=1000", "Observation?subject:Patient.name:contains=z",
    "Patient?_has:Observation:subject:code=1-1", "Observation?code=" + ",".join(f"{n}-1" for n in range(5_000)),
    "Observation?" + "&".join(f"code:not={n}-2" for n in range(400)), "_history?_count=1000000", "Observation/_history?_count=1000000",
    "Observation?value-quantity=ge0&date=ge2000&_sort=-date&_count=1000",
]  # fmt: skip


async def analyzed(wire: Wire) -> None:
    """Does what autovacuum would have done by now; it is off here."""
    connection = await asyncpg.connect(wire.served.database_url)
    await connection.execute("ANALYZE")
    await connection.close()


@pytest.mark.slow
async def test_a_search_for_everything_gives_a_page_in_bounded_time_and_memory(wire: Wire):
    if await wire.count("Observation") < 9_000:
        assert (await large(wire, large_bundle(10_000))).status == 200
    await analyzed(wire)
    before = memory(wire)
    for search in EVERYTHING:
        began = time.monotonic()
        async with meanwhile(wire):
            reply = await wire.say(wire.head(f"GET /fhir/{search} HTTP/1.1"), seconds=LONG)
        seconds = time.monotonic() - began
        print(f"\n{search[:60]}: {reply.status}, {seconds:.2f} s, {len(reply.body) / MIB:.2f} MiB", end="")
        assert reply.status in (200, 400, 422), (search, reply.status, reply.body[:300])
        if reply.status == 200:
            assert len(json.loads(reply.body).get("entry", [])) <= 11_000, search
        else:
            refused(reply, 400, 422)
    print(f"\nmemory at most {memory(wire):.0f} MiB, {before:.0f} before")
    assert memory(wire) < before + 400


# -- many connections ------------------------------------------------------------------------------------------------


@pytest.fixture
def many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CONNECTIONS + 2000:
        pytest.skip("this process may not open so many connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, CONNECTIONS + 2000), hard))


@pytest.mark.slow
@pytest.mark.usefixtures("many_files")
async def test_ten_thousand_connections_that_say_little_leave_room_for_others(wire: Wire):
    """A third says nothing, a third stops in its headers, a third stops in its body."""
    words = [
        b"",
        b"GET /fhir/Patient HTTP/1.1\r\nx-slow: ",
        wire.head("POST /fhir/Patient HTTP/1.1", content_length="99") + b"{",
    ]
    before, began, writers = memory(wire), time.monotonic(), list[asyncio.StreamWriter]()

    async def connect(n: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", wire.served.port)
        writer.write(words[n % 3])
        writers.append(writer)

    try:
        async with meanwhile(wire) as waited:
            for start in range(0, CONNECTIONS, 500):
                await asyncio.gather(*map(connect, range(start, start + 500)))
            opened = time.monotonic() - began
            await asyncio.sleep(3)
        assert (await wire.post("/fhir/Patient", PATIENT)).status == 201
        print(
            f"\n{CONNECTIONS} connections in {opened:.1f} s; memory at most {memory(wire):.0f} MiB, {before:.0f} before;"
            f" others waited {sorted(waited)[len(waited) // 2]:.2f} s in the middle, {max(waited):.2f} s at most"
        )
    finally:
        for each in writers:
            each.transport.abort()
    await until_so(lambda: is_ready(wire))  # not at once: so many that hang up keep it busy for a while


# -- a database that is gone, a disk that is full --------------------------------------------------------------------


@pytest.mark.slow
async def test_a_database_gone_for_ten_seconds_is_503_and_then_over_without_a_restart(tmp_path: Path):
    async with wired(tmp_path, workers=2) as wire:
        kept = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)
        await until(lambda: len(wire.served.worker_pids()) == 2)
        workers, supervisor = wire.served.worker_pids(), wire.served.supervisor
        await until_so(lambda: have_all_begun(wire, workers))
        os.kill(supervisor, signal.SIGSTOP)  # or it would start another at once
        os.kill(wire.served.postmaster, signal.SIGKILL)
        await until(
            lambda: not working_in(wire.served.data_dir / "pg")
        )  # sessions outlive their postmaster by a moment
        statuses, slowest, back = Counter[int](), 0.0, time.monotonic() + AWAY
        while time.monotonic() < back:
            for method, path, body in (
                ("GET", f"/fhir/Patient/{kept['id']}", None),
                ("POST", "/fhir/Patient", PATIENT),
            ):
                began = time.monotonic()
                reply = await wire.ask(method, path, body)
                slowest = max(slowest, time.monotonic() - began)
                statuses[reply.status] += 1
                assert refused(reply, 503)["code"] == "transient"
                assert int(reply.headers["retry-after"]) > 0
            ready = await wire.ask("GET", "/readyz")
            assert (ready.status, ready.headers["retry-after"]) == (503, "5")
            assert (await wire.ask("GET", "/healthz")).status == 200
            await asyncio.sleep(0.1)
        os.kill(supervisor, signal.SIGCONT)
        began = time.monotonic()
        await until_so(lambda: is_written(wire))
        print(f"\n{dict(statuses)}, slowest answer {slowest:.2f} s; works again after {time.monotonic() - began:.1f} s")
        assert json.loads((await wire.ask("GET", f"/fhir/Patient/{kept['id']}")).body) == kept
        assert sorted(wire.served.worker_pids()) == sorted(workers)


async def have_all_begun(wire: Wire, workers: list[int]) -> bool:
    """A worker leaves its numbers for the others as soon as it has opened the record."""
    numbers = (await wire.ask("GET", "/metrics")).body.decode()
    return all(f'worker="{each}"' in numbers for each in workers)


@pytest.mark.slow
async def test_a_database_that_does_not_answer_for_a_while_loses_nothing(tmp_path: Path):
    async with wired(tmp_path) as wire:
        await wire.post("/fhir/Patient", PATIENT)
        stopped = await stop_all(wire.served.postmaster)
        try:
            waiting = [asyncio.create_task(wire.post("/fhir/Patient", PATIENT)) for _ in range(30)]
            await asyncio.sleep(4)
            assert (await wire.ask("GET", "/healthz")).status == 200
            assert (await wire.ask("GET", "/readyz")).status == 503
        finally:
            for each in stopped:
                os.kill(each, signal.SIGCONT)
        statuses = Counter(reply.status for reply in await asyncio.gather(*waiting))
        print(f"\n{dict(statuses)}")
        assert set(statuses) <= {201, 503}
        await wire.served.ready()
        count = await wire.count()
        assert 1 + statuses[201] <= count <= 31


async def stop_all(postmaster: int) -> list[int]:
    """Stops the server and its sessions. It first, so that none comes after the others were counted."""
    os.kill(postmaster, signal.SIGSTOP)
    await until(lambda: is_stopped(postmaster))
    sessions = [each.pid for each in psutil.Process(postmaster).children()]
    for each in sessions:
        os.kill(each, signal.SIGSTOP)
    await until(lambda: all(is_stopped(each) or not is_alive(each) for each in sessions))
    return [*sessions, postmaster]


async def is_ready(wire: Wire) -> bool:
    return (await wire.ask("GET", "/readyz")).status == 200


async def is_written(wire: Wire) -> bool:
    return (await wire.post("/fhir/Patient", PATIENT)).status == 201


@pytest.fixture
def small_disk(tmp_path: Path):
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=190m", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("mounting needs rights that are not given here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.slow
async def test_a_full_disk_is_503_with_nothing_acknowledged_lost_and_over_once_there_is_room(small_disk: Path):
    async with wired(small_disk) as wire:
        own = small_disk / "data/postgresql.conf"
        own.write_text(own.read_text() + "max_wal_size = 48MB\nmin_wal_size = 32MB\nwal_recycle = off\n")
        wire.served.strike("supervisor", random.Random(1))
        await wire.served.ready()
        kept: list[dict[str, Any]] = []
        filler = {"resourceType": "Binary", "contentType": "image/png"}
        reply = None
        for n in range(400):
            data = os.urandom(750_000).hex()[:1_000_000]
            reply = await wire.post("/fhir/Binary", filler | {"data": data + f"{n:04}"})
            if reply.status != 201:
                break
            kept.append(json.loads(reply.body))
        assert reply
        assert refused(reply, 503)["code"] == "transient"
        assert "retry-after" in reply.headers
        assert len(kept) > 5
        assert (await wire.ask("GET", "/healthz")).status == 200
        subprocess.run(["mount", "-o", "remount,size=600m", str(small_disk)], check=True)  # noqa: ASYNC221
        began = time.monotonic()
        await until_so(lambda: is_written(wire))
        print(f"\n{len(kept)} MB kept; works again after {time.monotonic() - began:.1f} s")
        for each in kept:
            read = await wire.ask("GET", f"/fhir/Binary/{each['id']}", accept="application/fhir+json")
            assert json.loads(read.body) == each
        assert MARK not in wire.served.log.read_text()
