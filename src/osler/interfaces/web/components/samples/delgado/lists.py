"""Problems, medications, allergies."""

from __future__ import annotations

from osler.interfaces.web.components import format
from osler.interfaces.web.components.allergies import AllergyList, AllergyRow
from osler.interfaces.web.components.medications import MedicationList, MedicationRow
from osler.interfaces.web.components.problems import ProblemList, ProblemRow
from osler.interfaces.web.components.samples.delgado.frame import CHART, add
from osler.interfaces.web.components.samples.delgado.measurements import A1C, EGFR, SYSTOLIC
from osler.interfaces.web.components.values import Chip, Detail, Value, When

PROBLEMS = ProblemList(
    (
        ProblemRow(
            "p1",
            "Type 2 diabetes with chronic kidney disease",
            f"{CHART}/problems/p1",
            "Condition/p1",
            1,
            (Detail("A1c", Value("8.4", "%")), Detail("goal < 7"), Detail("metFORMIN, empagliflozin")),
            trend=A1C,
        ),
        ProblemRow(
            "p2",
            "Hypertension",
            f"{CHART}/problems/p2",
            "Condition/p2",
            2,
            (Detail(value=Value("148/86", "mmHg")), Detail("lisinopril, amLODIPine")),
            trend=SYSTOLIC,
        ),
        ProblemRow(
            "p3",
            "CKD stage 3a, A2",
            f"{CHART}/problems/p3",
            "Condition/p3",
            3,
            (Detail("eGFR", Value("52")), Detail("falling 11 in 18 mo")),
            trend=EGFR,
        ),
        ProblemRow(
            "p4",
            "Hyperlipidemia",
            f"{CHART}/problems/p4",
            "Condition/p4",
            4,
            (Detail("LDL", Value("66", "mg/dL")), Detail("atorvastatin")),
            chips=(Chip("At goal", "ok", "check"),),
        ),
        ProblemRow(
            "p5",
            "Osteoarthritis, right knee",
            f"{CHART}/problems/p5",
            "Condition/p5",
            5,
            (Detail("naproxen (over the counter)"),),
            chips=(Chip("ED visit 03-Oct-2026", "info"),),
        ),
        ProblemRow(
            "p6",
            "Depression, in remission",
            f"{CHART}/problems/p6",
            "Condition/p6",
            6,
            (Detail("PHQ-9", Value("4")), Detail("sertraline")),
            since=When("Mar-2019", "2019-03"),
        ),
    ),
    past=(
        ProblemRow(
            "p7",
            "Acute bronchitis",
            f"{CHART}/problems/p7",
            "Condition/p7",
            since=When("Jan-2024", "2024-01"),
            resolved=When("Feb-2024", "2024-02"),
        ),
    ),
    add=add("Add problem", "problems/add", "p"),
    fhir="Condition?patient=delgado",
)


def _med(
    id: str, name: str, product: str, dose: str, sig: tuple[str, ...], refills: int, ends: str, **more: object
) -> MedicationRow:
    return MedicationRow(
        id,
        format.drug_name(name),
        f"{CHART}/medications/{id}",
        f"MedicationRequest/{id}",
        product,
        dose,
        sig,
        format.plural(refills, "refill") if ends else "",
        format.day(ends) if ends else None,
        **more,  # type: ignore[arg-type]
    )


MEDICATIONS = MedicationList(
    (
        _med("m1", "metformin", "1,000 mg tablet", "1,000 mg", ("oral", "twice daily with meals"), 4, "2026-12-12"),
        _med("m2", "empagliflozin", "10 mg tablet", "10 mg", ("oral", "every morning"), 2, "2026-11-30"),
        _med("m3", "lisinopril", "20 mg tablet", "20 mg", ("oral", "daily"), 3, "2027-01-18"),
        _med("m4", "amlodipine", "5 mg tablet", "5 mg", ("oral", "daily"), 3, "2027-01-18"),
        _med("m5", "atorvastatin", "40 mg tablet", "40 mg", ("oral", "at bedtime"), 1, "2027-02-02"),
        _med("m6", "sertraline", "50 mg tablet", "50 mg", ("oral", "daily"), 5, "2027-03-11"),
        _med(
            "m7",
            "naproxen",
            "220 mg tablet",
            "220 mg",
            ("oral", "as needed for knee pain"),
            0,
            "",
            watch=True,
            patient_reported=True,
            chips=(Chip("Over the counter", "warn"),),
        ),
    ),
    add=add("Add medication", "medications/add"),
    note="reconciled 21-Nov-2026",
    fhir="MedicationRequest?patient=delgado",
)

ALLERGIES = AllergyList(
    "listed",
    (
        AllergyRow(
            "a1",
            "penicillin",
            "AllergyIntolerance/a1",
            "anaphylaxis",
            "severe",
            "high",
            "Medication",
            recorded=When("02-May-1998", "1998-05-02"),
        ),
        AllergyRow(
            "a2",
            "sulfamethoxazole and trimethoprim",
            "AllergyIntolerance/a2",
            "rash",
            "mild",
            "low",
            "Medication (combination)",
            recorded=When("11-Sep-2011", "2011-09-11"),
        ),
    ),
    add=add("Add allergy", "allergies/add", "a"),
    fhir="AllergyIntolerance?patient=delgado",
)
