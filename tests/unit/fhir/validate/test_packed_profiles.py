"""The packed profiles are what `tools/compile_definitions.py` makes of the published ones."""

from __future__ import annotations

import importlib
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
import zstandard

from osler.fhir.definitions.profiles import builtin_profiles
from osler.fhir.definitions.profiles.model import Packed

ROOT = Path(__file__).parents[4]
PUBLISHED = ROOT.parent / "shared/knowledge/fhir"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the published definitions")
def test_the_packed_profiles_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    made = importlib.import_module("compiling.profiles").compile_profiles(PUBLISHED)
    packed = files("osler.fhir.definitions").joinpath("data", "profiles.json.zst").read_bytes()
    assert zstandard.ZstdDecompressor().decompress(packed) == msgspec.json.encode(made)
    assert isinstance(made, Packed)


def test_what_is_built_in() -> None:
    found = [(each.name, each.version, len(each.profiles)) for each in builtin_profiles().packages]
    assert found == [
        ("hl7.fhir.r4.core", "4.0.1", 626),
        ("hl7.fhir.us.core", "6.1.0", 59),
        ("hl7.fhir.us.core", "7.0.0", 63),
        ("hl7.fhir.us.core", "8.0.0", 67),
    ]


def test_a_canonical_without_version_is_that_of_6_1_0() -> None:
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    found = [builtin_profiles().find(each) for each in (url, f"{url}|7.0.0", f"{url}|8.0", f"{url}|9.0.0")]
    assert [each and each.version for each in found] == ["6.1.0", "7.0.0", "8.0.0", None]
    near = builtin_profiles().find(url, "hl7.fhir.us.core#8.0.0")
    assert near
    assert near.version == "8.0.0"


def test_value_sets_that_cannot_be_listed_are_told_with_reasons() -> None:
    unchecked = builtin_profiles().unchecked_value_sets()
    assert "http://hl7.org/fhir/ValueSet/observation-status" not in unchecked
    assert "is not at hand" in unchecked["http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113762.1.4.1240.3"]
    assert (
        "only the system is checked" in unchecked["http://hl7.org/fhir/us/core/ValueSet/us-core-documentreference-type"]
    )
