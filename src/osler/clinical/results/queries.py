"""Laboratory results of a patient."""

from __future__ import annotations

from datetime import datetime

from osler.access.ask import ask, ask_page
from osler.access.records import Records
from osler.clinical.results.fhir import Report, Result, report_of, results_of
from osler.core.errors import Forbidden

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"


async def list_recent(records: Records, patient: str, limit: int = 120) -> list[Result]:
    """The latest laboratory results, newest first."""
    found = await ask(
        records, "Observation", patient=f"Patient/{patient}", category=_CATEGORY, _sort="-date", _count=str(limit)
    )
    return [result for each in found for result in results_of(each)]


async def list_page(records: Records, patient: str, cursor: str = "") -> tuple[list[Result], str]:
    """A page of them, and where to go on (empty at the end)."""
    more = {"_cursor": cursor} if cursor else {}
    page = await ask_page(
        records, "Observation", patient=f"Patient/{patient}", category=_CATEGORY, _sort="-date", _count="200", **more
    )
    return [result for each in page.matches for result in results_of(each)], page.next or ""


async def list_reports(records: Records, patient: str, limit: int = 60) -> list[Report]:
    """The latest reports, newest first; none where the actor's role does not open them."""
    try:
        found = await ask(records, "DiagnosticReport", patient=f"Patient/{patient}", _sort="-date", _count=str(limit))
    except Forbidden:
        return []
    return [report_of(each) for each in found]


async def list_course(
    records: Records, patient: str, codes: list[str], limit: int = 60, since: datetime | None = None
) -> list[Result]:
    """Results with one of these codes (`system|code`), newest first, of any category."""
    if not codes:
        return []
    more = {"date": f"ge{since.date().isoformat()}"} if since else {}
    found = await ask(
        records, "Observation", patient=f"Patient/{patient}", code=",".join(codes), _sort="-date", _count=str(limit), **more
    )  # fmt: skip
    return [result for each in found for result in results_of(each)]
