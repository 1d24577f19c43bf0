"""Criteria that compare what is indexed of a resource with values: each holds the OR list of one parameter."""

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
class Phrases:
    """Any token of `param` whose text, in the vocabulary of what is indexed, meets one of `values`."""

    param: str
    kind: Literal["text", "below", "version"]
    """text: a word of a normalised text begins so (token `:text`). below: a URL is it or has it as a whole path before
    the rest (uri `:below`). version: a canonical is it, or a version below it."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many meters of a point, on the globe (`Location?near=`)."""

    param: str
    latitude: Decimal
    longitude: Decimal
    meters: Decimal


@dataclass(frozen=True, slots=True)
class FullText:
    """`_text`, `_content`: the words are in the narrative, or anywhere in the resource. Read from the bodies of what every
    other criterion leaves, so only at the top of a query."""

    narrative: bool
    any_of: tuple[tuple[str, ...], ...]
    """Alternatives; each an AND of normalised words or phrases. A leading `-` excludes."""
