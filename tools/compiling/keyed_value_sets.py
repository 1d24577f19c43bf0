"""Value sets of VSAC that cannot be had with the US Core packages and are short enough to key in by hand: those that race,
ethnicity and birth sex are made of. Codes are facts; names are those of the code systems."""

from __future__ import annotations

from typing import Any

VERSION = "2022-09-29"
"""The date of US Core's value sets that import these."""
_VSAC = "http://cts.nlm.nih.gov/fhir/ValueSet/"
_RACE_AND_ETHNICITY = "urn:oid:2.16.840.1.113883.6.238"
_NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
_SEX = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"
_SETS = (
    ("2.16.840.1.114222.4.11.836", "Race", _RACE_AND_ETHNICITY, ("1002-5", "2028-9", "2054-5", "2076-8", "2106-3", "2131-1")),
    ("2.16.840.1.114222.4.11.837", "Ethnicity", _RACE_AND_ETHNICITY, ("2135-2", "2186-5")),
    ("2.16.840.1.113762.1.4.1", "ONC Administrative Sex", _SEX, ("F", "M")),
    ("2.16.840.1.113762.1.4.1021.102", "Unknown or refused to answer", _NULL, ("ASKU", "UNK")),
    ("2.16.840.1.113762.1.4.1021.103", "Other or unknown or refused to answer", _NULL, ("ASKU", "OTH", "UNK")),
)  # fmt: skip


def keyed_value_sets() -> list[dict[str, Any]]:
    return [_value_set(*each) for each in _SETS]


def _value_set(oid: str, title: str, system: str, codes: tuple[str, ...]) -> dict[str, Any]:
    include = {"system": system, "concept": [{"code": code} for code in codes]}
    return {
        "resourceType": "ValueSet", "url": _VSAC + oid, "version": VERSION, "title": title, "status": "active",
        "compose": {"include": [include]},
    }  # fmt: skip
