"""What a unit is once nothing is left to look up: a factor over powers of base units, or a function of such a scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from osler.core.errors import Invalid

MAX_BITS = 8192
"""Widest numerator or denominator of a factor; the largest prefixes to the tenth power stay far below."""
MAX_EXPONENT = 999


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit: `factor` base units, their powers in `dimension`.

    With a `function` (Cel, [pH] …) the unit is `portion` of a special unit, whose function gives the multiple of the factor.
    """

    factor: Fraction = Fraction(1)
    dimension: Mapping[str, int] = field(default_factory=dict[str, int])
    function: str = ""
    portion: Fraction = Fraction(1)

    @property
    def text(self) -> str:
        """The powers of base units in one spelling: `g.m-3`, `1` when there are none."""
        powers = sorted(self.dimension.items())
        return ".".join(f"{base}{power if power != 1 else ''}" for base, power in powers) or "1"

    def times(self, other: Scale, sign: int = 1) -> Scale:
        """This by the other, or with sign -1 divided by it."""
        if self.function or other.function:
            raise Invalid("special units (Cel, [pH] …) cannot be part of a product or power")
        dimension = dict(self.dimension)
        for base, power in other.dimension.items():
            dimension[base] = dimension.get(base, 0) + sign * power
        factor = self.factor * other.factor if sign > 0 else self.factor / other.factor
        return _bounded(Scale(factor, {base: power for base, power in dimension.items() if power}))

    def to_power(self, exponent: int) -> Scale:
        if exponent == 1:
            return self
        if self.function:
            raise Invalid("special units (Cel, [pH] …) cannot be part of a product or power")
        if abs(exponent) > MAX_EXPONENT or abs(exponent) * _bits(self.factor) > MAX_BITS:
            raise Invalid("the unit's exponent is out of measure")
        dimension = {base: power * exponent for base, power in self.dimension.items() if exponent}
        return _bounded(Scale(self.factor**exponent, dimension))

    def prefixed(self, factor: Fraction) -> Scale:
        if self.function:
            return Scale(self.factor, self.dimension, self.function, self.portion * factor)
        return Scale(self.factor * factor, self.dimension)


def _bits(factor: Fraction) -> int:
    # One has no size to any power.
    return 0 if factor == 1 else max(factor.numerator.bit_length(), factor.denominator.bit_length())


def _bounded(scale: Scale) -> Scale:
    if _bits(scale.factor) > MAX_BITS or any(abs(power) > MAX_EXPONENT for power in scale.dimension.values()):
        raise Invalid("the unit is out of measure")
    return scale
