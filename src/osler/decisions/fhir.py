"""FHIR resources to what the checks are given. Never fails: what cannot be read is unknown, and a finding says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from osler.decisions.drug_checks.allergies import LATEX, is_group
from osler.decisions.facts import Allergy, Order, PatientFacts
from osler.decisions.sigs import dose_of
from osler.fhir.datatypes.dates import parse_date
from osler.terminology.drugs import Drug, Drugs
from osler.terminology.drugs.forms import spoken_route
from osler.terminology.drugs.names import plain
from osler.terminology.drugs.tables import read_table

Json = dict[str, Any]
LOINC = "http://loinc.org"
EGFR = frozenset(
    (
        "98979-8",
        "98980-6",
        "88293-6",
        "88294-4",
        "77147-7",
        "62238-1",
        "48642-3",
        "48643-1",
        "33914-3",
        "50044-7",
        "69405-9",
    )
)
WEIGHT = frozenset(("29463-7", "3141-9", "3142-7", "8341-0"))
PREGNANCY_STATUS = "82810-3"
PREGNANT, NOT_PREGNANT = frozenset(("77386006",)), frozenset(("60001007",))
PREGNANCY_ICD10 = ("O", "Z33", "Z34", "Z3A")
TO_KG = {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": Decimal("0.45359237"), "lb": Decimal("0.45359237")}
GONE = frozenset(("entered-in-error", "stopped", "completed", "cancelled", "not-taken"))
INACTIVE = frozenset(("inactive", "resolved"))


def order_of(resource: Json, drugs: Drugs) -> Order:
    """A MedicationRequest, MedicationStatement or MedicationAdministration as an order.

    A medication behind a reference is read where it is contained; otherwise the reference's display counts.
    """
    concept = _medication(resource)
    text = _words(concept) or "a drug without a name"
    drug = drug_of(concept, drugs)
    dosages = _dicts(resource.get("dosageInstruction") or resource.get("dosage"))
    first = dosages[0] if dosages else {}
    dose = dose_of(first) if len(dosages) == 1 else None
    route = spoken_route(plain(_words(first.get("route"))).split())
    return Order(text, drug, dose, route, dose_in_words=bool(dosages) and dose is None)


def active_orders(resources: Iterable[Json], drugs: Drugs) -> list[Order]:
    """What the patient takes: every resource that is not stopped, completed or entered in error."""
    return [order_of(each, drugs) for each in resources if _text(each.get("status")) not in GONE]


def drug_of(concept: Json | None, drugs: Drugs) -> Drug | None:
    """The drug of a CodeableConcept: the first coding that is known, else its words."""
    codings = _codings(concept)
    for each in codings:
        found = drugs.by_coding(_text(each.get("system")), _text(each.get("code")))
        if found:
            return found
    words = [_words(concept), *(_text(each.get("display")) for each in codings)]
    return next((found for text in words if text and (found := drugs.by_text(text))), None)


def allergy_of(resource: Json, drugs: Drugs) -> Allergy | None:
    """An AllergyIntolerance; None when it is resolved, refuted, entered in error, or says that there is none."""
    verification = _codes(resource.get("verificationStatus"))
    if _codes(resource.get("clinicalStatus")) & INACTIVE or verification & {"refuted", "entered-in-error"}:
        return None
    concepts = [resource.get("code"), *(each.get("substance") for each in _dicts(resource.get("reaction")))]
    text = _words(resource.get("code")) or "an allergen without a name"
    severe = resource.get("criticality") == "high" or any(
        each.get("severity") == "severe" for each in _dicts(resource.get("reaction"))
    )
    ingredients: set[str] = set()
    things: set[str] = set()
    for concept in concepts:
        things |= set(_things(concept))
        found = drug_of(concept, drugs) if not things else None
        ingredients |= found.names if found else set()
    if things == {"none"}:
        return None
    groups = tuple(sorted(each for each in things if is_group(each) or each in ("egg", "soy", "peanut", LATEX)))
    categories = resource.get("category")
    categories = categories if isinstance(categories, list) else []
    unknown = (
        not ingredients and not things and (not categories or "medication" in categories or "biologic" in categories)
    )
    return Allergy(text, tuple(sorted(ingredients)), groups, severe, unknown)


def allergies_of(resources: Iterable[Json], drugs: Drugs) -> list[Allergy]:
    """Every allergy that counts."""
    return [found for each in resources if (found := allergy_of(each, drugs))]


def patient_facts(patient: Json, observations: Iterable[Json], conditions: Iterable[Json], *, on: date) -> PatientFacts:
    """What doses and conditions depend on, as of a day: age, sex, and the latest weight, eGFR and pregnancy status."""
    latest = sorted((each for each in observations if _text(each.get("status")) not in GONE), key=_when)
    weight = _last(latest, WEIGHT)
    egfr = _last(latest, EGFR)
    sex = patient.get("gender")
    return PatientFacts(
        age_years=_age(patient, on),
        weight_kg=_kilograms(weight),
        female={"female": True, "male": False}.get(sex) if isinstance(sex, str) else None,
        pregnant=_pregnant(latest, conditions),
        egfr=_value(egfr),
        egfr_on=_day(egfr),
    )


def _medication(resource: Json) -> Json:
    concept = resource.get("medicationCodeableConcept")
    if isinstance(concept, dict):
        return concept
    reference = resource.get("medicationReference")
    reference = reference if isinstance(reference, dict) else {}
    contained = {f"#{each.get('id')}": each for each in _dicts(resource.get("contained"))}
    inside = contained.get(_text(reference.get("reference")), {}).get("code")
    return inside if isinstance(inside, dict) else {"text": _text(reference.get("display"))}


@cache
def _allergens() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in read_table("allergens", "osler.decisions"):
        for word in row["words"].split(" | "):
            found[plain(word)] = (*found.get(plain(word), ()), row["allergen"])
    return found


def _things(concept: Json | None) -> Iterator[str]:
    """Allergen groups and things that the words of a concept name as a whole; `none` for "no known allergies"."""
    for word in (_words(concept), *(each.get("display") for each in _codings(concept))):
        yield from _allergens().get(plain(_text(word)), ())


def _pregnant(observations: list[Json], conditions: Iterable[Json]) -> bool | None:
    status = _last(observations, frozenset((PREGNANCY_STATUS,)))
    codes = _codes((status or {}).get("valueCodeableConcept"))
    if codes & PREGNANT:
        return True
    if codes & NOT_PREGNANT:
        return False
    active = (each for each in conditions if not _codes(each.get("clinicalStatus")) & INACTIVE)
    if any(_says_pregnant(each.get("code")) for each in active):
        return True
    return None


def _says_pregnant(concept: Json | None) -> bool:
    for each in _codings(concept):
        code = _text(each.get("code"))
        if code in PREGNANT or ("icd-10" in _text(each.get("system")) and code.startswith(PREGNANCY_ICD10)):
            return True
    return False


def _last(observations: list[Json], codes: frozenset[str]) -> Json | None:
    fitting = (each for each in reversed(observations) if _loincs(each.get("code")) & codes)
    return next(fitting, None)


def _loincs(concept: Json | None) -> set[str]:
    return {_text(each.get("code")) for each in _codings(concept) if each.get("system") == LOINC}


def _when(observation: Json) -> str:
    period = observation.get("effectivePeriod")
    end = period.get("end") or period.get("start") if isinstance(period, dict) else None
    return _text(observation.get("effectiveDateTime") or end or observation.get("issued"))


def _day(observation: Json | None) -> date | None:
    text = _when(observation)[:10] if observation else ""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _quantity(observation: Json | None) -> Json:
    quantity = (observation or {}).get("valueQuantity")
    return quantity if isinstance(quantity, dict) and not quantity.get("comparator") else {}


def _value(observation: Json | None) -> Decimal | None:
    value = _quantity(observation).get("value")
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _kilograms(observation: Json | None) -> Decimal | None:
    value, quantity = _value(observation), _quantity(observation)
    factor = TO_KG.get(_text(quantity.get("code") or quantity.get("unit")))
    return value * factor if value is not None and factor else None


def _age(patient: Json, on: date) -> Decimal | None:
    text = _text(patient.get("birthDate"))
    try:
        born = parse_date(text).start.date()
    except ValueError:
        return None
    days = (on - born).days
    return (Decimal(days) / Decimal("365.2425")).quantize(Decimal("0.01")) if days >= 0 else None


def _codes(concept: Any) -> set[str]:
    return {_text(each.get("code")) for each in _codings(concept)}


def _codings(concept: Any) -> list[Json]:
    return _dicts(concept.get("coding")) if isinstance(concept, dict) else []


def _words(concept: Any) -> str:
    """A concept's text, else its first display; not its code, which is no name."""
    if not isinstance(concept, dict):
        return ""
    displays = (_text(each.get("display")) for each in _codings(concept))
    return _text(concept.get("text")) or next((each for each in displays if each), "")


def _dicts(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
