"""A question that is kept for the next patient asks the same as one parsed anew."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from osler.access.ask import _kept, _query
from osler.fhir.search.parse import parse_query

ZONE, NOW = ZoneInfo("America/New_York"), datetime(2026, 11, 21, 15, tzinfo=UTC)
QUESTIONS = [
    ("Condition", (("patient", "Patient/p-1"), ("clinical-status", "active,recurrence"), ("_count", "200"))),
    ("Observation", (("patient", "Patient/p-1"), ("category", "http://x|laboratory"), ("_sort", "-date"))),
    ("Observation", (("patient", "Patient/p-1"), ("code", "http://loinc.org|8480-6"), ("date", "ge2026-01-01"))),
    ("DiagnosticReport", (("patient", "Patient/p-1"), ("date", "ap2026-11"))),
    ("Patient", (("name", "del"), ("_count", "8"))),
    ("Provenance", (("target", "Condition/patient"),)),
]


@pytest.mark.parametrize(("type_", "pairs"), QUESTIONS)
def test_it_is_the_query_that_parsing_makes(type_: str, pairs: tuple[tuple[str, str], ...]) -> None:
    for patient in ("p-1", "p-2"):
        asked = tuple((name, value.replace("Patient/p-1", f"Patient/{patient}")) for name, value in pairs)
        assert _query(type_, asked, ZONE, NOW, "") == parse_query(type_, asked, zone=ZONE, now=NOW)


def test_a_moment_is_never_kept() -> None:
    _kept.cache_clear()
    for type_, pairs in QUESTIONS[2:4]:
        _query(type_, pairs, ZONE, NOW, "")
    assert _kept.cache_info().currsize == 0
