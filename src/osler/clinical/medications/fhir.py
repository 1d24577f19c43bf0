"""What a patient takes ↔ MedicationRequest and MedicationStatement."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from osler.access.records import Resource
from osler.clinical.medications.rules import split_drug
from osler.fhir.readers import codes_of, display_of, target_of, text_of, when

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount, or a span of amounts when `high` is given."""

    value: Decimal
    unit: str
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Medication:
    """One drug as it is ordered or reported. `name` is the generic, `product` strength and form; dates as FHIR writes them."""

    reference: str
    version: int
    name: str
    product: str
    status: str
    text: str = ""
    """Directions in words, when they are not structured."""
    dose: Dose | None = None
    route: str = ""
    timing: str = ""
    as_needed: str = ""
    """What for, `yes` when only that it is as needed."""
    reason: str = ""
    problems: tuple[str, ...] = ()
    """Condition ids that it is given for."""
    codes: tuple[str, ...] = ()
    refills: int | None = None
    runs_out: str = ""
    reported: bool = False
    over_the_counter: bool = False
    started: str = ""
    ended: str = ""
    stopped_because: str = ""
    prescriber: str = ""

    @property
    def id(self) -> str:
        return self.reference.partition("/")[2]

    @property
    def active(self) -> bool:
        return self.status in ("active", "on-hold", "intended")


def medication_of(stored: Resource) -> Medication:
    resource = stored.json()
    request = stored.type == "MedicationRequest"
    words, codes = _drug(resource)
    name, product = split_drug(words)
    dosage: Json = next(iter(resource.get("dosageInstruction" if request else "dosage") or ()), {})
    supply = resource.get("dispenseRequest") or {}
    validity = supply.get("validityPeriod") or {}
    period = resource.get("effectivePeriod") or {}
    active = resource.get("status") in ("active", "on-hold", "intended")
    return Medication(
        reference=stored.reference,
        version=stored.version,
        name=name,
        product=product,
        status=resource.get("status", ""),
        text=dosage.get("text", ""),
        dose=_dose(dosage),
        route=text_of(dosage.get("route")),
        timing=_timing(dosage),
        as_needed=text_of(dosage.get("asNeededCodeableConcept")) or ("yes" if dosage.get("asNeededBoolean") else ""),
        reason=_reason(resource),
        problems=tuple(target_of(each).removeprefix("Condition/") for each in resource.get("reasonReference") or ()),
        codes=codes,
        refills=supply.get("numberOfRepeatsAllowed"),
        runs_out=validity.get("end", "") if active else "",
        reported=bool(resource.get("reportedBoolean")) or not request,
        over_the_counter=any("over the counter" in text_of(each).lower() for each in _categories(resource)),
        started=resource.get("authoredOn", "") if request else when(resource, "effective"),
        ended="" if active else validity.get("end", "") or period.get("end", ""),
        stopped_because=_stopped(resource),
        prescriber=display_of(resource.get("requester") or resource.get("informationSource")),
    )


def drug_and_day(stored: Resource) -> tuple[str, str]:
    """Of an order only the words of the drug and when it was written."""
    resource = stored.json()
    return _drug(resource)[0], resource.get("authoredOn", "")


def _drug(resource: Json) -> tuple[str, tuple[str, ...]]:
    """The words and codes of the drug: a concept, a contained Medication, or what a reference is displayed as."""
    if concept := resource.get("medicationCodeableConcept"):
        return text_of(concept), tuple(codes_of(concept))
    reference = resource.get("medicationReference") or {}
    inside = target_of(reference)
    for each in resource.get("contained") or ():
        if inside == f"#{each.get('id')}":
            return text_of(each.get("code")), tuple(codes_of(each.get("code")))
    return display_of(reference), ()


def _categories(resource: Json) -> list[Json]:
    found = resource.get("category") or []
    return found if isinstance(found, list) else [found]


def _dose(dosage: Json) -> Dose | None:
    rate: Json = next(iter(dosage.get("doseAndRate") or ()), {})
    if quantity := rate.get("doseQuantity"):
        return Dose(Decimal(quantity["value"]), _unit(quantity)) if "value" in quantity else None
    if span := rate.get("doseRange"):
        low, high = span.get("low") or {}, span.get("high") or {}
        if "value" in low and "value" in high:
            return Dose(Decimal(low["value"]), _unit(high), Decimal(high["value"]))
    return None


def _unit(quantity: Json) -> str:
    return quantity.get("unit") or quantity.get("code", "")


_PERIODS = {"h": "hour", "d": "day", "wk": "week", "mo": "month", "min": "minute", "a": "year"}


def _timing(dosage: Json) -> str:
    timing = dosage.get("timing") or {}
    if words := text_of(timing.get("code")):
        return words
    repeat = timing.get("repeat") or {}
    count, every, unit = repeat.get("frequency"), repeat.get("period"), _PERIODS.get(repeat.get("periodUnit", ""), "")
    if not (count and every and unit):
        return ""
    if every == 1:
        return {1: f"once a {unit}", 2: f"twice a {unit}"}.get(count, f"{count} times a {unit}")
    return f"every {every} {unit}s" if count == 1 else f"{count} times every {every} {unit}s"


def _reason(resource: Json) -> str:
    coded = (text_of(each) for each in resource.get("reasonCode") or ())
    named = (display_of(each) for each in resource.get("reasonReference") or ())
    return next(filter(None, (*coded, *named)), "")


def _stopped(resource: Json) -> str:
    reason = resource.get("statusReason")
    return text_of(next(iter(reason), None) if isinstance(reason, list) else reason)
