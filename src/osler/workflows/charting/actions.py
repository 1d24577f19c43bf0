"""Charting: what a person adds to a chart, with who did it, once for each form however often it is sent.

Every function runs inside the one transaction of its request and gives the Authorship by which it can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from osler.access.authorship import Authorship, find_by_form, get_authorship, require_undoable, sign
from osler.access.records import Records, Resource
from osler.clinical.allergies.actions import (
    add_allergy,
    restore_statement,
    state_no_known_allergies,
    withdraw_allergy,
)
from osler.clinical.allergies.fhir import Criticality, Kind
from osler.clinical.notes import actions as notes
from osler.clinical.notes.fhir import note_of
from osler.clinical.patients.queries import get_patient
from osler.clinical.problems.actions import add_problem, resolve_problem, withdraw_problem
from osler.clinical.problems.fhir import Status
from osler.clinical.visits.queries import find_visits
from osler.clinical.vitals.actions import add_vitals, withdraw_reading
from osler.clinical.vitals.queries import list_last_values, list_told_as_one
from osler.clinical.vitals.rules import Entered, doubts
from osler.clinical.vitals.signs import HEIGHT
from osler.core.errors import Conflict, Fault, Invalid, NotFound

UNDO = "undo"


class Doubtful(Invalid):
    """Values that are unusual but can be: the person is asked to look again."""


async def chart_vitals(
    records: Records, *, patient: str, entered: Mapping[str, Entered], taken_at: datetime, form: str, sure: bool,
    grown: bool, now: datetime, zone: tzinfo,
) -> Authorship:  # fmt: skip
    """`grown`: the last height still holds for the body mass index. Raises Invalid, or Doubtful unless the person is sure."""
    if done := await find_by_form(records, form):
        return done
    await get_patient(records, patient)
    before = await list_last_values(records, patient, now)
    asked = tuple(Fault(each.message, each.key) for each in doubts(entered, before=before) if each.weight == "ask")
    written = await add_vitals(
        records, patient=patient, entered=entered, taken_at=taken_at,
        last_height=before.get(HEIGHT.key) if grown else None, encounter=await _visit(records, patient, now, zone),
    )  # fmt: skip
    if asked and not sure:
        raise Doubtful("Please look again at these values.", faults=asked)
    return await _signed(records, written, patient, now, form)


async def chart_problem(
    records: Records, *, patient: str, name: str, code: str, status: Status, onset: str, abated: str, form: str,
    now: datetime,
) -> Authorship:  # fmt: skip
    if done := await find_by_form(records, form):
        return done
    await get_patient(records, patient)
    written = await add_problem(
        records, patient=patient, name=name, code=code, status=status, onset=onset, abated=abated, now=now
    )
    return await _signed(records, [written], patient, now, form)


async def end_problem(
    records: Records, *, patient: str, id: str, on: str, if_match: int | None, now: datetime
) -> Authorship:
    """The problem is resolved."""
    await resolve_problem(records, patient=patient, id=id, on=on, if_match=if_match)
    return await sign(records, [f"Condition/{id}"], patient=patient, now=now, activity="UPDATE")


async def chart_allergy(
    records: Records, *, patient: str, substance: str, code: str, reaction: str, reaction_code: str, kind: Kind,
    criticality: Criticality, form: str, now: datetime,
) -> Authorship:  # fmt: skip
    """Ends "no known allergies"; undoing it brings that back."""
    if done := await find_by_form(records, form):
        return done
    await get_patient(records, patient)
    written = await add_allergy(
        records, patient=patient, substance=substance, code=code, reaction=reaction, reaction_code=reaction_code,
        kind=kind, criticality=criticality, now=now,
    )  # fmt: skip
    return await _signed(records, written, patient, now, form)


async def chart_no_allergies(records: Records, *, patient: str, now: datetime) -> Authorship:
    await get_patient(records, patient)
    written = await state_no_known_allergies(records, patient=patient, now=now)
    return await _signed(records, [written], patient, now)


async def keep_draft(
    records: Records, *, patient: str, id: str, title: str, text: str, form: str, if_match: int | None, now: datetime,
    zone: tzinfo,
) -> Resource:  # fmt: skip
    """Saves a draft; without an `id` it is begun, once for each form."""
    if not id and (done := await find_by_form(records, form)):
        id, if_match = done.targets[0].partition("/")[2], None
    if id:
        saved = await notes.save_draft(records, patient=patient, id=id, title=title, text=text, if_match=if_match)
        records.about_written(saved.reference, patient)
        return saved
    await get_patient(records, patient)
    visit = await _visit(records, patient, now, zone)
    begun = await notes.begin_draft(records, patient=patient, title=title, text=text, encounter=visit, now=now)
    await _signed(records, [begun], patient, now, form)
    return begun


async def chart_note(
    records: Records, *, patient: str, id: str, title: str, text: str, form: str, if_match: int | None, now: datetime,
    zone: tzinfo,
) -> Authorship:  # fmt: skip
    """Signs a draft, or a text that was never a draft on the server."""
    if not id:
        draft = await keep_draft(
            records, patient=patient, id="", title=title, text=text, form=form, if_match=None, now=now, zone=zone
        )
        id, if_match = draft.id, draft.version
    written = await notes.sign_note(records, patient=patient, id=id, title=title, text=text, if_match=if_match, now=now)
    return await _signed(records, [written], patient, now)


async def chart_addendum(records: Records, *, patient: str, id: str, text: str, form: str, now: datetime) -> Authorship:
    if done := await find_by_form(records, form):
        return done
    written = await notes.add_addendum(records, patient=patient, id=id, text=text, now=now)
    return await _signed(records, [written], patient, now, form)


async def withdraw(
    records: Records, *, patient: str, reference: str, reason: str, if_match: int | None, now: datetime
) -> Authorship:
    """Marks something as entered in error, with the reason: all of it, where a blood pressure came in halves.

    Raises Invalid without a reason.
    """
    if not reason.strip():
        raise Invalid("Say why.", path="reason")
    others = await _others(records, patient, reference)
    await _withdraw(records, patient, reference, if_match)
    for each in others:
        await _withdraw(records, patient, each, None)
    targets = [reference, *others]
    return await sign(records, targets, patient=patient, now=now, activity="NULLIFY", reason=reason.strip()[:500])


async def _others(records: Records, patient: str, reference: str) -> list[str]:
    type_, _, id_ = reference.partition("/")
    if type_ != "Observation":
        return []
    return [f"Observation/{each}" for each in await list_told_as_one(records, patient, id_)]


async def undo(records: Records, *, patient: str, id: str, now: datetime) -> Authorship:
    """Takes back, within a minute, all that one form of one's own has charted; `id` names its Authorship.

    A signed note becomes a draft of its text again. Raises Forbidden or Conflict.
    """
    made = await get_authorship(records, id)
    require_undoable(made, records.actor, now)
    for place, reference in enumerate(made.targets):
        type_, _, target = reference.partition("/")
        if type_ == "AllergyIntolerance" and place:
            await restore_statement(records, patient=patient, id=target)
            continue
        withdrawn = await _withdraw(records, patient, reference, None)
        if type_ == "DocumentReference":
            await _draft_again(records, withdrawn, patient, now)
    return await sign(records, made.targets, patient=patient, now=now, activity="NULLIFY", reason=UNDO)


async def _draft_again(records: Records, withdrawn: Resource, patient: str, now: datetime) -> None:
    note = note_of(withdrawn)
    if note.text and not note.appends:
        await notes.begin_draft(
            records, patient=patient, title=note.title, text=note.text, encounter=note.encounter, now=now
        )


async def _withdraw(records: Records, patient: str, reference: str, if_match: int | None) -> Resource:
    type_, _, id_ = reference.partition("/")
    kinds = {
        "Observation": withdraw_reading, "Condition": withdraw_problem, "AllergyIntolerance": withdraw_allergy,
        "DocumentReference": notes.withdraw_note,
    }  # fmt: skip
    if type_ not in kinds:
        raise NotFound("This cannot be marked as entered in error here.")
    return await kinds[type_](records, patient=patient, id=id_, if_match=if_match)


async def _visit(records: Records, patient: str, now: datetime, zone: tzinfo) -> str:
    """`Encounter/<id>` of the visit going on, empty outside one."""
    visits = await find_visits(records, patient, now, zone)
    return f"Encounter/{visits.current.id}" if visits.current else ""


async def _signed(
    records: Records, written: Sequence[Resource], patient: str, now: datetime, form: str = ""
) -> Authorship:
    if not written:
        raise Conflict("There is nothing to save.")
    return await sign(records, [each.reference for each in written], patient=patient, now=now, form=form)
