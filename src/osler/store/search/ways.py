"""The way into the table that one criterion is: how many rows it is expected to give, and by which index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from osler.fhir.search.query import (
    Both,
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
    Query,
    Strings,
    Tokens,
)
from osler.store.derived import COMPOSED
from osler.store.search.estimates import (
    FAN_OUT,
    PER_PATIENT,
    UNKNOWN,
    are_exact,
    are_rare,
    rows_of_dates,
    rows_of_texts,
    rows_with,
)
from osler.store.search.lists import is_long
from osler.store.search.tokens import patients_of

if TYPE_CHECKING:
    from osler.store.search.build import Build


@dataclass(frozen=True, slots=True)
class Driver:
    """A way into the table: how many rows it is expected to give, and which criteria it answers."""

    rows: float
    kind: str
    """patient, patients, token, tokens, combined, confined, id, text, number, date, chain, has, compartment."""
    answers: tuple[Criterion, ...]
    """Criteria that need no fence when this one drives."""
    patient: int | None = None
    hashes: tuple[int, ...] = ()
    """Of tokens; of patients for `patients` and for a confined reader."""
    actors: tuple[int, ...] = ()
    """Whose panels confine the reader."""
    part: Driver | None = None
    """The driver of one part of several that all must hold."""
    many: bool = False
    """By a long list of values, each rare: `rows` says little, since most of them may match nothing."""


def driver_of(build: Build, type_: str, criterion: Criterion) -> Driver | None:
    """The way in by one criterion; None when no index serves it."""
    answers = (criterion,)
    match criterion:
        case Ids():
            return Driver(float(len(criterion.ids)), "id", answers, many=is_long(criterion.ids))
        case Tokens(negated=False):
            return _by_tokens(build, type_, criterion)
        case Strings():
            many = is_long(criterion.values) and are_exact(criterion)
            return Driver(rows_of_texts(criterion), "text", answers, many=many)
        case Numbers():
            many = is_long(criterion.ranges) and are_exact(criterion)
            if (type_, criterion.param) in COMPOSED and not many:
                return _by_code(build, type_, criterion)
            return Driver(UNKNOWN, "number", answers, many=many)
        case Dates():
            many = is_long(criterion.ranges) and are_exact(criterion)
            return Driver(rows_of_dates(type_, criterion), "date", answers, many=many)
        case Chain():
            ends = [_inner(build, query) for query in criterion.targets]
            rows = FAN_OUT * sum(end.rows for end in ends)
            return Driver(rows, "chain", answers, many=any(end.many for end in ends))
        case Has():
            source = _inner(build, criterion.source)
            return Driver(source.rows, "has", answers, many=source.many)
        case InCompartment():
            return Driver(PER_PATIENT, "compartment", answers)
        case Phrases():
            return Driver(UNKNOWN / 5, "phrase", answers)
        case Hierarchy():
            return Driver(PER_PATIENT, "hierarchy", answers)
        case Near():
            return Driver(FAN_OUT, "near", answers)
        case Either():
            return _by_any(build, type_, criterion)
        case Both():
            return _by_part(build, type_, criterion)
        case _:
            return None


def _by_tokens(build: Build, type_: str, criterion: Tokens) -> Driver:
    hashes = build.tokens(type_, criterion.keys)
    rows = rows_with(build, hashes)
    if not is_long(hashes):
        return Driver(rows, "token", (criterion,))
    many = are_rare(build, hashes)
    if patients := patients_of(build, type_, criterion):
        return Driver(rows, "patients", (criterion,), None, tuple(patients), many=many)
    return Driver(rows, "tokens", (criterion,), None, tuple(hashes), many=many)


def _by_any(build: Build, type_: str, criterion: Either) -> Driver | None:
    """Each option by its own way in; only when every one has one."""
    found = [driver_of(build, type_, option) for option in criterion.options]
    drivers = [each for each in found if each is not None]
    if len(drivers) < len(found):
        return None
    rows = sum(driver.rows for driver in drivers)
    return Driver(rows, "either", (criterion,), many=any(driver.many for driver in drivers))


def _by_part(build: Build, type_: str, criterion: Both) -> Driver | None:
    """The best of the parts; the whole is still a fence."""
    found = [driver_of(build, type_, part) for part in criterion.parts]
    drivers = [each for each in found if each is not None]
    best = min(drivers, key=lambda driver: driver.rows) if drivers else None
    return best and replace(best, kind="part" if best.kind != "combined" else "combined", part=best, answers=())


def _by_code(build: Build, type_: str, criterion: Numbers) -> Driver:
    """The code part leads; the whole criterion is still a fence."""
    first, _, below = COMPOSED[type_, criterion.param]
    codes = (first, f"component-{first}") if below else (first,)
    keys = tuple(dict.fromkeys(f"{code}={r.comp}" for r in criterion.ranges for code in codes))
    hashes = build.tokens(type_, keys)
    rows = rows_with(build, hashes)
    if not is_long(hashes):
        return Driver(rows, "combined", (), None, tuple(hashes))
    return Driver(rows, "tokens", (), None, tuple(hashes), many=are_rare(build, hashes))


def _inner(build: Build, query: Query) -> Driver:
    """The way into a chained query; all of its type where there is none."""
    from osler.store.search.drivers import best_driver

    return best_driver(build, query) or Driver(build.store.size or UNKNOWN, "", ())
