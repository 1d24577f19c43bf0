"""The medication list: one full line for each drug, never cut short."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.values import Action, Chip, When


@dataclass(frozen=True, slots=True)
class MedicationRow:
    """**name** strength form / DOSE **dose** — route — timing — reason.

    `name` is the generic, already in tall-man letters (`format.drug_name`); a combination names every part. When only
    a coded text is known, put all of it in `name` and leave `product` empty. `sig` holds the parts after the dose in
    order; with no dosage at all the row says "Directions not recorded".
    """

    id: str
    name: str
    href: str
    fhir: str
    product: str = ""
    """Strength and form: `1,000 mg tablet`."""
    dose: str = ""
    sig: tuple[str, ...] = ()
    supply: str = ""
    """`4 refills`"""
    ends: When | None = None
    ends_word: str = "until"
    """What the date is: `until`, `refill by`, `stopped`."""
    chips: tuple[Chip, ...] = ()
    watch: bool = False
    """Marked at the edge: needs a look (over the counter, interacting)."""
    patient_reported: bool = False
    entered_in_error: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class MedicationList:
    rows: tuple[MedicationRow, ...]
    past: tuple[MedicationRow, ...] = ()
    past_count: int = 0
    """Past ones that are not in `past` but at `past_href`."""
    past_href: str = ""
    add: Action | None = None
    note: str = ""
    """`reconciled 21-Nov-2026`"""
    none_taken: bool = False
    """A coded statement that the patient takes none."""
    fhir: str = ""
    id: str = "medications"
