"""What clinicians type finds what they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from osler.core.errors import Invalid
from osler.terminology.catalog import Catalog
from osler.terminology.typeahead import suggest, tall_man

LINES = Path(__file__).with_name("phrases.tsv").read_text().splitlines()
PHRASES = [line.split("\t") for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(("kind", "typed", "meant"), PHRASES, ids=lambda part: part)
def test_what_is_meant_is_among_the_first_five(catalog: Catalog, kind: str, typed: str, meant: str):
    assert meant in [each.code for each in suggest(catalog, kind, typed, limit=5)]


def test_there_are_fifty_phrases():
    assert len(PHRASES) >= 50


@pytest.mark.parametrize(
    "typed", ["", " ", "%", '"', "' OR 1=1 --", "\0", "é", "zzzzqqq", "x" * 5000, "a " * 3000, "1e999", "۳"]
)
@pytest.mark.parametrize("kind", ["diagnoses", "drugs"])
def test_nothing_that_is_typed_breaks_it(catalog: Catalog, kind: str, typed: str):
    assert len(suggest(catalog, kind, typed, limit=5)) <= 5


def test_an_unknown_kind_is_named(catalog: Catalog):
    with pytest.raises(Invalid, match="diagnoses, drugs, labs"):
        suggest(catalog, "spells", "x")


def test_look_alike_drugs_are_shown_in_tall_man_letters(catalog: Catalog):
    assert tall_man("hydroxyzine / predniSONE 5 MG") == "hydrOXYzine / predniSONE 5 MG"
    assert suggest(catalog, "drugs", "hydroxyz", limit=1)[0].shown == "hydrOXYzine"


def test_each_suggestion_names_its_system_and_version(catalog: Catalog):
    first = suggest(catalog, "diagnoses", "htn")[0]
    assert (first.system, first.version) == ("http://hl7.org/fhir/sid/icd-10-cm", "2026")


def test_what_was_typed_narrows_within_codes_and_properties(catalog: Catalog):
    rxnorm = catalog.of("rxnorm")
    assert rxnorm is not None
    only = {"314076", "104377"}
    assert {hit.code for hit in rxnorm.match("lisinop", 10, within=only)} == only
    assert {
        rxnorm.find(hit.code).value("tty") for hit in rxnorm.match("lisinop", 10, having=("tty", ["IN", "SBD"]))
    } == {  # pyright: ignore[reportOptionalMemberAccess]
        "IN",
        "SBD",
    }
    assert all("7" in hit.code for hit in rxnorm.match("lisin", 5, where=lambda code: "7" in code))
