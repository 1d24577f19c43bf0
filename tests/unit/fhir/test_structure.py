"""A resource is taken when it is shaped as R4 says, and otherwise told where it is not."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.fhir.definitions import definitions
from osler.fhir.json import decode
from osler.fhir.structure import faults

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p-1",
    "meta": {"versionId": "1", "lastUpdated": "2024-02-29T10:00:00.5Z", "profile": ["http://x.org/p|1"]},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "Clinic"}],
    "extension": [{"url": "http://x.org/e", "extension": [{"url": "inner", "valueDecimal": Decimal("1.10")}]}],
    "identifier": [{"system": "http://x.org/mrn", "value": "1"}],
    "active": True,
    "name": [
        {
            "family": "Ng",
            "given": ["Ann", None],
            "_given": [None, {"extension": [{"url": "http://x.org/absent", "valueCode": "masked"}]}],
        }
    ],
    "gender": "female",
    "_birthDate": {"extension": [{"url": "http://x.org/time", "valueDateTime": "1980-01-01T10:00:00Z"}]},
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "contact": [{"telecom": [{"system": "phone", "value": "1", "rank": 1}]}, {"name": {"text": "Bo"}}],
    "managingOrganization": {"reference": "#o"},
}
"""One of everything that R4 allows in a Patient."""


def changed(path: str, value: Any) -> dict[str, Any]:
    """PATIENT with one property set, by a path of names and indexes."""
    patient = copy.deepcopy(PATIENT)
    place: Any = patient
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        place = place[step]
    place[last] = value
    return patient


def test_a_sound_resource_has_no_faults():
    assert faults(PATIENT) == []


@pytest.mark.parametrize("type_", sorted(definitions().resource_types))
def test_every_type_can_be_checked(type_: str):
    assert faults({"resourceType": type_, "id": "1", "meta": {"versionId": "1"}}) == []
    assert [fault.path for fault in faults({"resourceType": type_, "sheep": 1})] == [f"{type_}.sheep"]


@pytest.mark.parametrize(
    ("where", "value", "path", "code"),
    [
        ("sheep", 1, "Patient.sheep", "structure"),
        ("contact/1/foo", "x", "Patient.contact[1].foo", "structure"),
        ("contained/0/foo", "x", "Patient.contained[0].foo", "structure"),
        ("extension/0/extension/0/foo", "x", "Patient.extension[0].extension[0].foo", "structure"),
        ("value", "x", "Patient.value", "structure"),
        ("deceased", True, "Patient.deceased", "structure"),
        ("name", {"family": "Ng"}, "Patient.name", "structure"),
        ("name", ["Ng"], "Patient.name[0]", "structure"),
        ("name", "Ng", "Patient.name", "structure"),
        ("name", [], "Patient.name", "structure"),
        ("name", [None], "Patient.name[0]", "structure"),
        ("name", None, "Patient.name", "structure"),
        ("name/0", {}, "Patient.name[0]", "structure"),
        ("name/0/family", ["Ng"], "Patient.name[0].family", "structure"),
        ("name/0/family", "", "Patient.name[0].family", "value"),
        ("name/0/family", 1, "Patient.name[0].family", "structure"),
        ("name/0/family", None, "Patient.name[0].family", "structure"),
        ("meta", {}, "Patient.meta", "structure"),
        ("meta", [{"versionId": "1"}], "Patient.meta", "structure"),
        ("meta/profile", ["http://x.org/a b"], "Patient.meta.profile[0]", "value"),
        ("meta/lastUpdated", "2024-02-29", "Patient.meta.lastUpdated", "value"),
        ("meta/versionId", "a/b", "Patient.meta.versionId", "value"),
        ("id", "", "Patient.id", "value"),
        ("id", "a b", "Patient.id", "value"),
        ("id", "x" * 65, "Patient.id", "value"),
        ("id", "ä", "Patient.id", "value"),
        ("id", 1, "Patient.id", "structure"),
        ("active", "true", "Patient.active", "structure"),
        ("active", 1, "Patient.active", "structure"),
        ("gender", " female", "Patient.gender", "value"),
        ("gender", "fe  male", "Patient.gender", "value"),
        ("birthDate", "2023-02-29", "Patient.birthDate", "value"),
        ("birthDate", "2023-02-28T10:00:00Z", "Patient.birthDate", "value"),
        ("multipleBirthInteger", True, "Patient.multipleBirthInteger", "structure"),
        ("multipleBirthInteger", "2", "Patient.multipleBirthInteger", "structure"),
        ("multipleBirthInteger", Decimal("2.0"), "Patient.multipleBirthInteger", "value"),
        ("multipleBirthInteger", 2**31, "Patient.multipleBirthInteger", "value"),
        ("multipleBirthBoolean", True, "Patient.multipleBirthBoolean", "structure"),
        ("_multipleBirthBoolean", {"id": "x"}, "Patient._multipleBirthBoolean", "structure"),
        ("contact/0/telecom/0/rank", 0, "Patient.contact[0].telecom[0].rank", "value"),
        ("extension/0/extension/0/valueDecimal", 1.5, "Patient.extension[0].extension[0].valueDecimal", "structure"),
        ("extension/0/extension/0/valueDecimal", "1", "Patient.extension[0].extension[0].valueDecimal", "structure"),
        ("extension/0/extension/0/valueString", "x", "Patient.extension[0].extension[0].valueString", "structure"),
        ("extension/0", {"valueString": "x"}, "Patient.extension[0].url", "required"),
        ("extension/0/_url", {"id": "x"}, "Patient.extension[0]._url", "structure"),
        ("name/0/_id", {"extension": []}, "Patient.name[0]._id", "structure"),
        ("_name", [{"id": "x"}], "Patient._name", "structure"),
        ("_resourceType", {"id": "x"}, "Patient._resourceType", "structure"),
        ("_gender", [{"id": "x"}], "Patient._gender", "structure"),
        ("_gender", {"value": "x"}, "Patient._gender.value", "structure"),
        ("_gender", {}, "Patient._gender", "structure"),
        ("_gender", "x", "Patient._gender", "structure"),
        ("name/0/_given", ["x", {"id": "y"}], "Patient.name[0]._given[0]", "structure"),
        ("name/0/_prefix", [None], "Patient.name[0]._prefix[0]", "structure"),
        ("name/0/_prefix", [], "Patient.name[0]._prefix", "structure"),
        ("name/0/prefix", [None], "Patient.name[0].prefix[0]", "structure"),
        ("contained/0", {"resourceType": "Organization"}, "Patient.contained[0].id", "required"),
        ("contained/0/contained", [{"id": "x"}], "Patient.contained[0].contained", "structure"),
        ("contained/0/resourceType", "Sheep", "Patient.contained[0].resourceType", "structure"),
        ("contained/0", "x", "Patient.contained[0]", "structure"),
        ("photo", [{"data": "x"}], "Patient.photo[0].data", "value"),
        ("name/0/resourceType", "HumanName", "Patient.name[0].resourceType", "structure"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is(where: str, value: Any, path: str, code: str):
    assert [(fault.path, fault.code) for fault in faults(changed(where, value))] == [(path, code)]


def test_a_null_needs_an_extension_at_its_place():
    found = faults(changed("name/0/_given", [{"id": "a"}, None]))
    assert [fault.path for fault in found] == ["Patient.name[0].given[1]", "Patient.name[0]._given[1]"]


@pytest.mark.parametrize(
    ("where", "value"),
    [("name/0/given", "Ann"), ("name/0/given", ["Ann"]), ("name/0/_given", [None]), ("name/0/_given", {"id": "x"})],
)
def test_arrays_of_values_and_extensions_go_together(where: str, value: Any):
    assert {"Patient.name[0].given", "Patient.name[0]._given"} & {
        fault.path.removesuffix("[1]") for fault in faults(changed(where, value))
    }


def test_an_array_of_extensions_may_stand_alone():
    assert faults(changed("name/0/_prefix", [{"extension": [{"url": "http://x.org/e", "valueCode": "x"}]}])) == []


def test_base64_may_be_broken_into_lines():
    assert faults(changed("photo", [{"data": "aGVs\r\nbG8="}])) == []


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (None, ""),
        ([], ""),
        ("Patient", ""),
        ({}, "resourceType"),
        ({"id": "1"}, "resourceType"),
        ({"resourceType": None}, "resourceType"),
        ({"resourceType": ["Patient"]}, "resourceType"),
        ({"resourceType": "DomainResource"}, "resourceType"),
        ({"resourceType": "HumanName"}, "resourceType"),
    ],
)
def test_what_is_no_resource_is_told_so(resource: Any, path: str):
    found = faults(resource)
    assert len(found) == 1
    assert found[0].path.endswith(path)


def test_all_faults_are_told_together():
    patient = changed("sheep", 1) | {"gender": 1, "name": []}
    assert {fault.path for fault in faults(patient)} == {"Patient.sheep", "Patient.gender", "Patient.name"}


def test_not_more_than_a_hundred_faults_are_told():
    assert len(faults({"resourceType": "Patient", "name": ["x"] * 1000})) == 100


def test_resources_in_bundles_and_parameters_are_checked():
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": {"resourceType": "Patient", "foo": 1}}]}
    assert [fault.path for fault in faults(bundle)] == ["Bundle.entry[0].resource.foo"]
    part = {"name": "x", "resource": {"resourceType": "Sheep"}}
    assert [fault.path for fault in faults({"resourceType": "Parameters", "parameter": [part]})] == [
        "Parameters.parameter[0].resource.resourceType"
    ]


def test_recursive_elements_are_checked_all_the_way_down():
    items: list[Any] = [{"linkId": "x", "foo": 1}]
    for _ in range(30):
        items = [{"linkId": "x", "item": items}]
    found = faults({"resourceType": "Questionnaire", "item": items})
    assert [fault.path for fault in found] == ["Questionnaire" + ".item[0]" * 31 + ".foo"]


def test_no_value_and_no_strange_key_is_repeated():
    patient = PATIENT | {
        "Ann Ng 1980": 1,
        "gender": " Ann Ng",
        "birthDate": "Ann Ng",
        "id": "Ann Ng",
        "active": "Ann Ng",
    }
    found = faults(patient)
    assert len(found) == 5
    assert not any("Ann" in fault.path + fault.message for fault in found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "url", "name", "value"]), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(definitions().elements("Patient"))), json_values, st.sampled_from(["", "_"]))
def test_any_json_in_any_place_is_answered_not_raised(name: str, value: Any, underscore: str):
    for fault in faults({"resourceType": "Patient", underscore + name: value}):
        assert fault.path.startswith("Patient")


def test_numbers_are_taken_as_decoded():
    text = '{"resourceType":"Observation","valueQuantity":{"value":%s}}'
    for token in ("1", "1.10", "1e-7", "-0.0", "123456789012345678901234567890"):
        assert faults(decode(text % token)) == []


def test_thousands_of_faults_are_found_in_a_moment():
    assert len(faults({"resourceType": "Patient"} | {f"x{n}": 1 for n in range(200_000)})) == 100
