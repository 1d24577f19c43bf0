"""One scenario under load, and what it cost."""

from __future__ import annotations

import asyncio
import random

from bench.clinic import Clinic
from bench.loadgen import Load, run
from bench.report import Line
from bench.scenarios import Scenario
from bench.server import Server


async def measure(
    scenario: Scenario, server: Server, clinic: Clinic, *, connections: int, seconds: float, seed: int = 1
) -> Line:
    """Warm up, load, and hold every audited request against the requests that were answered."""
    headers = [("authorization", f"Bearer {server.token}"), ("accept", "application/fhir+json")]
    next_request = scenario.requests(clinic, headers, random.Random(seed))
    await run(server.host, server.port, next_request, connections=connections, seconds=min(1.0, seconds / 4))
    audited, cpu = await server.audit_rows(), server.cpu_seconds()
    load = await run(server.host, server.port, next_request, connections=connections, seconds=seconds)
    used = [after - before for before, after in zip(cpu, server.cpu_seconds(), strict=True)]
    audited = await _settled(server, audited, len(load.latencies))
    return _line(scenario, load, used, audited)


async def _settled(server: Server, before: int, expected: int) -> int:
    """The audit rows written meanwhile; the last ones may still be on their way for a moment."""
    rows = 0
    for _ in range(20):
        rows = await server.audit_rows() - before
        if rows >= expected:
            break
        await asyncio.sleep(0.05)
    return rows


def _line(scenario: Scenario, load: Load, used: list[float], audited: int) -> Line:
    answered = max(1, len(load.latencies))
    as_expected = audited == len(load.latencies)
    notes = f"audit rows = requests ({audited:,})" if as_expected else f"AUDIT {audited:,} of {answered:,}"
    refused = ", ".join(f"{status} × {count:,}" for status, count in sorted(load.statuses.items()) if status >= 300)
    return Line(
        name=scenario.name,
        value=load.rate * scenario.per_request,
        unit="/s",
        reach=scenario.reach,
        stretch=scenario.stretch,
        p50_ms=load.percentile(50),
        p95_ms=load.percentile(95),
        p99_ms=load.percentile(99),
        server_ms=used[0] / answered * 1000,
        database_ms=used[1] / answered * 1000,
        errors=load.errors + (0 if as_expected else abs(answered - audited)),
        notes=f"{notes} {refused}".rstrip(),
    )
