"""Vital signs ↔ Observation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from osler.access.records import Resource
from osler.clinical.vitals.rules import Entered, measured_in, rounded
from osler.clinical.vitals.signs import (
    BMI,
    BY_CODE,
    DIASTOLIC,
    LOINC,
    PRESSURE,
    SYSTOLIC,
    UCUM,
    Sign,
)
from osler.fhir.readers import code_in, codes_of, display_of, first_code, notes_of, target_of, text_of, when

Json = dict[str, Any]

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"


class Reading(Struct, frozen=True, gc=False):
    """One measurement. `value` in the unit written, `converted` in the sign's first unit; `second` is the diastolic."""

    id: str
    key: str
    """`pressure`, or the key of a sign."""
    value: Decimal
    unit: str
    at: str
    converted: Decimal
    second: Decimal | None = None
    flag: str = ""
    by: str = ""
    """Display name, else `Practitioner/…`, of who took it."""
    encounter: str = ""
    note: str = ""
    site: str = ""
    status: str = "final"


def reading_of(stored: Resource, *, in_error: bool = False) -> Reading | None:
    """None for an Observation that is no vital sign we chart, has no number, or was entered in error unless `in_error`."""
    part = part_of(stored, in_error=in_error)
    if part is None or part.key == DIASTOLIC.key:
        return None
    return replace(part, key="pressure") if part.key == SYSTOLIC.key else part


def part_of(stored: Resource, *, in_error: bool = False) -> Reading | None:
    """The same, but half a blood pressure that was recorded by itself has the key of its half."""
    observation = stored.json()
    if observation.get("status") in ("cancelled", *(() if in_error else ("entered-in-error",))):
        return None
    sign = BY_CODE.get(code_in(observation.get("code"), LOINC)) or _half(observation)
    quantity = observation.get("valueQuantity") or {}
    if sign is None or "value" not in quantity:
        return _pressure(stored, observation)
    measured = measured_in(sign, quantity)
    if measured is None:
        return None
    value, unit = measured
    return Reading(
        stored.id, sign.key, value, unit, converted=Entered(sign, value, unit).converted, **_common(observation)
    )


def _half(observation: Json) -> Sign | None:
    codes = tuple(codes_of(observation.get("code")))
    return next((sign for sign in (SYSTOLIC, DIASTOLIC) if f"{LOINC}|{sign.code}" in codes), None)


def _pressure(stored: Resource, observation: Json) -> Reading | None:
    """Of the components, whatever the code of the panel."""
    parts: dict[str, Decimal] = {}
    for component in observation.get("component") or ():
        quantity = component.get("valueQuantity") or {}
        measured = measured_in(SYSTOLIC, quantity) if "value" in quantity else None
        if measured is not None:
            for code in codes_of(component.get("code")):
                parts.setdefault(code, measured[0])
    systolic = parts.get(f"{LOINC}|{SYSTOLIC.code}")
    if systolic is None:
        return None
    return Reading(
        stored.id, "pressure", systolic, "mm[Hg]", converted=systolic,
        second=parts.get(f"{LOINC}|{DIASTOLIC.code}"), **_common(observation),
    )  # fmt: skip


def _common(observation: Json) -> dict[str, Any]:
    performers: list[Json] = observation.get("performer") or [{}]
    return {
        "at": when(observation, "effective"),
        "flag": first_code(next(iter(observation.get("interpretation") or ()), None)),
        "by": display_of(performers[0]) or target_of(performers[0]),
        "encounter": target_of(observation.get("encounter")),
        "note": notes_of(observation),
        "site": text_of(observation.get("bodySite")),
        "status": observation.get("status", ""),
    }


def observations_for(
    entered: Mapping[str, Entered], *, computed_bmi: Decimal | None, taken_at: datetime, patient: str, performer: Json,
    encounter: str = "",
) -> list[Json]:  # fmt: skip
    """One Observation for each vital sign, blood pressure as one panel, values exactly as they were entered."""
    base: Json = {
        "subject": {"reference": f"Patient/{patient}"},
        **({"encounter": {"reference": encounter}} if encounter else {}),
        "effectiveDateTime": taken_at.isoformat(timespec="seconds"),
        "performer": [performer],
    }
    found: list[Json] = []
    if SYSTOLIC.key in entered and DIASTOLIC.key in entered:
        pair = [_component(entered[SYSTOLIC.key]), _component(entered[DIASTOLIC.key])]
        panel = Sign("pressure", "Blood pressure", PRESSURE, "Blood pressure panel with all children optional", (),
                     SYSTOLIC.limits, profile="blood-pressure")  # fmt: skip
        found.append(_observation(panel, base) | {"component": pair})
    found += [
        _observation(each.sign, base) | {"valueQuantity": _quantity(each)}
        for each in entered.values()
        if each.sign not in (SYSTOLIC, DIASTOLIC)
    ]
    if computed_bmi is not None:
        found.append(_observation(BMI, base) | {"valueQuantity": _quantity(Entered(BMI, computed_bmi, "kg/m2"))})
    return found


def _observation(sign: Sign, base: Json) -> Json:
    codings = [{"system": LOINC, "code": sign.code, "display": sign.display}]
    codings += [{"system": LOINC, "code": code} for code in sign.more_codes]
    profile: Json = {"meta": {"profile": [_CORE + sign.profile]}} if sign.profile else {}
    return {
        "resourceType": "Observation",
        **profile,
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "vital-signs", "display": "Vital Signs"}]}],
        "code": {"coding": codings, "text": sign.label},
        **base,
    }


def _component(each: Entered) -> Json:
    code = {
        "coding": [{"system": LOINC, "code": each.sign.code, "display": each.sign.display}],
        "text": each.sign.display,
    }
    return {"code": code, "valueQuantity": _quantity(each)}


def _quantity(each: Entered) -> Json:
    unit = each.sign.unit(each.unit)
    return {"value": each.value, "unit": unit.text, "system": UCUM, "code": unit.code}


def entered_in_error(observation: Json) -> Json:
    return observation | {"status": "entered-in-error"}


def patient_of_observation(observation: Json) -> str:
    return target_of(observation.get("subject")).removeprefix("Patient/")


__all__ = [
    "Reading", "entered_in_error", "observations_for", "part_of", "patient_of_observation", "reading_of", "rounded"
]  # fmt: skip
