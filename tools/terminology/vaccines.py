"""CDC's vaccine codes (CVX) with groups and trade names, manufacturers (MVX), and the NDCs of vaccine packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from osler.terminology.model import Concept, Contents, Designation, Head, Relation
from terminology.reading import Reader, clean, named_values

CDC = "Centers for Disease Control and Prevention, immunization code sets of December 2025"
NOTICE = "Source: CDC. Use does not imply endorsement by CDC, HHS or the US Government; free of charge on CDC's site."
VERSION, SINCE = "2025-12", date(2025, 12, 9)
GROUP = "in_vaccine_group"


def _head(name: str, system: str, title: str) -> Head:
    return Head(name, system, VERSION, SINCE, title, CDC, "US public domain", NOTICE)


CVX = _head("cvx", "http://hl7.org/fhir/sid/cvx", "Vaccines administered (CVX)")
MVX = _head("mvx", "http://hl7.org/fhir/sid/mvx", "Manufacturers of vaccines (MVX)")
NDC = _head("vaccine_ndc", "http://hl7.org/fhir/sid/ndc", "NDCs of vaccine packages")


def cvx(reader: Reader) -> Contents:
    vaccines = reader.xml("immunization/cvx.xml", "CVX codes")
    groups = [named_values(each) for each in reader.xml("immunization/vac2vg.xml", "vaccine groups")]
    products = [named_values(each) for each in reader.xml("immunization/tradename.xml", "trade names")]
    names: dict[str, set[str]] = defaultdict(set)
    facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in products:
        names[each["CVXCode"]].add(each["CDC Product Name"])
        facts[each["CVXCode"]].append(("product", f"{each['MVX Code']} {each['CDC Product Name']}"))
    for each in groups:
        facts[each["CVXCode"]].append(("vaccine_group", each["Vaccine Group Name"]))
    relations: list[Relation] = [(each["CVXCode"], GROUP, each["CVX for Vaccine Group"]) for each in groups]
    packages = {(each.value("cvx"), each.code) for each in vaccine_ndc(reader).concepts}
    aliases = sorted(("ndc11", ndc, code) for code, ndc in packages)
    concepts = [
        _vaccine({child.tag: clean(child.text) for child in each}, sorted(names[code]), sorted(set(facts[code])))
        for each in vaccines
        if (code := clean(each.findtext("CVXCode")))
    ]
    return Contents(CVX, concepts, sorted(set(relations)), aliases)


def _vaccine(row: dict[str, str], products: list[str], facts: list[tuple[str, str]]) -> Concept:
    names = [Designation(row["FullVaccinename"], use="full"), *(Designation(name, use="brand") for name in products)]
    return Concept(
        code=row["CVXCode"],
        display=row["ShortDescription"],
        status=_status(row["Status"]),
        designations=tuple(name for name in names if name.value and name.value != row["ShortDescription"]),
        properties=(("cdc_status", row["Status"]), *facts),
    )


def _status(said: str) -> str:
    return "active" if said.lower() == "active" else "inactive"


def mvx(reader: Reader) -> Contents:
    rows = [named_values(each) for each in reader.xml("immunization/mvx.xml", "MVX codes")]
    return Contents(
        MVX, [Concept(row["MVX_CODE"], row["Manufacturer Name"], status=_status(row["Status"])) for row in rows]
    )


def vaccine_ndc(reader: Reader) -> Contents:
    """Packages as sold and the units in them, by 11-digit NDC; the unit is `contained_in` the package."""
    sold, used = _rows(reader, "NDC_Unit_sale.txt", 16), _rows(reader, "NDC_Unit_use.txt", 17)
    concepts: dict[str, Concept] = {}
    for row in sold:
        _add(concepts, row, ndc=row[14], gtin=row[15], unit="sale", package=row[9], route=row[10], cvx=row[12])
    for row in used:
        _add(concepts, row, ndc=row[14], gtin=row[16] or row[10], unit="use", package=row[9], route="", cvx=row[11])
    ndc_of_sold = {row[0]: _digits(row[14]) for row in sold}
    ndc_of_used = {row[0]: _digits(row[14]) for row in used}
    relations = {
        (ndc_of_used[use], "contained_in", ndc_of_sold[sale])
        for _, sale, use, _ in _rows(reader, "NDC_Linker.txt", 4)
        if use in ndc_of_used and sale in ndc_of_sold
    }
    aliases = [("gtin", gtin, each.code) for each in concepts.values() for gtin in each.values("gtin")]
    return Contents(NDC, [concepts[code] for code in sorted(concepts)], sorted(relations), sorted(aliases))


def _add(concepts: dict[str, Concept], row: list[str], **facts: str) -> None:
    code = _digits(facts.pop("ndc"))
    facts |= {"manufacturer": row[6], "marketed_from": row[7], "marketed_until": row[8]}
    known = concepts[code].properties if code in concepts else ()
    pairs = dict.fromkeys((*known, *((name, value) for name, value in facts.items() if value)))
    concepts[code] = Concept(code, row[4], designations=_more_names(row), properties=tuple(pairs))


def _more_names(row: list[str]) -> tuple[Designation, ...]:
    return (Designation(row[5], use="proprietary"),) if row[5] and row[5] != row[4] else ()


def _rows(reader: Reader, file: str, width: int) -> Iterator[list[str]] | list[list[str]]:
    text = reader.text(f"immunization/{file}", file.removesuffix(".txt").replace("_", " "))
    rows = [[clean(part) for part in line.split("|")] for line in text.splitlines() if line.strip()]
    if any(len(row) != width for row in rows):
        raise ValueError(f"{file}: a row has not {width} fields")
    return rows


def _digits(ndc: str) -> str:
    digits = ndc.replace("-", "")
    if len(digits) != 11 or not digits.isdecimal():
        raise ValueError(f"{ndc} is no NDC of 11 digits")
    return digits
