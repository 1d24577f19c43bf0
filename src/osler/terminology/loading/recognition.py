"""What a file is, told from its name and first bytes: so that a wrong one can be called by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from osler.core.errors import OslerError
from osler.terminology.loading.parts import Part, Parts

_LOOKED_INTO = 40
"""Parts whose beginning is read, the shallowest first."""


class Wrong(OslerError):
    """A reader was given another kind of file; the reader is told what it seems to be, and which one to give."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How a kind of file is told."""

    kind: str
    what: str
    name: str
    """Of the file, as a regular expression."""
    beginning: bytes
    """Of its contents, the same."""


_PCS = rb"\d{5} [0-9A-HJ-NP-Z]{3}(?:[0-9A-HJ-NP-Z]{4})? +[01] "
SIGNS = (
    Sign("icd10cm", "an ICD-10-CM order file", r"icd10cm[-_]order[-_].*\.txt", rb"\d{5} [A-Z]\d[0-9A-Z]{1,5} +[01] "),
    Sign("icd10pcs", "an ICD-10-PCS order file", r"icd10pcs[-_]order[-_].*\.txt", _PCS),
    Sign("icd10cm", "the ICD-10-CM tabular list", r"icd10cm?[-_]tabular.*\.xml", rb"<\?xml[^>]*\?>\s*<ICD10CM\.tabular"),
    Sign("rxnorm", "an RxNorm release", r"RXN(CONSO|REL|SAT|STY|DOC)\.RRF", rb"\d+\|ENG\|"),
    Sign("loinc", "a LOINC release", r"Loinc(Table)?(Core)?\.csv", rb'"?LOINC_NUM"?,'),
    Sign("snomed", "a SNOMED CT release", r"x?(sct2|der2)_.+_\d{8}\.txt", rb"id\teffectiveTime\tactive\t|id\tactive\tfsn\tterm"),
    Sign("hcpcs", "a HCPCS file", r"HCPC\d{4}.*ANWEB.*\.(txt|xlsx)", rb"[A-V]\d{4}\d{5}3|   [A-Z0-9]{2}\d{5}7"),
    Sign("cpt", "a CPT file", r"(LONGULT|LONGUT|MEDU|SHORTU)\.txt", rb"[\s\S]{0,4000}(\d{4}[0-9FTUAM][\t ][\s\S]*){3}CPT"),
    Sign("ndc", "the FDA's NDC directory", r"(product|package)\.txt", rb"PRODUCTID\tPRODUCTNDC"),
    Sign("cvx", "CDC's list of vaccines", r"cvx(_.*)?\.(xml|txt)", rb"(<\?xml[^>]*\?>)?\s*<CVXCodes|\d{2,3} *\|[^|]+\|[^|]+\|[^|]*\|"),
    Sign("mvx", "CDC's list of manufacturers", r"mvx(_.*)?\.(xml|txt)", rb"(<\?xml[^>]*\?>)?\s*<MVXCodes|[A-Z]{2,3} *\|[^|]+\|"),
    Sign("vsac", "a file of value sets", r"(valueset|bundle).*\.json", rb'\s*\{[^{}]*"resourceType"\s*:\s*"(ValueSet|Bundle)"'),
    Sign("ig", "a FHIR package", r"package\.tgz|.*\.tar\.gz", rb"\x1f\x8b"),
)  # fmt: skip


def recognize(parts: Parts) -> Sign | None:
    """What was given looks like; None when it looks like nothing that can be loaded."""
    nearest = sorted(parts, key=lambda part: (part.name.count("/"), part.name))
    for sign in SIGNS:
        if any(re.fullmatch(sign.name, part.base, re.IGNORECASE) for part in nearest):
            return sign
    for part in nearest[:_LOOKED_INTO]:
        if found := sign_of(part):
            return found
    return None


def sign_of(part: Part) -> Sign | None:
    """By the contents alone."""
    data = part.beginning().removeprefix(b"\xef\xbb\xbf")
    return next((sign for sign in SIGNS if re.match(sign.beginning, data)), None)


def looks_like(part: Part, kind: str) -> bool:
    """Whether the part's contents are of the kind."""
    sign = sign_of(part)
    return sign is not None and sign.kind == kind
