"""What happened since her last visit: a vaccine at the pharmacy, an emergency visit, new results, a message."""

from __future__ import annotations

from osler.demo.clinic import HOSPITAL
from osler.demo.prevention import report_vaccine
from osler.demo.record import Record
from osler.demo.resources.encounter import add_encounter
from osler.demo.resources.notes import add_message, add_note
from osler.demo.resources.observations import add_blood_pressure, add_vital
from osler.demo.resources.planning import add_procedure
from osler.demo.resources.problems import add_diagnosis
from osler.demo.resources.results import add_report, add_result

_EMERGENCY = """HISTORY
Right knee pain for two weeks, worse after dancing at a wedding. No fall, no fever. Takes naproxen 220 mg from the pharmacy.

EXAMINATION
BP 142/84, HR 80. Right knee: small effusion, crepitus, ligaments stable.

RESULTS
X-ray of the right knee: no fracture, medial joint space narrowing. Potassium 5.1, creatinine 1.12.

DISPOSITION
Osteoarthritis flare. Ice, rest, follow up with the family physician. Discharged home.
"""


def write_recent(record: Record) -> None:
    report_vaccine(record, "flu", record.ago(60), "Corner Pharmacy")
    _emergency_visit(record)
    add_message(
        record, "knee still sore, taking Aleve most days. Is that ok with my other pills?", at=record.stamp(record.ago(1), 19 * 60 + 12),
        to="okafor",
    )  # fmt: skip


def _emergency_visit(record: Record) -> None:
    day = record.ago(49)
    start, end = record.stamp(day, 13 * 60 + 50), record.stamp(day, 16 * 60 + 5)
    encounter = record.new_id()
    pain = add_diagnosis(record, "knee-pain", encounter=encounter, on=start, recorder="ferraro")
    add_encounter(
        record, "emergency", id=encounter, start=start, end=end, practitioner="ferraro", category="EMER", provider=HOSPITAL,
        reason="Knee pain", diagnoses=(pain["id"],),
    )  # fmt: skip
    add_blood_pressure(record, 142, 84, at=start, encounter=encounter, by="ferraro")
    add_vital(record, "heart-rate", 80, at=start, encounter=encounter, by="ferraro")
    at = record.stamp(day, 14 * 60 + 30)
    values = {
        "potassium": 5.1,
        "creatinine": 1.12,
        "egfr": 56,
        "urea": 21,
        "sodium": 139,
        "chloride": 104,
        "bicarbonate": 24,
        "calcium": 9.4,
    }
    results = [add_result(record, key, value, at=at, issued=at, encounter=encounter) for key, value in values.items()]
    add_report(record, "renal", results, at=at, issued=at, encounter=encounter)
    add_procedure(
        record,
        "knee-xray",
        on=at,
        encounter=encounter,
        by="ferraro",
        outcome="No fracture; medial joint space narrowing",
        site="Right knee",
    )
    add_note(
        record, _EMERGENCY, at=end, start=start, by="ferraro", encounter=encounter, custodian=HOSPITAL,
        kind=("34111-5", "Emergency department Note", "Emergency department note"),
    )  # fmt: skip
