"""The vital signs that Osler charts: codes, units, and what can be believed.

Codes and units are those of US Core 6.1.0 vital signs. Hard limits keep out slips of the pen; beyond the soft ones the
person is asked to look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit one may write: UCUM code, how it is written, and how it becomes the first unit of its sign (`× factor + offset`)."""

    code: str
    text: str
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign. Limits are in its first unit, in this order: impossible, unusual, unusual, impossible."""

    key: str
    label: str
    code: str
    display: str
    units: tuple[Unit, ...]
    limits: tuple[Decimal, Decimal, Decimal, Decimal]
    places: int = 0
    more_codes: tuple[str, ...] = ()
    profile: str = ""

    def unit(self, code: str) -> Unit:
        """The unit with this UCUM code; the first when there is no such one."""
        return next((unit for unit in self.units if unit.code == code), self.units[0])


def _limits(*numbers: int | str) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    low, soft_low, soft_high, high = (Decimal(number) for number in numbers)
    return low, soft_low, soft_high, high


_PER_MINUTE = (Unit("/min", "/min"),)
_MMHG = (Unit("mm[Hg]", "mmHg"),)
_FAHRENHEIT = Unit("[degF]", "°F", Decimal(5) / Decimal(9), Decimal(-160) / Decimal(9))

SYSTOLIC = Sign("systolic", "Systolic", "8480-6", "Systolic blood pressure", _MMHG, _limits(40, 70, 220, 300))
DIASTOLIC = Sign("diastolic", "Diastolic", "8462-4", "Diastolic blood pressure", _MMHG, _limits(20, 40, 130, 200))
HEART_RATE = Sign(
    "heart_rate", "Heart rate", "8867-4", "Heart rate", _PER_MINUTE, _limits(15, 40, 140, 320), profile="heart-rate"
)
RESPIRATION = Sign(
    "respiration", "Respiratory rate", "9279-1", "Respiratory rate", _PER_MINUTE, _limits(3, 8, 40, 120),
    profile="respiratory-rate",
)  # fmt: skip
SPO2 = Sign(
    "spo2", "Oxygen saturation", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", (Unit("%", "%"),),
    _limits(30, 88, 100, 100), more_codes=("2708-6",), profile="pulse-oximetry",
)  # fmt: skip
TEMPERATURE = Sign(
    "temperature", "Temperature", "8310-5", "Body temperature", (Unit("Cel", "°C"), _FAHRENHEIT),
    _limits(25, 35, "39.5", 45), 1, profile="body-temperature",
)  # fmt: skip
WEIGHT = Sign(
    "weight", "Weight", "29463-7", "Body weight", (Unit("kg", "kg"), Unit("[lb_av]", "lb", Decimal("0.45359237"))),
    _limits("0.3", 2, 200, 650), 1, profile="body-weight",
)  # fmt: skip
HEIGHT = Sign(
    "height", "Height", "8302-2", "Body height", (Unit("cm", "cm"), Unit("[in_i]", "in", Decimal("2.54"))),
    _limits(20, 40, 210, 275), 1, profile="body-height",
)  # fmt: skip
BMI = Sign(
    "bmi", "BMI", "39156-5", "Body mass index (BMI) [Ratio]", (Unit("kg/m2", "kg/m²"),), _limits(5, 12, 60, 150), 1,
    profile="bmi",
)  # fmt: skip
PAIN = Sign(
    "pain", "Pain", "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
    (Unit("{score}", "/10"),), _limits(0, 0, 10, 10), profile="vital-signs",
)  # fmt: skip

PRESSURE = "85354-9"
"""Blood pressure panel, whose components are systolic and diastolic."""
SINGLE = (HEART_RATE, RESPIRATION, SPO2, TEMPERATURE, WEIGHT, HEIGHT, BMI, PAIN)
ENTERED = (SYSTOLIC, DIASTOLIC, HEART_RATE, RESPIRATION, SPO2, TEMPERATURE, WEIGHT, HEIGHT, PAIN)
"""What is typed; the body mass index is computed."""
BY_CODE = {code: sign for sign in SINGLE for code in (sign.code, *sign.more_codes)} | {"2708-6": SPO2, "3141-9": WEIGHT}
