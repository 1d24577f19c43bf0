"""What is planned: goals, care plans, orders, appointments; and procedures that were done."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from osler.demo.clinic import CLINICIANS
from osler.demo.codes.care import ENCOUNTER_TYPES, PROCEDURES
from osler.demo.codes.conditions import condition_code
from osler.demo.codes.labs import PANELS
from osler.demo.codes.systems import HL7, LOINC, SNOMED, US_CORE_CODES, coding, concept, hl7, quantity, reference
from osler.demo.record import Record

_LAB = (SNOMED, "108252007", "Laboratory procedure", "Laboratory")
_REFERRAL = (SNOMED, "3457005", "Patient referral", "Referral")


def add_goal(
    record: Record, description: str, *, start: str, due: str, measure: tuple[str, str], detail: dict, problem: str
) -> dict:
    """An active goal. `detail` is the target's detail[x], such as `{"detailQuantity": …}`."""
    found = {
        "resourceType": "Goal",
        "id": record.new_id(),
        "meta": record.meta("goal"),
        "lifecycleStatus": "active",
        "description": {"text": description},
        "subject": record.subject,
        "startDate": start,
        "target": [{"measure": concept(LOINC, *measure), **detail, "dueDate": due}],
    }
    if problem in record.conditions:
        found["addresses"] = [reference(f"Condition/{record.conditions[problem]['id']}")]
    return record.add(found)


def below(value: float, unit: str, code: str = "") -> dict:
    """A goal's detail: less than a value."""
    found = quantity(Decimal(str(value)), unit, code)
    return {"detailQuantity": {"value": found.pop("value"), "comparator": "<", **found}}


def between(low: float, high: float, unit: str, code: str = "") -> dict:
    """A goal's detail: from a value to a value."""
    return {"detailRange": {"low": quantity(low, unit, code), "high": quantity(high, unit, code)}}


def add_care_plan(record: Record, lines: list[str], *, start: str, encounter: str, problems: list[str]) -> dict:
    """An assessment-and-plan CarePlan; its lines are its narrative and its activities."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    found = {
        "resourceType": "CarePlan",
        "id": record.new_id(),
        "meta": record.meta("careplan"),
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{items}</ul></div>'},
        "status": "active" if not record.person.died else "completed",
        "intent": "plan",
        "category": [{"coding": [coding(US_CORE_CODES + "careplan-category", "assess-plan", "Assessment and Plan of Treatment")]}],
        "title": "Plan of care",
        "subject": record.subject,
        "encounter": reference(f"Encounter/{encounter}"),
        "period": {"start": start},
        "activity": [{"detail": {"status": "in-progress", "description": line}} for line in lines],
    }  # fmt: skip
    addressed = [reference(f"Condition/{record.conditions[key]['id']}") for key in problems if key in record.conditions]
    if addressed:
        found["addresses"] = addressed
    return record.add(found)


def order_labs(
    record: Record, panel: str, *, at: str, by: str, encounter: str, status: str = "completed", due: str = ""
) -> dict:
    """An order for a laboratory panel."""
    row = PANELS[panel]
    return _order(record, _LAB, concept(LOINC, row.loinc, row.name, row.text), at, by, encounter, status, due)


def refer(record: Record, to: str, *, at: str, by: str, encounter: str, reason: str, status: str = "active") -> dict:
    """A referral to another specialty, by its words."""
    found = _order(record, _REFERRAL, {"text": f"Referral to {to}"}, at, by, encounter, status, "")
    if reason in record.conditions:
        found["reasonReference"] = [reference(f"Condition/{record.conditions[reason]['id']}")]
    return found


def _order(record, category, code, at, by, encounter, status, due) -> dict:
    found = {
        "resourceType": "ServiceRequest",
        "id": record.new_id(),
        "meta": record.meta("servicerequest"),
        "status": status,
        "intent": "order",
        "category": [concept(*category)],
        "code": code,
        "subject": record.subject,
    }
    if encounter:
        found["encounter"] = reference(f"Encounter/{encounter}")
    if due:
        found["occurrenceDateTime"] = due
    found["authoredOn"] = at
    found["requester"] = reference(f"Practitioner/{by}")
    return record.add(found)


def add_procedure(
    record: Record, key: str, *, on: str, encounter: str = "", by: str = "", outcome: str = "", site: str = ""
) -> dict:
    """A completed procedure. `outcome` is what it found."""
    found = {
        "resourceType": "Procedure",
        "id": record.new_id(),
        "meta": record.meta("procedure"),
        "status": "completed",
        "code": concept(*PROCEDURES[key]),
        "subject": record.subject,
        "performedDateTime": on,
    }
    if encounter:
        found["encounter"] = reference(f"Encounter/{encounter}")
    if by:
        found["performer"] = [{"actor": reference(f"Practitioner/{by}")}]
    if site:
        found["bodySite"] = [{"text": site}]
    if outcome:
        found["note"] = [{"text": outcome}]
    return record.add(found)


def book(
    record: Record, *, start: str, end: str, minutes: int, with_: str, status: str, reason: str, location: str, place: str,
    created: str, kind: str = "follow-up", problem: str = "",
) -> dict:  # fmt: skip
    """An Appointment with one clinician in one place. Its statuses of participants follow its own."""
    coming = "declined" if status == "cancelled" else "accepted"
    found = {
        "resourceType": "Appointment",
        "id": record.new_id(),
        "meta": record.meta(),
        "status": status,
        "serviceType": [{"text": ENCOUNTER_TYPES[kind][3]}],
        "appointmentType": hl7("v2-0276", *_appointment_kind(kind)),
        "reasonCode": [condition_code(problem, reason) if problem else {"text": reason}],
        "description": reason,
        "start": start,
        "end": end,
        "minutesDuration": minutes,
        "created": created,
        "participant": [
            {
                "actor": reference(f"Patient/{record.id}", record.person.display),
                "required": "required",
                "status": coming,
            },
            {
                "actor": reference(f"Practitioner/{with_}", CLINICIANS[with_].display),
                "required": "required",
                "status": "accepted",
            },
            {"actor": reference(f"Location/{location}", place), "required": "required", "status": "accepted"},
        ],
    }
    if status == "cancelled":
        found["cancelationReason"] = {
            "coding": [coding(HL7 + "appointment-cancellation-reason", "pat", "Patient")],
            "text": "Cancelled by the patient",
        }
    return record.add(found)


def _appointment_kind(kind: str) -> tuple[str, str]:
    if kind in ("wellness", "well-child"):
        return "CHECKUP", "A routine check-up, such as an annual physical"
    if kind in ("symptom", "telehealth"):
        return "WALKIN", "A previously unscheduled walk-in visit"
    return "FOLLOWUP", "A follow up visit from a previous appointment"
