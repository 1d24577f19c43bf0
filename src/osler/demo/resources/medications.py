"""Prescriptions, and the medicines a patient reports taking."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from osler.demo.codes.care import ROUTES
from osler.demo.codes.drugs import DRUGS, Drug
from osler.demo.codes.systems import HL7, RXNORM, SNOMED, coding, hl7, quantity, reference
from osler.demo.record import Record

_UNITS = {
    "ug": "mcg", "[iU]": "units", "{puff}": "puffs", "{tbl}": "tablet", "{film}": "films", "{spray}": "sprays",
    "{application}": "application",
}  # fmt: skip
_ORDERED = ("ordered", "Ordered")


def prescribe(
    record: Record, key: str, *, on: date, at: str, by: str, encounter: str = "", reason: str = "",
    refills: int | None = None, runs_out: date | None = None, prior: dict | None = None,
) -> dict:  # fmt: skip
    """An active order for a drug of `DRUGS`, remembered in `record.active`. `reason` is a key of `record.conditions`."""
    drug = DRUGS[key]
    found = _request(record, drug, at, by, encounter)
    found["status"], found["intent"] = "active", "order"
    problem = record.conditions.get(reason)
    if problem:
        found["reasonReference"] = [reference(f"Condition/{problem['id']}", problem["code"]["text"])]
    end = runs_out or on + timedelta(days=(drug.days or 30) * (drug.refills + 1))
    found["dispenseRequest"] = {
        "validityPeriod": {"start": on.isoformat(), "end": end.isoformat()},
        "numberOfRepeatsAllowed": drug.refills if refills is None else refills,
        "quantity": {"value": drug.quantity, "unit": _form(drug)},
    }
    if drug.days:
        found["dispenseRequest"]["expectedSupplyDuration"] = quantity(drug.days, "days", "d")
    if prior:
        found["priorPrescription"] = reference(f"MedicationRequest/{prior['id']}")
    record.active[key] = found
    return record.add(found)


def report_taking(record: Record, key: str, *, at: str, by: str, encounter: str = "", note: str = "") -> dict:
    """A medicine the patient takes on their own, over the counter: reported, not ordered."""
    found = _request(record, DRUGS[key], at, by, encounter)
    found["status"], found["intent"] = "active", "plan"
    found["reportedBoolean"] = True
    found["category"].append({"text": "Over the counter"})
    if note:
        found["note"] = [{"text": note}]
    record.active[key] = found
    return record.add(found)


def stop(record: Record, key: str, *, on: date, why: str) -> None:
    """The order ends: stopped for a reason."""
    _close(record, key, on, "stopped", why)


def finish(record: Record, key: str, *, on: date) -> None:
    """The order ends: taken to its end, or replaced by its renewal."""
    _close(record, key, on, "completed", "")


def renew(record: Record, key: str, *, on: date, at: str, by: str, encounter: str) -> dict:
    """The same drug for another year: a new order that names the one before."""
    old = record.active[key]
    finish(record, key, on=on)
    found = prescribe(record, key, on=on, at=at, by=by, encounter=encounter, prior=old)
    if "reasonReference" in old:
        found["reasonReference"] = [dict(old["reasonReference"][0])]
    return found


def _close(record: Record, key: str, on: date, status: str, why: str) -> None:
    found = record.active.pop(key)
    found["status"] = status
    if why:
        found["statusReason"] = {"text": why}
    if "dispenseRequest" in found:
        found["dispenseRequest"]["validityPeriod"]["end"] = on.isoformat()


def _request(record: Record, drug: Drug, at: str, by: str, encounter: str) -> dict:
    found: dict = {
        "resourceType": "MedicationRequest",
        "id": record.new_id(),
        "meta": record.meta("medicationrequest"),
        "status": "",
        "intent": "",
        "category": [hl7("medicationrequest-category", "community", "Community")],
        "medicationCodeableConcept": _drug_code(drug),
        "subject": record.subject,
        "authoredOn": at,
        "requester": reference(f"Practitioner/{by}"),
        "dosageInstruction": [_dosage(drug)],
    }
    if encounter:
        found["encounter"] = reference(f"Encounter/{encounter}")
    return found


def _drug_code(drug: Drug) -> dict:
    if not drug.rxcui:
        return {"text": drug.text}
    return {"coding": [coding(RXNORM, drug.rxcui, drug.rxnorm)], "text": drug.text}


def _dosage(drug: Drug) -> dict:
    when = f"{drug.when} for {drug.as_needed}" if drug.as_needed else drug.when
    by_mouth = " by mouth" if drug.route == "oral" and drug.take.startswith(("Take", "Give")) else ""
    found: dict = {
        "sequence": 1,
        "text": f"{drug.take}{by_mouth} {when}",
        "timing": {
            "repeat": {"frequency": drug.times, "period": drug.every, "periodUnit": drug.per},
            "code": {"text": when},
        },
    }
    if drug.as_needed:
        found["asNeededCodeableConcept"] = {"text": drug.as_needed}
    coded = {"coding": [coding(SNOMED, *ROUTES[drug.route])]} if drug.route in ROUTES else {}
    found["route"] = {**coded, "text": drug.route}
    amount = Decimal(str(drug.dose)) if isinstance(drug.dose, float) else drug.dose
    found["doseAndRate"] = [
        {
            "type": {"coding": [coding(HL7 + "dose-rate-type", *_ORDERED)]},
            "doseQuantity": quantity(amount, _UNITS.get(drug.unit, drug.unit), drug.unit),
        }
    ]
    return found


def _form(drug: Drug) -> str:
    for form in ("tablet", "capsule", "inhaler", "film", "pen", "spray", "cream", "suspension", "solution"):
        if form in drug.text:
            return "mL" if form in ("suspension", "solution", "pen") else form
    return "unit"
