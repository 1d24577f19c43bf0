"""ICD-10-PCS: the order file. Codes of seven characters are valid; three characters name a table."""

from __future__ import annotations

import re

from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System
from osler.terminology.loading.icd10cm import in_force, order_rows, year_in
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Parts
from osler.terminology.loading.recognition import Wrong, looks_like
from osler.terminology.loading.rows import Pace

SYSTEM = System(
    "icd10pcs", "http://www.cms.gov/Medicare/Coding/ICD10", "ICD-10-PCS", "Centers for Medicare & Medicaid Services",
    "US public domain",
)  # fmt: skip
_LINE = re.compile(r"(\d{5}) ([0-9A-HJ-NP-Z]{3}|[0-9A-HJ-NP-Z]{7}) *([01]) (.{60}) (.*\S)\s*")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    order = parts.find(r"icd10pcs[-_]order[-_](?!.*addenda).*\.txt")
    if order is None and parts.only and looks_like(parts.only, "icd10pcs"):
        order = parts.only
    if order is None:
        raise Wrong("it holds no order file.")
    pace, into = Pace(progress, [order]), Gathering(parts.name)
    for code, valid, short, long in order_rows(order, pace, _LINE, "X"):
        into.concept(code, long)
        into.property(code, "billable", "true" if valid else "false")
        if valid:
            into.parent(code, code[:3])
        if short != long:
            into.designation(code, short, use="short")
    year = year_in(order, parts.name)
    effective = in_force(year, f"{parts.name} {order.base}".lower())
    version = year if effective is None or effective.month == 10 else f"{year}-{effective:%m}"
    loaded = into.loaded(SYSTEM.head(version, effective, parts.name, options))
    pace.done()
    return loaded
