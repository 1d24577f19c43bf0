"""Criteria as fences: conditions on a row already at hand, written so that no index can serve them.

Function forms (`arrayoverlap`, `int8eq`) say the same as the operators `&&`, `=` but match no index, so the planner
cannot mistake a fence for a driver.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from osler.core.errors import Unsupported
from osler.fhir.search.clinical import clinical_param
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
    Query,
    Range,
    Strings,
    Tokens,
)
from osler.fhir.search.values import FURTHER_WORDS
from osler.store.derived import COMPOSED, is_subject
from osler.store.search.hierarchy import members
from osler.store.search.phrases import LAST_CHARACTER, hashes_of
from osler.store.search.places import near_condition
from osler.store.search.spans import date_condition, instant_condition, number_condition
from osler.store.search.units import in_every_unit

if TYPE_CHECKING:
    from osler.store.search.build import Build


def fence(build: Build, type_: str, criterion: Criterion, row: str) -> str:
    """SQL true for the rows of alias `row`, of resource type `type_`, that meet the criterion."""
    match criterion:
        case Tokens():
            return _tokens(criterion, build, type_, row)
        case Ids():
            return f"{row}.id = ANY ({build.sql.arg(list(criterion.ids), 'text[]')})"
        case Strings():
            return f"EXISTS (SELECT 1 FROM strings s WHERE s.rid = {row}.rid AND {string_condition(build, type_, criterion, fenced=True)})"
        case Numbers() if (type_, criterion.param) in COMPOSED:
            return _composed(criterion, build, type_, row)
        case Numbers():
            return f"EXISTS (SELECT 1 FROM numbers n WHERE n.rid = {row}.rid AND {numbers_condition(build, type_, criterion, fenced=True)})"
        case Dates():
            return _dates(criterion, build, type_, row)
        case Chain():
            return _chain(criterion, build, type_, row)
        case Has():
            return _has(criterion, build, type_, row)
        case InCompartment():
            return _in_compartment(criterion, build, type_, row)
        case Phrases():
            return f"arrayoverlap({row}.tok, {hashes_of(build, type_, criterion)})"
        case Hierarchy():
            from_here = f"f.src = {row}.rid AND arrayoverlap(ARRAY[f.param], {build.param(type_, criterion.param)})"
            return f"EXISTS (SELECT 1 FROM refs f WHERE {from_here} AND f.target = ANY ({members(build, criterion)}))"
        case Near():
            near = near_condition(build, type_, criterion, fenced=True)
            return f"EXISTS (SELECT 1 FROM numbers n WHERE n.rid = {row}.rid AND {near})"
        case Either():
            return _any([fence(build, type_, each, row) for each in criterion.options])
        case Both():
            return "(" + " AND ".join(fence(build, type_, each, row) for each in criterion.parts) + ")"
        case Negation():
            return f"NOT coalesce({fence(build, type_, criterion.of, row)}, false)"
        case FullText():
            raise Unsupported("Full text is searched at the top of a query alone.")


def _tokens(criterion: Tokens, build: Build, type_: str, row: str) -> str:
    hashes = build.tokens(type_, criterion.keys)
    found = _has_any(build, hashes, row)
    return f"NOT ({found})" if criterion.negated else found


def _has_any(build: Build, hashes: list[int], row: str) -> str:
    if len(hashes) == 1:
        return f"{build.sql.arg(hashes[0], 'bigint')} = ANY ({row}.tok)"
    return f"arrayoverlap({row}.tok, {build.sql.arg(hashes, 'bigint[]')})"


def _dates(criterion: Dates, build: Build, type_: str, row: str) -> str:
    if criterion.param == "_lastUpdated":
        at = f"({row}.upd + interval '0')"
        return _any([instant_condition(build.sql, r, at=at) for r in criterion.ranges])
    if criterion.param == clinical_param(type_):
        lo, hi = f"timestamptz_larger({row}.d_lo, '-infinity')", f"timestamptz_larger({row}.d_hi, '-infinity')"
        spans = _any([date_condition(build.sql, r, lo=lo, hi=hi) for r in criterion.ranges])
        return f"({spans} AND {has_clinical_date(row)})"
    return f"EXISTS (SELECT 1 FROM dates d WHERE d.rid = {row}.rid AND {dates_condition(build, type_, criterion, fenced=True)})"


def _chain(criterion: Chain, build: Build, type_: str, row: str) -> str:
    subject = is_subject(type_, criterion.param)
    patients = [query for query in criterion.targets if subject and query.type == "Patient"]
    others = [query for query in criterion.targets if query not in patients]
    options = [_at_end(build, query, f"{row}.pat") for query in patients]
    if others:
        link = build.alias()
        ends = _any([_at_end(build, query, f"{link}.target") for query in others])
        param = build.param(type_, criterion.param)
        from_here = f"{link}.src = {row}.rid AND {link}.param = ANY ({param})"
        options.append(f"EXISTS (SELECT 1 FROM refs {link} WHERE {from_here} AND {ends})")
    return _any(options)


def _at_end(build: Build, query: Query, self_: str) -> str:
    end = build.alias()
    return f"EXISTS (SELECT 1 FROM resource {end} WHERE {end}.self = {self_} AND {build.matches(query, end)})"


def _composed(criterion: Numbers, build: Build, type_: str, row: str) -> str:
    """A composite over the whole resource: both parts hold at its root, or a row below the root holds them together."""
    first, second, below = COMPOSED[type_, criterion.param]
    options: list[str] = []
    for r in criterion.ranges:
        code = fence(build, type_, Tokens(first, (f"{first}={r.comp}",)), row)
        value = fence(build, type_, Numbers(second, (replace(r, comp=""),)), row)
        options.append(f"({code} AND {value})")
    if below is not None:
        options.append(fence(build, type_, Numbers(below, criterion.ranges), row))
    return _any(options)


def _has(criterion: Has, build: Build, type_: str, row: str) -> str:
    source = build.alias()
    matches = build.matches(criterion.source, source)
    if type_ == "Patient" and is_subject(criterion.source.type, criterion.param):
        return f"EXISTS (SELECT 1 FROM resource {source} WHERE {source}.pat = {row}.self AND {matches})"
    link, param = build.alias(), build.param(criterion.source.type, criterion.param)
    return (
        f"EXISTS (SELECT 1 FROM refs {link} WHERE {link}.target = {row}.self AND {link}.param = ANY ({param})"
        f" AND EXISTS (SELECT 1 FROM resource {source} WHERE {source}.rid = {link}.src AND {matches}))"
    )


def _in_compartment(criterion: InCompartment, build: Build, type_: str, row: str) -> str:
    self_ = build.store.hasher.self_of(criterion.kind, criterion.id)
    if criterion.kind == "Patient":
        wanted = build.sql.arg(self_, "bigint")
        among = f"{wanted} = ANY ({row}.pats){named_itself(criterion, build, type_, row)}"
        return f"coalesce(int8eq({row}.pat, {wanted}) OR {among}, false)"
    if criterion.params == ("{def}",):
        return f"int8eq({row}.self, {build.sql.arg(self_, 'bigint')})"
    keys = tuple(f"{param}={criterion.kind}/{criterion.id}" for param in criterion.params)
    return _tokens(Tokens("", keys), build, type_, row)


def named_itself(criterion: InCompartment, build: Build, type_: str, row: str) -> str:
    """A row may be a patient's by what it points at (`store.following`); in the compartment is only what names them itself."""
    if type_ not in build.store.follows:
        return ""
    keys = tuple(f"{param}=Patient/{criterion.id}" for param in criterion.params)
    return f" AND {_has_any(build, build.tokens(type_, keys), row)}"


def has_clinical_date(row: str) -> str:
    """False for rows whose clinical date is absent: open on both sides."""
    return f"NOT ({row}.d_lo = '-infinity' AND {row}.d_hi = 'infinity')"


def string_condition(build: Build, type_: str, criterion: Strings, *, fenced: bool) -> str:
    """SQL over alias s of `strings`."""
    param = build.param(type_, criterion.param)
    parts = [f"arrayoverlap(ARRAY[s.param], {param})" if fenced else f"s.param = ANY ({param})"]
    if criterion.comp:
        comp = build.comp(criterion.comp)
        parts.append(f"int8eq(s.comp, {comp})" if fenced else f"s.comp = {comp}")
    elif criterion.match == "starts":
        parts.append(f"s.comp IN (0, {build.comp(FURTHER_WORDS)})")
    else:
        parts.append("s.comp = 0")
    options: list[str] = []
    for value in criterion.values:
        if criterion.contains:
            options.append(f"strpos(s.txt, {build.sql.arg(value, 'text')}) > 0")
        elif criterion.match == "ends":
            options.append(f"right(s.txt, {build.sql.arg(len(value), 'integer')}) = {build.sql.arg(value, 'text')}")
        elif criterion.match == "whole":
            options.append(f"s.txt = {build.sql.arg(value, 'text')}")
        else:
            first, last = build.sql.arg(value, "text"), build.sql.arg(value + LAST_CHARACTER, "text")
            options.append(f"(s.txt >= {first} AND s.txt < {last})")
    return " AND ".join([*parts, _any(options)])


def numbers_condition(build: Build, type_: str, criterion: Numbers, *, fenced: bool) -> str:
    """SQL over alias n of `numbers`."""
    param = build.param(type_, criterion.param)
    parts = [f"arrayoverlap(ARRAY[n.param], {param})" if fenced else f"n.param = ANY ({param})"]
    return " AND ".join([*parts, _any([_number_option(build, r, fenced) for r in criterion.ranges])])


def _number_option(build: Build, r: Range, fenced: bool) -> str:
    comp = build.comp(r.comp)
    parts = [f"int8eq(n.comp, {comp})" if fenced else f"n.comp = {comp}"]
    if r.ucum:
        alike = in_every_unit(build.store, r)
        return f"({' AND '.join([*parts, _any([_in_unit(build, *each) for each in alike])])})"
    parts.append(number_condition(build.sql, r, row="n"))
    if r.unit.startswith("|"):
        code = build.comp(r.unit[1:])
        parts.append(f"(n.code = {code} OR n.unit = {code})")
    elif r.unit:
        parts.append(f"n.sys = {build.comp(r.unit)}")
    return f"({' AND '.join(parts)})"


def _in_unit(build: Build, r: Range, hashes: list[int]) -> str:
    return f"({number_condition(build.sql, r, row='n')} AND n.sys = ANY ({build.sql.arg(hashes, 'bigint[]')}))"


def dates_condition(build: Build, type_: str, criterion: Dates, *, fenced: bool) -> str:
    """SQL over alias d of `dates`."""
    param = build.param(type_, criterion.param)
    parts = [f"arrayoverlap(ARRAY[d.param], {param})" if fenced else f"d.param = ANY ({param})"]
    options: list[str] = []
    for r in criterion.ranges:
        comp = build.comp(r.comp)
        is_comp = f"int8eq(d.comp, {comp})" if fenced else f"d.comp = {comp}"
        options.append(f"({is_comp} AND {date_condition(build.sql, r, lo='d.lo', hi='d.hi')})")
    return " AND ".join([*parts, _any(options)])


def _any(options: list[str]) -> str:
    return options[0] if len(options) == 1 else "(" + " OR ".join(options) + ")"
