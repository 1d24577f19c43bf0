"""Counts and durations of requests in Prometheus' text form. No path, id or value of a request is in them.

Each worker process counts for itself and leaves its numbers in a file now and then, so that whichever is asked can
tell those of all: every sample carries the process that it is from.
"""

from __future__ import annotations

import contextlib
import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FRESH_SECONDS = 60.0
"""How old the numbers of another process may be; older ones are of a process that ended."""

FAMILIES = {
    "osler_requests_total": ("counter", "Requests answered."),
    "osler_request_seconds": ("histogram", "Time from the head of a request to the last byte of its answer."),
    "osler_requests_in_progress": ("gauge", "Requests being answered."),
    "osler_request_body_bytes": ("gauge", "Bytes of request bodies held."),
    "osler_database_connections_busy": ("gauge", "Database connections in use."),
    "osler_database_connections": ("gauge", "Database connections there may be."),
    "osler_audit_waiting": ("gauge", "Audit rows of reads that are not written yet."),
}


class Sample(NamedTuple):
    family: str
    suffix: str
    labels: str
    value: float


class Meter:
    """Requests of one process by interaction, method and class of status, and how long each interaction took."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request was answered. `route` is the name of an interaction, of which there are few."""
        self.requests[route, method, status // 100] += 1
        buckets = self._buckets.get(route)
        if buckets is None:
            buckets = self._buckets[route] = [0] * (len(_BOUNDS) + 1)
            self._seconds[route] = 0.0
        buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[route] += seconds

    def samples(self) -> Iterator[Sample]:
        """Everything counted so far."""
        for (route, method, status), count in sorted(self.requests.items()):
            labels = f'route="{route}",method="{method}",status="{status}xx"'
            yield Sample("osler_requests_total", "", labels, count)
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip([*_BOUNDS, "+Inf"], buckets, strict=True):
                total += count
                yield Sample("osler_request_seconds", "_bucket", f'route="{route}",le="{bound}"', total)
            yield Sample("osler_request_seconds", "_sum", f'route="{route}"', round(self._seconds[route], 6))
            yield Sample("osler_request_seconds", "_count", f'route="{route}"', total)


def exposition(by_process: dict[str, list[Sample]]) -> str:
    """The text that Prometheus reads, one family after the other."""
    lines: list[str] = []
    for family, (kind, meaning) in FAMILIES.items():
        lines += [f"# HELP {family} {meaning}", f"# TYPE {family} {kind}"]
        for process, samples in by_process.items():
            own = f'worker="{process}"'
            lines += (
                f"{family}{each.suffix}{{{own}{',' if each.labels else ''}{each.labels}}} {each.value:g}"
                for each in samples
                if each.family == family
            )
    return "\n".join(lines) + "\n"


def leave(folder: Path, samples: Iterable[Sample]) -> None:
    """Puts this process's numbers where the others find them. A full disk is not a reason to stop counting."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{os.getpid()}"
        draft.write_bytes(msgspec.json.encode(list(samples)))
        draft.replace(folder / f"{os.getpid()}.json")


def found(folder: Path) -> dict[str, list[Sample]]:
    """What the other processes left lately; files of those that ended are cleared away."""
    others: dict[str, list[Sample]] = {}
    for path in sorted(folder.glob("*.json")):
        with contextlib.suppress(OSError, msgspec.DecodeError):
            if time.time() - path.stat().st_mtime > FRESH_SECONDS:
                path.unlink()
            elif path.stem != str(os.getpid()):
                others[path.stem] = msgspec.json.decode(path.read_bytes(), type=list[Sample])
    return others
