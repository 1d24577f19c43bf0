"""The National Drug Code directory: the FDA's tables of products and packages."""

from __future__ import annotations

import re

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System, compact_day
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong
from osler.terminology.loading.rows import FEW_ROWS, Pace, table

SYSTEM = System(
    "ndc", "http://hl7.org/fhir/sid/ndc", "National Drug Code directory", "U.S. Food and Drug Administration", "US public domain",
)  # fmt: skip
FACTS = {
    "PRODUCTTYPENAME": "product_type", "DOSAGEFORMNAME": "dose_form", "ROUTENAME": "route", "LABELERNAME": "labeler",
    "SUBSTANCENAME": "substance", "ACTIVE_NUMERATOR_STRENGTH": "strength", "ACTIVE_INGRED_UNIT": "strength_unit",
    "PHARM_CLASSES": "class", "DEASCHEDULE": "dea_schedule", "MARKETINGCATEGORYNAME": "marketing_category",
    "APPLICATIONNUMBER": "application",
}  # fmt: skip
"""Columns of the products, and the properties they become."""
_LISTS = {"route": ";", "substance": ";", "strength": ";", "strength_unit": ";", "class": ","}
_SPANS = (("STARTMARKETINGDATE", "marketed_from"), ("ENDMARKETINGDATE", "marketed_until"))
_PRODUCT, _PACKAGE = re.compile(r"\d{4,5}-\d{3,4}"), re.compile(r"(\d{4,5})-(\d{3,4})-(\d{1,2})")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    products, packages = parts.find(r"product\.(txt|csv)"), parts.find(r"package\.(txt|csv)")
    if products is None and packages is None:
        raise Wrong("it holds no product.txt and package.txt.")
    if products is None or packages is None:
        raise Invalid(f"{parts.name} is without {'product' if products is None else 'package'}.txt.")
    pace, into = Pace(progress, [products, packages], FEW_ROWS), Gathering(parts.name)
    seen = _products(products, pace, into)
    _packages(packages, pace, into, seen)
    loaded = into.loaded(SYSTEM.head("", products.made_on or compact_day(parts.name), parts.name, options))
    pace.done()
    return loaded


def ndc11(code: str) -> str | None:
    """Eleven digits, as claims have them: each of the three parts filled up with a zero in front."""
    match = _PACKAGE.fullmatch(code)
    return f"{match[1]:0>5}{match[2]:0>4}{match[3]:0>2}" if match else None


def _products(part: Part, pace: Pace, into: Gathering) -> dict[str, str]:
    """Names of the products by code. The same code can be listed several times, over the counter and by prescription."""
    seen: dict[str, str] = {}
    for row in table(
        part,
        pace,
        ("PRODUCTNDC", "PROPRIETARYNAME", "NONPROPRIETARYNAME", *FACTS),
        by="\t",
        quoted=False,
        encoding="latin-1",
    ):
        code = row["PRODUCTNDC"].strip()
        if not _PRODUCT.fullmatch(code):
            raise Invalid(f"{part.base} has something in place of a product code; a spreadsheet may have spoiled it.")
        if code not in seen:
            brand = " ".join(filter(None, (row["PROPRIETARYNAME"], row.get("PROPRIETARYNAMESUFFIX", "")))).strip('" ')
            seen[code] = brand or row["NONPROPRIETARYNAME"]
            into.concept(code, seen[code])
            into.designation(code, row["NONPROPRIETARYNAME"].strip('"'), use="generic")
        _facts(code, row, into)
    return seen


def _facts(code: str, row: dict[str, str], into: Gathering) -> None:
    for column, name in FACTS.items():
        value = row[column].strip('" ')
        for each in value.split(_LISTS[name]) if name in _LISTS else (value,):
            into.property(code, name, each)
    _span(code, row, into)


def _span(code: str, row: dict[str, str], into: Gathering) -> None:
    for column, name in _SPANS:
        on = compact_day(row.get(column, ""))
        into.property(code, name, on.isoformat() if on else "")


def _packages(part: Part, pace: Pace, into: Gathering, products: dict[str, str]) -> None:
    seen: set[str] = set()
    for row in table(
        part, pace, ("PRODUCTNDC", "NDCPACKAGECODE", "PACKAGEDESCRIPTION"), by="\t", quoted=False, encoding="latin-1"
    ):
        code, product, words = (
            row["NDCPACKAGECODE"].strip(),
            row["PRODUCTNDC"].strip(),
            row["PACKAGEDESCRIPTION"].strip('" '),
        )
        digits = ndc11(code)
        if digits is None:
            raise Invalid(f"{part.base} has something in place of a package code; a spreadsheet may have spoiled it.")
        if code in seen:
            continue
        if product not in products:
            raise Invalid(f"{part.base} names a product that product.txt does not have: one of them is cut off.")
        seen.add(code)
        into.concept(code, f"{products[product]}, {words}")
        into.property(code, "package", words)
        into.parent(code, product)
        into.alias("ndc11", digits, code)
        _span(code, row, into)
    if not seen:
        raise Invalid(f"{part.base} holds no packages: it is cut off.")
