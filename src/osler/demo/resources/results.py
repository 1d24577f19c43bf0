"""Laboratory results with their ranges and flags, and the reports that group them."""

from __future__ import annotations

from osler.demo.clinic import LABORATORY
from osler.demo.codes.labs import ANALYTES, PANELS, RANGES_BY_SEX, Analyte
from osler.demo.codes.systems import HL7, LOINC, UCUM, coding, concept
from osler.demo.record import Record
from osler.demo.resources.observations import exact, flag


def add_result(
    record: Record, key: str, value: float, *, at: str, issued: str, encounter: str = "", status: str = "final"
) -> dict:
    """One laboratory result with its range and flag. Remembers the printed value in `record.latest`."""
    row = ANALYTES[key]
    low, high = RANGES_BY_SEX.get((key, record.person.sex), (row.low, row.high))
    amount = exact(value, row.digits)
    record.latest[key] = str(amount)
    found: dict = {
        "resourceType": "Observation",
        "id": record.new_id(),
        "meta": record.meta("observation-lab"),
        "status": status,
        "category": [{"coding": [coding(HL7 + "observation-category", "laboratory", "Laboratory")]}],
        "code": concept(LOINC, row.loinc, row.name, row.text),
        "subject": record.subject,
        "effectiveDateTime": at,
        "issued": issued,
        "performer": [{"reference": f"Organization/{LABORATORY}"}],
        "valueQuantity": {"value": amount, "unit": row.unit, "system": UCUM, "code": row.ucum},
        "interpretation": [flag(_judge(row, float(amount), low, high))],
        "referenceRange": [_range(row, low, high)],
    }
    if encounter:
        found["encounter"] = {"reference": f"Encounter/{encounter}"}
    return record.add(found)


def add_report(
    record: Record, panel: str, results: list[dict], *, at: str, issued: str, encounter: str = "", order: str = ""
) -> dict:
    """The DiagnosticReport that groups results of one panel."""
    row = PANELS[panel]
    found: dict = {
        "resourceType": "DiagnosticReport",
        "id": record.new_id(),
        "meta": record.meta("diagnosticreport-lab"),
        "status": "final",
        "category": [{"coding": [coding(HL7 + "v2-0074", "LAB", "Laboratory")]}],
        "code": concept(LOINC, row.loinc, row.name, row.text),
        "subject": record.subject,
        "effectiveDateTime": at,
        "issued": issued,
        "performer": [{"reference": f"Organization/{LABORATORY}"}],
        "result": [{"reference": f"Observation/{result['id']}"} for result in results],
    }
    if order:
        found["basedOn"] = [{"reference": f"ServiceRequest/{order}"}]
    if encounter:
        found["encounter"] = {"reference": f"Encounter/{encounter}"}
    return record.add(found)


def _judge(row: Analyte, value: float, low: float | None, high: float | None) -> str:
    if row.critical_high is not None and value >= row.critical_high:
        return "HH"
    if row.critical_low is not None and value <= row.critical_low:
        return "LL"
    if high is not None and value > high:
        return "H"
    if low is not None and value < low:
        return "L"
    return "N"


def _range(row: Analyte, low: float | None, high: float | None) -> dict:
    found: dict = {}
    if low is not None:
        found["low"] = {"value": exact(low, row.digits), "unit": row.unit}
    if high is not None:
        found["high"] = {"value": exact(high, row.digits), "unit": row.unit}
    if low is None:
        found["text"] = f"≤ {exact(high or 0, row.digits)}"
    elif high is None:
        found["text"] = f"≥ {exact(low, row.digits)}"
    else:
        found["text"] = f"{exact(low, row.digits)}–{exact(high, row.digits)}"
    return found
