"""Units of measure by UCUM, https://ucum.org: which are one, what they are in base units, what converts to what."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from osler.core.errors import Invalid
from osler.fhir.datatypes.special_units import SPECIAL_UNITS
from osler.fhir.datatypes.unit_grammar import MAX_LENGTH, Reader
from osler.fhir.datatypes.unit_scale import Scale
from osler.fhir.datatypes.unit_table import Atom, unit_table

UCUM = "http://unitsofmeasure.org"
MAX_MAGNITUDE = 1000
"""Values with more digits or a wider exponent are not converted; a decimal of FHIR is never that wide."""
_ROUNDED = Context(prec=50)


def parse_unit(code: str) -> Scale:
    """The unit behind a UCUM code: factor, base units, function. Invalid says where the code is none."""
    if len(code) > MAX_LENGTH:
        raise Invalid("a UCUM unit has one to some hundred characters")
    return _parsed(code)


def find_unit(code: str) -> Scale | None:
    """The same, None where the code is no unit."""
    try:
        return parse_unit(code)
    except Invalid:
        return None


def canonical(value: Decimal | int, code: str) -> tuple[Decimal, str] | None:
    """The value in base units and the spelling of their product (`g.m-3`); None when there is no such thing.

    Exact, but for what has no finite decimal: that is rounded to 50 digits.
    """
    unit = find_unit(code)
    base = None if unit is None else to_base(value, unit)
    return None if unit is None or base is None else (rounded(base), unit.text)


def convert(value: Decimal | int, code: str, to: str) -> Decimal | None:
    """The value in another unit; None when either is no unit or they do not measure the same."""
    source, target = find_unit(code), find_unit(to)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    base = to_base(value, source)
    found = None if base is None else from_base(base, target)
    return None if found is None else rounded(found)


def comparable(code: str, other: str) -> bool:
    """Whether both are units and measure the same."""
    source, target = find_unit(code), find_unit(other)
    return source is not None and target is not None and source.dimension == target.dimension


def to_base(value: Decimal | int, unit: Scale) -> Fraction | None:
    """The value in base units; None where it is out of measure or the unit's function has no value."""
    number = _fraction(value)
    if number is None or not unit.function:
        return None if number is None else number * unit.factor
    found = SPECIAL_UNITS[unit.function].to_scale(number * unit.portion)
    return None if found is None else found * unit.factor


def from_base(base: Fraction, unit: Scale) -> Fraction | None:
    if not unit.function:
        return base / unit.factor
    found = SPECIAL_UNITS[unit.function].from_scale(base / unit.factor)
    return None if found is None else found / unit.portion


def keeps_order(unit: Scale) -> bool:
    """Whether more of it is more in base units, exactly: true of all but the logarithmic and trigonometric ones."""
    return not unit.function or SPECIAL_UNITS[unit.function].exact


def is_convertible(code: str) -> bool:
    """Whether values in this unit may be compared with those in others: a unit, in order with its base units, and more than
    an annotation, which says what is counted and not how much of it."""
    unit = None if code.startswith("{") and code.endswith("}") else find_unit(code)
    return unit is not None and keeps_order(unit)


def _fraction(value: Decimal | int) -> Fraction | None:
    number = Decimal(value) if isinstance(value, int) else value
    if (
        not number.is_finite()
        or abs(number.adjusted()) > MAX_MAGNITUDE
        or len(number.as_tuple().digits) > MAX_MAGNITUDE
    ):
        return None
    return Fraction(number)


def rounded(value: Fraction) -> Decimal:
    """The value as a decimal: exact where it has one of 50 digits or fewer."""
    return _ROUNDED.divide(Decimal(value.numerator), Decimal(value.denominator))


@lru_cache(maxsize=4096)
def _parsed(code: str) -> Scale:
    return Reader(code, _symbol).read()


@lru_cache(maxsize=1024)
def _symbol(symbol: str) -> Scale:
    table = unit_table()
    if (atom := table.atoms.get(symbol)) is not None:
        return _atom(atom)
    for length in (1, 2):
        atom = table.atoms.get(symbol[length:])
        prefix = table.prefixes.get(symbol[:length])
        if atom is not None and atom.metric and prefix is not None:
            return _atom(atom).prefixed(Fraction(prefix))
    raise Invalid("no such unit in UCUM")


def _atom(atom: Atom) -> Scale:
    if atom.kind == "base":
        return Scale(Fraction(1), {atom.code: 1})
    scale = Reader(atom.unit, _symbol).read().prefixed(Fraction(atom.factor))
    return scale if atom.kind == "ratio" else Scale(scale.factor, scale.dimension, atom.kind)
