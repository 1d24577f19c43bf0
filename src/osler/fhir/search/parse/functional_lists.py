"""Functional lists (https://hl7.org/fhir/R4/lifecycle.html#lists): `_list=$current-problems` and the like, which no List
resource holds: the server works them out, here by what their members say of themselves."""

from __future__ import annotations

from osler.core.errors import Invalid, Unsupported
from osler.fhir.search.parse.reading import Reading
from osler.fhir.search.query import Both, Criterion

_ALLERGIES = (
    ("clinical-status:not", "inactive,resolved"),
    ("verification-status:not", "refuted,entered-in-error"),
)
MEMBERS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "$current-problems": {
        "Condition": (
            ("clinical-status:not", "inactive,remission,resolved"),
            ("verification-status:not", "refuted,entered-in-error"),
            ("category:not", "encounter-diagnosis"),
        )
    },
    "$current-allergies": {"AllergyIntolerance": _ALLERGIES},
    "$current-drug-allergies": {"AllergyIntolerance": (*_ALLERGIES, ("category", "medication"))},
    "$current-medications": {
        "MedicationRequest": (("status", "active,on-hold"),),
        "MedicationStatement": (("status", "active,intended"),),
    },
}
"""By name and type, the search that finds the members. What a status does not say is not over."""


def functional(reading: Reading, type: str, list_name: str, name: str) -> Criterion:
    """The members of one such list. Raises Unsupported for one that is not known, Invalid for a type that is not on it."""
    from osler.fhir.search.parse.criteria import read_criterion

    by_type = MEMBERS.get(list_name)
    if by_type is None:
        raise Unsupported(f"Of functional lists only {', '.join(MEMBERS)} are known.", path=name)
    if type not in by_type:
        raise Invalid(f"On {list_name} are resources of {', '.join(by_type)}.", path=name)
    found = [read_criterion(reading, type, param, value, path=name) for param, value in by_type[type]]
    parts = tuple(each for each in found if each is not None)
    return parts[0] if len(parts) == 1 else Both(parts)
