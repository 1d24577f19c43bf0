"""The LOINC subset, the SNOMED CT IPS free set, and CDC's race and ethnicity."""

from __future__ import annotations

from datetime import date

from osler.terminology.model import Concept, Contents, Designation, Head
from terminology.reading import Reader, clean

LOINC = Head(
    name="loinc",
    system="http://loinc.org",
    version="subset-2026",
    effective_on=date(2025, 5, 8),
    title="LOINC, a subset of everyday codes",
    source="LOINC Universal Lab Orders value set; codes of the 2026 eCQM value sets; codes that Synthea uses",
    license="LOINC license (https://loinc.org/license)",
    notice="This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, "
    "Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under "
    "the license at http://loinc.org/license. LOINC® is a registered United States trademark of Regenstrief "
    "Institute, Inc.",
    caution="Not all of LOINC: load the release file for the other codes.",
)
SNOMED = Head(
    name="snomed_ips",
    system="http://snomed.info/sct",
    version="ips-1.1.0",
    effective_on=date(2022, 11, 22),
    title="SNOMED CT, the International Patient Summary free set",
    source="SNOMED International, in the value sets of HL7's International Patient Summary 1.1.0",
    license="CC BY 4.0",
    notice="The SNOMED International IPS Terminology is distributed by International Health Terminology Standards "
    "Development Organisation, trading as SNOMED International, and is subject to the terms of the Creative Commons "
    "Attribution 4.0 International Public License.",
    caution="Not all of SNOMED CT, and without its hierarchy: licensees may load their release.",
)
RACE = Head(
    name="race_ethnicity",
    system="urn:oid:2.16.840.1.113883.6.238",
    version="1.3",
    effective_on=date(2025, 1, 1),
    title="CDC race and ethnicity",
    source="Centers for Disease Control and Prevention, PHIN Race & Ethnicity 1.3",
    license="US public domain",
)
LAB_ORDER = "LOINC Universal Lab Orders"
WITHDRAWN = "inactive"


def loinc(reader: Reader) -> Contents:
    rows = reader.table("terminology/loinc_subset.csv.gz", "LOINC subset")
    return Contents(LOINC, [_measurement(row) for row in rows])


def _measurement(row: dict[str, str]) -> Concept:
    facts = (("lab_order", "true"),) if row["from"] == LAB_ORDER else ()
    return Concept(row["loinc_num"], clean(row["long_common_name"]), properties=(*facts, ("origin", row["from"])))


def snomed_ips(reader: Reader) -> Contents:
    rows = reader.table("terminology/snomed_ips_free_set_ips1.1.csv.gz", "SNOMED CT IPS free set")
    return Contents(SNOMED, [_idea(row) for row in rows])


def _idea(row: dict[str, str]) -> Concept:
    sets = (name.removesuffix("-snomed-ct-ips-free-set") for name in row["valuesets"].split("|"))
    return Concept(row["sctid"], clean(row["display"]), properties=tuple(("ips_set", name) for name in sets))


def race_ethnicity(reader: Reader) -> Contents:
    rows = reader.table(
        "terminology/ph_race_and_ethnicity_cdc_v1.3.csv", "CDC race and ethnicity", encoding="mac_roman"
    )
    by_place = {_place(row): row["Concept Code"] for row in rows}
    return Contents(RACE, [_people(row, by_place) for row in rows])


def _place(row: dict[str, str]) -> str:
    return clean(next(value for name, value in row.items() if name.startswith("Hierarchical")))


def _people(row: dict[str, str], by_place: dict[str, str]) -> Concept:
    place, name, preferred = _place(row), clean(row["Concept Name"]), clean(row["Preferred Concept Name"])
    above = place.rpartition(".")[0] or (place[:1] if len(place) > 1 else "")
    while above and above not in by_place:
        above = above.rpartition(".")[0]
    return Concept(
        code=row["Concept Code"],
        display=name,
        status="active" if row["SDOConceptStatus"].lower() == "active" else WITHDRAWN,
        parents=(by_place[above],) if above else (),
        designations=(Designation(preferred, use="preferred"),) if preferred and preferred != name else (),
        properties=(("place", place),),
    )
