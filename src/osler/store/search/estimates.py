"""How many rows a criterion is expected to give. Guesses only choose the way, never the answer.

They come from the planner's own statistics of `tok` (how common the commonest tokens are); what is not among those is
rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from osler.fhir.search.clinical import clinical_param
from osler.fhir.search.query import Dates, Numbers, Range, Strings

if TYPE_CHECKING:
    from osler.store.search.build import Build

RARE = 20.0
"""Rows expected of a token that is not among the commonest."""
PER_PATIENT = 300.0
FAN_OUT = 30.0
UNKNOWN = 5_000.0
"""Rows expected of a criterion nothing is known about."""
SCAN_ABOVE = 3_000.0
"""A driver expected to give more rows than this loses to walking the order's own index until the page is full."""
_TEXT = {1: 2_000.0, 2: 300.0, 3: 50.0}
"""Rows expected of a text search by the letters given; ten for more."""


def rows_with(build: Build, hashes: Sequence[int]) -> float:
    return sum(_expected(build, each) for each in hashes)


def _expected(build: Build, token: int) -> float:
    share = build.store.frequencies.get(token)
    return RARE if share is None else max(RARE, share * build.store.size)


def are_rare(build: Build, hashes: Sequence[int]) -> bool:
    """Whether those of them that are known to be common come to few rows."""
    known = build.store.frequencies
    return sum(known[each] * build.store.size for each in hashes if each in known) <= SCAN_ABOVE


def rows_of_texts(criterion: Strings) -> float:
    if criterion.contains or criterion.match == "ends":
        return UNKNOWN
    return sum(_TEXT.get(len(value), 10.0) for value in criterion.values)


def are_exact(criterion: Strings | Numbers | Dates) -> bool:
    """Whether each of the values by itself gives few rows."""
    if isinstance(criterion, Strings):
        return not criterion.contains and criterion.match != "ends" and all(len(v) > 3 for v in criterion.values)
    return all(r.prefix in ("eq", "ap") and (r.exact is not None or _is_short(r)) for r in criterion.ranges)


def rows_of_dates(type_: str, criterion: Dates) -> float:
    """Short spans and the last weeks are few; everything else is much of the table."""
    column = criterion.param in ("_lastUpdated", clinical_param(type_))
    recent = datetime.now(UTC) - timedelta(days=45)
    for r in criterion.ranges:
        since = r.prefix in ("ge", "gt", "sa") and isinstance(r.lo, datetime) and r.lo > recent
        if not ((r.prefix in ("eq", "ap") and _is_short(r)) or since):
            return 4 * UNKNOWN
    return 500.0 if column else UNKNOWN


def _is_short(r: Range) -> bool:
    return isinstance(r.lo, datetime) and isinstance(r.hi, datetime) and r.hi - r.lo < timedelta(days=45)
