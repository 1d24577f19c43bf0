"""$validate: an OperationOutcome for a resource, a mode and a profile."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.definitions.profiles import builtin_profiles
from osler.fhir.validate import Validator, validate

VALIDATOR = Validator()
US_CORE_PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
TEXT = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}
PATIENT: dict[str, Any] = {"resourceType": "Patient", "gender": "male", "text": TEXT}


def _issues(resource: Any, *asked: str, **others: Any) -> list[tuple[str, str, str]]:
    outcome = validate(VALIDATOR, resource, *asked, **others)
    assert outcome["resourceType"] == "OperationOutcome"
    return [(each["severity"], each["code"], each.get("expression", [""])[0]) for each in outcome["issue"]]


@pytest.mark.parametrize(
    ("resource", "mode", "id", "told"),
    [
        (PATIENT, "", "", ("information", "informational", "")),
        (PATIENT, "create", "", ("information", "informational", "")),
        (PATIENT | {"id": "a"}, "create", "", ("information", "informational", "Patient.id")),
        (PATIENT | {"id": "a"}, "update", "a", ("information", "informational", "")),
        (PATIENT, "update", "a", ("error", "required", "Patient.id")),
        (PATIENT | {"id": "b"}, "update", "a", ("error", "value", "Patient.id")),
        ({"resourceType": "Patient", "gender": "?"}, "delete", "", ("information", "informational", "")),
        (None, "delete", "a", ("information", "informational", "")),
        (None, "create", "", ("error", "required", "resource")),
        (PATIENT, "profile", "", ("error", "required", "profile")),
        (PATIENT, "guess", "", ("error", "value", "mode")),
    ],
)
def test_modes(resource: Any, mode: str, id: str, told: tuple[str, str, str]) -> None:
    assert _issues(resource, mode, id=id) == [told]


def test_what_is_no_resource() -> None:
    assert [each[0] for each in _issues([PATIENT], "update")] == ["error"]


def test_a_profile_that_is_named_is_asked_about() -> None:
    assert _issues(PATIENT, "profile", US_CORE_PATIENT) == [
        ("error", "required", "Patient.identifier"),
        ("error", "required", "Patient.name"),
    ]


def test_an_issue_names_the_rule() -> None:
    (issue,) = validate(VALIDATOR, PATIENT | {"gender": "?"})["issue"]
    assert issue == {
        "severity": "error",
        "code": "code-invalid",
        "details": {"text": "The code is not from the value set http://hl7.org/fhir/ValueSet/administrative-gender."},
        "diagnostics": "Patient: gender",
        "expression": ["Patient.gender"],
    }


def test_outcomes_are_valid_themselves() -> None:
    outcome = validate(VALIDATOR, {"resourceType": "Patient", "gender": "?", "contact": [{"gender": "?"}]})
    assert [each for each in VALIDATOR.issues(outcome) if each.severity == "error"] == []


def test_refusing_tells_every_error() -> None:
    VALIDATOR.refuse(PATIENT)
    with pytest.raises(Invalid) as refused:
        VALIDATOR.refuse(PATIENT | {"gender": "?", "contact": [{"gender": "male"}]})
    assert [(each.path, each.code) for each in refused.value.faults] == [
        ("Patient.gender", "code-invalid"),
        ("Patient.contact[0]", "invariant"),
    ]


def test_every_type_and_profile_compiles() -> None:
    """Everything is compiled on first use; here all is used once."""
    for name in sorted(definitions().resource_types):
        assert isinstance(VALIDATOR.issues({"resourceType": name, "id": "a"}), list)
    for canonical in builtin_profiles().canonicals():
        profile = builtin_profiles().find(canonical)
        if profile and profile.type in definitions().resource_types:
            assert isinstance(VALIDATOR.issues({"resourceType": profile.type, "id": "a"}, [canonical]), list)
