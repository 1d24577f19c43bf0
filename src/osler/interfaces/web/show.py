"""From people as the record knows them to how they are shown: banner, hits, open charts."""

from __future__ import annotations

from datetime import date, tzinfo

from osler.clinical.allergies.fhir import Allergy
from osler.clinical.patients.fhir import Patient
from osler.clinical.visits.fhir import Visit
from osler.fhir.readers import instant
from osler.interfaces.web.components import format
from osler.interfaces.web.components.banner import AllergyChip, BannerView, Fact, VisitLine
from osler.interfaces.web.components.people import PersonHit
from osler.interfaces.web.components.shell import OpenChart
from osler.interfaces.web.components.values import Chip
from osler.workflows.chart.queries import Head

_SHORT = 120
"""Minutes of a visit worth counting."""


SIMILAR_NAME = Chip("Similar name", "warn", title="Another patient has a name like this: check the date of birth")


def chart_address(patient: str, *parts: str) -> str:
    return "/".join(("/patients", patient, *parts))


def banner(head: Head, now: date, zone: tzinfo, minutes: int = 0) -> BannerView:
    """`minutes` is how long the visit going on has lasted."""
    patient = head.patient
    allergies = head.allergies
    return BannerView(
        id=patient.id,
        family=patient.family,
        given=patient.given,
        preferred_name=patient.preferred_name,
        born=format.day(patient.born) if patient.born else None,
        age=age(patient, now),
        sex=patient.sex,
        gender=patient.gender if patient.gender.lower() not in ("", patient.sex.lower()) else "",
        pronouns=patient.pronouns,
        mrn=format.grouped_number(patient.mrn),
        href=chart_address(patient.id),
        fhir=f"Patient/{patient.id}",
        pcp=head.physician,
        deceased=patient.deceased,
        died=format.day(patient.died, zone) if patient.died else None,
        allergy_state=allergies.state if allergies else "closed",
        allergies=tuple(allergy_chip(each, patient.id) for each in (allergies.current if allergies else ())),
        allergies_href=chart_address(patient.id, "allergies", "add") if allergies else "",
        facts=_facts(head),
        flags=_flags(head),
        visit=_visit(head, zone, minutes),
    )


def age(patient: Patient, today: date) -> str:
    """Age today, or at death."""
    if not patient.born:
        return ""
    if patient.deceased and not patient.died:
        return "age not recorded"
    end = date.fromisoformat(patient.died[:10]) if len(patient.died) >= 10 else today
    return format.age(patient.born, end)


def allergy_chip(allergy: Allergy, patient: str) -> AllergyChip:
    href = chart_address(patient, f"allergies#allergy-{allergy.id}")
    return AllergyChip(allergy.substance, format.joined(allergy.reactions), allergy.criticality, href)


def _facts(head: Head) -> tuple[Fact, ...]:
    found: list[Fact] = []
    if head.code_status:
        found.append(Fact("Code status", head.code_status.text))
    if head.patient.language and not head.patient.language.lower().startswith("english"):
        words = head.patient.language + (" · interpreter" if head.patient.interpreter else "")
        found.append(Fact("Language", words, icon="languages", optional=True))
    return tuple(found)


def _flags(head: Head) -> tuple[Chip, ...]:
    found = [Chip("Restricted record", "viol", "shield-alert")] if head.patient.restricted else []
    if head.patient.twin:
        found.append(Chip("Twin", "info", "users", "One of a multiple birth: check the first name"))
    return tuple(found)


def _visit(head: Head, zone: tzinfo, minutes: int) -> VisitLine | None:
    visit: Visit | None = head.visits.current if head.visits else None
    if visit is None:
        return VisitLine("", head.insurance) if head.insurance else None
    start = instant(visit.start, zone)
    title = " · ".join(filter(None, (visit.kind, format.clock(start).text if start else "", visit.place)))
    going_on = f"In progress {minutes} min" if 0 < minutes <= _SHORT else "In progress"
    return VisitLine(title, " · ".join(filter(None, (going_on, head.insurance))))


def hit(patient: Patient, today: date, detail: str = "", chips: tuple[Chip, ...] = ()) -> PersonHit:
    if patient.restricted:
        chips += (Chip("Restricted", "viol", "shield-alert"),)
    return PersonHit(
        patient.id, patient.family, patient.given, chart_address(patient.id), born=format.day(patient.born) if patient.born else None,
        age=age(patient, today), sex=patient.sex, mrn=format.grouped_number(patient.mrn), detail=detail,
        deceased=patient.deceased, chips=chips,
    )  # fmt: skip


def open_chart(patient: Patient, current: str = "") -> OpenChart:
    born = format.day(patient.born).text if patient.born else ""
    return OpenChart(patient.family, patient.given, born, chart_address(patient.id), patient.id == current)
