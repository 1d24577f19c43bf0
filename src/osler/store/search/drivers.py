"""Which criterion drives: the one that leaves the fewest rows to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import Criterion, Query, Tokens
from osler.store.derived import stored_keys
from osler.store.rows import COMBINED, version_of_known
from osler.store.search.estimates import PER_PATIENT
from osler.store.search.lists import is_long
from osler.store.search.tokens import patients_of
from osler.store.search.ways import Driver, driver_of

if TYPE_CHECKING:
    from osler.store.search.build import Build


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
        found.append(Driver(PER_PATIENT, "patient", (), patient))
        for other in query.where:
            if hashes := _combined(build, query.type, patient, other):
                found.append(Driver(5.0 * len(hashes), "combined", (), patient, hashes))
    for criterion in query.where:
        driver = driver_of(build, query.type, criterion)
        if driver is not None:
            found.append(driver)
    return found


def _combined(build: Build, type_: str, patient: int, criterion: Criterion) -> tuple[int, ...]:
    """The hashes of its values together with the patient; none when not every row has them, or the patient's rows are fewer."""
    if not isinstance(criterion, Tokens) or criterion.negated or is_long(criterion.keys):
        return ()
    is_behind = build.store.indexed(type_) < version_of_known(type_)
    params = COMBINED.get(type_, ())[: 1 if is_behind else None]  # older rows have the first alone
    keys = [stored for key in criterion.keys for stored in stored_keys(type_, key)]
    if not all(key.partition("=")[0] in params for key in keys):
        return ()
    return tuple(build.store.hasher.combined(type_, patient, key) for key in keys)


def _patient_of(build: Build, query: Query) -> int | None:
    """The patient whom every match must be about, when the query names exactly one by a single-valued parameter."""
    for criterion in query.where:
        if isinstance(criterion, Tokens) and len(criterion.keys) == 1:
            patients = patients_of(build, query.type, criterion)
            if patients:
                return patients[0]
    return None
