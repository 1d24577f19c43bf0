from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from osler.fhir.diff import diff
from osler.fhir.patch_fhirpath import apply_fhirpath_patch, read_fhirpath_patch
from osler.fhir.structure import faults
from tests.differential.worlds import GROWERS

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "name": [{"family": "Marsh", "given": ["Ada", "B"]}],
}


def operations(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, ...]]:
    """Type, path and name of each operation."""
    found = []
    for each in diff(old, new).get("parameter", []):
        parts = {part["name"]: next(v for k, v in part.items() if k != "name") for part in each["part"]}
        found.append((parts["type"], parts["path"], *([parts["name"]] if "name" in parts else [])))
    return found


def patched(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The old one with the difference applied."""
    patch = diff(old, new, meta=True)
    assert not faults(patch)
    return apply_fhirpath_patch(old, read_fhirpath_patch(patch)) if "parameter" in patch else old


def test_versions_that_are_alike_have_no_difference():
    assert diff(PATIENT, PATIENT | {"meta": {"versionId": "2"}}) == {"resourceType": "Parameters"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"active": False}, [("replace", "Patient.active")]),
        ({"gender": "female"}, [("add", "Patient", "gender")]),
        ({"active": None}, [("delete", "Patient.active")]),
        ({"name": [{"family": "Lee", "given": ["Ada", "B"]}]}, [("replace", "Patient.name[0].family")]),
        ({"name": [{"family": "Marsh", "given": ["B"]}]}, [("delete", "Patient.name[0].given[0]")]),
        ({"name": [{"family": "Marsh", "given": ["Ada", "X", "B"]}]}, [("insert", "Patient.name[0].given")]),
        ({"name": None}, [("delete", "Patient.name[0]")]),
        ({"contact": [{"gender": "male"}]}, [("add", "Patient", "contact")]),
    ],
)  # fmt: skip
def test_each_change_is_one_operation(change: dict[str, Any], expected: list[tuple[str, ...]]):
    new = {name: value for name, value in (PATIENT | change).items() if value is not None}
    assert operations(PATIENT, new) == expected
    assert patched(PATIENT, new) == new


@pytest.mark.parametrize(
    "new",
    [
        {"deceasedBoolean": True},
        {"deceasedDateTime": "2020", "_deceasedDateTime": {"id": "x"}},
        {"text": {"status": "generated", "div": "<div>x</div>"}},
        {"contact": [{"name": {"family": "X"}, "telecom": [{"value": "1"}, {"value": "2"}]}], "birthDate": "1980"},
        {"contained": [{"resourceType": "Organization", "id": "o", "name": "x"}]},
        {"extension": [{"url": "http://x", "extension": [{"url": "a", "valueDecimal": Decimal("1.00")}]}]},
        {"name": [{"given": [None, "B"], "_given": [{"id": "g"}, None]}]},
    ],
)
def test_the_difference_makes_the_new_version_of_the_old(new: dict[str, Any]):
    one, other = (
        PATIENT | {"deceasedBoolean": False, "text": {"status": "empty", "div": "<div/>"}},
        {"resourceType": "Patient", "id": "p"} | new,
    )
    if "deceasedDateTime" in new:
        assert operations(one, other)[-1][0] == "replace"
    assert patched(one, other) == other
    assert patched(other, one) == one


def test_digits_written_otherwise_are_a_difference():
    one = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1.0")}}
    other = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1.00")}}
    assert operations(one, other) == [("replace", "Observation.value.value")]


@pytest.mark.parametrize("kind", sorted(GROWERS))
def test_the_difference_of_any_two_makes_one_of_the_other(kind: str):
    random = Random(kind)
    grown = [{"resourceType": kind, "id": "x", **GROWERS[kind](random)} for _ in range(6)]
    for old, new in pairwise(grown):
        assert patched(old, new) == new


def test_long_lists_are_compared_place_by_place():
    old = PATIENT | {"identifier": [{"value": str(n)} for n in range(500)]}
    new = PATIENT | {"identifier": [{"value": str(n)} for n in range(1, 500)]}
    assert len(operations(old, new)) == 500
