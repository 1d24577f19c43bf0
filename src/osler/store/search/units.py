"""Quantities in one unit found in all: a range asked in one is asked of the rows in every unit that converts to it.

Rows keep what was written and the hash of its unit, nothing more; the units that occur are among the interned names.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from osler.core.errors import TooCostly
from osler.fhir.datatypes.units import UCUM, from_base, parse_unit, rounded, to_base
from osler.fhir.search.keys import token_key
from osler.fhir.search.query import Both, Chain, Criterion, Either, Has, Negation, Numbers, Query, Range
from osler.fhir.search.spans import EXACT

if TYPE_CHECKING:
    from osler.fhir.datatypes.unit_scale import Scale
    from osler.store.store import Store

MOST_SCALES = 300
"""Different sizes of units of one kind that one search looks through."""


def in_every_unit(store: Store, asked: Range) -> list[tuple[Range, list[int]]]:
    """The range once for each size of unit that occurs, with the hashes of the units of that size."""
    unit = parse_unit(asked.ucum)
    asked = _settled(asked)
    hashes: dict[Any, list[int]] = {_size(unit): [store.hasher.text(asked.unit)]}
    scales: dict[Any, Scale] = {_size(unit): unit}
    for code in store.terms.units.get(unit.text, ()):
        other = parse_unit(code)
        scales.setdefault(_size(other), other)
        hashes.setdefault(_size(other), []).append(store.hasher.text(token_key(UCUM, code)))
    if len(scales) > MOST_SCALES:
        raise TooCostly("Values of this kind are kept in too many units; search without a unit, or by code.")
    return [(_converted(asked, unit, scale), hashes[size]) for size, scale in scales.items()]


def _size(unit: Scale) -> Any:
    return unit.factor, unit.function, unit.portion


def _settled(asked: Range) -> Range:
    """`ap` with its margin within its span: a tenth of a temperature is not the same in every unit."""
    if asked.prefix != "ap" or asked.exact is None:
        return asked
    margin = EXACT.divide(abs(asked.exact), Decimal(10))
    lo, hi = EXACT.subtract(cast("Decimal", asked.lo), margin), EXACT.add(cast("Decimal", asked.hi), margin)
    return replace(asked, lo=lo, hi=hi, exact=Decimal(0))


def _converted(asked: Range, unit: Scale, to: Scale) -> Range:
    if _size(unit) == _size(to):
        return asked

    def inside(value: object) -> Decimal | None:
        if not isinstance(value, Decimal) or (base := to_base(value, unit)) is None:
            return None
        found = from_base(base, to)
        return None if found is None else rounded(found)

    exact = asked.exact if asked.prefix == "ap" else inside(asked.exact)
    return replace(asked, lo=inside(asked.lo), hi=inside(asked.hi), exact=exact)


def converts(query: Query) -> bool:
    """Whether the query compares quantities across units, so that all units must be known."""
    return any(_converts(criterion) for criterion in query.where)


def _converts(criterion: Criterion) -> bool:
    match criterion:
        case Numbers():
            return any(r.ucum for r in criterion.ranges)
        case Chain():
            return any(converts(query) for query in criterion.targets)
        case Has():
            return converts(criterion.source)
        case Either():
            return any(map(_converts, criterion.options))
        case Both():
            return any(map(_converts, criterion.parts))
        case Negation():
            return _converts(criterion.of)
        case _:
            return False
