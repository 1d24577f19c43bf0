"""A search as the rest of Osler sees it: parsed, typed, checked; nothing left to interpret but the data.

FHIR R4 search, https://hl7.org/fhir/R4/search.html. `parse.py` makes these from a query string, `store/search`
turns them into SQL. All values are already normalised the way `extract.py` normalises what it indexes, so that
equality in the store is equality in the standard.
"""

from __future__ import annotations

from osler.fhir.search.query.criteria import (
    Both,
    Chain,
    Criterion,
    Either,
    Has,
    Hierarchy,
    InCompartment,
    Negation,
)
from osler.fhir.search.query.values import (
    Dates,
    FullText,
    Ids,
    Near,
    Numbers,
    Phrases,
    Prefix,
    Range,
    Strings,
    Tokens,
)
from osler.fhir.search.query.whole import (
    Include,
    Query,
    Sort,
)

__all__ = [
    "Both",
    "Chain",
    "Criterion",
    "Dates",
    "Either",
    "FullText",
    "Has",
    "Hierarchy",
    "Ids",
    "InCompartment",
    "Include",
    "Near",
    "Negation",
    "Numbers",
    "Phrases",
    "Prefix",
    "Query",
    "Range",
    "Sort",
    "Strings",
    "Tokens",
]
