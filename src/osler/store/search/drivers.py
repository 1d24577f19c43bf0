"""Which criterion drives: the one that leaves the fewest rows to look at, and the index-able SQL for it.

Estimates come from the planner's own statistics of `tok` (how common the commonest tokens are); what is not among
those is rare. Guesses only choose the way, never the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from osler.fhir.search.clinical import clinical_param
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
    Range,
    Strings,
    Tokens,
)
from osler.store.derived import COMPOSED, is_subject, stored_keys
from osler.store.rows import COMBINED, LONG
from osler.store.search.fences import (
    dates_condition,
    fence,
    has_clinical_date,
    named_itself,
    numbers_condition,
    string_condition,
)
from osler.store.search.hierarchy import members
from osler.store.search.phrases import hashes_of
from osler.store.search.places import near_condition
from osler.store.search.spans import date_condition, instant_condition

if TYPE_CHECKING:
    from osler.store.search.build import Build

RARE = 20.0
"""Rows expected of a token that is not among the commonest."""
PER_PATIENT = 300.0
FAN_OUT = 30.0
UNKNOWN = 5_000.0
"""Rows expected of a criterion nothing is known about."""
_TEXT = {1: 2_000.0, 2: 300.0, 3: 50.0}
"""Rows expected of a text search by the letters given; ten for more."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A way into the table: how many rows it is expected to give, and which criteria it answers."""

    rows: float
    kind: str
    """patient, token, combined, confined, id, text, number, date, chain, has, compartment."""
    answers: tuple[Criterion, ...]
    """Criteria that need no fence when this one drives."""
    patient: int | None = None
    combined: tuple[int, ...] = ()
    """Token hashes; patients' hashes of a confined reader."""
    actors: tuple[int, ...] = ()
    """Whose panels confine the reader."""
    part: Driver | None = None
    """The driver of one part of several that all must hold."""


def best_driver(build: Build, query: Query) -> Driver | None:
    """The cheapest way in, or None when every row of the type has to be looked at."""
    found = _drivers(build, query)
    if build.confined is not None and query is build.query:
        found.append(build.confined)
    return min(found, key=lambda driver: driver.rows) if found else None


def _drivers(build: Build, query: Query) -> list[Driver]:
    found: list[Driver] = []
    patient = _patient_of(build, query)
    if patient is not None:
        _, self_ = patient
        found.append(Driver(PER_PATIENT, "patient", (), self_))
        for other in query.where:
            if hashes := _combined(build, query.type, self_, other):
                found.append(Driver(5.0 * len(hashes), "combined", (), self_, hashes))
    for criterion in query.where:
        driver = _driver(build, query.type, criterion)
        if driver is not None:
            found.append(driver)
    return found


def _is_value(criterion: Tokens) -> bool:
    """Plain `param=value` tokens, not :missing, :identifier, :of-type or :not."""
    return not criterion.negated and all(key.startswith(f"{criterion.param}=") for key in criterion.keys)


def _combined(build: Build, type_: str, patient: int, criterion: Criterion) -> tuple[int, ...]:
    """The hashes of its values together with the patient; none when not every row has them."""
    if not isinstance(criterion, Tokens) or criterion.negated:
        return ()
    params = COMBINED.get(type_, ())[: 1 if build.store.indexing else None]  # older rows have the first alone
    keys = [stored for key in criterion.keys for stored in stored_keys(type_, key)]
    if not all(key.partition("=")[0] in params for key in keys):
        return ()
    return tuple(build.store.hasher.combined(type_, patient, key) for key in keys)


def _patient_of(build: Build, query: Query) -> tuple[Criterion, int] | None:
    """The patient whom every match must be about, when the query names exactly one by a single-valued parameter."""
    for criterion in query.where:
        if (
            isinstance(criterion, Tokens)
            and _is_value(criterion)
            and len(criterion.keys) == 1
            and is_subject(query.type, criterion.param)
        ):
            value = criterion.keys[0].partition("=")[2]
            if value.startswith("Patient/"):
                return criterion, build.store.hasher.text(value)
    return None


def _driver(build: Build, type_: str, criterion: Criterion) -> Driver | None:
    answers = (criterion,)
    match criterion:
        case Ids():
            return Driver(float(len(criterion.ids)), "id", answers)
        case Tokens(negated=False):
            return Driver(sum(_expected(build, h) for h in build.tokens(type_, criterion.keys)), "token", answers)
        case Strings(contains=False) if criterion.match != "ends":
            return Driver(sum(_TEXT.get(len(value), 10.0) for value in criterion.values), "text", answers)
        case Strings():
            return Driver(UNKNOWN, "text", answers)
        case Numbers() if (type_, criterion.param) in COMPOSED:
            return _composed_driver(build, type_, criterion)
        case Numbers():
            return Driver(UNKNOWN, "number", answers)
        case Dates():
            return Driver(_dated(type_, criterion), "date", answers)
        case Chain():
            return Driver(FAN_OUT * sum(_rows_of(build, q) for q in criterion.targets), "chain", answers)
        case Has():
            return Driver(_rows_of(build, criterion.source), "has", answers)
        case InCompartment():
            return Driver(PER_PATIENT, "compartment", answers)
        case Phrases():
            return Driver(UNKNOWN / 5, "phrase", answers)
        case Hierarchy():
            return Driver(PER_PATIENT, "hierarchy", answers)
        case Near():
            return Driver(FAN_OUT, "near", answers)
        case Either():
            return _either_driver(build, type_, criterion)
        case Both():
            return _both_driver(build, type_, criterion)
        case _:
            return None


def _either_driver(build: Build, type_: str, criterion: Either) -> Driver | None:
    """Each option by its own way in; only when every one has one."""
    found = [_driver(build, type_, option) for option in criterion.options]
    drivers = [each for each in found if each is not None]
    if len(drivers) < len(found):
        return None
    return Driver(sum(driver.rows for driver in drivers), "either", (criterion,))


def _both_driver(build: Build, type_: str, criterion: Both) -> Driver | None:
    """The best of the parts; the whole is still a fence."""
    found = [_driver(build, type_, part) for part in criterion.parts]
    drivers = [each for each in found if each is not None]
    best = min(drivers, key=lambda driver: driver.rows) if drivers else None
    return best and replace(best, kind="part" if best.kind != "combined" else "combined", part=best, answers=())


def _composed_driver(build: Build, type_: str, criterion: Numbers) -> Driver:
    """The code part leads; the whole criterion is still a fence."""
    first, _, below = COMPOSED[type_, criterion.param]
    codes = (first, f"component-{first}") if below else (first,)
    hashes = tuple(h for r in criterion.ranges for code in codes for h in build.tokens(type_, (f"{code}={r.comp}",)))
    return Driver(sum(_expected(build, h) for h in hashes), "combined", (), None, hashes)


def _dated(type_: str, criterion: Dates) -> float:
    """Short spans and the last weeks are few; everything else is much of the table."""
    column = criterion.param in ("_lastUpdated", clinical_param(type_))
    recent = datetime.now(UTC) - timedelta(days=45)
    for r in criterion.ranges:
        short = (
            r.prefix in ("eq", "ap")
            and isinstance(r.lo, datetime)
            and isinstance(r.hi, datetime)
            and r.hi - r.lo < timedelta(days=45)
        )
        since = r.prefix in ("ge", "gt", "sa") and isinstance(r.lo, datetime) and r.lo > recent
        if not (short or since):
            return 4 * UNKNOWN
    return 500.0 if column else UNKNOWN


def _expected(build: Build, token: int) -> float:
    share = build.store.frequencies.get(token)
    return RARE if share is None else max(RARE, share * build.store.size)


def _rows_of(build: Build, query: Query) -> float:
    driver = best_driver(build, query)
    return build.store.size or UNKNOWN if driver is None else driver.rows


_NAMES_TYPE = ("token", "combined", "id", "has")
"""Drivers whose hashes already hold the type: they give rows of it alone."""


def of_type(build: Build, type_: str, driver: Driver | None, row: str) -> str:
    """The rows are of this type; where the driver says so already, in words that no index can serve, or the planner
    reads the whole type from its primary key only to intersect it with a handful of rows."""
    equals = "IS NOT DISTINCT FROM" if driver is not None and driver.kind in _NAMES_TYPE else "="
    return f"{row}.type {equals} {build.type(type_)}"


def drive(build: Build, type_: str, driver: Driver, row: str) -> str:
    """The driver as SQL that exactly one index can serve."""
    from osler.store.search.confined import drive_confined

    if driver.kind == "patient":
        return f"{row}.pat = {build.sql.arg(driver.patient, 'bigint')}"
    if driver.kind == "confined":
        return drive_confined(build, driver, row)
    if driver.kind == "combined":
        return _any_token(build, list(driver.combined), row)
    if driver.part is not None:
        return drive(build, type_, driver.part, row)
    return _drive(build, type_, driver.answers[0], row)


def _any_token(build: Build, hashes: list[int], row: str) -> str:
    operator = "@>" if len(hashes) == 1 else "&&"
    return f"{row}.tok {operator} {build.sql.arg(hashes, 'bigint[]')}"


def _drive(build: Build, type_: str, criterion: Criterion, row: str) -> str:
    match criterion:
        case Ids():
            return f"{row}.self = ANY ({build.sql.arg([build.store.hasher.self_of(type_, i) for i in criterion.ids], 'bigint[]')})"
        case Tokens():
            return _any_token(build, build.tokens(type_, criterion.keys), row)
        case Strings():
            return _by_rid(
                row, f"SELECT s.rid FROM strings s WHERE {string_condition(build, type_, criterion, fenced=False)}"
            )
        case Numbers():
            return _by_rid(
                row, f"SELECT n.rid FROM numbers n WHERE {numbers_condition(build, type_, criterion, fenced=False)}"
            )
        case Dates():
            return _drive_dates(build, type_, criterion, row)
        case Chain():
            return _drive_chain(build, type_, criterion, row)
        case Has():
            return _drive_has(build, type_, criterion, row)
        case InCompartment():
            return _drive_compartment(build, type_, criterion, row)
        case Phrases():
            return f"{row}.tok && {hashes_of(build, type_, criterion)}"
        case Hierarchy():
            from_here = f"f.param = ANY ({build.param(type_, criterion.param)})"
            links = f"SELECT f.src FROM refs f WHERE {from_here} AND f.target = ANY ({members(build, criterion)})"
            return _by_rid(row, links)
        case Near():
            near = near_condition(build, type_, criterion, fenced=False)
            return _by_rid(row, f"SELECT n.rid FROM numbers n WHERE {near}")
        case Either():
            return "(" + " OR ".join(_drive_option(build, type_, each, row) for each in criterion.options) + ")"
        case _:
            raise TypeError(f"{type(criterion).__name__} is no way into the table")


def _drive_option(build: Build, type_: str, criterion: Criterion, row: str) -> str:
    driver = _driver(build, type_, criterion)
    assert driver is not None
    driven = drive(build, type_, driver, row)
    return driven if criterion in driver.answers else f"({driven} AND {fence(build, type_, criterion, row)})"


def _by_rid(row: str, select: str) -> str:
    return f"{row}.rid = ANY (ARRAY({select}))"


def _drive_dates(build: Build, type_: str, criterion: Dates, row: str) -> str:
    if criterion.param == "_lastUpdated":
        spans = (instant_condition(build.sql, r, at=f"{row}.upd") for r in criterion.ranges)
        return "(" + " OR ".join(spans) + ")"
    if criterion.param == clinical_param(type_):
        return f"(({' OR '.join(_clinical(build, r, row) for r in criterion.ranges)}) AND {has_clinical_date(row)})"
    return _by_rid(row, f"SELECT d.rid FROM dates d WHERE {dates_condition(build, type_, criterion, fenced=False)}")


def _clinical(build: Build, r: Range, row: str) -> str:
    """A range over the date columns in a form that one of their two indexes serves."""
    condition = date_condition(build.sql, r, lo=f"{row}.d_lo", hi=f"{row}.d_hi")
    if r.prefix in ("ge", "gt"):
        # Only long spans are indexed by their end; a short one begins at most a day before it ends.
        bound = r.lo if r.prefix == "ge" else r.hi
        if isinstance(bound, datetime) and bound.year > 1:
            start = build.sql.arg(bound - LONG, "timestamptz")
            return f"(NOT {row}.long AND {row}.d_lo >= {start} AND {condition} OR {row}.long AND {condition})"
    if r.prefix == "eq" and isinstance(r.hi, datetime):
        # It ends within the range, so it begins before the range's end: without this the index is read to its own end.
        return f"({condition} AND {row}.d_lo < {build.sql.arg(r.hi, 'timestamptz')})"
    return condition


def _drive_chain(build: Build, type_: str, criterion: Chain, row: str) -> str:
    subject = is_subject(type_, criterion.param)
    patients = [query for query in criterion.targets if subject and query.type == "Patient"]
    others = [query for query in criterion.targets if query not in patients]
    options = [f"{row}.pat = ANY (ARRAY({_selves(build, query, 'self')}))" for query in patients]
    if others:
        ends = " UNION ALL ".join(_selves(build, query, "self") for query in others)
        param = build.param(type_, criterion.param)
        links = f"SELECT f.src FROM refs f WHERE f.param = ANY ({param}) AND f.target = ANY (ARRAY({ends}))"
        options.append(_by_rid(row, links))
    return "(" + " OR ".join(options) + ")"


def _drive_has(build: Build, type_: str, criterion: Has, row: str) -> str:
    if type_ == "Patient" and is_subject(criterion.source.type, criterion.param):
        return f"{row}.self = ANY (ARRAY({_selves(build, criterion.source, 'pat')}))"
    param = build.param(criterion.source.type, criterion.param)
    sources = _selves(build, criterion.source, "rid")
    links = f"arrayoverlap(ARRAY[f.param], {param}) AND f.src = ANY (ARRAY({sources}))"
    return f"{row}.self = ANY (ARRAY(SELECT f.target FROM refs f WHERE {links}))"


def _selves(build: Build, query: Query, column: str) -> str:
    """A sub-select of the rows that a chained query matches, on its own best driver."""
    row = build.alias()
    driver = best_driver(build, query)
    parts = [of_type(build, query.type, driver, row), f"NOT {row}.deleted"]
    if driver is not None:
        parts.append(drive(build, query.type, driver, row))
    answered = driver.answers if driver else ()
    parts += [fence(build, query.type, criterion, row) for criterion in query.where if criterion not in answered]
    parts.append(build.may_see(query.type, row))
    return f"SELECT {row}.{column} FROM resource {row} WHERE {' AND '.join(parts)}"


def _drive_compartment(build: Build, type_: str, criterion: InCompartment, row: str) -> str:
    self_ = build.store.hasher.self_of(criterion.kind, criterion.id)
    if criterion.kind == "Patient":
        wanted = build.sql.arg(self_, "bigint")
        among = f"{row}.pats IS NOT NULL AND {row}.pats @> ARRAY[{wanted}]{named_itself(criterion, build, type_, row)}"
        return f"({row}.pat = {wanted} OR ({among}))"
    if criterion.params == ("{def}",):
        return f"{row}.self = {build.sql.arg(self_, 'bigint')}"
    return _any_token(
        build, build.tokens(type_, tuple(f"{p}={criterion.kind}/{criterion.id}" for p in criterion.params)), row
    )
