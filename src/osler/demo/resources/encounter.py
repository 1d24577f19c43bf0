"""Encounters."""

from __future__ import annotations

from osler.demo.clinic import CLINICIANS, SITES
from osler.demo.codes.care import ENCOUNTER_TYPES
from osler.demo.codes.systems import HL7, coding, concept, reference
from osler.demo.record import Record

_CLASSES = {"AMB": "ambulatory", "EMER": "emergency", "IMP": "inpatient encounter", "VR": "virtual"}


def add_encounter(
    record: Record,
    kind: str,
    *,
    id: str,
    start: str,
    end: str = "",
    practitioner: str,
    nurse: str = "",
    location: str = "",
    place: str = "",
    status: str = "finished",
    category: str = "AMB",
    provider: str = "",
    reason: str = "",
    reason_code: dict | None = None,
    diagnoses: tuple[str, ...] = (),
) -> dict:
    """An Encounter. `location` and `place` are the id and name of a room; `diagnoses` are Condition ids."""
    period = {"start": start, "end": end} if end else {"start": start}
    system, code, display, text = ENCOUNTER_TYPES[kind]
    owner = provider or record.person.site
    found = {
        "resourceType": "Encounter",
        "id": id,
        "meta": record.meta("encounter"),
        "status": status,
        "class": coding(HL7 + "v3-ActCode", category, _CLASSES[category]),
        "type": [concept(system, code, display, text)],
        "subject": record.subject,
        "participant": [_participant("PPRF", "primary performer", practitioner, period)],
        "period": period,
        "serviceProvider": reference(f"Organization/{owner}", SITES[owner].name if owner in SITES else ""),
    }
    if nurse:
        found["participant"].append(_participant("SPRF", "secondary performer", nurse, period))
    if reason_code or reason:
        found["reasonCode"] = [reason_code or {"text": reason}]
    if diagnoses:
        found["diagnosis"] = [
            {"condition": reference(f"Condition/{id}"), "rank": n} for n, id in enumerate(diagnoses, start=1)
        ]
    if location:
        found["location"] = [{"location": reference(f"Location/{location}", place)}]
    return record.add(found)


def _participant(code: str, display: str, who: str, period: dict) -> dict:
    return {
        "type": [{"coding": [coding(HL7 + "v3-ParticipationType", code, display)]}],
        "period": dict(period),
        "individual": reference(f"Practitioner/{who}", CLINICIANS[who].display),
    }
