"""Counts and durations of requests in Prometheus' text form. No path, id or value of a request is in them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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

    def lines(self) -> Iterable[str]:
        """The exposition of everything counted so far."""
        yield "# HELP osler_requests_total Requests answered."
        yield "# TYPE osler_requests_total counter"
        for (route, method, status), count in sorted(self.requests.items()):
            yield f'osler_requests_total{{route="{route}",method="{method}",status="{status}xx"}} {count}'
        yield "# HELP osler_request_seconds Time from the whole request to the answer's last byte."
        yield "# TYPE osler_request_seconds histogram"
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip([*_BOUNDS, "+Inf"], buckets, strict=True):
                total += count
                yield f'osler_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'osler_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'osler_request_seconds_count{{route="{route}"}} {total}'


def gauge(name: str, help_text: str, value: float) -> list[str]:
    return [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {value:g}"]
