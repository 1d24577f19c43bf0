"""Numbers and quantities: by the index of values, or of a row at hand; composites of a code and a quantity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from osler.fhir.search.query import Numbers, Range, Tokens
from osler.store.derived import COMPOSED
from osler.store.search.lists import any_of, any_value, select_by_value
from osler.store.search.spans import number_condition
from osler.store.search.tokens import fence_tokens
from osler.store.search.units import in_every_unit

if TYPE_CHECKING:
    from osler.store.search.build import Build


def drive_numbers(build: Build, type_: str, criterion: Numbers, row: str) -> str:
    found = _composed_rids if (type_, criterion.param) in COMPOSED else _rids
    return f"{row}.rid = ANY (ARRAY({found(build, type_, criterion)}))"


def _rids(build: Build, type_: str, criterion: Numbers) -> str:
    return select_by_value(build, _of_param(build, type_, criterion.param), criterion.ranges, _driven)


def _of_param(build: Build, type_: str, param: str) -> str:
    return f"SELECT n.rid FROM numbers n WHERE n.param = ANY ({build.param(type_, param)})"


def fence_numbers(build: Build, type_: str, criterion: Numbers, row: str) -> str:
    if (type_, criterion.param) in COMPOSED:
        return _composed(criterion, build, type_, row)
    own = f"n.rid = {row}.rid AND arrayoverlap(ARRAY[n.param], {build.param(type_, criterion.param)})"
    return f"EXISTS (SELECT 1 FROM numbers n WHERE {own} AND {any_value(build, criterion.ranges, _fenced)})"


def _driven(build: Build, r: Range) -> str:
    return _option(build, r, f"n.comp = {build.comp(r.comp)}")


def _fenced(build: Build, r: Range) -> str:
    return _option(build, r, f"int8eq(n.comp, {build.comp(r.comp)})")


def _option(build: Build, r: Range, of_comp: str) -> str:
    if r.ucum:
        alike = in_every_unit(build.store, r)
        return f"({of_comp} AND {any_of([_in_unit(build, *each) for each in alike])})"
    parts = [of_comp, _holds(build, r)]
    if r.unit.startswith("|"):
        code = build.comp(r.unit[1:])
        parts.append(f"(n.code = {code} OR n.unit = {code})")
    elif r.unit:
        parts.append(f"n.sys = {build.comp(r.unit)}")
    return f"({' AND '.join(parts)})"


def _in_unit(build: Build, r: Range, hashes: list[int]) -> str:
    return f"({_holds(build, r)} AND n.sys = ANY ({build.sql.arg(hashes, 'bigint[]')}))"


def _holds(build: Build, r: Range) -> str:
    condition = number_condition(build.sql, r, row="n")
    if r.prefix == "eq":
        # What ends within a range begins before the range's end: without saying so the index is read to its own end.
        return f"{condition} AND n.lo < {build.sql.arg(r.hi, 'numeric')}"
    return condition


def _composed_rids(build: Build, type_: str, criterion: Numbers) -> str:
    """Of a composite over the whole resource: by the values, each with its own code."""
    first, second, below = COMPOSED[type_, criterion.param]
    root, kind = build.alias(), build.type(type_)

    def at_root(build: Build, r: Range) -> str:
        code = fence_tokens(build, type_, Tokens(first, (f"{first}={r.comp}",)), root)
        of_it = f"{root}.type = {kind} AND {root}.rid = n.rid AND {code}"
        return f"({_driven(build, replace(r, comp=''))} AND EXISTS (SELECT 1 FROM resource {root} WHERE {of_it}))"

    found = select_by_value(build, _of_param(build, type_, second), criterion.ranges, at_root)
    return found if below is None else f"{found} UNION ALL {_rids(build, type_, Numbers(below, criterion.ranges))}"


def _composed(criterion: Numbers, build: Build, type_: str, row: str) -> str:
    """A composite over the whole resource: both parts hold at its root, or a row below the root holds them together."""
    first, second, below = COMPOSED[type_, criterion.param]

    def at_root(build: Build, r: Range) -> str:
        code = fence_tokens(build, type_, Tokens(first, (f"{first}={r.comp}",)), row)
        value = fence_numbers(build, type_, Numbers(second, (replace(r, comp=""),)), row)
        return f"({code} AND {value})"

    options = [any_value(build, criterion.ranges, at_root)]
    if below is not None:
        options.append(fence_numbers(build, type_, Numbers(below, criterion.ranges), row))
    return any_of(options)
