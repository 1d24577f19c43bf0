"""What a patient takes and took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.medications.fhir import Medication, drug_and_day, medication_of

_NEITHER = ("entered-in-error", "draft", "not-taken")


@dataclass(frozen=True, slots=True)
class Medications:
    """Active ones in the order in which they were begun; past ones, latest first. `past_count`: of `past` before any
    were left out."""

    active: tuple[Medication, ...]
    past: tuple[Medication, ...] = ()
    past_count: int = 0


async def list_medications(
    records: Records, patient: str, past: int = 40, *, past_only: Callable[[str, str], bool] | None = None
) -> Medications:
    """Orders and reports; a drug that is both ordered and reported is shown as the order. `past_only` chooses past ones by
    the words of the drug and the day it was ordered."""
    whose = f"Patient/{patient}"
    current = await ask(records, "MedicationRequest", patient=whose, status="active,on-hold", _count="200")
    earlier = await ask(
        records, "MedicationRequest", patient=whose, status="completed,stopped,cancelled", _sort="-authoredon",
        _count=str(past),
    )  # fmt: skip
    statements = await ask(records, "MedicationStatement", patient=whose, status="active,intended", _count="100")
    ordered = [medication_of(each) for each in current]
    named = {each.name.lower() for each in ordered}
    reported = [each for each in map(medication_of, statements) if each.name.lower() not in named]
    active = [each for each in (*ordered, *reported) if each.status not in _NEITHER]
    in_order = sorted(active, key=lambda each: (each.reported, each.started))
    chosen = [each for each in earlier if past_only is None or past_only(*drug_and_day(each))]
    return Medications(tuple(in_order), tuple(medication_of(each) for each in chosen), len(earlier))
