"""Extensions that are known are as they are defined, where they are meant to be; unknown ones that change meanings are refused."""

from __future__ import annotations

from typing import Any

import pytest

from osler.fhir.validate import Validator
from tests.unit.fhir.validate.guide import OURS, element, errors, extension, validator_of

RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
VALIDATOR = Validator()


def _told(**patient: Any) -> list[tuple[str, str]]:
    return errors(VALIDATOR, {"resourceType": "Patient", **patient})


def _race(code: str, *others: dict[str, Any]) -> dict[str, Any]:
    coding = {"system": "urn:oid:2.16.840.1.113883.6.238", "code": code}
    return {"url": RACE, "extension": [{"url": "ombCategory", "valueCoding": coding}, *others]}


TEXT = {"url": "text", "valueString": "White"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (_race("2106-3", TEXT), []),
        (_race("2106-3"), [("Patient.extension[0].extension", "required")]),
        (_race("9999-9", TEXT), [("Patient.extension[0].extension[0].valueCoding", "code-invalid")]),
        (
            {"url": RACE, "valueString": "White"},
            [
                ("Patient.extension[0].extension", "required"),
                ("Patient.extension[0].extension", "required"),
                ("Patient.extension[0].value[x]", "structure"),
            ],
        ),
        ({"url": "http://example.org/unknown", "valueString": "x"}, []),
        ({"url": "http://example.org/unknown"}, [("Patient.extension[0]", "invariant")]),
        ({"url": "http://example.org/unknown", "valueString": "x", "extension": [TEXT]}, [("Patient.extension[0]", "invariant")]),
        ({"url": BIRTH_TIME, "valueDateTime": "2024-01-01T10:00:00Z"}, [("Patient.extension[0]", "extension")]),
    ],
)  # fmt: skip
def test_an_extension_of_a_patient(value: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert _told(extension=[value]) == told


def test_extensions_of_primitives_are_told_at_the_primitive() -> None:
    good = {"extension": [{"url": BIRTH_TIME, "valueDateTime": "2024-01-01T10:00:00Z"}]}
    assert _told(birthDate="2024-01-01", _birthDate=good) == []
    wrong = {"extension": [{"url": BIRTH_TIME, "valueString": "10:00"}]}
    assert _told(birthDate="2024-01-01", _birthDate=wrong) == [
        ("Patient.birthDate.extension[0].valueString", "structure")
    ]


def test_a_modifier_extension_that_is_not_known_is_refused() -> None:
    value = {"url": "http://example.org/unknown", "valueBoolean": True}
    assert _told(modifierExtension=[value]) == [("Patient.modifierExtension[0]", "extension")]
    contact = {"name": {"text": "x"}, "modifierExtension": [value]}
    assert _told(contact=[contact]) == [("Patient.contact[0].modifierExtension[0]", "extension")]


def test_extensions_that_change_meanings_have_their_own_place() -> None:
    denies = extension(
        "denies", element("Extension", isModifier=True), element("Extension.value[x]", type=[{"code": "boolean"}])
    )
    adds = extension("adds", element("Extension.value[x]", type=[{"code": "boolean"}]))
    validator = validator_of(denies, adds)
    deny, add = {"url": f"{OURS}denies", "valueBoolean": True}, {"url": f"{OURS}adds", "valueBoolean": True}
    right = {"resourceType": "Patient", "extension": [add], "modifierExtension": [deny]}
    assert errors(validator, right) == []
    swapped = {"resourceType": "Patient", "extension": [deny], "modifierExtension": [add]}
    assert errors(validator, swapped) == [
        ("Patient.extension[0]", "extension"),
        ("Patient.modifierExtension[0]", "extension"),
    ]


@pytest.mark.parametrize(
    "on", ["Patient.name", "HumanName", "Patient", "Patient.contact", "Period", "HumanName.period"]
)
def test_an_extension_goes_where_it_is_meant_to(on: str) -> None:
    validator = validator_of(extension("placed", on=on))
    value = [{"url": f"{OURS}placed", "valueString": "x"}]
    places = {
        "Patient": {"extension": value},
        "Patient.name": {"name": [{"extension": value}]},
        "Patient.contact": {"contact": [{"extension": value, "name": {"text": "x"}}]},
        "HumanName": {"contact": [{"name": {"extension": value, "text": "x"}}]},
        "HumanName.period": {"name": [{"period": {"extension": value}}]},
        "Period": {"identifier": [{"period": {"extension": value}}]},
    }
    allowed = {"Patient.name": {"HumanName"}, "HumanName.period": {"Period"}}
    for place, patient in places.items():
        is_right = place == on or on in allowed.get(place, ())
        assert (errors(validator, {"resourceType": "Patient", **patient}) == []) is is_right, place


def test_an_extension_is_that_of_the_version_that_is_claimed() -> None:
    """us-core-sex has a code in 6.1.0 and a Coding from 7.0.0 on."""
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex"
    patient = {"identifier": [{"system": "x:y", "value": "1"}], "name": [{"family": "Doe"}], "gender": "male"}
    coding = {"url": url, "valueCoding": {"system": "http://snomed.info/sct", "code": "248153007"}}
    profile = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    assert _told(**patient, extension=[coding], meta={"profile": [f"{profile}|8.0.0"]}) == []
    assert _told(**patient, extension=[coding], meta={"profile": [profile]}) == [
        ("Patient.extension[0].valueCoding", "structure")
    ]


def test_an_extension_of_an_extension_of_a_primitive_is_found() -> None:
    validator = validator_of(extension("inner", on="Extension"))
    inner = {"url": f"{OURS}inner", "valueString": "x"}
    outer = {"extension": [{"url": "http://example.org/outer", "extension": [inner]}]}
    assert errors(validator, {"resourceType": "Patient", "birthDate": "2001", "_birthDate": outer}) == []
    assert errors(
        validator, {"resourceType": "Patient", "birthDate": "2001", "_birthDate": {"extension": [inner]}}
    ) == [("Patient.birthDate.extension[0]", "extension")]


def test_in_what_defines_a_wrong_place_is_a_warning() -> None:
    """R4's own definitions use its extensions where they are not meant to be."""
    placed = {"url": BIRTH_TIME, "valueDateTime": "2024-01-01T10:00:00Z"}
    definition = {"resourceType": "ValueSet", "status": "draft", "extension": [placed]}
    found = [(each.severity, each.path, each.code) for each in VALIDATOR.issues(definition)]
    assert ("warning", "ValueSet.extension[0]", "extension") in found
    assert [each for each in found if each[0] == "error"] == []


def test_an_element_that_is_defined_elsewhere_in_its_type_is_the_same_place() -> None:
    validator = validator_of(extension("placed", on="Questionnaire.item"))
    item = {"linkId": "1", "type": "display", "text": "x"}
    value = [{"url": f"{OURS}placed", "valueString": "x"}]
    group = {"linkId": "0", "type": "group", "item": [item | {"extension": value}]}
    form = {"resourceType": "Questionnaire", "status": "draft", "item": [group]}
    assert [each for each in validator.issues(form) if each.code == "extension"] == []
    outside = form | {"extension": value}
    assert [each.path for each in validator.issues(outside) if each.code == "extension"] == [
        "Questionnaire.extension[0]"
    ]
