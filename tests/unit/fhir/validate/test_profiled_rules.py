"""What profiles demand of values, codes, references and types; and which profiles are asked about."""

from __future__ import annotations

from typing import Any

import pytest

from osler.fhir.validate import Validator
from tests.unit.fhir.validate.guide import BASE, OURS, element, errors, profile, slicing, validator_of

OBSERVATION: dict[str, Any] = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
UCUM = "http://unitsofmeasure.org"


class Codes:
    """A value set `known` with one code, and one `unknown` to it."""

    def member(self, value_set: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        return code == "right" if value_set.endswith("/known") else None


ABSENT = {"extension": [{"url": "http://example.org/absent", "valueCode": "unknown"}]}
MG = {"system": UCUM, "code": "mg"}
NOTE = [{"text": "x"}]
X = {"code": "x"}
TO_GROUP = [{"code": "Reference", "targetProfile": [f"{BASE}Group"]}]
RULE = {"key": "x-1", "severity": "error", "expression": "system.exists()"}


@pytest.mark.parametrize(
    ("demand", "good", "bad", "told"),
    [
        (
            element("Observation.issued", minValueInstant="2020-01-01T00:00:00Z"),
            {"issued": "2024-01-01T00:00:00Z"},
            {"issued": "2001-01-01T00:00:00Z"},
            ("issued", "value"),
        ),
        (
            element("Observation.value[x]", maxValueInteger=5),
            {"valueInteger": 5},
            {"valueInteger": 6},
            ("valueInteger", "value"),
        ),
        (
            element("Observation.value[x]", maxLength=3),
            {"valueString": "abc"},
            {"valueString": "abcd"},
            ("valueString", "too-long"),
        ),
        (
            element("Observation.method", fixedCodeableConcept={"coding": [X], "text": "x"}),
            {"method": {"text": "x", "coding": [X]}},
            {"method": {"text": "x", "coding": [X, X]}},
            ("method", "value"),
        ),
        (
            element("Observation.value[x]", fixedBoolean=False),
            {"valueBoolean": False},
            {"valueBoolean": True},
            ("valueBoolean", "value"),
        ),
        (
            element("Observation.value[x]", fixedInteger=1),
            {"valueInteger": 1},
            {"valueBoolean": True},
            ("valueBoolean", "value"),
        ),
        (
            element("Observation.value[x]", patternQuantity=MG),
            {"valueQuantity": {"value": 1, **MG}},
            {"valueQuantity": {"value": 1}},
            ("valueQuantity", "value"),
        ),
        (
            element("Observation.value[x]", fixedQuantity=MG),
            {"valueQuantity": MG},
            {"valueQuantity": {"value": 1, **MG}},
            ("valueQuantity", "value"),
        ),
        (
            element("Observation.value[x]", type=[{"code": "string"}]),
            {"valueString": "x"},
            {"valueInteger": 1},
            ("valueInteger", "structure"),
        ),
        (element("Observation.note", max="1"), {"note": NOTE}, {"note": NOTE * 2}, ("note", "structure")),
        (element("Observation.bodySite", max="0"), {}, {"bodySite": {"text": "x"}}, ("bodySite", "structure")),
        (
            element("Observation.code.coding", min=2),
            {"code": {"coding": [X, X]}},
            {"code": {"coding": [X]}},
            ("code.coding", "required"),
        ),
        (
            element("Observation.subject", type=TO_GROUP),
            {"subject": {"reference": "Group/1"}},
            {"subject": {"reference": "Patient/1"}},
            ("subject", "structure"),
        ),
        (
            element("Observation.identifier", constraint=[RULE]),
            {"identifier": [{"system": "x:y"}]},
            {"identifier": [{"value": "1"}]},
            ("identifier[0]", "invariant"),
        ),
    ],
)
def test_one_demand(demand: dict[str, Any], good: dict[str, Any], bad: dict[str, Any], told: tuple[str, str]) -> None:
    validator = validator_of(profile("a", "Observation", demand))
    assert errors(validator, OBSERVATION | good, "a") == []
    assert errors(validator, OBSERVATION | bad, "a") == [(f"Observation.{told[0]}", told[1])]


@pytest.mark.parametrize(
    ("strength", "value", "severities"),
    [
        ("required", {"coding": [{"system": "x:y", "code": "right"}]}, []),
        ("required", {"coding": [{"system": "x:y", "code": "wrong"}]}, ["error"]),
        ("required", {"coding": [{"system": "x:y", "code": "wrong"}, {"system": "x:y", "code": "right"}]}, []),
        ("required", {"coding": [{"code": "right"}]}, ["error"]),
        ("required", {"text": "right"}, ["error"]),
        ("extensible", {"coding": [{"system": "x:y", "code": "wrong"}]}, ["warning"]),
        ("extensible", {"text": "wrong"}, []),
        ("preferred", {"coding": [{"system": "x:y", "code": "wrong"}]}, []),
        ("example", {"coding": [{"system": "x:y", "code": "wrong"}]}, []),
    ],
)
def test_bindings_by_strength(strength: str, value: dict[str, Any], severities: list[str]) -> None:
    bound = element("Observation.method", binding={"strength": strength, "valueSet": "http://example.org/known"})
    found = validator_of(profile("a", "Observation", bound), codes=Codes()).issues(
        OBSERVATION | {"method": value}, [f"{OURS}a"]
    )
    assert [each.severity for each in found if each.path == "Observation.method"] == severities


def test_a_value_set_that_nobody_knows_is_told_as_not_checked() -> None:
    bound = element("Observation.method", binding={"strength": "required", "valueSet": "http://example.org/unknown"})
    validator = validator_of(profile("a", "Observation", bound), codes=Codes())
    method = {"coding": [{"system": "x:y", "code": "a"}]}
    found = [
        each for each in validator.issues(OBSERVATION | {"method": method}, [f"{OURS}a"]) if each.rule == "a: method"
    ]
    assert [(each.severity, each.path) for each in found] == [("information", "Observation.method")]
    assert "http://example.org/unknown" in validator.unchecked_value_sets()


def test_a_larger_value_set_is_a_hard_limit_of_a_softer_binding() -> None:
    limit = {"url": f"{BASE}elementdefinition-maxValueSet", "valueCanonical": "http://example.org/known"}
    binding = {"strength": "preferred", "valueSet": "http://example.org/unknown", "extension": [limit]}
    validator = validator_of(profile("a", "Observation", element("Observation.method", binding=binding)), codes=Codes())
    assert errors(validator, OBSERVATION | {"method": {"text": "x"}}, "a") == []
    wrong = OBSERVATION | {"method": {"coding": [{"system": "x:y", "code": "wrong"}]}}
    assert errors(validator, wrong, "a") == [("Observation.method", "code-invalid")]


def test_value_sets_of_a_package_are_listed() -> None:
    system = {"resourceType": "CodeSystem", "url": "x:y", "content": "complete",
              "concept": [{"code": "a", "concept": [{"code": "b", "concept": [{"code": "c"}]}]}, {"code": "d"}]}  # fmt: skip
    below = {"system": "x:y", "filter": [{"property": "concept", "op": "is-a", "value": "b"}]}
    value_set = {
        "resourceType": "ValueSet", "url": "http://example.org/vs",
        "compose": {"include": [below, {"system": "x:z", "concept": [{"code": "e"}]}], "exclude": [{"system": "x:y", "concept": [{"code": "b"}]}]},
    }  # fmt: skip
    bound = element("Observation.method", binding={"strength": "required", "valueSet": "http://example.org/vs|1.0"})
    validator = validator_of(system, value_set, profile("a", "Observation", bound))

    def is_right(system: str, code: str) -> bool:
        return errors(validator, OBSERVATION | {"method": {"coding": [{"system": system, "code": code}]}}, "a") == []

    assert [code for code in "abcd" if is_right("x:y", code)] == ["c"]
    assert is_right("x:z", "e")
    assert not is_right("x:q", "e")


def test_units_are_told_from_what_is_none() -> None:
    bound = element(
        "Observation.value[x]", binding={"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/ucum-units"}
    )
    validator = validator_of(profile("a", "Observation", bound))
    assert errors(validator, OBSERVATION | {"valueQuantity": {"value": 1, "system": UCUM, "code": "mg/dL"}}, "a") == []
    assert errors(validator, OBSERVATION | {"valueQuantity": {"value": 1, "system": UCUM, "code": "spoons"}}, "a") == [
        ("Observation.valueQuantity", "code-invalid")
    ]


def test_contained_targets_have_to_fulfill_the_profile_that_is_asked_for() -> None:
    target = profile("target", "Patient", element("Patient.birthDate", min=1))
    reference = [{"code": "Reference", "targetProfile": [f"{OURS}target"]}]
    validator = validator_of(target, profile("a", "Observation", element("Observation.subject", type=reference)))
    subject = {"subject": {"reference": "#p"}}
    born = {"contained": [{"resourceType": "Patient", "id": "p", "birthDate": "2001"}]}
    assert errors(validator, OBSERVATION | subject | born, "a") == []
    unborn = {"contained": [{"resourceType": "Patient", "id": "p"}]}
    assert errors(validator, OBSERVATION | subject | unborn, "a") == [("Observation.subject", "structure")]


def test_claims_are_checked_and_those_not_loaded_told() -> None:
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    found = Validator().issues(
        {
            "resourceType": "Observation",
            "meta": {"profile": [url, "http://example.org/none"]},
            "status": "final",
            "code": {"text": "x"},
        }
    )
    told = [(each.severity, each.path, each.code) for each in found if each.rule == "meta.profile"]
    assert told == [
        ("error", "Observation.meta.profile[0]", "structure"),
        ("warning", "Observation.meta.profile[1]", "not-found"),
    ]


def test_a_base_type_as_claim_demands_nothing_more() -> None:
    meta = {"profile": [f"{BASE}Observation", None], "_profile": [None, ABSENT]}
    assert errors(Validator(), OBSERVATION | {"meta": meta}) == []


def test_bounds_with_units_are_left_alone() -> None:
    bound = element("Observation.value[x]", minValueQuantity={"value": 5, "unit": "mg"})
    assert (
        errors(validator_of(profile("a", "Observation", bound)), OBSERVATION | {"valueQuantity": {"value": 1}}, "a")
        == []
    )


def test_a_profile_that_is_asked_for_has_to_be_loaded() -> None:
    assert errors(Validator(), OBSERVATION, "none") == [("Observation", "not-found")]


def test_a_profile_of_a_profile_demands_what_both_do() -> None:
    parent = profile("parent", "Patient", element("Patient.name", min=1), element("Patient.name.family", min=1))
    child = profile(
        "child", "Patient", element("Patient.birthDate", min=1), element("Patient.name.given", max="1"), parent="parent"
    )
    found = errors(validator_of(child, parent), {"resourceType": "Patient", "name": [{"given": ["A", "B"]}]}, "child")
    assert sorted(found) == [
        ("Patient.birthDate", "required"), ("Patient.name[0].family", "required"), ("Patient.name[0].given", "structure"),
    ]  # fmt: skip


def test_one_of_several_profiles_is_enough() -> None:
    low = profile("low", "Quantity", element("Quantity.value", maxValueDecimal=5), kind="complex-type")
    percent = profile("percent", "Quantity", element("Quantity.code", min=1, fixedCode="%"), kind="complex-type")
    either = [{"code": "Quantity", "profile": [f"{OURS}low", f"{OURS}percent"]}]
    validator = validator_of(low, percent, profile("a", "Observation", element("Observation.value[x]", type=either)))
    percents = {"value": 50, "system": UCUM, "code": "%"}
    assert errors(validator, OBSERVATION | {"valueQuantity": {"value": 3}}, "a") == []
    assert errors(validator, OBSERVATION | {"valueQuantity": percents}, "a") == []
    assert errors(validator, OBSERVATION | {"valueQuantity": {"value": 50}}, "a") == [
        ("Observation.valueQuantity", "structure")
    ]


def test_codes_in_arrays_are_each_checked() -> None:
    schedule = {"resourceType": "PractitionerRole", "availableTime": [{"daysOfWeek": ["mon", "someday"]}]}
    assert errors(Validator(), schedule) == [("PractitionerRole.availableTime[0].daysOfWeek[1]", "code-invalid")]


def test_ids_are_told_from_paths_where_a_definition_has_none() -> None:
    """sliceName and path say the same as ids do."""
    demands = [
        element("Patient.identifier", slicing=slicing(("value", "system"))),
        element("Patient.identifier:a", min=1),
        element("Patient.identifier:a.system", min=1, fixedUri="x:a"),
        element("Patient.identifier:b", min=1),
        element("Patient.identifier:b.system", min=1, fixedUri="x:b"),
        element("Patient.identifier:b.period.end", min=1),
    ]
    without_ids = [{name: value for name, value in each.items() if name != "id"} for each in demands]
    resource = {
        "resourceType": "Patient",
        "identifier": [{"system": "x:a"}, {"system": "x:b", "period": {"start": "2001"}}],
    }
    for elements in (demands, without_ids):
        validator = validator_of(profile("a", "Patient", *elements))
        assert errors(validator, resource, "a") == [("Patient.identifier[1].period.end", "required")]
