"""Log lines are JSON and hold nothing of a patient, however carelessly they were written."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from osler.core import log
from osler.core.errors import Invalid

MARK = "Zyxwvut"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    log.configure("info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def test_a_line_says_when_who_and_what(lines):
    logging.getLogger("osler.store").info("migrated", extra={"version": 3})
    (line,) = lines()
    assert line["at"].endswith("+00:00")
    assert line | {"at": ""} == {
        "at": "", "level": "info", "logger": "osler.store", "message": "migrated", "version": 3,
    }  # fmt: skip


def test_fields_that_are_not_allowed_are_left_out(lines):
    logging.getLogger("osler.api").info("read", extra={"patient_name": MARK, "ms": 4})
    assert MARK not in str(lines())
    assert lines()[0]["ms"] == 4


def test_an_exception_keeps_its_type_and_place_and_loses_its_text(lines):
    try:
        try:
            raise KeyError(MARK)
        except KeyError as error:
            raise ValueError(f"duplicate key ({MARK})") from error
    except ValueError:
        logging.getLogger("osler.store").exception("write failed")
    (line,) = lines()
    assert MARK not in str(line)
    assert (line["error"], line["cause"]) == ("ValueError", "KeyError")
    assert line["where"][-1].startswith("test_log.py:")


def test_our_own_errors_keep_their_message(lines):
    try:
        raise Invalid("Observation.status is missing", path="Observation.status")
    except Invalid:
        logging.getLogger("osler.api").exception("refused")
    assert lines()[0]["reason"] == "Observation.status is missing"


def test_other_libraries_lose_their_arguments_and_further_lines(lines):
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: %s", MARK)
    logging.getLogger("asyncpg").warning("bad row %s", MARK)
    assert [line["message"] for line in lines()] == ["Task exception was never retrieved", "bad row %s"]


def test_the_access_line_has_neither_query_nor_ids(lines):
    arguments = ("127.0.0.1:5", "GET", f"/fhir/Patient/{MARK}/_history/2?name={MARK}", "1.1", 200)
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', *arguments)
    (line,) = lines()
    assert line["path"] == "/fhir/Patient/:id/_history/:id"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert MARK not in str(line)


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/", "/"),
        ("/fhir/metadata", "/fhir/metadata"),
        ("/fhir/Observation/_search", "/fhir/Observation/_search"),
        ("/fhir/Patient/x1/$everything", "/fhir/Patient/:id/$everything"),
        ("/static/osler.css", "/static/osler.css"),
        ("/patients/Smith", "/patients/:id"),
    ],
)
def test_a_path_keeps_only_the_sites_vocabulary(path: str, shape: str):
    assert log.path_shape(path) == shape
