"""A search as the rest of Osler sees it: parsed, typed, checked; nothing left to interpret but the data.

FHIR R4 search, https://hl7.org/fhir/R4/search.html. `parse.py` makes these from a query string, `store/search`
turns them into SQL. All values are already normalised the way `extract.py` normalises what it indexes, so that
equality in the store is equality in the standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Any of `keys` is among the resource's index tokens (token, reference and uri parameters, :exact, :identifier,
    composites of tokens). Keys are the strings of `IndexValues.tokens`, without the resource type."""

    param: str
    keys: tuple[str, ...]
    negated: bool = False
    """`:not`, `:missing=true`: none of the keys is there."""


@dataclass(frozen=True, slots=True)
class Ids:
    """`_id`: any of these logical ids."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strings:
    """Any indexed text of `param` starts with (or contains) one of `values`, both normalised by `normalize_text`."""

    param: str
    values: tuple[str, ...]
    contains: bool = False
    comp: str = ""
    match: Literal["starts", "ends", "whole"] = "starts"
    """How a text has to meet a value, unless it only `contains` it (`_filter`)."""


@dataclass(frozen=True, slots=True)
class Range:
    """One alternative of a number, quantity or date search: prefix and the half-open span [lo, hi) of the value as it
    was written. None is unbounded. A number written `5.4` spans [5.35, 5.45); `exact` keeps the written number itself.

    With `ap` a date's span comes widened by what counts as near, since that depends on now; a number's does not."""

    prefix: Prefix
    lo: Decimal | datetime | None
    hi: Decimal | datetime | None
    exact: Decimal | None = None
    unit: str = ""
    """Quantities: `system|code`, `|code` (code or unit text), or empty for any unit."""
    comp: str = ""
    """Composites: the token key of the first component, empty for a plain parameter."""
    ucum: str = ""
    """Quantities: the UCUM code, where it converts to others; then `unit` is only its spelling."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Number and quantity parameters: any of `ranges`."""

    param: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Dates:
    """Date parameters and `_lastUpdated`: any of `ranges`. All datetimes are aware, in UTC."""

    param: str
    ranges: tuple[Range, ...]


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
class Phrases:
    """Any token of `param` whose text, in the vocabulary of what is indexed, meets one of `values`."""

    param: str
    kind: Literal["text", "below", "version"]
    """text: a word of a normalised text begins so (token `:text`). below: a URL is it or has it as a whole path before
    the rest (uri `:below`). version: a canonical is it, or a version below it."""
    values: tuple[str, ...]


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
class Near:
    """Within so many meters of a point, on the globe (`Location?near=`)."""

    param: str
    latitude: Decimal
    longitude: Decimal
    meters: Decimal


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


@dataclass(frozen=True, slots=True)
class FullText:
    """`_text`, `_content`: the words are in the narrative, or anywhere in the resource. Read from the bodies of what every
    other criterion leaves, so only at the top of a query."""

    narrative: bool
    any_of: tuple[tuple[str, ...], ...]
    """Alternatives; each an AND of normalised words or phrases. A leading `-` excludes."""


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
