"""ICD-10-CM from the code list and the tabular list; ICD-10-PCS from a code list."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Iterator
from datetime import date

from osler.terminology.model import Concept, Contents, Designation, Head
from terminology.reading import Reader, clean

CM = Head(
    name="icd10cm",
    system="http://hl7.org/fhir/sid/icd-10-cm",
    version="2026",
    effective_on=date(2025, 10, 1),
    title="ICD-10-CM, fiscal year 2026 (with the April 2026 update)",
    source="National Center for Health Statistics (CDC), tabular list of April 1, 2026",
    license="US public domain",
)
PCS = Head(
    name="icd10pcs",
    system="http://www.cms.gov/Medicare/Coding/ICD10",
    version="before-2026",
    effective_on=date(2022, 10, 1),
    title="ICD-10-PCS, year not stated",
    source="Centers for Medicare & Medicaid Services, code list of a year before 2026",
    license="US public domain",
    caution="The year of this list is not known: load the current one before coding inpatient procedures.",
)
NOTES = {
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "codeAlso": "code_also",
    "useAdditionalCode": "use_additional_code",
    "includes": "includes",
    "notes": "note",
    "sevenChrNote": "seventh_character_note",
}


def icd10cm(reader: Reader) -> Contents:
    """Categories that are alone in their block (B20, Z66 …) stand twice in the list, once as the block."""
    rows = reader.table("icd/icd10cm_fy2026_apr1.csv.gz", "codes of ICD-10-CM FY2026")
    tabular = reader.xml("icd/icd10c-tabular-April-1-2026.xml.gz", "tabular list of ICD-10-CM FY2026")
    listed = {name: (element, chapter, block) for name, element, chapter, block in _diagnoses(tabular)}
    unique = {row["code"]: row for row in rows}
    return Contents(CM, [_diagnosis(row, unique, listed) for row in unique.values()])


def _diagnoses(tabular: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element, str, str]]:
    for chapter in tabular.findall("chapter"):
        for section in chapter.findall("section"):
            for element in section.iter("diag"):
                yield clean(element.findtext("name")), element, clean(chapter.findtext("name")), section.get("id", "")


def _diagnosis(
    row: dict[str, str], codes: Collection[str], listed: dict[str, tuple[ElementTree.Element, str, str]]
) -> Concept:
    # A seventh character may have two wordings, "/" between them: the first is the one of the order file.
    display, names = row["description"].partition("/\t")[0], list[Designation]()
    parents = (row["parent"],) if row["parent"] in codes and row["parent"] != row["code"] else ()
    facts = [("billable", "true" if row["billable"] == "1" else "false")]
    if row["code"] in listed:
        element, chapter, block = listed[row["code"]]
        if not parents:
            facts += [("chapter", chapter), ("block", block)]
        names += [Designation(clean(note.text), use="inclusion") for note in element.findall("inclusionTerm/note")]
        facts += [(NOTES[group.tag], clean(n.text)) for group in element if group.tag in NOTES for n in group]
        facts += [
            ("seventh_character", f"{extension.get('char')} {clean(extension.text)}")
            for extension in element.findall("sevenChrDef/extension")
        ]
    return Concept(
        code=row["code"],
        display=clean(display),
        parents=parents,
        designations=tuple(dict.fromkeys(names)),
        properties=tuple(facts),
    )


def icd10pcs(reader: Reader) -> Contents:
    rows = reader.table("icd/icd10pcs_tuva_asof_unknown.csv.gz", "codes of ICD-10-PCS, year not stated")
    return Contents(PCS, [Concept(row["code"], clean(row["description"])) for row in rows])
