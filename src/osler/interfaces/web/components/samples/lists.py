"""Problem, medication and allergy lists: full, empty, odd."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components.allergies import AllergyList, AllergyRow
from osler.interfaces.web.components.medications import MedicationList, MedicationRow
from osler.interfaces.web.components.problems import ProblemList, ProblemRow
from osler.interfaces.web.components.samples import chart
from osler.interfaces.web.components.values import Action, When

PROBLEM_LISTS = {
    "six active, one past": replace(
        chart.PROBLEMS, id="ui-problems-full", add=replace(chart.add("Add problem", "problems/add"))
    ),
    "none recorded": ProblemList((), id="ui-problems-empty"),
    "no known problems": ProblemList((), none_known=True, id="ui-problems-none"),
    "entered in error, new, with actions": ProblemList(
        (
            ProblemRow("q1", "Pregnancy", "/p", "Condition/q1", 1, entered_in_error=True),
            ProblemRow(
                "q2",
                "Carpal tunnel syndrome, left wrist, following a fall on the outstretched hand",
                "/p",
                "Condition/q2",
                2,
                new=True,
                since=When("21-Nov-2026", "2026-11-21"),
                actions=(
                    Action("Edit", "/e", panel=True),
                    Action("Resolve", "/r", panel=True),
                    Action("Entered in error…", "/x", panel=True),
                ),
            ),
        ),
        id="ui-problems-error",
    ),
}

MEDICATION_LISTS = {
    "seven active": replace(chart.MEDICATIONS, id="ui-meds-full"),
    "none recorded": MedicationList((), id="ui-meds-empty"),
    "takes none": MedicationList((), none_taken=True, id="ui-meds-none"),
    "combination, text only, long, in error": MedicationList(
        (
            MedicationRow(
                "x1",
                "lisinopril and hydroCHLOROthiazide",
                "/m",
                "MedicationRequest/x1",
                "20 mg and 12.5 mg tablet",
                "1 tablet",
                ("oral", "daily"),
            ),
            MedicationRow(
                "x2", "24 HR Metoprolol succinate 100 MG Extended Release Oral Tablet", "/m", "MedicationRequest/x2"
            ),
            MedicationRow(
                "x3",
                "insulin glargine",
                "/m",
                "MedicationRequest/x3",
                "100 units in 1 mL pen",
                "14 units",
                (
                    "subcutaneous",
                    "every night at bedtime",
                    "raise by 2 units every 3 days until fasting glucose is under 130 mg/dL",
                ),
            ),
            MedicationRow(
                "x4",
                "predniSONE",
                "/m",
                "MedicationRequest/x4",
                "10 mg tablet",
                "10 mg",
                ("oral", "daily"),
                entered_in_error=True,
            ),
        ),
        past=(
            MedicationRow(
                "x5",
                "amoxicillin",
                "/m",
                "MedicationRequest/x5",
                "500 mg capsule",
                "500 mg",
                ("oral", "three times daily"),
                ends=When("04-Feb-2024", "2024-02-04"),
                ends_word="stopped",
            ),
        ),
        id="ui-meds-odd",
    ),
}

ALLERGY_LISTS = {
    "listed": replace(chart.ALLERGIES, id="ui-allergies-full", add=chart.add("Add allergy", "allergies/add")),
    "no known allergies": AllergyList("none-known", asked=When("12-Aug-2026", "2026-08-12"), id="ui-allergies-none"),
    "not asked": AllergyList(
        "not-asked",
        state_none=Action("No known allergies", "/none", method="post", style="plain"),
        id="ui-allergies-unasked",
    ),
    "unsure, refuted, in error": AllergyList(
        "listed",
        (
            AllergyRow(
                "b1",
                "codeine",
                "AllergyIntolerance/b1",
                kind="Medication, intolerance",
                status="unconfirmed",
                by="J. Park, MA",
            ),
            AllergyRow("b2", "penicillin", "AllergyIntolerance/b2", "hives", criticality="high", entered_in_error=True),
        ),
        past=(AllergyRow("b3", "egg", "AllergyIntolerance/b3", "vomiting", kind="Food", status="refuted"),),
        id="ui-allergies-odd",
    ),
}
