"""The drugs of the RxNorm release that is built in, read once for all tests and benches."""

from __future__ import annotations

from functools import cache

from osler.terminology.catalog import Catalog
from osler.terminology.drugs import Drugs
from osler.terminology.release import Release


@cache
def release() -> Release:
    found = Catalog.builtin().of("rxnorm")
    assert found is not None
    return found


@cache
def drugs() -> Drugs:
    return Drugs(release())
