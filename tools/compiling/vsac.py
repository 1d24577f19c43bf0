"""Value sets that US Core requires and the VSAC publishes: the few that are short enough to key by hand.

The VSAC's own files need a license to load. What is here are facts that US Core itself states on its pages of race,
ethnicity and birth sex (6.1.0, 2023-06-29); the longer lists of races and ethnicities are those of HL7's v3 code systems,
whose codes are CDC's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

VSAC = "http://cts.nlm.nih.gov/fhir/ValueSet/"
CDC_RACE_AND_ETHNICITY = "urn:oid:2.16.840.1.113883.6.238"
NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
ADMINISTRATIVE_GENDER = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"

KEYED: dict[str, dict[str, list[str]]] = {
    # OMB race categories
    "2.16.840.1.114222.4.11.836": {
        CDC_RACE_AND_ETHNICITY: ["1002-5", "2028-9", "2054-5", "2076-8", "2106-3", "2131-1"]
    },
    # OMB ethnicity categories
    "2.16.840.1.114222.4.11.837": {CDC_RACE_AND_ETHNICITY: ["2135-2", "2186-5"]},
    # ONC administrative sex
    "2.16.840.1.113762.1.4.1": {ADMINISTRATIVE_GENDER: ["F", "M"]},
    # Asked but unknown, or unknown
    "2.16.840.1.113762.1.4.1021.102": {NULL_FLAVOR: ["ASKU", "UNK"]},
    # Other, unknown, or refused to answer
    "2.16.840.1.113762.1.4.1021.103": {NULL_FLAVOR: ["ASKU", "OTH", "UNK"]},
    # OMB races, to be taken out of the detailed ones
    "2.16.840.1.113883.3.2074.1.1.3": {CDC_RACE_AND_ETHNICITY: ["1002-5", "2028-9", "2054-5", "2076-8", "2106-3"]},
}

DETAILED = {
    "2.16.840.1.113883.1.11.14914": "http://terminology.hl7.org/CodeSystem/v3-Race",
    "2.16.840.1.114222.4.11.877": "http://terminology.hl7.org/CodeSystem/v3-Ethnicity",
}


def vsac_value_sets(code_systems: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for oid, systems in KEYED.items():
        yield _value_set(oid, systems)
    by_url = {each["url"]: each for each in code_systems if each["resourceType"] == "CodeSystem"}
    for oid, url in DETAILED.items():
        codes = [code for code in _codes(by_url[url]["concept"]) if code[0].isdigit()]
        yield _value_set(oid, {CDC_RACE_AND_ETHNICITY: codes})


def _value_set(oid: str, systems: dict[str, list[str]]) -> dict[str, Any]:
    include = [{"system": url, "concept": [{"code": code} for code in codes]} for url, codes in systems.items()]
    return {"resourceType": "ValueSet", "url": VSAC + oid, "compose": {"include": include}}


def _codes(concepts: list[dict[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _codes(concept.get("concept", []))
