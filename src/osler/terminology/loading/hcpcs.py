"""HCPCS Level II: CMS's quarterly alphanumeric file, as fixed-width text or as a workbook; codes and modifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import MONTHS, System, compact_day, day
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong, looks_like
from osler.terminology.loading.rows import Pace, lines
from osler.terminology.loading.sheets import sheets

SYSTEM = System(
    "hcpcs", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "HCPCS Level II",
    "Centers for Medicare & Medicaid Services", "US public domain",
)  # fmt: skip
_FILE = r"HCPC\d{4}[-_].*ANWEB.*\."
_CODE = re.compile(r"[A-V]\d{4}|[0-9A-Z]{2}")
_COLUMNS = ("HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "ACT EFF DT", "TERM DT", "ACTION CD")
_PLACES = (
    slice(0, 5),
    slice(10, 11),
    slice(11, 91),
    slice(91, 119),
    slice(268, 276),
    slice(276, 284),
    slice(284, 292),
    slice(292, 293),
)
"""Of those columns in a line of the text, by CMS's record layout."""
_SHORTEST = 293
_FIRST, _MORE = ("3", "7"), ("4", "8")
_DATES = ("added_on", "effective_on", "terminated_on")


@dataclass(slots=True)
class _Record:
    code: str
    long: list[str]
    short: str
    dates: tuple[str, ...]
    action: str


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    text, book = parts.find(_FILE + "txt"), parts.find(_FILE + "xlsx")
    if text is None and book is None and parts.only:
        text = parts.only if looks_like(parts.only, "hcpcs") else None
        book = parts.only if parts.only.base.lower().endswith(".xlsx") else None
    part = text or book
    if part is None:
        raise Wrong("it holds no alphanumeric file (HCPC….txt or .xlsx).")
    pace, into = Pace(progress, [part]), Gathering(parts.name)
    on = _quarter(part.base) or _quarter(parts.name)
    last = ""
    for record in _records(_text_rows(part, pace) if text else _book_rows(part, pace), part):
        _add(record, into, on or options.effective_on)
        last = max(last, record.code)
    if last < "V":
        raise Invalid(f"{part.base} ends before the codes with V: it is cut off, or only of changes.")
    loaded = into.loaded(SYSTEM.head(f"{on:%Y-%m}" if on else "", on, parts.name, options))
    pace.done()
    return loaded


def _quarter(name: str) -> date | None:
    """The first day of the quarter that the file is named after: HCPC2026_JAN_ANWEB."""
    found = re.search(r"(20\d\d)[-_ ]?(jan|apr|jul|oct)|(jan|apr|jul|oct)[a-z]*[-_ ]?(20\d\d)", name, re.IGNORECASE)
    if found is None:
        return None
    return day(found[1] or found[4], MONTHS.index((found[2] or found[3]).lower()) + 1, 1)


def _text_rows(part: Part, pace: Pace) -> Iterator[list[str]]:
    for number, line in enumerate(lines(part, pace, "cp1252"), 1):
        if not line.strip():
            continue
        if len(line) < _SHORTEST:
            raise Invalid(f"{part.base} has a line of {len(line)} characters, number {number:,}: it is cut off.")
        yield [line[place].strip() for place in _PLACES]


def _book_rows(part: Part, pace: Pace) -> Iterator[list[str]]:
    for sheet in sheets(part, pace.read):
        places: list[int] | None = None
        for row in sheet.rows():
            names = [cell.upper().replace("_", " ").strip() for cell in row]
            if places is None:
                places = [names.index(name) for name in _COLUMNS] if set(_COLUMNS) <= set(names) else None
                continue
            pace.step(0)
            yield [row[place].strip() if place < len(row) else "" for place in places]
        if places is not None:
            return
    raise Invalid(f"{part.base} has no columns {', '.join(_COLUMNS[:4])}: it is another workbook.")


def _records(rows: Iterator[list[str]], part: Part) -> Iterator[_Record]:
    """Long descriptions go on over several rows."""
    record: _Record | None = None
    for code, kind, long, short, *dates, action in rows:
        if kind in _FIRST:
            if record:
                yield record
            if not _CODE.fullmatch(code):
                raise Invalid(f"{part.base} has something in place of a code: it is damaged, or another file.")
            record = _Record(code, [long], short, tuple(dates), action)
        elif kind in _MORE and record is not None and code == record.code:
            record.long.append(long)
        elif kind:
            raise Invalid(f"{part.base} has a description without the code that it belongs to: it is cut off.")
    if record:
        yield record


def _add(record: _Record, into: Gathering, on: date | None) -> None:
    code, long = record.code, " ".join(record.long)
    dates = [compact_day(text) for text in record.dates]
    ended = dates[2] is not None and on is not None and dates[2] <= on
    into.concept(code, long or record.short, "inactive" if ended else "active")
    into.designation(code, record.short, use="short")
    for name, found in zip(_DATES, dates, strict=True):
        into.property(code, name, found.isoformat() if found else "")
    into.property(code, "action", record.action)
    into.property(code, "modifier", "true" if len(code) == 2 else "false")
