"""A search that would be too much is refused before it is asked, with what to do about it."""

from __future__ import annotations

import pytest

from osler.core.errors import TooCostly
from osler.fhir.search.parse.reading import MOST_CRITERIA, MOST_LISTED
from osler.fhir.search.query import Ids, Tokens
from tests.unit.fhir.search.index_matching import parsed


def listed(count: int, start: str = "") -> str:
    return ",".join(f"{start}v{n}" for n in range(count))


@pytest.mark.parametrize(
    "name", ["patient", "code", "code:not", "_id", "patient:Patient._id", "_has:Provenance:target:agent"]
)
def test_a_list_may_be_long_but_not_endless(name):
    assert parsed("Observation", (name, listed(1_000)))
    with pytest.raises(TooCostly, match="split the list"):
        parsed("Observation", (name, listed(MOST_LISTED + 1)))


def test_lists_count_together():
    half = listed(MOST_LISTED // 2)
    parsed("Observation", ("code", half), ("patient", half))
    with pytest.raises(TooCostly, match="split the list"):
        parsed("Observation", ("code", half), ("patient", half), ("status", "final"))


def test_a_bare_id_counts_for_each_type_that_it_can_be_of():
    query = parsed("Observation", ("subject", listed(MOST_LISTED, "Patient/")))
    assert isinstance(query.where[0], Tokens)
    assert len(query.where[0].keys) == MOST_LISTED
    with pytest.raises(TooCostly, match="split the list"):
        parsed("Observation", ("subject", listed(MOST_LISTED)))


def test_an_id_given_again_has_no_effect():
    assert parsed("Patient", ("_id", "a,b,a")).where == (Ids(("a", "b")),)


def test_a_search_has_so_many_parameters():
    parsed("Observation", *[("code", f"c{n}") for n in range(MOST_CRITERIA)])
    with pytest.raises(TooCostly, match="ask in parts"):
        parsed("Observation", *[("code", f"c{n}") for n in range(MOST_CRITERIA + 1)])
