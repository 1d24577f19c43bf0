"""Criteria as fences: conditions on a row already at hand, written so that no index can serve them.

Function forms (`arrayoverlap`, `int8eq`) say the same as the operators `&&`, `=` but match no index, so the planner
cannot mistake a fence for a driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.core.errors import Unsupported
from osler.fhir.search.query import (
    Both,
    Chain,
    Criterion,
    Dates,
    Either,
    FullText,
    Has,
    Hierarchy,
    Ids,
    InCompartment,
    Near,
    Negation,
    Numbers,
    Phrases,
    Strings,
    Tokens,
)
from osler.store.search.compartments import fence_compartment
from osler.store.search.dates import fence_dates
from osler.store.search.hierarchy import members
from osler.store.search.links import fence_chain, fence_has
from osler.store.search.lists import any_of, is_long
from osler.store.search.numbers import fence_numbers
from osler.store.search.phrases import hashes_of
from osler.store.search.places import near_condition
from osler.store.search.texts import fence_texts
from osler.store.search.tokens import fence_tokens, is_among

if TYPE_CHECKING:
    from osler.store.search.build import Build


def fence(build: Build, type_: str, criterion: Criterion, row: str) -> str:
    """SQL true for the rows of alias `row`, of resource type `type_`, that meet the criterion."""
    match criterion:
        case Tokens():
            return fence_tokens(build, type_, criterion, row)
        case Ids():
            return _ids(build, criterion, row)
        case Strings():
            return fence_texts(build, type_, [criterion], row)
        case Numbers():
            return fence_numbers(build, type_, criterion, row)
        case Dates():
            return fence_dates(build, type_, criterion, row)
        case Chain():
            return fence_chain(build, type_, criterion, row)
        case Has():
            return fence_has(build, type_, criterion, row)
        case InCompartment():
            return fence_compartment(build, type_, criterion, row)
        case Phrases():
            return f"arrayoverlap({row}.tok, {hashes_of(build, type_, criterion)})"
        case Hierarchy():
            from_here = f"f.src = {row}.rid AND arrayoverlap(ARRAY[f.param], {build.param(type_, criterion.param)})"
            return f"EXISTS (SELECT 1 FROM refs f WHERE {from_here} AND f.target = ANY ({members(build, criterion)}))"
        case Near():
            near = near_condition(build, type_, criterion, fenced=True)
            return f"EXISTS (SELECT 1 FROM numbers n WHERE n.rid = {row}.rid AND {near})"
        case Either():
            return _either(build, type_, criterion, row)
        case Both():
            return "(" + " AND ".join(fence(build, type_, each, row) for each in criterion.parts) + ")"
        case Negation():
            return f"NOT coalesce({fence(build, type_, criterion.of, row)}, false)"
        case FullText():
            raise Unsupported("Full text is searched at the top of a query alone.")


def _either(build: Build, type_: str, criterion: Either, row: str) -> str:
    """Texts that may be read of the same row are read once."""
    texts = [each for each in criterion.options if isinstance(each, Strings)]
    found = [fence(build, type_, each, row) for each in criterion.options if not isinstance(each, Strings)]
    return any_of([fence_texts(build, type_, texts, row), *found] if texts else found)


def _ids(build: Build, criterion: Ids, row: str) -> str:
    ids = build.sql.arg(list(criterion.ids), "text[]")
    return is_among(f"{row}.id", ids) if is_long(criterion.ids) else f"{row}.id = ANY ({ids})"
