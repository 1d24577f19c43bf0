"""Finding patients: today's list with the recent ones, search, and the palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from starlette.responses import Response

from osler.access.audit.entry import Action as Asked
from osler.access.permissions import Permission, permission
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient
from osler.clinical.patients.queries import list_patients
from osler.clinical.patients.rules import namesakes
from osler.core.errors import Forbidden
from osler.interfaces.web.chart.show.summary import shown_banner
from osler.interfaces.web.components import format
from osler.interfaces.web.components.people import (
    PaletteGroup,
    PaletteItem,
    PaletteView,
    PersonHit,
    SearchResults,
    TodayList,
    TodayRow,
)
from osler.interfaces.web.components.values import Action, Chip
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.patients.commands import commands
from osler.interfaces.web.recent import recent_ids, remember
from osler.interfaces.web.show import SIMILAR_NAME, chart_address, hit
from osler.interfaces.web.welcome import pages as welcome
from osler.interfaces.web.welcome.billing import visits_to_bill
from osler.workflows.chart.queries import get_head
from osler.workflows.finding.queries import MOST, Finding, find_patients
from osler.workflows.today.queries import Expected, list_today

_STATUS = {
    "booked": Chip("Expected"), "pending": Chip("Expected"), "arrived": Chip("Arrived", "info", "check"),
    "checked-in": Chip("Arrived", "info", "check"), "fulfilled": Chip("Seen", "ok", "check"),
    "noshow": Chip("Did not come", "warn"), "cancelled": Chip("Cancelled"), "waitlist": Chip("Waiting list"),
}  # fmt: skip
_LISTED = 30


@permission(Permission.SIGNED_IN)
async def front(desk: Desk) -> Response:
    """Today's list; for roles that look nobody up, what they can do instead."""
    if not desk.may(Permission.PATIENT_SEARCH):
        return await welcome.show(desk)
    async with desk.reading("today", Asked.SEARCH) as records:
        bills = await visits_to_bill(records, desk)
        listed = await _booked(records, desk)
        recent = await list_patients(records, recent_ids(desk))
    expected, shown = listed or [], listed is not None
    alike = namesakes((*(each.patient for each in expected), *recent))
    who = f"Today · {desk.actor.display}" if desk.actor.practitioner else ""
    rows = tuple(_today_row(each, desk, alike) for each in expected)
    today = TodayList(format.day(desk.local.date()), rows, who, shown=shown)
    hits = tuple(_hit(each, desk, alike) for each in recent)
    return desk.page("patients/front.html", desk.frame("Today", "/"), today=today, recent=hits, bills=bills)


@permission(Permission.PATIENT_SEARCH)
async def search(desk: Desk) -> Response:
    query = desk.request.query_params.get("q", "")[:100]
    async with desk.reading("patient search", Asked.SEARCH) as records:
        first = await _first(records, desk)
        found = await find_patients(records, query, today=desk.local.date(), first=first, limit=_limit(desk))
        recent = await list_patients(records, recent_ids(desk)) if not query else []
        records.showed(len(found.patients) + len(recent))
    hits = _hits(found, desk)
    every = Action("Show all", f"/patients?q={quote(query)}&all=1") if found.more else None
    view = SearchResults(query, hits, found.looser, every, found.total, found.counted, found.partly)
    recently = tuple(_hit(each, desk) for each in recent)
    return desk.page("patients/search.html", desk.frame("Patients", "/patients"), view=view, recent=recently)


def _limit(desk: Desk) -> int:
    return MOST * 2 if desk.request.query_params.get("all") else _LISTED


@permission(Permission.PATIENT_SEARCH)
async def palette(desk: Desk) -> Response:
    query = desk.request.query_params.get("q", "")[:100]
    if query.startswith(">"):
        view = commands(desk, query[1:].strip(), desk.request.query_params.get("patient", ""))
        return desk.fragment("components/palette_options.html", view=view)
    async with desk.reading("palette", Asked.SEARCH) as records:
        if query.strip():
            first = await _first(records, desk)
            found = await find_patients(records, query, today=desk.local.date(), first=first)
            groups, partly = _found_groups(found, desk, query), found.partly
        else:
            groups, partly = await _usual_groups(records, desk), False
        records.showed(sum(each.person is not None for group in groups for each in group.items))
    return desk.fragment("components/palette_options.html", view=PaletteView(query, groups, partly=partly))


@permission(Permission.PATIENT_SEARCH)
async def details(desk: Desk) -> Response:
    """Who the patient is and how to reach them: for roles that have no chart, too."""
    async with desk.reading("Patient") as records:
        head = await get_head(records, desk.patient, now=desk.now, zone=desk.zone)
    patient = head.patient
    facts = (
        ("Telephone", ", ".join(patient.phones)),
        ("E-mail", ", ".join(patient.emails)),
        ("Address", ", ".join(patient.address)),
        ("Language", patient.language + (", interpreter needed" if patient.interpreter else "")),
        ("Insurance", head.insurance),
        ("Primary care", head.physician),
    )
    chart = (
        "" if desk.may(Permission.CHART_READ) else "Your role does not include the chart: problems, results and notes."
    )
    frame = desk.frame(f"{patient.family.upper()}, {patient.given} · Details", "/patients")
    response = desk.page("patients/details.html", frame, banner=shown_banner(head, desk), facts=facts, closed=chart)
    return remember(desk, response, desk.patient)


async def _booked(records: Records, desk: Desk) -> list[Expected] | None:
    """None: not shown to this role, which is not the same as nobody."""
    if not desk.may(Permission.SCHEDULE_READ):
        return None
    try:
        return await list_today(records, desk.local.date(), desk.zone)
    except Forbidden:
        return None


async def _today(records: Records, desk: Desk) -> list[Expected]:
    return await _booked(records, desk) or []


async def _first(records: Records, desk: Desk) -> list[str]:
    """Whom the person most likely means: those of today, then those opened lately."""
    return [*(each.patient.id for each in await _today(records, desk)), *recent_ids(desk)]


def _found_groups(found: Finding, desk: Desk, query: str) -> tuple[PaletteGroup, ...]:
    heading = "Patients, similar names too" if found.looser else "Patients"
    groups = _group(heading, _hits(found, desk))
    if not found.more:
        return groups
    count = f"{len(found.patients)} of {found.total}{'' if found.counted else ' or more'}"
    every = PaletteItem("palette-all", "Show all", f"/patients?q={quote(query)}&all=1", "users", count)
    return (*groups, PaletteGroup("More", (every,)))


async def _usual_groups(records: Records, desk: Desk) -> tuple[PaletteGroup, ...]:
    """Without a query: recent charts, then today's list."""
    recent = await list_patients(records, recent_ids(desk))
    known = {each.id for each in recent}
    today = [each for each in await _today(records, desk) if each.patient.id not in known]
    alike = namesakes((*recent, *(each.patient for each in today)))
    expected = [hit(each.patient, desk.local.date(), _when(each), _warned(each.patient, alike)) for each in today]
    return (*_group("Recent", [_hit(each, desk, alike) for each in recent]), *_group("Today", expected))


def _group(heading: str, hits: Sequence[PersonHit]) -> tuple[PaletteGroup, ...]:
    items = tuple(
        PaletteItem(f"palette-{each.id}", format.person_name(each.family, each.given), each.href, person=each)
        for each in hits
    )
    return (PaletteGroup(heading, items),) if items else ()


def _hits(found: Finding, desk: Desk) -> tuple[PersonHit, ...]:
    return tuple(_hit(each, desk, found.alike, found.reasons.get(each.id, "")) for each in found.patients)


def _hit(patient: Patient, desk: Desk, alike: frozenset[str] = frozenset(), detail: str = "") -> PersonHit:
    """Somebody whose role has no chart is led to the details."""
    found = hit(patient, desk.local.date(), detail, _warned(patient, alike))
    if desk.may(Permission.CHART_READ):
        return found
    return replace(found, href=chart_address(patient.id, "details"))


def _warned(patient: Patient, alike: frozenset[str]) -> tuple[Chip, ...]:
    return (SIMILAR_NAME,) if patient.id in alike else ()


def _today_row(expected: Expected, desk: Desk, alike: frozenset[str]) -> TodayRow:
    booking = expected.booking
    status = _STATUS.get(booking.status, Chip(booking.status or "Not recorded"))
    return TodayRow(
        format.clock(booking.start),
        _hit(expected.patient, desk, alike),
        booking.reason,
        status,
        booking.clinician,
        booking.room,
        off=booking.status in ("cancelled", "noshow"),
    )


def _when(expected: Expected) -> str:
    return format.dotted(f"Today {format.clock(expected.booking.start).text}", expected.booking.room)
