"""Special units of UCUM (§21, table 2): those that a function, not a factor, relates to their scale."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

PRECISION = Context(prec=50)
MAX_POWER = 400
"""Logarithmic values beyond it stand for nothing: there are some 10^80 atoms."""
STEEPEST = 10**15

Number = Fraction


@dataclass(frozen=True, slots=True)
class SpecialUnit:
    """Both directions of a special unit's function; either gives None where it has no value."""

    to_scale: Callable[[Number], Number | None]
    """Value in the special unit to the multiple of its scale."""
    from_scale: Callable[[Number], Number | None]
    exact: bool = False
    """Rational both ways and rising: order and equality survive the conversion."""


def _shifted(factor: Number, zero: Number) -> SpecialUnit:
    return SpecialUnit(lambda value: (value + zero) * factor, lambda scale: scale / factor - zero, exact=True)


def _logarithm(base: Decimal | None, slope: int) -> SpecialUnit:
    """`slope` times the logarithm of the scale; None is the natural one."""

    def to_scale(value: Number) -> Number | None:
        power = value / slope
        if abs(power) > MAX_POWER:
            return None
        exponent = _decimal(power)
        return Fraction(PRECISION.exp(exponent) if base is None else PRECISION.power(base, exponent))

    def from_scale(scale: Number) -> Number | None:
        if scale <= 0:
            return None
        logarithm = PRECISION.ln(_decimal(scale))
        return Fraction(logarithm if base is None else PRECISION.divide(logarithm, PRECISION.ln(base))) * slope

    return SpecialUnit(to_scale, from_scale)


def _tangent(angle: float) -> SpecialUnit:
    """A hundred times the tangent of the scale, which counts angles of so many radians."""

    def to_scale(value: Number) -> Number | None:
        return Fraction(repr(math.atan(value / 100) / angle)) if abs(value) < STEEPEST else None

    def from_scale(scale: Number) -> Number | None:
        radians = float(scale) * angle if abs(scale) < STEEPEST else math.pi
        return Fraction(repr(100 * math.tan(radians))) if abs(radians) < math.pi / 2 else None

    return SpecialUnit(to_scale, from_scale)


def _root() -> SpecialUnit:
    def from_scale(scale: Number) -> Number | None:
        return Fraction(PRECISION.sqrt(_decimal(scale))) if scale >= 0 else None

    return SpecialUnit(lambda value: value * value, from_scale)


def _decimal(value: Number) -> Decimal:
    return PRECISION.divide(Decimal(value.numerator), Decimal(value.denominator))


SPECIAL_UNITS = {
    "celsius": _shifted(Fraction(1), Fraction("273.15")),
    "fahrenheit": _shifted(Fraction(5, 9), Fraction("459.67")),
    "reaumur": _shifted(Fraction(5, 4), Fraction("218.52")),
    "tan100": _tangent(1.0),
    "tan100-degrees": _tangent(math.radians(1)),
    "minus-lg": _logarithm(Decimal(10), -1),
    "minus-log100": _logarithm(Decimal(100), -1),
    "minus-log1000": _logarithm(Decimal(1000), -1),
    "minus-log50000": _logarithm(Decimal(50000), -1),
    "ln": _logarithm(None, 1),
    "lg": _logarithm(Decimal(10), 1),
    "lg2": _logarithm(Decimal(10), 2),
    "ld": _logarithm(Decimal(2), 1),
    "sqrt": _root(),
}
