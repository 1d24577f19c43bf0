"""Laws between the two sides of the search language, over arbitrary values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from osler.fhir.search.text import normalize_text
from tests.unit.fhir.search.index_matching import ZONE, found

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1, max_size=30)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1_000_000, max_value=1_000_000)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def escaped(text: str) -> str:
    return re.sub(r"[\\,|$]", r"\\\g<0>", text)


@given(TEXT, TEXT)
def test_any_coding_is_found_by_its_system_and_code(system: str, code: str):
    resource = {"resourceType": "Observation", "id": "o", "code": {"coding": [{"system": system, "code": code}]}}
    assert found(resource, "code", f"{escaped(system)}|{escaped(code)}")
    assert found(resource, "code", escaped(code))
    assert found(resource, "code", f"{escaped(system)}|")
    assert not found(resource, "code", f"|{escaped(code)}")
    assert not found(resource, "code:not", f"none,{escaped(code)}")


@given(TEXT, TEXT, TEXT)
def test_a_coding_is_found_by_no_other_pair(system: str, code: str, other: str):
    resource = {"resourceType": "Observation", "id": "o", "code": {"coding": [{"system": system, "code": code}]}}
    assert found(resource, "code", f"{escaped(system)}|{escaped(other)}") is (code == other)
    assert found(resource, "code", f"{escaped(other)}|{escaped(code)}") is (system == other)


@given(TEXT, st.integers(1, 30))
def test_any_text_is_found_by_its_beginning_and_by_itself(text: str, length: int):
    resource = {"resourceType": "Observation", "id": "o", "valueString": text}
    assert found(resource, "value-string:exact", escaped(text))
    if beginning := normalize_text(text)[:length].strip():
        assert found(resource, "value-string", beginning)
        assert found(resource, "value-string:contains", beginning)


@given(TEXT)
def test_normalising_twice_changes_nothing(text: str):
    assert normalize_text(normalize_text(text)) == normalize_text(text)


@given(NUMBERS, NUMBERS)
def test_numbers_compare_as_numbers_do(held: Decimal, asked: Decimal):
    resource = {"resourceType": "Observation", "id": "o", "valueQuantity": {"value": held}}
    assert found(resource, "value-quantity", f"gt{asked:f}") is (held > asked)
    assert found(resource, "value-quantity", f"lt{asked:f}") is (held < asked)
    assert found(resource, "value-quantity", f"ge{asked:f}") is (held >= asked)
    assert found(resource, "value-quantity", f"le{asked:f}") is (held <= asked)
    assert found(resource, "value-quantity", f"ne{asked:f}") is not found(resource, "value-quantity", f"eq{asked:f}")
    assert found(resource, "value-quantity", f"{held:f}")


@given(INSTANTS, INSTANTS)
def test_moments_compare_as_moments_do(held: datetime, asked: datetime):
    resource = {"resourceType": "Observation", "id": "o", "effectiveInstant": held.isoformat(timespec="microseconds")}
    value = asked.isoformat(timespec="microseconds")
    assert found(resource, "date", f"gt{value}") is (held > asked)
    assert found(resource, "date", f"sa{value}") is (held > asked)
    assert found(resource, "date", f"lt{value}") is (held < asked)
    assert found(resource, "date", f"eb{value}") is (held < asked)
    assert found(resource, "date", f"ge{value}") is (held >= asked)
    assert found(resource, "date", f"le{value}") is (held <= asked)
    assert found(resource, "date", value) is (held == asked)
    assert found(resource, "date", f"ne{value}") is (held != asked)


@given(INSTANTS, st.sampled_from([4, 7, 10, 16]))
def test_every_moment_is_found_by_its_local_year_month_day_and_minute(held: datetime, length: int):
    resource = {"resourceType": "Observation", "id": "o", "effectiveInstant": held.isoformat(timespec="seconds")}
    local = held.astimezone(ZONE)
    # The hour that clocks go back over is read as its first passing.
    if local.fold == 0 or length < 16:
        assert found(resource, "date", local.isoformat()[:length])
    for prefix in ("ge", "le", "ap"):
        assert found(resource, "date", prefix + held.isoformat(timespec="seconds"))
