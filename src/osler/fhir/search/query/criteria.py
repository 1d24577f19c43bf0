"""Criteria that lead to other resources, those made of others, and what a criterion can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osler.fhir.search.query.values import Dates, FullText, Ids, Near, Numbers, Phrases, Strings, Tokens

if TYPE_CHECKING:
    from osler.fhir.search.query.whole import Query


@dataclass(frozen=True, slots=True)
class Chain:
    """`param:type.rest=value`: refers, by `param`, to a resource of one of the `targets` types' queries."""

    param: str
    targets: tuple[Query, ...]
    """One query per possible target type, holding only `type` and `where`."""


@dataclass(frozen=True, slots=True)
class Has:
    """`_has:type:param:rest=value`: some resource matching `source` refers to this one by `param`."""

    param: str
    source: Query


@dataclass(frozen=True, slots=True)
class InCompartment:
    """In the compartment `kind` (Patient, Encounter …) of the resource with this id."""

    kind: str
    id: str
    params: tuple[str, ...]
    """The reference parameters of the searched type that make it a member; `('{def}',)` when it is the focus itself."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Refers, by `param`, to one of `roots` (Type/id) or to what is above or below one in the hierarchy that its type's own
    reference `links[type]` makes (Location.partof). The searched type itself with an empty `param`."""

    param: str
    roots: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    """Type of a root to the reference parameter that leads from a part to the whole."""
    above: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """Any of the options holds (`_filter`, alternatives that are not of one kind)."""

    options: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts hold (`_filter`)."""

    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The criterion does not hold (`_filter`)."""

    of: Criterion


Criterion = (
    Tokens
    | Ids
    | Strings
    | Numbers
    | Dates
    | Chain
    | Has
    | InCompartment
    | Phrases
    | Hierarchy
    | Near
    | Either
    | Both
    | Negation
    | FullText
)
