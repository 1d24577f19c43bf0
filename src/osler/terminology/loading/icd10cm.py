"""ICD-10-CM: the order file (every code, header or billable) and the tabular list (chapters, notes, inclusion terms).

Either is enough; with both in one zip, the tabular list says how codes hang together and the order file which are valid.
Codes are kept with their dot, as they are written in claims and charts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from osler.core.errors import Invalid
from osler.terminology.loading import icd10cm_tabular as tabular
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import MONTHS, System
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong, looks_like
from osler.terminology.loading.rows import Pace, lines
from osler.terminology.model import Head

SYSTEM = System(
    "icd10cm", "http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM", "CDC, National Center for Health Statistics",
    "Public domain in the United States.",
)  # fmt: skip
_LINE = re.compile(r"(\d{5}) ([A-Z][0-9A-Z]{2,6}) *([01]) (.{60}) (.*\S)\s*")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    order, list_ = _find_order(parts), _find_tabular(parts)
    if order is None and list_ is None:
        raise Wrong("it holds neither an order file nor a tabular list.")
    pace = Pace(progress, [part for part in (order, list_) if part])
    into = Gathering(parts.name)
    year = year_in(order, parts.name) if order else ""
    if order:
        gather_order(order, pace, into)
    if list_:
        said = tabular.gather(list_, pace, into, beside=order is not None)
        if year and said and year != said:
            raise Invalid(f"{parts.name} puts the order file of {year} and the tabular list of {said} together.")
        year = year or said
    loaded = into.loaded(_head(year, parts, list_ or order, options))
    pace.done()
    return loaded


def _find_order(parts: Parts) -> Part | None:
    found = parts.find(r"icd10cm[-_]order[-_](?!.*addenda).*\.txt")
    if found is None and parts.only and looks_like(parts.only, "icd10cm") and not _is_xml(parts.only):
        return parts.only
    return found


def _find_tabular(parts: Parts) -> Part | None:
    found = parts.find(r"icd10cm?[-_]tabular(?!.*addenda).*\.xml")
    if found is None and parts.only and looks_like(parts.only, "icd10cm") and _is_xml(parts.only):
        return parts.only
    return found


def _is_xml(part: Part) -> bool:
    return part.beginning(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def year_in(part: Part, given: str) -> str:
    """The fiscal year in the name of the file, or of what it came in; empty without one."""
    for name in (part.base, given):
        if match := re.search(r"(?<!\d)(20\d\d)(?!\d)", name):
            return match[1]
    return ""


def _head(year: str, parts: Parts, part: Part | None, options: Options) -> Head:
    name = f"{parts.name} {part.base if part else ''}".lower()
    effective = in_force(year, name)
    version = year if effective is None or effective.month == 10 else f"{year}-{effective:%m}"
    return SYSTEM.head(version, effective, parts.name, options)


def in_force(year: str, name: str) -> date | None:
    """Fiscal years begin in October; the update within one names its month, April."""
    if not year:
        return None
    month = next((n for n, word in enumerate(MONTHS, 1) if n != 10 and re.search(rf"(?<![a-z]){word}", name)), 10)
    return date(int(year) - (month >= 10), month, 1)


def dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def order_rows(
    part: Part, pace: Pace, pattern: re.Pattern[str] = _LINE, last: str = tabular.LAST_CATEGORY
) -> Iterator[tuple[str, bool, str, str]]:
    """(code without dot, whether it is valid for a claim, short title, long title). Raises Invalid for a broken file."""
    code = ""
    for number, line in enumerate(lines(part, pace, "cp1252"), 1):
        if not line.strip():
            continue
        match = pattern.fullmatch(line)
        if match is None:
            raise Invalid(f"{part.base} is not an order file in line {number:,}, or is cut off there.")
        if int(match[1]) != number:
            raise Invalid(f"{part.base} leaves lines out before line {number:,}.")
        code = match[2]
        yield code, match[3] == "1", match[4].strip(), match[5].strip()
    if not code.startswith(last):
        raise Invalid(f"{part.base} ends at {code or 'its beginning'}: it is cut off.")


def gather_order(part: Part, pace: Pace, into: Gathering) -> None:
    """Parents are the longest beginnings of a code that are codes themselves."""
    above: list[str] = []
    for code, billable, short, long in order_rows(part, pace):
        while above and not code.startswith(above[-1]):
            above.pop()
        into.concept(dotted(code), long)
        into.property(dotted(code), "billable", "true" if billable else "false")
        if short != long:
            into.designation(dotted(code), short, use="short")
        if above:
            into.parent(dotted(code), dotted(above[-1]))
        above.append(code)
