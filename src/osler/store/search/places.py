"""`near`: places within a distance. The latitude, which is indexed, bounds it; the rest is a great circle."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from osler.fhir.search.query import Near

if TYPE_CHECKING:
    from osler.store.search.build import Build

EARTH = 6_371_008.8
"""Mean radius in meters (IUGG)."""


def near_condition(build: Build, type_: str, criterion: Near, *, fenced: bool) -> str:
    """SQL over alias n of `numbers`, where lo is a latitude and hi a longitude."""
    param = build.param(type_, criterion.param)
    degrees = Decimal(math.degrees(float(criterion.meters) / EARTH)) + Decimal("0.000001")
    south = build.sql.arg(criterion.latitude - degrees, "numeric")
    north = build.sql.arg(criterion.latitude + degrees, "numeric")
    parts = [
        f"arrayoverlap(ARRAY[n.param], {param})" if fenced else f"n.param = ANY ({param}) AND n.comp = 0",
        f"n.lo >= {south} AND n.lo <= {north}",
        f"{_haversine(build, criterion)} <= {build.sql.arg(float(criterion.meters), 'float8')}",
    ]
    return " AND ".join(parts)


def _haversine(build: Build, criterion: Near) -> str:
    latitude = build.sql.arg(float(criterion.latitude), "float8")
    longitude = build.sql.arg(float(criterion.longitude), "float8")
    up = f"power(sind((n.lo::float8 - {latitude}) / 2), 2)"
    across = f"cosd(n.lo::float8) * cosd({latitude}) * power(sind((n.hi::float8 - {longitude}) / 2), 2)"
    return f"2 * {EARTH} * asin(sqrt(least(1, {up} + {across})))"
