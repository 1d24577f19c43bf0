"""The kinds of release that can be loaded, and the reader of each."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

from osler.core.errors import Invalid, NotFound
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Parts, open_parts
from osler.terminology.loading.recognition import Wrong, recognize


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of release file."""

    name: str
    """What `osler load` is told, and the module here that reads it."""
    title: str
    give: str
    """The file to give, as its agency names it."""
    by: str
    """Who publishes it."""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("icd10cm", "ICD-10-CM", "the zip with the order file (icd10cm-order-2027.txt) or with the tabular XML", "CDC"),
        Kind("icd10pcs", "ICD-10-PCS", "the zip with the order file (icd10pcs_order_2027.txt)", "CMS"),
        Kind("rxnorm", "RxNorm", "RxNorm_full_prescribe_MMDDYYYY.zip", "NLM"),
        Kind("loinc", "LOINC", "Loinc_x.yz.zip", "the Regenstrief Institute"),
        Kind("snomed", "SNOMED CT", "the RF2 release zip of an edition, or the Global Patient Set file", "NLM or SNOMED International"),
        Kind("hcpcs", "HCPCS Level II", "the quarterly zip, or HCPC2026_JAN_ANWEB.txt or .xlsx from it", "CMS"),
        Kind("cpt", "CPT", "the zip of the data files, or LONGULT.txt from it", "the AMA"),
        Kind("ndc", "the NDC directory", "ndctext.zip", "the FDA"),
        Kind("cvx", "CVX vaccine codes", "cvx.xml or cvx.txt, or a folder or zip with it and the lists of groups and product names", "CDC"),
        Kind("mvx", "MVX manufacturer codes", "mvx.xml or mvx.txt", "CDC"),
        Kind("vsac", "value sets", "a download of value sets: a FHIR bundle, a ValueSet in JSON, a workbook or a CSV file", "VSAC"),
        Kind("ig", "a FHIR package", "package.tgz", "HL7 or whoever made the guide"),
    )
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """Raises NotFound with the names that are known."""
    if name not in KINDS:
        raise NotFound(f"Osler loads {', '.join(KINDS)}.")
    return KINDS[name]


def read_release(name: str, path: Path, progress: Progress | None = None, options: Options | None = None) -> Loaded:
    """Reads a whole release file or folder of this kind.

    Raises Invalid or TooCostly, with what is wrong and which file to give, for one that is cut off, damaged, hostile or
    something else; NotFound when it is not there; Forbidden when the owner of the codes wants a license for it.
    """
    kind = kind_of(name)
    try:
        with open_parts(path) as parts:
            return _read(kind, parts, progress, options or Options())
    except Invalid as error:
        raise Invalid(f"{error.message} {_wanted(kind)}") from error


def _read(kind: Kind, parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    reader = importlib.import_module(f"osler.terminology.loading.{kind.name}")
    try:
        return reader.read(parts, progress, options)
    except Wrong as error:
        raise Invalid(_another(kind, parts, error.message)) from error


def _another(kind: Kind, parts: Parts, reason: str) -> str:
    found = recognize(parts)
    if found is not None and found.kind != kind.name:
        known = KINDS[found.kind]
        return f"{parts.name} is {found.what}; load it with `osler load {known.name}`."
    return f"{parts.name}: {reason}"


def _wanted(kind: Kind) -> str:
    return f"For {kind.title} give {kind.give}, as it was downloaded from {kind.by}."
