"""A search as a whole: what matches, in which order, and what comes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.fhir.search.query.criteria import Criterion


@dataclass(frozen=True, slots=True)
class Include:
    """`_include=source:param:target` or, from the other side, `_revinclude`. `param` `*` is every reference."""

    source: str
    param: str
    target: str | None = None
    iterate: bool = False
    """Also around what is included, again and again (`:iterate`)."""


@dataclass(frozen=True, slots=True)
class Sort:
    param: str
    kind: str
    """Type of the parameter: date, string, token, number, quantity, reference, uri, or `id` / `lastUpdated` / `score`."""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One search over one resource type. `where` is an AND; each criterion holds its OR list."""

    type: str
    where: tuple[Criterion, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    """Page size asked for; None when not said, 0 means only the total."""
    total: Literal["none", "estimate", "accurate"] | None = None
    summary: Literal["true", "text", "data", "count", "false"] | None = None
    elements: tuple[str, ...] = ()
    include: tuple[Include, ...] = ()
    revinclude: tuple[Include, ...] = ()
    cursor: str | None = None
    """Opaque place to go on from, out of a page's next link."""
    params: tuple[tuple[str, str], ...] = ()
    """The parameters that were understood, as given, for the self link."""
    used: frozenset[str] = frozenset()
    """Every `Type.param` the query looks at, in chains and _has too: what policies on hidden elements check."""
