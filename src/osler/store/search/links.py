"""Chains and `_has`: queries about the resources that a row refers to, or that refer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import Chain, Has, Query
from osler.store.derived import is_subject
from osler.store.search.drivers import best_driver
from osler.store.search.lists import any_of

if TYPE_CHECKING:
    from osler.store.search.build import Build


def drive_chain(build: Build, type_: str, criterion: Chain, row: str) -> str:
    patients, others = _targets(type_, criterion)
    options = [f"{row}.pat = ANY (ARRAY({_selves(build, query, 'self')}))" for query in patients]
    if others:
        ends = " UNION ALL ".join(_selves(build, query, "self") for query in others)
        param = build.param(type_, criterion.param)
        links = f"SELECT f.src FROM refs f WHERE f.param = ANY ({param}) AND f.target = ANY (ARRAY({ends}))"
        options.append(f"{row}.rid = ANY (ARRAY({links}))")
    return "(" + " OR ".join(options) + ")"


def drive_has(build: Build, type_: str, criterion: Has, row: str) -> str:
    if type_ == "Patient" and is_subject(criterion.source.type, criterion.param):
        return f"{row}.self = ANY (ARRAY({_selves(build, criterion.source, 'pat')}))"
    param = build.param(criterion.source.type, criterion.param)
    sources = _selves(build, criterion.source, "rid")
    links = f"arrayoverlap(ARRAY[f.param], {param}) AND f.src = ANY (ARRAY({sources}))"
    return f"{row}.self = ANY (ARRAY(SELECT f.target FROM refs f WHERE {links}))"


def _selves(build: Build, query: Query, column: str) -> str:
    """A sub-select of the rows that a chained query matches, on its own best driver."""
    from osler.store.search.where import where_of

    row = build.alias()
    where = where_of(build, query, best_driver(build, query), row)
    return f"SELECT {row}.{column} FROM resource {row} WHERE {where}"


def fence_chain(build: Build, type_: str, criterion: Chain, row: str) -> str:
    patients, others = _targets(type_, criterion)
    options = [_at_end(build, query, f"{row}.pat") for query in patients]
    if others:
        link = build.alias()
        ends = any_of([_at_end(build, query, f"{link}.target") for query in others])
        param = build.param(type_, criterion.param)
        from_here = f"{link}.src = {row}.rid AND {link}.param = ANY ({param})"
        options.append(f"EXISTS (SELECT 1 FROM refs {link} WHERE {from_here} AND {ends})")
    return any_of(options)


def fence_has(build: Build, type_: str, criterion: Has, row: str) -> str:
    source = build.alias()
    matches = build.matches(criterion.source, source)
    if type_ == "Patient" and is_subject(criterion.source.type, criterion.param):
        return f"EXISTS (SELECT 1 FROM resource {source} WHERE {source}.pat = {row}.self AND {matches})"
    link, param = build.alias(), build.param(criterion.source.type, criterion.param)
    return (
        f"EXISTS (SELECT 1 FROM refs {link} WHERE {link}.target = {row}.self AND {link}.param = ANY ({param})"
        f" AND EXISTS (SELECT 1 FROM resource {source} WHERE {source}.rid = {link}.src AND {matches}))"
    )


def _at_end(build: Build, query: Query, self_: str) -> str:
    end = build.alias()
    return f"EXISTS (SELECT 1 FROM resource {end} WHERE {end}.self = {self_} AND {build.matches(query, end)})"


def _targets(type_: str, criterion: Chain) -> tuple[list[Query], list[Query]]:
    """The queries about patients whom the row names as its subject, who are in its own column, and all others."""
    subject = is_subject(type_, criterion.param)
    patients = [query for query in criterion.targets if subject and query.type == "Patient"]
    return patients, [query for query in criterion.targets if query not in patients]
