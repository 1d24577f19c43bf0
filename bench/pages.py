"""`pages`: how long the staff app takes for a page, in a clinic with one patient of 1,000 encounters.

One browser, one request after the other: the time is the server's, with nobody waiting in front of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.browser import Browser
from bench.report import Line, Report
from bench.server import Server, fill, serve
from osler.demo.accounts import PASSWORD

HEAVY = "heavy"
ENCOUNTERS = 1000
ONE_CHART, OTHER_PAGES, SEARCHES, SEARCHES_AMONG_MORE, TYPEAHEAD = 60, 100, 50, 100, 30
"""Milliseconds within which 95 of 100 are answered."""
WARM_UP = 12
Show = Callable[[Line], None]


@dataclass(frozen=True)
class Visit:
    """A page, or several that are asked for in turn as one kind."""

    name: str
    targets: Sequence[str]
    reach: float


def visits(ordinary: str) -> list[Visit]:
    """What is measured; `ordinary` is the id of a patient like any other."""
    sections = ("problems", "medications", "allergies", "vitals", "results", "notes", "timeline", "details")
    return [
        Visit("chart of the heavy patient", [f"/patients/{HEAVY}"], ONE_CHART),
        Visit("chart of an ordinary patient", [f"/patients/{ordinary}"], ONE_CHART),
        *(Visit(f"{section} of the heavy patient", [f"/patients/{HEAVY}/{section}"], OTHER_PAGES) for section in sections),
        Visit("today", ["/"], OTHER_PAGES),
        Visit("patient list", ["/patients"], OTHER_PAGES),
        Visit("patient search", [f"/patients?q={each}" for each in ("del", "maria+del", "wil", "longf", "an")], SEARCHES),
        Visit("palette, typing", [f"/palette?q={each}" for each in ("de", "del", "delg", "wi", "wil", "lo")], TYPEAHEAD),
    ]  # fmt: skip


async def bench_pages(report: Report, folder: Path, *, patients: int, workers: int, rounds: int, show: Show) -> None:
    """Every kind of page, at least `rounds` times."""
    fill(folder, "--patients", str(patients), "--patient-encounters", str(ENCOUNTERS))
    async with serve(folder, workers=workers) as server:
        report.conditions |= await server.conditions() | {"heavy patient": f"{ENCOUNTERS:,} encounters"}
        browser = signed_in(server)
        for visit in visits("delgado"):
            line = time_visit(browser, server, visit, rounds)
            report.add(line)
            show(line)
        browser.close()


def signed_in(server: Server) -> Browser:
    """A browser of the demo clinic's first physician."""
    browser = Browser(server.host, server.port)
    browser.sign_in("okafor", PASSWORD)
    return browser


def time_visit(browser: Browser, server: Server, visit: Visit, rounds: int) -> Line:
    """Warms up, then asks `rounds` times. A page that is not 200 is an error."""
    targets = itertools.cycle(visit.targets)
    for _ in range(max(WARM_UP, len(visit.targets))):
        browser.get(next(targets))
    cpu = server.cpu_seconds()
    answers = [browser.get(next(targets)) for _ in range(rounds)]
    python, postgres = (after - before for before, after in zip(cpu, server.cpu_seconds(), strict=True))
    times = sorted(answer.seconds * 1000 for answer in answers)
    p95 = percentile(times, 95)
    size = sum(len(answer.body) for answer in answers) / len(answers)
    return Line(
        visit.name, p95, "ms p95", visit.reach, low_is_good=True, p50_ms=percentile(times, 50), p95_ms=p95,
        p99_ms=percentile(times, 99), server_ms=python / rounds * 1000, database_ms=postgres / rounds * 1000,
        errors=sum(answer.status != 200 for answer in answers), notes=f"{size / 1000:,.0f} kB",
    )  # fmt: skip


def percentile(ordered: Sequence[float], percent: float) -> float:
    """By nearest rank."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
