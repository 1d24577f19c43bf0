"""The invariants that are compiled by hand say what FHIRPath says of the same expression."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from osler.fhir.definitions.profiles import Rule, builtin_profiles
from osler.fhir.path import Environment, compile_path, kind_of
from osler.fhir.validate.hand_compiled import HAND_COMPILED, REPAIRED
from osler.fhir.validate.run import Findings, Run


def _patients(*contained: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"resourceType": "Patient", **each} for each in contained]


HIDDEN = {"id": "x"}
XHTML = "<div xmlns='http://www.w3.org/1999/xhtml'>x</div>"

CHOICES: dict[str, tuple[str, dict[str, tuple[Any, ...]]]] = {
    "dom-2": ("Patient", {"contained": (_patients({"id": "a"}), _patients({"id": "a", "contained": _patients({})}))}),
    "dom-3": (
        "Patient",
        {
            "contained": (
                _patients({"id": "a"}),
                _patients({"id": "a"}, {"id": "b"}),
                _patients({"id": "a", "managingOrganization": {"reference": "#"}}),
            ),
            "managingOrganization": ({"reference": "#a"}, {"reference": "#c"}),
            "generalPractitioner": ([{"reference": "#b"}],),
            "implicitRules": ("#a",),
        },
    ),
    "dom-4": (
        "Patient",
        {
            "contained": (
                _patients({"meta": {"versionId": "1"}}),
                _patients({"meta": {"lastUpdated": "2024-01-01T00:00:00Z"}}),
                _patients({"meta": {"source": "x"}}, {}),
            )
        },
    ),
    "dom-5": (
        "Patient",
        {"contained": (_patients({"meta": {"security": [{"code": "R"}]}}), _patients({"meta": {"source": "x"}}))},
    ),
    "dom-6": ("Patient", {"text": ({"status": "empty"}, {"status": "generated", "div": XHTML})}),
    "ref-1": ("Reference", {"reference": ("#a", "#none", "Patient/1"), "display": ("x",)}),
    "per-1": (
        "Period",
        {
            "start": ("2024", "2024-05", "2024-05-02", "2024-05-02T10:00:00Z", "2024-05-02T10:00:00.5Z"),
            "end": (
                *("2023", "2024", "2024-05", "2024-04-29", "2024-05-01", "2024-05-02", "2024-05-03"),
                *("2024-05-02T09:00:00Z", "2024-05-02T10:00:00+02:00", "2024-05-02T10:00:00Z", "2024-04-20T10:00:00Z"),
            ),
            "_start": ({"extension": [{"url": "x:y", "valueString": "x"}]},),
        },
    ),
    "qty-3": ("Quantity", {"code": ("mg",), "system": ("x:y",), "_system": (HIDDEN,), "value": (1,)}),
    "cpt-2": (
        "ContactPoint",
        {"value": ("1",), "_value": (HIDDEN,), "system": ("phone",), "_system": (HIDDEN,), "use": ("home",)},
    ),
    "pat-1": (
        "Patient.contact",
        {
            "name": ({"text": "x"},),
            "telecom": ([{"value": "1"}],),
            "address": ({"text": "x"},),
            "organization": ({"display": "x"},),
            "gender": ("male",),
        },
    ),
    "obs-3": (
        "Observation.referenceRange",
        {
            "low": ({"value": 1},),
            "high": ({"value": 1},),
            "text": ("x",),
            "_text": (HIDDEN,),
            "age": ({"low": {"value": 1}},),
        },
    ),
    "obs-6": (
        "Observation",
        {
            "dataAbsentReason": ({"text": "x"},),
            "valueString": ("x",),
            "_valueString": (HIDDEN,),
            "valueQuantity": ({"value": 1},),
            "status": ("final",),
        },
    ),
    "csd-1": (
        "CodeSystem",
        {
            "concept": ([{"code": "a"}], [{"code": "a"}, {"code": "b", "concept": [{"code": "c"}, {"code": "a"}]}]),
            "contained": (
                [{"resourceType": "CodeSystem", "concept": [{"code": "a"}]}],
                [{"resourceType": "ValueSet", "compose": {"include": [{"concept": [{"code": "b"}]}]}}],
            ),
            "identifier": ([{"value": "a"}],),
        },
    ),
    "que-2": (
        "Questionnaire",
        {
            "item": ([{"linkId": "a"}], [{"linkId": "a", "item": [{"linkId": "b"}]}, {"linkId": "b"}]),
            "contained": ([{"resourceType": "QuestionnaireResponse", "item": [{"linkId": "a"}]}],),
            "title": ("a",),
        },
    ),
    "us-core-2": (
        "Observation",
        {
            "component": ([{"code": {"text": "x"}}],),
            "hasMember": ([{"display": "x"}],),
            "dataAbsentReason": ({"text": "x"},),
            "valueString": ("x",),
            "status": ("final",),
        },
    ),
}
"""Per key of an invariant: what it is about, and values that each property may have besides not being there."""


def _expressions() -> dict[str, str]:
    found: dict[str, str] = {}
    for canonical in builtin_profiles().canonicals():
        profile = builtin_profiles().find(canonical)
        for rule in profile.rules if profile else ():
            _note(rule, found)
    for name in builtin_profiles().packages[0].profiles:
        profile = builtin_profiles().find(name)
        for rule in profile.rules if profile else ():
            _note(rule, found)
    return found


def _note(rule: Rule, found: dict[str, str]) -> None:
    """Where several have the same expression, the one that is spoken of here."""
    for each in rule.invariants:
        if each.expression not in found or each.key in CHOICES:
            found[each.expression] = each.key


KEYS = _expressions()
RESOURCES = ("Patient", "Observation", "CodeSystem", "Questionnaire")


@pytest.mark.parametrize("expression", HAND_COMPILED, ids=lambda text: KEYS[text])
def test_by_hand_is_as_by_fhirpath(expression: str) -> None:
    structure, choices = CHOICES[KEYS[expression]]
    path, kind = compile_path(expression), kind_of(structure)
    answers = set()
    for values in product(*((None, *options) for options in choices.values())):
        value = {name: each for name, each in zip(choices, values, strict=True) if each is not None}
        resource = {"resourceType": structure, **value} if structure in RESOURCES else {
            "resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "a"}]
        }  # fmt: skip
        if "resourceType" in resource and structure == resource["resourceType"]:
            value = resource
        expected = path.test(value, Environment(resource, resource), kind)
        assert HAND_COMPILED[expression](value, Run(resource, Findings(), "", None)) is expected, value
        answers.add(expected)
    assert answers == {True, False}


def test_every_one_by_hand_is_an_invariant_of_what_is_built_in() -> None:
    assert [each for each in (*HAND_COMPILED, *REPAIRED) if each not in KEYS] == []


@pytest.mark.parametrize(
    ("expression", "structure", "values"),
    [
        ("$this is dateTime implies $this.toString().length() >= 10", "dateTime", ["2024", "2024-05", "2024-05-01", "2024-05-01T10:00:00Z"]),
        ("telecom.exists() or endpoint.exists()", "PractitionerRole", [{"telecom": [{}]}, {"endpoint": [{}]}, {"active": True}]),
        (
            "practitioner.exists() or organization.exists() or healthcareService.exists() or location.exists()",
            "PractitionerRole",
            [{"practitioner": {}}, {"organization": {}}, {"healthcareService": [{}]}, {"location": [{}]}, {"active": True}],
        ),
    ],
)  # fmt: skip
def test_repaired_ones_are_as_7_0_0_writes_them(expression: str, structure: str, values: list[Any]) -> None:
    assert expression in KEYS
    stem = expression.split(".exists()")[0][:12]
    repaired = next(
        by_hand for text, by_hand in REPAIRED.items() if text.startswith(stem.replace("dateTime", "DateTime")[:8])
    )
    run = Run({"resourceType": "PractitionerRole"}, Findings(), "", None)
    for value in values:
        assert repaired(value, run) is compile_path(expression).test(value, Environment(), kind_of(structure)), value


def test_a_contained_resource_may_refer_to_its_container() -> None:
    """R4 says so of `#`; ref-1 as written does not let it (https://hl7.org/fhir/R4/references.html#contained)."""
    inner = {"resourceType": "Patient", "id": "a", "managingOrganization": {"reference": "#"}}
    run = Run({"resourceType": "Organization", "contained": [inner]}, Findings(), "", None)
    expression = next(each for each in HAND_COMPILED if each.startswith("reference.startsWith"))
    assert HAND_COMPILED[expression]({"reference": "#"}, run.within(inner, run.start, is_contained=True))
