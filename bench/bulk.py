"""`bulk`: a clinic out as ndjson and into a fresh data folder, by the commands that a site would use."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil

from bench.report import Line, Report
from bench.server import OSLER, osler

REACH, STRETCH = 5_000, 10_000
"""Resources a second, start and stop of PostgreSQL counted in."""


def bench_bulk(report: Report, filled: Path, work: Path) -> list[Line]:
    """Exports the clinic in `filled` and imports it under `work`; the line of each."""
    files = work / "export"
    began = time.perf_counter()
    osler("export", str(files), "--data-dir", str(filled))
    exported = time.perf_counter() - began
    count = count_lines(files)
    lines = [
        Line("bulk export, resources", count / exported, "/s", notes=f"{count:,} in {exported:.1f} s"),
        import_line("bulk load, resources", files, work / "data", work / "refused.ndjson", count),
    ]
    for line in lines:
        report.add(line)
    return lines


def import_line(name: str, files: Path, data_dir: Path, refused: Path, count: int) -> Line:
    """Times `osler import` of so many resources into a fresh data folder."""
    scope = "--name", "bench", "--scope", "system/*.rs"
    osler("token", "create", *scope, "--data-dir", str(data_dir))  # makes the database, which is no part of a load
    began = time.perf_counter()
    code, cpu = run_metered(OSLER, "import", str(files), "--refused", str(refused), "--data-dir", str(data_dir))
    seconds = time.perf_counter() - began
    missing = count_lines(refused.parent, refused.name) if refused.exists() else 0
    failed = code not in (0, 1) or (code == 1 and not missing)  # 1: something was refused, and is in that file
    return Line(
        name, count / seconds, "/s", REACH, STRETCH, server_ms=cpu[0] / count * 1000, database_ms=cpu[1] / count * 1000,
        errors=missing + failed, notes=f"{count:,} in {seconds:.1f} s",
    )  # fmt: skip


def run_metered(*command: str) -> tuple[int, tuple[float, float]]:
    """Runs a command; its exit code and the CPU seconds of Python and PostgreSQL below it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    meter = Meter(process.pid)
    while process.poll() is None:
        meter.look()
        time.sleep(0.1)
    return process.returncode, meter.total()


class Meter:
    """CPU of a process and all below it, as seen last: processes end while we look."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seen: dict[int, tuple[bool, float]] = {}

    def look(self) -> None:
        try:
            everyone = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in everyone:
            try:
                used = process.cpu_times()
                self._seen[process.pid] = (process.name().startswith("postgres"), used.user + used.system)
            except psutil.NoSuchProcess:
                continue

    def total(self) -> tuple[float, float]:
        """Of everything but PostgreSQL, and of PostgreSQL."""
        python = sum(used for database, used in self._seen.values() if not database)
        return python, sum(used for database, used in self._seen.values() if database)


def count_lines(folder: Path, pattern: str = "*.ndjson") -> int:
    """Lines of all files of a folder that match."""
    total = 0
    for path in folder.glob(pattern):
        with path.open("rb") as stream:
            total += sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
    return total
