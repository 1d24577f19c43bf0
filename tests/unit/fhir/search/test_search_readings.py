"""What was read of a member before is read of it again, whatever resource it is in."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from osler.demo import generate
from osler.fhir.json import decode, encode
from osler.fhir.members import members_of
from osler.fhir.search.extract import Readings, index_values
from osler.fhir.search.values import IndexValues

ZONE = ZoneInfo("America/New_York")
BASE = "https://records.example/fhir"


def test_resources_are_indexed_as_if_nothing_had_been_read_before():
    """Every resource, and others that are put together of members of several."""
    readings, chance = Readings(), random.Random(5)
    resources = _resources()
    by_type: dict[str, list[dict[str, Any]]] = {}
    for each in resources:
        by_type.setdefault(each["resourceType"], []).append(each)
    mixed = [
        {name: chance.choice(by_type[each["resourceType"]]).get(name, value) for name, value in each.items()}
        for each in resources
    ]
    for each in (*resources, *mixed, *resources):
        assert _read(each, readings) == _read(each, None)


def test_what_is_made_of_a_reading_is_nobody_elses():
    readings = Readings()
    resource: dict[str, Any] = {
        "resourceType": "Observation", "id": "a", "status": "final", "subject": {"reference": "Patient/1"},
        "code": {"coding": [{"system": "s", "code": "c"}], "text": "t"}, "component": [{"code": {"text": "c"}, "valueInteger": 1}],
    }  # fmt: skip
    expected = _read(deepcopy(resource), None)
    for _ in range(3):
        found = _read(resource, readings)
        assert found == expected
        for each in (found.tokens, found.phrases, found.strings, found.numbers, found.dates, found.references):
            each.clear()


def test_equal_numbers_of_different_digits_keep_theirs():
    readings = Readings()
    for number in ("1", "1.0", "1.00", "10e-1"):
        text = f'{{"resourceType":"Observation","id":"a","valueQuantity":{{"value":{number},"code":"g"}}}}'
        found = _read(decode(text), readings)
        assert found == _read(decode(text), None)
        assert [str(each.lo) for each in found.numbers if each.param == "value-quantity"] == [
            str(each.lo) for each in _read(decode(text), None).numbers if each.param == "value-quantity"
        ]


def _read(resource: dict[str, Any], readings: Readings | None) -> IndexValues:
    members = None if readings is None else members_of(resource)
    return index_values(
        resource, zone=ZONE, base_url=BASE, text=encode(resource), members=members, readings=readings
    )  # fmt: skip


def _resources() -> list[dict[str, Any]]:
    made = [each for batch in generate(1, 3, today=date(2026, 3, 2)) for each in batch]
    return [decode(encode({"id": str(number), **each})) for number, each in enumerate(made)][::3]
