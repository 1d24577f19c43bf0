"""Immunizations."""

from __future__ import annotations

from decimal import Decimal

from osler.demo.codes.systems import CVX, HL7, coding, concept, quantity, reference
from osler.demo.codes.vaccines import VACCINES
from osler.demo.record import Record

_SITES = (("LA", "left arm"), ("RA", "right arm"))
_THIGHS = (("LT", "left thigh"), ("RT", "right thigh"))
_ROUTES = {"IM": "Injection, intramuscular", "SC": "Injection, subcutaneous", "PO": "Swallow, oral"}


def give(
    record: Record, product: str, *, at: str, dose_number: int, by: str = "", encounter: str = "", place: str = "",
    primary: bool = True, infant: bool = False,
) -> dict:  # fmt: skip
    """A vaccine given here (`by` a nurse), or reported from elsewhere (`place`, such as a pharmacy)."""
    row = VACCINES[product]
    rng = record.rng
    found: dict = {
        "resourceType": "Immunization",
        "id": record.new_id(),
        "meta": record.meta("immunization"),
        "status": "completed",
        "vaccineCode": concept(CVX, row.cvx, row.name, row.text),
        "patient": record.subject,
        "occurrenceDateTime": at,
        "primarySource": primary,
        "manufacturer": {"display": row.maker},
        "lotNumber": f"{rng.choice('ABCEFHKLMPRTU')}{rng.choice('ABCEFHKLMPRTU')}{rng.randrange(1000, 9999)}",
    }
    if encounter:
        found["encounter"] = reference(f"Encounter/{encounter}")
    if not primary:
        found["reportOrigin"] = {"text": place or "Reported by the patient or an earlier clinic"}
    elif row.route != "PO":
        site = rng.choice(_THIGHS if infant else _SITES)
        found["site"] = {"coding": [coding(HL7 + "v3-ActSite", *site)], "text": site[1]}
    found["route"] = {"coding": [coding(HL7 + "v3-RouteOfAdministration", _route(row.route), _ROUTES[row.route])]}
    found["doseQuantity"] = quantity(Decimal(row.dose), "mL")
    if by:
        found["performer"] = [{"actor": reference(f"Practitioner/{by}")}]
    found["protocolApplied"] = [{"doseNumberPositiveInt": dose_number}]
    return record.add(found)


def _route(route: str) -> str:
    return {"SC": "SQ"}.get(route, route)
