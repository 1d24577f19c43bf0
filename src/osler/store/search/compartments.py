"""Compartments: by the columns of the patients, or by the references that make a row a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import InCompartment
from osler.store.search.tokens import drive_tokens, has_any

if TYPE_CHECKING:
    from osler.store.search.build import Build


def drive_compartment(build: Build, type_: str, criterion: InCompartment, row: str) -> str:
    self_ = build.store.hasher.self_of(criterion.kind, criterion.id)
    if criterion.kind == "Patient":
        wanted = build.sql.arg(self_, "bigint")
        among = f"{row}.pats IS NOT NULL AND {row}.pats @> ARRAY[{wanted}]{_named_itself(criterion, build, type_, row)}"
        return f"({row}.pat = {wanted} OR ({among}))"
    if criterion.params == ("{def}",):
        return f"{row}.self = {build.sql.arg(self_, 'bigint')}"
    return drive_tokens(build, _references(build, type_, criterion), row)


def fence_compartment(build: Build, type_: str, criterion: InCompartment, row: str) -> str:
    self_ = build.store.hasher.self_of(criterion.kind, criterion.id)
    if criterion.kind == "Patient":
        wanted = build.sql.arg(self_, "bigint")
        among = f"{wanted} = ANY ({row}.pats){_named_itself(criterion, build, type_, row)}"
        return f"coalesce(int8eq({row}.pat, {wanted}) OR {among}, false)"
    if criterion.params == ("{def}",):
        return f"int8eq({row}.self, {build.sql.arg(self_, 'bigint')})"
    return has_any(build, _references(build, type_, criterion), row)


def _named_itself(criterion: InCompartment, build: Build, type_: str, row: str) -> str:
    """A row may be a patient's by what it points at (`store.following`); in the compartment is only what names them itself."""
    if type_ not in build.store.follows:
        return ""
    return f" AND {has_any(build, _references(build, type_, criterion), row)}"


def _references(build: Build, type_: str, criterion: InCompartment) -> list[int]:
    """Hashes of the references that make a member."""
    return build.tokens(type_, tuple(f"{param}={criterion.kind}/{criterion.id}" for param in criterion.params))
