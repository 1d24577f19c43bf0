"""Laboratory and other results ↔ Observation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import Struct

from osler.access.records import Resource
from osler.fhir.readers import codes_of, first_code, target_of, text_of, when

Json = dict[str, Any]


class Result(Struct, frozen=True, gc=False):
    """One result of one analyte. `number` is None for a result in words; `low` and `high` are its reference range."""

    id: str
    code: str
    """`system|code`, or the words when it is not coded: what makes two results of one kind."""
    name: str
    at: str
    number: Decimal | None = None
    comparator: str = ""
    words: str = ""
    unit: str = ""
    flag: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    range_text: str = ""
    status: str = "final"
    issued: str = ""
    codes: tuple[str, ...] = ()

    @property
    def abnormal(self) -> bool:
        return self.flag not in ("", "N")


@dataclass(frozen=True, slots=True)
class Report:
    """What was resulted together: a panel. `results` are ids of Observations, in the laboratory's order."""

    name: str
    at: str
    results: tuple[str, ...]


def report_of(stored: Resource) -> Report:
    report = stored.json()
    found = (target_of(each) for each in report.get("result") or ())
    ids = tuple(each.removeprefix("Observation/") for each in found if each.startswith("Observation/"))
    return Report(text_of(report.get("code")), when(report, "effective") or report.get("issued", ""), ids)


def results_of(stored: Resource) -> list[Result]:
    """The result, or one for each component when the value is only there. Nothing when it was entered in error."""
    observation = stored.json()
    if observation.get("status") in ("entered-in-error", "cancelled", "registered"):
        return []
    whole = _result(stored.id, observation, observation)
    parts = [_result(stored.id, part, observation) for part in observation.get("component") or ()]
    return [each for each in (whole, *parts) if each.number is not None or each.words]


def _result(id_: str, part: Json, observation: Json) -> Result:
    code = part.get("code") or observation.get("code")
    codes = tuple(codes_of(code))
    quantity = part.get("valueQuantity") or {}
    low, high, range_text = _range(part)
    return Result(
        id=id_,
        code=codes[0] if codes else text_of(code),
        codes=codes,
        name=text_of(code),
        at=when(observation, "effective") or observation.get("issued", ""),
        number=Decimal(quantity["value"]) if "value" in quantity else _integer(part),
        comparator=quantity.get("comparator", ""),
        words=_words(part),
        unit=quantity.get("unit") or quantity.get("code", ""),
        flag=first_code(next(iter(part.get("interpretation") or ()), None)),
        low=low,
        high=high,
        range_text=range_text,
        status=observation.get("status", ""),
        issued=observation.get("issued", ""),
    )


def _integer(part: Json) -> Decimal | None:
    return Decimal(part["valueInteger"]) if "valueInteger" in part else None


def _words(part: Json) -> str:
    if "valueCodeableConcept" in part:
        return text_of(part["valueCodeableConcept"])
    if "valueString" in part:
        return part["valueString"]
    if "valueBoolean" in part:
        return "Yes" if part["valueBoolean"] else "No"
    if ratio := part.get("valueRatio"):
        top, bottom = ratio.get("numerator") or {}, ratio.get("denominator") or {}
        return f"{top.get('value', '')}:{bottom.get('value', '')}"
    if span := part.get("valueRange"):
        low, high = span.get("low") or {}, span.get("high") or {}
        return f"{low.get('value', '')}–{high.get('value', '')} {high.get('unit', '')}".strip()
    return ""


def _range(part: Json) -> tuple[Decimal | None, Decimal | None, str]:
    """Of the range for anyone; one meant for another kind of person does not apply by itself."""
    for each in part.get("referenceRange") or ():
        if not each.get("appliesTo") and not each.get("age"):
            low, high = each.get("low") or {}, each.get("high") or {}
            return _decimal(low), _decimal(high), each.get("text", "")
    return None, None, ""


def _decimal(quantity: Json) -> Decimal | None:
    return Decimal(quantity["value"]) if "value" in quantity else None
