"""Today: in Room 4 since 09:20, vital signs taken at 09:12, and a note begun."""

from __future__ import annotations

from osler.demo.record import Record
from osler.demo.resources.encounter import add_encounter
from osler.demo.resources.notes import add_note
from osler.demo.resources.observations import add_blood_pressure, add_pain, add_vital
from osler.demo.resources.planning import add_care_plan

_DRAFT = """SUBJECTIVE
{age}-year-old woman with type 2 diabetes, hypertension and CKD 3a for follow-up. Knee pain since {wedding}; ED visit {emergency}, no fracture. Taking naproxen most days. Eating out more since son’s wedding. No hypoglycemia. Denies chest pain, dyspnea, orthopnea or edema.

OBJECTIVE
BP 148/86, repeat 144/84. HR 78. Weight 82.4 kg.
Heart regular, no murmur. Lungs clear. Right knee: crepitus, no effusion. Monofilament intact, 10/10 both feet.

ASSESSMENT AND PLAN
1. Type 2 diabetes with CKD: above goal, A1c 8.4 from 7.6. Renal benefit from higher SGLT2 dose.
2. CKD stage 3a with hyperkalemia:
"""  # noqa: E501  a paragraph of a note is one line


def write_this_visit(record: Record) -> None:
    today = record.today
    start = record.stamp(today, 9 * 60 + 20)
    encounter = record.new_id()
    add_encounter(
        record, "follow-up", id=encounter, start=start, practitioner="okafor", nurse="park", location="lakeside-main-room-4",
        place="Room 4", status="in-progress", reason="Diabetes, hypertension and CKD follow-up",
        diagnoses=tuple(record.conditions[key]["id"] for key in ("diabetes-ckd", "hypertension", "ckd-3a")),
    )  # fmt: skip
    _vitals(record, encounter)
    draft = _DRAFT.format(
        age=record.person.age(today), emergency=record.ago(49).strftime("%d-%b"), wedding=record.ago(66).strftime("%B")
    )
    add_note(
        record, draft, at=record.stamp(today, 9 * 60 + 26), start=start, by="okafor", encounter=encounter, signed=False
    )
    add_care_plan(
        record,
        [
            "A1c below 7 % with metformin and empagliflozin; dietitian in Spanish",
            "Systolic 110 to 130 mmHg; home log twice a week",
            "Protect the kidneys: no NSAIDs, potassium and creatinine every 3 months",
            "Knee: exercises, acetaminophen instead of naproxen",
        ],
        start=record.ago(101).isoformat(), encounter=encounter, problems=["diabetes-ckd", "hypertension", "ckd-3a", "knee-oa"],
    )  # fmt: skip


def _vitals(record: Record, encounter: str) -> None:
    at, by = record.stamp(record.today, 9 * 60 + 12), "park"
    add_blood_pressure(record, 148, 86, at=at, encounter=encounter, by=by)
    for key, value in (
        ("heart-rate", 78), ("respiration", 16), ("oxygen", 97), ("temperature", 36.8), ("weight", 82.4), ("height", 163), ("bmi", 31.0),
    ):  # fmt: skip
        add_vital(record, key, value, at=at, encounter=encounter, by=by)
    add_pain(record, 3, at=at, encounter=encounter, by=by, where="knee")
    repeat = record.stamp(record.today, 9 * 60 + 24)
    add_blood_pressure(
        record, 144, 84, at=repeat, encounter=encounter, by="okafor", note="Repeat, seated, after 5 minutes"
    )
