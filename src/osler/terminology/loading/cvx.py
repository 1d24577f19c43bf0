"""CDC's vaccine codes: CVX alone, or in a folder or zip with the vaccine groups and the product names beside it.

CDC gives each list as XML and as text with bars. The day of the newest entry is the day of the release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System, american_day, day_in
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong, sign_of
from osler.terminology.loading.rows import Pace, lines
from osler.terminology.loading.xml import Node, pieces

SYSTEM = System(
    "cvx", "http://hl7.org/fhir/sid/cvx", "Vaccines administered (CVX)", "Centers for Disease Control and Prevention",
    "US public domain",
    "Source: CDC. Use does not imply endorsement by CDC, HHS or the US Government; free of charge on CDC's site.",
)  # fmt: skip
VACCINES = ("ShortDescription", "FullVaccinename", "CVXCode", "Notes", "Status", "LastUpdated")
GROUPS = ("ShortDescription", "CVXCode", "Status", "Vaccine Group Name", "CVX for Vaccine Group")
PRODUCTS = ("CDC Product Name", "Short Description", "CVXCode", "Manufacturer", "MVX Code", "MVX Status",
            "Product name Status", "Last Updated")  # fmt: skip
_TEXT_VACCINES = ("CVXCode", "ShortDescription", "FullVaccinename", "Notes", "Status", "NonVaccine", "LastUpdated")
_CODE = re.compile(r"\d{2,3}")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    vaccines = find(parts, "cvx", r"(iis)?cvx.*\.(xml|txt)")
    if vaccines is None:
        raise Wrong("it holds no list of vaccines.")
    groups, products = parts.find(r"(vac2vg|vg|vax2vg).*\.(xml|txt)"), parts.find(r"(iis)?tradename.*\.(xml|txt)")
    pace, into = Pace(progress, [part for part in (vaccines, groups, products) if part]), Gathering(parts.name)
    newest: date | None = None
    for row in listed(vaccines, pace, "CVXCodes", "CVXInfo", _TEXT_VACCINES, VACCINES):
        on = _vaccine(row, vaccines, into)
        newest = max(filter(None, (on, newest)), default=None)
    if groups:
        for row in listed(groups, pace, "VGCodes", "CVXVGInfo", GROUPS, GROUPS):
            into.relation(row["CVXCode"], "in_vaccine_group", row["CVX for Vaccine Group"])
            into.property(row["CVXCode"], "vaccine_group", row["Vaccine Group Name"])
    if products:
        for row in listed(products, pace, "productnames", "prodInfo", PRODUCTS, PRODUCTS):
            into.designation(row["CVXCode"], row["CDC Product Name"], use="brand")
            into.property(row["CVXCode"], "product", f"{row['MVX Code']} {row['CDC Product Name']}")
    missing = [name for name, part in (("vaccine groups (VG)", groups), ("product names", products)) if part is None]
    remarks = (f"Without {' and '.join(missing)}, which CDC gives as lists of their own.",) if missing else ()
    loaded = into.loaded(SYSTEM.head("", newest, parts.name, options), remarks=remarks)
    pace.done()
    return loaded


def find(parts: Parts, kind: str, name: str) -> Part | None:
    """The list of this kind, by its name or, when it is all that was given, by what it holds."""
    if found := parts.find(name):
        return found
    if parts.only and (sign := sign_of(parts.only)) and sign.kind == kind:
        return parts.only
    return None


def listed(
    part: Part, pace: Pace, root: str, tag: str, columns: tuple[str, ...], needed: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    """Entries of a list by the names that the XML has for their parts, whichever form the list is in."""
    if part.base.lower().endswith(".txt") or not part.beginning(200).lstrip(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        yield from _texts(part, pace, columns)
        return
    for node in pieces(part, {tag}, root, pace.read):
        pace.step(0)
        row = _named(node)
        if missing := [name for name in needed if name not in row]:
            raise Invalid(f"{part.base} has an entry without {missing[0]}: it is of another edition, or damaged.")
        yield row


def _named(node: Node) -> dict[str, str]:
    """CDC writes some lists with elements of their own, others with pairs of <Name> and <Value>."""
    names, values = node.all("Name"), node.all("Value")
    if names and len(names) == len(values):
        return {name.text.strip(): value.text.strip() for name, value in zip(names, values, strict=True)}
    return {child.tag: child.text.strip() for child in node.children}


def _texts(part: Part, pace: Pace, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for number, line in enumerate(lines(part, pace, "cp1252"), 1):
        if not line.strip():
            continue
        row = [cell.strip() for cell in line.split("|")]
        if len(row) == len(columns) + 1 and not row[-1]:
            row.pop()
        if len(row) != len(columns):
            raise Invalid(
                f"{part.base} has {len(row)} columns in line {number:,} and not {len(columns)}: it is cut off, or another list."
            )
        yield dict(zip(columns, row, strict=True))


def updated_on(text: str) -> date | None:
    return american_day(text) or day_in(text, r"(?P<y>\d{4})[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)")


def _vaccine(row: dict[str, str], part: Part, into: Gathering) -> date | None:
    code, status = row["CVXCode"], row["Status"]
    if not _CODE.fullmatch(code):
        raise Invalid(f"{part.base} has something in place of a CVX code; a spreadsheet may have spoiled it.")
    into.concept(
        code, row["ShortDescription"] or row["FullVaccinename"], "active" if status.lower() == "active" else "inactive"
    )
    into.designation(code, row["FullVaccinename"], use="full")
    into.property(code, "cdc_status", status)
    into.property(code, "note", row["Notes"])
    return updated_on(row["LastUpdated"])
