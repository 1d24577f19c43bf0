"""Health checks and numbers for those who keep the server running; and a database that goes away and comes back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path

import httpx
import pytest

from osler.core.clock import now
from osler.core.errors import Unavailable
from osler.interfaces.api.metrics import Meter, exposition, found, leave
from osler.store.embedded import open_server
from osler.store.embedded.server import EmbeddedServer
from osler.store.opening import bring_up_to_date
from tests.api.conftest import Api, issue, patient, serving
from tests.db.processes import until, until_so, working_in


async def test_health_is_for_everybody(api: Api):
    assert (await api.http.get("http://osler.test/healthz")).json() == {"status": "alive"}
    await until_so(lambda: is_ready(api))


async def test_not_ready_is_503(api: Api, monkeypatch):
    async def away(_gate: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr("osler.access.gate.Gate.check_ready", away)
    answer = await api.http.get("http://osler.test/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_numbers_are_for_this_machine_or_a_token(api: Api):
    await api.get("Patient/nobody")
    url = "http://osler.test/metrics"
    text = (await api.http.get(url)).text
    own = f'worker="{os.getpid()}"'
    assert f'osler_requests_total{{{own},route="read",method="GET",status="4xx"}}' in text
    assert f'osler_request_seconds_bucket{{{own},route="read",le="+Inf"}}' in text

    async def at_rest() -> bool:
        """What keeps house takes a connection now and then."""
        return f"osler_database_connections_busy{{{own}}} 0" in (await api.http.get(url)).text

    await until_so(at_rest)
    assert 'route="page-metrics"' in (await api.http.get(url)).text
    away = httpx.AsyncClient(transport=httpx.ASGITransport(app=api.app, client=("192.0.2.7", 1)))  # type: ignore[arg-type]
    keeper = await api.new_token("system/*.r", roles=("administrator",))
    async with away:
        assert (await away.get(url)).status_code == 403
        assert (await away.get(url, headers={"authorization": f"Bearer {api.token}"})).status_code == 403
        assert (await away.get(url, headers={"authorization": "Bearer x"})).status_code == 403
        assert (await away.get(url, headers={"authorization": f"Bearer {keeper}"})).status_code == 200
    assert (await api.http.get(url, headers={"x-forwarded-for": "192.0.2.7"})).status_code == 403


def test_processes_tell_each_others_numbers(tmp_path: Path):
    meter = Meter()
    meter.note("read", "GET", 200, 0.003)
    leave(tmp_path, meter.samples())
    (tmp_path / f"{os.getpid()}.json").rename(tmp_path / "77.json")
    (tmp_path / "78.json").write_text("{")
    os.utime(shutil.copy(tmp_path / "77.json", tmp_path / "79.json"), (0, 0))
    others = found(tmp_path)
    assert set(others) == {"77"}
    assert not (tmp_path / "79.json").exists()
    text = exposition({"1": list(meter.samples())} | others)
    assert text.count("# TYPE osler_requests_total counter") == 1
    for worker in ("1", "77"):
        assert f'osler_requests_total{{worker="{worker}",route="read",method="GET",status="2xx"}} 1' in text
        assert f'osler_request_seconds_bucket{{worker="{worker}",route="read",le="0.005"}} 1' in text


async def is_ready(api: Api) -> bool:
    answer = await api.http.get("http://osler.test/readyz")
    assert answer.json() == {"status": "ready" if answer.status_code == 200 else "not ready"}
    return answer.status_code == 200


@pytest.mark.slow
async def test_while_the_database_is_away_the_answer_is_503_and_then_it_works_again(tmp_path: Path, monkeypatch):
    """Its own server, whose postmaster is killed as by a lack of memory. It stays away until the answers were seen."""
    folder, seen = tmp_path / "data", asyncio.Event()
    starts = EmbeddedServer._start_once

    async def start_when_seen(server: EmbeddedServer) -> None:
        await seen.wait()
        await starts(server)

    async with open_server(folder) as address:
        await bring_up_to_date(address, now=now())
        async with serving(address, folder, pool_size=2) as api:
            made = await api.made(patient())
            path = f"Patient/{made['id']}"
            monkeypatch.setattr(EmbeddedServer, "_start_once", start_when_seen)
            os.kill(int((folder / "pg" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            await until(lambda: not working_in(folder / "pg"))  # sessions outlive their postmaster by a moment
            away = [await api.get(path), await api.post("Patient", patient())]
            for answer in away:
                issue(answer, 503, "transient")
                assert int(answer.headers["retry-after"]) > 0
            assert (await api.http.get("http://osler.test/healthz")).status_code == 200
            seen.set()
            await until_so(lambda: is_ready(api))
            assert (await api.get(path)).json() == made
            assert (await api.post("Patient", patient())).status_code == 201
