"""CDC's codes of the manufacturers of vaccines."""

from __future__ import annotations

import re
from datetime import date

from osler.core.errors import Invalid
from osler.terminology.loading.cvx import SYSTEM as VACCINES
from osler.terminology.loading.cvx import find, listed, updated_on
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Parts
from osler.terminology.loading.recognition import Wrong
from osler.terminology.loading.rows import Pace

SYSTEM = System(
    "mvx",
    "http://hl7.org/fhir/sid/mvx",
    "Manufacturers of vaccines (MVX)",
    VACCINES.source,
    VACCINES.license,
    VACCINES.notice,
)
COLUMNS = ("MVX_CODE", "Manufacturer Name", "Notes", "Status", "Last Updated")
_CODE = re.compile(r"[A-Z]{2,3}")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    part = find(parts, "mvx", r"(iis)?mvx.*\.(xml|txt)")
    if part is None:
        raise Wrong("it holds no list of manufacturers.")
    pace, into = Pace(progress, [part]), Gathering(parts.name)
    newest: date | None = None
    for row in listed(part, pace, "MVXCodes", "MVXInfo", COLUMNS, COLUMNS):
        code = row["MVX_CODE"]
        if not _CODE.fullmatch(code):
            raise Invalid(f"{part.base} has something in place of an MVX code; it is damaged, or another list.")
        into.concept(code, row["Manufacturer Name"], "active" if row["Status"].lower() == "active" else "inactive")
        into.property(code, "note", row["Notes"])
        newest = max(filter(None, (updated_on(row["Last Updated"]), newest)), default=None)
    loaded = into.loaded(SYSTEM.head("", newest, parts.name, options))
    pace.done()
    return loaded
