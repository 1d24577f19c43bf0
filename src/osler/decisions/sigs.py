"""The dose of a FHIR Dosage, as far as its numbers say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeGuard

from osler.decisions.facts import Dose
from osler.terminology.drugs.strengths import in_milligrams

Json = dict[str, Any]
DAYS = {"h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7), "mo": Decimal(30), "min": Decimal(1) / 1440}
PIECES = frozenset(
    (
        "1",
        "{tbl}",
        "tablet",
        "tablets",
        "tab",
        "capsule",
        "capsules",
        "cap",
        "puff",
        "puffs",
        "{capsule}",
        "{tablet}",
        "patch",
    )
)
MASSES = frozenset(("mg", "g", "ug", "mcg", "meq", "[iu]", "iu", "u", "unt", "ml", "{unit}"))


def dose_of(dosage: Json) -> Dose | None:
    """Amount at once and times a day; None when the amount is not stated as a number with a unit that is known."""
    rates = dosage.get("doseAndRate")
    quantity = next(
        (
            each.get("doseQuantity") or _high(each)
            for each in (rates if isinstance(rates, list) else [])
            if isinstance(each, dict)
        ),
        None,
    )
    if not isinstance(quantity, dict) or not _is_number(quantity.get("value")):
        return None
    unit = str(quantity.get("code") or quantity.get("unit") or "1").lower()
    amount = Decimal(quantity["value"])
    per_day = _per_day(dosage.get("timing"))
    if unit in PIECES:
        return Dose(amount, "1", per_day)
    if unit not in MASSES:
        return None
    once, kind = in_milligrams(amount, {"[iu]": "IU", "{unit}": "UNT"}.get(unit, unit))
    return Dose(once, kind, per_day)


def _high(rate: Json) -> Json | None:
    """The upper end of a dose range: that is what may be given."""
    reach = rate.get("doseRange")
    return reach.get("high") if isinstance(reach, dict) else None


def _per_day(timing: Any) -> Decimal | None:
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    if not isinstance(repeat, dict):
        return None
    every = repeat.get("period")
    unit = DAYS.get(str(repeat.get("periodUnit")))
    if not _is_number(every) or unit is None or not Decimal(every):
        return None
    times = repeat.get("frequencyMax") or repeat.get("frequency") or 1
    return Decimal(times) / (Decimal(every) * unit) if _is_number(times) else None


def _is_number(value: Any) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
