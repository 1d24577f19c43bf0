"""References within a hierarchy: what is above or below a resource by its type's own `part of`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import Hierarchy

if TYPE_CHECKING:
    from osler.store.search.build import Build


def members(build: Build, criterion: Hierarchy) -> str:
    """SQL array of the self hashes of the roots and of everything above or below them that the reader may see."""
    links = dict(criterion.links)
    found = [_members(build, criterion, type_, links[type_]) for type_ in links]
    return "ARRAY(" + " UNION ALL ".join(found) + ")"


def _members(build: Build, criterion: Hierarchy, type_: str, link: str) -> str:
    roots = [build.store.hasher.self_of(type_, id_) for each, id_ in criterion.roots if each == type_]
    tree, step = build.alias(), build.alias()
    param, kind = build.param(type_, link), build.type(type_)
    onward = (
        _up(build, type_, tree, step, param, kind) if criterion.above else _down(build, type_, tree, step, param, kind)
    )
    begin = f"SELECT unnest({build.sql.arg(roots, 'bigint[]')})"
    return f"(WITH RECURSIVE {tree}(self) AS ({begin} UNION {onward}) SELECT {tree}.self FROM {tree})"


def _down(build: Build, type_: str, tree: str, row: str, param: str, kind: str) -> str:
    return (
        f"SELECT {row}.self FROM {tree} JOIN refs f ON f.target = {tree}.self AND f.param = ANY ({param})"
        f" JOIN resource {row} ON {row}.type = {kind} AND {row}.rid = f.src"
        f" WHERE NOT {row}.deleted AND {build.may_see(type_, row)}"
    )


def _up(build: Build, type_: str, tree: str, row: str, param: str, kind: str) -> str:
    part = build.alias()
    return (
        f"SELECT {row}.self FROM {tree} JOIN resource {part} ON {part}.self = {tree}.self"
        f" JOIN refs f ON f.src = {part}.rid AND f.param = ANY ({param})"
        f" JOIN resource {row} ON {row}.self = f.target"
        f" WHERE NOT {part}.deleted AND {build.may_see(type_, part)}"
        f" AND {row}.type = {kind} AND NOT {row}.deleted AND {build.may_see(type_, row)}"
    )
