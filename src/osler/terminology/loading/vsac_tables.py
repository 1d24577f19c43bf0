"""Value sets from tables: a workbook or text file with a row for each code, facts about the set above or beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from osler.core.errors import Invalid
from osler.terminology.loading.heads import compact_day, day_in
from osler.terminology.loading.parts import Part
from osler.terminology.loading.recognition import Wrong
from osler.terminology.loading.rows import Pace, lines, split
from osler.terminology.loading.sheets import sheets

BASE = "http://cts.nlm.nih.gov/fhir/ValueSet/"
SYSTEMS = {
    "2.16.840.1.113883.6.96": "http://snomed.info/sct", "SNOMEDCT": "http://snomed.info/sct", "SNOMED CT US EDITION": "http://snomed.info/sct",
    "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm", "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10", "ICD10PCS": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm", "ICD9CM": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.1": "http://loinc.org", "LOINC": "http://loinc.org",
    "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm", "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx", "2.16.840.1.113883.6.59": "http://hl7.org/fhir/sid/cvx",
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "2.16.840.1.113883.6.285": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "HCPCS": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "HCPCS LEVEL II": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt", "CPT": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.13": "http://www.ada.org/cdt", "CDT": "http://www.ada.org/cdt",
    "2.16.840.1.113883.6.238": "urn:oid:2.16.840.1.113883.6.238", "CDCREC": "urn:oid:2.16.840.1.113883.6.238",
    "2.16.840.1.113883.6.69": "http://hl7.org/fhir/sid/ndc", "NDC": "http://hl7.org/fhir/sid/ndc",
}  # fmt: skip
"""Addresses in FHIR, by the identifiers and names that VSAC uses. Any other is `urn:oid:` and its identifier."""
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*)){3,}")
_CODE, _SYSTEM = ("CODE",), ("CODE SYSTEM OID", "CODE SYSTEM", "CODESYSTEM", "CODE SYSTEM NAME")
_SET, _NAME = ("VALUE SET OID", "OID", "VALUESET OID"), ("VALUE SET NAME", "VALUESET NAME", "NAME")
_VERSION, _DISPLAY = (
    ("DEFINITION VERSION", "VALUE SET VERSION", "EXPANSION VERSION", "VERSION"),
    ("DESCRIPTION", "DISPLAY", "DISPLAYNAME"),
)
_EDITION = ("CODE SYSTEM VERSION",)


def read_tables(part: Part, pace: Pace) -> Iterator[dict[str, Any]]:
    """The value sets of the file. Raises Wrong when no table in it has codes and their systems."""
    facts: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    tables = 0
    for rows in _tables(part, pace):
        columns: dict[str, int] | None = None
        for row in rows:
            if columns is None:
                columns = _columns(row)
                tables += columns is not None
                if columns is None and len(row) > 1 and row[0]:
                    facts.setdefault(row[0].strip(" :").upper(), row[1].strip())
            elif any(row):
                _take(
                    {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}, facts, found, part
                )
    if not tables:
        raise Wrong("it has no table with the columns Code and Code System.")
    yield from found.values()


def _tables(part: Part, pace: Pace) -> Iterator[Iterable[list[str]]]:
    if part.base.lower().endswith(".xlsx"):
        for sheet in sheets(part, pace.read):
            yield _counted(sheet.rows(), pace)
        return
    first = part.beginning(2000)
    by = (
        "|"
        if first.count(b"|") > first.count(b"\t") + first.count(b",")
        else "\t"
        if first.count(b"\t") > first.count(b",")
        else ","
    )
    yield split(part, lines(part, pace), by)


def _counted(rows: Iterator[list[str]], pace: Pace) -> Iterator[list[str]]:
    for row in rows:
        pace.step(0)
        yield row


def _columns(row: list[str]) -> dict[str, int] | None:
    """Where a table's columns are, when this is its first row."""
    names = {cell.strip().upper(): at for at, cell in reversed(list(enumerate(row)))}
    return names if "CODE" in names and any(name in names for name in _SYSTEM) else None


def _take(row: dict[str, str], facts: dict[str, str], found: dict[str, dict[str, Any]], part: Part) -> None:
    if not _first(row, _CODE):
        return
    oid = (_first(row, _SET) or _first(facts, _SET)).removeprefix("urn:oid:")
    if not _OID.fullmatch(oid):
        raise Invalid(f"{part.base} does not say which value set its codes belong to: it has no OID.")
    value_set = found.setdefault(oid, _empty(oid, row, facts))
    system = _system(row, part)
    edition = _first(row, _EDITION)
    groups: list[dict[str, Any]] = value_set["compose"]["include"]
    group = next((each for each in groups if each["system"] == system and each.get("version", "") == edition), None)
    if group is None:
        group = {"system": system, **({"version": edition} if edition else {}), "concept": []}
        groups.append(group)
    concept = {"code": row["CODE"]}
    if display := _first(row, _DISPLAY):
        concept["display"] = display
    group["concept"].append(concept)


def _empty(oid: str, row: dict[str, str], facts: dict[str, str]) -> dict[str, Any]:
    name, version = _first(row, _NAME) or _first(facts, _NAME), _first(row, _VERSION) or _first(facts, _VERSION)
    on = compact_day(version) or day_in(version, r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)")
    said = {
        "version": version,
        "title": name,
        "date": on.isoformat() if on else "",
        "publisher": facts.get("STEWARD", ""),
    }
    return {
        "resourceType": "ValueSet", "id": oid, "url": f"{BASE}{oid}",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{oid}"}],
        **{key: value for key, value in said.items() if value}, "status": "active", "compose": {"include": []},
    }  # fmt: skip


def _system(row: dict[str, str], part: Part) -> str:
    for name in _SYSTEM:
        said = row.get(name, "").removeprefix("urn:oid:")
        if said.startswith("http"):
            return said
        if said.upper() in SYSTEMS:
            return SYSTEMS[said.upper()]
        if _OID.fullmatch(said):
            return f"urn:oid:{said}"
    raise Invalid(f"{part.base} has a code of a code system without an identifier.")


def _first(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")
