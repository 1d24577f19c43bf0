"""Drivers as SQL: conditions that exactly one index can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import (
    Chain,
    Criterion,
    Dates,
    Either,
    Has,
    Hierarchy,
    Ids,
    InCompartment,
    Near,
    Numbers,
    Phrases,
    Strings,
    Tokens,
)
from osler.store.search.compartments import drive_compartment
from osler.store.search.confined import drive_confined
from osler.store.search.dates import drive_dates
from osler.store.search.fences import fence
from osler.store.search.hierarchy import members
from osler.store.search.links import drive_chain, drive_has
from osler.store.search.numbers import drive_numbers
from osler.store.search.phrases import hashes_of
from osler.store.search.places import near_condition
from osler.store.search.texts import drive_texts
from osler.store.search.tokens import drive_tokens
from osler.store.search.ways import Driver, driver_of

if TYPE_CHECKING:
    from osler.store.search.build import Build

_NAMES_TYPE = ("token", "combined", "id", "has")
"""Drivers whose hashes already hold the type: they give rows of it alone."""


def of_type(build: Build, type_: str, driver: Driver | None, row: str) -> str:
    """The rows are of this type; where the driver says so already, in words that no index can serve, or the planner
    reads the whole type from its primary key only to intersect it with a handful of rows."""
    equals = "IS NOT DISTINCT FROM" if driver is not None and driver.kind in _NAMES_TYPE else "="
    return f"{row}.type {equals} {build.type(type_)}"


def drive(build: Build, type_: str, driver: Driver, row: str) -> str:
    """The driver as SQL that exactly one index can serve."""
    match driver.kind:
        case "patient":
            return f"{row}.pat = {build.sql.arg(driver.patient, 'bigint')}"
        case "patients":
            return f"{row}.pat = ANY ({build.sql.arg(list(driver.hashes), 'bigint[]')})"
        case "confined":
            return drive_confined(build, driver, row)
        case "combined" | "tokens":
            return drive_tokens(build, list(driver.hashes), row)
        case _ if driver.part is not None:
            return drive(build, type_, driver.part, row)
        case _:
            return _drive(build, type_, driver.answers[0], row)


def _drive(build: Build, type_: str, criterion: Criterion, row: str) -> str:
    match criterion:
        case Ids():
            selves = [build.store.hasher.self_of(type_, id_) for id_ in criterion.ids]
            return f"{row}.self = ANY ({build.sql.arg(selves, 'bigint[]')})"
        case Tokens():
            return drive_tokens(build, build.tokens(type_, criterion.keys), row)
        case Strings():
            return drive_texts(build, type_, criterion, row)
        case Numbers():
            return drive_numbers(build, type_, criterion, row)
        case Dates():
            return drive_dates(build, type_, criterion, row)
        case Chain():
            return drive_chain(build, type_, criterion, row)
        case Has():
            return drive_has(build, type_, criterion, row)
        case InCompartment():
            return drive_compartment(build, type_, criterion, row)
        case Phrases():
            return f"{row}.tok && {hashes_of(build, type_, criterion)}"
        case Hierarchy():
            from_here = f"f.param = ANY ({build.param(type_, criterion.param)})"
            links = f"SELECT f.src FROM refs f WHERE {from_here} AND f.target = ANY ({members(build, criterion)})"
            return f"{row}.rid = ANY (ARRAY({links}))"
        case Near():
            near = near_condition(build, type_, criterion, fenced=False)
            return f"{row}.rid = ANY (ARRAY(SELECT n.rid FROM numbers n WHERE {near}))"
        case Either():
            return "(" + " OR ".join(_drive_option(build, type_, each, row) for each in criterion.options) + ")"
        case _:
            raise TypeError(f"{type(criterion).__name__} is no way into the table")


def _drive_option(build: Build, type_: str, criterion: Criterion, row: str) -> str:
    driver = driver_of(build, type_, criterion)
    assert driver is not None
    driven = drive(build, type_, driver, row)
    return driven if criterion in driver.answers else f"({driven} AND {fence(build, type_, criterion, row)})"
