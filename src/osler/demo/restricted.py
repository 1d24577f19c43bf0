"""Records under special protection: a whole record of substance use treatment, and one sealed note in an ordinary one."""

from __future__ import annotations

from datetime import timedelta

from osler.demo.codes.systems import HL7
from osler.demo.life import live
from osler.demo.record import Record
from osler.demo.resources.problems import add_problem
from osler.demo.stories import THREADS
from osler.demo.stories.mind import TREATMENT
from osler.demo.visits import close_visit, open_visit, take_vitals

RESTRICTED = (HL7 + "v3-Confidentiality", "R", "restricted")
PART_2 = ((HL7 + "v3-ActCode", "42CFRPart2", "42 CFR Part2"), RESTRICTED)
"""Labels of a record under 42 CFR Part 2, the US rule on substance use treatment."""


def recover(record: Record) -> None:
    """Opioid use disorder on buprenorphine. The person's labels mark every resource."""
    live(record, [TREATMENT], years=4, smoker="current", allergies=False)


def live_with_one_sealed_note(record: Record) -> None:
    """Anxiety under treatment, and one visit about violence at home whose note alone is restricted."""
    live(record, [THREADS["anxiety"]], years=6, smoker="never")
    day = record.ago(64)
    visit = open_visit(record, day - timedelta(days=max(0, day.weekday() - 4)), reason="Private conversation")
    if "anxiety" not in record.conditions:
        add_problem(
            record, "anxiety", onset=day.isoformat(), recorded=visit.start, recorder=visit.by, encounter=visit.encounter
        )
    take_vitals(record, visit)
    visit.labels = (RESTRICTED,)
    visit.diagnoses.append("anxiety")
    visit.subjective.append("Came alone. Speaks of threats by the partner at home and asks that nobody be told.")
    visit.exam["general"] = "Tearful, no injuries."
    visit.plan.append("Safety plan made, advocate's number given. This note is restricted at the patient's wish.")
    close_visit(record, visit)
