"""FHIRPath Patch: what each operation does to the JSON, and what it refuses."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid, TooCostly
from osler.fhir.patch_fhirpath import apply_fhirpath_patch, read_fhirpath_patch

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "active": True,
    "name": [
        {"use": "official", "family": "Moss", "given": ["Ada", "May", "Lee"]},
        {"use": "usual", "given": ["A", None], "_given": [None, {"id": "g"}]},
    ],
    "birthDate": "1980-02-03",
    "_birthDate": {"extension": [{"url": "http://example.org/a", "valueString": "x"}]},
    "contact": [{"gender": "female"}],
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "contained": [{"resourceType": "Organization", "id": "o", "name": "Clinic"}],
}


def parameter(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict) and (set(value) & {"part", "resource"} or any(key.startswith("value") for key in value)):
        return {"name": name, **value}
    kind = {"path": "valueString", "name": "valueString", "type": "valueCode"}.get(name, "valueInteger")
    return {"name": name, kind: value}


def operation(**parts: Any) -> dict[str, Any]:
    return {"name": "operation", "part": [parameter(name, value) for name, value in parts.items()]}


def patched(*operations: dict[str, Any], resource: dict[str, Any] | None = None) -> dict[str, Any]:
    given = deepcopy(PATIENT if resource is None else resource)
    before = deepcopy(given)
    steps = read_fhirpath_patch({"resourceType": "Parameters", "parameter": list(operations)})
    found = apply_fhirpath_patch(given, steps)
    assert given == before
    return found


def added(path: str, name: str, value: dict[str, Any]) -> dict[str, Any]:
    return patched(operation(type="add", path=path, name=name, value=value))


def test_add_gives_an_element_that_was_not_there():
    assert added("Patient", "gender", {"valueCode": "female"})["gender"] == "female"
    found = added("Patient", "maritalStatus", {"valueCodeableConcept": {"text": "single"}})
    assert found["maritalStatus"] == {"text": "single"}


def test_add_appends_to_a_list():
    found = added("Patient", "name", {"valueHumanName": {"text": "new"}})
    assert [each.get("text") for each in found["name"]] == [None, None, "new"]
    assert added("Patient.name[0]", "given", {"valueString": "Zoe"})["name"][0]["given"] == ["Ada", "May", "Lee", "Zoe"]


def test_add_begins_a_list():
    assert added("Patient", "telecom", {"valueContactPoint": {"value": "1"}})["telecom"] == [{"value": "1"}]


def test_add_names_the_type_of_a_choice():
    without = {name: value for name, value in PATIENT.items() if name != "deceasedBoolean"}
    step = operation(type="add", path="Patient", name="deceased", value={"valueDateTime": "2024"})
    assert patched(step, resource=without)["deceasedDateTime"] == "2024"


def test_add_takes_an_element_that_has_no_type_of_its_own_in_parts():
    relationship = {"name": "relationship", "valueCodeableConcept": {"text": "sister"}}
    name = {"name": "name", "valueHumanName": {"text": "Eve"}}
    nested = {"part": [name, relationship, {**relationship, "valueCodeableConcept": {"text": "friend"}}]}
    assert added("Patient", "contact", nested)["contact"][1] == {
        "name": {"text": "Eve"},
        "relationship": [{"text": "sister"}, {"text": "friend"}],
    }


def test_add_keeps_what_is_beside_a_primitive():
    value = {"valueDate": "1980", "_valueDate": {"id": "d"}}
    step = operation(type="add", path="Patient", name="birthDate", value=value)
    found = patched(step, resource={"resourceType": "Patient"})
    assert (found["birthDate"], found["_birthDate"]) == ("1980", {"id": "d"})


def test_add_gives_a_primitive_an_extension():
    extension = {"valueExtension": {"url": "http://example.org/b", "valueCode": "y"}}
    with pytest.raises(Invalid):
        added("Patient.active", "extension", {"valueString": "x"})
    # R4's Parameters cannot carry an Extension; its parts can be.
    parts = {"part": [{"name": "url", "valueUri": "http://example.org/b"}, {"name": "value", "valueCode": "y"}]}
    assert added("Patient.active", "extension", parts)["_active"]["extension"] == [extension["valueExtension"]]
    assert added("Patient.name[0].given[1]", "extension", parts)["name"][0]["_given"] == [
        None,
        {"extension": [extension["valueExtension"]]},
    ]


def test_add_takes_a_whole_resource():
    found = added("Patient", "contained", {"resource": {"resourceType": "Practitioner", "id": "p"}})
    assert [each["id"] for each in found["contained"]] == ["o", "p"]


@pytest.mark.parametrize(("index", "expected"), [(0, "NAML"), (1, "ANML"), (3, "AMLN")])
def test_insert_goes_where_it_is_told(index: int, expected: str):
    step = operation(type="insert", path="Patient.name[0].given", index=index, value={"valueString": "New"})
    assert "".join(each[0] for each in patched(step)["name"][0]["given"]) == expected


def test_insert_keeps_siblings_in_step():
    step = operation(type="insert", path="Patient.name[1].given", index=0, value={"valueString": "B"})
    assert patched(step)["name"][1] == {"use": "usual", "given": ["B", "A", None], "_given": [None, None, {"id": "g"}]}


def test_delete_takes_the_element_away():
    assert "active" not in patched(operation(type="delete", path="Patient.active"))
    assert patched(operation(type="delete", path="name[0].given[1]"))["name"][0]["given"] == ["Ada", "Lee"]
    assert len(patched(operation(type="delete", path="Patient.name.where(use = 'usual')"))["name"]) == 1
    assert "deceasedBoolean" not in patched(operation(type="delete", path="Patient.deceased"))


def test_delete_takes_what_is_beside_a_primitive_with_it():
    found = patched(operation(type="delete", path="Patient.birthDate"))
    assert "birthDate" not in found
    assert "_birthDate" not in found


def test_delete_leaves_no_element_without_content():
    assert "contact" not in patched(operation(type="delete", path="Patient.contact.gender"))
    assert "_birthDate" not in patched(operation(type="delete", path="Patient.birthDate.extension"))
    found = patched(operation(type="delete", path="name[1].given[1].id"))["name"][1]
    assert found == {"use": "usual", "given": ["A"]}


def test_delete_of_nothing_is_done_already():
    assert patched(operation(type="delete", path="Patient.telecom")) == PATIENT


def test_replace_changes_the_value():
    assert patched(operation(type="replace", path="Patient.active", value={"valueBoolean": False}))["active"] is False
    found = patched(operation(type="replace", path="name[0].given[1]", value={"valueString": "Joy"}))
    assert found["name"][0]["given"] == ["Ada", "Joy", "Lee"]
    found = patched(operation(type="replace", path="name[0]", value={"valueHumanName": {"text": "all new"}}))
    assert found["name"][0] == {"text": "all new"}


def test_replace_may_change_the_type_of_a_choice():
    found = patched(operation(type="replace", path="Patient.deceased", value={"valueDateTime": "2024"}))
    assert found["deceasedDateTime"] == "2024"
    assert "deceasedBoolean" not in found


def test_replace_replaces_what_is_beside_a_primitive():
    found = patched(operation(type="replace", path="Patient.birthDate", value={"valueDate": "1981"}))
    assert found["birthDate"] == "1981"
    assert "_birthDate" not in found


def test_replace_reaches_into_extensions_and_contained_resources():
    found = patched(operation(type="replace", path="birthDate.extension.value", value={"valueInteger": 7}))
    assert found["_birthDate"]["extension"] == [{"url": "http://example.org/a", "valueInteger": 7}]
    found = patched(operation(type="replace", path="contained[0].name", value={"valueString": "Ward"}))
    assert found["contained"][0]["name"] == "Ward"


def test_replace_keeps_the_digits_of_numbers():
    resource = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("1.0")}}
    step = operation(type="replace", path="Observation.value.value", value={"valueDecimal": Decimal("2.50")})
    assert str(patched(step, resource=resource)["valueQuantity"]["value"]) == "2.50"


@pytest.mark.parametrize(("source", "destination", "expected"), [(0, 2, "MLA"), (2, 0, "LAM"), (1, 1, "AML")])
def test_move_changes_the_order(source: int, destination: int, expected: str):
    step = operation(type="move", path="Patient.name[0].given", source=source, destination=destination)
    assert "".join(each[0] for each in patched(step)["name"][0]["given"]) == expected


def test_move_takes_siblings_along():
    found = patched(operation(type="move", path="Patient.name[1].given", source=1, destination=0))
    assert found["name"][1] == {"use": "usual", "given": [None, "A"], "_given": [{"id": "g"}, None]}


def test_operations_see_what_those_before_them_did():
    steps = (
        operation(type="delete", path="Patient.name[0]"),
        operation(type="replace", path="Patient.name[0].use", value={"valueCode": "old"}),
        operation(type="add", path="Patient.name[0]", name="family", value={"valueString": "Fox"}),
    )
    assert patched(*steps)["name"][0]["family"] == "Fox"


@pytest.mark.parametrize(
    "parts",
    [
        {"type": "add", "path": "Patient", "name": "active", "value": {"valueBoolean": True}},
        {"type": "add", "path": "Patient", "name": "deceased", "value": {"valueDateTime": "2024"}},
        {"type": "add", "path": "Patient", "name": "nothing", "value": {"valueBoolean": True}},
        {"type": "add", "path": "Patient", "name": "valueString", "value": {"valueString": "x"}},
        {"type": "add", "path": "Patient", "name": "gender", "value": {"valueBoolean": True}},
        {"type": "add", "path": "Patient", "name": "gender", "value": {"valueHumanName": {}}},
        {"type": "add", "path": "Patient", "name": "link", "value": {"valueString": "x"}},
        {"type": "add", "path": "Patient", "name": "contact", "value": {"part": []}},
        {"type": "add", "path": "Patient.name", "name": "text", "value": {"valueString": "x"}},
        {"type": "add", "path": "Patient.telecom", "name": "text", "value": {"valueString": "x"}},
        {"type": "insert", "path": "Patient.name", "index": 3, "value": {"valueHumanName": {}}},
        {"type": "insert", "path": "Patient.active", "index": 0, "value": {"valueBoolean": True}},
        {"type": "insert", "path": "Patient.name.given", "index": 0, "value": {"valueString": "x"}},
        {"type": "delete", "path": "Patient.name"},
        {"type": "delete", "path": "Patient"},
        {"type": "replace", "path": "Patient", "value": {"valueString": "x"}},
        {"type": "replace", "path": "Patient.telecom", "value": {"valueContactPoint": {}}},
        {"type": "replace", "path": "Patient.active", "value": {"valueString": "x"}},
        {"type": "replace", "path": "'text'", "value": {"valueString": "x"}},
        {"type": "replace", "path": "Patient.active.not()", "value": {"valueBoolean": True}},
        {"type": "move", "path": "Patient.name", "source": 0, "destination": 2},
        {"type": "move", "path": "Patient.telecom", "source": 0, "destination": 0},
    ],
)
def test_what_cannot_be_done_is_refused_at_its_place(parts: dict[str, Any]):
    with pytest.raises(Invalid) as refused:
        patched(operation(**parts))
    assert refused.value.faults[0].path.startswith("Parameters.parameter[0]")


@pytest.mark.parametrize(
    "parts",
    [
        {"type": "add", "path": "Patient", "name": "active"},
        {"type": "delete", "path": "Patient.active", "name": "x"},
        {"type": "copy", "path": "Patient"},
        {"type": "delete", "path": "Patient."},
        {"type": "delete", "path": 3},
        {"type": "move", "path": "Patient.name", "source": -1, "destination": 0},
        {"path": "Patient"},
        {"type": "delete", "path": "Patient.active", "other": 1},
    ],
)
def test_a_malformed_operation_is_refused(parts: dict[str, Any]):
    if parts.get("path") == 3:
        parts = {"type": "delete", "path": {"valueInteger": 3}}
    with pytest.raises(Invalid):
        patched(operation(**parts))


@pytest.mark.parametrize(
    "document",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Parameters"},
        {"resourceType": "Parameters", "parameter": []},
        {"resourceType": "Parameters", "parameter": [{"name": "other", "part": []}]},
        {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [3]}]},
        {"resourceType": "Parameters", "parameter": [None]},
        {"resourceType": "Parameters", "parameter": [operation(type="delete", path="Patient.active")] * 1001},
        {
            "resourceType": "Parameters",
            "parameter": [operation(type="delete", path="Patient.active" + " " * 9000)] * 12,
        },
    ],
)
def test_what_is_no_patch_is_refused(document: dict[str, Any]):
    with pytest.raises(Invalid):
        read_fhirpath_patch(document)


def test_a_patch_has_so_much_work():
    many = {"resourceType": "Patient", "name": [{"given": [f"{n}" for n in range(100)]} for _ in range(100)]}
    steps = [operation(type="delete", path="Patient.descendants().where(false)")] * 100
    with pytest.raises(TooCostly):
        patched(*steps, resource=many)
