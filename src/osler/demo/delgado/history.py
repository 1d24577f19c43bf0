"""Ten years of visits to the clinic, with blood pressure, weight and a note each."""

from __future__ import annotations

from typing import NamedTuple

from osler.demo.record import Record
from osler.demo.resources.encounter import add_encounter
from osler.demo.resources.notes import add_note
from osler.demo.resources.observations import add_blood_pressure, add_score, add_vital

PHQ9 = ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]", "PHQ-9 total score")


class Seen(NamedTuple):
    ago: int
    systolic: int
    diastolic: int
    weight: float
    reason: str
    said: str
    plan: tuple[str, ...]
    phq9: int | None = None


VISITS: tuple[Seen, ...] = (
    Seen(3640, 138, 84, 79.8, "New patient visit", "Moved to Lakeside. Diabetes for a year, on diet alone.",
         ("Type 2 diabetes: start metformin 500 mg twice daily.", "Penicillin anaphylaxis in 1987 and sulfa rash in 2009 recorded.")),
    Seen(3310, 142, 88, 79.1, "Diabetes follow-up", "Walks after dinner. No side effects.", ("Metformin to 1,000 mg twice daily.",)),
    Seen(3300, 148, 92, 79.0, "Blood pressure", "Home readings above 140 for a month.", ("Hypertension: start lisinopril 10 mg.",)),
    Seen(3180, 134, 84, 78.8, "Follow-up", "Feels well.", ("Hyperlipidemia: start atorvastatin 20 mg.",)),
    Seen(2890, 132, 82, 77.2, "Low mood", "Low since the death of her mother, sleeps badly.",
         ("Major depression: start sertraline 50 mg, therapy in Spanish.",), 16),
    Seen(2860, 130, 82, 77.0, "Mood follow-up", "Sleeping better, began therapy.", ("Sertraline to 100 mg.",), 11),
    Seen(2560, 134, 84, 78.1, "Diabetes follow-up", "Mood is good. Sugars up.", ("Continue glipizide; diet review.",), 5),
    Seen(2195, 136, 84, 78.4, "Annual wellness visit", "No concerns.", ("Preventive care reviewed.",), 3),
    Seen(1830, 133, 83, 78.9, "Annual wellness visit", "Video visits during the year went well.", ("Continue treatment.",), 2),
    Seen(1420, 131, 82, 79.2, "Mood follow-up", "No symptoms for two years.", ("Depression in remission: sertraline to 50 mg.",), 3),
    Seen(1205, 135, 84, 79.9, "Knee pain", "Right knee aches on stairs for months.", ("Osteoarthritis: exercises, acetaminophen as needed.",)),
    Seen(1210, 128, 80, 79.8, "Low sugars", "Two shaky nights with sugars near 60.", ("Stop glipizide.",)),
    Seen(1100, 134, 83, 80.0, "Follow-up", "No further low sugars.", ("LDL 118: atorvastatin to 40 mg.",)),
    Seen(735, 138, 86, 80.3, "Annual wellness visit", "Busy at work, eats late.", ("Kidney function and albumin to be followed closely.",), 3),
    Seen(546, 141, 87, 80.2, "Follow-up", "Feels well.", ("Urine albumin raised: keep lisinopril, recheck.",)),
    Seen(440, 144, 88, 80.4, "Diabetes follow-up", "Sugars 140 to 170 in the morning.", ("Add an SGLT2 inhibitor at the next visit.",)),
    Seen(400, 146, 89, 80.5, "Diabetes follow-up", "Ready to add a tablet.", ("Start empagliflozin 10 mg for diabetes and kidneys.",)),
    Seen(356, 152, 92, 80.6, "Blood pressure", "Home readings around 150.", ("Home log for a month; salt.",), 4),
    Seen(320, 149, 90, 80.4, "Nurse visit, blood pressure", "Log brought along.", ("Recheck in a month.",)),
    Seen(283, 146, 88, 80.1, "Follow-up", "Feels well. Comes for the results.", ("eGFR 59, albumin raised for a year: CKD stage 3a, A2. Avoid NSAIDs.",)),
    Seen(262, 143, 87, 80.2, "Blood pressure", "Home readings 140 to 146.", ("Lisinopril to 20 mg.",)),
    Seen(252, 141, 86, 80.2, "Nurse visit, blood pressure", "No dizziness on the new dose.", ("Continue.",)),
    Seen(215, 138, 84, 80.3, "Nurse visit, blood pressure", "No concerns.", ("Continue.",)),
    Seen(195, 137, 83, 80.4, "Blood pressure", "Home readings in the 130s.", ("Add amlodipine 5 mg.",)),
    Seen(165, 134, 80, 80.3, "Nurse visit, blood pressure", "No ankle swelling.", ("Continue.",)),
    Seen(132, 139, 83, 80.4, "Nurse visit, blood pressure", "Missed a few tablets on a trip.", ("Continue.",)),
    Seen(101, 137, 82, 80.5, "Diabetes, hypertension and CKD follow-up", "Son's wedding is coming up. Knee acts up now and then.",
         ("A1c 7.6 %: diet before the wedding, recheck in 3 months.", "Eye exam overdue: reminded.", "PHQ-9 4, remission continues."), 4),
    Seen(66, 141, 84, 81.4, "Nurse visit, blood pressure", "Knee pain since the wedding.", ("Home log; return with the physician.",)),
    Seen(31, 144, 85, 82.0, "Nurse visit, blood pressure", "Eating out more.", ("Visit with Dr Okafor in a month.",)),
)  # fmt: skip


def write_history(record: Record) -> None:
    for seen in VISITS:
        _write(record, seen)


def _write(record: Record, seen: Seen) -> None:
    day = record.ago(seen.ago)
    nurse_only = seen.reason.startswith("Nurse")
    start, end = record.stamp(day, 590), record.stamp(day, 610)
    encounter = record.new_id()
    kind = "wellness" if "wellness" in seen.reason else "follow-up"
    by = "park" if nurse_only else "okafor"
    add_encounter(
        record, kind, id=encounter, start=start, end=end, practitioner=by, nurse="" if nurse_only else "park",
        location="lakeside-main-room-4", place="Room 4", reason=seen.reason,
    )  # fmt: skip
    add_blood_pressure(record, seen.systolic, seen.diastolic, at=start, encounter=encounter, by="park")
    add_vital(record, "weight", seen.weight, at=start, encounter=encounter, by="park")
    add_vital(record, "heart-rate", 74 + seen.ago % 7, at=start, encounter=encounter, by="park")
    if not nurse_only:
        add_vital(record, "bmi", seen.weight / 1.63**2, at=start, encounter=encounter, by="park")
        add_vital(record, "oxygen", 97 + seen.ago % 2, at=start, encounter=encounter, by="park")
        add_vital(record, "temperature", 36.6 + seen.ago % 4 / 10, at=start, encounter=encounter, by="park")
        add_vital(record, "respiration", 14 + seen.ago % 3, at=start, encounter=encounter, by="park")
    if kind == "wellness":
        add_vital(record, "height", 163, at=start, encounter=encounter, by="park")
    if seen.phq9 is not None:
        add_score(record, *PHQ9, seen.phq9, at=start, encounter=encounter, by="park")
    text = _note(seen)
    add_note(record, text, at=end, start=start, by=by, encounter=encounter)


def _note(seen: Seen) -> str:
    plan = "\n".join(f"{n}. {line}" for n, line in enumerate(seen.plan, start=1))
    return (
        f"SUBJECTIVE\n{seen.said}\n\nOBJECTIVE\nBP {seen.systolic}/{seen.diastolic}, weight {seen.weight} kg.\n\n"
        f"ASSESSMENT AND PLAN\n{plan}\n"
    )
