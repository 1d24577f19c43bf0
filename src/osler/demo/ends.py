"""Lives near their end: a patient who has died, and one in hospice care."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo.laboratory import draw
from osler.demo.life import live
from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.resources.observations import add_code_status, add_pain
from osler.demo.resources.planning import add_procedure
from osler.demo.resources.problems import add_problem
from osler.demo.stories import THREADS
from osler.demo.visits import close_visit, open_visit, take_vitals


def die(record: Record) -> None:
    """Metastatic lung cancer over fourteen months, comfort care at home, death a few weeks ago."""
    died = record.person.died or record.ago(37)
    _bend(record, died)
    live(record, [THREADS["copd"]], smoker="former", until=died - timedelta(days=430))
    _cancer_visits(record, died)
    for key in list(record.active):
        medications.finish(record, key, on=died)


def enter_hospice(record: Record) -> None:
    """End-stage heart failure in hospice care: comfort medicines, not for resuscitation."""
    today = record.today
    live(record, [THREADS["heart-failure"]], smoker="former", until=today - timedelta(days=60))
    for ago in (48, 27, 9):
        _comfort_visit(
            record,
            today - timedelta(days=ago),
            first=ago == 48,
            says="Weaker, sleeps most of the day. Wishes to stay at home.",
        )


def _bend(record: Record, died: date) -> None:
    end = (died - record.today).days
    body = record.body
    body.follow("weight", [(end - 500, 78), (end - 200, 66), (end, 51)])
    body.follow("hemoglobin", [(end - 500, 13.6), (end, 8.9)])
    body.follow("albumin", [(end - 500, 4.1), (end, 2.3)])
    body.follow("alp", [(end - 500, 90), (end, 410)])
    body.follow("calcium", [(end - 500, 9.5), (end - 60, 10.1), (end, 11.2)])
    body.follow("pain", [(end - 430, 2), (end - 60, 5), (end, 4)])


def _cancer_visits(record: Record, died: date) -> None:
    found = died - timedelta(days=425)
    visit = open_visit(record, found, reason="Cough with blood")
    take_vitals(record, visit)
    add_procedure(
        record,
        "chest-xray",
        on=found.isoformat(),
        encounter=visit.encounter,
        outcome="Mass in the right upper lobe, 4 cm",
    )
    for key in ("lung-cancer", "liver-metastasis"):
        add_problem(
            record, key, onset=found.isoformat(), recorded=visit.start, recorder=visit.by, encounter=visit.encounter
        )
    draw(record, "cmp", visit)
    draw(record, "cbc", visit)
    visit.diagnoses.append("lung-cancer")
    visit.subjective.append("Cough for two months, blood twice this week, 6 kg lighter.")
    visit.exam["general"] = "Thin. Wheeze over the right upper lobe."
    visit.plan.append("Lung mass with liver lesions on scan. Oncology this week; wishes discussed.")
    close_visit(record, visit)
    for before in (330, 240, 150, 95):
        _oncology_follow_up(record, died - timedelta(days=before))
    for before in (60, 32, 11):
        _comfort_visit(
            record,
            died - timedelta(days=before),
            first=before == 60,
            says="Pain and breathlessness. Wants to be at home with family.",
        )


def _oncology_follow_up(record: Record, day: date) -> None:
    visit = open_visit(record, day)
    take_vitals(record, visit)
    add_pain(record, _pain(record, day), at=visit.start, encounter=visit.encounter, by=visit.nurse)
    draw(record, "cmp", visit)
    draw(record, "cbc", visit)
    visit.diagnoses.append("lung-cancer")
    visit.subjective.append("Tired after chemotherapy; eats small meals.")
    visit.plan.append("Under oncology. Nutrition, nausea and pain reviewed.")
    close_visit(record, visit)


def _comfort_visit(record: Record, day: date, *, first: bool, says: str) -> None:
    visit = open_visit(record, day, kind="palliative")
    take_vitals(record, visit)
    add_pain(record, _pain(record, day), at=visit.start, encounter=visit.encounter, by=visit.nurse)
    if first:
        add_code_status(record, "dnr", at=visit.start, encounter=visit.encounter, by=visit.by)
        for drug in ("morphine-solution", "lorazepam-0.5", "senna", "ondansetron-4"):
            if drug not in record.active:
                medications.prescribe(record, drug, on=day, at=visit.end, by=visit.by, encounter=visit.encounter)
        visit.plan.append(
            "Goals of care discussed with the family: comfort at home, not for resuscitation. Hospice started."
        )
    visit.diagnoses.append("palliative")
    visit.subjective.append(says)
    visit.exam["general"] = "Frail, comfortable at rest."
    visit.plan.append("Comfort medicines reviewed; hospice nurse visits twice a week.")
    close_visit(record, visit)


def _pain(record: Record, day: date) -> int:
    value = record.body.read("pain", day)
    return min(10, max(0, round(value)))
