"""The allergy list in full."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.banner import AllergyState, Criticality
from osler.interfaces.web.components.values import Action, When


@dataclass(frozen=True, slots=True)
class AllergyRow:
    id: str
    substance: str
    fhir: str
    reaction: str = ""
    """Manifestations, joined by commas; empty reads "Reaction not recorded"."""
    severity: str = ""
    criticality: Criticality = ""
    kind: str = ""
    """`Medication`, `Food`, `Environment`; with `intolerance` when it is one."""
    status: str = ""
    """Said when not plainly confirmed: `unconfirmed`, `refuted`, `inactive`."""
    recorded: When | None = None
    by: str = ""
    href: str = ""
    entered_in_error: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class AllergyList:
    state: AllergyState
    rows: tuple[AllergyRow, ...] = ()
    past: tuple[AllergyRow, ...] = ()
    add: Action | None = None
    state_none: Action | None = None
    """Offered while not asked: record "no known allergies"."""
    asked: When | None = None
    """When "no known allergies" was recorded."""
    fhir: str = ""
    id: str = "allergies"
