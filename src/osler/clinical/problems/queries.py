"""What a patient's problems are, and what is aimed at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.problems.fhir import NO_PROBLEMS, Goal, Problem, goal_of, patient_of_condition, problem_of
from osler.clinical.problems.rules import in_order
from osler.core.errors import NotFound

_SHOWN_PAST = "30"


@dataclass(frozen=True, slots=True)
class Problems:
    """`none_known`: a coded statement that there are none."""

    active: tuple[Problem, ...]
    past: tuple[Problem, ...] = ()
    none_known: bool = False


async def list_problems(records: Records, patient: str) -> Problems:
    """Active problems in the order of the list, and the latest that are over."""
    active = await list_active(records, patient)
    past = [problem_of(each) for each in await ask(
        records, "Condition", patient=f"Patient/{patient}", clinical_status="inactive,remission,resolved",
        _sort="-onset-date", _count=_SHOWN_PAST)]  # fmt: skip
    return replace(active, past=tuple(each for each in past if not each.in_error))


async def list_active(records: Records, patient: str) -> Problems:
    """Active problems in the order of the list, and no past ones."""
    active = [problem_of(each) for each in await ask(
        records, "Condition", patient=f"Patient/{patient}", clinical_status="active,recurrence,relapse",
        _count="200")]  # fmt: skip
    listed = [each for each in active if NO_PROBLEMS not in each.codes and not each.in_error]
    return Problems(tuple(in_order(listed)), none_known=any(NO_PROBLEMS in each.codes for each in active))


async def list_withdrawn(records: Records, patient: str) -> list[Problem]:
    """Problems that were entered in error."""
    found = await ask(
        records, "Condition", patient=f"Patient/{patient}", verification_status="entered-in-error", _count="50"
    )
    return [problem_of(each) for each in found]


async def get_problem(records: Records, patient: str, id_: str) -> Problem:
    """Raises NotFound when it is not this patient's."""
    stored = await records.read("Condition", id_)
    if patient_of_condition(stored.json()) != patient:
        raise NotFound("There is no such problem in this chart.")
    return problem_of(stored)


async def list_goals(records: Records, patient: str) -> list[Goal]:
    """Goals that are pursued."""
    found = await ask(records, "Goal", patient=f"Patient/{patient}", lifecycle_status="active", _count="50")
    return [goal_of(each) for each in found]


async def list_known_codes(records: Records) -> dict[str, str]:
    """Codes (`system|code`) that problems of this record have, with their words, the commonest first.

    Of the latest thousand. What was typed without a code is not among them: it may be anything.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for each in await ask(records, "Condition", _sort="-_lastUpdated", _count="1000"):
        for coding in ((each.json().get("code") or {}).get("coding") or ())[:1]:
            if coding.get("code") and coding.get("display"):
                seen[f"{coding.get('system', '')}|{coding['code']}", coding["display"]] += 1
    return {code: words for (code, words), _ in reversed(seen.most_common())}
