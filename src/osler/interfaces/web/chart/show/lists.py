"""Problems, medications and allergies as the chart shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from osler.clinical.allergies.fhir import Allergy
from osler.clinical.allergies.queries import Allergies
from osler.clinical.medications.fhir import Medication
from osler.clinical.medications.queries import Medications
from osler.clinical.problems.fhir import Goal, Problem
from osler.clinical.problems.queries import Problems
from osler.clinical.problems.rules import is_kidney_disease
from osler.fhir.readers import instant
from osler.interfaces.web.chart.show.measures import Measure, goal_words, meets
from osler.interfaces.web.components import format
from osler.interfaces.web.components.allergies import AllergyList, AllergyRow
from osler.interfaces.web.components.medications import MedicationList, MedicationRow
from osler.interfaces.web.components.problems import ProblemList, ProblemRow
from osler.interfaces.web.components.values import Action, Chip, Detail
from osler.interfaces.web.show import chart_address

_KINDS = {"medication": "Medication", "food": "Food", "environment": "Environment", "biologic": "Biologic"}


def problem_list(
    problems: Problems, patient: str, zone: tzinfo, *, goals: tuple[Goal, ...] = (),
    measures: Mapping[str, Measure] | None = None, kidneys: Measure | None = None, medications: Medications | None = None, may_write: bool = False,
) -> ProblemList:  # fmt: skip
    """`measures` by code: the latest of what goals are about, and its course. `kidneys`: of the filtration rate."""
    rows = [
        _problem_row(
            problem,
            patient,
            zone,
            rank,
            goals,
            measures or {},
            kidneys if is_kidney_disease(problem) else None,
            medications,
            may_write,
        )
        for rank, problem in enumerate(problems.active, start=1)
    ]
    return ProblemList(
        tuple(rows),
        past=tuple(_problem_row(each, patient, zone, 0, (), {}, None, None, may_write) for each in problems.past),
        add=add_action("Add problem", patient, "problems/add", "p") if may_write else None,
        none_known=problems.none_known,
        fhir=f"Condition?patient={patient}",
    )


def _problem_row(
    problem: Problem, patient: str, zone: tzinfo, rank: int, goals: tuple[Goal, ...], measures: Mapping[str, Measure],
    kidneys: Measure | None, medications: Medications | None, may_write: bool,
) -> ProblemRow:  # fmt: skip
    details: list[Detail] = []
    trend, chips = None, list[Chip]()
    if kidneys:
        details.append(Detail(kidneys.short, kidneys.value))
        trend = kidneys.spark
    for goal in (each for each in goals if problem.id in each.problems):
        measure = next((measures[code] for code in goal.measures if code in measures), None)
        if measure is None:
            continue
        details += [Detail(measure.short, measure.value), Detail(goal_words(goal))]
        trend = trend or measure.spark
        if meets(goal, measure.number):
            chips.append(Chip("At goal", "ok", "check"))
            trend = None  # the word says what the course would
    drugs = [each for each in (medications.active if medications else ()) if problem.id in each.problems]
    if drugs:
        details.append(Detail(", ".join(dict.fromkeys(format.drug_name(each.name) for each in drugs))))
    plain = not details
    return ProblemRow(
        problem.id,
        problem.name,
        chart_address(patient, "problems", problem.id),
        f"Condition/{problem.id}",
        rank,
        tuple(details),
        since=format.day(problem.onset, zone) if problem.onset and plain else None,
        resolved=format.day(problem.abated, zone) if problem.abated else None,
        code=problem.icd if plain else "",
        trend=trend,
        chips=(*chips, *(() if problem.verification in ("confirmed", "") else (Chip(problem.verification, "warn"),))),
        entered_in_error=problem.in_error,
        actions=_row_actions(patient, "problems", problem.id, may_write and not problem.in_error),
    )


def _row_actions(patient: str, section: str, id_: str, may_write: bool) -> tuple[Action, ...]:
    if not may_write:
        return ()
    return (Action("Entered in error…", chart_address(patient, section, id_, "withdraw"), "ban", panel=True),)


def add_action(label: str, patient: str, path: str, key: str = "") -> Action:
    return Action(label, chart_address(patient, path), "plus", panel=True, icon_only=True, shortcut=key)


def medication_list(
    medications: Medications, patient: str, zone: tzinfo, now: datetime, past: int = 0
) -> MedicationList:
    """`past` counts those that are listed elsewhere."""
    return MedicationList(
        tuple(_medication_row(each, patient, zone, now) for each in medications.active),
        past=tuple(_medication_row(each, patient, zone, now) for each in medications.past),
        past_count=past,
        past_href=chart_address(patient, "medications"),
        fhir=f"MedicationRequest?patient={patient}",
    )


def _medication_row(drug: Medication, patient: str, zone: tzinfo, now: datetime) -> MedicationRow:
    out = instant(drug.runs_out, zone)
    chips = [Chip("OTC", "warn", title="Over the counter")] if drug.over_the_counter else []
    if drug.status == "on-hold":
        chips.append(Chip("On hold", "viol"))
    if out and out < now:
        chips.append(Chip("Supply ended", "warn"))
    ends = drug.runs_out or drug.ended
    return MedicationRow(
        drug.id,
        format.drug_name(drug.name),
        chart_address(patient, f"medications#medication-{drug.id}"),
        drug.reference,
        product=drug.product,
        dose=_dose(drug),
        sig=_sig(drug),
        supply=format.plural(drug.refills, "refill") if drug.refills is not None and drug.active else "",
        ends=format.day(ends, zone) if ends else None,
        ends_word="until" if drug.active else "ended",
        chips=tuple(chips),
        watch=drug.over_the_counter,
        patient_reported=drug.reported,
    )


def _dose(drug: Medication) -> str:
    if drug.dose is None:
        return ""
    amounts = [format.number(drug.dose.value)] + ([format.number(drug.dose.high)] if drug.dose.high else [])
    return f"{'–'.join(amounts)} {format.unit_text(drug.dose.unit)}".strip()


def _sig(drug: Medication) -> tuple[str, ...]:
    if drug.dose is None and drug.text:
        return (drug.text,)
    timing = drug.timing
    if drug.as_needed and "as needed" not in timing.lower():
        timing = ", ".join(filter(None, (timing, "as needed")))
    purpose = f"for {drug.as_needed}" if drug.as_needed not in ("", "yes") and drug.as_needed not in timing else ""
    stopped = f"stopped: {drug.stopped_because[:1].lower()}{drug.stopped_because[1:]}" if drug.stopped_because else ""
    return tuple(filter(None, (drug.route.lower(), timing, purpose, stopped)))


def allergy_list(allergies: Allergies, patient: str, zone: tzinfo, may_write: bool) -> AllergyList:
    none = Action("Record no known allergies", chart_address(patient, "allergies", "none"), "check", "plain", "post")
    past = (*allergies.past, *allergies.in_error)
    return AllergyList(
        allergies.state,
        tuple(_allergy_row(each, patient, zone, may_write) for each in allergies.current),
        past=tuple(_allergy_row(each, patient, zone, may_write) for each in past),
        add=add_action("Add allergy", patient, "allergies/add", "a") if may_write else None,
        state_none=none if may_write and allergies.state == "not-asked" else None,
        asked=format.day(allergies.asked, zone) if allergies.asked else None,
        fhir=f"AllergyIntolerance?patient={patient}",
    )


def _allergy_row(allergy: Allergy, patient: str, zone: tzinfo, may_write: bool) -> AllergyRow:
    kind = ", ".join(_KINDS.get(each, each) for each in allergy.kinds)
    notable = allergy.verification if allergy.verification not in ("confirmed", "", "entered-in-error") else ""
    return AllergyRow(
        allergy.id,
        allergy.substance,
        f"AllergyIntolerance/{allergy.id}",
        format.joined(allergy.reactions),
        allergy.severity,
        allergy.criticality,
        kind + (" intolerance" if allergy.intolerance and kind else ""),
        notable or (allergy.status if allergy.status not in ("active", "") else ""),
        format.day(allergy.recorded, zone) if allergy.recorded else None,
        allergy.recorder,
        entered_in_error=allergy.in_error,
        actions=_row_actions(patient, "allergies", allergy.id, may_write and not allergy.in_error),
    )
