"""Charting: vital signs, problems, allergies; undo, and what was entered in error."""

from __future__ import annotations

from functools import partial
from typing import cast

from starlette.responses import Response

from osler.access.audit.entry import Action
from osler.access.authorship import Authorship
from osler.access.permissions import Permission, permission
from osler.access.records import Records
from osler.clinical.allergies.fhir import Criticality, Kind
from osler.clinical.allergies.queries import get_allergy
from osler.clinical.patients.queries import get_patient
from osler.clinical.problems.fhir import Status
from osler.clinical.problems.queries import get_problem
from osler.core.errors import Invalid, NotFound
from osler.interfaces.web.chart.answers import chart, show_form
from osler.interfaces.web.chart.forms.lists import (
    KINDS,
    RISKS,
    STATUSES,
    allergy_form,
    problem_form,
    resolve_form,
    withdraw_form,
)
from osler.interfaces.web.chart.forms.shared import EMPTY, Reader, form_name, typed
from osler.interfaces.web.chart.forms.vitals import SURE, read_vitals, vitals_form
from osler.interfaces.web.chart.show.vitals import is_adult
from osler.interfaces.web.components import format
from osler.interfaces.web.desk import Desk
from osler.workflows.charting import actions

_GROWN_AT = 20


@permission(Permission.CHART_WRITE)
async def vitals_new(desk: Desk) -> Response:
    return await show_form(desk, vitals_form(desk))


@permission(Permission.CHART_WRITE)
async def vitals_add(desk: Desk) -> Response:
    try:
        entered, taken_at = read_vitals(desk)
    except Invalid as error:
        return await show_form(desk, vitals_form(desk, typed(desk, error)), status=422)

    async def work(records: Records) -> Authorship:
        patient = await get_patient(records, desk.patient)
        grown = is_adult(patient.born, desk.local.date().replace(year=desk.local.year - (_GROWN_AT - 18), day=1))
        return await actions.chart_vitals(
            records, patient=desk.patient, entered=entered, taken_at=taken_at, form=form_name(desk),
            sure=desk.value(SURE) == "yes", grown=grown, now=desk.now, zone=desk.zone,
        )  # fmt: skip

    return await chart(desk, work, "Observation vital signs", partial(vitals_form, desk))


@permission(Permission.CHART_WRITE)
async def problem_new(desk: Desk) -> Response:
    return await show_form(desk, problem_form(desk))


@permission(Permission.CHART_WRITE)
async def problem_add(desk: Desk) -> Response:
    reader = Reader(desk)
    reader.required("problem", "Say which problem it is.")
    name = reader.text("problem")
    status = cast(Status, reader.choice("status", [each.value for each in STATUSES], "active"))
    onset, abated = reader.day("onset"), reader.day("abated")
    if abated and status == "active":
        reader.wrong("abated", "An active problem has no end; choose Resolved.")
    if abated and onset and abated < onset[: len(abated)]:
        reader.wrong("abated", "This is before its beginning.")

    async def work(records: Records) -> Authorship:
        reader.done()
        return await actions.chart_problem(
            records, patient=desk.patient, name=name, code=_code(desk, "problem"), status=status, onset=onset,
            abated=abated, form=form_name(desk), now=desk.now,
        )  # fmt: skip

    return await chart(desk, work, "Condition", partial(problem_form, desk))


@permission(Permission.CHART_WRITE)
async def problem_resolve_form(desk: Desk) -> Response:
    id_ = desk.request.path_params["id"]
    async with desk.reading("Condition") as records:
        problem = await get_problem(records, desk.patient, id_)
        records.about_patient(desk.patient)
    return await show_form(desk, resolve_form(desk, id_, problem.name, problem.version))


@permission(Permission.CHART_WRITE)
async def problem_resolve(desk: Desk) -> Response:
    id_, reader = desk.request.path_params["id"], Reader(desk)
    reader.required("abated", "Say when it was over.")
    on = reader.day("abated")

    async def work(records: Records) -> Authorship:
        reader.done()
        return await actions.end_problem(
            records, patient=desk.patient, id=id_, on=on, if_match=version(desk), now=desk.now
        )

    return await chart(desk, work, "Condition", lambda filled: resolve_form(desk, id_, "", 1, filled), Action.UPDATE)


@permission(Permission.CHART_WRITE)
async def allergy_new(desk: Desk) -> Response:
    return await show_form(desk, allergy_form(desk))


@permission(Permission.CHART_WRITE)
async def allergy_add(desk: Desk) -> Response:
    reader = Reader(desk)
    reader.required("substance", "Say what it is against.")
    substance, reaction = reader.text("substance"), reader.text("reaction")
    kind = cast(Kind, reader.choice("kind", [each.value for each in KINDS], "medication"))
    criticality = cast(Criticality, reader.choice("criticality", ["", *(each.value for each in RISKS)]))

    async def work(records: Records) -> Authorship:
        reader.done()
        return await actions.chart_allergy(
            records, patient=desk.patient, substance=substance, code=_code(desk, "substance"), reaction=reaction,
            reaction_code=_code(desk, "reaction"), kind=kind, criticality=criticality, form=form_name(desk), now=desk.now,
        )  # fmt: skip

    return await chart(desk, work, "AllergyIntolerance", partial(allergy_form, desk))


@permission(Permission.CHART_WRITE)
async def no_allergies(desk: Desk) -> Response:
    async def work(records: Records) -> Authorship:
        return await actions.chart_no_allergies(records, patient=desk.patient, now=desk.now)

    return await chart(desk, work, "AllergyIntolerance none")


@permission(Permission.CHART_WRITE)
async def undo(desk: Desk) -> Response:
    async def work(records: Records) -> Authorship:
        return await actions.undo(records, patient=desk.patient, id=desk.request.path_params["id"], now=desk.now)

    return await chart(desk, work, "undo", action=Action.UPDATE)


_TYPES = {
    "problems": "Condition",
    "allergies": "AllergyIntolerance",
    "vitals": "Observation",
    "notes": "DocumentReference",
}


def _section(desk: Desk) -> str:
    section = desk.request.path_params["section"]
    if section not in _TYPES:
        raise NotFound("There is no such part of the chart.")
    return section


@permission(Permission.CHART_WRITE)
async def withdraw_ask(desk: Desk) -> Response:
    """Asks for the reason, naming what it is about."""
    section, id_ = _section(desk), desk.request.path_params["id"]
    async with desk.reading(f"{_TYPES[section]} withdraw") as records:
        stored = await records.read(_TYPES[section], id_)
        name = await _named(records, desk, section, id_)
        records.about_patient(desk.patient)
    draft = section == "notes" and stored.json().get("docStatus") == "preliminary"
    return await show_form(desk, withdraw_form(desk, (section, id_), name, stored.version, EMPTY, draft=draft))


async def _named(records: Records, desk: Desk, section: str, id_: str) -> str:
    if section == "problems":
        return (await get_problem(records, desk.patient, id_)).name
    if section == "allergies":
        allergy = await get_allergy(records, desk.patient, id_)
        return " — ".join(filter(None, (allergy.substance, format.joined(allergy.reactions))))
    return {"vitals": "This measurement", "notes": "This note"}[section]


@permission(Permission.CHART_WRITE)
async def withdraw(desk: Desk) -> Response:
    section, id_ = _section(desk), desk.request.path_params["id"]

    async def work(records: Records) -> Authorship:
        return await actions.withdraw(
            records, patient=desk.patient, reference=f"{_TYPES[section]}/{id_}", reason=desk.value("reason"),
            if_match=version(desk), now=desk.now,
        )  # fmt: skip

    return await chart(
        desk, work, f"{_TYPES[section]} withdraw", lambda filled: withdraw_form(desk, (section, id_), "", 1, filled),
        Action.UPDATE,
    )  # fmt: skip


def version(desk: Desk) -> int | None:
    """The version that the form was made of: someone else's change meanwhile is not written over."""
    given = desk.value("_version")
    return int(given) if given.isdecimal() else None


def _code(desk: Desk, name: str) -> str:
    """`system|code` that was chosen for a text; nothing that does not look like one."""
    given = desk.value(f"{name}_code")
    system, bar, code = given.partition("|")
    return given if bar and code and len(given) < 300 and "://" in system and " " not in given else ""
