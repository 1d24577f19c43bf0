"""HCPCS Level II and the places of service."""

from __future__ import annotations

from datetime import date

from osler.terminology.model import Concept, Contents, Designation, Head
from terminology.reading import Reader, clean

HCPCS = Head(
    name="hcpcs",
    system="http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    version="2025",
    effective_on=date(2025, 1, 1),
    title="HCPCS Level II, 2025",
    source="Centers for Medicare & Medicaid Services, OPPS Addendum B 2025 and long descriptions of February 2025",
    license="US public domain",
    caution="Assembled from two lists of 2025: load the quarter's file before billing by it.",
)
PLACES = Head(
    name="placeofservice",
    system="https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
    version="2025",
    effective_on=date(2025, 1, 1),
    title="Place of service codes",
    source="Centers for Medicare & Medicaid Services, Place of Service Code Set",
    license="US public domain",
)


def hcpcs(reader: Reader) -> Contents:
    rows = reader.table("hcpcs_rvu/hcpcs_level2_2025.csv.gz", "HCPCS Level II codes of 2025")
    return Contents(HCPCS, [_supply(row) for row in rows])


def _supply(row: dict[str, str]) -> Concept:
    short, long = clean(row["short_desc_cms"]), clean(row["long_desc"])
    facts = [("opps_status", row["opps_status"])] if row["opps_status"] else []
    return Concept(
        code=row["code"],
        display=long or short,
        designations=(Designation(short, use="short"),) if short and long else (),
        properties=(*facts, ("in_physician_fee_schedule", "true" if row["in_pfs_2025d"] == "1" else "false")),
    )


def place_of_service(reader: Reader) -> Contents:
    rows = reader.table("hcpcs_rvu/place_of_service.csv", "place of service codes")
    return Contents(PLACES, [_place(row) for row in rows])


def _place(row: dict[str, str]) -> Concept:
    facts = [("facility", "true" if row["pos_type"] == "Facility" else "false")]
    if clean(row["pos_description"]):
        facts.append(("definition", clean(row["pos_description"])))
    return Concept(row["pos_code"], clean(row["pos_name"]), properties=tuple(facts))
