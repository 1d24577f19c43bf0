"""The published definitions to the packages that `osler.fhir.definitions.profiles` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiling.sources import describe, read_bundle, read_package
from compiling.vsac import vsac_value_sets
from osler.fhir.definitions.profiles.catalog import Profiles, compile_package
from osler.fhir.definitions.profiles.model import Package, Packed

R4 = "4.0.1"
US_CORE = {"6.1.0": ("us_core_610.tgz", "2023-06-29"), "7.0.0": ("us_core_700.tgz", "2024-05-08"), "8.0.0": ("us_core_800.tgz", "2025-06-10")}  # fmt: skip
DEFINITIONS = {
    "profiles-types.json.gz": "FHIR R4 datatypes",
    "profiles-resources.json.gz": "FHIR R4 resources",
    "extension-definitions.json.gz": "FHIR R4 extensions",
    "profiles-others.json.gz": "FHIR R4 profiles",
}
TERMS = {
    "valuesets.json.gz": "FHIR R4 value sets and code systems",
    "v2-tables.json.gz": "HL7 v2 tables",
    "v3-codesystems.json.gz": "HL7 v3 code systems",
}
LEFT_OUT = {"picoelement", "codesystem-history"}
"""The first speaks of EvidenceVariable as R4 had it, and the bundle has that type as it came to be later; the second
demands extensions inside of one that may have none."""
KINDS = ("StructureDefinition-", "ValueSet-", "CodeSystem-")


def compile_profiles(folder: Path) -> Packed:
    terms = [each for name in TERMS for each in read_bundle(folder / name)]
    terms += vsac_value_sets(terms)
    packages = [_r4(folder, terms)]
    for version, (name, _) in US_CORE.items():
        published = [each for kind in KINDS for each in read_package(folder / name, kind)]
        known = {url: systems for each in packages for url, systems in each.value_sets.items()}
        # Older sets of US Core may be others than newer ones of the same name.
        known = {url: systems for url, systems in known.items() if "/us/core/" not in url}
        packages.append(compile_package(published + terms, "hl7.fhir.us.core", version, Profiles(packages), known))
    return Packed(sources(folder), packages)


def _r4(folder: Path, terms: list[dict[str, Any]]) -> Package:
    """R4 itself, without what the publisher of the bundles added out of later versions."""
    published = [each for name in DEFINITIONS for each in read_bundle(folder / name)]
    definitions = [each for each in published if each.get("fhirVersion") == R4 and each["id"] not in LEFT_OUT]
    return compile_package(definitions + terms, "hl7.fhir.r4.core", R4, Profiles([]), {})


def sources(folder: Path) -> list[dict[str, str]]:
    rows = [describe(folder / name, title, R4, "2019-11-01") for name, title in (DEFINITIONS | TERMS).items()]
    return rows + [
        describe(folder / name, "US Core profiles", version, date) for version, (name, date) in US_CORE.items()
    ]
