"""What tests are called where there is little room."""

from __future__ import annotations

import pytest

from osler.clinical.results.fhir import Result
from osler.clinical.results.names import short_name, short_names

LOINC = "http://loinc.org|"


@pytest.mark.parametrize(
    ("name", "code", "short"),
    [
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", "Hemoglobin A1c"),
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "", "Hemoglobin A1c"),
        ("Estimated Glomerular Filtration Rate", "33914-3", "eGFR"),
        ("Leukocytes [#/volume] in Blood by Automated count", "6690-2", "WBC"),
        ("Glucose [Mass/volume] in Serum or Plasma", "2345-7", "Glucose"),
        ("Glucose [Mass/volume] in Urine by Test strip", "5792-7", "Glucose, urine"),
        ("Cholesterol in VLDL [Mass/volume] in Serum or Plasma by calculation", "", "VLDL cholesterol"),
        ("Oxygen [Partial pressure] in Arterial blood", "", "Oxygen, arterial blood"),
        ("Hemoglobin.gastrointestinal [Presence] in Stool", "", "Hemoglobin.gastrointestinal, stool"),
        ("Peanut IgE Ab in Serum", "6206-7", "Peanut IgE Ab"),
        ("Complete blood count (hemogram) panel - Blood by Automated count", "", "Complete blood count (hemogram) panel"),
        # What a laboratory calls a test in few words stays, and so does what has no such form.
        ("K+", "2823-3", "K+"),
        ("Urine albumin/creatinine", "9318-7", "Urine albumin/creatinine"),
        ("Reason for referral of patient to clinic", "", "Reason for referral of patient to clinic"),
    ],
)  # fmt: skip
def test_a_long_name_is_shortened_to_what_was_measured_and_where(name: str, code: str, short: str) -> None:
    assert short_name(name, (LOINC + code,) if code else ()) == short


def test_two_tests_of_one_list_are_never_called_the_same() -> None:
    def result(code: str, name: str) -> Result:
        return Result(code, LOINC + code, name, "2026-01-01", codes=(LOINC + code,))

    ratio, width = "Erythrocyte distribution width [Ratio]", "Erythrocyte distribution width [Entitic volume]"
    sodium = "Sodium [Moles/volume] in Serum or Plasma"
    named = short_names([result("788-0", ratio), result("21000-5", width), result("2951-2", sodium)])
    assert list(named.values()) == [ratio, width, "Sodium"]
