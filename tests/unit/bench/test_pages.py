"""Pages are timed as a browser would ask for them, and whatever is not a page counts as an error."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest

from bench.browser import Browser
from bench.bulk import count_lines
from bench.finding import people, questions, write_patients
from bench.pages import Visit, percentile, time_visit, visits
from bench.server import Server


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(303, {"set-cookie": "osler_session=abc; Path=/; HttpOnly"})

    def do_GET(self) -> None:
        signed_in = self.headers.get("cookie") == "osler_session=abc"
        self._answer(200 if signed_in and self.path != "/missing" else 404)

    def _answer(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"content-length": "5"} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Meterless:
    def cpu_seconds(self) -> tuple[float, float]:
        return 0.0, 0.0


@pytest.fixture
def browser() -> Iterator[Browser]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        opened = Browser("127.0.0.1", site.server_address[1])
        yield opened
        opened.close()
        site.shutdown()


def test_a_page_is_asked_for_with_the_cookie_of_the_session(browser: Browser):
    assert browser.get("/").status == 404
    browser.sign_in("okafor", "x")
    line = time_visit(browser, cast("Server", _Meterless()), Visit("today", ["/", "/a"], math.inf), 20)
    assert (line.errors, line.verdict) == (0, "reach")
    assert line.p50_ms is not None
    assert line.p95_ms is not None
    assert 0 < line.p50_ms <= line.p95_ms


def test_what_is_not_a_page_is_an_error(browser: Browser):
    browser.sign_in("okafor", "x")
    assert time_visit(browser, cast("Server", _Meterless()), Visit("x", ["/", "/missing"], 1000), 20).errors == 10


def test_percentiles_are_by_nearest_rank():
    assert percentile([1, 2, 3, 4], 50) == 3
    assert percentile([1, 2, 3, 4], 95) == 4


def test_every_kind_of_page_has_its_goal():
    assert {visit.reach for visit in visits("delgado")} == {60, 100, 50, 30}


def test_patients_to_look_for_are_the_same_every_time(tmp_path: Path):
    today = date(2026, 3, 2)
    known = write_patients(tmp_path / "Patient.ndjson", 90, today)
    assert count_lines(tmp_path) == 90
    assert len(known) == 40
    assert [person.mrn for person, _ in people(3, today)] == [person.mrn for person, _ in people(3, today)]
    assert all(
        target.startswith(("/palette?q=", "/patients?q=")) for visit in questions(known) for target in visit.targets
    )
