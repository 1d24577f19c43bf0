"""Whether a vital sign can be believed, conversions, and the body mass index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, Protocol

from osler.clinical.vitals.signs import DIASTOLIC, HEIGHT, PAIN, SYSTOLIC, WEIGHT, Sign
from osler.fhir.datatypes.units import convert, find_unit

Weight = Literal["stop", "ask"]
_BIG_WEIGHT_CHANGE = Decimal("0.10")
_BIG_HEIGHT_CHANGE = Decimal("3")


@dataclass(frozen=True, slots=True)
class Entered:
    """One value as it was written, in the unit it was written in (UCUM)."""

    sign: Sign
    value: Decimal
    unit: str

    @property
    def converted(self) -> Decimal:
        """In the first unit of the sign."""
        unit = self.sign.unit(self.unit)
        return self.value * unit.factor + unit.offset


def measured_in(sign: Sign, quantity: Mapping[str, Any]) -> tuple[Decimal, str] | None:
    """Value and unit of a FHIR Quantity, in one of the sign's own units; other UCUM units are converted to its first.

    None when it cannot be told what the number means: it is better not shown than shown as kilograms or mmHg.
    """
    value, code, words = Decimal(quantity["value"]), quantity.get("code", ""), quantity.get("unit", "")
    for unit in sign.units:
        if code == unit.code or (not code and words.casefold() in (unit.code.casefold(), unit.text.casefold())):
            return value, unit.code
    first, given = sign.units[0].code, code or words
    converted = convert(value, given, first) if given else None
    if converted is not None:
        return round(converted, sign.places + 1), first
    said_nothing = not given or find_unit(given) is None
    return (value, first) if len(sign.units) == 1 and said_nothing else None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a value is not simply taken: `stop` cannot be, `ask` wants a second look."""

    key: str
    weight: Weight
    message: str


def doubts(entered: Mapping[str, Entered], *, before: Mapping[str, Decimal] | None = None) -> list[Doubt]:
    """Everything wrong or unusual about a set of vital signs, by key. `before` are the last values, converted."""
    found = [doubt for each in entered.values() if (doubt := _in_range(each))]
    found += _pressure(entered)
    found += _changes(entered, before or {})
    return found


def bmi(weight: Decimal | None, height: Decimal | None) -> Decimal | None:
    """Body mass index of kilograms and centimeters, to one place; None when either is missing or the height is nothing."""
    if weight is None or not height:
        return None
    meters = height / 100
    return (weight / (meters * meters)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _in_range(each: Entered) -> Doubt | None:
    sign, value = each.sign, each.converted
    low, soft_low, soft_high, high = sign.limits
    if sign is PAIN and each.value != each.value.to_integral_value():
        return Doubt(sign.key, "stop", "Pain is a whole number from 0 to 10.")
    if not low <= value <= high:
        return Doubt(sign.key, "stop", f"{sign.label} has to be between {_span(each, low, high)}.")
    if not soft_low <= value <= soft_high:
        return Doubt(sign.key, "ask", f"{sign.label} is unusual. Is it right?")
    return None


def _span(each: Entered, low: Decimal, high: Decimal) -> str:
    """The limits in the unit that was written."""
    unit = each.sign.unit(each.unit)
    ends = (rounded((end - unit.offset) / unit.factor, each.sign.places).normalize() for end in (low, high))
    return " and ".join(f"{end:f}" for end in ends) + (f" {unit.text}" if unit.text[0] != "/" else "")


def _pressure(entered: Mapping[str, Entered]) -> list[Doubt]:
    systolic, diastolic = entered.get(SYSTOLIC.key), entered.get(DIASTOLIC.key)
    if systolic and diastolic and systolic.value <= diastolic.value:
        return [Doubt(SYSTOLIC.key, "stop", "Systolic has to be above diastolic.")]
    if (systolic is None) != (diastolic is None):
        return [Doubt(SYSTOLIC.key, "stop", "Blood pressure needs both systolic and diastolic.")]
    return []


def _changes(entered: Mapping[str, Entered], before: Mapping[str, Decimal]) -> list[Doubt]:
    found: list[Doubt] = []
    weight, height = entered.get(WEIGHT.key), entered.get(HEIGHT.key)
    if weight and (last := before.get(WEIGHT.key)) and abs(weight.converted - last) > last * _BIG_WEIGHT_CHANGE:
        found.append(Doubt(WEIGHT.key, "ask", "Weight differs by more than a tenth from the last one. Is it right?"))
    if height and (last := before.get(HEIGHT.key)) and last - height.converted > _BIG_HEIGHT_CHANGE:
        found.append(Doubt(HEIGHT.key, "ask", "Height is well below the last one. Is it right?"))
    return found


class Judged(Protocol):
    """A reading, as far as its flag needs it."""

    @property
    def key(self) -> str: ...
    @property
    def converted(self) -> Decimal: ...
    @property
    def second(self) -> Decimal | None: ...
    @property
    def flag(self) -> str: ...


_ADULT_SPANS = {
    "heart_rate": (Decimal(50), Decimal(110)),
    "respiration": (Decimal(10), Decimal(24)),
    "spo2": (Decimal(92), None),
    "temperature": (Decimal(35), Decimal("37.9")),
}


def flag_of(reading: Judged, *, adult: bool) -> str:
    """`H`, `L` or nothing: the interpretation that came with it, else what is plainly out of order in an adult.

    Blood pressure: from 140 or 90 mmHg high, below 90 mmHg systolic low.
    """
    if reading.flag:
        return "" if reading.flag == "N" else reading.flag
    if not adult:
        return ""
    if reading.key == "pressure":
        if reading.converted >= 140 or (reading.second is not None and reading.second >= 90):
            return "H"
        return "L" if reading.converted < 90 else ""
    low, high = _ADULT_SPANS.get(reading.key, (None, None))
    if high is not None and reading.converted > high:
        return "H"
    return "L" if low is not None and reading.converted < low else ""
