"""Short illnesses: one visit, sometimes a test or a course of treatment, and over."""

from __future__ import annotations

from dataclasses import dataclass

from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.visits import Visit


@dataclass(frozen=True, slots=True)
class Illness:
    diagnosis: str
    reason: str
    says: str
    exam: str
    plan: str
    drug: str = ""
    child_drug: str = ""
    sex: str = ""
    ages: tuple[int, int] = (0, 120)
    fever: float = 0.0


ILLNESSES: tuple[Illness, ...] = (
    Illness("uri", "Cough and runny nose", "Runny nose and cough for 4 days, no fever.", "Throat mildly red, lungs clear.",
            "Viral upper respiratory infection. Fluids, rest, return if worse."),
    Illness("uri", "Sore throat and congestion", "Congested, sore throat for 3 days.", "Nose congested, ears normal.",
            "Upper respiratory infection. Saline, honey, time.", fever=0.4),
    Illness("bronchitis", "Cough for two weeks", "Cough for 12 days after a cold, no fever.", "Scattered rhonchi, clear with coughing.",
            "Acute bronchitis. No antibiotic. Benzonatate for cough.", "benzonatate-100", ages=(18, 120)),
    Illness("strep", "Sore throat and fever", "Sore throat and fever since yesterday.", "Tonsils red with exudate; rapid strep positive.",
            "Strep pharyngitis. Antibiotic for 10 days.", "amoxicillin-500", "amoxicillin-suspension", ages=(4, 45), fever=1.6),
    Illness("otitis", "Ear pain", "Right ear pain and fever overnight.", "Right drum red and bulging.",
            "Acute otitis media. Amoxicillin.", "amoxicillin-500", "amoxicillin-suspension", ages=(0, 10), fever=1.4),
    Illness("uti", "Burning with urination", "Burning and frequency for 2 days, no fever or flank pain.", "Abdomen soft, no flank tenderness.",
            "Urinary tract infection. Nitrofurantoin for 5 days.", "nitrofurantoin-100", sex="female", ages=(18, 90)),
    Illness("ankle-sprain", "Twisted ankle", "Rolled the right ankle yesterday, can bear weight.", "Swollen below the lateral malleolus, bones not tender.",
            "Ankle sprain. Rest, ice, brace; no X-ray needed.", ages=(8, 70)),
    Illness("gastroenteritis", "Vomiting and diarrhea", "Vomiting and loose stools for 1 day, drinking fluids.", "Abdomen soft, mildly tender.",
            "Viral gastroenteritis. Fluids in small sips; return if worse.", "ondansetron-4", ages=(3, 90), fever=0.5),
    Illness("conjunctivitis", "Red eye", "Red, watery right eye for 2 days, no pain.", "Conjunctiva red, vision normal.",
            "Viral conjunctivitis. Hygiene, cool compresses."),
    Illness("viral", "Fever", "Fever since last night, drinking well.", "Well appearing, no focus found.",
            "Viral illness. Fever care; return in 2 days if still febrile.", child_drug="ibuprofen-suspension", ages=(0, 12), fever=1.7),
)  # fmt: skip


def fitting(record: Record, age: int) -> list[Illness]:
    """The illnesses that a patient of this age and sex may come with."""
    sex = record.person.sex
    return [ill for ill in ILLNESSES if ill.ages[0] <= age <= ill.ages[1] and ill.sex in ("", sex)]


def treat(record: Record, visit: Visit, ill: Illness, *, age: int, allergic: frozenset[str]) -> None:
    """What is said, found and prescribed for a short illness; the course is over at once unless it is recent."""
    visit.kind, visit.reason = "symptom", ill.reason
    visit.subjective.append(ill.says)
    visit.exam["complaint"] = ill.exam
    visit.plan.append(ill.plan)
    visit.diagnoses.append(ill.diagnosis)
    drug = ill.child_drug if age < 12 else ill.drug
    if drug.startswith("amoxicillin") and "penicillin" in allergic:
        drug = "azithromycin-250" if age >= 12 else ""
        visit.plan.append("Penicillin allergy noted: amoxicillin not given.")
    if drug and drug not in record.active:
        medications.prescribe(record, drug, on=visit.day, at=visit.end, by=visit.by, encounter=visit.encounter)
        if (record.today - visit.day).days > 21:
            medications.finish(record, drug, on=visit.day)
