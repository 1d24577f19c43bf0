"""Dates: of the row itself (clinical date, last update) by its own indexes, all others by the index of dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from osler.fhir.search.clinical import clinical_param
from osler.fhir.search.query import Dates, Range
from osler.store.rows import LONG
from osler.store.search.lists import any_of, any_value, is_long, select_by_value
from osler.store.search.spans import date_condition, instant_condition

if TYPE_CHECKING:
    from osler.store.search.build import Build


def drive_dates(build: Build, type_: str, criterion: Dates, row: str) -> str:
    if criterion.param == "_lastUpdated":
        return _drive_own(build, type_, criterion, row, _updated)
    if criterion.param == clinical_param(type_):
        return f"({_drive_own(build, type_, criterion, row, _clinical)} AND {_has_clinical_date(row)})"
    select = f"SELECT d.rid FROM dates d WHERE d.param = ANY ({build.param(type_, criterion.param)})"
    return f"{row}.rid = ANY (ARRAY({select_by_value(build, select, criterion.ranges, _driven)}))"


def fence_dates(build: Build, type_: str, criterion: Dates, row: str) -> str:
    if criterion.param == "_lastUpdated":
        at = f"({row}.upd + interval '0')"
        return any_value(build, criterion.ranges, lambda build, r: instant_condition(build.sql, r, at=at))
    if criterion.param == clinical_param(type_):
        lo, hi = f"timestamptz_larger({row}.d_lo, '-infinity')", f"timestamptz_larger({row}.d_hi, '-infinity')"
        spans = any_value(build, criterion.ranges, lambda build, r: date_condition(build.sql, r, lo=lo, hi=hi))
        return f"({spans} AND {_has_clinical_date(row)})"
    own = f"d.rid = {row}.rid AND arrayoverlap(ARRAY[d.param], {build.param(type_, criterion.param)})"
    return f"EXISTS (SELECT 1 FROM dates d WHERE {own} AND {any_value(build, criterion.ranges, _fenced)})"


def _has_clinical_date(row: str) -> str:
    """False for rows whose clinical date is absent: open on both sides."""
    return f"NOT ({row}.d_lo = '-infinity' AND {row}.d_hi = 'infinity')"


def _driven(build: Build, r: Range) -> str:
    condition = _within(build, r, date_condition(build.sql, r, lo="d.lo", hi="d.hi"), "d.lo")
    return f"(d.comp = {build.comp(r.comp)} AND {condition})"


def _fenced(build: Build, r: Range) -> str:
    return f"(int8eq(d.comp, {build.comp(r.comp)}) AND {date_condition(build.sql, r, lo='d.lo', hi='d.hi')})"


def _drive_own(build: Build, type_: str, criterion: Dates, row: str, span: Callable[[Build, Range, str], str]) -> str:
    """By an index over the row's own columns; for each range of a long list by itself."""
    if not is_long(criterion.ranges):
        return any_of([span(build, r, row) for r in criterion.ranges])
    each = build.alias()
    select = f"SELECT {each}.rid FROM resource {each} WHERE {each}.type = {build.type(type_)} AND NOT {each}.deleted"
    found = select_by_value(build, select, criterion.ranges, lambda build, r: span(build, r, each))
    return f"{row}.rid = ANY (ARRAY({found}))"


def _updated(build: Build, r: Range, row: str) -> str:
    return instant_condition(build.sql, r, at=f"{row}.upd")


def _clinical(build: Build, r: Range, row: str) -> str:
    """A range over the date columns in a form that one of their two indexes serves."""
    condition = date_condition(build.sql, r, lo=f"{row}.d_lo", hi=f"{row}.d_hi")
    if r.prefix in ("ge", "gt"):
        # Only long spans are indexed by their end; a short one begins at most a day before it ends.
        bound = r.lo if r.prefix == "ge" else r.hi
        if isinstance(bound, datetime) and bound.year > 1:
            start = build.sql.arg(bound - LONG, "timestamptz")
            return f"(NOT {row}.long AND {row}.d_lo >= {start} AND {condition} OR {row}.long AND {condition})"
    return _within(build, r, condition, f"{row}.d_lo")


def _within(build: Build, r: Range, condition: str, lo: str) -> str:
    """What ends within a range begins before the range's end: without saying so the index is read to its own end."""
    if r.prefix == "eq" and isinstance(r.hi, datetime):
        return f"({condition} AND {lo} < {build.sql.arg(r.hi, 'timestamptz')})"
    return condition
