"""What a patient must not be given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.allergies.fhir import Allergy, allergy_of, patient_of_allergy
from osler.clinical.allergies.rules import State, most_dangerous_first, state_of
from osler.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Allergies:
    """`asked`: when it was stated that there are none, as FHIR writes it; empty otherwise."""

    state: State
    current: tuple[Allergy, ...] = ()
    past: tuple[Allergy, ...] = ()
    in_error: tuple[Allergy, ...] = ()
    asked: str = ""
    none_statement: str = ""
    """Id of the statement that there are none."""


async def list_allergies(records: Records, patient: str) -> Allergies:
    """All statements, the most dangerous first."""
    found = [allergy_of(each) for each in await ask(
        records, "AllergyIntolerance", patient=f"Patient/{patient}", _count="200")]  # fmt: skip
    state = state_of(found)
    none = next((each for each in found if each.says_none and each.current), None)
    allergies = [each for each in found if not each.says_none]
    return Allergies(
        state=state,
        current=tuple(most_dangerous_first(each for each in allergies if each.current)),
        past=tuple(each for each in allergies if not each.current and not each.in_error),
        in_error=tuple(each for each in allergies if each.in_error),
        asked=none.recorded if none and state == "none-known" else "",
        none_statement=none.id if none and state == "none-known" else "",
    )


async def get_allergy(records: Records, patient: str, id_: str) -> Allergy:
    """Raises NotFound when it is not this patient's."""
    stored = await records.read("AllergyIntolerance", id_)
    if patient_of_allergy(stored.json()) != patient:
        raise NotFound("There is no such allergy in this chart.")
    return allergy_of(stored)


async def list_known_codes(records: Records) -> tuple[dict[str, str], dict[str, str]]:
    """Codes of substances and of reactions that this record has, with their words, the commonest first."""
    substances: Counter[tuple[str, str]] = Counter()
    reactions: Counter[tuple[str, str]] = Counter()
    for each in await ask(records, "AllergyIntolerance", _sort="-_lastUpdated", _count="1000"):
        resource = each.json()
        if not allergy_of(each).says_none:
            _count(substances, resource.get("code"))
        for reaction in resource.get("reaction") or ():
            for manifestation in reaction.get("manifestation") or ():
                _count(reactions, manifestation)
    return _ranked(substances), _ranked(reactions)


def _count(seen: Counter[tuple[str, str]], code: dict[str, Any] | None) -> None:
    for coding in ((code or {}).get("coding") or ())[:1]:
        if coding.get("code") and coding.get("display"):
            seen[f"{coding.get('system', '')}|{coding['code']}", coding["display"]] += 1


def _ranked(seen: Counter[tuple[str, str]]) -> dict[str, str]:
    return {code: words for (code, words), _ in reversed(seen.most_common())}
