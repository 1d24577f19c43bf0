"""Problems and goals ↔ Condition and Goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from osler.access.records import Resource
from osler.fhir.readers import code_in, codes_of, concept, display_of, first_code, notes_of, target_of, text_of, when

Json = dict[str, Any]
Status = Literal["active", "inactive", "resolved"]

_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
ICD_10 = "http://hl7.org/fhir/sid/icd-10-cm"
NO_PROBLEMS = "http://snomed.info/sct|160245001"
ACTIVE = ("active", "recurrence", "relapse")


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the problem list. Dates as FHIR writes them."""

    id: str
    name: str
    version: int
    status: str
    """active, recurrence, relapse, inactive, remission, resolved; empty when it is not said."""
    verification: str = ""
    icd: str = ""
    codes: tuple[str, ...] = ()
    listed: bool = True
    """On the problem list, not only the diagnosis of one visit."""
    onset: str = ""
    abated: str = ""
    recorded: str = ""
    recorder: str = ""
    note: str = ""

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def in_error(self) -> bool:
        return self.verification == "entered-in-error"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of the patient's: below, above or between bounds of one measure."""

    id: str
    text: str
    problems: tuple[str, ...]
    """Condition ids."""
    measures: tuple[str, ...] = ()
    """Codes `system|code` of what is measured."""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    achieved: bool = False


def problem_of(stored: Resource) -> Problem:
    condition = stored.json()
    code = condition.get("code")
    return Problem(
        id=stored.id,
        name=text_of(code),
        version=stored.version,
        status=first_code(condition.get("clinicalStatus")),
        verification=first_code(condition.get("verificationStatus")),
        icd=code_in(code, ICD_10),
        codes=tuple(codes_of(code)),
        listed=any(first_code(each) != "encounter-diagnosis" for each in condition.get("category") or ({},)),
        onset=when(condition, "onset"),
        abated=when(condition, "abatement"),
        recorded=condition.get("recordedDate", ""),
        recorder=display_of(condition.get("recorder")),
        note=notes_of(condition),
    )


def condition_for(
    *, name: str, code: str, status: Status, onset: str, abated: str, patient: str, recorder: Json, now: datetime
) -> Json:
    """A new problem-list Condition. `code` is `system|code`, empty for a problem that is only written."""
    system, _, value = code.partition("|")
    condition: Json = {
        "resourceType": "Condition",
        "meta": {"profile": [_PROFILE]},
        "clinicalStatus": _coded(_CLINICAL, status),
        "verificationStatus": _coded(_VERIFICATION, "confirmed"),
        "category": [_coded(_CATEGORY, "problem-list-item")],
        "code": concept(system, value, name),
        "subject": {"reference": f"Patient/{patient}"},
    }
    if onset:
        condition["onsetDateTime"] = onset
    if abated:
        condition["abatementDateTime"] = abated
    condition |= {"recordedDate": now.isoformat(timespec="seconds"), "recorder": recorder}
    return condition


def entered_in_error(condition: Json) -> Json:
    """The same, withdrawn. It has no clinical status any more (invariant con-5), and so no end (con-4): its history has both."""
    gone = ("clinicalStatus", "abatement", "_abatement")
    kept = {name: value for name, value in condition.items() if not name.startswith(gone)}
    return kept | {"verificationStatus": _coded(_VERIFICATION, "entered-in-error")}


def resolved(condition: Json, on: str) -> Json:
    return condition | {"clinicalStatus": _coded(_CLINICAL, "resolved"), "abatementDateTime": on}


def patient_of_condition(condition: Json) -> str:
    return target_of(condition.get("subject")).removeprefix("Patient/")


def goal_of(stored: Resource) -> Goal:
    goal = stored.json()
    targets: list[Json] = goal.get("target") or [{}]
    low, high, unit = _bounds(targets[0])
    return Goal(
        id=stored.id,
        text=text_of(goal.get("description")),
        problems=tuple(target_of(each).removeprefix("Condition/") for each in goal.get("addresses") or ()),
        measures=tuple(codes_of(targets[0].get("measure"))),
        low=low,
        high=high,
        unit=unit,
        achieved=first_code(goal.get("achievementStatus")) == "achieved",
    )


def _bounds(target: Json) -> tuple[Decimal | None, Decimal | None, str]:
    if between := target.get("detailRange"):
        low, high = between.get("low") or {}, between.get("high") or {}
        return _number(low), _number(high), high.get("unit") or low.get("unit", "")
    amount = target.get("detailQuantity") or {}
    value, comparator = _number(amount), amount.get("comparator", "")
    return (value if ">" in comparator else None), (value if "<" in comparator else None), amount.get("unit", "")


def _number(quantity: Json) -> Decimal | None:
    value = quantity.get("value")
    return None if value is None else Decimal(value)


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}
