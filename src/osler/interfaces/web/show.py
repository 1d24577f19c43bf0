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

_SHORT = 90
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
        whole_mrn=patient.mrn if format.grouped_number(patient.mrn).endswith("…") else "",
        href=chart_address(patient.id),
        fhir=f"Patient/{patient.id}",
        pcp=head.physician,
        deceased=patient.deceased,
        died=format.day(patient.died, zone) if patient.died else None,
        allergy_state=allergies.state if allergies else "closed",
        allergies=tuple(allergy_chip(each, patient.id) for each in (allergies.current if allergies else ())),
        asked=format.day(allergies.asked, zone) if allergies and allergies.asked else None,
        asked_long_ago=_long_ago(allergies.asked, now) if allergies else False,
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
    if not patient.died:
        return format.age(patient.born, today)
    if len(patient.died) >= 10:
        return format.age(patient.born, date.fromisoformat(patient.died[:10]))
    year, month = int(patient.died[:4]), int(patient.died[5:7] or 12)
    return f"about {format.age(patient.born, date(year, month, 28)).removeprefix('about ')}"


def died(patient: Patient, zone: tzinfo) -> str:
    """`Died 15-Oct-2026`, for the heads of forms; empty for the living."""
    if not patient.deceased:
        return ""
    return f"Died {format.day(patient.died, zone).text}" if patient.died else "Died, date not recorded"


def _long_ago(asked: str, now: date) -> bool:
    """A year or more since nobody knew of an allergy: worth asking again. A year alone is taken as its end."""
    return bool(asked) and f"{asked[:10]}-12-31"[:10] < now.replace(year=now.year - 1, day=min(now.day, 28)).isoformat()


def allergy_chip(allergy: Allergy, patient: str) -> AllergyChip:
    href = chart_address(patient, f"allergies#allergy-{allergy.id}")
    return AllergyChip(allergy.substance, format.joined(allergy.reactions), allergy.criticality, href)


def _facts(head: Head) -> tuple[Fact, ...]:
    found: list[Fact] = []
    if head.code_status:
        text = head.code_status.text
        found.append(Fact("Code status", text, "viol", "hand") if _limits_care(text) else Fact("Code status", text))
    if head.patient.language and not head.patient.language.lower().startswith("english"):
        words = head.patient.language + (" · interpreter" if head.patient.interpreter else "")
        found.append(Fact("Language", words, icon="languages", optional=True))
    return tuple(found)


def _limits_care(text: str) -> bool:
    """Whether a code status is anything but full treatment, in any of the ways it is written."""
    words = text.lower()
    return any(each in words for each in ("dnr", "dni", "do not", "not for", "comfort", "no cpr", "limited"))


def _flags(head: Head) -> tuple[Chip, ...]:
    found = [Chip("Restricted record", "viol", "shield-alert")] if head.patient.restricted else []
    if head.patient.merged:
        found.append(Chip("Merged", "warn", title="Another record has taken the place of this one"))
    elif head.patient.inactive:
        found.append(Chip("Inactive record", "warn", title="This record is out of use"))
    if head.namesake:
        found.append(SIMILAR_NAME)
    if head.patient.twin:
        found.append(Chip("Twin", "info", "users", "One of a multiple birth: check the first name"))
    return tuple(found)


def _visit(head: Head, zone: tzinfo, minutes: int) -> VisitLine | None:
    visit: Visit | None = head.visits.current if head.visits else None
    if visit is None:
        return VisitLine("", head.insurance) if head.insurance else None
    start = instant(visit.start, zone)
    title = format.dotted(visit.kind, format.clock(start).text if start else "", visit.place)
    going_on = f"In progress {minutes} min" if 0 < minutes <= _SHORT else "In progress"
    if minutes > _SHORT and start:
        since = format.clock(start) if minutes < 24 * 60 else format.day(start)
        going_on = f"In progress since {since.text}"
    return VisitLine(title, "\u00a0· ".join(filter(None, (going_on, head.insurance))))


def hit(patient: Patient, today: date, detail: str = "", chips: tuple[Chip, ...] = ()) -> PersonHit:
    if patient.restricted:
        chips += (Chip("Restricted", "viol", "shield-alert"),)
    if patient.merged:
        chips += (Chip("Merged", "warn", title="Another record has taken the place of this one"),)
    elif patient.inactive:
        chips += (Chip("Inactive", title="This record is out of use"),)
    return PersonHit(
        patient.id, patient.family, patient.given, chart_address(patient.id), born=format.day(patient.born) if patient.born else None,
        age=age(patient, today), sex=patient.sex, mrn=format.grouped_number(patient.mrn), detail=detail,
        deceased=patient.deceased, chips=chips,
    )  # fmt: skip


def open_chart(patient: Patient, current: str = "") -> OpenChart:
    born = format.day(patient.born).text if patient.born else ""
    return OpenChart(patient.family, patient.given, born, chart_address(patient.id), patient.id == current)
