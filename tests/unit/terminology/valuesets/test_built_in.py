"""What is built in: packed resources, and code systems that are rules or short lists."""

from __future__ import annotations

import importlib
from importlib.resources import files
from pathlib import Path

import pytest
import zstandard

from osler.core.errors import OslerError
from osler.fhir.structure import faults
from osler.terminology.valuesets import Members, Terminology
from osler.terminology.valuesets.capabilities import terminology_capabilities
from osler.terminology.valuesets.packed import packed
from osler.terminology.valuesets.rules import RULE_SYSTEMS, rule_system
from osler.terminology.valuesets.system import is_a
from osler.terminology.valuesets.work import Work

ROOT = Path(__file__).parents[4]
PUBLISHED = ROOT.parent / "shared/knowledge/fhir"
MEMBERS = Members(Terminology())
R4 = "http://hl7.org/fhir/ValueSet/"
US_CORE = "http://hl7.org/fhir/us/core/ValueSet/"
RACE = "urn:oid:2.16.840.1.113883.6.238"
V3 = "http://terminology.hl7.org/CodeSystem/v3-"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the published value sets")
def test_the_packed_data_are_up_to_date(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool = importlib.import_module("compile_value_sets")
    data = files("osler.terminology.valuesets").joinpath("data").joinpath("value_sets.jsonl.zst").read_bytes()
    unpacked = zstandard.ZstdDecompressor().decompress(data, max_output_size=64 << 20)
    assert unpacked == tool.unpacked(*tool.read_all(PUBLISHED))


def test_counts_are_those_of_the_sources():
    counts = {kind: len(packed().places(kind)) for kind in ("CodeSystem", "ValueSet", "ConceptMap")}
    assert counts == {"CodeSystem": 1079, "ValueSet": 1468, "ConceptMap": 23}


def test_every_value_set_is_told_or_says_why_not():
    """None fails in another way than by what is not loaded; most can be listed."""
    terminology, refusals = Terminology(), []
    places = packed().places("ValueSet")
    for place in places:
        try:
            sum(1 for _ in terminology.value_set(f"{place.url}|{place.version}").members(Work()))
        except OslerError as refusal:
            refusals.append(refusal.message)
    assert [message for message in refusals if "cannot be listed" not in message] == []
    assert len(refusals) < len(places) * 0.2


def test_no_prose_is_kept():
    whole = str(packed().find("CodeSystem", "http://hl7.org/fhir/administrative-gender"))
    assert "definition" not in whole
    assert "description" not in whole


def test_hierarchies_of_v3_have_all_their_parents():
    system = Terminology().system(f"{V3}ActCode")
    assert is_a(system, "AMB", "_ActEncounterCode") is True
    assert is_a(system, "AMB", "_ActCoverageTypeCode") is False
    assert system.find("_ActEncounterCode").abstract  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value_set", "system", "code", "expected"),
    [
        (R4 + "all-time-units", "http://unitsofmeasure.org", "min", True),
        (R4 + "all-time-units", "http://unitsofmeasure.org", "mg", False),
        (R4 + "ucum-units", "http://unitsofmeasure.org", "mg/dL", True),
        (R4 + "ucum-units", "http://unitsofmeasure.org", "milligrams", False),
        (R4 + "all-languages", "urn:ietf:bcp:47", "de-CH-1996", True),
        (R4 + "all-languages", "urn:ietf:bcp:47", "qq", False),
        (R4 + "all-languages", "urn:ietf:bcp:47", "english", False),
        (US_CORE + "simple-language", "urn:ietf:bcp:47", "es-US", True),
        (US_CORE + "simple-language", "urn:ietf:bcp:47", "zh-Hant", False),
        (R4 + "mimetypes", "urn:ietf:bcp:13", "text/plain; charset=utf-8", True),
        (R4 + "mimetypes", "urn:ietf:bcp:13", "pdf", False),
        (R4 + "currencies", "urn:iso:std:iso:4217", "USD", True),
        (R4 + "currencies", "urn:iso:std:iso:4217", "DOLLAR", False),
        (R4 + "iso3166-1-3", "urn:iso:std:iso:3166", "USA", True),
        (R4 + "iso3166-1-3", "urn:iso:std:iso:3166", "US", False),
        (R4 + "timezones", "https://www.iana.org/time-zones", "America/Detroit", True),
        (US_CORE + "us-core-usps-state", "https://www.usps.com/", "MI", True),
        (US_CORE + "us-core-usps-state", "https://www.usps.com/", "XX", False),
        (US_CORE + "birthsex", f"{V3}AdministrativeGender", "F", True),
        (US_CORE + "birthsex", f"{V3}AdministrativeGender", "UN", False),
        (US_CORE + "birthsex", f"{V3}NullFlavor", "UNK", True),
        (US_CORE + "omb-race-category", RACE, "2106-3", True),
        (US_CORE + "omb-race-category", RACE, "2029-7", False),
        (US_CORE + "us-core-pregnancy-intent", f"{V3}NullFlavor", "UNK", True),
        (US_CORE + "us-core-pregnancy-intent", "http://snomed.info/sct", "1", None),
        (US_CORE + "us-core-condition-code", "http://snomed.info/sct", "1", None),
        (
            "http://hl7.org/fhir/uv/ips/ValueSet/results-blood-group-snomed-ct-ips-free-set",
            "http://snomed.info/sct",
            "112144000",
            True,
        ),
    ],
)
def test_codes_of_built_in_value_sets(value_set: str, system: str, code: str, expected: bool | None):
    assert MEMBERS.member(value_set, system, code) is expected


def test_a_code_alone_is_a_member_by_any_system():
    assert MEMBERS.member(R4 + "administrative-gender", None, "male") is True
    assert MEMBERS.member(R4 + "administrative-gender", None, "man") is False


def test_searches_get_members_and_what_is_above_and_below():
    assert set(MEMBERS.members(US_CORE + "birthsex") or ()) >= {(f"{V3}AdministrativeGender", "M")}
    assert MEMBERS.members(US_CORE + "us-core-condition-code") is None
    assert "AMB" in (MEMBERS.below(f"{V3}ActCode", "_ActEncounterCode") or ())
    assert set(MEMBERS.above(f"{V3}ActCode", "AMB") or ()) == {"AMB", "_ActEncounterCode", "_ActCareProvisionCode"}
    assert MEMBERS.below("http://gone.test", "x") is None
    assert MEMBERS.subsumes(f"{V3}ActCode", "_ActEncounterCode", "AMB") is True
    assert MEMBERS.subsumes("http://gone.test", "x", "y") is None


@pytest.mark.parametrize("url", RULE_SYSTEMS)
def test_rules_and_lists_are_code_systems_like_others(url: str):
    system = rule_system(url)
    assert system is not None
    assert system.about.url == url
    assert system.find("no such code! ") is None
    for hit in system.match("a", 3):
        assert system.find(hit.code) is not None
    assert list(system.descendants("x")) == []


def test_the_capabilities_are_well_formed():
    said = terminology_capabilities(Terminology(), "http://osler.test/fhir", date="2026-11-22")
    assert faults(said) == []
    assert len(said["codeSystem"]) > 1000
