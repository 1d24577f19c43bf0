"""python -m bench: rates and times of Osler on this machine, beside what they have to reach.

all     (the default) api, bulk and pages, in one table
api     the operations of the FHIR API, and bytes on disk for a resource
bulk    osler export of the clinic, and osler import of that into a fresh data folder
pages   every page of the staff app, with one patient of 1,000 encounters
search  finding a patient among 300,000 (--people) in the staff app
knowledge  validation, FHIRPath, terminology and drug checks, without a server
growth  the same look-ups with 1, 8 and 64 times the data
load    one address of a server that runs already
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bench.bulk import bench_bulk
from bench.client import Client
from bench.clinic import look_round
from bench.drug_checks import bench_drug_checks
from bench.fhirpath import bench_fhirpath
from bench.finding import bench_search
from bench.loadgen import request, run
from bench.measure import measure
from bench.pages import bench_pages
from bench.report import Line, Report, conditions_text, table, versions
from bench.scenarios import SCENARIOS, Scenario
from bench.server import Server, fill, fresh_folder, serve
from bench.terminology import bench_terminology
from bench.validation import bench_validation
from bench.value_sets import bench_value_sets


def main() -> int:
    arguments = _parser().parse_args()
    try:
        import uvloop

        return uvloop.run(arguments.does(arguments))
    except ImportError:
        return asyncio.run(arguments.does(arguments))


async def bench_all(arguments: argparse.Namespace) -> int:
    """What Osler promises, but for what takes long."""
    report = _report(arguments)
    with fresh_folder(arguments.data) as folder, fresh_folder(None) as work:
        fill(folder, "--patients", str(arguments.patients))
        await _api(report, folder, arguments)
        _show(*bench_bulk(report, folder, work))
    with fresh_folder(None) as folder:
        await _pages(report, folder, arguments)
    return _finish(report)


async def bench_only_api(arguments: argparse.Namespace) -> int:
    """Every scenario, one after the other, on one clinic."""
    report = _report(arguments)
    with fresh_folder(arguments.data) as folder:
        fill(folder, "--patients", str(arguments.patients))
        await _api(report, folder, arguments)
    return _finish(report)


async def bench_only_bulk(arguments: argparse.Namespace) -> int:
    """The clinic out and in again."""
    report = _report(arguments)
    with fresh_folder(arguments.data) as folder, fresh_folder(None) as work:
        fill(folder, "--patients", str(arguments.patients))
        _show(*bench_bulk(report, folder, work))
    return _finish(report)


async def bench_only_pages(arguments: argparse.Namespace) -> int:
    """The staff app's pages."""
    report = _report(arguments)
    with fresh_folder(arguments.data) as folder:
        await _pages(report, folder, arguments)
    return _finish(report)


async def bench_only_search(arguments: argparse.Namespace) -> int:
    """Looking for patients among very many."""
    report = _report(arguments)
    with fresh_folder(arguments.data) as folder:
        await bench_search(
            report, folder, patients=arguments.people, workers=arguments.workers, rounds=arguments.rounds, show=_show
        )
    return _finish(report)


async def bench_knowledge(arguments: argparse.Namespace) -> int:
    """What is pure: how long one question takes."""
    report = _report(arguments)
    bench_validation(report, _show)
    bench_fhirpath(report, _show)
    bench_terminology(report)
    for line in (*bench_value_sets(), *bench_drug_checks()):
        report.add(line)
    return _finish(report)


async def _api(report: Report, folder: Path, arguments: argparse.Namespace) -> None:
    async with serve(folder, workers=arguments.workers) as server:
        report.conditions |= await server.conditions()
        report.add(await _bytes_per_resource(server))
        await _run_all(_chosen(arguments.only), server, report, arguments)


async def _pages(report: Report, folder: Path, arguments: argparse.Namespace) -> None:
    await bench_pages(
        report, folder, patients=arguments.patients, workers=arguments.workers, rounds=arguments.rounds, show=_show
    )


def _report(arguments: argparse.Namespace) -> Report:
    return Report(versions() | {"workers": arguments.workers, "connections": arguments.connections})


async def bench_growth(arguments: argparse.Namespace) -> int:
    """The median time of every look-up as the clinic grows; it may grow by half at most."""
    report = Report(versions() | {"workers": arguments.workers, "connections": 1})
    smallest: dict[str, float] = {}
    for factor in arguments.factors:
        with fresh_folder(None) as folder:
            fill(folder, "--patients", str(arguments.patients * factor))
            async with serve(folder, workers=arguments.workers) as server:
                report.conditions |= await server.conditions()
                clinic = look_round(Client(server.host, server.port, server.token))
                for scenario in (one for one in _chosen(arguments.only) if one.look_up):
                    line = await measure(scenario, server, clinic, connections=1, seconds=arguments.seconds)
                    median = smallest.setdefault(scenario.name, line.p50_ms or 0.0) or 1.0
                    report.add(_growth(f"{factor:>3} × {scenario.name}", line, (line.p50_ms or 0.0) / median))
                    _show(report.lines[-1])
    return _finish(report)


def _growth(name: str, line: Line, ratio: float) -> Line:
    """The same measurement, with its median as a multiple of the smallest clinic's for a value."""
    return replace(line, name=name, value=ratio, unit="× p50", reach=1.5, stretch=1.1, low_is_good=True)


async def bench_load(arguments: argparse.Namespace) -> int:
    """Load one address and print what came of it."""
    address = urlsplit(arguments.address)
    target = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
    headers = [("authorization", f"Bearer {arguments.token}")] if arguments.token else []
    message = request("GET", target, headers)
    load = await run(
        address.hostname or "127.0.0.1",
        address.port or 80,
        lambda: message,
        connections=arguments.connections,
        seconds=arguments.seconds,
    )
    p50, p95, p99 = (load.percentile(percent) for percent in (50, 95, 99))
    notes = ", ".join(f"{status} × {count:,}" for status, count in sorted(load.statuses.items()))
    line = Line(target, load.rate, "/s", p50_ms=p50, p95_ms=p95, p99_ms=p99, errors=load.errors, notes=notes)
    print(table([line]))
    return 1 if load.errors else 0


async def _run_all(scenarios: list[Scenario], server: Server, report: Report, arguments: argparse.Namespace) -> None:
    clinic = look_round(Client(server.host, server.port, server.token))
    # Look-ups first: what the writing scenarios add would all be found again.
    for scenario in sorted(scenarios, key=lambda one: one.writes):
        line = await measure(scenario, server, clinic, connections=arguments.connections, seconds=arguments.seconds)
        report.add(line)
        _show(line)


async def _bytes_per_resource(server: Server) -> Line:
    size, count = await server.database_bytes(), await server.resources()
    notes = f"{count:,} resources in {size / 1e6:,.0f} MB"
    return Line(
        "disk for a resource, all in", size / max(count, 1) / 1000, "kB", 1.5, 1.0, low_is_good=True, notes=notes
    )


def _chosen(words: list[str]) -> list[Scenario]:
    return [one for one in SCENARIOS if not words or any(word.lower() in one.name.lower() for word in words)]


def _show(*lines: Line) -> None:
    for line in lines:
        print(f"  {line.name}: {line.value:,.4g} {line.unit} {line.verdict}", flush=True)


def _finish(report: Report) -> int:
    report.write()
    print(f"\n{conditions_text(report.conditions)}\n\n{table(report.lines)}")
    if report.fell_short:
        print(f"\nBelow what was to be reached: {', '.join(report.fell_short)}")
    return 1 if report.fell_short else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.set_defaults(does=bench_all)
    _common(parser)
    commands = parser.add_subparsers(metavar="all | api | bulk | pages | search | knowledge | growth | load")
    does = {
        "all": bench_all,
        "api": bench_only_api,
        "bulk": bench_only_bulk,
        "pages": bench_only_pages,
        "search": bench_only_search,
        "knowledge": bench_knowledge,
        "growth": bench_growth,
    }
    for name, function in does.items():
        command = commands.add_parser(name)
        command.set_defaults(does=function)
        _common(command)
    commands.choices["search"].add_argument("--people", type=int, default=300_000)
    commands.choices["growth"].add_argument("--factors", type=int, nargs="+", default=[1, 8, 64])
    load = commands.add_parser("load")
    load.set_defaults(does=bench_load)
    load.add_argument("address")
    load.add_argument("--token", default="")
    _common(load)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each scenario")
    parser.add_argument("--rounds", type=int, default=100, help="requests for each kind of page")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--patients", type=int, default=150)
    parser.add_argument("--data", type=Path, help="a data folder to fill or go on with, and to keep")
    parser.add_argument("--only", nargs="+", default=[], help="scenarios whose name has one of these words")


if __name__ == "__main__":
    sys.exit(main())
